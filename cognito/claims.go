package cognito

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/federated"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// RegisteredClaims are the claims that ID and access tokens have in common. A
// time is zero if the claim is absent.
type RegisteredClaims struct {
	Issuer      string    // iss
	Subject     string    // sub; Issuer and Subject together identify a user
	IssuedAt    time.Time // iat
	NotBefore   time.Time // nbf
	Expiry      time.Time // exp
	AuthTime    time.Time // auth_time: when the user last signed in
	JWTID       string    // jti
	OriginJWTID string    // origin_jti: the same for all tokens of one sign-in
	EventID     string    // event_id
	Groups      []string  // cognito:groups

	tokenUse string
	azp      *string // azp, or nil for none
	payload  string  // the verified JSON
}

// Claims decodes the whole verified payload into v, as [json.Unmarshal] does.
// Use it for claims that have no field here, such as those that a
// pre-token-generation trigger adds. But encoding/json ignores the case of
// names. If a decision depends on a claim, use [Identity.Claim] to read it.
func (c *RegisteredClaims) Claims(v any) error { return json.Unmarshal([]byte(c.payload), v) }

// IDClaims are the claims of a verified ID token.
type IDClaims struct {
	RegisteredClaims

	Audience        string // aud: the app client
	Nonce           string // nonce
	AccessTokenHash string // at_hash

	hasNonce bool // nonce is there, "" included

	Username            string // cognito:username
	Email               string
	EmailVerified       bool // true only for true or "true"
	PhoneNumber         string
	PhoneNumberVerified bool // true only for true or "true"
	Name                string
	GivenName           string
	FamilyName          string
	PreferredUsername   string
	Picture             string
	Locale              string

	Roles         []string            // cognito:roles: role ARNs of the user's groups
	PreferredRole string              // cognito:preferred_role; empty if groups of equal precedence have different roles
	Identities    []FederatedIdentity // identities: where a federated user comes from
	Custom        map[string]string   // custom:*, keyed without the prefix
}

// A FederatedIdentity is a user's account at an identity provider.
type FederatedIdentity struct {
	UserID       string
	ProviderName string    // such as "Google" or the name given to a SAML provider
	ProviderType string    // "Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "SAML" or "OIDC"
	Issuer       string    // empty where Cognito says null
	Primary      bool      // Cognito sends it as a string
	Created      time.Time // dateCreated, which Cognito sends as a string of milliseconds
}

// AccessClaims are the claims of a verified access token.
type AccessClaims struct {
	RegisteredClaims

	ClientID  string   // client_id: the app client the token was issued to
	Username  string   // username; empty for a client's own token
	Scopes    []string // scope
	Audience  []string // aud; present only if the login asked for a resource or a trigger added it
	DeviceKey string   // device_key
}

// errType refuses a checked claim of the wrong JSON type.
var errType = errors.New("the claim has the wrong type")

// claim reads a claim that both tokens have; found is false for other names.
// A claim that is checked must have its type. Any other claim of a wrong type
// is left out, because a trigger may put anything anywhere.
func (c *RegisteredClaims) claim(name string, v rawjson.Value) (found bool, err error) {
	switch name {
	case "iss":
		return true, mustString(&c.Issuer, name, v)
	case "sub":
		return true, mustString(&c.Subject, name, v)
	case "token_use":
		return true, mustString(&c.tokenUse, name, v)
	case "exp":
		return true, numericDate(&c.Expiry, name, v)
	case "iat":
		return true, numericDate(&c.IssuedAt, name, v)
	case "nbf":
		return true, numericDate(&c.NotBefore, name, v)
	case "auth_time":
		return true, numericDate(&c.AuthTime, name, v)
	case "azp":
		c.azp = new(string)
		return true, mustString(c.azp, name, v)
	case "jti":
		c.JWTID, _ = v.String()
	case "origin_jti":
		c.OriginJWTID, _ = v.String()
	case "event_id":
		c.EventID, _ = v.String()
	case "cognito:groups":
		c.Groups, _ = v.Strings()
	default:
		return false, nil
	}
	return true, nil
}

// maxSubject bounds sub, in bytes (OpenID Connect Core section 2).
const maxSubject = 255

// complete returns err. If err is nil, it returns an error for claims without
// one that every token must have.
func (c *RegisteredClaims) complete(err error) error {
	switch {
	case err != nil:
		return err
	case c.Issuer == "":
		return CheckIssuer.Failed("the claim is missing")
	case c.Subject == "":
		return CheckSubject.Failed("the claim is missing")
	case len(c.Subject) > maxSubject:
		return CheckSubject.Failed("the subject is longer than 255 bytes")
	case c.Expiry.IsZero():
		return CheckExpiry.Failed("the claim is missing")
	}
	return nil
}

// decodeIDClaims reads the payload of an ID token.
func decodeIDClaims(payload string) (*IDClaims, error) {
	c := &IDClaims{RegisteredClaims: RegisteredClaims{payload: payload}}
	err := object(payload, func(name string, v rawjson.Value) error {
		if found, err := c.claim(name, v); found {
			return err
		}
		switch name {
		case "aud":
			return c.readAudience(v)
		case "nonce":
			c.hasNonce = true
			return mustString(&c.Nonce, name, v)
		case "at_hash":
			return c.readAccessTokenHash(v)
		case "cognito:roles":
			c.Roles = stringOrList(v)
		case "identities":
			c.Identities = federatedIdentities(v)
		case "email_verified":
			c.EmailVerified = tolerantBool(v)
		case "phone_number_verified":
			c.PhoneNumberVerified = tolerantBool(v)
		default:
			c.readProfile(name, v)
		}
		return nil
	})
	if err = c.complete(err); err == nil && c.IssuedAt.IsZero() { // OpenID Connect Core section 2
		err = CheckIssuedAt.Failed("the claim is missing")
	}
	return c, err
}

