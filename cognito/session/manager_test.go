package session_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

func TestE2_NewReportsEverything(t *testing.T) {
	_, err := session.New(session.Config{
		BaseURL: "http://app.example.com", LoginPath: "//evil.example",
		Options: session.Options{CookieName: "a b", IdleTimeout: -1, Locker: newLocker()},
	})
	if err == nil {
		t.Fatal("New(everything wrong) = nil")
	}
	for _, field := range []string{"cognito: UserPoolID", "cognito: ClientID", "session: Keys", "session: BaseURL", "session: LoginPath", "session: CookieName", "session: IdleTimeout", "session: Locker"} {
		if !strings.Contains(err.Error(), field) {
			t.Errorf("New(everything wrong) = %q, want %s named too", err, field)
		}
	}
}

func TestE2_NewRefuses(t *testing.T) {
	tests := []struct {
		field string
		edit  func(*session.Config)
	}{
		{field: "UserPoolID", edit: func(c *session.Config) { c.Pool.UserPoolID = "" }},
		{field: "ClientID", edit: func(c *session.Config) { c.Pool.ClientID = "" }},
		{field: "BaseURL", edit: func(c *session.Config) { c.BaseURL = "" }},
		{field: "LoginPath", edit: func(c *session.Config) { c.LoginPath = "https://evil.example" }},
		{field: "LoginPath", edit: func(c *session.Config) { c.LoginPath = "login" }},
		{field: "CookieName", edit: func(c *session.Config) { c.CookieName = "a=b" }},
		{field: "CookieName", edit: func(c *session.Config) { c.CookieName = "a;b" }},
		{field: "CookieName", edit: func(c *session.Config) { c.CookieName = "__Host-sid" }}, // no browser keeps it without Secure
		{field: "CookieName", edit: func(c *session.Config) { c.CookieName = "__secure-sid" }},
		{field: "CookieName", edit: func(c *session.Config) { c.CookieName = "é" }},
		{field: "CookieName", edit: func(c *session.Config) { c.CookieName = strings.Repeat("a", 65) }},
		{field: "AbsoluteTimeout", edit: func(c *session.Config) { c.AbsoluteTimeout = -time.Second }},
	}
	for _, tt := range tests {
		cfg := session.Config{Pool: pool("client1"), Keys: []session.Key{key(1)}, BaseURL: baseURL}
		tt.edit(&cfg)
		if _, err := session.New(cfg); err == nil || !strings.Contains(err.Error(), tt.field) {
			t.Errorf("New(%s, %q, %q) = %v, want an error about %s", cfg.BaseURL, cfg.LoginPath, cfg.CookieName, err, tt.field)
		}
	}
}

// TestS5_Idle: a session ends when it was not used for the idle time, and
// lives on while it is, whatever the browser makes of Max-Age.
func TestS5_Idle(t *testing.T) {
	for _, mode := range modes {
		for _, idle := range []time.Duration{0, time.Hour, 10 * time.Second} {
			t.Run(fmt.Sprint(mode.name, "/", idle), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					app := newApp(t, nil, func(c *session.Config) { c.Store, c.IdleTimeout = mode.store(), idle })
					b := signedIn(t, app)
					b.hoax = true
					if idle == 0 {
						idle = 24 * time.Hour
					}
					// What was last noted may be a twentieth of the idle time old, or five minutes.
					slack := min(idle/20, 5*time.Minute)
					for i := range 10 {
						time.Sleep(idle - slack - time.Second)
						b.get("/account").wantStatus(t, fmt.Sprint("GET /account, use ", i), 200)
					}
					time.Sleep(idle)
					b.get("/account").wantStatus(t, "GET /account after the idle time", 302)
					_, err := b.session(app.Manager)
					wantNoSession(t, "FromRequest after the idle time", err)
				})
			})
		}
	}
}

