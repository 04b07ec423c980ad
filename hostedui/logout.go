package hostedui

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/web"
)

// revokeTimeout bounds how long a revocation may hold up a logout.
const revokeTimeout = 2 * time.Second

// A logoutPage is one of the two ways to sign out.
type logoutPage struct{ endpoint, title, text string }

var (
	logoutHere       = logoutPage{"logout", "Sign out?", "You will be signed out of this app and of the sign-in service."}
	logoutEverywhere = logoutPage{"logout-everywhere", "Sign out everywhere?", "You will be signed out of this app in every browser and on every device, and of the sign-in service in this browser."}
	stillSignedIn    = logoutPage{"logout", "You are still signed in", "You are signed out of the sign-in service, but not of this app."}
)

// serveLogout signs out with a POST from this site. It removes the session from
// store and browser, then revokes the refresh token, then sends the browser to
// Cognito's logout. A GET, which a link or an image on any site can make, only
// asks.
func (c *Client) serveLogout(w http.ResponseWriter, r *http.Request) {
	if !c.mayLogOut(w, r, logoutHere) {
		return
	}
	r, done := finishing(r)
	defer done()
	s, _ := c.sessions.FromRequest(r)
	c.logOut(w, r, "logout", s)
}

// serveLogoutEverywhere is serveLogout for all sessions that the user has in
// this app, in all browsers. Each one's refresh token is revoked.
func (c *Client) serveLogoutEverywhere(w http.ResponseWriter, r *http.Request) {
	if !c.mayLogOut(w, r, logoutEverywhere) {
		return
	}
	r, done := finishing(r)
	defer done()
	s, err := c.sessions.FromRequest(r)
	if err == nil {
		err = c.sessions.EndAll(r.Context(), s.Identity())
	}
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		c.fail(w, r, err, PageError{Status: http.StatusNotFound, Code: cognito.NotFound})
	case err != nil && !errors.Is(err, session.ErrNoSession):
		c.notSignedOut(w, r, "logout-everywhere", err)
	default:
		c.logOut(w, r, "logout-everywhere", s)
	}
}

// logoutTimeout bounds a logout whose visitor has left.
const logoutTimeout = 10 * time.Second

// finishing returns the request with a context that does not end when the
// visitor leaves: a logout that has begun is carried out.
func finishing(r *http.Request) (*http.Request, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), logoutTimeout)
	return r.WithContext(ctx), cancel
}

// mayLogOut reports whether a request may sign out. Otherwise it has answered.
//
// A POST of this site may, if there is a session. Without a session, a POST
// could still end Cognito's own session, and a service worker can make another
// site's form look like this site's. So the page asks the person first. A script
// is only told where Cognito's logout is.
func (c *Client) mayLogOut(w http.ResponseWriter, r *http.Request, page logoutPage) bool {
	if !c.allow(w, r, http.MethodGet, http.MethodHead, http.MethodPost) {
		return false
	}
	_, err := c.sessions.FromRequest(r)
	guest := errors.Is(err, session.ErrNoSession)
	if r.Method != http.MethodPost {
		c.askLogout(w, page, guest)
		return false
	}
	if err := c.crossing.Check(r); err != nil {
		c.fail(w, r, err, PageError{Status: http.StatusForbidden, Code: cognito.CrossOrigin, RetryURL: c.other.reachable(r, c.endpoints.outside(page.endpoint))})
		return false
	}
	if guest && !web.FromScript(r) && !c.attempts.confirmed(r) {
		c.askLogout(w, page, guest)
		return false
	}
	return true
}

