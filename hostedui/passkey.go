package hostedui

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/web"
)

// PasskeyURL returns the URL of the page of managed login on which a signed-in
// user adds a passkey. That page leads back to the callback URL, whether a
// passkey was added or not. The browser must have a session at Cognito, which
// lasts one hour.
//
// With a [Client], link to its endpoint "passkey" instead: it leads to this
// page, and from there back to a page of the app. The classic Hosted UI has
// no such page.
func (p *Protocol) PasskeyURL() string {
	return p.domain + "/passkeys/add?" + url.Values{
		"client_id":    {p.oauth.ClientID},
		"redirect_uri": {p.oauth.RedirectURL},
	}.Encode()
}

// passkeyMark is the cookie of a browser that is at the passkey page. It keeps
// the page of the app that comes afterwards.
const (
	passkeyMark = "passkey"
	passkeyLife = time.Hour
	maxPasskey  = 512 // bytes of the cookie's value
)

// servePasskey sends a signed-in user to the page where they add a passkey.
func (c *Client) servePasskey(w http.ResponseWriter, r *http.Request) {
	if !c.allow(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	path := c.endpoints.returnPath(r.URL.Query().Get("return_to"))
	if !web.IsNavigation(r) || c.isGuest(r) {
		c.answer(w, r, c.retryPage(http.StatusUnauthorized, cognito.SignInRequired, goal{path: path}))
		return
	}
	c.attempts.markPasskey(w, path)
	web.Redirect(w, http.StatusSeeOther, c.PasskeyURL())
}

// endsPasskey answers a callback that ends a visit to the passkey page: it
// belongs to no login. It reports whether it has answered.
func (c *Client) endsPasskey(w http.ResponseWriter, r *http.Request, q url.Values) bool {
	if q.Has("state") || q.Has("code") {
		return false
	}
	path, ok := c.attempts.passkeyReturn(r)
	if !ok {
		return false
	}
	c.attempts.finish(w, passkeyMark)
	web.Redirect(w, http.StatusSeeOther, c.endpoints.returnPath(path))
	return true
}

// markPasskey keeps where a browser goes on after the passkey page. A long path
// loses its query, or is dropped.
func (a *attempts) markPasskey(w http.ResponseWriter, path string) {
	value := a.sealAs(passkeyMark, []byte(path))
	if len(value) > maxPasskey {
		short, _, _ := strings.Cut(path, "?")
		if value = a.sealAs(passkeyMark, []byte(short)); len(value) > maxPasskey {
			value = a.sealAs(passkeyMark, nil)
		}
	}
	http.SetCookie(w, a.cookie(passkeyMark, value, passkeyLife))
}

func (a *attempts) passkeyReturn(r *http.Request) (path string, ok bool) {
	cookie, err := r.Cookie(a.name + passkeyMark)
	if err != nil {
		return "", false
	}
	plain, ok := a.openAs(r.Context(), passkeyMark, cookie.Value)
	return string(plain), ok
}