// TestS5_Endless: the longest lifetimes that a Duration can hold do not turn
// into the shortest.
func TestS5_Endless(t *testing.T) {
	const ever = time.Duration(math.MaxInt64)
	for name, set := range map[string]func(*session.Options){
		"idle":     func(o *session.Options) { o.IdleTimeout = ever },
		"absolute": func(o *session.Options) { o.AbsoluteTimeout = ever },
		"both":     func(o *session.Options) { o.IdleTimeout, o.AbsoluteTimeout = ever, ever },
	} {
		inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
			app := newApp(t, &authority{}, func(c *session.Config) { edit(c); set(&c.Options) })
			b, chosen := signedIn(t, app), newBrowser(t, app)
			app.HandleFunc("/chosen", func(w http.ResponseWriter, r *http.Request) {
				if err := app.Start(w, r, jane(), app.authority.issue(), session.StartOptions{IdleTimeout: ever, AbsoluteTimeout: ever}); err != nil {
					t.Error(err)
				}
			})
			chosen.get("/chosen")
			for range 30 {
				time.Sleep(10 * time.Hour)
				b.get("/account").wantStatus(t, name, 200)
				chosen.get("/account").wantStatus(t, name+", also chosen at the sign-in", 200)
			}
		})
	}
}

func TestS5_Absolute(t *testing.T) {
	for _, mode := range modes {
		for _, absolute := range []time.Duration{0, 8 * time.Hour} {
			t.Run(fmt.Sprint(mode.name, "/", absolute), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					app := newApp(t, nil, func(c *session.Config) { c.Store, c.AbsoluteTimeout = mode.store(), absolute })
					if absolute == 0 {
						absolute = 30 * 24 * time.Hour
					}
					b := signedIn(t, app)
					b.hoax = true
					began := time.Now()
					pause := thorough.Or(absolute/60, time.Hour)
					for time.Since(began) < absolute-pause {
						time.Sleep(pause)
						b.get("/account").wantStatus(t, fmt.Sprint("GET /account after ", time.Since(began)), 200)
					}
					time.Sleep(time.Until(began.Add(absolute - time.Second)))
					b.get("/account").wantStatus(t, "GET /account a second before the end", 200)
					time.Sleep(time.Second)
					b.get("/account").wantStatus(t, "GET /account at the end", 302)
				})
			})
		}
	}
}

// TestS5_RefreshDoesNotProlong: new tokens count as use, and do not move the
// absolute end.
func TestS5_RefreshDoesNotProlong(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				app := newApp(t, &authority{}, func(c *session.Config) {
					c.Store, c.IdleTimeout, c.AbsoluteTimeout = mode.store(), 70*time.Minute, 5*time.Hour
				})
				b := signedIn(t, app)
				b.hoax = true
				for i := range 4 {
					time.Sleep(66 * time.Minute) // beyond the access token, and four minutes within the idle time
					b.get("/account").want(t, fmt.Sprint("GET /account, use ", i), 200, fmt.Sprintf("jane access-%05d", i+2))
				}
				time.Sleep(36 * time.Minute)
				b.get("/account").wantStatus(t, "GET /account after five hours", 302)
				if got := len(app.authority.calls()); got != 4 {
					t.Errorf("%d refreshes, want 4: none for a session that is over", got)
				}
			})
		})
	}
}

// TestS5_MaxAge: cookies do not outlive the session in the browser, and no
// cookie outlives the absolute end.
func TestS5_MaxAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{size: 200}, func(c *session.Config) { c.IdleTimeout, c.AbsoluteTimeout = 2*time.Hour, 3*time.Hour })
		b := newBrowser(t, app)
		ages := func(r reply) (ages []int) {
			for _, k := range r.cookies {
				ages = append(ages, k.MaxAge)
			}
			return ages
		}
		if got, want := ages(b.get("/login")), []int{7200, 10800}; !slices.Equal(got, want) {
			t.Errorf("Max-Age at the sign-in = %v, want %v", got, want)
		}
		time.Sleep(100 * time.Minute)
		if got, want := ages(b.get("/account")), []int{4800, 4800}; !slices.Equal(got, want) {
			t.Errorf("Max-Age at a refresh 80 minutes before the end = %v, want %v", got, want)
		}
	})
}