// logOut ends the session s of the request, which may be nil, and revokes its
// refresh token.
func (c *Client) logOut(w http.ResponseWriter, r *http.Request, endpoint string, s *session.Session) {
	if err := c.sessions.End(w, r); err != nil {
		c.notSignedOut(w, r, endpoint, err)
		return
	}
	c.attempts.clearRenewed(w, r)
	if c.cfg.SilentSignIn { // Cognito may not hear of a script's logout
		c.attempts.setSilence(w, silentTried)
	}
	if s != nil {
		c.logger.InfoContext(r.Context(), "hostedui: signed out", "op", endpoint, "session", observe.SessionHandle(s.ID()),
			"user", s.Identity(), "client_id", s.Identity().ClientID, "provider", s.Identity().Provider())
		if c.cfg.OnLogout != nil {
			c.cfg.OnLogout(context.WithoutCancel(r.Context()), s.Identity())
		}
	}
	c.goToLogout(w, r)
}

// goToLogout sends the browser to Cognito's logout. A script could not follow
// to another site: it is told where to send the browser.
func (c *Client) goToLogout(w http.ResponseWriter, r *http.Request) {
	if !web.FromScript(r) {
		c.attempts.clearConfirm(w, r)
		web.Redirect(w, http.StatusSeeOther, c.LogoutURL())
		return
	}
	body, _ := json.Marshal(map[string]string{"logout_url": c.LogoutURL()}) // a string always marshals
	web.Describe(w.Header(), "application/json", web.NoContent)
	_, _ = w.Write(append(body, '\n'))
}

func (c *Client) notSignedOut(w http.ResponseWriter, r *http.Request, endpoint string, err error) {
	c.fail(w, r, err, PageError{
		Status: http.StatusServiceUnavailable, Code: cognito.StoreUnavailable, Title: "You are not signed out yet",
		Text: "The app could not end your session just now. Please try again in a few seconds.", RetryURL: c.endpoints.outside(endpoint),
	})
}

// askLogout shows a page with a button to sign out. A guest's button carries
// what only this browser was told.
func (c *Client) askLogout(w http.ResponseWriter, page logoutPage, guest bool) {
	action := c.endpoints.outside(page.endpoint)
	stay := web.Action{Label: "Stay signed in", URL: c.endpoints.home}
	if guest {
		action += "?" + confirmParam + "=" + c.attempts.askConfirm(w)
		page.text = "You are not signed in to this app. You may still be signed in to the sign-in service."
		stay.Label = "Home"
	}
	p := &web.Page{
		Brand:   c.brand,
		Title:   page.title,
		Text:    []string{page.text},
		Actions: []web.Action{{Label: "Sign out", URL: action, Post: true, Primary: true}, stay},
		// The answer to the form redirects to Cognito and from there to the
		// signed-out page.
		FormTargets: []string{origin(c.domain), origin(c.SignedOutURL())},
	}
	p.Write(w, http.StatusOK)
}

// serveSignedOut shows the page after a logout, and has the browser fetch
// "forget".
func (c *Client) serveSignedOut(w http.ResponseWriter, r *http.Request) {
	if !c.allow(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	w.Header().Set("Link", "<"+c.endpoints.outside(forgetEndpoint)+">; rel=preload; as=image")
	if c.cfg.SignedOutPage != nil {
		c.cfg.SignedOutPage.ServeHTTP(w, r)
		return
	}
	if _, err := c.sessions.FromRequest(r); err == nil { // somebody came here by another way
		c.askLogout(w, stillSignedIn, false)
		return
	}
	page := &web.Page{
		Brand:      c.brand,
		Title:      "You are signed out",
		LoadsImage: true,
		Text:       []string{"Your session has ended, in this app and with the sign-in service."},
		Actions: []web.Action{
			{Label: "Sign in again", URL: c.endpoints.outside(loginEndpoint), Primary: true},
			{Label: "Home", URL: c.endpoints.home},
		},
	}
	page.Write(w, http.StatusOK)
}

// revoke revokes the refresh token of a session that is over. A failure is
// logged and delays nobody by more than two seconds.
func (c *Client) revoke(ctx context.Context, token cognito.RefreshToken) {
	if token == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeTimeout)
	defer cancel()
	if err := c.Revoke(ctx, token); err != nil {
		c.logger.WarnContext(ctx, "hostedui: the refresh token was not revoked", "op", "revoke", "err", err)
	}
}
