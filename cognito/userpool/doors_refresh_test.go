package userpool_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// rotating turns refresh-token rotation on without a period of grace: an old
// token sent twice is refused.
func rotating(c *cognitotest.AppClient) {
	c.RefreshTokenRotation = true
	c.ExplicitAuthFlows = []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"}
}

// nearEnd is when the tokens of the last sign-in or refresh are due, and
// pastEnd when they are no longer valid.
const (
	nearEnd = 56 * time.Minute
	pastEnd = 6 * time.Minute // after nearEnd
)

const refreshOp = "GetTokensFromRefreshToken"

func (d *doors) refreshes() int {
	return len(d.pool.Events(cognitotest.Event{Op: refreshOp, Status: http.StatusOK}))
}

// together requests jane's page many times at once.
func (d *doors) together(b *http.Client) {
	d.t.Helper()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if status, text := d.get(b, "/own/account"); status != http.StatusOK || text != "jane" {
				d.t.Errorf("/own/account = %d %s, want jane's page", status, text)
			}
		})
	}
	all.Wait()
}

// eachRotation runs a test on app clients with and without rotation. The
// browser is jane's, who has signed in by the form.
func eachRotation(t *testing.T, test func(t *testing.T, d *doors, b *http.Client)) {
	for name, edit := range map[string]func(*cognitotest.AppClient){"kept": func(*cognitotest.AppClient) {}, "rotated": rotating} {
		t.Run(name, func(t *testing.T) {
			d := newDoors(t, edit)
			b, ok := d.enter(door(plainly), "jane@example.com", rightWord)
			if !ok {
				t.Fatal("jane is refused")
			}
			test(t, d, b)
		})
	}
}

// TestR1_OwnForm: a session of the form lives on through the API, with one
// refresh for all requests at once. With rotation, no refresh sends a token
// that is over.
func TestR1_OwnForm(t *testing.T) {
	eachRotation(t, func(t *testing.T, d *doors, b *http.Client) {
		for i := range 3 {
			d.together(b)
			if n := d.refreshes(); n != i {
				t.Errorf("%d refreshes after %d hours, want %d", n, i, i)
			}
			d.pool.Advance(nearEnd)
			d.together(b)
			if n := d.refreshes(); n != i+1 {
				t.Errorf("%d refreshes when the tokens are due, want %d", n, i+1)
			}
		}
		if n := len(d.pool.Events(cognitotest.Event{Op: refreshOp})); n != 3 {
			t.Errorf("%d calls for refreshes, want 3: none refused", n)
		}
	})
}

// TestR2_OwnForm: the rotated token is kept though its visitor has gone.
func TestR2_OwnForm(t *testing.T) {
	eachRotation(t, func(t *testing.T, d *doors, b *http.Client) {
		d.pool.Advance(nearEnd)
		d.pool.Fault(fault.Fault{Op: refreshOp, Kind: fault.Slow, Delay: 50 * time.Millisecond, Times: 1})
		impatient := *b
		impatient.Timeout = 10 * time.Millisecond
		_, _ = impatient.Get(appURL + "/own/account")
		d.together(b)
		d.pool.Advance(nearEnd)
		d.together(b)
		if n := len(d.pool.Events(cognitotest.Event{Op: refreshOp})); n != 2 {
			t.Errorf("%d calls for refreshes, want 2", n)
		}
	})
}

// TestR3_OwnForm: the session keeps its refresh token, or has the new one,
// which alone is still honoured.
func TestR3_OwnForm(t *testing.T) {
	eachRotation(t, func(t *testing.T, d *doors, b *http.Client) {
		rotated := d.pool.Clients()[0].RefreshTokenRotation
		_, last := d.get(b, "/own/refresh-token")
		for range 3 {
			d.pool.Advance(nearEnd)
			status, now := d.get(b, "/own/refresh-token")
			if status != http.StatusOK || now == "" || (now != last) != rotated {
				t.Errorf("/own/refresh-token = %d, a new one: %t, want %t", status, now != last, rotated)
			}
			last = now
		}
	})
}

// TestR4_OwnForm: an outage of the API keeps the session, and a refresh token
// that is over ends it.
func TestR4_OwnForm(t *testing.T) {
	eachRotation(t, func(t *testing.T, d *doors, b *http.Client) {
		d.pool.Advance(nearEnd)
		d.pool.Fault(fault.Fault{Op: refreshOp, Kind: fault.Unavailable})
		d.together(b)
		d.pool.Advance(pastEnd)
		if status, _ := d.get(b, "/own/account"); status != http.StatusServiceUnavailable {
			t.Errorf("/own/account in an outage = %d, want 503", status)
		}
		d.pool.ClearFaults()
		d.pool.Advance(10 * time.Minute) // the pause between tries
		d.together(b)
		if err := d.pool.ExpireRefreshTokens("jane"); err != nil {
			t.Fatal(err)
		}
		d.pool.Advance(nearEnd)
		if status, _ := d.get(b, "/own/account"); status != http.StatusUnauthorized {
			t.Errorf("/own/account with a refresh token that is over = %d, want 401", status)
		}
	})
}

