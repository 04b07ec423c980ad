package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
)

// A sample is one of the pages with everything that it can show.
type sample struct {
	page  string // the file in pages, without ".html"
	view  View
	guest bool
}

func samples(t *testing.T) []sample {
	t.Helper()
	qr, err := qrCode("otpauth://totp/Own%20forms:jane@example.com?secret=JBSWY3DPEHPK3PXP")
	if err != nil {
		t.Fatal(err)
	}
	when := time.Date(2026, 11, 29, 9, 30, 0, 0, time.UTC)
	jane := &userpool.User{Username: "5f2a6b1e-2f1e-4c5b-9d1a-0123456789ab", Email: "jane.with.a.long.name@mail.example.com"}
	fields := []field{attributeField("name", "Jane Doe"), attributeField("email", jane.Email), attributeField("phone_number", "+15550100")}
	secret := "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"
	factors := []choice{{"SOFTWARE_TOKEN_MFA", "A code from my authenticator app"}, {"EMAIL_OTP", "A code by e-mail"}}
	problem := userpool.NoticeFor(&userpool.Error{Op: "InitiateAuth", Reason: userpool.ReasonWrongCredentials}).Text
	ask := func(title string, form challengeForm) sample {
		form.ID, form.ReturnTo = "abc", "/account"
		return sample{page: "challenge", view: View{Title: title, Problem: problem, Data: form}, guest: true}
	}
	login := loginForm{Username: jane.Email, ReturnTo: "/account", EmailCodes: true, Passkeys: true}
	return []sample{
		{page: "home", view: View{Title: "Welcome"}, guest: true},
		{page: "home", view: View{Title: "Welcome"}},
		{page: "admin", view: View{Title: "Administration"}},
		{page: "message", view: View{Title: "Please try again in a moment", Data: "The app cannot look up just now who is signed in."}},
		{page: "login", view: View{Title: "Sign in", Problem: problem, Data: login}, guest: true},
		{page: "signup", view: View{Title: "Create an account", Data: signUpForm{Email: jane.Email, Name: "Jane"}}, guest: true},
		{page: "confirm", view: View{Title: "Confirm your account", Notice: "If your account still waits for its code, a new one is on its way.", Data: codeForm{Username: jane.Email}}, guest: true},
		{page: "confirm", view: View{Title: "Confirm your account", Data: codeForm{}}, guest: true},
		{page: "forgot", view: View{Title: "Forgot your password?", Data: codeForm{}}, guest: true},
		{page: "reset", view: View{Title: "Choose a new password", Data: codeForm{Username: jane.Email}}, guest: true},
		{page: "signed-out", view: View{Title: "You are signed out"}, guest: true},
		{page: "logout", view: View{Title: "Sign out?"}},
		{page: "everywhere", view: View{Title: "Sign out everywhere?"}},
		{page: "delete", view: View{Title: "Delete your account?"}},
		{page: "profile", view: View{Title: "Your account", Notice: "Your changes are saved.", Data: profileView{User: jane, Groups: []string{"admins", "editors"}, Fields: fields, Passkeys: true}}},
		{page: "password", view: View{Title: "Change your password", Data: jane.Email}},
		{page: "verify", view: View{Title: "Enter the code that we sent by e-mail", Notice: "We sent a code to your e-mail address."}},
		{page: "mfa", view: View{Title: "Two-step sign-in", Data: mfaView{App: true, Email: true, Preferred: factorApp}}},
		{page: "mfa", view: View{Title: "Two-step sign-in", Data: mfaView{CanEmail: true}}},
		{page: "mfa", view: View{Title: "Two-step sign-in", Data: mfaView{}}},
		{page: "app", view: View{Title: "Set up an authenticator app", Data: challengeForm{Secret: secret, QR: qr}}},
		{page: "devices", view: View{Title: "Your devices", Data: devicesView{This: "a", Devices: []userpool.DeviceInfo{
			{Key: "a", Name: "Chrome on Android", Remembered: true, LastUsed: when}, {Key: "b", Name: "Firefox on Linux", LastUsed: when},
		}}}},
		{page: "devices", view: View{Title: "Remember this browser?", Data: devicesView{This: "a", Ask: true, ReturnTo: "/account"}}},
		{page: "passkeys", view: View{Title: "Your passkeys", Data: passkeysView{Passkeys: []userpool.Passkey{{ID: "a", Name: "Phone of Jane", Created: when}, {ID: "b", Created: when}}}}},
		{page: "passkeys", view: View{Title: "Your passkeys", Data: passkeysView{}}},
		{page: "passkey-new", view: View{Title: "Add a passkey", Data: passkeysView{Options: "{}", Script: "/none.js"}}},
		{page: "passkey-again", view: View{Title: "Please sign in again"}},
		{page: "passkey", view: View{Title: "Sign in with your passkey", Data: &passkeyForm{ID: "abc", Options: "{}", Script: "/none.js"}}, guest: true},
		ask("Enter the code from your phone", challengeForm{Kind: "sms", Destination: "+*******0100"}),
		ask("Enter the code that we sent by e-mail", challengeForm{Kind: "email"}),
		ask("Enter the code of your authenticator app", challengeForm{Kind: "totp", Device: "Phone"}),
		ask("Choose a new password", challengeForm{Kind: "new-password", Fields: fields[:1]}),
		ask("Set up a second factor", challengeForm{Kind: "mfa-setup", Secret: secret, QR: qr, ByEmail: true}),
		ask("Set up a second factor", challengeForm{Kind: "mfa-setup-email"}),
		ask("How do you want to verify that it’s you?", challengeForm{Kind: "select-mfa", Choices: factors}),
		ask("How do you want to sign in?", challengeForm{Kind: "select-factor", Choices: factors}),
		ask("Enter your password", challengeForm{Kind: "password"}),
		ask("One more step", challengeForm{Kind: "custom", Parameters: []field{{Label: "question", Value: "How much is 6 times 7?"}}}),
	}
}

