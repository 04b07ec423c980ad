package identities

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identitypool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// Names that follow from pool.IdentityHostName.
const (
	identityIssuer   = "https://" + pool.IdentityHostName
	IdentityKeysPath = "/.well-known/jwks_uri"
)

// openIDClaims are those of a token of the identity pool's.
type openIDClaims struct {
	Iss string
	Aud string
	Sub string
	AMR []string
	Exp int64
}

// openIdentityToken reads a token that openIDToken has signed.
func (c *Handler) openIdentityToken(token string, claims *openIDClaims) error {
	payload, err := c.Keys.Open(keys.UseID, token)
	if err != nil || json.Unmarshal(payload, claims) != nil || claims.Iss != identityIssuer {
		return keys.ErrBadToken
	}
	return nil
}

// STSAction is the one action of STS that identity pools need.
const STSAction = "AssumeRoleWithWebIdentity"

// IsSTS reports whether r calls STS.
func IsSTS(r *http.Request) bool {
	return r.URL.Path == "/" && r.Method == http.MethodPost && r.Header.Get("X-Amz-Target") == ""
}

// The lives of credentials that STS gives, in seconds.
const (
	stsMinimum = 900
	stsDefault = 3600
	stsMaximum = 43200
)

const stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"

type stsResponse struct {
	XMLName xml.Name  `xml:"AssumeRoleWithWebIdentityResponse"`
	Space   string    `xml:"xmlns,attr"`
	Result  stsResult `xml:"AssumeRoleWithWebIdentityResult"`
	Request string    `xml:"ResponseMetadata>RequestId"`
}

type stsResult struct {
	Subject     string         `xml:"SubjectFromWebIdentityToken"`
	Audience    string         `xml:"Audience"`
	Provider    string         `xml:"Provider"`
	Role        stsAssumedRole `xml:"AssumedRoleUser"`
	Credentials stsCredentials `xml:"Credentials"`
}

type stsAssumedRole struct {
	ARN string `xml:"Arn"`
	ID  string `xml:"AssumedRoleId"`
}

type stsCredentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      string
}

type stsFailure struct {
	XMLName xml.Name `xml:"ErrorResponse"`
	Space   string   `xml:"xmlns,attr"`
	Type    string   `xml:"Error>Type"`
	Code    string   `xml:"Error>Code"`
	Message string   `xml:"Error>Message"`
	Request string   `xml:"RequestId"`
}

// STS is POST / of STS: AssumeRoleWithWebIdentity with a token of the
// identity pool's, the second half of the basic flow.
func (c *Handler) STS() {
	if c.Form.Get("Action") != STSAction {
		c.refuseSTS(http.StatusBadRequest, "InvalidAction", "Could not find operation "+strconv.Quote(refusal.Clip(c.Form.Get("Action"), 64)))
		return
	}
	var claims openIDClaims
	role, session := c.Form.Get("RoleArn"), c.Form.Get("RoleSessionName")
	life, ok := stsLife(c.Form.Get("DurationSeconds"))
	switch err := c.openIdentityToken(c.Form.Get("WebIdentityToken"), &claims); {
	case !ok || role == "" || len(session) < 2 || len(session) > 64:
		c.refuseSTS(http.StatusBadRequest, "ValidationError", "RoleArn, RoleSessionName of 2 to 64 characters and DurationSeconds of 900 to 43200")
	case err != nil || c.Identities == nil || claims.Aud != c.Identities.ID:
		c.refuseSTS(http.StatusBadRequest, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for the token's issuer")
	case c.At.Unix() >= claims.Exp:
		c.refuseSTS(http.StatusBadRequest, "ExpiredTokenException", "Token expired")
	case role != c.trustedRole(&claims):
		c.refuseSTS(http.StatusForbidden, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
	default:
		c.assumeRole(&claims, role, session, life)
	}
}

// trustedRole is the role whose trust policy lets the token's identity
// assume it, as the console sets the policies up.
func (c *Handler) trustedRole(claims *openIDClaims) string {
	if slices.Contains(claims.AMR, "authenticated") {
		return c.Identities.AuthenticatedRole
	}
	return c.Identities.UnauthenticatedRole
}

func stsLife(seconds string) (time.Duration, bool) {
	if seconds == "" {
		return stsDefault * time.Second, true
	}
	n, err := strconv.Atoi(seconds)
	return time.Duration(n) * time.Second, err == nil && n >= stsMinimum && n <= stsMaximum
}

func (c *Handler) assumeRole(claims *openIDClaims, role, session string, life time.Duration) {
	key, who := c.Identities.Give(identitypool.Owner{
		IdentityID: claims.Sub, RoleARN: role, Subject: c.Identities.SubjectOf(claims.Sub, c.LoginProvider()), Expires: c.At.Add(life),
	}, c.At)
	name := role[strings.LastIndexByte(role, '/')+1:]
	c.writeXML(http.StatusOK, stsResponse{
		Space: stsNamespace,
		Result: stsResult{
			Subject:  claims.Sub,
			Audience: claims.Aud,
			Provider: pool.IdentityHostName,
			Role:     stsAssumedRole{ARN: "arn:aws:sts::123456789012:assumed-role/" + name + "/" + session, ID: "AROAEMULATOR:" + session},
			Credentials: stsCredentials{
				AccessKeyID: key, SecretAccessKey: who.SecretAccessKey, SessionToken: who.SessionToken,
				Expiration: who.Expires.UTC().Format("2006-01-02T15:04:05Z"),
			},
		},
		Request: random.UUID(),
	})
}

func (c *Handler) refuseSTS(status int, code, text string) {
	c.Event.Error = request.JoinWords(code+":", text)
	c.writeXML(status, stsFailure{Space: stsNamespace, Type: "Sender", Code: code, Message: text, Request: random.UUID()})
}

func (c *Handler) writeXML(status int, v any) {
	c.W.Header().Set("Content-Type", "text/xml")
	body, err := xml.Marshal(v)
	if err != nil {
		panic("cognitotest: " + err.Error())
	}
	c.W.WriteHeader(status)
	c.W.Write(body)
}