// TestR5_OwnForm: tokens that are not jane's never become her session.
func TestR5_OwnForm(t *testing.T) {
	kinds := []fault.Kind{
		fault.WrongSub, fault.WrongKey, fault.WrongIssuer, fault.WrongAudience,
		fault.Expired, fault.AlgNone, fault.Swapped, fault.NoAccessToken,
	}
	for _, kind := range kinds {
		d := newDoors(t)
		b, _ := d.enter(door(plainly), "jane", rightWord)
		d.pool.Fault(fault.Fault{Op: refreshOp, Kind: kind})
		d.pool.Advance(nearEnd)
		if kind == fault.Expired || kind == fault.NoAccessToken { // a clock or an outage
			if status, text := d.get(b, "/own/account"); status != http.StatusOK || text != "jane" {
				t.Errorf("%s: /own/account = %d %s, want jane by her old tokens", kind, status, text)
			}
			d.pool.Advance(pastEnd)
			if status, _ := d.get(b, "/own/account"); status != http.StatusServiceUnavailable {
				t.Errorf("%s: /own/account after her tokens = %d, want 503", kind, status)
			}
			continue
		}
		if status, text := d.get(b, "/own/account"); status != http.StatusUnauthorized {
			t.Errorf("%s: /own/account = %d %s, want the session ended", kind, status, text)
		}
	}
}

// TestDoors_Refresh: either door's sessions are refreshed by the other's
// manager, too. Those of the form go to the token endpoint, and those of the
// Hosted UI through the API.
func TestDoors_Refresh(t *testing.T) {
	for _, edit := range []func(*cognitotest.AppClient){func(*cognitotest.AppClient) {}, rotating} {
		d := newDoors(t, edit)
		doors := thorough.Or([]door{byPages, byPassword}, allDoors)
		for _, through := range doors {
			b, _ := d.enter(through, "jane", rightWord)
			for _, page := range []string{"/own/account", "/hosted/account", "/own/account"} {
				d.pool.Advance(nearEnd)
				if status, text := d.get(b, page); status != http.StatusOK || text != "jane" {
					t.Errorf("a session of %s: %s after %v = %d %s, want 200", through, page, nearEnd, status, text)
				}
			}
		}
		if n, want := d.refreshes(), 2*len(doors); n != want {
			t.Errorf("%d refreshes through the API, want %d", n, want)
		}
	}
}

// TestWithoutDomain: a pool without a domain is all that an app with forms of
// its own needs, from the first sign-in to the last sign-out.
func TestWithoutDomain(t *testing.T) {
	pool, client := newPool(t, cognitotest.User{}) // its Config.Pool.Domain is empty
	sessions, err := session.New(session.Config{Pool: pool.Config(), Keys: []session.Key{session.NewKey()}, BaseURL: appURL, Refresher: client})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /in", func(w http.ResponseWriter, r *http.Request) {
		step, err := client.SignIn(r.Context(), userpool.Credentials{Username: alias, Password: rightWord, Flow: plainly})
		if err == nil {
			err = sessions.Start(w, r, step.Identity, step.Tokens)
		}
		if err != nil {
			t.Error(err)
		}
	})
	mux.Handle("GET /own/account", sessions.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tokens, err := session.FromContext(r.Context()).Tokens(r.Context())
		if err != nil {
			t.Error(err)
		}
		if u, err := client.GetUser(r.Context(), tokens.Access); err != nil || u.Sub != cognito.FromContext(r.Context()).Subject {
			t.Errorf("GetUser = %+v, %v", u, err)
		}
	})))
	mux.HandleFunc("GET /out", func(w http.ResponseWriter, r *http.Request) {
		if err := sessions.End(w, r); err != nil {
			t.Error(err)
		}
	})
	d := &doors{t: t, pool: pool}
	b := pool.Browser(mux, appURL)
	for _, step := range []struct {
		page    string
		advance time.Duration
		want    int
	}{{"/own/account", 0, 401}, {"/in", 0, 200}, {"/own/account", 0, 200}, {"/own/account", nearEnd, 200}, {"/out", 0, 200}, {"/own/account", 0, 401}} {
		pool.Advance(step.advance)
		if status, text := d.get(b, step.page); status != step.want {
			t.Errorf("%s = %d %s, want %d", step.page, status, text, step.want)
		}
	}
	if n := d.refreshes(); n != 1 {
		t.Errorf("%d refreshes, want 1", n)
	}
}
