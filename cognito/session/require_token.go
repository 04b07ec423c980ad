package session

import (
	"net/http"
	"net/url"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/web"
)

// RequireSessionOrToken lets requests through to h that carry either a session
// or what tokens accepts, such as an access token: for routes that pages and
// programs share. Behind it [cognito.FromContext] has the user either way, and
// the policies mean the same.
//
// What a request carries in its own right decides: one with an Authorization
// header for tokens is judged by that alone, its cookie is not looked at, and
// a bad token never falls back to the cookie. All others need a session, as
// with [Manager.Require], and since browsers send cookies along whoever caused
// the request, they have to pass [http.CrossOriginProtection]: 403 with the
// code "cross_origin". A program that holds a token is not held to that.
func (m *Manager) RequireSessionOrToken(tokens cognito.Guard, h http.Handler, policies ...cognito.Policy) http.Handler {
	challenge := ""
	if c, ok := tokens.Authenticator.(interface{ Challenge() string }); ok {
		challenge = c.Challenge()
	}
	return tokens.RequireOr(h, m.sameOrigin(m.require(h, challenge, policies)), policies...)
}

// sameOrigin keeps requests that another site's page has caused from h, but
// for those that change nothing: GET, HEAD and OPTIONS.
func (m *Manager) sameOrigin(h http.Handler) http.Handler {
	crossing := http.NewCrossOriginProtection()
	base, _ := hosts.ParseBaseURL(m.cfg.BaseURL) // New has checked it
	if u, err := url.Parse(base); err == nil {
		_ = crossing.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	crossing.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.logger.InfoContext(r.Context(), "session: cross-origin request refused", "op", "require", "code", "cross_origin")
		noCache(w.Header())
		web.WriteProblem(w, &web.Problem{
			Status: http.StatusForbidden,
			Title:  http.StatusText(http.StatusForbidden),
			Detail: "The request comes from a page of another site.",
			Code:   "cross_origin",
		})
	}))
	return crossing.Handler(h)
}
