package hostedui_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestPolicy_LogSaysWhy: if a policy refuses a user, the error in the log names
// the policy and the code. This holds for sessions and for tokens.
func TestPolicy_LogSaysWhy(t *testing.T) {
	const base = "https://app.example.com"
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Groups: []string{"admins"}}); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cfg := pool.Config()
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	client, err := hostedui.New(hostedui.Config{Pool: cfg, BaseURL: base, SessionKeys: []session.Key{session.NewKey()}})
	if err != nil {
		t.Fatal(err)
	}
	page, wrong := http.NotFoundHandler(), cognito.AnyGroup("Admins") // the group is admins
	check := func(status int, line string) {
		t.Helper()
		if status != http.StatusForbidden {
			t.Errorf("status %d, want 403", status)
		}
		if text := log.String(); !strings.Contains(text, line) || !strings.Contains(text, `err="cognito: policy (any group of Admins): forbidden"`) || strings.Contains(text, "<nil>") {
			t.Errorf("the log does not say why: %s", text)
		}
		log.Reset()
	}

	browser := pool.SessionBrowser(client.Protect(page, wrong), base, "jane", func(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens) error {
		return client.Sessions().Start(w, r, id, tokens)
	})
	res, err := browser.Get(base + "/account")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	check(res.StatusCode, "session: refused by policy")

	r := httptest.NewRequest("GET", base+"/orders", nil)
	r.Header.Set("Authorization", "Bearer "+string(pool.AccessToken("jane")))
	w := httptest.NewRecorder()
	guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: client.Verifier()}, Logger: cfg.Logger}
	guard.Require(page, wrong).ServeHTTP(w, r)
	check(w.Code, "cognito: refused by policy")
}
