package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A checkingAuthority also answers whether an access token is honoured.
type checkingAuthority struct {
	*authority
	mu      sync.Mutex // guards the rest
	refuses bool
	answer  error // in place of an answer
	takes   time.Duration
	checked []string // names of access tokens
}

func (a *checkingAuthority) CheckAccess(_ context.Context, token cognito.AccessToken, who *cognito.Identity) error {
	a.mu.Lock()
	a.checked = append(a.checked, name(token))
	refuses, answer, takes := a.refuses && who.Subject == "jane", a.answer, a.takes
	a.mu.Unlock()
	time.Sleep(takes)
	if refuses {
		return fmt.Errorf("checked: %w", cognito.ErrInvalidGrant)
	}
	return answer
}

func (a *checkingAuthority) set(change func(a *checkingAuthority)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(a)
}

func (a *checkingAuthority) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.checked)
}

// checkedPlaces are where sessions, or only sign-outs, are kept.
var checkedPlaces = []string{"store", "sign-outs", "cookies"}

// inCheckedFleets runs a test with two processes that recheck every five minutes.
func inCheckedFleets(t *testing.T, places []string, test func(t *testing.T, place string, a *checkingAuthority, fleet []*app)) {
	for _, place := range places {
		inBubble(t, place, func(t *testing.T) {
			shared := session.NewMemoryStore(nil)
			a := &checkingAuthority{authority: &authority{life: 24 * time.Hour}}
			var fleet []*app
			for range 2 {
				fleet = append(fleet, newApp(t, a.authority, func(c *session.Config) {
					c.Refresher, c.Recheck = a, 5*time.Minute
					switch place {
					case "store":
						c.Store = shared
					case "sign-outs":
						c.SignOuts = shared
					}
				}))
			}
			test(t, place, a, fleet)
		})
	}
}

// TestO8_Recheck: a user whom Cognito refuses is served for the interval and a
// tenth of it at most, in both processes, and others go on. Each process asks
// Cognito once in the interval at most.
func TestO8_Recheck(t *testing.T) {
	inCheckedFleets(t, checkedPlaces, func(t *testing.T, place string, a *checkingAuthority, fleet []*app) {
		jane, joe := signedIn(t, fleet[0]), newBrowser(t, fleet[0])
		joe.get("/login?user=joe")
		serve := func(b *browser, n int) int { b.h = fleet[n]; return b.get("/account").status }
		began := time.Now()
		for i := 0; time.Since(began) < time.Hour; i++ {
			for _, b := range []*browser{jane, joe} {
				if got := serve(b, i%2); got != 200 {
					t.Fatalf("after %v: %d", time.Since(began), got)
				}
			}
			time.Sleep(thorough.Or(30*time.Second, 10*time.Second))
		}
		if n := a.count(); n < 22 || n > 2*2*11 {
			t.Errorf("Cognito was asked %d times about two sessions in an hour, want 11 times for each by each process at most", n)
		}
		copied := jane.clone()
		a.set(func(a *checkingAuthority) { a.refuses = true })
		refused := time.Now()
		for i := 0; serve(jane, i%2) == 200; i++ {
			if late := time.Since(refused) - 330*time.Second; late > 0 {
				t.Fatalf("served %v too long", late)
			}
			time.Sleep(time.Second)
		}
		for n := range fleet {
			if got := serve(copied.clone(), n); got != 302 && place != "cookies" {
				t.Errorf("a copy of the cookies in process %d: %d", n, got)
			}
			if got := serve(joe, n); got != 200 {
				t.Errorf("another user in process %d: %d", n, got)
			}
		}
		time.Sleep(6 * time.Minute)
		for n := range fleet {
			if got := serve(copied.clone(), n); got != 302 {
				t.Errorf("a copy of the cookies in process %d, later: %d", n, got)
			}
		}
		if log := fleet[0].log.String() + fleet[1].log.String(); !strings.Contains(log, "cause=not_honoured") || !strings.Contains(log, "session=") {
			t.Errorf("the log does not tell of the end:\n%s", log)
		}
	})
}

