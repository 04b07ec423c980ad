package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// current returns the session of a browser's request as a handler sees it.
func current(t *testing.T, app *app, b *browser) *session.Session {
	t.Helper()
	var s *session.Session
	h := app.Require(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { s = session.FromContext(r.Context()) }))
	b.take(serve(h, b.request("GET", "/"))).wantStatus(t, "GET /", 200)
	return s
}

// wantTokens fails the test unless a call returned the named access token.
func wantTokens(t *testing.T, what string, got cognito.Tokens, err error, want string) {
	t.Helper()
	if err != nil || name(got.Access) != want {
		t.Errorf("%s = %s, %v, want %s", what, name(got.Access), err, want)
	}
}

func TestTokens(t *testing.T) {
	inModes(t, func(t *testing.T, store *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{size: 400}, func(c *session.Config) { edit(c); c.KeepIDToken = true })
		issued := app.authority.issue()
		app.HandleFunc("/start", func(w http.ResponseWriter, r *http.Request) {
			if err := app.Start(w, r, jane(), issued); err != nil {
				t.Errorf("Start = %v", err)
			}
		})
		b := newBrowser(t, app)
		b.get("/start")
		s := current(t, app, b)
		if store != nil {
			store.fail("find")
			if _, err := s.Tokens(t.Context()); !errors.Is(err, session.ErrStore) || !errors.Is(err, errDown) {
				t.Errorf("Tokens while the store is down = %v, want ErrStore and its cause", err)
			}
			store.fail()
		}
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				got, err := s.Tokens(t.Context())
				if err != nil || got.ID != issued.ID || got.Access != issued.Access || got.Refresh != issued.Refresh || got.Nonce != issued.Nonce || !got.Expiry.Equal(issued.Expiry) {
					t.Errorf("Tokens = %s, %s, %s until %v (%v), want those of the sign-in", name(got.ID), name(got.Access), name(got.Refresh), got.Expiry, err)
				}
			})
		}
		wg.Wait()
		if store != nil {
			store.fail("find")
			got, err := s.Tokens(t.Context())
			wantTokens(t, "Tokens once they were read", got, err, "access-00001")
		}
	})
}

// TestTokensOfAnyForm: tokens need not be made of base64url to come back as
// they were.
func TestTokensOfAnyForm(t *testing.T) {
	for _, mode := range modes {
		for _, token := range []string{"", "opaque token", "a.b", "....", "YQ==", "YR", "YQ.\n", "\x00\xff", "é", strings.Repeat("x.", 300)} {
			app := newApp(t, nil, func(c *session.Config) { c.Store, c.KeepIDToken = mode.store(), true })
			app.HandleFunc("/start", func(w http.ResponseWriter, r *http.Request) {
				if err := app.Start(w, r, jane(), cognito.Tokens{
					ID: cognito.IDToken(token), Access: cognito.AccessToken(token), Refresh: cognito.RefreshToken(token),
					Nonce: token, Expiry: time.Now().Add(time.Hour),
				}); err != nil {
					t.Errorf("Start = %v", err)
				}
			})
			b := newBrowser(t, app)
			b.get("/start")
			s, err := b.session(app.Manager)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Tokens(t.Context())
			if err != nil || string(got.ID) != token || string(got.Access) != token || string(got.Refresh) != token || got.Nonce != token {
				t.Errorf("%s: Tokens = %q, %q, %q, nonce %q, %v, want %q each", mode.name, string(got.ID), string(got.Access), string(got.Refresh), got.Nonce, err, token)
			}
		}
	}
}

// TestFresh_Store: a handler that runs for hours has a valid token whenever it
// asks, and each is refreshed once.
func TestFresh_Store(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := 0
		app := newApp(t, &authority{}, func(c *session.Config) {
			c.Store = session.NewMemoryStore(nil)
			c.OnRefresh = func(context.Context, *cognito.Identity, cognito.Tokens) error { told++; return nil }
		})
		b := signedIn(t, app)
		s := current(t, app, b)
		for minute := range 180 {
			want := fmt.Sprintf("access-%05d", 1+minute/55)
			for range 2 {
				got, err := s.Fresh(t.Context())
				wantTokens(t, fmt.Sprint("Fresh after ", minute, " minutes"), got, err, want)
				if !time.Now().Before(got.Expiry) {
					t.Errorf("Fresh after %d minutes = tokens that ended at %v", minute, got.Expiry)
				}
			}
			time.Sleep(time.Minute)
		}
		wantCalls(t, app.authority, "refresh-0001", "refresh-0002", "refresh-0003")
		if told != 3 {
			t.Errorf("OnRefresh was called %d times, want 3", told)
		}
		b.get("/account").want(t, "GET /account with the same cookie", 200, "jane access-00004")
	})
}

// TestFresh_Cookies: in cookie mode new tokens could not reach the browser.
func TestFresh_Cookies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{}, nil)
		s := current(t, app, signedIn(t, app))
		for _, after := range []time.Duration{0, 54 * time.Minute, 2 * time.Minute, 4*time.Minute - time.Second} {
			time.Sleep(after)
			got, err := s.Fresh(t.Context())
			wantTokens(t, "Fresh before the end", got, err, "access-00001")
		}
		time.Sleep(time.Second)
		if got, err := s.Fresh(t.Context()); !errors.Is(err, session.ErrRefresh) || got.Access != "" {
			t.Errorf("Fresh at the end = %s, %v, want ErrRefresh", name(got.Access), err)
		}
		wantCalls(t, app.authority)
	})
}