// readAccessTokenHash demands the form of a hash, so that an empty one is not
// taken for none.
func (c *IDClaims) readAccessTokenHash(v rawjson.Value) error {
	if err := mustString(&c.AccessTokenHash, "at_hash", v); err != nil {
		return err
	}
	if len(c.AccessTokenHash) != accessTokenHashLen {
		return CheckAccessTokenHash.Failed("the claim is not the half of a SHA-256 hash in base64url")
	}
	return nil
}

// readAudience accepts one audience: as a string, as Cognito writes it, or as
// a list of one.
func (c *IDClaims) readAudience(v rawjson.Value) error {
	if s, ok := v.String(); ok {
		c.Audience = s
		return nil
	}
	list, ok := v.Strings()
	if !ok || len(list) != 1 {
		return CheckAudience.Failed("the ID token is not for exactly one audience")
	}
	c.Audience = list[0]
	return nil
}

// readProfile reads the claims that are strings and decide nothing.
func (c *IDClaims) readProfile(name string, v rawjson.Value) {
	if key, ok := strings.CutPrefix(name, "custom:"); ok {
		if s, ok := v.String(); ok {
			if c.Custom == nil {
				c.Custom = map[string]string{}
			}
			c.Custom[key] = s
		}
		return
	}
	if field := c.profileField(name); field != nil {
		*field, _ = v.String()
	}
}

func (c *IDClaims) profileField(name string) *string {
	switch name {
	case "cognito:username":
		return &c.Username
	case "cognito:preferred_role":
		return &c.PreferredRole
	case "email":
		return &c.Email
	case "phone_number":
		return &c.PhoneNumber
	case "name":
		return &c.Name
	case "given_name":
		return &c.GivenName
	case "family_name":
		return &c.FamilyName
	case "preferred_username":
		return &c.PreferredUsername
	case "picture":
		return &c.Picture
	case "locale":
		return &c.Locale
	}
	return nil
}

// decodeAccessClaims reads the payload of an access token.
func decodeAccessClaims(payload string) (*AccessClaims, error) {
	c := &AccessClaims{RegisteredClaims: RegisteredClaims{payload: payload}}
	err := object(payload, func(name string, v rawjson.Value) error {
		if found, err := c.claim(name, v); found {
			return err
		}
		switch name {
		case "client_id":
			return mustString(&c.ClientID, name, v)
		case "aud":
			return c.readAudience(v)
		case "username":
			c.Username, _ = v.String()
		case "scope":
			scope, _ := v.String()
			c.Scopes = strings.Fields(scope)
		case "device_key":
			c.DeviceKey, _ = v.String()
		}
		return nil
	})
	return c, c.complete(err)
}

func (c *AccessClaims) readAudience(v rawjson.Value) error {
	if s, ok := v.String(); ok {
		c.Audience = []string{s}
		return nil
	}
	list, ok := v.Strings()
	if !ok || len(list) == 0 {
		return &VerifyError{Check: CheckAudience, Err: errType}
	}
	c.Audience = list
	return nil
}

// object walks a payload and turns its errors into a VerifyError.
func object(payload string, visit func(string, rawjson.Value) error) error {
	err := rawjson.Object(payload, visit)
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*VerifyError](err); ok {
		return err
	}
	return &VerifyError{Check: CheckClaims, Err: err}
}

func mustString(field *string, name string, v rawjson.Value) error {
	s, ok := v.String()
	if !ok {
		return &VerifyError{Check: Check(name), Err: errType}
	}
	*field = s
	return nil
}

// numericDate reads seconds since 1970 (RFC 7519 section 2, NumericDate).
func numericDate(field *time.Time, name string, v rawjson.Value) error {
	seconds, ok := v.Date()
	if ok {
		*field = time.Unix(seconds, 0)
		return nil
	}
	if _, isNumber := v.Number(); !isNumber {
		return &VerifyError{Check: Check(name), Err: errType}
	}
	return Check(name).Failed("the time is outside the years 1970 to 9999")
}

// tolerantBool is true for true and "true": an ID token has booleans where
// userInfo and GetUser have strings.
func tolerantBool(v rawjson.Value) bool {
	if b, ok := v.Bool(); ok {
		return b
	}
	s, _ := v.String()
	return s == "true"
}

// stringOrList reads a list of strings, or one string with commas: AWS
// documents cognito:roles both ways.
func stringOrList(v rawjson.Value) []string {
	if list, ok := v.Strings(); ok {
		return list
	}
	s, ok := v.String()
	if !ok || s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// federatedIdentities reads the claim identities.
func federatedIdentities(v rawjson.Value) []FederatedIdentity {
	var list []FederatedIdentity
	for _, id := range federated.Parse(v) {
		list = append(list, FederatedIdentity(id))
	}
	return list
}
