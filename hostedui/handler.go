package hostedui

import (
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/web"
)

// ServeHTTP serves the endpoints below Config.Prefix:
//
//	login              begins a login and leads back to ?return_to=
//	signup             the same, at the page where users make an account
//	forgot-password    the same, at the page where users reset a password
//	callback           where Cognito sends the browser afterwards
//	logout             POST signs out; GET asks first. A script gets JSON
//	                   with the URL to open next: {"logout_url": "…"}
//	logout-everywhere  the same for all sessions of the user in this app,
//	                   where they are in a store or SignOuts are configured
//	signed-out         where Cognito sends the browser after a logout
//	forget             has the browser drop the pages it keeps for Back
//	me                 who is signed in, as JSON
func (c *Client) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w.Header())
	w.Header().Add("Vary", "Cookie")
	switch c.endpoint(r) {
	case "login":
		c.serveLogin(w, r)
	case "signup":
		c.serveLogin(w, r, SignUpPage())
	case "forgot-password":
		c.serveLogin(w, r, ForgotPasswordPage())
	case "callback":
		c.serveCallback(w, r)
	case "logout":
		c.serveLogout(w, r)
	case "logout-everywhere":
		c.serveLogoutEverywhere(w, r)
	case "signed-out":
		c.serveSignedOut(w, r)
	case "forget":
		session.ServeForget(w, r)
	case "me":
		session.Polling(http.HandlerFunc(c.serveMe)).ServeHTTP(w, r) // pages ask again and again
	default:
		c.answer(w, r, PageError{Status: http.StatusNotFound, Code: "not_found"})
	}
}

// endpoint is the name of the endpoint a request is for.
func (c *Client) endpoint(r *http.Request) string {
	return strings.TrimPrefix(r.URL.Path, c.cfg.prefix())
}

// allow answers 405 unless the request has one of the methods.
func (c *Client) allow(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	for _, m := range methods {
		if r.Method == m {
			return true
		}
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	c.answer(w, r, PageError{Status: http.StatusMethodNotAllowed, Code: "method_not_allowed"})
	return false
}