// TestFresh_Outage: an outage, of Cognito or of the store, matters only once
// the token has ended.
func TestFresh_Outage(t *testing.T) {
	for _, what := range []string{"Cognito", "store"} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newWatchedStore()
				app := newApp(t, &authority{}, in(store))
				s := current(t, app, signedIn(t, app))
				if _, err := s.Tokens(t.Context()); err != nil {
					t.Fatal(err)
				}
				want := session.ErrRefresh
				if what == "store" {
					want = session.ErrStore
					store.fail("find", "commit")
				} else {
					app.authority.set(func(a *authority) { a.err = errDown })
				}
				time.Sleep(56 * time.Minute)
				got, err := s.Fresh(t.Context())
				wantTokens(t, "Fresh while the token is valid", got, err, "access-00001")
				time.Sleep(4 * time.Minute)
				if got, err := s.Fresh(t.Context()); !errors.Is(err, want) || !errors.Is(err, errDown) || got.Access != "" {
					t.Errorf("Fresh after the token's end = %s, %v, want %v and its cause", name(got.Access), err, want)
				}
				store.fail()
				app.authority.set(func(a *authority) { a.err = nil })
				time.Sleep(time.Minute)
				got, err = s.Fresh(t.Context())
				wantTokens(t, "Fresh afterwards", got, err, "access-00002")
			})
		})
	}
}

// TestFresh_Ended: a handler that still runs after the logout gets no new
// tokens.
func TestFresh_Ended(t *testing.T) {
	for _, where := range []string{"here", "elsewhere", "by Cognito"} {
		t.Run(where, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := &authority{}
				apps, _ := processes(t, 2, a, nil)
				b := signedIn(t, apps[0])
				s := current(t, apps[0], b)
				if _, err := s.Tokens(t.Context()); err != nil {
					t.Fatal(err)
				}
				time.Sleep(56 * time.Minute)
				calls := 0
				switch where {
				case "here":
					b.get("/logout")
				case "elsewhere":
					b.at(apps[1]).get("/logout")
				default:
					calls = 1
					a.set(func(a *authority) { a.err = cognito.ErrInvalidGrant })
				}
				for range 3 {
					_, err := s.Fresh(t.Context())
					wantNoSession(t, "Fresh", err)
				}
				if got := len(a.calls()); got != calls {
					t.Errorf("%d refreshes, want %d", got, calls)
				}
			})
		})
	}
}

// TestFresh_CallerLeaves: the caller's context ends the wait and nothing else.
func TestFresh_CallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{during: takes(5 * time.Second)}, in(session.NewMemoryStore(nil)))
		s := current(t, app, signedIn(t, app))
		time.Sleep(61 * time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := s.Fresh(ctx); !errors.Is(err, session.ErrRefresh) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("Fresh = %v after %v, want ErrRefresh and the context's end after 1s", err, time.Since(began))
		}
		time.Sleep(10 * time.Second)
		got, err := s.Fresh(t.Context())
		wantTokens(t, "Fresh afterwards", got, err, "access-00002")
		wantCalls(t, app.authority, "refresh-0001")
	})
}

// TestFresh_NoRefresher: the tokens as they are, while they last.
func TestFresh_NoRefresher(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app := newApp(t, nil, edit)
		app.authority.life = time.Hour
		s := current(t, app, signedIn(t, app))
		time.Sleep(59 * time.Minute)
		got, err := s.Fresh(t.Context())
		wantTokens(t, "Fresh", got, err, "access-00001")
		time.Sleep(time.Minute)
		if _, err := s.Fresh(t.Context()); !errors.Is(err, session.ErrRefresh) {
			t.Errorf("Fresh at the end = %v, want ErrRefresh", err)
		}
	})
}

// TestE1_ErrorsAndLogs: no error, page or log line of an eventful life has a
// token in it.
func TestE1_ErrorsAndLogs(t *testing.T) {
	inModes(t, func(t *testing.T, store *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{}, edit)
		b := signedIn(t, app)
		var said strings.Builder
		for _, err := range []error{errDown, nil, cognito.ErrInvalidGrant} {
			app.authority.set(func(a *authority) { a.err = err })
			time.Sleep(61 * time.Minute)
			r := b.get("/account")
			if !strings.HasPrefix(r.body, "jane access-") { // the handler's own
				said.WriteString(r.body)
			}
			said.WriteString(b.fetch("/account").body)
		}
		if store != nil {
			b := signedIn(t, app)
			store.fail("find")
			said.WriteString(b.get("/account").body)
		}
		text := strings.ReplaceAll(said.String(), "jane access-00002", "") + app.log.String()
		for _, secret := range []string{"refresh-0", "idtoken-0", "id-0", "access-0", "nonce-1"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s appears in %s", secret, text)
			}
		}
		if !strings.Contains(text, "level=WARN") {
			t.Errorf("log = %s, want the outage in it", app.log)
		}
	})
}