// TestS5_Noted: use is written down every five minutes, not at each request.
func TestS5_Noted(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := signedIn(t, newApp(t, nil, in(mode.store())))
				set := 0
				for range 30 {
					time.Sleep(time.Minute)
					r := b.get("/account")
					set += len(r.cookies)
					for _, k := range r.cookies {
						if k.Name != "__Host-session" {
							t.Errorf("noting the use set %s, want the first cookie alone", k.Name)
						}
					}
				}
				if set != 6 {
					t.Errorf("30 requests in 30 minutes set %d cookies, want 6", set)
				}
			})
		})
	}
}

// TestS5_NoRefresher: without one, a session ends with its access token.
func TestS5_NoRefresher(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				app := newApp(t, nil, in(mode.store()))
				app.authority.life = time.Hour
				b := signedIn(t, app)
				time.Sleep(time.Hour - time.Second)
				b.get("/account").want(t, "GET /account a second before the end", 200, "jane access-00001")
				time.Sleep(time.Second)
				b.get("/account").wantStatus(t, "GET /account at the end", 302)
				b.get("/open").want(t, "GET /open at the end", 200, "guest")
			})
		})
	}
}

// TestS5_NoExpiry: tokens that do not say when they end are over, and not
// good for ever.
func TestS5_NoExpiry(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				app := newApp(t, &authority{}, in(mode.store()))
				app.HandleFunc("/odd", func(w http.ResponseWriter, r *http.Request) {
					tokens := app.authority.issue()
					tokens.Expiry = time.Time{}
					if err := app.Start(w, r, jane(), tokens); err != nil {
						t.Errorf("Start = %v", err)
					}
				})
				b := newBrowser(t, app)
				b.get("/odd")
				time.Sleep(time.Minute)
				b.get("/account").want(t, "GET /account", 200, "jane access-00002")
				wantCalls(t, app.authority, "refresh-0001")
			})
		})
	}
}

// TestC6_NewIDAtEveryLogin: each sign-in has cookies of its own, and the
// session from before is over, also for those who kept its cookies.
func TestC6_NewIDAtEveryLogin(t *testing.T) {
	for _, mode := range modes {
		for _, user := range []string{"jane", "john"} {
			t.Run(mode.name+"/"+user, func(t *testing.T) {
				store := newWatchedStore()
				app := newApp(t, nil, func(c *session.Config) {
					if c.Store = mode.store(); c.Store != nil {
						c.Store = store
					}
				})
				b := signedIn(t, app)
				before, records := b.clone(), store.dump()
				b.get("/login?user="+user).wantStatus(t, "GET /login", 200)
				for _, n := range before.names() {
					if b.jar[n].value == before.jar[n].value {
						t.Errorf("%s is the same after the second sign-in", n)
					}
				}
				before.get("/account").wantStatus(t, "GET /account with the cookies from before", 302)
				_, err := before.session(app.Manager)
				wantNoSession(t, "FromRequest with the cookies from before", err)
				b.get("/account").want(t, "GET /account", 200, user+" access-00002")
				for id := range records {
					if _, found, _ := store.Find(t.Context(), id); found {
						t.Errorf("record %s of the session from before is still stored", id)
					}
				}
				if got := len(store.dump()); mode.name == "store" && got != 2 {
					t.Errorf("%d records stored, want the 2 of one session", got)
				}
			})
		}
	}
}

