package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(newLogHandler("text", testLog())))
	os.Exit(browser.Main(m))
}

// testLog is where the app's log goes: nowhere, unless LOG names a file.
func testLog() io.Writer {
	if f, err := os.Create(os.Getenv("LOG")); err == nil {
		return f
	}
	return io.Discard
}

// A shop is the app under test, on a demo of its own.
type shop struct {
	*demo
	t   *testing.T
	app *app
	url string
}

// open serves the app. Edit changes its settings first.
func open(t *testing.T, login string, edit ...func(*settings)) *shop {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	s := &shop{t: t, url: "http://localhost:" + port}
	if s.demo, err = newDemo(s.url, io.Discard); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.demo.Close() })
	cfg := settings{login: login, baseURL: s.url, keys: []session.Key{session.NewKey()}}
	s.configure(&cfg)
	for _, e := range edit {
		e(&cfg)
	}
	if s.app, err = newApp(context.Background(), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.app.Close)
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: s.app}}
	server.Start()
	t.Cleanup(server.Close)
	return s
}

// signIn fills in the form of the login page that b shows, of either kind.
func (s *shop) signIn(b *browser.Tab, username string) int64 {
	s.t.Helper()
	b.Fill("#username", username)
	b.Fill("#password", demoPassword)
	return b.Click(`form[action*="login"] button`)
}

func (s *shop) wantText(b *browser.Tab, want string) {
	s.t.Helper()
	if !b.Has(want) {
		s.t.Fatalf("%s does not show %q but:\n%s", b.URL(), want, b.Text())
	}
}

// TestBrowser reaches every page as each kind of visitor, in both login
// modes. What is not for them leads guests to the login, and says so to
// others.
func TestBrowser(t *testing.T) {
	walk(t)
}

func walk(t *testing.T, edit ...func(*settings)) {
	const login = "login"
	pages := []struct{ path, title, guest, user, premium, admin string }{
		{"/", "Good coffee at home", "", "", "", ""},
		{"/files", "Your files", "", "", "", ""},
		{"/orders", "Your orders", login, "", "", ""},
		{"/profile", "Your profile", login, "", "", ""},
		{"/offers", "Offers for premium members", login, "403", "", "403"},
		{"/users", "Users", login, "403", "403", ""},
	}
	visitors := []struct {
		kind, email string
		links       string // of the header
	}{
		{"guest", "", "Shop Files"},
		{"user", "joe@example.com", "Shop Orders Files Profile"},
		{"premium", "pat@example.com", "Shop Offers Orders Files Profile"},
		{"admin", "jane@example.com", "Shop Orders Files Profile Users"},
	}
	for _, flow := range []string{optionHosted, optionCustom} {
		for _, v := range visitors {
			t.Run(flow+"/"+v.kind, func(t *testing.T) {
				s := open(t, flow, edit...)
				s.t = t
				b := browser.New(t)
				if v.email != "" {
					b.Open(s.url + "/auth/login")
					s.signIn(b, v.email)
					s.wantText(b, "Good coffee at home")
				}
				for _, page := range pages {
					want := map[string]string{"guest": page.guest, "user": page.user, "premium": page.premium, "admin": page.admin}[v.kind]
					status := b.Open(s.url + page.path)
					title := b.Eval(`document.querySelector("h1")?.innerText ?? ""`)
					switch {
					case want == login && b.Eval(`String(!!document.querySelector("#password"))`) != "true":
						t.Errorf("%s leads a guest to %s, want the login", page.path, b.URL())
					case want == "403" && status != 403:
						t.Errorf("%s = %d, want 403", page.path, status)
					case want == "" && (status != 200 || title != page.title):
						t.Errorf("%s = %d %q, want 200 %q", page.path, status, title, page.title)
					}
				}
				if status := b.Open(s.url + "/nowhere"); status != 404 {
					t.Errorf("/nowhere = %d, want 404", status)
				}
				if links := b.Eval(`[...document.querySelectorAll("header nav a")].map(a => a.innerText).join(" ")`); links != v.links {
					t.Errorf("the header links %q, want %q", links, v.links)
				}
				if footer := b.Eval(`document.querySelector("footer").innerText`); !strings.Contains(footer, "-login "+flow) {
					t.Errorf("the footer says %q, which does not name -login %s", footer, flow)
				}
				if v.email != "" {
					s.buy(b, v.kind)
					s.useFiles(b)
					b.Click(`header form button`)
					s.wantText(b, "signed out")
				}
			})
		}
	}
}

// buy orders on a page of the visitor's.
func (s *shop) buy(b *browser.Tab, kind string) {
	s.t.Helper()
	path, product, name := "/", "cup", "Stoneware cup"
	if kind == "premium" {
		path, product, name = "/offers", "reserve", "Reserve lot"
	}
	b.Open(s.url + path)
	form := `form:has(input[value="` + product + `"]) `
	b.Fill(form+`input[type="number"]`, "3")
	b.Click(form + "button")
	s.wantText(b, "Your order is placed.")
	s.wantText(b, name)
}

// useFiles writes, reads and deletes a note in the visitor's folder, and is
// refused elsewhere.
func (s *shop) useFiles(b *browser.Tab) {
	s.t.Helper()
	b.Open(s.url + "/files")
	b.Fill("#name", "../elsewhere")
	write(b, "Buy milk.")
	if status := b.Click(`form[action="/files"] button`); status != 422 {
		s.t.Errorf("a note named ../elsewhere = %d, want 422", status)
	}
	b.Fill("#name", "To do.txt")
	b.Click(`form[action="/files"] button`)
	s.wantText(b, "Your note is saved.")
	b.Click(`a[href^="/files/note"]`)
	s.wantText(b, "Buy milk.")
	b.Open(s.url + "/files")
	b.Click(`form[action="/files/trespass"] button`)
	s.wantText(b, "S3 refused with AccessDenied.")
	b.Click(`form[action="/files/delete"] button`)
	s.wantText(b, "The folder is empty.")
}

// TestBrowser_GuestSignsIn: a guest's folder is theirs after the sign-in.
func TestBrowser_GuestSignsIn(t *testing.T) {
	s := open(t, optionAuto)
	b := browser.New(t)
	b.Open(s.url + "/files")
	b.Click(`form[action="/files/open"] button`)
	s.wantText(b, "a guest")
	id := b.Eval(`document.querySelector("dd code").innerText`)
	b.Fill("#name", "From before")
	write(b, "Written by a guest.")
	b.Click(`form[action="/files"] button`)
	s.wantText(b, "Your note is saved.")
	b.Click(`header a.button`)
	s.signIn(b, "joe@example.com")
	b.Open(s.url + "/files")
	s.wantText(b, "The folder that you had as a guest is yours now.")
	s.wantText(b, "From before")
	if now := b.Eval(`document.querySelector("dd code").innerText`); now != id {
		t.Errorf("the folder of the user is %s, want the guest's %s", now, id)
	}
	b.Click(`header form button`)
	b.Open(s.url + "/files")
	s.wantText(b, "Open a folder as a guest") // and not the user's
}

// write fills in the text of a note.
func write(b *browser.Tab, text string) {
	b.Eval(`document.querySelector("#text").value = "` + text + `"`)
}
