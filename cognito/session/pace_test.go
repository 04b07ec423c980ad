package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// pressure counts what an authority has to bear.
type pressure struct {
	underWay, most atomic.Int64

	mu        sync.Mutex
	perSecond map[int64]int
	at        []time.Time
}

// watch has a refresh take so long.
func (p *pressure) watch(took time.Duration) func(context.Context, int) {
	p.perSecond = map[int64]int{}
	return func(context.Context, int) {
		n := p.underWay.Add(1)
		defer p.underWay.Add(-1)
		for old := p.most.Load(); n > old && !p.most.CompareAndSwap(old, n); old = p.most.Load() {
		}
		p.mu.Lock()
		p.perSecond[time.Now().Unix()]++
		p.at = append(p.at, time.Now())
		p.mu.Unlock()
		time.Sleep(took)
	}
}

func (p *pressure) busiestSecond() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	most := 0
	for _, n := range p.perSecond {
		most = max(most, n)
	}
	return most
}

// signInMany returns browsers that are signed in.
func signInMany(t *testing.T, h http.Handler, n int) []*browser {
	t.Helper()
	browsers := make([]*browser, n)
	for i := range browsers {
		browsers[i] = newBrowser(t, h)
		browsers[i].get(fmt.Sprint("/login?user=user", i)).wantStatus(t, "GET /login", 200)
	}
	return browsers
}

// visitAll has all browsers make a request at the same moment. It returns how
// many got each status.
func visitAll(browsers []*browser) map[int]int {
	statuses := make([]int, len(browsers))
	var wg sync.WaitGroup
	for i, b := range browsers {
		wg.Go(func() { statuses[i] = b.get("/account").status })
	}
	wg.Wait()
	counts := map[int]int{}
	for _, status := range statuses {
		counts[status]++
	}
	return counts
}

// TestR7_Outage: in an outage of two minutes with 1,000 due sessions no second
// sees more than a tenth of them. Never are more requests under way than the
// bound. Everybody is served meanwhile, and has new tokens soon after.
func TestR7_Outage(t *testing.T) {
	sessions, bound := inOutage, int64(16)
	for n, took := range []time.Duration{0, 10 * time.Second} {
		t.Run(took.String(), func(t *testing.T) {
			inOneMode(t, n, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
				var p pressure
				a := &authority{err: errDown, size: 100, during: p.watch(took)}
				browsers := signInMany(t, newApp(t, a, edit), sessions)
				time.Sleep(55*time.Minute + time.Second)
				for began := time.Now(); time.Since(began) < 2*time.Minute; time.Sleep(10 * time.Second) {
					if got := visitAll(browsers); got[200] != sessions {
						t.Fatalf("answers %v after %v of the outage, want 200 for all", got, time.Since(began))
					}
				}
				if most := p.most.Load(); most > bound {
					t.Errorf("%d token requests at a time, want at most %d", most, bound)
				}
				if n := p.busiestSecond(); n > sessions/10 {
					t.Errorf("%d token requests in one second, want at most %d", n, sessions/10)
				}
				if n := len(a.calls()); n < 12 {
					t.Errorf("%d token requests in two minutes, want one every ten seconds at least", n)
				}

				a.set(func(a *authority) { a.err, a.during = nil, p.watch(100*time.Millisecond) })
				for range 9 {
					visitAll(browsers)
					time.Sleep(10 * time.Second)
				}
				refreshed := 0
				for _, b := range browsers {
					if s, err := b.session(b.h.(*app).Manager); err == nil && time.Until(s.AccessExpiry()) > 50*time.Minute {
						refreshed++
					}
				}
				if refreshed != sessions || p.most.Load() > bound {
					t.Errorf("%d sessions have new tokens 90 seconds after the outage with %d token requests at a time, want %d and at most %d", refreshed, p.most.Load(), sessions, bound)
				}
			})
		})
	}
}