// TestC6_NoAdoption: a cookie that the server did not issue never becomes a
// session's.
func TestC6_NoAdoption(t *testing.T) {
	planted := []string{
		"", "x", strings.Repeat("A", 43), base64.RawURLEncoding.EncodeToString(make([]byte, 32)), strings.Repeat("a", 8000),
	}
	for _, mode := range modes {
		for _, value := range planted {
			t.Run(fmt.Sprintf("%s/%.8s", mode.name, value), func(t *testing.T) {
				app := newApp(t, nil, in(mode.store()))
				b := newBrowser(t, app)
				b.jar["__Host-session"] = keptCookie{value, time.Now().Add(time.Hour)}
				attacker := b.clone()
				b.get("/account").wantStatus(t, "GET /account with a planted cookie", 302)
				b.get("/login").wantStatus(t, "GET /login", 200)
				if got := b.jar["__Host-session"].value; got == value {
					t.Errorf("Start kept the planted cookie %q", got)
				}
				attacker.get("/account").wantStatus(t, "GET /account with the planted cookie after the sign-in", 302)
			})
		}
	}
}

// TestC6_IdFromServerIsRandom: 32 random bytes.
func TestC6_IdFromServerIsRandom(t *testing.T) {
	app := newApp(t, nil, in(session.NewMemoryStore(nil)))
	seen := map[string]bool{}
	for range 100 {
		value := signedIn(t, app).jar["__Host-session"].value
		raw, err := base64.RawURLEncoding.DecodeString(value)
		if err != nil || len(raw) != 32 || seen[value] {
			t.Fatalf("cookie %q: %d bytes, %v, seen before: %v, want 32 new ones", value, len(raw), err, seen[value])
		}
		seen[value] = true
	}
}

// TestC6_StartFails: where the session from before cannot be looked up, it
// could not be ended either, so no new one starts.
func TestC6_StartFails(t *testing.T) {
	for _, op := range []string{"find", "commit"} {
		t.Run(op, func(t *testing.T) {
			store := newWatchedStore()
			app := newApp(t, nil, in(store))
			b := signedIn(t, app)
			app.HandleFunc("/again", func(w http.ResponseWriter, r *http.Request) {
				if err := app.Start(w, r, jane(), app.authority.issue()); !errors.Is(err, session.ErrStore) || !errors.Is(err, errDown) {
					t.Errorf("Start = %v, want ErrStore and its cause", err)
				}
			})
			store.fail(op)
			if got := b.get("/again"); len(got.cookies) != 0 {
				t.Errorf("Start failed and set %d cookies, want none", len(got.cookies))
			}
			store.fail()
			b.get("/account").want(t, "GET /account with the session from before", 200, "jane access-00001")
		})
	}
}

// TestC6_OldSessionNotDeleted: a delete that fails does not cost the new
// session, is logged, and does not revive the old one in this process.
func TestC6_OldSessionNotDeleted(t *testing.T) {
	store := newWatchedStore()
	app := newApp(t, nil, in(store))
	b := signedIn(t, app)
	before := b.clone()
	store.fail("delete")
	b.get("/login").wantStatus(t, "GET /login", 200)
	b.get("/account").want(t, "GET /account", 200, "jane access-00002")
	before.get("/account").wantStatus(t, "GET /account with the cookies from before", 302)
	if got := app.log.String(); !strings.Contains(got, "level=WARN") || !strings.Contains(got, "op=start") {
		t.Errorf("log = %s, want a warning", got)
	}
}

// TestO2_End: the session is gone from browser and store, and its cookies are
// no session when they come back.
func TestO2_End(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newWatchedStore()
				app := newApp(t, &authority{size: 1200}, func(c *session.Config) {
					if c.Store = mode.store(); c.Store != nil {
						c.Store = store
					}
				})
				b := signedIn(t, app)
				kept := b.clone()
				kept.hoax = true
				got := b.get("/logout")
				got.wantStatus(t, "GET /logout", 200)
				if want := len(kept.jar); len(got.cookies) != want || len(b.jar) != 0 {
					t.Errorf("End cleared %d cookies and left %v, want %d and none", len(got.cookies), b.names(), want)
				}
				if got := store.dump(); len(got) != 0 {
					t.Errorf("%d records left in the store, want none", len(got))
				}
				for _, after := range []time.Duration{0, time.Minute, 54 * time.Minute, 2 * time.Minute, time.Hour, 10 * time.Hour} {
					time.Sleep(after)
					_, err := kept.session(app.Manager)
					wantNoSession(t, fmt.Sprint("FromRequest ", after, " later"), err)
					kept.clone().get("/account").wantStatus(t, fmt.Sprint("GET /account ", after, " later"), 302)
					kept.clone().get("/open").want(t, "GET /open", 200, "guest")
				}
				wantCalls(t, app.authority)
				kept.get("/logout").wantStatus(t, "GET /logout again", 200)
				if len(kept.jar) != 0 {
					t.Errorf("cookies left after the second End: %v", kept.names())
				}
			})
		})
	}
}

