package cognitotest

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// Names of identity pools that are the same in every region.
const (
	identityHostName = "cognito-identity.amazonaws.com"
	identityIssuer   = "https://" + identityHostName
	identityKeysPath = "/.well-known/jwks_uri"
)

// identityHosts are the hosts of the identity pool in memory: its API, STS,
// and where its keys are.
func (p *Pool) identityHosts() []string {
	if p.identities == nil {
		return nil
	}
	return []string{hosts.API("cognito-identity", p.region()), hosts.API("sts", p.region()), "sts.amazonaws.com", identityHostName}
}

// openIDClaims are those of a token of the identity pool's.
type openIDClaims struct {
	Iss string
	Aud string
	Sub string
	AMR []string
	Exp int64
}

// openIdentityToken reads a token that openIDToken has signed.
func (c *call) openIdentityToken(token string, claims *openIDClaims) error {
	payload, err := c.keys.Open(keys.UseID, token)
	if err != nil || json.Unmarshal(payload, claims) != nil || claims.Iss != identityIssuer {
		return keys.ErrBadToken
	}
	return nil
}

// stsAction is the one action of STS that identity pools need.
const stsAction = "AssumeRoleWithWebIdentity"

// isSTS reports whether r calls STS.
func isSTS(r *http.Request) bool {
	return r.URL.Path == "/" && r.Method == http.MethodPost && r.Header.Get("X-Amz-Target") == ""
}

var stsEndpoint = endpoint{op: stsAction, json: true, post: (*call).sts}

// identityEndpoint finds what r asks one of the identity pool's hosts for.
func (p *Pool) identityEndpoint(r *http.Request) (endpoint, bool) {
	switch _, api := isAPI(r); {
	case r.Host == identityHostName && r.URL.Path == identityKeysPath:
		return endpoint{op: "jwks", json: true, get: (*call).jwks}, true
	case strings.HasPrefix(r.Host, "sts.") && isSTS(r):
		return stsEndpoint, true
	case strings.HasPrefix(r.Host, "cognito-identity.") && api && strings.HasPrefix(r.Header.Get("X-Amz-Target"), identityTarget):
		return apiEndpoint(r), true
	}
	return endpoint{}, false
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

// sts is POST / of STS: AssumeRoleWithWebIdentity with a token of the
// identity pool's, the second half of the basic flow.
func (c *call) sts() {
	if c.form.Get("Action") != stsAction {
		c.refuseSTS(http.StatusBadRequest, "InvalidAction", "Could not find operation "+strconv.Quote(refusal.Clip(c.form.Get("Action"), 64)))
		return
	}
	var claims openIDClaims
	role, session := c.form.Get("RoleArn"), c.form.Get("RoleSessionName")
	life, ok := stsLife(c.form.Get("DurationSeconds"))
	switch err := c.openIdentityToken(c.form.Get("WebIdentityToken"), &claims); {
	case !ok || role == "" || len(session) < 2 || len(session) > 64:
		c.refuseSTS(http.StatusBadRequest, "ValidationError", "RoleArn, RoleSessionName of 2 to 64 characters and DurationSeconds of 900 to 43200")
	case err != nil || c.identities == nil || claims.Aud != c.identities.ID:
		c.refuseSTS(http.StatusBadRequest, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for the token's issuer")
	case c.at.Unix() >= claims.Exp:
		c.refuseSTS(http.StatusBadRequest, "ExpiredTokenException", "Token expired")
	case role != c.trustedRole(&claims):
		c.refuseSTS(http.StatusForbidden, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
	default:
		c.assumeRole(&claims, role, session, life)
	}
}

// trustedRole is the role whose trust policy lets the token's identity
// assume it, as the console sets the policies up.
func (c *call) trustedRole(claims *openIDClaims) string {
	if slices.Contains(claims.AMR, "authenticated") {
		return c.identities.AuthenticatedRole
	}
	return c.identities.UnauthenticatedRole
}

func stsLife(seconds string) (time.Duration, bool) {
	if seconds == "" {
		return stsDefault * time.Second, true
	}
	n, err := strconv.Atoi(seconds)
	return time.Duration(n) * time.Second, err == nil && n >= stsMinimum && n <= stsMaximum
}

func (c *call) assumeRole(claims *openIDClaims, role, session string, life time.Duration) {
	key, who := c.identities.give(AWSIdentity{
		IdentityID: claims.Sub, RoleARN: role, Subject: c.identities.subjectOf(claims.Sub, c.loginProvider()), Expires: c.at.Add(life),
	}, c.at)
	name := role[strings.LastIndexByte(role, '/')+1:]
	c.writeXML(http.StatusOK, stsResponse{
		Space: stsNamespace,
		Result: stsResult{
			Subject:  claims.Sub,
			Audience: claims.Aud,
			Provider: identityHostName,
			Role:     stsAssumedRole{ARN: "arn:aws:sts::123456789012:assumed-role/" + name + "/" + session, ID: "AROAEMULATOR:" + session},
			Credentials: stsCredentials{
				AccessKeyID: key, SecretAccessKey: who.SecretAccessKey, SessionToken: who.SessionToken,
				Expiration: who.Expires.UTC().Format("2006-01-02T15:04:05Z"),
			},
		},
		Request: random.UUID(),
	})
}

// subjectOf is the subject that an identity has at a provider, or "".
func (ip *identityPool) subjectOf(id, provider string) string {
	ip.mu.Lock()
	defer ip.mu.Unlock()
	if v := ip.identities[id]; v != nil {
		return v.logins[provider]
	}
	return ""
}

func (c *call) refuseSTS(status int, code, text string) {
	c.event.Error = joinWords(code+":", text)
	c.writeXML(status, stsFailure{Space: stsNamespace, Type: "Sender", Code: code, Message: text, Request: random.UUID()})
}

func (c *call) writeXML(status int, v any) {
	c.w.Header().Set("Content-Type", "text/xml")
	body, err := xml.Marshal(v)
	if err != nil {
		panic("cognitotest: " + err.Error())
	}
	c.w.WriteHeader(status)
	c.w.Write(body)
}

// identityOwner is the pool that has the identity pool, the identity or the
// token of an identity that a request names; nil if it names none of them.
func identityOwner(pools []*Pool, r *http.Request) *Pool {
	target, api := isAPI(r)
	var named string
	switch {
	case api && strings.HasPrefix(target, identityTarget):
		params := apiParams(peekBody(r))
		named = cmp.Or(params.Get("IdentityPoolId"), params.Get("IdentityId"))
	case isSTS(r):
		named = audience(peekForm(r).Get("WebIdentityToken"))
	}
	for _, p := range pools {
		if named != "" && p.identities != nil && (p.identities.ID == named || p.identities.has(named)) {
			return p
		}
	}
	return nil
}

func (ip *identityPool) has(identityID string) bool {
	ip.mu.Lock()
	defer ip.mu.Unlock()
	return ip.identities[identityID] != nil
}

// audience is the aud that a token claims. Nothing else follows from it: the
// pool verifies the token.
func audience(token string) string {
	var claims struct{ Aud string }
	if json.Unmarshal(peekPayload(token), &claims) != nil {
		return ""
	}
	return claims.Aud
}
