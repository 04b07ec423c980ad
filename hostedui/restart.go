package hostedui

import (
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/web"
)

// restartParam tells the login that the cookie of markRestart was set just
// before: a browser that does not send it keeps no cookies.
const restartParam = "restart"

// restartMark is the suffix of that cookie.
const restartMark = "again"

// restartPath is loginPath for a login that the visitor did not ask for.
func (c *Client) restartPath(g goal) string {
	params := c.loginParams(g)
	params.Set(restartParam, "1")
	return c.endpoints.outside(loginEndpoint) + queryOf(params)
}

// mayRestart reports whether a login may begin again without a click. It may if
// it did not do so a moment ago, and if no other pending login would have to
// go.
func (c *Client) mayRestart(r *http.Request, g goal) bool {
	return !g.silent && !c.attempts.restarted(r) && (g != goal{} || !c.attempts.full(r))
}

// restart begins a login again.
func (c *Client) restart(w http.ResponseWriter, r *http.Request, g goal) {
	c.tell.stray(r.Context(), observe.StrayRestarted)
	c.attempts.markRestart(w)
	web.Redirect(w, http.StatusSeeOther, c.restartPath(g))
}

// markRestart notes that a login was begun again without being asked for;
// restarted tells whether that was just now. It keeps a callback that always
// fails from going round in circles.
func (a *attempts) markRestart(w http.ResponseWriter) {
	http.SetCookie(w, a.cookie(restartMark, "1", time.Minute))
}

func (a *attempts) restarted(r *http.Request) bool {
	_, err := r.Cookie(a.name + restartMark)
	return err == nil
}

func (a *attempts) clearRestart(w http.ResponseWriter, r *http.Request) {
	if a.restarted(r) {
		a.finish(w, restartMark)
	}
}
