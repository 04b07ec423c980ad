package session_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// inModes runs a test in a bubble of its own for sessions in cookies and for
// sessions in a store. The store is nil in cookie mode.
func inModes(t *testing.T, test func(t *testing.T, store *watchedStore, edit func(*session.Config))) {
	for n := range modes {
		inMode(t, n, test)
	}
}

// inOneMode is inModes for the case n of a table. Without CI=true it runs the
// test in one mode, and for the next case in the other.
func inOneMode(t *testing.T, n int, test func(t *testing.T, store *watchedStore, edit func(*session.Config))) {
	for _, n := range thorough.Sample([]int{0, 1}, 2, n) {
		inMode(t, n, test)
	}
}

func inMode(t *testing.T, n int, test func(t *testing.T, store *watchedStore, edit func(*session.Config))) {
	inBubble(t, modes[n].name, func(t *testing.T) {
		if modes[n].store() == nil {
			test(t, nil, func(*session.Config) {})
			return
		}
		store := newWatchedStore()
		test(t, store, in(store))
	})
}

// together serves n requests with the browser's cookies, as they are now, at
// the same time.
func together(b *browser, n int, target string) []reply {
	replies := make([]reply, n)
	var wg sync.WaitGroup
	for i := range n {
		r := b.request("GET", target)
		wg.Go(func() { replies[i] = serve(b.h, r) })
	}
	wg.Wait()
	return replies
}

func TestR1_WhenDue(t *testing.T) {
	tests := []struct{ life, before time.Duration }{
		{life: 24 * time.Hour, before: 5 * time.Minute},
		{life: time.Hour, before: 5 * time.Minute},
		{life: 50 * time.Minute, before: 5 * time.Minute},
		{life: 40 * time.Minute, before: 4 * time.Minute},
		{life: 10 * time.Minute, before: time.Minute},
		{life: 5 * time.Minute, before: 30 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.life.String(), func(t *testing.T) {
			inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
				app := newApp(t, &authority{life: tt.life}, func(c *session.Config) { edit(c); c.IdleTimeout = 48 * time.Hour })
				b := signedIn(t, app)
				for i := 1; i <= 3; i++ {
					time.Sleep(tt.life - tt.before - time.Second)
					b.get("/account").want(t, "GET /account before it is due", 200, fmt.Sprintf("jane access-%05d", i))
					time.Sleep(time.Second)
					b.get("/account").want(t, "GET /account when it is due", 200, fmt.Sprintf("jane access-%05d", i+1))
					b.get("/account").want(t, "GET /account right after", 200, fmt.Sprintf("jane access-%05d", i+1))
				}
				wantCalls(t, app.authority, "refresh-0001", "refresh-0002", "refresh-0003")
			})
		})
	}
}

// TestR1_Together: fifty requests of one session cause one refresh, all are
// served with its tokens, and all set the same cookies. One that comes a
// little later with the old cookies gets the same again.
func TestR1_Together(t *testing.T) {
	inModes(t, func(t *testing.T, store *watchedStore, edit func(*session.Config)) {
		told := 0
		app := newApp(t, &authority{during: takes(time.Second)}, func(c *session.Config) {
			edit(c)
			c.OnRefresh = func(context.Context, *cognito.Identity, cognito.Tokens) error { told++; return nil }
		})
		b := signedIn(t, app)
		time.Sleep(61 * time.Minute)
		replies := together(b, 50, "/account")
		time.Sleep(30 * time.Second)
		replies = append(replies, serve(app, b.request("GET", "/account")))
		time.Sleep(25 * time.Second)
		replies = append(replies, together(b, 5, "/account")...)
		want := replies[0].header["Set-Cookie"]
		if len(want) == 0 {
			t.Error("the refresh set no cookie")
		}
		for i, r := range replies {
			r.want(t, fmt.Sprint("GET /account ", i), 200, "jane access-00002")
			if store != nil && i >= 50 {
				want = nil // the store has the new tokens: there is nothing to set
			}
			if got := r.header["Set-Cookie"]; !slices.Equal(got, want) {
				t.Errorf("GET /account %d set cookies other than the first one's", i)
			}
		}
		wantCalls(t, app.authority, "refresh-0001")
		if told != 1 {
			t.Errorf("OnRefresh was called %d times, want 1", told)
		}
		b.take(replies[20])
		time.Sleep(5 * time.Minute)
		b.get("/account").want(t, "GET /account with the new cookies", 200, "jane access-00002")
	})
}

// TestC8_OneSessionDelaysNoOther: a refresh that hangs holds up its own
// session alone.
func TestC8_OneSessionDelaysNoOther(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{}, edit)
		hanging := signedIn(t, app)
		time.Sleep(20 * time.Minute)
		other := signedIn(t, app)
		time.Sleep(36 * time.Minute)
		app.authority.set(func(a *authority) { a.during = takes(30 * time.Second) })
		var wg sync.WaitGroup
		defer wg.Wait()
		began := time.Now()
		wg.Go(func() {
			hanging.get("/account").want(t, "GET /account, hanging", 200, "jane access-00004") // two sign-ins came first
			if got := time.Since(began); got != 30*time.Second {
				t.Errorf("the hanging request took %v, want 30s", got)
			}
		})
		time.Sleep(time.Second)
		other.get("/account").want(t, "GET /account, other session", 200, "jane access-00002")
		other.get("/login").wantStatus(t, "GET /login", 200)
		other.get("/logout").wantStatus(t, "GET /logout", 200)
		if got := time.Since(began); got != time.Second {
			t.Errorf("requests of another session took %v, want none to wait", got-time.Second)
		}
	})
}