func TestO2_EndWithoutSession(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			app := newApp(t, nil, in(mode.store()))
			b := newBrowser(t, app)
			if got := b.get("/logout"); got.status != 200 || len(got.cookies) != 0 {
				t.Errorf("GET /logout by a stranger = %d with %d cookies, want 200 with none", got.status, len(got.cookies))
			}
			for _, n := range []string{"__Host-session", "__Host-session-1", "__Host-session-4"} {
				b.jar[n] = keptCookie{"x", time.Now().Add(time.Hour)}
			}
			b.get("/logout").wantStatus(t, "GET /logout with broken cookies", 200)
			if len(b.jar) != 0 {
				t.Errorf("broken cookies left: %v", b.names())
			}
		})
	}
}

// TestO2_EndSentTwice: also a cookie that was sent with two values goes.
func TestO2_EndSentTwice(t *testing.T) {
	app := newApp(t, nil, func(c *session.Config) { c.BaseURL = "http://localhost:8080" })
	b := signedIn(t, app)
	r := b.request("GET", "/logout")
	r.Header.Add("Cookie", "session=x")
	b.take(serve(app, r)).wantStatus(t, "GET /logout", 200)
	if _, left := b.jar["session"]; left {
		t.Error("End left a cookie that was sent with two values")
	}
}

// TestO2_EndFails: a logout that the store refuses says so and leaves the
// session. One that is tried again deletes everything, so that no other process
// finds it either.
func TestO2_EndFails(t *testing.T) {
	for _, op := range []string{"delete"} {
		t.Run(op, func(t *testing.T) {
			store := newWatchedStore()
			app, other := newApp(t, nil, in(store)), newApp(t, nil, in(store))
			b := signedIn(t, app)
			kept := b.clone()
			store.fail(op)
			got := b.get("/logout")
			got.wantStatus(t, "GET /logout", 503)
			if len(got.cookies) != 0 {
				t.Errorf("End failed and cleared %d cookies, want none", len(got.cookies))
			}
			store.fail()
			b.get("/account").wantStatus(t, "GET /account after the failed logout", 200)
			b.get("/logout").wantStatus(t, "GET /logout again", 200)
			if got := len(store.dump()); got != 0 {
				t.Errorf("%d records left, want none", got)
			}
			kept.h = other
			kept.get("/account").wantStatus(t, "GET /account in another process", 302)
		})
	}
}

// TestO2_EndHalf: a delete that failed half way, or where nobody tried again
// until the session had run out, leaves nothing either.
func TestO2_EndHalf(t *testing.T) {
	store := newWatchedStore()
	app, other := newApp(t, nil, in(store)), newApp(t, nil, in(store))
	b := signedIn(t, app)
	kept := b.clone()
	deletes := 0
	store.watch(func(op, _ string) {
		if op != "delete" {
			return
		}
		if deletes++; deletes == 1 {
			store.fail("delete")
		} else {
			store.fail()
		}
	})
	b.get("/logout").wantStatus(t, "GET /logout, first delete failing", 503)
	store.watch(nil)
	b.get("/logout").wantStatus(t, "GET /logout again", 200)
	if got := len(store.dump()); got != 0 {
		t.Errorf("%d records left, want none", got)
	}
	kept.h = other
	kept.get("/account").wantStatus(t, "GET /account in another process", 302)
}

