package session_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestEnded: each session that ends is told once, with its cause, to the
// metrics and to the log.
func TestEnded(t *testing.T) {
	tests := []struct {
		cause string
		store bool // it needs a store
		end   func(t *testing.T, p *app, b *browser)
	}{
		{"signed_out", false, func(_ *testing.T, _ *app, b *browser) { b.get("/logout"); b.get("/logout"); b.get("/account") }},
		{"signed_out", true, func(t *testing.T, p *app, _ *browser) {
			list, err := p.Sessions(t.Context(), jane())
			if err != nil || len(list) != 1 {
				t.Fatalf("Sessions = %v, %v, want one", list, err)
			}
			if err := p.EndSession(t.Context(), jane(), list[0].ID); err != nil {
				t.Error(err)
			}
		}},
		{"signed_out", true, func(t *testing.T, p *app, b *browser) {
			if err := p.EndAll(t.Context(), jane()); err != nil {
				t.Error(err)
			}
			b.get("/account").wantStatus(t, "GET /account after EndAll", 302)
		}},
		{"replaced", false, func(_ *testing.T, _ *app, b *browser) { b.get("/login") }},
		{"too_many", true, func(t *testing.T, p *app, b *browser) {
			time.Sleep(time.Second)
			signedIn(t, p)
			b.get("/account").wantStatus(t, "GET /account of a session too many", 302)
		}},
		{"revoked", false, func(t *testing.T, p *app, b *browser) {
			p.authority.set(func(a *authority) { clear(a.live) })
			time.Sleep(61 * time.Minute)
			b.get("/account").wantStatus(t, "GET /account with a revoked refresh token", 302)
		}},
		{"refused", false, func(t *testing.T, p *app, b *browser) {
			p.authority.set(func(a *authority) { a.err = &cognito.VerifyError{Check: "signature", Err: errors.New("wrong")} })
			time.Sleep(61 * time.Minute)
			b.get("/account").wantStatus(t, "GET /account with tokens that are refused", 302)
		}},
		{"app", false, func(t *testing.T, p *app, b *browser) {
			p.authority.set(func(a *authority) { a.edit = func(_ *cognito.Tokens, id *cognito.Identity) { id.Name = "disabled" } })
			time.Sleep(61 * time.Minute)
			b.get("/account").wantStatus(t, "GET /account of a disabled user", 302)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.cause, func(t *testing.T) {
			inModes(t, func(t *testing.T, store *watchedStore, edit func(*session.Config)) {
				if tt.store && store == nil {
					return
				}
				var causes []string
				p := newApp(t, &authority{}, func(c *session.Config) {
					edit(c)
					c.MaxSessions = 1
					c.Pool.Observer = &observe.Observer{SessionEnd: func(_ context.Context, e observe.SessionEnd) { causes = append(causes, string(e.Cause)) }}
					c.OnRefresh = func(_ context.Context, id *cognito.Identity, _ cognito.Tokens) error {
						if id.Name == "disabled" {
							return session.ErrNoSession
						}
						return nil
					}
				})
				b := signedIn(t, p)
				tt.end(t, p, b)
				if !slices.Equal(causes, []string{tt.cause}) {
					t.Errorf("told %q, want %q once", causes, tt.cause)
				}
				if log := p.log.String(); strings.Count(log, "session: ended") != 1 || !strings.Contains(log, "cause="+tt.cause) {
					t.Errorf("log %s, want one line of the end with its cause", log)
				}
			})
		})
	}
}

// TestEnded_NotBeforeItWorked: an end that fails is not told.
func TestEnded_NotBeforeItWorked(t *testing.T) {
	inBubble(t, "store", func(t *testing.T) {
		store, told := newWatchedStore(), 0
		p := newApp(t, nil, func(c *session.Config) {
			c.Store = store
			c.Pool.Observer = &observe.Observer{SessionEnd: func(context.Context, observe.SessionEnd) { told++ }}
		})
		b := signedIn(t, p)
		store.fail("delete", "commit")
		b.clone().get("/logout").wantStatus(t, "GET /logout while nothing can be deleted", http.StatusServiceUnavailable)
		if told != 0 {
			t.Errorf("an end that failed was told %d times", told)
		}
		store.fail()
		b.get("/logout").wantStatus(t, "GET /logout", 200)
		if told != 1 {
			t.Errorf("told %d times, want once", told)
		}
	})
}

// TestEnded_SignOuts: in cookie mode with SignOuts an end from elsewhere is told
// when it is noted, once.
func TestEnded_SignOuts(t *testing.T) {
	inBubble(t, "cookies", func(t *testing.T) {
		told := 0
		p := newApp(t, nil, func(c *session.Config) {
			c.SignOuts = session.NewMemoryStore(nil)
			c.Pool.Observer = &observe.Observer{SessionEnd: func(_ context.Context, e observe.SessionEnd) {
				if told++; e.Cause != observe.SignedOut {
					t.Errorf("cause %q, want signed_out", e.Cause)
				}
			}}
		})
		for i, end := range []func(*browser) error{
			func(b *browser) error {
				s, err := b.session(p.Manager)
				return errors.Join(err, p.EndSession(t.Context(), jane(), s.ID()))
			},
			func(*browser) error { return p.EndAll(t.Context(), jane()) },
		} {
			b := signedIn(t, p)
			if err := end(b); err != nil || told != i+1 {
				t.Errorf("end %d = %v, told %d times, want once each", i, err, told)
			}
			b.get("/account").wantStatus(t, "GET /account", 302)
		}
	})
}

// TestC6_ReplacedDoesNotCount: a sign-in over a session of the same browser
// ends that one alone, also where the user has as many sessions as are allowed.
func TestC6_ReplacedDoesNotCount(t *testing.T) {
	inBubble(t, "store", func(t *testing.T) {
		p := newApp(t, nil, func(c *session.Config) { c.Store, c.MaxSessions = session.NewMemoryStore(nil), 2 })
		phone := signedIn(t, p)
		time.Sleep(time.Second)
		laptop := signedIn(t, p)
		for range 3 {
			time.Sleep(time.Minute)
			laptop.get("/login").wantStatus(t, "GET /login on the laptop again", 200)
			phone.get("/account").wantStatus(t, "GET /account on the phone", 200)
		}
		if list, err := p.Sessions(t.Context(), jane()); err != nil || len(list) != 2 {
			t.Errorf("Sessions = %v, %v, want two", list, err)
		}
	})
}