// TestR2_VisitorLeaves: the refresh goes on when the visitor who caused it has
// gone, and its tokens are there for the next request.
func TestR2_VisitorLeaves(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{}, edit)
		b := signedIn(t, app)
		time.Sleep(61 * time.Minute)
		type contextKey struct{}
		app.authority.set(func(a *authority) {
			a.during = func(ctx context.Context, _ int) {
				time.Sleep(5 * time.Second)
				if err := ctx.Err(); err != nil {
					t.Errorf("the refresh's context ended with the visitor's: %v", err)
				}
				if _, bounded := ctx.Deadline(); !bounded {
					t.Error("the refresh's context has no deadline")
				}
				if ctx.Value(contextKey{}) != "trace" {
					t.Error("the refresh's context lacks the request's values")
				}
			}
		})
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), contextKey{}, "trace"), time.Second)
		defer cancel()
		began := time.Now()
		left := serve(app, b.request("GET", "/account").WithContext(ctx))
		if got := time.Since(began); got != time.Second {
			t.Errorf("the visitor who left waited %v, want 1s", got)
		}
		left.wantStatus(t, "GET /account by a visitor who left", 503)
		if len(left.cookies) != 0 {
			t.Errorf("a visitor who left was set %d cookies, want none", len(left.cookies))
		}
		time.Sleep(10 * time.Second)
		b.get("/account").want(t, "GET /account afterwards", 200, "jane access-00002")
		wantCalls(t, app.authority, "refresh-0001")
	})
}

// TestR2_EveryWaiterLeaves: each on its own context's end, whoever was first.
func TestR2_EveryWaiterLeaves(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{during: takes(10 * time.Second)}, edit)
		b := signedIn(t, app)
		time.Sleep(61 * time.Minute)
		var wg sync.WaitGroup
		began := time.Now()
		for patience, want := range map[time.Duration]time.Duration{time.Second: time.Second, 3 * time.Second: 3 * time.Second, time.Minute: 10 * time.Second} {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			r := b.request("GET", "/account").WithContext(ctx)
			wg.Go(func() {
				status := serve(app, r).status
				if got := time.Since(began); got != want || (status == 200) != (patience == time.Minute) {
					t.Errorf("a visitor with %v patience waited %v for a %d, want %v", patience, got, status, want)
				}
			})
		}
		wg.Wait()
		wantCalls(t, app.authority, "refresh-0001")
	})
}

// TestR2_SavedFirst: the tokens are saved, then the app is told, then the
// handler runs.
func TestR2_SavedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := session.NewMemoryStore(nil)
		other := newApp(t, nil, in(store))
		var b *browser
		saved := func(when string) {
			s, err := b.session(other.Manager)
			if err != nil {
				t.Errorf("%s: FromRequest in another process = %v", when, err)
				return
			}
			if tokens, err := s.Tokens(t.Context()); err != nil || name(tokens.Access) != "access-00002" || name(tokens.Refresh) != "refresh-0002" {
				t.Errorf("%s: the store has %s and %s (%v), want the new tokens", when, name(tokens.Access), name(tokens.Refresh), err)
			}
		}
		told := false
		app := newApp(t, &authority{}, func(c *session.Config) {
			c.Store = store
			c.OnRefresh = func(ctx context.Context, id *cognito.Identity, tokens cognito.Tokens) error {
				saved("OnRefresh")
				if told = true; id.Subject != "jane" || name(tokens.Access) != "access-00002" || ctx.Err() != nil {
					t.Errorf("OnRefresh was told of %s, %s (context: %v)", id.Subject, name(tokens.Access), ctx.Err())
				}
				return nil
			}
		})
		app.Handle("/check", app.Require(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			if saved("handler"); !told {
				t.Error("the handler ran before OnRefresh")
			}
		})))
		b = signedIn(t, app)
		time.Sleep(56 * time.Minute)
		b.get("/check").wantStatus(t, "GET /check", 200)
	})
}

// TestR3_RefreshToken: none in the answer keeps the old one, a new one
// replaces it.
func TestR3_RefreshToken(t *testing.T) {
	for _, keeps := range []bool{true, false} {
		t.Run(fmt.Sprint("keeps ", keeps), func(t *testing.T) {
			inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
				app := newApp(t, &authority{keeps: keeps}, edit)
				b := signedIn(t, app)
				var want []string
				for i := 1; i <= 3; i++ {
					time.Sleep(56 * time.Minute)
					b.get("/account").want(t, "GET /account", 200, fmt.Sprintf("jane access-%05d", i+1))
					s, err := b.session(app.Manager)
					if err != nil {
						t.Fatal(err)
					}
					tokens, err := s.Tokens(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					sent, kept := "refresh-0001", "refresh-0001"
					if !keeps {
						sent, kept = fmt.Sprintf("refresh-%04d", i), fmt.Sprintf("refresh-%04d", i+1)
					}
					if want = append(want, sent); name(tokens.Refresh) != kept {
						t.Errorf("refresh token after refresh %d = %s, want %s", i, name(tokens.Refresh), kept)
					}
				}
				wantCalls(t, app.authority, want...)
			})
		})
	}
}

// TestR4_InvalidGrant ends the session: cookies and records are gone, and the
// refresh token is not sent again.
func TestR4_InvalidGrant(t *testing.T) {
	inModes(t, func(t *testing.T, store *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{size: 1200}, edit)
		app.authority.err = fmt.Errorf("token endpoint: %w", cognito.ErrInvalidGrant)
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute) // the access token is still valid
		page, call, guest := b.clone(), b.clone(), b.clone()
		got := page.get("/account")
		got.wantStatus(t, "GET /account", 302)
		if len(page.jar) != 0 || len(got.cookies) != len(b.jar) {
			t.Errorf("GET /account cleared %d cookies and left %v, want %d and none", len(got.cookies), page.names(), len(b.jar))
		}
		wantProblem(t, "fetch /account", call.fetch("/account"), 401, "sign_in_required", "/auth/login")
		guest.get("/open").want(t, "GET /open", 200, "guest")
		if store != nil {
			if got := store.dump(); len(got) != 0 {
				t.Errorf("%d records left, want none", len(got))
			}
		}
		for range 5 {
			time.Sleep(time.Minute)
			b.clone().get("/account").wantStatus(t, "GET /account with the cookies from before", 302)
		}
		wantCalls(t, app.authority, "refresh-0001")
		if got := app.log.String(); !strings.Contains(got, "session: ended") {
			t.Errorf("log = %s, want the end noted", got)
		}
	})
}

