//go:build unix

package pgstore_test

import (
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/pgstore"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// appURL is where the test's app lives.
const appURL = "https://app.example.com"

// newApp is an app that keeps its sessions in a store.
func newApp(t *testing.T, pool *cognitotest.Pool, store *pgstore.Store, keys []session.Key) http.Handler {
	t.Helper()
	cfg := pool.Config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	client, err := hostedui.New(hostedui.Config{
		Pool: cfg, BaseURL: appURL, SessionKeys: keys, Session: session.Options{Store: store, Locker: store},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "signed in")
	})))
	return mux
}

func newPool(t *testing.T, client cognitotest.AppClient) *cognitotest.Pool {
	t.Helper()
	client.CallbackURLs = []string{appURL + "/auth/callback"}
	pool := cognitotest.NewPool(cognitotest.WithClient(client))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"}); err != nil {
		t.Fatal(err)
	}
	return pool
}

// get asks for the protected page and returns the status, and what comes with
// a 503. A 200 is the page itself, and never a login.
func get(t *testing.T, browser *http.Client) (status int, retryAfter string) {
	t.Helper()
	res, err := browser.Get(appURL + "/account")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode == http.StatusOK && string(body) != "signed in" {
		return -http.StatusOK, ""
	}
	return res.StatusCode, res.Header.Get("Retry-After")
}

// TestS8_HungTableAnswers503: a migration holds the table. Each page answers
// 503 within the time limit, nobody is signed out, and the pages are back when
// the migration ends.
func TestS8_HungTableAnswers503(t *testing.T) {
	t.Parallel()
	const timeout = 300 * time.Millisecond
	dsn := servers.NewDatabase(t)
	pool := newPool(t, cognitotest.AppClient{})
	app := newApp(t, pool, newStore(t, dsn, pgstore.Config{Timeout: timeout}), []session.Key{session.NewKey()})
	browser := pool.SignedIn(app, appURL+"/account", "jane", "Correct-horse-1")

	unlock := lockTable(dsn)(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			began := time.Now()
			status, retryAfter := get(t, browser)
			if took := time.Since(began); status != http.StatusServiceUnavailable || retryAfter == "" || took > timeout+time.Second {
				t.Errorf("a page while the table is locked = %d, Retry-After %q, after %v, want 503 within %v", status, retryAfter, took, timeout)
			}
		})
	}
	wg.Wait()
	unlock()
	if status, _ := get(t, browser); status != http.StatusOK {
		t.Errorf("a page when the migration has ended = %d, want 200", status)
	}
}

// TestR1_ProcessesWithPostgres: three managers with a pool of connections each,
// and a session that is due. Refresh tokens work once. There is one token
// request, and nobody is refused.
func TestR1_ProcessesWithPostgres(t *testing.T) {
	t.Parallel()
	dsn := servers.NewDatabase(t)
	pool := newPool(t, cognitotest.AppClient{RefreshTokenRotation: true})
	keys := []session.Key{session.NewKey()}
	var apps []http.Handler
	for range 3 {
		apps = append(apps, newApp(t, pool, newStore(t, dsn, pgstore.Config{}), keys))
	}
	browser := pool.SignedIn(apps[0], appURL+"/account", "jane", "Correct-horse-1")
	for round := range 3 {
		pool.Advance(56 * time.Minute)
		pool.TakeEvents()
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				visitor := pool.Browser(apps[i%len(apps)], appURL)
				visitor.Jar = browser.Jar
				if status, _ := get(t, visitor); status != http.StatusOK {
					t.Errorf("round %d, request %d: status %d, want 200", round, i, status)
				}
			})
		}
		wg.Wait()
		if n := len(pool.Events(cognitotest.Event{Op: "token"})); n != 1 {
			t.Errorf("round %d: %d token requests, want 1", round, n)
		}
	}
}
