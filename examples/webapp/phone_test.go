package main

import (
	"testing"

	"github.com/seed75762126/cognito-go/examples/internal/browser"
)

// TestBrowser_Phone: every page of the shop has the layout of a phone there, and
// the demo's note stands above the sign-in page alone.
func TestBrowser_Phone(t *testing.T) {
	s := open(t, optionCustom)
	b := browser.New(t)
	seen := 0
	check := func(name string, note bool) {
		t.Helper()
		seen++
		for _, problem := range b.PhoneProblems() {
			t.Errorf("%s: %s", name, problem)
		}
		if got := b.Has("A demo: Cognito and S3 run in this process."); got != note {
			t.Errorf("%s: the note of the demo is there: %v, want %v", name, got, note)
		}
		b.Look("shop " + name)
	}
	visit := func(name, path string) {
		t.Helper()
		b.Open(s.url + path)
		check(name, path == "/auth/login")
	}
	visit("catalogue for guests", "/")
	visit("files for guests", "/files")
	visit("no such page", "/nothing")
	visit("sign-in", "/auth/login")
	for _, page := range []string{"signup", "confirm", "forgot-password", "reset-password?username=joe@example.com", "signed-out"} {
		visit(page, "/auth/"+page)
	}
	b.Open(s.url + "/auth/login")
	b.Fill("#username", "joe@example.com")
	b.Click(`button[formaction="/auth/login/email"]`)
	check("code by e-mail", false)
	b.Open(s.url + "/auth/login")
	s.signIn(b, "pat@example.com")
	visit("offers", "/offers")
	visit("no orders", "/orders")
	b.Open(s.url + "/")
	b.Click(`form[action="/orders"] button`)
	check("orders", false)
	b.Open(s.url + "/files")
	b.Fill("#name", "A note with a long name for a phone")
	write(b, "Buy milk.")
	b.Click(`form[action="/files"] button`)
	check("files", false)
	b.Click(`td a[href^="/files/note"]`)
	check("note", false)
	visit("forbidden", "/users")
	b.Click(`form[action="/auth/logout"] button`)
	b.Open(s.url + "/auth/login")
	s.signIn(b, "jane@example.com")
	visit("catalogue", "/")
	visit("users", "/users")
	visit("profile", "/profile")
	visit("sign-out", "/auth/logout")
	for _, page := range []string{"", "/password", "/mfa", "/mfa/app", "/devices", "/sign-out-everywhere", "/delete"} {
		visit("account"+page, "/account"+page)
	}
	b.Open(s.url + "/")
	_ = s.app.db.Close()
	b.Click(`form[action="/orders"] button`)
	check("order again", false)
	visit("outage", "/orders")
	if seen < 20 {
		t.Errorf("only %d pages were seen", seen)
	}
}
