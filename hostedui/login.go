package hostedui

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
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
		c.answer(w, r, c.retryPage(http.StatusUnauthorized, cognito.SignInRequired, goal{path: c.endpoints.returnPath(query.Get("return_to"))}))
		return
	}
	if query.Has(restartParam) && !c.attempts.restarted(r) { // or it would go round in circles
		c.loginFailed(w, r, &Error{Op: "login", Code: cognito.CodeCookiesBlocked}, c.retryPage(http.StatusBadRequest, cognito.CookiesBlocked, goal{}), goal{})
		return
	}
	if begun, ok := c.attempts.openOptions(r.Context(), query.Get(optionsParam)); ok {
		opts = []LoginOption{decodeLoginOptions(begun)}
	} else {
		if c.cfg.LoginOptions != nil {
			opts = append(opts, c.cfg.LoginOptions(r)...)
		}
		opts = append(opts, c.chosen(query)...)
	}
	c.first.tell(r.Context(), c)
	c.other.warn(r)
	o := newLoginOptions(opts)
	g := goal{options: o.encode()}
	if g.path = c.endpoints.returnPath(query.Get("return_to")); g.path == c.endpoints.home {
		g.path = ""
	}
	if c.leaveAlias(w, r, g) {
		return
	}
	a := c.attempts.begin(w, r, g)
	c.tell.begun(r.Context(), observe.HostedUI, o.params.Get("identity_provider"))
	web.Redirect(w, http.StatusFound, c.LoginURL(a, opts...))
}

// movedParam tells the login that the browser has come from an alias. If Host
// is still that of an alias, a proxy rewrites it: the login goes on.
const movedParam = "moved"

// leaveAlias sends a browser that begins a login under an alias to the same
// login under BaseURL, once. The callback is under BaseURL: it would not know
// the attempt, nor where it leads. A login without a goal has nothing to lose:
// the callback begins it again. It reports whether it has answered.
func (c *Client) leaveAlias(w http.ResponseWriter, r *http.Request, g goal) bool {
	if g == (goal{}) || !c.other.isAlias(r) || r.URL.Query().Has(movedParam) {
		return false
	}
	params := c.loginParams(g)
	params.Set(movedParam, "1")
	web.Redirect(w, http.StatusFound, c.other.own(c.endpoints.outside(loginEndpoint)+queryOf(params)))
	return true
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

// loginPath is the login with a goal.
func (c *Client) loginPath(g goal) string {
	return c.endpoints.outside(loginEndpoint) + queryOf(c.loginParams(g))
}

// optionsParam has the options of a login that is tried again, sealed: visitors
// cannot write their own.
const optionsParam = "again"

func (a *attempts) sealOptions(options string) string { return a.sealAs(optionsParam, []byte(options)) }

func (a *attempts) openOptions(ctx context.Context, value string) (options string, ok bool) {
	if value == "" {
		return "", false
	}
	plain, ok := a.openAs(ctx, optionsParam, value)
	return string(plain), ok
}

func (c *Client) loginParams(g goal) url.Values {
	params := url.Values{}
	if g.path != "" && g.path != c.endpoints.home {
		params.Set("return_to", g.path)
	}
	if g.options != "" {
		params.Set(optionsParam, c.attempts.sealOptions(g.options))
	}
	return params
}

func queryOf(params url.Values) string {
	if len(params) == 0 {
		return ""
	}
	return "?" + params.Encode()
}
