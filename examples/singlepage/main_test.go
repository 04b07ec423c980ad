package main

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
	"github.com/seed75762126/cognito-go/hostedui"
)

// A driver is a tab of a real browser.
type driver interface {
	Open(url string) int64
	Fill(selector, text string)
	Click(selector string) int64
	URL() string
	Text() string
	Eval(script string) string
}

// serve starts the app on a pool of its own.
func serve(t *testing.T) (url string, pool *cognitotest.Pool) {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	url = "http://localhost:" + port
	pool = cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{url + "/auth/callback"}, LogoutURLs: []string{url + "/auth/signed-out"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true, Password: demoPassword}); err != nil {
		t.Fatal(err)
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	cfg := hostedui.Config{Pool: pool.Config(), BaseURL: url, SessionKeys: []session.Key{session.NewKey()}}
	cfg.Pool.Logger = slog.New(slog.DiscardHandler)
	client, err := hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: routes(client)}}
	server.Start()
	t.Cleanup(server.Close)
	return url, pool
}

// until waits for an expression of the page to be true.
func until(t *testing.T, b driver, expression string) {
	t.Helper()
	for range 500 {
		if b.Eval(`String(Boolean(`+expression+`))`) == "true" {
			return
		}
		time.Sleep(20 * time.Millisecond) // a real browser has a real clock
	}
	t.Fatalf("%s never holds at %s, which shows:\n%s", expression, b.URL(), b.Text())
}

// arrives waits until the browser has come to a URL that begins so.
func arrives(t *testing.T, b driver, prefix string) {
	t.Helper()
	for range 500 {
		if strings.HasPrefix(b.URL(), prefix) {
			return
		}
		time.Sleep(20 * time.Millisecond) // a real browser has a real clock
	}
	t.Fatalf("the browser is at %s, want %s; it shows:\n%s", b.URL(), prefix, b.Text())
}

const ready = `document.body.dataset.ready`

func signIn(t *testing.T, b driver, pool *cognitotest.Pool) {
	t.Helper()
	arrives(t, b, pool.URL()+"/login?")
	b.Fill("#username", "jane")
	b.Fill("#password", demoPassword)
	b.Click(`form[action*="login"] button`)
	until(t, b, ready)
}

// walk uses the app as its users do, with the worker in place: me, sign-in, the
// API, and sign-out by a script. A session ends while a note is written.
func walk(t *testing.T, b driver) {
	url, pool := serve(t)
	look := func(name string) {
		t.Helper()
		if tab, ok := b.(*browser.Tab); ok {
			tab.Look(name)
		}
	}
	b.Open(url + "/?tab=2")
	until(t, b, ready)
	until(t, b, `document.getElementById("status").textContent === "You are a guest."`)
	look("guest")
	b.Eval(`(document.getElementById("in").click(), "")`)
	signIn(t, b, pool)
	if got := b.URL(); got != url+"/?tab=2" {
		t.Errorf("the sign-in leads back to %s, want the same view", got)
	}
	until(t, b, `document.getElementById("status").textContent === "Hello jane@example.com"`)
	look("signed in")
	until(t, b, `navigator.serviceWorker.controller`)

	b.Fill("#text", "milk")
	b.Eval(`(document.getElementById("save").click(), "")`)
	until(t, b, `document.getElementById("status").textContent === "jane@example.com noted milk"`)

	pool.Advance(31 * 24 * time.Hour) // longer than a session can last
	b.Fill("#text", "bread")
	b.Eval(`(document.getElementById("save").click(), "")`)
	signIn(t, b, pool)
	if got := b.Eval(`document.getElementById("text").value`); got != "bread" {
		t.Errorf("after the new sign-in the note is %q, want what was typed", got)
	}

	b.Eval(`(document.getElementById("out").click(), "")`)
	arrives(t, b, url+"/auth/signed-out")
	b.Open(url + "/")
	until(t, b, ready)
	until(t, b, `document.getElementById("status").textContent === "You are a guest."`)
	b.Eval(`(document.getElementById("in").click(), "")`)
	arrives(t, b, pool.URL()+"/login?") // Cognito asks for the password again

	b.Open(url + "/?list")
	until(t, b, ready)
	b.Eval(`(() => { // what htmx does with an answer that has an error status; the page leaves then
		const xhr = new XMLHttpRequest();
		xhr.open("POST", "/api/note");
		xhr.setRequestHeader("HX-Request", "true");
		xhr.onload = () => document.body.dispatchEvent(new CustomEvent("htmx:responseError", { bubbles: true, detail: { xhr } }));
		xhr.send();
		return "";
	})()`)
	signIn(t, b, pool)
	if got := b.URL(); got != url+"/?list" {
		t.Errorf("after htmx's 401 the sign-in leads to %s, want /?list", got)
	}
}

// TestNotFound: a link that leads nowhere ends on a page of the app.
func TestNotFound(t *testing.T) {
	url, _ := serve(t)
	for path, want := range map[string]int{"/nothing": 404, "/nothing/else.js": 404, "/": 200, "/style.css": 200, "/app.js": 200} {
		res, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != want || strings.Contains(string(page), "There is no such page") != (want == 404) {
			t.Errorf("GET %s = %d %v, want %d:\n%s", path, res.StatusCode, err, want, page)
		}
	}
}

// TestBrowser_NotFound: that page looks like the others.
func TestBrowser_NotFound(t *testing.T) {
	url, _ := serve(t)
	b := browser.New(t)
	b.Open(url + "/nothing")
	b.Look("not found")
}

func TestBrowser_O4_Chromium(t *testing.T) { walk(t, browser.New(t)) }

func TestBrowser_O4_Firefox(t *testing.T) { walk(t, browser.NewFirefox(t)) }

// TestDocs: docs/single-page-apps.md quotes the files that the browsers ran.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/single-page-apps.md")
	if err != nil {
		t.Fatal(err)
	}
	var sources strings.Builder
	files, _ := filepath.Glob("web/*.js")
	for _, file := range append(files, "main.go") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources.Write(text)
	}
	blocks := regexp.MustCompile("(?s)```(?:js|go)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 5 {
		t.Fatalf("docs/single-page-apps.md has %d blocks of code, want all of them", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(sources.String(), block[1]) {
			t.Errorf("no file of the example has this code of docs/single-page-apps.md:\n%s", block[1])
		}
	}
}
