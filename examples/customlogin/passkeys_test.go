package main

import (
	"io"
	"net/http"

	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
)

// addPasskey adds one to the user who is signed in.
func (a *app) addPasskey(b *browser.Tab) {
	a.t.Helper()
	b.Open(a.url + "/account/passkeys")
	b.Click(`form[action="/account/passkeys/new"] button`)
	a.wantText(b, "Create the passkey")
	b.Click(`form[data-passkey="create"] button`)
	b.Await("Your passkey is added.")
	b.Look("passkey added")
}

func (a *app) signOut(b *browser.Tab) {
	a.t.Helper()
	b.Open(a.url + "/account")
	b.Click(`form[action="/auth/logout"] button`)
	a.wantText(b, "You are signed out")
}

// byPasskey types a name and chooses the passkey.
func (a *app) byPasskey(b *browser.Tab, username string) {
	a.t.Helper()
	b.Open(a.url + "/auth/login?return_to=/account")
	b.Fill("#username", username)
	b.Click(`button[formaction="/auth/login/passkey"]`)
}

// entered says "not now" where the browser may be remembered as a device.
func (a *app) entered(b *browser.Tab, email string) {
	a.t.Helper()
	b.Await("Remember this browser?")
	b.Click(`button[value="not-now"]`)
	b.Await(email)
}

// forgetUser drops what the browser knows of its user's passkeys.
func forgetUser(b *browser.Tab) { b.ClearCookies() }

func TestBrowser_Passkey(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Authenticator(true)
	a.enter(b, "jane@example.com", password)
	b.Click(`a[href="/account/passkeys"]`)
	a.wantText(b, "You have no passkey yet.")
	a.addPasskey(b)
	a.signOut(b)
	forgetUser(b)
	a.byPasskey(b, "jane@example.com")
	a.entered(b, "jane@example.com")

	// From the suggestions of the name field, without typing anything.
	a.signOut(b)
	b.Open(a.url + "/auth/login?return_to=/account")
	a.entered(b, "jane@example.com")

	b.Open(a.url + "/account/passkeys")
	b.Click(`form[action="/account/passkeys/remove"] button`)
	a.wantText(b, "The passkey is removed.")
	a.signOut(b)
	forgetUser(b)
	a.byPasskey(b, "jane@example.com")
	b.Await("That passkey does not sign you in here.")
	b.Look("passkey refused")
	if n := len(a.pool.Events(cognitotest.Event{Op: "RespondToAuthChallenge", Username: ""})); n == 0 {
		t.Error("Cognito was not asked about the removed passkey")
	}
}

// TestBrowser_PasskeyUnverified: the pool demands that the device recognises
// its user.
func TestBrowser_PasskeyUnverified(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	device := b.Authenticator(true)
	a.enter(b, "jane@example.com", password)
	a.addPasskey(b)
	a.signOut(b)
	device.UserVerified(false)
	forgetUser(b)
	a.byPasskey(b, "jane@example.com")
	b.Await("That did not work, or was cancelled.")
	device.UserVerified(true)
	b.Click(`form[data-passkey="get"] button`)
	a.entered(b, "jane@example.com")
}

// TestBrowser_PasskeyTwoAccounts: two users of one device each sign in with
// their own passkey.
func TestBrowser_PasskeyTwoAccounts(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	device := b.Authenticator(true)
	for _, name := range []string{"jane@example.com", "joe@example.com"} {
		device.Present(false) // or the sign-in page takes the passkey at once
		a.enter(b, name, password)
		device.Present(true)
		a.addPasskey(b)
		a.signOut(b)
	}
	a.pool.TakeEvents()
	b.Open(a.url + "/auth/login?return_to=/account") // joe was the last
	b.Await("Remember this browser?")
	b.Click(`button[value="not-now"]`)
	b.Await("example.com") // Chromium's device takes the first passkey there is
	if refused := a.pool.Events(cognitotest.Event{Op: "RespondToAuthChallenge", Status: 400}); len(refused) > 1 {
		t.Errorf("Cognito refused %d passkeys, want one at most", len(refused))
	}
}

// TestBrowser_PasskeyOfAnotherSite: a page whose host is not that of the
// relying party gets no passkey.
func TestBrowser_PasskeyOfAnotherSite(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Authenticator(true)
	a.enter(b, "jane@example.com", password)
	b.Open(a.url + "/account/passkeys")
	b.Click(`form[action="/account/passkeys/new"] button`)
	b.Eval(`(() => { const f = document.querySelector("form[data-passkey]"); const o = JSON.parse(f.dataset.options); o.rp.id = "example.com"; f.dataset.options = JSON.stringify(o); return "" })()`)
	b.Eval(`document.querySelector("form[data-passkey] button").click(), ""`)
	b.Await("Passkeys do not work at this address.")
}

// TestPasskey_OldSignIn: a browser that was left open adds no passkey.
func TestPasskey_OldSignIn(t *testing.T) {
	a := startApp(t)
	b := browser.New(t)
	b.Authenticator(true)
	a.enter(b, "jane@example.com", password)
	a.pool.Advance(11 * time.Minute)
	b.Open(a.url + "/account/passkeys")
	b.Click(`form[action="/account/passkeys/new"] button`)
	a.wantText(b, "Please sign in again")
}

// TestPasskey_Script: the pages run no script but the one file, under a policy
// that allows nothing inline.
func TestPasskey_Script(t *testing.T) {
	a := startApp(t)
	res, err := http.Get(a.url + "/auth/passkey.js")
	if err != nil {
		t.Fatal(err)
	}
	script, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "unsafe") {
		t.Errorf("Content-Security-Policy = %q", policy)
	}
	if n := strings.Count(string(script), "\n"); n == 0 || n > 80 {
		t.Errorf("the script has %d lines, want at most 80", n)
	}
}