// TestR4_Outage: whatever is not invalid_grant keeps the session. It is served
// while the access token is valid, with longer and longer pauses between the
// tries. Afterwards the answer is 503. When Cognito is back, so is the session.
func TestR4_Outage(t *testing.T) {
	outages := []struct {
		what string
		err  error
	}{
		{"timeout", context.DeadlineExceeded},
		{"429", errors.New("token endpoint: 429 Too Many Requests")},
		{"5xx", errors.New("token endpoint: 503")},
		{"bad JSON", errors.New("token endpoint: invalid character '<'")},
		{"clock", &cognito.VerifyError{Check: "iat", Err: errors.New("in the future")}},
		{"no key", &cognito.VerifyError{Check: "keys", Err: cognito.ErrKeysUnavailable}},
		{"keys", cognito.ErrKeysUnavailable},
	}
	for n, outage := range outages {
		t.Run(outage.what, func(t *testing.T) {
			inOneMode(t, n, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
				var tries []time.Duration
				var due time.Time
				app := newApp(t, &authority{err: outage.err, size: 100, during: func(context.Context, int) { tries = append(tries, time.Since(due)) }}, edit)
				b := signedIn(t, app)
				time.Sleep(55 * time.Minute)
				due = time.Now()
				for range 300 {
					got := b.get("/account")
					if got.want(t, fmt.Sprint("GET /account ", time.Since(due), " after it was due"), 200, "jane access-00001"); t.Failed() {
						return
					}
					time.Sleep(time.Second)
				}
				if last := tries[len(tries)-1]; tries[0] != 0 || last < 4*time.Minute-5*time.Second {
					t.Errorf("tries at %v, want the first at once and more to the end", tries)
				}
				for i, most := 1, 5*time.Second; i < len(tries); i, most = i+1, min(time.Minute, 2*most) {
					if pause := tries[i] - tries[i-1]; pause < most/2 || pause > most+time.Second {
						t.Errorf("tries at %v, want pause %d between half of %v and all of it", tries, i, most)
					}
				}

				time.Sleep(time.Minute)
				page, call := b.get("/account"), b.fetch("/account")
				page.wantStatus(t, "GET /account after the access token's end", 503)
				wantProblem(t, "fetch /account after the access token's end", call, 503, "refresh_unavailable", "")
				for _, r := range []reply{page, call} {
					if r.header.Get("Retry-After") == "" || len(r.cookies) != 0 {
						t.Errorf("503 with Retry-After %q and %d cookies, want a number and none", r.header.Get("Retry-After"), len(r.cookies))
					}
				}
				b.get("/open").want(t, "GET /open after the access token's end", 200, "guest")
				if n := len(tries); tries[n-1] != 6*time.Minute || tries[n-2] == 6*time.Minute {
					t.Errorf("tries at %v, want one at the end for four requests", tries)
				}
				time.Sleep(2 * time.Hour)
				b.get("/account").wantStatus(t, "GET /account two hours later", 503)

				app.authority.set(func(a *authority) { a.err = nil })
				b.get("/account").wantStatus(t, "GET /account within the pause", 503)
				time.Sleep(time.Minute)
				b.get("/account").want(t, "GET /account once Cognito is back", 200, "jane access-00002")
				b.get("/open").want(t, "GET /open once Cognito is back", 200, "jane access-00002")
			})
		})
	}
}

// TestR4_PausesBeginAnew: a refresh that worked makes the next outage begin
// with a short pause.
func TestR4_PausesBeginAnew(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{}, edit)
		b := signedIn(t, app)
		for round := range 2 {
			time.Sleep(55 * time.Minute)
			app.authority.set(func(a *authority) { a.err = errDown })
			before := len(app.authority.calls())
			for range 60 {
				b.get("/account").wantStatus(t, "GET /account", 200)
				time.Sleep(time.Second)
			}
			if got := len(app.authority.calls()) - before; got < 4 || got > 6 { // at 0, 5, 15 and 35 seconds, or some time before
				t.Errorf("outage %d: %d tries in a minute, want 4 to 6", round+1, got)
			}
			app.authority.set(func(a *authority) { a.err = nil })
			time.Sleep(time.Minute)
			b.get("/account").want(t, "GET /account", 200, fmt.Sprintf("jane access-%05d", round+2))
		}
	})
}

// TestR4_ExpiresMeanwhile: an access token that ends while a refresh hangs is
// not served once that has failed.
func TestR4_ExpiresMeanwhile(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{err: errDown, during: takes(10 * time.Second)}, edit)
		b := signedIn(t, app)
		time.Sleep(time.Hour - 2*time.Second)
		b.get("/account").wantStatus(t, "GET /account, whose access token ended eight seconds before the refresh failed", 503)
	})
}

// TestR4_NoRefreshToken: a session that cannot be refreshed ends with its
// access token, not with errors until its idle time is over.
func TestR4_NoRefreshToken(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{}, edit)
		app.HandleFunc("/short", func(w http.ResponseWriter, r *http.Request) {
			tokens := app.authority.issue()
			tokens.Refresh = ""
			if err := app.Start(w, r, jane(), tokens); err != nil {
				t.Errorf("Start = %v", err)
			}
		})
		b := newBrowser(t, app)
		b.get("/short")
		time.Sleep(time.Hour - time.Second)
		b.get("/account").want(t, "GET /account a second before the end", 200, "jane access-00001")
		time.Sleep(time.Second)
		b.get("/account").wantStatus(t, "GET /account at the end", 302)
		wantCalls(t, app.authority)
	})
}