// TestS8_StoreDown: nobody is signed out and nobody signed in while the store
// cannot be reached.
func TestS8_StoreDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newWatchedStore()
		app := newApp(t, nil, in(store))
		b := signedIn(t, app)
		store.fail("find", "commit", "delete")
		for _, path := range []string{"/account", "/open"} {
			page, call := b.get(path), b.fetch(path)
			for what, r := range map[string]reply{"GET ": page, "fetch ": call} {
				r.wantStatus(t, what+path, 503)
				if r.header.Get("Retry-After") == "" || len(r.cookies) != 0 || r.header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s%s: Retry-After %q, Cache-Control %q, %d cookies, want a number, no-store and none", what, path, r.header.Get("Retry-After"), r.header.Get("Cache-Control"), len(r.cookies))
				}
			}
			if got := page.header.Get("Content-Type"); !strings.HasPrefix(got, "text/html") {
				t.Errorf("GET %s: Content-Type %q, want a page", path, got)
			}
			wantProblem(t, "fetch "+path, call, 503, "store_unavailable", "")
		}
		if _, err := b.session(app.Manager); !errors.Is(err, session.ErrStore) || !errors.Is(err, errDown) {
			t.Errorf("FromRequest = %v, want ErrStore and its cause", err)
		}
		newBrowser(t, app).get("/account").wantStatus(t, "GET /account without a cookie", 302)
		newBrowser(t, app).get("/open").want(t, "GET /open without a cookie", 200, "guest")
		store.fail()
		b.get("/account").wantStatus(t, "GET /account afterwards", 200)

		time.Sleep(6 * time.Minute)
		store.fail("commit") // a session that can be read is good, even if its use cannot be noted
		got := b.get("/account")
		got.want(t, "GET /account while commits fail", 200, "jane access-00001")
		if len(got.cookies) != 0 {
			t.Errorf("use could not be noted and %d cookies were set, want none", len(got.cookies))
		}
		store.fail()
		if got := b.get("/account"); len(got.cookies) != 1 {
			t.Errorf("the next request set %d cookies, want the use noted", len(got.cookies))
		}
	})
}

// TestS8_Unreadable: a record that was changed, moved or made by somebody else
// is no session.
func TestS8_Unreadable(t *testing.T) {
	tests := []struct {
		name string
		edit func(store *watchedStore, own, other []string) // ids of the identity and the tokens part
	}{
		{name: "identity changed", edit: func(s *watchedStore, own, _ []string) { s.put(own[0], append(s.get(own[0]), 0)) }},
		{name: "identity emptied", edit: func(s *watchedStore, own, _ []string) { s.put(own[0], nil) }},
		{name: "identity of another session", edit: func(s *watchedStore, own, other []string) { s.put(own[0], s.get(other[0])) }},
		{name: "tokens for identity", edit: func(s *watchedStore, own, _ []string) { s.put(own[0], s.get(own[1])) }},
		{name: "tokens changed", edit: func(s *watchedStore, own, _ []string) { s.put(own[1], append(s.get(own[1]), 0)) }},
		{name: "tokens of another session", edit: func(s *watchedStore, own, other []string) { s.put(own[1], s.get(other[1])) }},
		{name: "tokens missing", edit: func(s *watchedStore, own, _ []string) { _ = s.Delete(context.Background(), own[1]) }},
		{name: "identity missing", edit: func(s *watchedStore, own, _ []string) { _ = s.Delete(context.Background(), own[0]) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newWatchedStore()
				app := newApp(t, &authority{}, in(store))
				b, own := signedInWatched(t, app, store)
				_, other := signedInWatched(t, app, store)
				tt.edit(store, own, other)
				noTokens(t, app, b, "Tokens")
				time.Sleep(56 * time.Minute)
				b.get("/account").wantStatus(t, "GET /account when a refresh is due", 302)
				wantCalls(t, app.authority)
			})
		})
	}
}