// TestSamples: every page, and every kind of challenge, has a sample.
func TestSamples(t *testing.T) {
	list := samples(t)
	files, err := filepath.Glob("pages/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".html")
		if !slices.ContainsFunc(list, func(s sample) bool { return s.page == name }) {
			t.Errorf("there is no sample of the page %s", name)
		}
	}
	page, err := os.ReadFile("pages/challenge.html")
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`eq \.Kind "([a-z-]+)"`).FindAllStringSubmatch(string(page), -1)
	if len(kinds) < 10 {
		t.Errorf("the page of challenges tells %d kinds apart, want 10 at least", len(kinds))
	}
	for _, kind := range kinds {
		if !slices.ContainsFunc(list, func(s sample) bool {
			form, ok := s.view.Data.(challengeForm)
			return ok && form.Kind == kind[1]
		}) {
			t.Errorf("there is no sample of the challenge %s", kind[1])
		}
	}
}

// TestBrowser_Phone: every page has the layout of a phone there, and looks good.
func TestBrowser_Phone(t *testing.T) {
	site, err := newSite(siteConfig{
		Name: "Own forms", LoginPath: "/auth/login", LogoutPath: "/auth/logout", Note: demoNote, NotePage: "login",
		Footer: "Signed in with Amazon Cognito through this app's own forms, by cognito-go.", Logger: slog.New(slog.DiscardHandler),
		Nav: func(*cognito.Identity) []Link {
			return []Link{{Label: "Home", Path: "/"}, {Label: "Account", Path: "/account"}, {Label: "Administration", Path: "/admin"}}
		},
	}, os.DirFS("pages"))
	if err != nil {
		t.Fatal(err)
	}
	var at sample
	server := httptest.NewServer(site.Secured(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !at.guest {
			r = r.WithContext(cognito.NewContext(r.Context(), &cognito.Identity{Username: "jane", Email: "jane@example.com"}))
		}
		at.view.Narrow = !slices.Contains([]string{"home", "admin", "profile"}, at.page)
		site.Show(w, r, at.page, at.view)
	})))
	defer server.Close()
	b := browser.New(t)
	for i, s := range samples(t) {
		at = s
		name := s.page + " " + s.view.Title
		b.Open(server.URL + "/" + s.page)
		for _, problem := range b.PhoneProblems() {
			t.Errorf("%s: %s", name, problem)
		}
		if got, want := b.Has("A demo, on a Cognito"), s.page == "login"; got != want {
			t.Errorf("%s: the note of the demo is there: %v, want %v", name, got, want)
		}
		b.Look(fmt.Sprintf("%02d %s", i, name))
	}
	at = sample{page: "lost"}
	if status := b.Open(server.URL + "/lost"); status != http.StatusInternalServerError || !b.Has("Something went wrong") {
		t.Errorf("a page without a template = %d:\n%s", status, b.Text())
	}
	b.Look("broken")
}
