package hostedui_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
)

// pending is how much of the Cookie header the browser's pending logins take.
func (b *browser) pending() (n int) {
	for name, value := range b.cookies() {
		if name != sessionCookie {
			n += len(name) + len("=") + len(value) + len("; ")
		}
	}
	return n
}

// noise is random text of a length.
func noise(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	r := rand.New(rand.NewPCG(1, uint64(n)))
	text := make([]byte, n)
	for i := range text {
		text[i] = letters[r.IntN(len(letters))]
	}
	return string(text)
}

// TestL2_Budget: whatever pages other sites make the browser open, one after
// the other or all at once, pending logins take 2 KiB at most.
func TestL2_Budget(t *testing.T) {
	w := newWorld(t)
	var pages []string
	for i := range 40 {
		pages = append(pages, "/auth/login?return_to="+url.QueryEscape("/account/"+noise(i*25)), "/auth/signup?return_to=/account")
	}
	b := w.newBrowser()
	u, _ := url.Parse(base)
	for _, page := range pages {
		b.begin(page)
		if n := b.pending(); n > 2048 {
			t.Fatalf("after %.40s the pending logins take %d bytes, want 2048 at most", page, n)
		}
	}
	at1 := w.newBrowser() // all at once: no request has a cookie yet
	for range 10 {
		for _, page := range pages {
			rec := w.serve("GET", page, navigation...)
			at1.Jar.SetCookies(u, setCookies(rec.Header()))
			if n := at1.pending(); n > 2048 {
				t.Fatalf("after %.40s at once with others the pending logins take %d bytes, want 2048 at most", page, n)
			}
		}
	}
}

// TestL2_AnyTab: the visitor signs in on any of twenty tabs and is led to that
// tab's page. All other attempts are gone then.
func TestL2_AnyTab(t *testing.T) {
	for _, tab := range []int{0, 9, 19} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Pool.Now = nil }))
			b := w.newBrowser()
			var logins []string
			for i := range 20 {
				logins = append(logins, b.begin(fmt.Sprintf("/auth/login?return_to=/account/%d", i)).String())
				time.Sleep(time.Second)
			}
			p := b.signInAt(logins[tab], "jane")
			if want := fmt.Sprintf("/account/%d", tab); p.path() != want || p.body != "user jane" {
				t.Errorf("sign-in on tab %d ends with %v %q, want %s", tab, p, p.body, want)
			}
			if left := b.attempts(); len(left) != 0 {
				t.Errorf("after the sign-in on tab %d, %d attempts are left", tab, len(left))
			}
		})
	}
}

// TestL2_OpenForHours: a sign-in page that stood open all morning still leads
// to the page it was opened for.
func TestL2_OpenForHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Pool.Now = nil }))
		b := w.newBrowser()
		callback := b.callback("/account/7?tab=2", "jane")
		time.Sleep(4 * time.Hour)
		b.signIn("/account", "jane") // so that the pool knows jane
		p := b.open(callback)
		if p.path() != "/account/7?tab=2" || p.body != "user jane" {
			t.Errorf("four hours later the sign-in ends with %v %q, want /account/7?tab=2", p, p.body)
		}
	})
}

// TestL7_Bound: an attempt is good for the app client and redirect URI that it
// was begun for, also where two Clients share keys and cookies.
func TestL7_Bound(t *testing.T) {
	w := newWorld(t)
	for name, edit := range map[string]func(*hostedui.Config){
		"app client":   func(cfg *hostedui.Config) { cfg.Pool.ClientID = "6otherclient0a1b2c3d4e5f6" },
		"pool":         func(cfg *hostedui.Config) { cfg.Pool.UserPoolID = "eu-west-1_Other1234"; cfg.Pool.Issuer = "" },
		"redirect URI": func(cfg *hostedui.Config) { cfg.Prefix = "/sso/" },
	} {
		b := w.newBrowser()
		callback, _ := url.Parse(b.callback("/account", "jane"))
		cfg := w.config
		edit(&cfg)
		other, err := hostedui.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		before := w.wire.count(tokenPath)
		b.Client.Transport = w.pool.Browser(other, base).Transport
		prefix := "/auth/"
		if cfg.Prefix != "" {
			prefix = cfg.Prefix
		}
		p := b.do("GET", prefix+"callback?"+callback.RawQuery)
		if p.status != http.StatusSeeOther || p.location() != prefix+"login?restart=1" || w.wire.count(tokenPath) != before {
			t.Errorf("the callback at a Client with another %s = %v, want a new login and no exchange", name, p)
		}
	}
}

