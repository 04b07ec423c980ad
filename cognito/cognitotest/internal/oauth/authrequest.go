package oauth

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/journal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// An AuthRequest is a checked authorization request. All pages carry one in
// their query.
type AuthRequest struct {
	Client        *clients.Client
	redirectURI   string
	redirectGiven bool // as a parameter
	responseType  string
	state         string
	scopes        []string
	Nonce         string
	challenge     string
	Prompts       []string
	resource      string
	LoginHint     string
	Local         bool                   // the client's users may be the pool's own
	Offered       []*federation.Provider // where else they may come from
	LocalOnly     bool                   // this user has to be one of the pool's own
	Provider      *federation.Provider   // this user has to come from there
}

// ReadAuthRequest reads the authorization request from the query. On failure it
// has answered already. It uses a page of its own until the app's address is
// known to be registered, and that address afterwards.
func (c *Handler) ReadAuthRequest() (*AuthRequest, bool) {
	c.RememberLanguage()
	return c.AuthRequestFrom(c.Query)
}

// AuthRequestFrom is ReadAuthRequest for a query that was kept.
func (c *Handler) AuthRequestFrom(q url.Values) (*AuthRequest, bool) {
	if !plainState(q.Get("state")) {
		c.Fail(http.StatusBadRequest, "invalid_request", "")
		return nil, false
	}
	req, ok := c.trustedRequest(q)
	if !ok {
		return nil, false
	}
	if code, description := req.read(q); code != "" {
		c.Refuse(req, code, description)
		return nil, false
	}
	return req, true
}

// LocalRequest is ReadAuthRequest for the pages of the pool's own users. For a
// client that has none it leads to the sign-in page.
func (c *Handler) LocalRequest() (*AuthRequest, bool) {
	req, ok := c.ReadAuthRequest()
	if ok && !req.Local {
		c.RedirectToPage("/login", c.R.URL.RawQuery)
		return nil, false
	}
	return req, ok
}

// ReadReturn reads only client_id and redirect_uri, for pages that lead back to
// the app and sign nobody in. On failure it has answered.
func (c *Handler) ReadReturn() (*AuthRequest, bool) {
	c.RememberLanguage()
	if request.Repeated(c.Query) {
		c.RefuseHere("invalid_request", "")
		return nil, false
	}
	return c.trustedRequest(c.Query)
}

// plainState reports whether Cognito lets a state through: a backslash, a
// caret, or a percent sign without two hexadecimal digits gets a 400.
func plainState(state string) bool {
	_, err := url.PathUnescape(state)
	return err == nil && !strings.ContainsAny(state, `\^`)
}

// trustedRequest checks client_id and redirect_uri.
func (c *Handler) trustedRequest(q url.Values) (*AuthRequest, bool) {
	for _, name := range []string{"client_id", "redirect_uri"} {
		if len(q[name]) > 1 {
			c.RefuseHere("invalid_request", "")
			return nil, false
		}
	}
	if q.Get("client_id") == "" {
		c.RefuseHere("invalid_request", request.MissingParam("client_id"))
		return nil, false
	}
	client := c.Clients.Find(q.Get("client_id"))
	if client == nil {
		c.RefuseHere("invalid_request", "")
		c.Event.Error = "invalid_request: no app client has this client_id"
		return nil, false
	}
	redirectURI := q.Get("redirect_uri")
	switch {
	case !q.Has("redirect_uri") && client.DefaultCallback() != "":
		redirectURI = client.DefaultCallback()
	case redirectURI == "":
		c.RefuseHere("invalid_request", request.MissingParam("redirect_uri"))
		return nil, false
	case !slices.Contains(client.CallbackURLs, redirectURI):
		c.RefuseMismatch(client, journal.Mismatch{Param: "redirect_uri", Sent: redirectURI, Registered: client.CallbackURLs})
		return nil, false
	}
	req := &AuthRequest{
		Client: client, redirectURI: redirectURI, redirectGiven: q.Has("redirect_uri"),
		responseType: q.Get("response_type"), state: q.Get("state"),
	}
	req.Local, req.Offered = c.ProvidersOf(client)
	return req, true
}

// read reads the rest of the request. It returns the error to refuse it with,
// or "".
func (req *AuthRequest) read(q url.Values) (code, description string) {
	if request.Repeated(q) {
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
	req.Nonce = q.Get("nonce")
	req.LoginHint = q.Get("login_hint")
	return "", ""
}

func (req *AuthRequest) readResponseType(url.Values) (code, description string) {
	switch req.responseType {
	case "code":
		if !req.Client.Allows(clients.FlowCode) {
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

func (req *AuthRequest) readChallenge(q url.Values) (code, description string) {
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

func (req *AuthRequest) readScopes(q url.Values) (code, description string) {
	req.scopes = strings.Fields(q.Get("scope"))
	if len(req.scopes) == 0 {
		req.scopes = slices.Clone(req.Client.Scopes)
		return "", ""
	}
	if !req.Client.Grantable(req.scopes) {
		return "invalid_request", "invalid_scope"
	}
	return "", ""
}

func (req *AuthRequest) readPrompts(q url.Values) (code, description string) {
	req.Prompts = strings.Fields(q.Get("prompt"))
	for _, prompt := range req.Prompts {
		switch prompt {
		case "login", "select_account", "consent":
		case "none":
			if len(req.Prompts) > 1 {
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
func (req *AuthRequest) readResource(q url.Values) (code, description string) {
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
// says so: identity_provider has priority over idp_identifier.
func (req *AuthRequest) readProvider(q url.Values) (code, description string) {
	name, identifier := q.Get("identity_provider"), q.Get("idp_identifier")
	if name == "" && identifier == "" {
		return "", ""
	}
	if name == settings.LocalProvider && req.Local {
		req.LocalOnly = true
		return "", ""
	}
	for _, idp := range req.Offered {
		if idp.Name == name || name == "" && slices.Contains(idp.Identifiers, identifier) {
			req.Provider = idp
			return "", ""
		}
	}
	return "invalid_request", ""
}
