// Package trial tests that an API distinguishes its callers: with a good token,
// with a bad one and with none.
package trial

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// A Trial is a pool in memory. It has jane of the group admins, joe of no
// group, and the client jobs with the scopes orders/read and orders/write.
type Trial struct {
	Pool     *cognitotest.Pool
	Config   cognito.Config
	Verifier *cognito.Verifier
	subs     map[string]string // by username
}

// New returns a Trial.
func New(t *testing.T) *Trial {
	t.Helper()
	pool := cognitotest.NewPool(
		cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: "orders", Scopes: []string{"read", "write"}}),
		cognitotest.WithClient(cognitotest.AppClient{ID: "web"}),
		cognitotest.WithClient(cognitotest.AppClient{ID: "jobs", Secret: "secret0of0jobs", Flows: []string{cognitotest.FlowClientCredentials}}),
	)
	tr := &Trial{Pool: pool, Config: pool.Config(), subs: map[string]string{"jobs": "jobs"}}
	for _, u := range []cognitotest.User{{Username: "jane", Groups: []string{"admins"}}, {Username: "joe"}} {
		sub, err := pool.AddUser(u)
		if err != nil {
			t.Fatal(err)
		}
		tr.subs[u.Username] = sub
	}
	tr.Config.OtherClientIDs = []string{"jobs"}
	tr.Config.Logger = slog.New(slog.DiscardHandler)
	verifier, err := cognito.NewVerifier(tr.Config)
	if err != nil {
		t.Fatal(err)
	}
	tr.Verifier = verifier
	return tr
}

// A Case is one call: what is asked for, by whom, and how it ends.
type Case struct {
	Name   string
	Route  string // me, admin or orders
	Token  cognito.AccessToken
	Status int
	Code   string // of the problem, where it is refused
	Body   string // the subject, where it is not
}

// Cases are the calls that a recipe has to tell apart.
func (tr *Trial) Cases() []Case {
	jane, joe := tr.Pool.AccessToken("jane"), tr.Pool.AccessToken("joe")
	reads, writes := tr.Pool.ClientToken("jobs", "orders/read"), tr.Pool.ClientToken("jobs", "orders/write")
	forged := jane[:len(jane)-8] + "AAAAAAAA"
	return []Case{
		{"no token", "me", "", http.StatusUnauthorized, "credentials_required", ""},
		{"a forged token", "me", forged, http.StatusUnauthorized, "invalid_token", ""},
		{"an ID token", "me", cognito.AccessToken(tr.Pool.IDToken("jane")), http.StatusUnauthorized, "wrong_token", ""},
		{"a user", "me", joe, http.StatusOK, "", tr.subs["joe"]},
		{"no token for the group", "admin", "", http.StatusUnauthorized, "credentials_required", ""},
		{"not in the group", "admin", joe, http.StatusForbidden, "forbidden", ""},
		{"in the group", "admin", jane, http.StatusOK, "", tr.subs["jane"]},
		{"another scope", "orders", writes, http.StatusForbidden, "insufficient_scope", ""},
		{"the scope", "orders", reads, http.StatusOK, "", "jobs"},
	}
}

// Serve calls h in memory.
func Serve(h http.Handler) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		return rec.Result(), nil
	}
}

// Run makes all calls of Cases. The API has the routes GET /me, /admin and
// /orders, which answer with the subject.
func (tr *Trial) Run(t *testing.T, call func(*http.Request) (*http.Response, error)) {
	for _, tt := range tr.Cases() {
		t.Run(tt.Name, func(t *testing.T) {
			req := httptest.NewRequest("GET", "/"+tt.Route, nil)
			if tt.Token != "" {
				req.Header.Set("Authorization", "Bearer "+string(tt.Token))
			}
			tt.check(t, call, req)
		})
	}
	t.Run("two tokens", func(t *testing.T) {
		req := httptest.NewRequest("GET", "/me", nil)
		req.Header.Add("Authorization", "Bearer "+string(tr.Pool.AccessToken("jane")))
		req.Header.Add("Authorization", "Bearer "+string(tr.Pool.AccessToken("joe")))
		resp, err := call(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("GET /me = %d, want 400", resp.StatusCode)
		}
	})
}

func (tt Case) check(t *testing.T, call func(*http.Request) (*http.Response, error), req *http.Request) {
	t.Helper()
	resp, err := call(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != tt.Status || resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("GET %s = %d, Cache-Control %q, %s, want %d and no-store", req.URL.Path, resp.StatusCode, resp.Header.Get("Cache-Control"), body, tt.Status)
	}
	if tt.Code == "" {
		if string(body) != tt.Body {
			t.Errorf("GET %s = %s, want the subject %s", req.URL.Path, body, tt.Body)
		}
		return
	}
	// The whole body is the problem: no handler ran after the refusal.
	var problem struct{ Code string }
	if err := json.Unmarshal(body, &problem); err != nil || problem.Code != tt.Code {
		t.Errorf("GET %s = %s, %v, want a problem with the code %s", req.URL.Path, body, err, tt.Code)
	}
	if got := resp.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
		t.Errorf("GET %s has WWW-Authenticate %q, want a Bearer challenge", req.URL.Path, got)
	}
}
