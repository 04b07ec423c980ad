package cognitotest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/hosted"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identities"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/oauth"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/internal/passkeyscript"
)

// domainEndpoints are the paths of the user-pool domain.
var domainEndpoints = map[string]request.Endpoint{
	"/oauth2/authorize":      {Op: "authorize", Get: onPages((*hosted.Handler).Authorize)},
	"/oauth2/token":          {Op: "token", JSON: true, Post: onOAuth((*oauth.Handler).Token)},
	"/oauth2/userInfo":       {Op: "userInfo", JSON: true, Get: onOAuth((*oauth.Handler).UserInfo)},
	"/oauth2/revoke":         {Op: "revoke", JSON: true, Post: onOAuth((*oauth.Handler).Revoke)},
	"/login":                 {Op: "login", Get: onPages((*hosted.Handler).LoginPage), Post: onPages((*hosted.Handler).Login)},
	"/signup":                {Op: "signup", Get: onPages((*hosted.Handler).SignUpPage), Post: onPages((*hosted.Handler).SignUp)},
	"/confirmUser":           {Op: "confirmUser", Get: onPages((*hosted.Handler).ConfirmUser)},
	"/changePassword":        {Op: "changePassword", Get: onPages((*hosted.Handler).ChangePage), Post: onPages((*hosted.Handler).Change)},
	"/mfa":                   {Op: "mfa", Get: onPages((*hosted.Handler).MFAPage), Post: onPages((*hosted.Handler).MFA)},
	"/mfa/register":          {Op: "mfa/register", Get: onPages((*hosted.Handler).MFAPage), Post: onPages((*hosted.Handler).MFA)},
	"/passkeys/add":          {Op: "passkeys/add", Get: onPages((*hosted.Handler).AddPasskeyPage), Post: onPages((*hosted.Handler).AddPasskey)},
	"/passkeys/verify":       {Op: "passkeys/verify", Get: onPages((*hosted.Handler).PasskeyPage), Post: onPages((*hosted.Handler).Passkey)},
	"/passkeys/script.js":    {Op: "passkeys/script.js", Get: servePasskeyScript},
	"/oauth2/idpresponse":    {Op: "idpresponse", Get: onPages((*hosted.Handler).IDPResponse)},
	"/saml2/idpresponse":     {Op: "saml2/idpresponse", Post: onPages((*hosted.Handler).SAMLResponse)},
	"/confirm":               {Op: "confirm", Get: onPages((*hosted.Handler).ConfirmPage), Post: onPages((*hosted.Handler).Confirm)},
	"/resendcode":            {Op: "resendcode", Post: onPages((*hosted.Handler).ResendCode)},
	"/forgotPassword":        {Op: "forgotPassword", Get: onPages((*hosted.Handler).ForgotPage), Post: onPages((*hosted.Handler).Forgot)},
	"/confirmforgotPassword": {Op: "confirmforgotPassword", Get: onPages((*hosted.Handler).ResetPage), Post: onPages((*hosted.Handler).Reset)},
	"/logout":                {Op: "logout", Get: onPages((*hosted.Handler).Logout)},
	"/error":                 {Op: "error", Get: (*request.Call).ErrorPage},
}

// ServeHTTP serves the pool: OAuth endpoints, hosted pages, discovery and keys,
// and the user-pool API at POST /. A request for the issuer's host on AWS gets
// only the paths of the issuer and the API. A request for the domain's host
// gets only the domain's paths. Under any other host name all paths are served.
func (p *Pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := request.New(p.core, w, r)
	defer c.Record()
	e, ok := p.endpoint(r)
	c.Serve(e, ok)
}

// endpoint finds what r asks for.
func (p *Pool) endpoint(r *http.Request) (request.Endpoint, bool) {
	host := r.Host
	if request.IsPreflight(r) && r.URL.Path == "/" && !slices.Contains(p.core.DomainHosts(), host) {
		return apiEndpoint(r), true
	}
	if slices.Contains(p.core.IdentityHosts(), host) {
		return p.identityEndpoint(r)
	}
	if p.core.Names().Exist() && !slices.Contains(p.core.IssuerHosts(), host) {
		if e, ok := domainEndpoints[r.URL.Path]; ok {
			return e, true
		}
		if strings.HasPrefix(r.URL.Path, "/idp/") {
			return request.Endpoint{Op: "idp", Get: onPages((*hosted.Handler).PlayProvider), Post: onPages((*hosted.Handler).AnswerProvider)}, true
		}
	}
	if !slices.Contains(p.core.DomainHosts(), host) {
		if _, ok := request.IsAPI(r); ok {
			return apiEndpoint(r), true
		}
		if identities.IsSTS(r) && p.core.Identities != nil {
			return stsEndpoint, true
		}
		if e, ok := issuerEndpoint(r.URL.Path); ok {
			return e, true
		}
	}
	return request.Endpoint{}, false
}

// issuerEndpoint finds the endpoints below /<pool id>/.well-known/.
func issuerEndpoint(path string) (request.Endpoint, bool) {
	id, document, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/.well-known/")
	if !ok || id == "" || strings.Contains(id, "/") {
		return request.Endpoint{}, false
	}
	known := func(op string, answer func(*oauth.Handler)) (request.Endpoint, bool) {
		return request.Endpoint{Op: op, JSON: true, Get: onOAuth(func(c *oauth.Handler) {
			if id != c.ID {
				c.UnknownPool(id)
				return
			}
			answer(c)
		})}, true
	}
	switch document {
	case "openid-configuration":
		return known("discovery", (*oauth.Handler).Discovery)
	case "jwks.json":
		return known("jwks", (*oauth.Handler).JWKS)
	}
	return request.Endpoint{}, false
}

var stsEndpoint = request.Endpoint{Op: identities.STSAction, JSON: true, Post: onIdentity((*identities.Handler).STS)}

// identityEndpoint finds what r asks one of the identity pool's hosts for.
func (p *Pool) identityEndpoint(r *http.Request) (request.Endpoint, bool) {
	switch _, api := request.IsAPI(r); {
	case r.Host == pool.IdentityHostName && r.URL.Path == identities.IdentityKeysPath:
		return request.Endpoint{Op: "jwks", JSON: true, Get: onOAuth((*oauth.Handler).JWKS)}, true
	case strings.HasPrefix(r.Host, "sts.") && identities.IsSTS(r):
		return stsEndpoint, true
	case strings.HasPrefix(r.Host, "cognito-identity.") && api && strings.HasPrefix(r.Header.Get("X-Amz-Target"), identities.IdentityTarget):
		return apiEndpoint(r), true
	}
	return request.Endpoint{}, false
}

// onOAuth has the OAuth endpoints answer.
func onOAuth(answer func(*oauth.Handler)) func(*request.Call) {
	return func(c *request.Call) { answer(oauth.New(c)) }
}

// onPages has the hosted pages answer.
func onPages(answer func(*hosted.Handler)) func(*request.Call) {
	return func(c *request.Call) { answer(hosted.New(c)) }
}

// servePasskeyScript answers with the script of the pages for passkeys.
func servePasskeyScript(c *request.Call) { passkeyscript.Serve(c.W, c.R) }

// onIdentity has the identity pool answer.
func onIdentity(answer func(*identities.Handler)) func(*request.Call) {
	return func(c *request.Call) { answer(identities.New(c)) }
}
