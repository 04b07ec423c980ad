package hostedui

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/web"
)

// maxCallbackQuery bounds a callback's query, in bytes.
const maxCallbackQuery = 8 << 10

// serveCallback ends a login: it finds the attempt this browser began,
// exchanges the code, verifies the tokens, asks OnLogin and starts the
// session.
func (c *Client) serveCallback(w http.ResponseWriter, r *http.Request) {
	if !c.allow(w, r, http.MethodGet) {
		return
	}
	q, ok := callbackParams(r)
	if !ok || !web.IsNavigation(r) {
		c.answer(w, r, PageError{Status: http.StatusBadRequest, Code: cognito.BadCallback})
		return
	}
	if iss := q.Get("iss"); q.Has("iss") && !slices.Contains(c.issuers, iss) {
		c.loginFailed(w, r, &Error{Op: "callback", Code: cognito.CodeWrongIssuer}, PageError{Status: http.StatusBadRequest, Code: cognito.BadCallback}, goal{})
		return
	}
	if c.endsPasskey(w, r, q) {
		return
	}
	p, ok := c.attempts.find(r, q.Get("state"))
	if !ok {
		c.serveStray(w, r, q, p.goal)
		return
	}
	c.attempts.finish(w, p.slot)
	if code := q.Get("error"); code != "" {
		c.serveErrorAnswer(w, r, q, p.goal)
		return
	}
	if q.Get("code") == "" {
		c.loginFailed(w, r, &Error{Op: "callback", Code: cognito.CodeNoCode}, c.retryPage(http.StatusBadRequest, cognito.BadCallback, p.goal), p.goal)
		return
	}
	if !c.used.claim(p.attempt.State) {
		c.serveStray(w, r, q, p.goal)
		return
	}
	c.finishLogin(w, r, q.Get("code"), p)
}

// callbackParams reads a callback's query. It reports false for one that is
// too long or malformed, or has state, code, error or iss twice.
func callbackParams(r *http.Request) (url.Values, bool) {
	if len(r.URL.RawQuery) > maxCallbackQuery {
		return nil, false
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, false
	}
	for _, name := range []string{"state", "code", "error", "iss"} {
		if len(q[name]) > 1 {
			return nil, false
		}
	}
	return q, true
}

// serveStray answers a callback that belongs to no pending attempt of this
// browser. Causes are Back, a bookmark, a double click, an attempt that was
// pushed out, or a forgery. Nothing is exchanged. A signed-in user goes on to
// the app; anybody else starts over, once. The goal g is what the browser still
// keeps for this state, if anything. Cognito leaves the state out of some
// errors, so an error without a state is shown too.
func (c *Client) serveStray(w http.ResponseWriter, r *http.Request, q url.Values, g goal) {
	if isGuestAnswer(cognito.OAuthCode(q.Get("error"))) && c.attempts.silence(r) == silentTried {
		g.silent = true // its cookie had to go
	}
	_, err := c.sessions.FromRequest(r)
	switch {
	case err == nil:
		c.tell.stray(r.Context(), observe.StrayContinued)
		web.Redirect(w, http.StatusSeeOther, c.endpoints.returnPath(g.path))
	case errors.Is(err, session.ErrStore):
		c.tell.stray(r.Context(), observe.StrayRefused)
		c.loginFailed(w, r, err, PageError{Status: http.StatusServiceUnavailable, Code: cognito.StoreUnavailable}, g)
	case q.Get("error") != "":
		if !c.beginsAgain(r, errorAnswer(q), g) { // restart says so itself
			c.tell.stray(r.Context(), observe.StrayRefused)
		}
		c.serveErrorAnswer(w, r, q, g)
	case !c.mayRestart(r, g):
		c.tell.stray(r.Context(), observe.StrayRefused)
		c.loginFailed(w, r, c.strayError(r), c.retryPage(http.StatusBadRequest, cognito.LoginExpired, g), g)
	default:
		c.restart(w, r, g)
	}
}

// strayError tells a cookie that does not open from one that is not there.
func (c *Client) strayError(r *http.Request) error {
	if c.attempts.unreadable(r) {
		return &Error{Op: "callback", Code: cognito.CodeUnreadableCookie}
	}
	return &Error{Op: "callback", Code: cognito.CodeUnknownState}
}