// signedInWatched signs in and returns the ids of the new session's records:
// the identity part, then the tokens part.
func signedInWatched(t *testing.T, app *app, store *watchedStore) (*browser, []string) {
	t.Helper()
	var ids []string
	store.watch(func(op, id string) {
		if op == "commit" {
			ids = append(ids, id)
		}
	})
	b := signedIn(t, app)
	store.watch(nil)
	if len(ids) != 2 {
		t.Fatalf("Start committed %d records, want 2", len(ids))
	}
	slices.Reverse(ids) // the tokens part is written first
	return b, ids
}

func (s *watchedStore) get(id string) []byte { return s.dump()[id] }

func (s *watchedStore) put(id string, sealed []byte) {
	_ = s.Commit(context.Background(), id, slices.Clone(sealed), time.Now().Add(24*time.Hour))
}

// TestS9_LargeTokens: 20 KB of tokens work with a store, and are an error
// with a remedy without one.
func TestS9_LargeTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{size: 20 << 10}, in(session.NewMemoryStore(nil)))
		b := signedIn(t, app)
		s, err := b.session(app.Manager)
		if err != nil {
			t.Fatal(err)
		}
		tokens, err := s.Tokens(t.Context())
		if err != nil || len(tokens.ID) < 20<<10 || len(tokens.Access) < 20<<10 || len(tokens.Refresh) < 20<<10 {
			t.Errorf("Tokens = %d, %d and %d bytes, %v, want 20 KiB each", len(tokens.ID), len(tokens.Access), len(tokens.Refresh), err)
		}
		time.Sleep(56 * time.Minute)
		b.get("/account").want(t, "GET /account", 200, "jane access-00002")

		cookies := newApp(t, &authority{size: 20 << 10}, nil)
		got := newBrowser(t, cookies).get("/login")
		if got.status != 500 || !strings.Contains(got.body, "configure a Store") || len(got.cookies) != 0 {
			t.Errorf("GET /login in cookie mode = %d %q with %d cookies, want the remedy and none", got.status, got.body, len(got.cookies))
		}
	})
}

// TestStoreShowsNothing: a dump of the store has no token, no user and no
// cookie, and its ids are hashes.
func TestStoreShowsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newWatchedStore()
		app := newApp(t, &authority{}, func(c *session.Config) { c.Store, c.Locker = store, newLocker() })
		b, ids := signedInWatched(t, app, store)
		s, err := b.session(app.Manager)
		if err != nil {
			t.Fatal(err)
		}
		tokens, err := s.Tokens(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		cookie := b.jar["__Host-session"].value
		secrets := []string{"jane", "admins", "nonce-1", cookie}
		for _, token := range []string{string(tokens.ID), string(tokens.Access), string(tokens.Refresh)} {
			secrets = append(secrets, token[:20])
			for part := range strings.SplitSeq(token, ".") {
				raw, err := base64.RawURLEncoding.DecodeString(part)
				if err != nil {
					t.Fatalf("token part %q: %v", part, err)
				}
				secrets = append(secrets, string(raw))
			}
		}
		if raw, err := base64.RawURLEncoding.DecodeString(cookie); err == nil {
			secrets = append(secrets, string(raw))
		}
		dump := store.dump()
		if len(dump) != 2 {
			t.Fatalf("%d records, want 2: the identity part and the tokens part", len(dump))
		}
		for id, sealed := range dump {
			if len(id) != 43 {
				t.Errorf("id %q has %d characters, want 43", id, len(id))
			}
			for _, secret := range secrets {
				if strings.Contains(string(sealed), secret) || strings.Contains(id, secret) {
					t.Errorf("record %s shows %.20q", id, secret)
				}
			}
			thief := newBrowser(t, app)
			thief.jar["__Host-session"] = keptCookie{id, time.Now().Add(time.Hour)}
			thief.get("/account").wantStatus(t, "GET /account with a record's id as cookie", 302)
			thief.jar["__Host-session"] = keptCookie{base64.RawURLEncoding.EncodeToString(sealed), time.Now().Add(time.Hour)}
			thief.get("/account").wantStatus(t, "GET /account with a record as cookie", 302)
		}
		if ids[0] == ids[1] {
			t.Error("the two parts have one id")
		}
	})
}