// TestR7_Bound: 10,000 sessions that are due at the same moment never make more
// token requests at a time than the bound, and all are served.
func TestR7_Bound(t *testing.T) {
	tests := []struct {
		name    string
		n       int           // of sessions
		idle    time.Duration // since the sign-in
		takes   time.Duration // a token request
		most    int           // Options.MaxRefreshes
		bound   int64
		waiting int // the status of those whose turn has not come
	}{
		{"due", dueAtOnce, 56 * time.Minute, 50 * time.Millisecond, 0, 16, 200},
		{"ended", endedAtOnce, 61 * time.Minute, thorough.Or(time.Second, 250*time.Millisecond), 20, 20, 503},
	}
	for _, tt := range tests {
		inBubble(t, tt.name, func(t *testing.T) {
			var p pressure
			a := &authority{size: 100, during: p.watch(tt.takes)}
			browsers := signInMany(t, newApp(t, a, func(c *session.Config) { c.MaxRefreshes = tt.most }), tt.n)
			time.Sleep(tt.idle)
			got := visitAll(browsers)
			if got[tt.waiting] == 0 || got[200]+got[503] != tt.n || tt.waiting == 200 && got[503] > 0 {
				t.Errorf("answers %v, want 200 for all, or %d for those whose turn has not come", got, tt.waiting)
			}
			time.Sleep(time.Minute)
			if got := visitAll(browsers); got[200] != tt.n {
				t.Errorf("answers %v a minute later, want 200 for all", got)
			}
			if n := len(a.calls()); n != tt.n || p.most.Load() != tt.bound {
				t.Errorf("%d token requests, %d at a time, want %d and %d", n, p.most.Load(), tt.n, tt.bound)
			}
		})
	}
}

// TestR7_Line: while all places are taken, a request whose access token has
// ended waits for ten seconds and gets 503 with Retry-After. A visitor may leave
// before that. The refresh stays in line.
func TestR7_Line(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		a := &authority{size: 100, during: takes(25 * time.Second)}
		p := newApp(t, a, func(c *session.Config) { edit(c); c.MaxRefreshes = 1 })
		slow, ended, gone := signedIn(t, p), signedIn(t, p), signedIn(t, p)
		time.Sleep(61 * time.Minute)
		var wg sync.WaitGroup
		wg.Go(func() { slow.get("/account").wantStatus(t, "GET /account, which has the place", 200) })
		time.Sleep(time.Second)
		began := time.Now()
		wg.Go(func() {
			got := ended.get("/account")
			if waited := time.Since(began); got.status != 503 || got.header.Get("Retry-After") == "" || waited != 10*time.Second {
				t.Errorf("GET /account = %d, Retry-After %q after %v, want 503 with one after ten seconds", got.status, got.header.Get("Retry-After"), waited)
			}
		})
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			got := serve(p, gone.request("GET", "/account").WithContext(ctx))
			if waited := time.Since(began); got.status != 503 || waited != 3*time.Second {
				t.Errorf("GET /account with a context of three seconds = %d after %v, want 503 at its end", got.status, waited)
			}
		})
		wg.Wait()
		time.Sleep(2 * time.Minute)
		before := len(a.calls())
		ended.get("/account").wantStatus(t, "GET /account two minutes later", 200)
		if n := len(a.calls()); n != before || n != 3 {
			t.Errorf("%d token requests before that and %d after it, want 3 and no more", before, n)
		}
	})
}

// TestR7_DueIsServed: a session that is due is served at once while others have
// all places, and is refreshed in its turn.
func TestR7_DueIsServed(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		a := &authority{size: 100, during: takes(30 * time.Second)}
		p := newApp(t, a, func(c *session.Config) { edit(c); c.MaxRefreshes = 1 })
		slow, due := signedIn(t, p), signedIn(t, p)
		time.Sleep(56 * time.Minute)
		var wg sync.WaitGroup
		wg.Go(func() { slow.get("/account").wantStatus(t, "GET /account, which has the place", 200) })
		time.Sleep(time.Second)
		began := time.Now()
		due.get("/account").want(t, "GET /account of a session that is due", 200, "jane access-00002")
		if waited := time.Since(began); waited != 0 {
			t.Errorf("it waited for %v, want not at all", waited)
		}
		time.Sleep(time.Minute)
		due.get("/account").want(t, "GET /account after its turn", 200, "jane access-00004")
		wg.Wait()
		wantCalls(t, a, "refresh-0001", "refresh-0002")
	})
}

// A throttled error asks for time.
type throttled time.Duration

func (e throttled) Error() string             { return "429 Too Many Requests" }
func (e throttled) RetryAfter() time.Duration { return time.Duration(e) }

