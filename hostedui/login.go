package hostedui

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/seed75762126/cognito-go/internal/web"
)

// serveLogin begins a login. Only a page navigation does: a fetch could not
// follow to another site's page anyway, and must not use up an attempt.
func (c *Client) serveLogin(w http.ResponseWriter, r *http.Request, opts ...LoginOption) {
	if !web.IsNavigation(r) {
		c.problem(w, http.StatusUnauthorized, "sign_in_required")
		return
	}
	if c.cfg.LoginOptions != nil {
		opts = append(opts, c.cfg.LoginOptions(r)...)
	}
	query := r.URL.Query()
	a := NewAttempt()
	a.ReturnPath = c.returnPath(query.Get("return_to"))
	c.attempts.begin(w, r, a)
	http.Redirect(w, r, c.LoginURL(a, append(opts, c.chosen(query)...)...), http.StatusFound)
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
	path := c.cfg.path("login")
	if returnPath == "" || returnPath == c.cfg.defaultPage() {
		return path
	}
	return path + "?" + url.Values{"return_to": {returnPath}}.Encode()
}