// TestStoreExpiry: records live as long as the session can.
func TestStoreExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newWatchedStore()
		app := newApp(t, &authority{}, func(c *session.Config) { c.Store, c.IdleTimeout = store, 2*time.Hour })
		_, ids := signedInWatched(t, app, store)
		for i, want := range []time.Duration{2 * time.Hour, 3 * time.Hour} { // idle; access token and idle
			if got := time.Until(store.expiry[ids[i]]); got != want {
				t.Errorf("part %d expires after %v, want %v", i, got, want)
			}
		}
	})
}

// TestE1_ManagerAndSession: neither prints a key or a token.
func TestE1_ManagerAndSession(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			app := newApp(t, nil, func(c *session.Config) { c.Store, c.Keys, c.KeepIDToken = mode.store(), []session.Key{key(201)}, true })
			app.authority.size = 400
			b := signedIn(t, app)
			s, err := b.session(app.Manager)
			if err != nil {
				t.Fatal(err)
			}
			tokens, err := s.Tokens(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range []any{app.Manager, *app.Manager, s, struct{ S *session.Session }{s}, []any{app.Manager, s}} {
				for _, text := range prints(v) {
					for _, secret := range []string{string(tokens.Access), string(tokens.ID), string(tokens.Refresh), "201 201 201", "c9c9c9", "C9C9C9", "0xc9, 0xc9", b.jar["__Host-session"].value} {
						if strings.Contains(text, secret) {
							t.Errorf("%T prints %.60q in %.200s", v, secret, text)
						}
					}
				}
			}
			if got := fmt.Sprint(s); got != "session of jane" {
				t.Errorf("Sprint(session) = %q, want who it belongs to", got)
			}
		})
	}
}

var _ fmt.Formatter = (*session.Manager)(nil)

// TestSessionSays checks what a session tells of itself.
func TestSessionSays(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				app := newApp(t, nil, in(mode.store()))
				app.authority.life = 2 * time.Hour
				began := time.Now()
				b := signedIn(t, app)
				time.Sleep(20 * time.Minute)
				b.get("/account")
				s, err := b.session(app.Manager)
				if err != nil {
					t.Fatal(err)
				}
				if got := s.Started(); !got.Equal(began) {
					t.Errorf("Started = %v, want %v", got, began)
				}
				if got := s.AccessExpiry(); !got.Equal(began.Add(2 * time.Hour)) {
					t.Errorf("AccessExpiry = %v, want %v", got, began.Add(2*time.Hour))
				}
				want := jane()
				id := s.Identity()
				if id.Subject != want.Subject || id.Issuer != want.Issuer || id.ClientID != want.ClientID || id.UserID != want.UserID ||
					!id.AuthTime.Equal(began) || !slices.Equal(id.Groups, want.Groups) {
					t.Errorf("Identity = %+v, want %+v", id, want)
				}
			})
		})
	}
}

// TestFromContext: nothing outside of a request, and nothing for guests.
func TestFromContext(t *testing.T) {
	if s := session.FromContext(t.Context()); s != nil {
		t.Errorf("FromContext(empty) = %v, want nil", s)
	}
	app := newApp(t, nil, nil)
	app.Handle("/both", app.Require(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if s, id := session.FromContext(r.Context()), cognito.FromContext(r.Context()); s == nil || s.Identity() != id {
			t.Errorf("session %v and identity %v in the context, want the same user", s, id)
		}
	})))
	signedIn(t, app).get("/both").wantStatus(t, "GET /both", 200)
	app.Handle("/guest", app.Optional(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if s, id := session.FromContext(r.Context()), cognito.FromContext(r.Context()); s != nil || id != nil {
			t.Errorf("session %v and identity %v in a guest's context, want none", s, id)
		}
	})))
	newBrowser(t, app).get("/guest").wantStatus(t, "GET /guest", 200)
}