// TestL8_SameLogin: "try again" and the restart have provider, language, own
// parameters and the sign-up page of the login that was begun.
func TestL8_SameLogin(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.Providers, cfg.Languages = []string{"COGNITO"}, []string{"de"}
		cfg.LoginOptions = func(r *http.Request) []hostedui.LoginOption {
			return []hostedui.LoginOption{hostedui.LoginHint(r.URL.Query().Get("hint"))}
		}
	}))
	const page = "/auth/signup?return_to=/account%3Ftab=2&identity_provider=COGNITO&lang=de&hint=jane"
	same := func(what string, first, second *url.URL) {
		t.Helper()
		a, b := first.Query(), second.Query()
		for _, name := range []string{"state", "nonce", "code_challenge"} {
			if a.Get(name) == b.Get(name) {
				t.Errorf("%s has the %s of the first login", what, name)
			}
			a.Del(name)
			b.Del(name)
		}
		if first.Path != second.Path || a.Encode() != b.Encode() || b.Get("login_hint") != "jane" || b.Get("lang") != "de" || second.Path != "/signup" {
			t.Errorf("%s is %s, want the login that was begun: %s", what, second, first)
		}
	}
	b := w.newBrowser()
	first := b.begin(page)
	refused := b.open("/auth/callback?error=access_denied&state=" + first.Query().Get("state"))
	_, rest, _ := strings.Cut(refused.body, `class="button primary" href="`)
	link, _, _ := strings.Cut(rest, `"`)
	link = strings.ReplaceAll(link, "&amp;", "&")
	if !strings.Contains(link, "return_to=%2Faccount%3Ftab%3D2") {
		t.Errorf("try again leads to %q, want /account?tab=2 in it", link)
	}
	same("try again", first, b.begin(link))

	first = b.begin(page)
	restarted := b.do("GET", "/auth/callback?error=invalid_request&error_description="+url.QueryEscape("PreSignUp failed with error Already found an entry for username Google_1.")+"&state="+first.Query().Get("state"))
	same("the restart", first, b.begin(restarted.location()))

	for _, forged := range []string{"x", link + "x", "bGFuZz1mcg"} { // the last is lang=fr
		if got := b.begin("/auth/login?again=" + url.QueryEscape(forged)); got.Query().Get("lang") != "" {
			t.Errorf("again=%s began %s", forged, got)
		}
	}
}

// TestC2_TwoProcesses: a double click whose requests reach two processes ends
// well in both.
func TestC2_TwoProcesses(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	callback := b.callback("/account", "jane")
	late := b.copy()
	late.Client.Transport = w.pool.Browser(w.newClient(), base).Transport
	if p := b.do("GET", callback); p.location() != "/account" {
		t.Fatalf("callback = %v", p)
	}
	p := late.do("GET", callback)
	if p.status != http.StatusSeeOther || p.location() != "/auth/login?restart=1&return_to=%2Faccount" {
		t.Errorf("the callback at a second process = %v, want 303 to a new login", p)
	}
}

// TestOnLoginRefusalRevokes: nobody uses the refresh token of a user whom the
// app turned down.
func TestOnLoginRefusalRevokes(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.OnLogin = func(_ context.Context, l *hostedui.Login) error {
			http.SetCookie(l.ResponseWriter, &http.Cookie{Name: "theirs", Value: l.Identity.Username, Path: "/"})
			return cognito.Refuse("Only staff.")
		}
	}))
	b := w.newBrowser()
	if p := b.signIn("/account", "jane"); !p.shows(http.StatusForbidden, "refused") {
		t.Errorf("sign-in = %v", p)
	}
	if n := w.wire.count(revokePath); n != 1 {
		t.Errorf("%d revocations, want 1", n)
	}
	if b.cookies()["theirs"] != "jane" {
		t.Errorf("OnLogin's cookie is %q, want jane", b.cookies()["theirs"])
	}
}
