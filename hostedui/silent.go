package hostedui

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/web"
)

// silentParam ends the query of a page that is opened once more to see whether
// the browser keeps cookies.
const silentParam = "silent_sign_in=1"

// silentPause is how long a browser that was asked is not asked again.
const silentPause = time.Hour

// Values of the cookie that says how far a browser's silent sign-in is.
const (
	silentMark  = "silent"
	silentNext  = "next"  // the browser keeps cookies: it may be sent to Cognito
	silentTried = "tried" // it was
)

// trySilently sends a guest who opens a page to Cognito and back, once an hour.
// It reports whether it has answered. If not, the handler of the page gets the
// request that it returns.
//
// The page is first opened again with silentParam. A browser that comes back
// without the cookie gets the page then, or it would go round in circles.
func (c *Client) trySilently(w http.ResponseWriter, r *http.Request) (*http.Request, bool) {
	if !c.cfg.SilentSignIn || !opensPage(r) || len(r.CookiesNamed(c.attempts.session)) > 0 {
		return r, false
	}
	page := withoutSilentParam(r)
	target := c.endpoints.site.Target(page)
	if c.endpoints.returnPath(target) != target { // the visitor would come back to another page
		return page, false
	}
	state, again := c.attempts.silence(r), page != r
	switch {
	case state == silentTried:
		return page, false
	case state == silentNext && again:
		c.attempts.setSilence(w, silentTried)
		c.sendSilently(w, r, target)
		return nil, true
	case again:
		return page, false
	}
	c.attempts.setSilence(w, silentNext)
	notStored(w)
	// Under an alias the browser goes to BaseURL, where the callback is.
	web.Redirect(w, http.StatusSeeOther, c.other.reachable(r, withSilentParam(target)))
	return nil, true
}

// opensPage reports whether the browser says that it opens a page in a window
// of its own. Crawlers and old browsers do not say so, and get the page.
func opensPage(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" && web.IsNavigation(r)
}

func withSilentParam(target string) string {
	if strings.Contains(target, "?") {
		return target + "&" + silentParam
	}
	return target + "?" + silentParam
}

// withoutSilentParam is the request as the visitor has made it.
func withoutSilentParam(r *http.Request) *http.Request {
	query, has := strings.CutSuffix(r.URL.RawQuery, silentParam)
	if !has {
		return r
	}
	page := r.Clone(r.Context())
	page.URL.RawQuery = strings.TrimSuffix(query, "&")
	if target, has := strings.CutSuffix(r.RequestURI, silentParam); has {
		page.RequestURI = target[:len(target)-1] // without ? or &
	}
	return page
}

func notStored(w http.ResponseWriter) {
	web.NoStore(w.Header())
	w.Header().Add("Vary", "Cookie")
}

// sendSilently begins a login in which Cognito may show no page.
func (c *Client) sendSilently(w http.ResponseWriter, r *http.Request, path string) {
	var opts []LoginOption
	if c.cfg.LoginOptions != nil {
		opts = c.cfg.LoginOptions(r)
	}
	opts = append(opts, func(o *loginOptions) {
		o.page = ""
		o.set("prompt", "none")
		if o.params.Get("identity_provider") == "COGNITO" { // would refuse users of other providers
			o.params.Del("identity_provider")
		}
	})
	a := c.attempts.begin(w, r, goal{path: path, silent: true})
	c.tell.begun(r.Context(), observe.Silent, newLoginOptions(opts).params.Get("identity_provider"))
	notStored(w)
	web.Redirect(w, http.StatusSeeOther, c.LoginURL(a, opts...))
}

// isGuestAnswer reports whether Cognito says with an error that it cannot sign
// the browser in without a page (OpenID Connect Core section 3.1.2.6).
func isGuestAnswer(code cognito.OAuthCode) bool {
	return slices.Contains([]cognito.OAuthCode{cognito.CodeLoginRequired, cognito.CodeInteractionRequired, cognito.CodeConsentRequired, cognito.CodeAccountChoiceRequired}, code)
}

func (c *Client) logSilent(ctx context.Context, err error) {
	if known, ok := err.(*Error); ok && isGuestAnswer(known.Code) {
		c.logger.DebugContext(ctx, "hostedui: no silent sign-in", "op", "silent", "code", known.Code)
		return
	}
	c.logger.WarnContext(ctx, "hostedui: failed", "op", "silent", "err", err)
	if c.cfg.OnError != nil {
		c.cfg.OnError(ctx, err)
	}
}

// silence is how far the silent sign-in of a browser is, or "".
func (a *attempts) silence(r *http.Request) string {
	cookie, err := r.Cookie(a.name + silentMark)
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (a *attempts) setSilence(w http.ResponseWriter, value string) {
	http.SetCookie(w, a.cookie(silentMark, value, silentPause))
}