// TestR5_OtherUser: tokens of anybody else end the session and are never
// adopted.
func TestR5_OtherUser(t *testing.T) {
	edits := map[string]func(*cognito.Tokens, *cognito.Identity){
		"subject":   func(_ *cognito.Tokens, id *cognito.Identity) { id.Subject = "john" },
		"issuer":    func(_ *cognito.Tokens, id *cognito.Identity) { id.Issuer += "x" },
		"client":    func(_ *cognito.Tokens, id *cognito.Identity) { id.ClientID = "other" },
		"no sub":    func(_ *cognito.Tokens, id *cognito.Identity) { id.Subject = "" },
		"case":      func(_ *cognito.Tokens, id *cognito.Identity) { id.Subject = "Jane" },
		"all three": func(_ *cognito.Tokens, id *cognito.Identity) { *id = cognito.Identity{} },
	}
	for what, edit := range edits {
		t.Run(what, func(t *testing.T) {
			inModes(t, func(t *testing.T, store *watchedStore, in func(*session.Config)) {
				app := newApp(t, &authority{edit: edit}, func(c *session.Config) {
					in(c)
					c.OnRefresh = func(_ context.Context, id *cognito.Identity, _ cognito.Tokens) error {
						t.Errorf("OnRefresh was told of %s", id.Subject)
						return nil
					}
				})
				b := signedIn(t, app)
				time.Sleep(56 * time.Minute)
				for i, r := range together(b, 5, "/account") {
					r.wantStatus(t, fmt.Sprint("GET /account ", i), 302)
				}
				b.clone().get("/open").want(t, "GET /open", 200, "guest")
				if store != nil {
					if got := store.dump(); len(got) != 0 {
						t.Errorf("%d records left, want none", len(got))
					}
				}
			})
		})
	}
}

// TestR4_NoIDToken: an answer of Cognito without an ID token keeps the
// identity.
func TestR4_NoIDToken(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		a := &authority{}
		app := newApp(t, a, func(c *session.Config) { edit(c); c.Refresher = nobody{a} })
		app.Handle("/admin", app.Require(http.HandlerFunc(whoAmI), cognito.AnyGroup("admins")))
		b := signedIn(t, app)
		time.Sleep(61 * time.Minute)
		b.get("/admin").want(t, "GET /admin", 200, "jane access-00002")
		if s, err := b.session(app.Manager); err != nil || s.Identity().UserID != "app-user-1" {
			t.Errorf("session = %v, %v, want the identity of the sign-in", s, err)
		}
	})
}

// nobody refreshes, and tells no identity.
type nobody struct{ *authority }

func (n nobody) Refresh(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	tokens, _, err := n.authority.Refresh(ctx, old, who)
	return tokens, nil, err
}

// TestR5_Kept: the nonce of the sign-in and the app's own key of the user
// stay; what the new ID token says replaces the rest.
func TestR5_Kept(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		app := newApp(t, &authority{edit: func(tokens *cognito.Tokens, id *cognito.Identity) {
			tokens.Nonce = "another"
			id.UserID, id.Groups, id.Email = "from nowhere", []string{"editors"}, "new@example.com"
		}}, edit)
		app.Handle("/check", app.Require(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			id := cognito.FromContext(r.Context())
			if id.UserID != "app-user-1" || !slices.Equal(id.Groups, []string{"editors"}) || id.Email != "new@example.com" {
				t.Errorf("identity after the refresh = %+v, want UserID kept, groups and e-mail new", id)
			}
			tokens, err := session.FromContext(r.Context()).Tokens(r.Context())
			if err != nil || tokens.Nonce != "nonce-1" {
				t.Errorf("nonce after the refresh = %q, %v, want the sign-in's", tokens.Nonce, err)
			}
		}), cognito.AnyGroup("editors")))
		b := signedIn(t, app)
		b.get("/check").wantStatus(t, "GET /check before the refresh", 403)
		time.Sleep(56 * time.Minute)
		b.get("/check").wantStatus(t, "GET /check, refreshed", 200)
		time.Sleep(time.Minute)
		b.get("/check").wantStatus(t, "GET /check, as stored", 200)
	})
}

// processes returns n apps that share a store, a locker and an authority.
func processes(t *testing.T, n int, a *authority, lock session.Locker) ([]*app, *watchedStore) {
	t.Helper()
	store := newWatchedStore()
	apps := make([]*app, n)
	for i := range apps {
		apps[i] = newApp(t, a, func(c *session.Config) { c.Store, c.Locker = store, lock })
	}
	return apps, store
}

// at is the browser's next request, to another process.
func (b *browser) at(h http.Handler) *browser {
	c := *b
	c.h = h
	return &c
}

// TestR6_Processes: with a Locker, three processes refresh a session once, and
// those that waited use what the first one got, its identity included.
func TestR6_Processes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lock := newLocker()
		a := &authority{during: takes(time.Second), edit: func(_ *cognito.Tokens, id *cognito.Identity) { id.Groups = []string{"editors"} }}
		apps, store := processes(t, 3, a, lock)
		b := signedIn(t, apps[0])
		for _, app := range apps {
			app.Handle("/editors", app.Require(http.HandlerFunc(whoAmI), cognito.AnyGroup("editors")))
		}
		time.Sleep(61 * time.Minute)
		lock.ids = nil // of the sign-in
		var wg sync.WaitGroup
		for _, app := range apps {
			wg.Go(func() {
				for i, r := range together(b.at(app), 20, "/editors") {
					r.want(t, fmt.Sprint("GET /editors ", i), 200, "jane access-00002")
				}
			})
		}
		wg.Wait()
		wantCalls(t, a, "refresh-0001")
		time.Sleep(2 * time.Minute)
		for i, app := range apps {
			b.at(app).get("/editors").want(t, fmt.Sprint("GET /editors of process ", i, " later"), 200, "jane access-00002")
		}
		if got := len(store.dump()); got != 2 {
			t.Errorf("%d records, want 2", got)
		}
		for _, id := range lock.ids {
			if id != lock.ids[0] || len(id) != 43 || store.get(id) != nil {
				t.Errorf("lock %q, want one id of 43 characters, which is no record's", id)
			}
		}
		if len(lock.ids) != 3 {
			t.Errorf("%d locks, want one per process", len(lock.ids))
		}
	})
}