// TestR7_RetryAfter: when Cognito asks for time, no session asks it before
// that has passed, for five minutes at most, and then not all together.
func TestR7_RetryAfter(t *testing.T) {
	for n, tt := range []struct{ asked, kept time.Duration }{
		{90 * time.Second, 90 * time.Second},
		{24 * time.Hour, 5 * time.Minute},
	} {
		asked, kept := tt.asked, tt.kept
		t.Run(asked.String(), func(t *testing.T) {
			inOneMode(t, n, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
				var p pressure
				a := &authority{err: fmt.Errorf("refresh: %w", throttled(asked)), size: 100, during: p.watch(0)}
				browsers := signInMany(t, newApp(t, a, edit), thorough.Or(3, 20))
				time.Sleep(55*time.Minute + time.Second)
				began := time.Now()
				browsers[0].get("/account").wantStatus(t, "GET /account", 200)
				for time.Since(began) < 8*time.Minute {
					visitAll(browsers)
					time.Sleep(2 * time.Second)
				}
				if len(p.at) < 2 {
					t.Fatal("Cognito was not asked again")
				}
				if first := p.at[1].Sub(began); first < kept || first > kept+3*time.Second {
					t.Errorf("asked again after %v, want %v and three seconds at most", first, kept)
				}
				for i := 1; i < len(p.at); i++ {
					if p.at[i].Sub(p.at[i-1]) < kept {
						t.Errorf("token request %d came %v after the one before, want %v", i+1, p.at[i].Sub(p.at[i-1]), kept)
					}
				}
			})
		})
	}
}

// TestR7_OneBadSession: a session whose refreshes fail for a reason of its own
// delays no other for longer than a second.
func TestR7_OneBadSession(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		a := &authority{size: 100}
		bad := &badSession{authority: a}
		p := newApp(t, a, func(c *session.Config) { edit(c); c.Refresher = bad })
		broken := newBrowser(t, p)
		broken.get("/login?user=broken").wantStatus(t, "GET /login", 200)
		others := signInMany(t, p, 50)
		time.Sleep(56 * time.Minute)
		for i, b := range others {
			broken.get("/account").wantStatus(t, "GET /account of the broken session", 200)
			time.Sleep(2 * time.Second)
			b.get("/account").wantStatus(t, fmt.Sprint("GET /account of session ", i), 200)
			if s, err := b.session(p.Manager); err != nil || time.Until(s.AccessExpiry()) < 50*time.Minute {
				t.Fatalf("session %d was not refreshed at its first request", i)
			}
		}
	})
}

type badSession struct{ *authority }

func (b *badSession) Refresh(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	if who.Subject == "broken" {
		return cognito.Tokens{}, nil, errors.New("token endpoint: invalid_request")
	}
	return b.authority.Refresh(ctx, old, who)
}

// TestS2a_NewestInAnOutage: while Cognito does not answer, a request has cookies from
// before a refresh. It is served with the identity that the process got then,
// never with the older one.
func TestS2a_NewestInAnOutage(t *testing.T) {
	inBubble(t, "cookies", func(t *testing.T) {
		a := &authority{}
		p := newApp(t, a, nil)
		p.Handle("/admin", p.Require(http.HandlerFunc(whoAmI), cognito.AnyGroup("admins")))
		b := signedIn(t, p)
		time.Sleep(55*time.Minute + time.Second)
		a.set(func(a *authority) { // the user leaves the group, and the pool's tokens become shorter
			a.life = 100 * time.Second
			a.edit = func(_ *cognito.Tokens, id *cognito.Identity) { id.Groups = nil }
		})
		old := b.clone()
		serve(p, b.request("GET", "/account")).wantStatus(t, "GET /account, whose answer is lost", 200)
		a.set(func(a *authority) { a.err = errDown })
		time.Sleep(95 * time.Second) // the new tokens are due
		old.get("/admin").wantStatus(t, "GET /admin in the outage", 403)
		time.Sleep(30 * time.Second) // the new access token has ended, the old one has not
		old.get("/admin").wantStatus(t, "GET /admin after the new tokens' end", 503)
	})
}

// TestR7_MaxRefreshes: a negative bound is a mistake.
func TestR7_MaxRefreshes(t *testing.T) {
	_, err := session.New(session.Config{Pool: pool("client1"), Keys: []session.Key{key(1)}, BaseURL: baseURL, Options: session.Options{MaxRefreshes: -1}})
	if err == nil || !strings.Contains(err.Error(), "MaxRefreshes") {
		t.Errorf("New(MaxRefreshes: -1) = %v, want an error that names it", err)
	}
}
