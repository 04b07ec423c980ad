package identities

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identitypool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// IdentityTarget is what X-Amz-Target of the identity pools' API begins with.
const IdentityTarget = "AWSCognitoIdentityService."

// IdentityOperations are the operations of identity pools.
var IdentityOperations = map[string]request.Operation{
	"GetId":                              request.Open(New, (*Handler).getID),
	"GetCredentialsForIdentity":          request.Open(New, (*Handler).getCredentials),
	"GetOpenIdToken":                     request.Open(New, (*Handler).getOpenIDToken),
	"GetOpenIdTokenForDeveloperIdentity": request.Signed(New, (*Handler).getDeveloperToken),
}

const (
	credentialsLife = time.Hour
	openIDTokenLife = 10 * time.Minute
	developerLife   = 15 * time.Minute
	maxDeveloper    = 86400 // seconds of TokenDuration
)

type getIDInput struct {
	IdentityPoolId string
	AccountId      string
	Logins         map[string]string
}

type getIDOutput struct{ IdentityId string }

// getID is GetId.
func (c *Handler) getID(in *getIDInput) (*getIDOutput, error) {
	ip, err := c.identityPool(in.IdentityPoolId)
	if err != nil {
		return nil, err
	}
	logins, _, err := c.checkLogins(ip, in.Logins)
	if err != nil {
		return nil, err
	}
	id, err := ip.Resolve("", logins)
	return &getIDOutput{id}, err
}

type getCredentialsInput struct {
	IdentityId    string
	Logins        map[string]string
	CustomRoleArn string
}

type getCredentialsOutput struct {
	IdentityId  string
	Credentials identityCredentials
}

// identityCredentials spells SecretKey as this API does, unlike STS.
type identityCredentials struct {
	AccessKeyId  string
	Expiration   float64
	SecretKey    string
	SessionToken string
}

// getCredentials is GetCredentialsForIdentity.
func (c *Handler) getCredentials(in *getCredentialsInput) (*getCredentialsOutput, error) {
	ip, id, claims, err := c.visitor(in.IdentityId, in.Logins)
	if err != nil {
		return nil, err
	}
	role, err := ip.RoleOf(claims, in.CustomRoleArn)
	if err != nil {
		return nil, err
	}
	who := identitypool.Owner{IdentityID: id, RoleARN: role, Expires: c.At.Add(credentialsLife)}
	if claims != nil {
		who.Subject = claims.Sub
	}
	key, who := ip.Give(who, c.At)
	return &getCredentialsOutput{id, identityCredentials{key, float64(who.Expires.Unix()), who.SecretAccessKey, who.SessionToken}}, nil
}

type getOpenIDTokenInput struct {
	IdentityId string
	Logins     map[string]string
}

type openIDTokenOutput struct{ IdentityId, Token string }

// getOpenIDToken is GetOpenIdToken, the first half of the basic flow.
func (c *Handler) getOpenIDToken(in *getOpenIDTokenInput) (*openIDTokenOutput, error) {
	ip, id, claims, err := c.visitor(in.IdentityId, in.Logins)
	switch {
	case err != nil:
		return nil, err
	case !ip.ClassicFlow:
		return nil, refusal.New(refusal.InvalidParameterException, "Basic (classic) flow is not enabled, please use enhanced flow.")
	case ip.RoleMapping.Type != "":
		return nil, refusal.New(refusal.InvalidParameterException, "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.")
	}
	amr := []string{"unauthenticated"}
	if claims != nil {
		provider := c.LoginProvider()
		amr = []string{"authenticated", provider, provider + ":" + c.Region() + ":" + claims.Sub}
	}
	return &openIDTokenOutput{id, c.openIDToken(ip, id, amr, openIDTokenLife)}, nil
}

type getDeveloperTokenInput struct {
	IdentityPoolId string
	IdentityId     string
	Logins         map[string]string
	PrincipalTags  map[string]string
	TokenDuration  int64
}

// getDeveloperToken is GetOpenIdTokenForDeveloperIdentity: the app's own
// server says who somebody is.
func (c *Handler) getDeveloperToken(in *getDeveloperTokenInput) (*openIDTokenOutput, error) {
	ip, err := c.identityPool(in.IdentityPoolId)
	if err != nil {
		return nil, err
	}
	subject, ok := in.Logins[ip.DeveloperProvider]
	switch {
	case ip.DeveloperProvider == "" || !ok || subject == "" || len(in.Logins) != 1:
		return nil, errNoProvider
	case in.TokenDuration < 0 || in.TokenDuration > maxDeveloper:
		return nil, refusal.New(refusal.InvalidParameterException, fmt.Sprintf("TokenDuration must be 1 to %d seconds", maxDeveloper))
	}
	id, err := ip.Resolve(in.IdentityId, []identitypool.Login{{Provider: ip.DeveloperProvider, Subject: subject}})
	if err == identitypool.ErrTwoLogins {
		err = refusal.New("DeveloperUserAlreadyRegisteredException", identitypool.ErrTwoLogins.Text)
	}
	if err != nil {
		return nil, err
	}
	life := developerLife
	if in.TokenDuration > 0 {
		life = time.Duration(in.TokenDuration) * time.Second
	}
	amr := []string{"authenticated", ip.DeveloperProvider, ip.DeveloperProvider + ":" + ip.ID + ":" + subject}
	return &openIDTokenOutput{id, c.openIDToken(ip, id, amr, life)}, nil
}

// openIDToken signs what STS takes for proof of an identity.
func (c *Handler) openIDToken(ip *identitypool.Pool, id string, amr []string, life time.Duration) string {
	return c.SignClaims(keys.UseID, pool.Claims{
		"iss": identityIssuer, "aud": ip.ID, "sub": id, "amr": amr,
		"iat": c.At.Unix(), "exp": c.At.Add(life).Unix(),
	}, nil)
}