// TestR6_LoserWithoutLock: there is no Locker, and another process has used up
// a process's refresh token. The process reads the store again, and goes on
// with what is there.
func TestR6_LoserWithoutLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &authority{during: func(_ context.Context, call int) { time.Sleep(time.Duration(call) * time.Second) }}
		apps, _ := processes(t, 2, a, nil)
		b := signedIn(t, apps[0])
		time.Sleep(61 * time.Minute)
		var wg sync.WaitGroup
		for _, app := range apps {
			wg.Go(func() {
				for i, r := range together(b.at(app), 5, "/account") {
					r.want(t, fmt.Sprint("GET /account ", i), 200, "jane access-00002")
				}
			})
		}
		wg.Wait()
		wantCalls(t, a, "refresh-0001", "refresh-0001")
		for _, app := range apps {
			b.at(app).get("/account").want(t, "GET /account later", 200, "jane access-00002")
		}
	})
}

// TestR6_LeaseLost: a process that has lost its lock writes nothing. It keeps
// the tokens it got and saves them at the next try.
func TestR6_LeaseLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lock := newLocker()
		a := &authority{}
		told := 0
		store := newWatchedStore()
		app := newApp(t, a, func(c *session.Config) {
			c.Store, c.Locker = store, lock
			c.OnRefresh = func(context.Context, *cognito.Identity, cognito.Tokens) error { told++; return nil }
		})
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute)
		a.set(func(a *authority) { a.during = func(context.Context, int) { lock.lose() } })
		before := store.dump()
		got := b.get("/account")
		got.want(t, "GET /account while the lease is lost", 200, "jane access-00001")
		if len(got.cookies) != 0 || told != 0 {
			t.Errorf("a lost lease set %d cookies and told OnRefresh %d times, want neither", len(got.cookies), told)
		}
		for id, sealed := range store.dump() {
			if !bytes.Equal(before[id], sealed) {
				t.Errorf("record %s was written after the lease was lost", id)
			}
		}
		if got := app.log.String(); !strings.Contains(got, session.ErrLockLost.Error()) {
			t.Errorf("log = %s, want the cause", got)
		}
		time.Sleep(5 * time.Second)
		b.get("/account").want(t, "GET /account at the next try", 200, "jane access-00002")
		wantCalls(t, a, "refresh-0001")
		synctest.Wait()
		if told != 1 {
			t.Errorf("OnRefresh was called %d times, want 1", told)
		}
		time.Sleep(10 * time.Minute)
		b.at(newApp(t, a, in(store))).get("/account").want(t, "GET /account in another process", 200, "jane access-00002")
	})
}

// TestR6_LeaseLostAndRefused: nor does it delete anything: the
// refusal may be the other process's doing, which has yet to save.
func TestR6_LeaseLostAndRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lock := newLocker()
		a := &authority{}
		apps, store := processes(t, 2, a, lock)
		b := signedIn(t, apps[0])
		time.Sleep(56 * time.Minute)
		var commits atomic.Int32
		store.watch(func(op, _ string) {
			if op == "commit" {
				commits.Add(1)
				time.Sleep(3 * time.Second) // the other process takes its time to save
			}
		})
		a.set(func(a *authority) {
			a.during = func(_ context.Context, call int) {
				if call == 1 {
					time.Sleep(time.Second)
					lock.lose()
					time.Sleep(2 * time.Second)
				}
			}
		})
		var wg sync.WaitGroup
		wg.Go(func() { b.clone().at(apps[0]).get("/account").wantStatus(t, "GET /account, lease lost", 200) })
		time.Sleep(500 * time.Millisecond)
		wg.Go(func() {
			b.clone().at(apps[1]).get("/account").want(t, "GET /account, lease taken over", 200, "jane access-00002")
		})
		wg.Wait()
		store.watch(nil)
		wantCalls(t, a, "refresh-0001", "refresh-0001")
		if commits.Load() != 2 || store.count("delete") != 0 {
			t.Errorf("%d commits and %d deletes, want the 2 of the process with the lease", commits.Load(), store.count("delete"))
		}
		time.Sleep(time.Minute)
		for _, app := range apps {
			b.at(app).get("/account").want(t, "GET /account later", 200, "jane access-00002")
		}
	})
}

// TestR6_LeaseLostAndRefreshedElsewhere: tokens that were got without a lease
// give way to those that another process has saved since.
func TestR6_LeaseLostAndRefreshedElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lock := newLocker()
		a := &authority{grace: true}
		apps, _ := processes(t, 2, a, lock)
		b := signedIn(t, apps[0])
		time.Sleep(56 * time.Minute)
		a.set(func(a *authority) {
			a.during = func(_ context.Context, call int) {
				if call == 1 {
					lock.lose()
				}
			}
		})
		b.at(apps[0]).get("/account").want(t, "GET /account, lease lost", 200, "jane access-00001")
		b.at(apps[1]).get("/account").want(t, "GET /account in the other process", 200, "jane access-00003")
		time.Sleep(time.Minute)
		b.at(apps[0]).get("/account").want(t, "GET /account in the first process", 200, "jane access-00003")
		time.Sleep(56 * time.Minute) // due again: the tokens kept aside must not come back
		b.at(apps[0]).get("/account").want(t, "GET /account when due again", 200, "jane access-00004")
		wantCalls(t, a, "refresh-0001", "refresh-0001", "refresh-0003")
	})
}

