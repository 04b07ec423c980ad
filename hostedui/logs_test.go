package hostedui_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// A loggedLine is a line of the log, with whether its context was a request's.
type loggedLine struct {
	msg, text string
	attrs     map[string]string
	request   bool
}

type loggedRequest struct{}

// A lineHandler keeps the lines of a log.
type lineHandler struct {
	slog.Handler
	mu    sync.Mutex // guards lines
	lines []loggedLine
}

func (h *lineHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h *lineHandler) Handle(ctx context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	line := loggedLine{msg: r.Message, text: r.Message, attrs: map[string]string{}, request: ctx.Value(loggedRequest{}) != nil}
	r.Attrs(func(a slog.Attr) bool {
		value := a.Value.Resolve().String()
		line.attrs[a.Key] = value
		line.text += " " + a.Key + "=" + value
		return true
	})
	h.lines = append(h.lines, line)
	return nil
}

// TestE1_LogsOfASignIn: each line has the context of its request. Lines of a
// sign-in and a sign-out have a handle of the session, the app client and the
// provider. No line has a code, a state or a session's ID.
func TestE1_LogsOfASignIn(t *testing.T) {
	for _, mode := range []string{"cookies", "store"} {
		t.Run(mode, func(t *testing.T) {
			pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
				CallbackURLs: []string{base + "/auth/callback"}, LogoutURLs: []string{base + "/auth/signed-out"},
			}))
			if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Passw0rd!"}); err != nil {
				t.Fatal(err)
			}
			log := new(lineHandler)
			cfg := hostedui.Config{Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}}
			cfg.Pool.Logger = slog.New(log)
			if mode == "store" {
				cfg.Session.Store = session.NewMemoryStore(pool.Now)
			}
			client, err := hostedui.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			mux := http.NewServeMux()
			mux.Handle("/auth/", client)
			mux.Handle("/account", client.Protect(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				ids = append(ids, session.FromContext(r.Context()).ID())
			})))
			secrets := []string{"C0DE-of-a-callback", "STATE-of-a-callback"}
			app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				for _, name := range []string{"code", "state"} {
					if value := r.URL.Query().Get(name); len(value) > 8 {
						secrets = append(secrets, value)
					}
				}
				mux.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), loggedRequest{}, true)))
			})
			open := func(b *http.Client, method, path string) {
				t.Helper()
				r, err := http.NewRequest(method, base+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Origin", base)
				res, err := b.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				_ = res.Body.Close()
			}
			b := pool.SignedIn(app, base+"/account", "jane", "Passw0rd!")
			open(b, "POST", "/auth/logout")
			for _, query := range []string{"", "&iss=https://evil.example.com", "&error=access_denied", "&error=x&error_description=y"} {
				stranger := pool.Browser(app, base)
				for range 3 {
					open(stranger, "GET", "/auth/callback?code=C0DE-of-a-callback&state=STATE-of-a-callback"+query)
				}
			}
			pool.Fault(fault.Fault{Op: "token", Kind: fault.HTML, Times: 1})
			b = pool.Browser(app, base)
			if res, err := pool.SignIn(b, base+"/account", "jane", "Passw0rd!"); err == nil {
				_ = res.Body.Close()
			}
			pool.Fault(fault.Fault{Op: "jwks", Kind: fault.Unavailable})
			pool.Advance(2 * time.Hour)
			b = pool.Browser(app, base)
			if res, err := pool.SignIn(b, base+"/account", "jane", "Passw0rd!"); err == nil {
				_ = res.Body.Close()
			}

			log.mu.Lock()
			defer log.mu.Unlock()
			var seen []string
			for _, line := range log.lines {
				seen = append(seen, line.msg)
				if !line.request {
					t.Errorf("%q has not the context of a request", line.text)
				}
				for _, secret := range append(secrets, ids...) {
					if strings.Contains(line.text, secret) {
						t.Errorf("%q has %q", line.text, secret)
					}
				}
				switch line.msg {
				case "session: signed in", "session: ended", "hostedui: signed out":
					known := slices.ContainsFunc(ids, func(id string) bool { return line.attrs["session"] == observe.SessionHandle(id) })
					if !known || line.attrs["client_id"] != cfg.Pool.ClientID || line.attrs["provider"] != "COGNITO" {
						t.Errorf("%q, want the session's handle, the app client and the provider", line.text)
					}
				}
			}
			for _, want := range []string{"session: signed in", "session: ended", "hostedui: signed out", "hostedui: failed", "cognito: the user pool's keys could not be fetched"} {
				if !slices.Contains(seen, want) {
					t.Errorf("the log lacks %q: %q", want, seen)
				}
			}
			if len(secrets) < 4 || len(ids) == 0 {
				t.Errorf("%d secrets and the sessions %q, want those of a sign-in", len(secrets), ids)
			}
		})
	}
}
