package main

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestServeUntil: when the program is told to end, it closes the client. That
// makes the revocation at once that would be tried again in a minute.
func TestServeUntil(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	url := "http://localhost:" + port
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{url + "/auth/callback"}, LogoutURLs: []string{url + "/auth/signed-out"},
	}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", Password: demoPassword}); err != nil {
		t.Fatal(err)
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	app, err := newApp(hostedui.Config{Pool: pool.Config(), BaseURL: url, SessionKeys: []session.Key{session.NewKey()}}, true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- serveUntil(ctx, listener, app, app.client.Close) }()

	browser := cognitotest.NewBrowser()
	res, err := browser.Get(url + "/account")
	if err != nil {
		t.Fatal(err)
	}
	if res, err = cognitotest.Submit(browser, res, "username", "jane", "password", demoPassword); err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	pool.Fault(fault.Fault{Op: "revoke", Kind: fault.Unavailable, Times: 1})
	if res, err = browser.Post(url+"/auth/logout", "", nil); err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	browser.CloseIdleConnections()
	revoked := func() int { return len(pool.Events(cognitotest.Event{Op: "revoke", Status: http.StatusOK})) }
	if n := revoked(); n != 0 {
		t.Fatalf("%d revocations before the end, want none", n)
	}
	stop()
	select {
	case err = <-ended:
	case <-time.After(time.Minute):
		t.Fatal("serveUntil does not end")
	}
	if n := revoked(); err != nil || n != 1 {
		t.Errorf("serveUntil = %v with %d revocations, want nil and one", err, n)
	}
}