// TestR6_LockFails: a locker that fails is an outage like another.
func TestR6_LockFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lock := newLocker()
		apps, _ := processes(t, 1, &authority{}, lock)
		b := signedIn(t, apps[0])
		time.Sleep(56 * time.Minute)
		lock.err = errDown
		b.get("/account").want(t, "GET /account", 200, "jane access-00001")
		time.Sleep(10 * time.Minute)
		wantProblem(t, "fetch /account", b.fetch("/account"), 503, "store_unavailable", "")
		wantCalls(t, apps[0].authority)
		lock.err = nil
		time.Sleep(time.Minute)
		b.get("/account").want(t, "GET /account", 200, "jane access-00002")
	})
}

// TestR6_LockIsGivenBack: after a refresh that worked, failed or was refused.
func TestR6_LockIsGivenBack(t *testing.T) {
	for what, err := range map[string]error{"works": nil, "fails": errDown, "is refused": cognito.ErrInvalidGrant} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lock := newLocker()
				apps, _ := processes(t, 1, &authority{err: err}, lock)
				b := signedIn(t, apps[0])
				time.Sleep(56 * time.Minute)
				lock.ids = nil // of the sign-in
				b.get("/account")
				if len(lock.ids) == 0 || len(lock.held) != 0 {
					t.Errorf("%d locks taken, %d held, want some and none", len(lock.ids), len(lock.held))
				}
			})
		})
	}
}

// TestR2_SaveFails: tokens that could not be saved are not lost, and the
// refresh token that bought them is not sent again.
func TestR2_SaveFails(t *testing.T) {
	for _, skip := range []int{0, 1} { // the tokens part fails, or the identity part
		t.Run(fmt.Sprint("after ", skip), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newWatchedStore()
				told := 0
				a := &authority{edit: func(_ *cognito.Tokens, id *cognito.Identity) { id.Groups = []string{"editors"} }}
				app := newApp(t, a, func(c *session.Config) {
					c.Store = store
					c.OnRefresh = func(context.Context, *cognito.Identity, cognito.Tokens) error { told++; return nil }
				})
				app.Handle("/editors", app.Require(http.HandlerFunc(whoAmI), cognito.AnyGroup("editors")))
				b := signedIn(t, app)
				time.Sleep(56 * time.Minute)
				commits := 0
				store.watch(func(op, _ string) {
					if op == "commit" {
						if commits++; commits > skip {
							store.fail("commit")
						}
					}
				})
				// Where the tokens part was written, it has the new tokens already.
				b.get("/open").want(t, "GET /open while commits fail", 200, fmt.Sprintf("jane access-%05d", skip+1))
				time.Sleep(2 * time.Minute)
				b.get("/open").wantStatus(t, "GET /open at the second try", 200)
				time.Sleep(3 * time.Minute)
				wantProblem(t, "fetch /account after the access token's end", b.fetch("/account"), 503, "store_unavailable", "")
				if told != 0 {
					t.Errorf("OnRefresh was told %d times of tokens that are not saved", told)
				}
				store.watch(nil)
				store.fail()
				time.Sleep(time.Minute)
				b.get("/editors").want(t, "GET /editors once commits work", 200, "jane access-00002")
				wantCalls(t, a, "refresh-0001")
				if told != 1 {
					t.Errorf("OnRefresh was called %d times, want 1", told)
				}
				b.at(newApp(t, a, in(store))).get("/account").want(t, "GET /account in another process", 200, "jane access-00002")
			})
		})
	}
}

// TestR2_SaveFailsForHours: when commits work again, the tokens kept aside are
// over. Their refresh token is not: it is the only one that still works.
func TestR2_SaveFailsForHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newWatchedStore()
		a := &authority{}
		app := newApp(t, a, in(store))
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute)
		store.fail("commit")
		b.get("/account").want(t, "GET /account while commits fail", 200, "jane access-00001")
		for range 3 {
			time.Sleep(time.Hour)
			b.get("/account").wantStatus(t, "GET /account while commits fail, later", 503)
		}
		store.fail()
		time.Sleep(2 * time.Hour)
		b.get("/account").wantStatus(t, "GET /account once commits work", 200)
		if sent := a.calls(); len(slices.Compact(slices.Clone(sent))) != len(sent) {
			t.Errorf("refresh tokens sent = %v, want none twice", sent)
		}
		s, err := b.session(app.Manager)
		if err != nil {
			t.Fatal(err)
		}
		if !time.Now().Before(s.AccessExpiry()) {
			t.Errorf("the access token ended at %v, want one that is valid", s.AccessExpiry())
		}
	})
}