// serveErrorAnswer answers a callback that brings an error instead of a code
// (RFC 6749 section 4.1.2.1). Its description is only for the log. If the same
// login will succeed when it begins again, it begins again at once, but only
// the first time.
func (c *Client) serveErrorAnswer(w http.ResponseWriter, r *http.Request, q url.Values, g goal) {
	err := errorAnswer(q)
	if c.beginsAgain(r, err, g) {
		c.logger.InfoContext(r.Context(), "hostedui: the login begins again", "op", "callback", "err", err)
		c.restart(w, r, g)
		return
	}
	page := c.retryPage(http.StatusBadRequest, cognito.LoginFailed, g)
	switch err.Code {
	case cognito.CodeAccessDenied:
		page.Status, page.Code = http.StatusForbidden, cognito.AccessDenied
	case cognito.CodeLoginRequired:
		page.Status, page.Code = http.StatusUnauthorized, cognito.LoginRequired
	case cognito.CodeServerError, cognito.CodeTemporarilyUnavailable:
		page.Code = cognito.CognitoFailed // and no 5xx, which a link must not cause
	}
	c.loginFailed(w, r, err, page, g)
}

// errorAnswer reads the error of a callback, in words that a log can take.
func errorAnswer(q url.Values) *Error {
	return &Error{Op: "callback", Code: cognito.OAuthCode(fetch.Clean(q.Get("error"))), Description: fetch.Clean(q.Get("error_description"))}
}

// beginsAgain reports whether a login that has failed with err begins again
// without a click.
func (c *Client) beginsAgain(r *http.Request, err *Error, g goal) bool {
	return overWithNext(err) && c.mayRestart(r, g)
}

// finishLogin exchanges the code, which is sent once, whatever happens.
func (c *Client) finishLogin(w http.ResponseWriter, r *http.Request, code string, p pending) {
	ctx := r.Context()
	login, err := c.Exchange(ctx, code, p.attempt)
	if err != nil {
		c.exchangeFailed(w, r, err, p.goal)
		return
	}
	login.Request, login.ResponseWriter = r, w
	if c.cfg.OnLogin != nil {
		if err := c.cfg.OnLogin(ctx, login); err != nil {
			c.refuseUser(w, r, err, login, p.goal)
			return
		}
	}
	if err := c.sessions.Start(w, r, login.Identity, login.Tokens, login.Session); err != nil {
		page := PageError{Status: http.StatusInternalServerError, Code: cognito.SessionFailed}
		if errors.Is(err, session.ErrStore) {
			page = c.retryPage(http.StatusServiceUnavailable, cognito.StoreUnavailable, p.goal)
		}
		c.revoke(ctx, login.Tokens.Refresh) // nobody will use it
		c.loginFailed(w, r, err, page, p.goal)
		return
	}
	c.attempts.markRenewed(w, r)
	c.attempts.clearRestart(w, r)
	c.attempts.finishAll(w, r, p.slot)
	c.attempts.forget(w, r, p.attempt.State)
	c.tell.signedIn(ctx, p.goal.kind(), login.Identity, c.now().Sub(p.attempt.begun))
	web.Redirect(w, http.StatusSeeOther, c.endpoints.returnPath(p.goal.path))
}

// exchangeFailed answers when the exchange failed. A code that was used
// already, by a second callback at another process, ends well: the visitor goes
// on, or the login begins again, once.
func (c *Client) exchangeFailed(w http.ResponseWriter, r *http.Request, err error, g goal) {
	if !errors.Is(err, cognito.ErrInvalidGrant) {
		c.loginFailed(w, r, err, c.retryPage(http.StatusBadGateway, cognito.CognitoFailed, g), g)
		return
	}
	if c.mayRestart(r, g) {
		c.logger.InfoContext(r.Context(), "hostedui: the login begins again", "op", "callback", "err", err)
		c.restart(w, r, g)
		return
	}
	c.loginFailed(w, r, err, c.retryPage(http.StatusBadRequest, cognito.LoginExpired, g), g)
}

// refuseUser answers a user whom OnLogin refused. Cognito still has them signed
// in, so trying another account goes through its logout.
func (c *Client) refuseUser(w http.ResponseWriter, r *http.Request, err error, login *Login, g goal) {
	c.revoke(r.Context(), login.Tokens.Refresh) // nobody will use it
	text, refused := errors.AsType[cognito.Refuse](err)
	if !refused {
		c.loginFailed(w, r, fmt.Errorf("hostedui: OnLogin: %w", err), c.retryPage(http.StatusInternalServerError, cognito.SessionFailed, g), g)
		return
	}
	page := c.retryPage(http.StatusForbidden, cognito.Refused, goal{})
	page.Text = string(text)
	page.RetryURL = c.LogoutURL()
	c.loginFailed(w, r, err, page, g)
}
