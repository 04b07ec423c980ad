package session_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestR4_Permanent: tokens that can never be accepted end the session at once,
// with a redirect to the login, and the refresh token is sent once.
func TestR4_Permanent(t *testing.T) {
	for _, check := range []cognito.Check{"sub", "aud", "client_id", "signature", "kid", "token_use", "nonce", "format"} {
		inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
			a := &authority{err: &cognito.VerifyError{Check: check, Err: errors.New("wrong")}}
			p := newApp(t, a, edit)
			b := signedIn(t, p)
			time.Sleep(56 * time.Minute)
			b.get("/account").wantStatus(t, "GET /account with a wrong "+string(check), http.StatusFound)
			if got := b.names(); len(got) != 0 {
				t.Errorf("cookies left: %v", got)
			}
			wantCalls(t, a, "refresh-0001")
			a.set(func(a *authority) { a.err = nil })
			b.get("/login").wantStatus(t, "GET /login", 200)
			b.get("/account").wantStatus(t, "GET /account after a new sign-in", 200)
		})
	}
}

// TestR4_OtherIdentity: a Refresher that returns another user, or another app
// client's tokens, ends the session. Another issuer of the pool continues it.
func TestR4_OtherIdentity(t *testing.T) {
	other := "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7"
	tests := map[string]struct {
		edit   func(*cognito.Identity)
		status int
	}{
		"other user":   {func(id *cognito.Identity) { id.Subject = "joe" }, 302},
		"other client": {func(id *cognito.Identity) { id.ClientID = "client2" }, 302},
		"other pool":   {func(id *cognito.Identity) { id.Issuer = other[:len(other)-1] + "8" }, 302},
		"other issuer": {func(id *cognito.Identity) { id.Issuer = other }, 200},
	}
	for name, tt := range tests {
		inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
			a := &authority{edit: func(_ *cognito.Tokens, id *cognito.Identity) { tt.edit(id) }}
			p := newApp(t, a, edit)
			b := signedIn(t, p)
			time.Sleep(61 * time.Minute)
			b.get("/account").wantStatus(t, "GET /account, "+name, tt.status)
			b.get("/account").wantStatus(t, "GET /account again, "+name, tt.status)
		})
	}
}

// TestS2_OtherClient: a session of another app client is none, in both modes,
// and cannot be started.
func TestS2_OtherClient(t *testing.T) {
	for _, mode := range modes {
		store := mode.store()
		shop := newApp(t, nil, func(c *session.Config) { c.Store, c.Pool = store, pool("client1") })
		admin := newApp(t, nil, func(c *session.Config) { c.Store, c.Pool = store, pool("client2") })
		b := signedIn(t, shop)
		b.get("/account").wantStatus(t, mode.name+": GET /account", 200)
		moved := newBrowser(t, admin)
		moved.jar = b.jar
		moved.get("/account").wantStatus(t, mode.name+": GET /account of another client's app", 302)
		newBrowser(t, admin).get("/login").wantStatus(t, mode.name+": Start for another client", 500)
	}
}

// TestE3_NoIdentity: Start without an identity is an error.
func TestE3_NoIdentity(t *testing.T) {
	p := newApp(t, nil, nil)
	p.HandleFunc("/nobody", func(w http.ResponseWriter, r *http.Request) {
		if err := p.Start(w, r, nil, cognito.Tokens{}); err == nil {
			t.Error("Start(nil) = nil, want an error")
		}
	})
	newBrowser(t, p).get("/nobody")
}

// TestS11_Polling: requests marked as polling do not keep a session alive, and
// other requests do.
func TestS11_Polling(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		p := newApp(t, &authority{}, func(c *session.Config) { edit(c); c.IdleTimeout = 2 * time.Hour })
		p.Handle("/news", p.Polling(p.Require(http.HandlerFunc(whoAmI))))
		polled, used := signedIn(t, p), signedIn(t, p)
		for n := range 30 {
			time.Sleep(5 * time.Minute)
			want := 200
			if n >= 23 { // two hours after the sign-in
				want = 302
			}
			polled.get("/news").wantStatus(t, time.Duration(n*5+5).String()+" polled", want)
			used.get("/account").wantStatus(t, "used", 200)
		}
	})
}

// TestS5_Chosen: a sign-in can choose shorter lifetimes, and cookies that end
// with the browser. A refresh keeps the choice.
func TestS5_Chosen(t *testing.T) {
	inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
		a := &authority{}
		p := newApp(t, a, edit)
		p.HandleFunc("/short", func(w http.ResponseWriter, r *http.Request) {
			chosen := session.StartOptions{IdleTimeout: 2 * time.Hour, AbsoluteTimeout: 3 * time.Hour, UntilBrowserCloses: true}
			if err := p.Start(w, r, jane(), a.issue(), chosen); err != nil {
				t.Error(err)
			}
		})
		open := func(b *browser, path string) reply {
			got := serve(b.h, b.request("GET", path))
			for _, k := range got.cookies {
				if k.Value != "" && k.MaxAge != 0 {
					t.Errorf("%s: cookie %s lives for %d seconds, want until the browser closes", path, k.Name, k.MaxAge)
				}
				b.jar[k.Name] = keptCookie{k.Value, time.Now().Add(1000 * time.Hour)}
			}
			return got
		}
		idle, busy := newBrowser(t, p), newBrowser(t, p)
		open(idle, "/short")
		open(busy, "/short")
		for range 2 {
			time.Sleep(61 * time.Minute)
			open(busy, "/account").wantStatus(t, "GET /account, in use", 200)
		}
		open(idle, "/account").wantStatus(t, "GET /account, idle for two hours", 302)
		time.Sleep(61 * time.Minute)
		open(busy, "/account").wantStatus(t, "GET /account, three hours after the sign-in", 302)
	})
}

// TestOnRefreshEnds: an error of OnRefresh that is ErrNoSession ends the
// session; another does not.
func TestOnRefreshEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		err    error
		status int
	}{"ends": {errors.Join(session.ErrNoSession, errors.New("disabled")), 302}, "other": {errors.New("database"), 200}} {
		inModes(t, func(t *testing.T, _ *watchedStore, edit func(*session.Config)) {
			p := newApp(t, &authority{}, func(c *session.Config) {
				edit(c)
				c.OnRefresh = func(context.Context, *cognito.Identity, cognito.Tokens) error { return tt.err }
			})
			b := signedIn(t, p)
			thief := b.clone()
			time.Sleep(61 * time.Minute)
			b.get("/account").wantStatus(t, name, tt.status)
			b.get("/account").wantStatus(t, name+", again", tt.status)
			thief.get("/account").wantStatus(t, name+", with the old cookies", tt.status)
		})
	}
}