// TestC6_EndDuringRefresh: what a refresh brings does not revive a session
// that was ended, or replaced, while it ran: in this process or in another.
func TestC6_EndDuringRefresh(t *testing.T) {
	for _, how := range []string{"/logout", "/login"} {
		for _, where := range []string{"here", "elsewhere"} {
			t.Run(how+" "+where, func(t *testing.T) {
				inModes(t, func(t *testing.T, store *watchedStore, edit func(*session.Config)) {
					if store == nil && where == "elsewhere" {
						return // nothing can tell another process
					}
					a := &authority{during: takes(5 * time.Second)}
					app := newApp(t, a, func(c *session.Config) {
						edit(c)
						c.OnRefresh = func(context.Context, *cognito.Identity, cognito.Tokens) error {
							t.Error("OnRefresh was told of tokens that were not kept")
							return nil
						}
					})
					ender := app
					if where == "elsewhere" {
						ender = newApp(t, a, edit)
					}
					b := signedIn(t, app)
					kept := b.clone()
					kept.hoax = true
					time.Sleep(56 * time.Minute)
					var wg sync.WaitGroup
					for range 3 {
						waiting := kept.clone()
						wg.Go(func() {
							waiting.get("/account").wantStatus(t, "GET /account, waiting for the refresh", 302)
							if len(waiting.jar) != 0 {
								t.Errorf("a request that waited was left with %v", waiting.names())
							}
						})
					}
					time.Sleep(2 * time.Second)
					b.h = ender
					b.get(how).wantStatus(t, "GET "+how, 200)
					wg.Wait()
					if store != nil {
						want := 0
						if how == "/login" {
							want = 2
						}
						if got := len(store.dump()); got != want {
							t.Errorf("%d records in the store, want %d", got, want)
						}
					}
					for _, after := range []time.Duration{0, time.Minute, time.Hour} {
						time.Sleep(after)
						for _, m := range []*session.Manager{app.Manager, ender.Manager} {
							_, err := kept.session(m)
							wantNoSession(t, fmt.Sprint("FromRequest ", after, " later"), err)
						}
						kept.clone().get("/account").wantStatus(t, fmt.Sprint("GET /account ", after, " later"), 302)
					}
					wantCalls(t, a, "refresh-0001")
				})
			})
		}
	}
}

// TestC6_EndDuringCommit: a logout that falls between two writes of a refresh,
// or between reading a session and noting its use, leaves nothing.
func TestC6_EndDuringCommit(t *testing.T) {
	tests := []struct {
		name      string
		after     time.Duration
		commit    int // the one before which the logout runs
		elsewhere bool
	}{
		{name: "refresh, before the tokens part", after: 56 * time.Minute, commit: 1},
		{name: "refresh, before the identity part", after: 56 * time.Minute, commit: 2},
		{name: "use noted", after: 6 * time.Minute, commit: 1},
		{name: "use noted, ended elsewhere", after: 6 * time.Minute, commit: 1, elsewhere: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				apps, store := processes(t, 2, &authority{}, nil)
				ender := apps[0]
				if tt.elsewhere {
					ender = apps[1]
				}
				b := signedIn(t, apps[0])
				kept := b.clone()
				time.Sleep(tt.after)
				commits := 0
				store.watch(func(op, _ string) {
					if op != "commit" {
						return
					}
					if commits++; commits == tt.commit {
						b.clone().at(ender).get("/logout").wantStatus(t, "GET /logout", 200)
					}
				})
				got := b.get("/account")
				store.watch(nil)
				if commits < tt.commit {
					t.Fatalf("%d commits, want the logout at number %d", commits, tt.commit)
				}
				for _, k := range got.cookies {
					if k.MaxAge > 0 {
						t.Errorf("GET /account set %s after the logout", k.Name)
					}
				}
				if got := len(store.dump()); got != 0 {
					t.Errorf("%d records in the store, want none", got)
				}
				if log := apps[0].log.String(); strings.Contains(log, "could not be noted") {
					t.Errorf("log = %s, want no warning for a logout", log)
				}
				for _, app := range apps {
					kept.at(app).get("/account").wantStatus(t, "GET /account with the cookies from before", 302)
				}
			})
		})
	}
}

// TestC6_EndBetweenDeletes: the use of a session is noted in one process
// between the two deletes of a logout in another.
func TestC6_EndBetweenDeletes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		apps, store := processes(t, 2, &authority{}, nil)
		b := signedIn(t, apps[0])
		kept := b.clone()
		time.Sleep(6 * time.Minute)
		var wg sync.WaitGroup
		var deletes atomic.Int32
		store.watch(func(op, _ string) {
			switch op {
			case "commit": // of the use: the logout's first delete comes before it
				wg.Go(func() { b.clone().at(apps[1]).get("/logout").wantStatus(t, "GET /logout", 200) })
				time.Sleep(time.Second)
			case "delete":
				if deletes.Add(1) == 2 {
					time.Sleep(2 * time.Second)
				}
			}
		})
		if got := b.get("/account"); len(got.cookies) != 0 {
			t.Errorf("GET /account set %d cookies for a session that has ended, want none", len(got.cookies))
		}
		wg.Wait()
		store.watch(nil)
		if got := len(store.dump()); got != 0 {
			t.Errorf("%d records in the store, want none", got)
		}
		for _, app := range apps {
			kept.at(app).get("/account").wantStatus(t, "GET /account with the cookies from before", 302)
		}
	})
}

// TestC6_EndInOnRefresh: an app may end the session when it hears of the new
// tokens; the request that waited for them is a stranger's then.
func TestC6_EndInOnRefresh(t *testing.T) {
	inModes(t, func(t *testing.T, store *watchedStore, edit func(*session.Config)) {
		var end func()
		app := newApp(t, &authority{}, func(c *session.Config) {
			edit(c)
			c.OnRefresh = func(context.Context, *cognito.Identity, cognito.Tokens) error { end(); return nil }
		})
		b := signedIn(t, app)
		kept := b.clone()
		end = func() { kept.clone().get("/logout").wantStatus(t, "GET /logout", 200) }
		time.Sleep(56 * time.Minute)
		b.get("/account").wantStatus(t, "GET /account", 302)
		if got := b.names(); len(got) != 0 {
			t.Errorf("cookies left = %v, want none", got)
		}
		kept.get("/account").wantStatus(t, "GET /account with the cookies from before", 302)
		if store != nil && len(store.dump()) != 0 {
			t.Errorf("%d records in the store, want none", len(store.dump()))
		}
	})
}

