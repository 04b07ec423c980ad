package cognitotest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// An authRequest is a checked authorization request. All pages carry one in
// their query.
type authRequest struct {
	client        *AppClient
	redirectURI   string
	redirectGiven bool // as a parameter
	responseType  string
	state         string
	scopes        []string
	nonce         string
	challenge     string
	prompts       []string
	resource      string
	loginHint     string
	local         bool                   // the client's users may be the pool's own
	offered       []*federation.Provider // where else they may come from
	localOnly     bool                   // this user has to be one of the pool's own
	provider      *federation.Provider   // this user has to come from there
}

// authRequest reads the authorization request from the query. On failure it
// has answered: with a page of its own until the app's address is known to be
// registered, at that address from then on.
func (c *call) authRequest() (*authRequest, bool) {
	c.rememberLanguage()
	return c.authRequestFrom(c.query)
}

// authRequestFrom is authRequest for a query that was kept.
func (c *call) authRequestFrom(q url.Values) (*authRequest, bool) {
	if !plainState(q.Get("state")) {
		c.fail(http.StatusBadRequest, "invalid_request", "")
		return nil, false
	}
	req, ok := c.trustedRequest(q)
	if !ok {
		return nil, false
	}
	if code, description := req.read(q); code != "" {
		c.refuse(req, code, description)
		return nil, false
	}
	return req, true
}

// localRequest is authRequest for the pages of the pool's own users. For a
// client that has none it leads to the sign-in page.
func (c *call) localRequest() (*authRequest, bool) {
	req, ok := c.authRequest()
	if ok && !req.local {
		c.redirectToPage("/login", c.r.URL.RawQuery)
		return nil, false
	}
	return req, ok
}

// plainState reports whether Cognito lets a state through: a backslash, a
// caret, or a percent sign without two hexadecimal digits gets a 400.
func plainState(state string) bool {
	_, err := url.PathUnescape(state)
	return err == nil && !strings.ContainsAny(state, `\^`)
}

// trustedRequest checks client_id and redirect_uri.
func (c *call) trustedRequest(q url.Values) (*authRequest, bool) {
	for _, name := range []string{"client_id", "redirect_uri"} {
		if len(q[name]) > 1 {
			c.refuseHere("invalid_request", "")
			return nil, false
		}
	}
	if q.Get("client_id") == "" {
		c.refuseHere("invalid_request", missingParam("client_id"))
		return nil, false
	}
	client := c.clients.find(q.Get("client_id"))
	if client == nil {
		c.refuseHere("invalid_request", "")
		return nil, false
	}
	redirectURI := q.Get("redirect_uri")
	switch {
	case !q.Has("redirect_uri") && client.defaultCallback() != "":
		redirectURI = client.defaultCallback()
	case redirectURI == "":
		c.refuseHere("invalid_request", missingParam("redirect_uri"))
		return nil, false
	case !slices.Contains(client.CallbackURLs, redirectURI):
		c.refuseMismatch(client, mismatch{"redirect_uri", redirectURI, client.CallbackURLs})
		return nil, false
	}
	req := &authRequest{
		client: client, redirectURI: redirectURI, redirectGiven: q.Has("redirect_uri"),
		responseType: q.Get("response_type"), state: q.Get("state"),
	}
	req.local, req.offered = c.providersOf(client)
	return req, true
}

// missingParam is what the error page says about a missing parameter.
func missingParam(name string) string {
	return "Missing required parameter " + name + " in request URL"
}

// read reads the rest of the request. It returns the error to refuse it with,
// or "".
func (req *authRequest) read(q url.Values) (code, description string) {
	if repeated(q) {
		return "invalid_request", ""
	}
	checks := []func(url.Values) (code, description string){
		req.readResponseType, req.readChallenge, req.readScopes, req.readPrompts, req.readResource, req.readProvider,
	}
	for _, check := range checks {
		if code, description := check(q); code != "" {
			return code, description
		}
	}
	req.nonce = q.Get("nonce")
	req.loginHint = q.Get("login_hint")
	return "", ""
}

func (req *authRequest) readResponseType(url.Values) (code, description string) {
	switch req.responseType {
	case "code":
		if !req.client.allows(FlowCode) {
			return "unauthorized_client", ""
		}
		return "", ""
	case "token":
		return "unauthorized_client", ""
	}
	return "invalid_request", ""
}

// pkceValue is the form of a verifier and of a challenge (RFC 7636 section 4).
var pkceValue = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

func (req *authRequest) readChallenge(q url.Values) (code, description string) {
	challenge, method := q.Get("code_challenge"), q.Get("code_challenge_method")
	if challenge == "" && method == "" {
		return "", ""
	}
	if method != "S256" || !pkceValue.MatchString(challenge) {
		return "invalid_request", ""
	}
	req.challenge = challenge
	return "", ""
}

func (req *authRequest) readScopes(q url.Values) (code, description string) {
	req.scopes = strings.Fields(q.Get("scope"))
	if len(req.scopes) == 0 {
		req.scopes = slices.Clone(req.client.Scopes)
		return "", ""
	}
	if !req.client.grantable(req.scopes) {
		return "invalid_request", "invalid_scope"
	}
	return "", ""
}

func (req *authRequest) readPrompts(q url.Values) (code, description string) {
	req.prompts = strings.Fields(q.Get("prompt"))
	for _, prompt := range req.prompts {
		switch prompt {
		case "login", "select_account", "consent":
		case "none":
			if len(req.prompts) > 1 {
				return "invalid_request", ""
			}
		default:
			return "invalid_request", ""
		}
	}
	return "", ""
}

// readResource reads the one resource server (RFC 8707) the access token is
// for.
func (req *authRequest) readResource(q url.Values) (code, description string) {
	raw := q.Get("resource")
	if raw == "" {
		return "", ""
	}
	u, err := url.Parse(raw)
	if err != nil || !u.IsAbs() || strings.Contains(raw, "#") || u.Scheme == "http" && !hosts.IsLoopback(u.Hostname()) {
		return "invalid_request", ""
	}
	req.resource = raw
	return "", ""
}

// readProvider reads which provider the user has to come from, if the request
// says so: identity_provider goes before idp_identifier.
func (req *authRequest) readProvider(q url.Values) (code, description string) {
	name, identifier := q.Get("identity_provider"), q.Get("idp_identifier")
	if name == "" && identifier == "" {
		return "", ""
	}
	if name == localProvider && req.local {
		req.localOnly = true
		return "", ""
	}
	for _, idp := range req.offered {
		if idp.Name == name || name == "" && slices.Contains(idp.Identifiers, identifier) {
			req.provider = idp
			return "", ""
		}
	}
	return "invalid_request", ""
}