// TestO8_RecheckAfterWrongClock: the clock of one process is 40 minutes ahead.
// Other processes recheck its sessions in time, and not with each request.
func TestO8_RecheckAfterWrongClock(t *testing.T) {
	for _, place := range checkedPlaces {
		inBubble(t, place, func(t *testing.T) {
			shared := session.NewMemoryStore(nil)
			a := &checkingAuthority{authority: &authority{life: 24 * time.Hour}}
			process := func(ahead time.Duration) *app {
				return newApp(t, a.authority, func(c *session.Config) {
					c.Refresher, c.Recheck = a, 5*time.Minute
					c.Pool.Now = func() time.Time { return time.Now().Add(ahead) }
					switch place {
					case "store":
						c.Store = shared
					case "sign-outs":
						c.SignOuts = shared
					}
				})
			}
			wrong, right := process(40*time.Minute), process(0)
			jane := signedIn(t, wrong)
			time.Sleep(6 * time.Minute)
			jane.get("/account").wantStatus(t, "with the wrong clock", 200) // notes the time of the check
			time.Sleep(time.Second)
			jane.get("/account")
			jane.h = right
			for i := range 40 {
				jane.get("/account").wantStatus(t, fmt.Sprintf("with the right clock, request %d", i), 200)
				time.Sleep(time.Second)
			}
			if n := a.count(); n > 3 {
				t.Errorf("Cognito was asked %d times in less than a minute, want once by each process", n)
			}
			a.set(func(a *checkingAuthority) { a.refuses = true })
			refused := time.Now()
			for jane.get("/account").status == 200 {
				if time.Since(refused) > 330*time.Second {
					t.Fatal("served for longer than 1.1 times the interval")
				}
				time.Sleep(5 * time.Second)
			}
		})
	}
}

// TestO8_RecheckIdle: a session that comes back after hours is not served before
// Cognito has answered.
func TestO8_RecheckIdle(t *testing.T) {
	inCheckedFleets(t, checkedPlaces, func(t *testing.T, _ string, a *checkingAuthority, fleet []*app) {
		jane := signedIn(t, fleet[0])
		a.set(func(a *checkingAuthority) { a.refuses, a.takes = true, 200*time.Millisecond })
		time.Sleep(4 * time.Hour)
		before := time.Now()
		jane.h = fleet[1]
		jane.get("/account").wantStatus(t, "after four hours", 302)
		if took := time.Since(before); took != 200*time.Millisecond {
			t.Errorf("the request waited %v", took)
		}
	})
}

// TestO8_RecheckOutage: an outage of Cognito, of whatever kind, ends nothing, and
// delays a request by a second at most.
func TestO8_RecheckOutage(t *testing.T) {
	for n, outage := range []struct {
		name string
		set  func(*checkingAuthority)
	}{
		{"error", func(a *checkingAuthority) { a.answer = errors.New("503") }},
		{"hangs", func(a *checkingAuthority) { a.answer, a.takes = context.DeadlineExceeded, 10*time.Second }},
		{"unsupported", func(a *checkingAuthority) { a.answer = fmt.Errorf("no scope: %w", errors.ErrUnsupported) }},
	} {
		t.Run(outage.name, func(t *testing.T) {
			inCheckedFleets(t, thorough.Sample(checkedPlaces, 3, n), func(t *testing.T, _ string, a *checkingAuthority, fleet []*app) {
				jane := signedIn(t, fleet[0])
				a.set(outage.set)
				began := time.Now()
				for i := 0; time.Since(began) < 2*time.Hour; i++ {
					before := time.Now()
					jane.h = fleet[i%2]
					jane.get("/account").wantStatus(t, fmt.Sprint("in an outage, after ", time.Since(began)), 200)
					if took := time.Since(before); took > time.Second {
						t.Errorf("a request took %v", took)
					}
					time.Sleep(30 * time.Second)
				}
				a.set(func(a *checkingAuthority) { a.answer, a.takes, a.refuses = nil, 0, true })
				time.Sleep(2 * time.Hour)
				jane.get("/account").wantStatus(t, "after the outage", 302)
				for _, p := range fleet {
					if err := p.Close(t.Context()); err != nil {
						t.Errorf("Close: %v", err)
					}
				}
			})
		})
	}
}

// TestO8_RecheckConfig: a time that is too short, and a Refresher that cannot ask.
func TestO8_RecheckConfig(t *testing.T) {
	cfg := session.Config{Pool: pool("client1"), Keys: []session.Key{key(1)}, BaseURL: baseURL}
	for _, test := range []struct {
		recheck   time.Duration
		refresher session.Refresher
		ok        bool
	}{
		{0, nil, true},
		{time.Minute, &checkingAuthority{authority: &authority{}}, true},
		{time.Second, &checkingAuthority{authority: &authority{}}, false},
		{-time.Minute, &checkingAuthority{authority: &authority{}}, false},
		{time.Minute, &authority{}, false},
		{time.Minute, nil, false},
	} {
		cfg.Recheck, cfg.Refresher = test.recheck, test.refresher
		_, err := session.New(cfg)
		e, isConfig := errors.AsType[*cognito.ConfigError](err)
		if (err == nil) != test.ok || err != nil && (!isConfig || e.Field != "Recheck") {
			t.Errorf("Recheck %v with %T: %v", test.recheck, test.refresher, err)
		}
	}
}