// identityPool finds the identity pool of a request.
func (c *Handler) identityPool(id string) (*identitypool.Pool, error) {
	if c.Identities == nil || c.Identities.ID != id {
		return nil, refusal.New(refusal.NotFoundException, "IdentityPool '"+id+"' not found.")
	}
	return c.Identities, nil
}

// visitor finds the identity of a request, and checks that the request may
// speak for it. Claims are nil for a guest.
func (c *Handler) visitor(id string, logins map[string]string) (*identitypool.Pool, string, *identitypool.Claims, error) {
	if c.Identities == nil {
		return nil, "", nil, refusal.New(refusal.NotFoundException, "Identity '"+id+"' not found.")
	}
	checked, claims, err := c.checkLogins(c.Identities, logins)
	if err != nil {
		return nil, "", nil, err
	}
	id, err = c.Identities.Resolve(id, checked)
	return c.Identities, id, claims, err
}

// checkLogins verifies the tokens in Logins. Without any it is a guest, with
// nil claims.
func (c *Handler) checkLogins(ip *identitypool.Pool, logins map[string]string) ([]identitypool.Login, *identitypool.Claims, error) {
	if len(logins) == 0 {
		if !ip.Guests {
			return nil, nil, refusal.New(refusal.NotAuthorizedException, "Unauthenticated access is not supported for this identity pool.")
		}
		return nil, nil, nil
	}
	var checked []identitypool.Login
	var claims *identitypool.Claims
	for _, provider := range slices.Sorted(maps.Keys(logins)) {
		if provider == pool.IdentityHostName {
			l, err := c.developerLogin(ip, logins[provider])
			if err != nil {
				return nil, nil, err
			}
			checked = append(checked, l...)
			continue
		}
		if provider != c.LoginProvider() && provider != c.SocketProvider() {
			return nil, nil, errNoProvider
		}
		var err error
		if claims, err = c.checkLogin(ip, logins[provider]); err != nil {
			return nil, nil, err
		}
		checked = append(checked, identitypool.Login{Provider: c.LoginProvider(), Subject: claims.Sub})
	}
	if claims == nil {
		claims = new(identitypool.Claims)
	}
	return checked, claims, nil
}

// errNoProvider refuses a token of a provider, or for an app client, that the
// identity pool does not list.
var errNoProvider = refusal.New(refusal.NotAuthorizedException, "Token is not from a supported provider of this identity pool.")

func invalidLogin(problem string) error {
	return refusal.New(refusal.NotAuthorizedException, "Invalid login token. "+problem)
}

// isJWT reports whether a token has the form of one, by any signer.
func isJWT(token string) bool {
	header, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(header)
	return err == nil && strings.Count(token, ".") == 2 && json.Valid(text)
}

// checkLogin accepts an ID token of the user pool's.
func (c *Handler) checkLogin(ip *identitypool.Pool, token string) (*identitypool.Claims, error) {
	claims := new(identitypool.Claims)
	payload, err := c.Keys.Open(keys.UseID, token)
	if err != nil {
		payload, err = c.Keys.Open(keys.UseAccess, token) // to say what is wrong with it
	}
	if err != nil && isJWT(token) {
		return nil, invalidLogin("Couldn't verify signed token.")
	}
	if err != nil || json.Unmarshal(payload, claims) != nil || json.Unmarshal(payload, &claims.All) != nil {
		return nil, invalidLogin("Not a valid OpenId Connect identity token.")
	}
	switch {
	case claims.Iss != c.Issuer():
		return nil, invalidLogin("Issuer doesn't match providerName")
	case claims.Aud == "":
		return nil, invalidLogin("Missing a required claim: aud")
	case claims.TokenUse != keys.UseID:
		return nil, invalidLogin("Not a valid OpenId Connect identity token.")
	case c.Clients.Find(claims.Aud) == nil || ip.ClientIDs != nil && !slices.Contains(ip.ClientIDs, claims.Aud):
		return nil, errNoProvider
	case c.At.Unix() >= claims.Exp:
		return nil, refusal.New(refusal.NotAuthorizedException, fmt.Sprintf("Invalid login token. Token expired: %d >= %d", claims.Exp, c.At.Unix()))
	case ip.ServerSideTokenCheck && !c.stillSignedIn(claims):
		return nil, refusal.New(refusal.NotAuthorizedException, "Invalid login token. Token is revoked.")
	}
	c.Event.ClientID, c.Event.Username = claims.Aud, claims.Sub
	return claims, nil
}

// stillSignedIn reports whether the user pool knows nothing against a token.
func (c *Handler) stillSignedIn(claims *identitypool.Claims) bool {
	a, known := c.Users.Find(claims.Sub)
	return known && !a.Disabled && !c.Grants.OriginRevoked(claims.Sub, claims.OriginJTI)
}

// developerLogin accepts a token of GetOpenIdTokenForDeveloperIdentity: it
// speaks for the logins that its identity has.
func (c *Handler) developerLogin(ip *identitypool.Pool, token string) ([]identitypool.Login, error) {
	var claims openIDClaims
	if err := c.openIdentityToken(token, &claims); err != nil || claims.Aud != ip.ID || c.At.Unix() >= claims.Exp {
		return nil, refusal.New(refusal.NotAuthorizedException, "Invalid login token. Can't pass in a Cognito token.")
	}
	logins, known := ip.LoginsOf(claims.Sub)
	if !known {
		return nil, refusal.New(refusal.NotFoundException, "Identity '"+claims.Sub+"' not found.")
	}
	return logins, nil
}
