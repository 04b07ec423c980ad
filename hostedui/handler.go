package hostedui

import (
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/web"
)

// ServeHTTP serves the endpoints below Config.Prefix, or where Config.Paths
// has them:
//
//	login              begins a login and leads back to ?return_to=
//	signup             the same, at the page where users make an account
//	forgot-password    the same, at the page where users reset a password
//	callback           where Cognito sends the browser afterwards
//	logout             POST signs out; GET asks first. A script gets JSON
//	                   with the URL to open next: {"logout_url": "…"}
//	logout-everywhere  the same for all sessions of the user in this app,
//	                   if they are in a store or SignOuts are configured
//	signed-out         where Cognito sends the browser after a logout
//	forget             makes the browser drop the pages that it keeps for Back
//	me                 who is signed in, as JSON
//	passkey            leads to Cognito's page where a user adds a passkey, and
//	                   from there back to ?return_to= (managed login only)
//
// A visitor may begin a login under another host name of the app, such as
// "127.0.0.1" for "localhost" or "www.example.com" for "example.com". The
// browser is then sent to BaseURL first, because the callback is there.
//
// An app whose BaseURL has a path, such as "https://example.com/app", can be
// mounted in three ways, with the same configuration:
//
//	mux.Handle("/app/auth/", client)              // below the path
//	http.Handle("/app/", http.StripPrefix("/app", mux)) // with "/auth/" in mux
//	mux.Handle("/auth/", client)                  // a proxy takes "/app" off
//
// Redirects, links, cookies and return paths are as the browser sees them: they
// all begin with "/app". Behind a proxy that removes the path, do not serve a
// page whose own path begins with "/app". The Client takes "/app/x" as a path
// that the proxy has not changed, so a login there leads back to "/x".
func (c *Client) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w.Header())
	w.Header().Add("Vary", "Cookie")
	endpoint := c.endpoints.of(r)
	c.mounting.arrived(r, c, endpoint)
	switch endpoint {
	case loginEndpoint:
		c.serveLogin(w, r)
	case signUpEndpoint:
		c.serveLogin(w, r, SignUpPage())
	case forgotPasswordEndpoint:
		c.serveLogin(w, r, ForgotPasswordPage())
	case callbackEndpoint:
		c.serveCallback(w, r)
	case logoutEndpoint:
		c.serveLogout(w, r)
	case logoutEverywhereEndpoint:
		c.serveLogoutEverywhere(w, r)
	case signedOutEndpoint:
		c.serveSignedOut(w, r)
	case forgetEndpoint:
		c.sessions.ServeForget(w, r)
	case meEndpoint:
		c.sessions.Polling(http.HandlerFunc(c.serveMe)).ServeHTTP(w, r) // pages ask again and again
	case passkeyEndpoint:
		c.servePasskey(w, r)
	default:
		c.answer(w, r, PageError{Status: http.StatusNotFound, Code: cognito.NotFound})
	}
}

// allow answers 405 unless the request has one of the methods.
func (c *Client) allow(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	for _, m := range methods {
		if r.Method == m {
			return true
		}
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	c.answer(w, r, PageError{Status: http.StatusMethodNotAllowed, Code: cognito.MethodNotAllowed})
	return false
}
