package hostedui

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/web"
)

// serveLogin begins a login. Only a page navigation does: a fetch could not
// follow to another site's page anyway, and must not use up an attempt.
func (c *Client) serveLogin(w http.ResponseWriter, r *http.Request, opts ...LoginOption) {
	query := r.URL.Query()
	if !web.IsNavigation(r) {
		if !web.WantsPage(r) {
			c.signInRequired(w)
			return
		}
		c.answer(w, r, c.retry(http.StatusUnauthorized, "sign_in_required", Attempt{ReturnPath: c.returnPath(query.Get("return_to"))}))
		return
	}
	if query.Has(restartParam) && !c.attempts.restarted(r) { // or it would go round in circles
		c.fail(w, r, &Error{Op: "login", Code: cognito.CodeCookiesBlocked}, c.retry(http.StatusBadRequest, "cookies_blocked", Attempt{}))
		return
	}
	if c.cfg.LoginOptions != nil {
		opts = append(opts, c.cfg.LoginOptions(r)...)
	}
	c.first.tell(r.Context(), c)
	c.other.check(r, c)
	a := NewAttempt()
	a.ReturnPath = c.returnPath(query.Get("return_to"))
	c.attempts.begin(w, r, a)
	web.Redirect(w, http.StatusFound, c.LoginURL(a, append(opts, c.chosen(query)...)...))
}

// chosen are the options a visitor has set, as far as they may.
func (c *Client) chosen(query url.Values) []LoginOption {
	var opts []LoginOption
	if p := query.Get("identity_provider"); slices.Contains(c.cfg.Providers, p) {
		opts = append(opts, IdentityProvider(p))
	}
	if l := query.Get("lang"); slices.Contains(c.cfg.Languages, l) {
		opts = append(opts, Language(l))
	}
	if query.Get("prompt") == "login" { // as the page for a sign-in too long ago asks
		opts = append(opts, Prompt("login"))
	}
	return opts
}

func (c *Client) returnPath(raw string) string {
	return web.ReturnPath(raw, c.cfg.prefix(), c.cfg.defaultPage())
}

// loginPath is the login that leads back to a page, or to the default page.
func (c *Client) loginPath(returnPath string) string {
	return c.cfg.path("login") + encode(c.loginParams(returnPath))
}

// restartPath is the same for a login that nobody has asked for.
func (c *Client) restartPath(returnPath string) string {
	params := c.loginParams(returnPath)
	params.Set(restartParam, "1")
	return c.cfg.path("login") + encode(params)
}

// restartParam tells the login that the cookie of markRestart was set just
// before: a browser that does not send it keeps no cookies.
const restartParam = "restart"

func (c *Client) loginParams(returnPath string) url.Values {
	params := url.Values{}
	if returnPath != "" && returnPath != c.cfg.defaultPage() {
		params.Set("return_to", returnPath)
	}
	return params
}

func encode(params url.Values) string {
	if len(params) == 0 {
		return ""
	}
	return "?" + params.Encode()
}
