package browser_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
	"github.com/seed75762126/cognito-go/hostedui"
)

// A hosted is an app that leaves its sign-in, passkeys too, to the pages of
// managed login.
type hosted struct {
	t    *testing.T
	b    *browser.Tab
	pool *cognitotest.Pool
	app  string
}

func newHosted(t *testing.T) *hosted {
	h := &hosted{t: t, b: browser.New(t)}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	h.app = server.URL
	h.pool = cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{
			CallbackURLs: []string{h.app + "/auth/callback"}, LogoutURLs: []string{h.app + "/auth/signed-out"},
		}),
		cognitotest.WithFirstAuthFactors("PASSWORD", "WEB_AUTHN"),
		cognitotest.WithWebAuthn(cognitotest.WebAuthn{UserVerification: "required"}),
	)
	if err := h.pool.Start("localhost:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.pool.Close() })
	for _, name := range []string{"jane", "joe"} {
		if _, err := h.pool.AddUser(cognitotest.User{Username: name, Password: password}); err != nil {
			t.Fatal(err)
		}
	}
	client, err := hostedui.New(hostedui.Config{Pool: h.pool.Config(), BaseURL: h.app, SessionKeys: []session.Key{session.NewKey()}})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		who := html.EscapeString(cognito.FromContext(r.Context()).Username)
		_, _ = w.Write([]byte(`<!doctype html><link rel="icon" href="data:,"><h1>Signed in as ` + who + `</h1><a href="/auth/passkey?return_to=/account%3Fadded">Add a passkey</a>`))
	})))
	return h
}

// shows checks what a hosted page says, and its look.
func (h *hosted) shows(name, text string) {
	h.t.Helper()
	h.b.Await(text)
	h.b.Look(name)
}

func (h *hosted) byPassword(user string) {
	h.t.Helper()
	h.b.Open(h.app + "/account")
	h.b.Fill("#username", user)
	h.b.Fill("#password", password)
	h.b.Click("main form button")
	h.b.Await("Signed in as " + user)
}

// addPasskey goes from the app to /passkeys/add, and comes back.
func (h *hosted) addPasskey(user string) {
	h.t.Helper()
	h.b.Click(`a[href^="/auth/passkey"]`)
	h.shows("passkey-add", "Create a passkey")
	h.b.Click("main form button")
	h.b.Await("Signed in as " + user)
	if got := h.b.URL(); got != h.app+"/account?added" {
		h.t.Errorf("the browser is at %s, want back in the app, where the link says", got)
	}
}

// signOut ends the session of the app and of the pages.
func (h *hosted) signOut() {
	h.t.Helper()
	h.b.Open(h.app + "/auth/logout")
	h.b.Click("main form button")
	h.b.Await("You are signed out")
}

func (h *hosted) byPasskey(user string) {
	h.t.Helper()
	h.b.Open(h.app + "/account")
	h.b.Fill("#username", user)
	h.b.Click(`button[name="passkey"]`)
}

// TestBrowser_HostedPasskeys: a user adds a passkey on the pages of managed
// login and signs in with it. The script runs under the pages' own policy.
func TestBrowser_HostedPasskeys(t *testing.T) {
	h := newHosted(t)
	h.b.Authenticator(true)
	h.byPassword("jane")
	h.addPasskey("jane")
	h.signOut()
	h.pool.TakeEvents()
	h.byPasskey("jane")
	h.b.Await("Signed in as jane")
	if n := len(h.pool.Events(cognitotest.Event{Op: "passkeys/verify", Username: "jane"})); n == 0 {
		t.Errorf("the events are %v, want one of the page for passkeys", h.pool.Events())
	}
	h.signOut()

	// The device has no passkey of joe's, and the page must not tell that joe
	// has none at all.
	h.byPasskey("joe")
	h.shows("passkey-none", "That did not work, or was cancelled.")
	joes := strings.ReplaceAll(h.b.Text(), "joe", "NAME")
	h.byPasskey("nobody")
	h.b.Await("That did not work, or was cancelled.")
	if got := strings.ReplaceAll(h.b.Text(), "nobody", "NAME"); got != joes {
		t.Errorf("the page of nobody says\n%s\nthat of joe says\n%s", got, joes)
	}
}

// TestBrowser_HostedPasskeyUnverified: the pool demands that the device
// recognises its user, when a passkey is used.
func TestBrowser_HostedPasskeyUnverified(t *testing.T) {
	h := newHosted(t)
	device := h.b.Authenticator(true)
	h.byPassword("jane")
	h.addPasskey("jane")
	h.signOut()
	device.UserVerified(false)
	h.byPasskey("jane")
	h.b.Await("That did not work, or was cancelled.")
	device.UserVerified(true)
	h.b.Click("main form button")
	h.b.Await("Signed in as jane")
}

// TestBrowser_HostedPasskeyAgain: a device that has a passkey of the account
// makes no second one, and the page says why.
func TestBrowser_HostedPasskeyAgain(t *testing.T) {
	h := newHosted(t)
	h.b.Authenticator(true)
	h.byPassword("jane")
	h.addPasskey("jane")
	h.b.Click(`a[href^="/auth/passkey"]`)
	h.b.Await("Create a passkey")
	h.b.Eval(`document.querySelector("main form button").click(), ""`)
	h.shows("passkey-twice", "This device has a passkey for your account already.")
}

// TestBrowser_HostedPasskeyIPAddress: browsers make passkeys for no IP address.
// The page says so.
func TestBrowser_HostedPasskeyIPAddress(t *testing.T) {
	h := newHosted(t)
	h.b.Authenticator(true)
	h.byPassword("jane")
	h.b.Click(`a[href^="/auth/passkey"]`)
	h.b.Await("Create a passkey")
	h.b.Eval(`(() => { const f = document.querySelector("form[data-passkey]"); const o = JSON.parse(f.dataset.options); o.rp.id = "127.0.0.1"; f.dataset.options = JSON.stringify(o); return "" })()`)
	h.b.Eval(`document.querySelector("main form button").click(), ""`)
	h.b.Await("Passkeys do not work at this address.")
}