// TestC6_EndAfterRefresh: cookies that a refresh set just before the logout
// open no session either. The logout remembers that for as long as their tokens
// are valid.
func TestC6_EndAfterRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := newApp(t, &authority{size: 40}, nil)
		b := signedIn(t, app)
		time.Sleep(59 * time.Minute)
		late := b.clone()
		late.hoax = true
		late.get("/account").want(t, "GET /account", 200, "jane access-00002")
		b.get("/logout").wantStatus(t, "GET /logout with the cookies from before", 200)
		time.Sleep(10 * time.Minute)
		for range thorough.Or(session.MinSweep+50, 1500) { // enough sessions that end for old marks to be swept
			signedIn(t, app).get("/logout")
		}
		_, err := late.session(app.Manager)
		wantNoSession(t, "FromRequest with the refreshed cookies", err)
		late.get("/account").wantStatus(t, "GET /account with the refreshed cookies", 302)
	})
}

// TestS8_StoreDownAfterRefusal: whether a refused refresh token was replaced
// meanwhile is not known while the store cannot be read, so nothing ends.
func TestS8_StoreDownAfterRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newWatchedStore()
		a := &authority{err: cognito.ErrInvalidGrant, during: func(context.Context, int) { store.fail("find") }}
		app := newApp(t, a, in(store))
		b := signedIn(t, app)
		time.Sleep(56 * time.Minute)
		b.get("/account").wantStatus(t, "GET /account", 418) // the handler ran, and could not read the tokens
		a.set(func(a *authority) { a.err, a.during = nil, nil })
		store.fail()
		if got := store.count("delete"); got != 0 {
			t.Errorf("%d deletes, want none", got)
		}
		time.Sleep(5 * time.Second)
		b.get("/account").want(t, "GET /account once the store is back", 200, "jane access-00002")
	})
}

// TestR6_ReplacedAndDue: tokens of another process that are due themselves are
// no reason to end the session, and are refreshed next.
func TestR6_ReplacedAndDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &authority{during: func(_ context.Context, call int) { time.Sleep(time.Duration(call*call) * time.Second) }}
		apps, _ := processes(t, 2, a, nil)
		b := signedIn(t, apps[0])
		time.Sleep(61 * time.Minute)
		a.set(func(a *authority) {
			a.edit = func(tokens *cognito.Tokens, _ *cognito.Identity) { tokens.Expiry = time.Now().Add(2 * time.Second) }
		})
		var wg sync.WaitGroup
		wg.Go(func() { b.at(apps[0]).get("/account").wantStatus(t, "GET /account of the faster process", 200) })
		time.Sleep(time.Millisecond)
		wg.Go(func() { b.at(apps[1]).get("/account").wantStatus(t, "GET /account of the slower process", 503) })
		wg.Wait()
		a.set(func(a *authority) { a.edit, a.during = nil, nil })
		time.Sleep(5 * time.Second)
		b.at(apps[1]).get("/account").want(t, "GET /account of the slower process", 200, "jane access-00003")
		wantCalls(t, a, "refresh-0001", "refresh-0001", "refresh-0002")
	})
}

// panics is a part of an app that panics, once.
type panics struct {
	session.Store
	session.Locker
	*authority

	doing sync.Mutex // guards done
	where string
	done  bool
}

func (p *panics) hasPanicked() bool {
	p.doing.Lock()
	defer p.doing.Unlock()
	return p.done
}

func (p *panics) at(where string) {
	p.doing.Lock()
	defer p.doing.Unlock()
	if p.where == where && !p.done {
		p.done = true
		panic("secret-in-a-panic")
	}
}

func (p *panics) Refresh(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	p.at("Refresh")
	return p.authority.Refresh(ctx, old, who)
}

func (p *panics) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	p.at("Commit")
	return p.Store.Commit(ctx, id, sealed, expiry)
}

func (p *panics) Lock(ctx context.Context, id string) (context.Context, func(), error) {
	p.at("Lock")
	return p.Locker.Lock(ctx, id)
}

// TestE3_PanicInRefresh: a panic in a function of the app does not bring the
// process down, which no http.Server could prevent here. Nor does it lose a
// refresh token, hold a lock or make a visitor wait.
func TestE3_PanicInRefresh(t *testing.T) {
	for _, where := range []string{"Refresh", "Commit", "Lock", "OnRefresh"} {
		t.Run(where, func(t *testing.T) {
			inModes(t, func(t *testing.T, store *watchedStore, _ func(*session.Config)) {
				if store == nil && (where == "Commit" || where == "Lock") {
					return // neither is there in cookie mode
				}
				lock := newLocker()
				p := &panics{Store: store, Locker: lock, authority: &authority{}}
				app := newApp(t, p.authority, func(c *session.Config) {
					c.Refresher = p
					c.OnRefresh = func(context.Context, *cognito.Identity, cognito.Tokens) error { p.at("OnRefresh"); return nil }
					if store != nil {
						c.Store, c.Locker = p, p
					}
				})
				b := signedIn(t, app)
				time.Sleep(56 * time.Minute)
				p.where = where
				began := time.Now()
				want := "jane access-00001"
				if where == "OnRefresh" {
					want = "jane access-00002" // which are saved by then
				}
				for i, r := range together(b, 5, "/account") {
					r.want(t, fmt.Sprint("GET /account ", i, " while ", where, " panics"), 200, want)
				}
				if got := time.Since(began); got != 0 {
					t.Errorf("the requests waited %v, want no wait", got)
				}
				synctest.Wait()
				if held := lock.count(); !p.hasPanicked() || held != 0 {
					t.Errorf("panicked: %v, locks held: %d, want true and none", p.hasPanicked(), held)
				}
				time.Sleep(5 * time.Second)
				b.get("/account").want(t, "GET /account afterwards", 200, "jane access-00002")
				wantCalls(t, p.authority, "refresh-0001")
				if log := app.log.String(); !strings.Contains(log, "panic") || strings.Contains(log, "secret-in-a-panic") {
					t.Errorf("log = %s, want the panic, and not what it said", log)
				}
			})
		})
	}
}
