package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/examples/internal/browser"
)

// TestBrowser_Look opens every page of the app.
func TestBrowser_Look(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	url := "http://localhost:" + port
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{url + callbackPath}, LogoutURLs: []string{url + signedOutPath},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", Password: password}); err != nil {
		t.Fatal(err)
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	a, err := newApp(config(pool.Config(), url))
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: a.routes()}}
	server.Start()
	t.Cleanup(server.Close)

	b := browser.New(t)
	shows := func(name, text string) {
		t.Helper()
		if !b.Has(text) {
			t.Errorf("%s: %s shows no %q but:\n%s", name, b.URL(), text, b.Text())
		}
		b.Look(name)
	}
	b.Open(url + "/")
	shows("guest", "You are not signed in.")
	b.Open(url + "/nothing")
	shows("not found", "There is no such page")
	b.Open(url + callbackPath + "?code=x&state=y")
	shows("expired", "This sign-in has expired.")
	b.Open(url + "/login")
	b.Fill("#username", "jane")
	b.Fill("#password", password)
	b.Click("main form button")
	shows("signed in", "Hello jane@example.com")
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<form method="post" action="` + url + `/logout"><button>Win</button></form>`))
	}))
	t.Cleanup(other.Close)
	b.Open(other.URL)
	if status := b.Click("button"); status != http.StatusForbidden {
		t.Errorf("another site's sign-out = %d, want 403", status)
	}
	shows("another site", "Please go on from here")
}
