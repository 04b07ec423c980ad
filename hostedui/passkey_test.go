package hostedui_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/hostedui"
)

// TestPasskeyURL: managed login's page gets the app client and the callback
// URL, and nothing else.
func TestPasskeyURL(t *testing.T) {
	w := newWorld(t)
	want := w.pool.URL() + "/passkeys/add?client_id=" + clientID + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fauth%2Fcallback"
	if got := w.client.PasskeyURL(); got != want {
		t.Errorf("PasskeyURL = %s, want %s", got, want)
	}
}

// TestPasskey_Return: the endpoint leads to Cognito's page, and the return to
// the page that it was for, once.
func TestPasskey_Return(t *testing.T) {
	for name, tt := range map[string]struct{ asked, callback, want string }{
		"added":           {"/account/security?tab=2", "/auth/callback", "/account/security?tab=2"},
		"with a status":   {"/account/security", "/auth/callback?status=success", "/account/security"},
		"with an error":   {"/account/security", "/auth/callback?error=access_denied&error_description=x", "/account/security"},
		"a long query":    {"/account/security?x=" + strings.Repeat("y", 600), "/auth/callback", "/account/security"},
		"a long path":     {"/account/" + strings.Repeat("y", 600), "/auth/callback", "/"},
		"no page":         {"", "/auth/callback", "/"},
		"another site":    {"//evil.example", "/auth/callback", "/"},
		"an own endpoint": {"/auth/logout", "/auth/callback", "/"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			b := w.signedIn()
			p := b.do("GET", "/auth/passkey?return_to="+url.QueryEscape(tt.asked))
			if p.status != http.StatusSeeOther || p.location() != w.client.PasskeyURL() {
				t.Fatalf("GET passkey = %v, want a redirect to %s", p, w.client.PasskeyURL())
			}
			if p := b.do("GET", tt.callback); p.status != http.StatusSeeOther || p.location() != tt.want {
				t.Errorf("GET %s = %v, want a redirect to %s", tt.callback, p, tt.want)
			}
			if p := b.do("GET", "/auth/callback"); p.location() != "/" {
				t.Errorf("the second return = %v, want the default page", p)
			}
			if !b.hasSession() {
				t.Error("the session is gone")
			}
			if n := w.wire.count(tokenPath); n != 1 {
				t.Errorf("%d token requests, want that of the sign-in alone", n)
			}
		})
	}
}

// TestPasskey_Guest: nobody is sent to Cognito's page who is not signed in, and
// scripts get JSON.
func TestPasskey_Guest(t *testing.T) {
	w := newWorld(t)
	if p := w.newBrowser().open("/auth/passkey?return_to=/account"); !p.shows(http.StatusUnauthorized, "sign_in_required") || !strings.Contains(p.body, `href="/auth/login?return_to=%2Faccount"`) {
		t.Errorf("GET passkey as a guest = %v %s, want a page to sign in", p, p.body)
	}
	wantProblem(t, "fetch of passkey", w.serve("GET", "/auth/passkey", fetched...), http.StatusUnauthorized, "sign_in_required")
	if p := w.signedIn().do("POST", "/auth/passkey"); p.status != http.StatusMethodNotAllowed {
		t.Errorf("POST passkey = %v, want 405", p)
	}
}

// TestPasskey_LoginBeside: a login that ends while the passkey page is open is a
// login.
func TestPasskey_LoginBeside(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.DefaultPage = "/public" }))
	b := w.signedIn()
	b.do("GET", "/auth/passkey?return_to=/account")
	if p := b.open("/auth/login?return_to=/account/x"); p.body != "user jane" || p.path() != "/account/x" {
		t.Errorf("a login beside = %v %q", p, p.body)
	}
	if p := b.do("GET", "/auth/callback?state=x&error=access_denied"); p.location() == "/account" {
		t.Errorf("a stray callback of a login = %v, want nothing of the passkey page", p)
	}
}
