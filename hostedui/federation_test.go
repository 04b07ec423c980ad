package hostedui_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// A federatedApp signs users in through a pool with Google, whose PreSignUp
// trigger links them to jane.
func federatedApp(t *testing.T) (pool *cognitotest.Pool, browser *http.Client, log *record) {
	t.Helper()
	pool = cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{base + "/auth/callback"}, LogoutURLs: []string{base + "/auth/signed-out"}}),
		cognitotest.WithProvider(federation.Provider{Type: federation.Google, Users: []federation.User{{ID: "1122", Email: "jane@example.com", EmailVerified: true}}}),
		cognitotest.WithHooks(trigger.Hooks{PreSignUp: func(_ context.Context, e *trigger.PreSignUp) error {
			provider, id, _ := strings.Cut(e.UserName, "_")
			return pool.LinkUser("jane", provider, id)
		}}),
	)
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: password, Email: "jane@example.com"}); err != nil {
		t.Fatal(err)
	}
	log = new(record)
	cfg := hostedui.Config{Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}}
	cfg.Pool.Logger = slog.New(slog.NewTextHandler(log, nil))
	client, err := hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("page " + r.RequestURI)) })))
	return pool, pool.Browser(mux, base), log
}

// traced notes the last URL that a browser asked for.
type traced struct {
	through http.RoundTripper
	last    *url.URL
}

func (tr *traced) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.last = r.URL
	return tr.through.RoundTrip(r)
}

// TestE2_LinkedInTrigger: Cognito ends a sign-in because a trigger has linked
// the user. The sign-in begins again by itself, leads to the same page, and the
// second one succeeds.
func TestE2_LinkedInTrigger(t *testing.T) {
	pool, browser, log := federatedApp(t)
	trace := &traced{through: browser.Transport}
	browser.Transport = trace
	_, err := pool.SignInWith(browser, base+"/account?tab=2", "Google", "1122")
	if _, ok := errors.AsType[*cognitotest.SignInError](err); !ok || trace.last.Path != "/login" {
		t.Fatalf("the first sign-in ends at %s with %v, want Cognito's page again", trace.last, err)
	}
	if !strings.Contains(log.String(), "begins again") || !strings.Contains(log.String(), "AdminLinkProviderForUser") {
		t.Errorf("the log = %s, want the reason of the restart", log)
	}
	res, err := pool.SignInWith(browser, trace.last.String(), "Google", "1122")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if got, want := res.Request.URL.String(), base+"/account?tab=2"; got != want || res.StatusCode != http.StatusOK {
		t.Errorf("the second sign-in ends at %s with %d, want %s", got, res.StatusCode, want)
	}
}

// TestE2_LinkedInTriggerOnce: a trigger that always fails so leads to a page,
// not in circles.
func TestE2_LinkedInTriggerOnce(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser()
	refusal := func(state string) string {
		return base + "/auth/callback?" + url.Values{"error": {"invalid_request"}, "state": {state}, "error_description": {"Already found an entry for username Google_1122"}}.Encode()
	}
	page := b.do("GET", refusal(b.begin("/auth/login?return_to=/account").Query().Get("state")))
	if !strings.Contains(page.location(), "/auth/login?") || !strings.Contains(page.location(), "return_to=%2Faccount") {
		t.Fatalf("the first time = %s, want the same login again", page)
	}
	if page := b.do("GET", refusal(b.begin("/auth/login?return_to=/account").Query().Get("state"))); !page.shows(http.StatusBadRequest, "login_failed") {
		t.Errorf("the second time = %s, want a page", page)
	}
}
