package hostedui

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/web"
)

// errNotAccepted has the likely causes of a session that the pages refuse.
var errNotAccepted = errors.New("a sign-in has just ended well, but its session is not accepted here: another process has other SESSION_KEYS or another Store, another app on this host overwrites the cookie, or cookies are blocked in part")

// markRenewed notes for a minute that a browser has signed in although it had a
// cookie of a session already. If its pages still find no session, more sign-ins
// will not help. If they find one, [Client.Protect] and [Client.Optional]
// remove the mark.
func (a *attempts) markRenewed(w http.ResponseWriter, r *http.Request) {
	if a.sendsSession(r) {
		http.SetCookie(w, a.site.Cookie(a.session+"-renewed", "1", time.Minute))
	}
}

// sendsSession reports whether a browser sends a cookie of a session, also if
// other cookies of that session are missing.
func (a *attempts) sendsSession(r *http.Request) bool {
	return slices.ContainsFunc([]string{"", "-1", "-2", "-3", "-4"}, func(part string) bool {
		return len(r.CookiesNamed(a.session+part)) > 0
	})
}

func (a *attempts) markedRenewed(r *http.Request) bool {
	return len(r.CookiesNamed(a.session+"-renewed")) > 0
}

func (a *attempts) clearRenewed(w http.ResponseWriter, r *http.Request) {
	if a.markedRenewed(r) {
		http.SetCookie(w, a.site.Cookie(a.session+"-renewed", "", -time.Second))
	}
}

// accepted removes the mark if the request's session is good.
func (c *Client) accepted(w http.ResponseWriter, r *http.Request) {
	if !c.attempts.markedRenewed(r) {
		return
	}
	if _, err := c.sessions.FromRequest(r); err == nil {
		c.attempts.clearRenewed(w, r)
	}
}

// endsLoop answers a navigation that would only lead to the next sign-in. The
// browser has cookies of a session from a sign-in of just now, and they do not
// open, or some are missing. It reports whether it has answered.
func (c *Client) endsLoop(w http.ResponseWriter, r *http.Request) bool {
	if !c.attempts.markedRenewed(r) {
		return false
	}
	_, err := c.sessions.FromRequest(r)
	switch {
	case err == nil:
		c.attempts.clearRenewed(w, r)
		return false
	case !errors.Is(err, session.ErrNoSession) || !web.IsNavigation(r) || !c.attempts.sendsSession(r):
		return false
	}
	c.attempts.clearRenewed(w, r) // "Try again" on the page signs in
	c.logger.WarnContext(r.Context(), "hostedui: failed", "op", "protect", "code", cognito.SessionFailed, "err", errNotAccepted)
	if c.cfg.OnError != nil {
		c.cfg.OnError(r.Context(), errNotAccepted)
	}
	c.answer(w, r, c.retryPage(http.StatusInternalServerError, cognito.SessionFailed, goal{path: c.endpoints.returnPath(c.endpoints.site.Target(r))}))
	return true
}
