package poolevents_test

import (
	"bytes"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestO8_HostedUI: with Recheck alone, and no event, a user who was disabled,
// deleted or signed out at Cognito is refused after the interval. An outage of
// userInfo ends nothing.
func TestO8_HostedUI(t *testing.T) {
	for name, end := range map[string]func(p *cognitotest.Pool) error{
		"disabled":   func(p *cognitotest.Pool) error { return p.DisableUser("jane") },
		"deleted":    func(p *cognitotest.Pool) error { return p.DeleteUser("jane") },
		"signed out": func(p *cognitotest.Pool) error { return p.SignOutUser("jane") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{baseURL + "/auth/callback"}}))
				pool.AddUser(cognitotest.User{Username: "jane", Password: password, Email: "jane@example.com"})
				client, err := hostedui.New(hostedui.Config{
					Pool: pool.Config(), BaseURL: baseURL, SessionKeys: []session.Key{bytes.Repeat([]byte{1}, 32)},
					Session: session.Options{Recheck: 5 * time.Minute},
				})
				if err != nil {
					t.Fatal(err)
				}
				mux := http.NewServeMux()
				mux.Handle("/auth/", client)
				mux.Handle("/account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})))
				browser := pool.SignedIn(mux, baseURL+"/account", "jane", password)
				get := func() int {
					req, _ := http.NewRequest("GET", baseURL+"/account", nil)
					req.Header.Set("Sec-Fetch-Mode", "cors")
					resp, err := browser.Do(req)
					if err != nil {
						t.Fatal(err)
					}
					_ = resp.Body.Close()
					return resp.StatusCode
				}
				for range 40 { // with answers, and in an outage
					time.Sleep(30 * time.Second)
					if got := get(); got != 200 {
						t.Fatalf("before: %d", got)
					}
				}
				pool.Fault(fault.Fault{Op: "userInfo", Kind: fault.Unavailable, Times: 1000})
				for range 40 {
					time.Sleep(15 * time.Second)
					if got := get(); got != 200 {
						t.Fatalf("in an outage: %d", got)
					}
				}
				pool.ClearFaults()
				if err := end(pool); err != nil {
					t.Fatal(err)
				}
				ended := time.Now()
				for get() == 200 {
					time.Sleep(5 * time.Second)
				}
				if took := time.Since(ended); took > 5*time.Minute+35*time.Second {
					t.Errorf("served for %v, want the interval and a tenth at most", took)
				}
				pool.SignedIn(mux, baseURL+"/", "jane", password)
			})
		})
	}
}
