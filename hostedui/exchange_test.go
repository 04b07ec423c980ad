package hostedui_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// dump writes a request as a golden file has it.
func dump(s sent) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", s.method, s.url)
	for _, name := range []string{"Accept", "Authorization", "Content-Type", "Cookie", "User-Agent"} {
		if v := s.header.Get(name); v != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	if extra := len(s.header); extra > 2 {
		fmt.Fprintf(&b, "(%d headers)\n", extra)
	}
	return b.String() + "\n" + strings.ReplaceAll(s.body, "&", "&\n") + "\n"
}

func TestRequestsGolden(t *testing.T) {
	for name, options := range map[string][]option{"public": nil, "confidential": {withSecret}} {
		w := newWorld(t, options...)
		w.wire.on(tokenPath, respond(400, "application/json", `{"error":"invalid_request"}`))
		w.wire.on(userInfoPath, respond(400, "application/json", "{}"))
		ctx := t.Context()
		who := &cognito.Identity{ClientID: clientID}
		var b strings.Builder
		note := func(what, path string, err error) {
			all := w.wire.all(path)
			if err == nil || len(all) == 0 {
				t.Fatalf("%s: %s = %v after %d requests, want the refusal", name, what, err, len(all))
			}
			b.WriteString("# " + what + "\n" + dump(all[len(all)-1]) + "\n")
		}
		_, err := w.client.Exchange(ctx, "4f1d2c3b-5a69-7887-9a6b-5c4d3e2f1a0b", attempt)
		note("exchange", tokenPath, err)
		_, _, err = w.client.Refresh(ctx, cognito.Tokens{Refresh: "refresh.token+with/odd=characters"}, who)
		note("refresh", tokenPath, err)
		note("revoke", revokePath, errors.Join(w.client.Revoke(ctx, "refresh.token+with/odd=characters"), io.EOF))
		_, err = w.client.UserInfo(ctx, "access.token", "sub")
		note("userInfo", userInfoPath, err)
		golden(t, "requests_"+name+".txt", strings.TrimRight(b.String(), "\n")+"\n")
	}
}

// direct signs jane in without the client's endpoints.
func direct(w *world, opts ...hostedui.LoginOption) (code string, a hostedui.Attempt) {
	w.t.Helper()
	a = hostedui.NewAttempt()
	w.hold.Store(true)
	defer w.hold.Store(false)
	res, err := w.pool.SignIn(w.newBrowser().Client, w.client.LoginURL(a, opts...), "jane", password)
	if err != nil {
		w.t.Fatal(err)
	}
	p := readPage(w.t, res)
	if param(w.t, p.url, "state") != a.State {
		w.t.Fatalf("the sign-in ends on %v, want the callback with the state", p)
	}
	return param(w.t, p.url, "code"), a
}

func TestExchange(t *testing.T) {
	for name, options := range map[string][]option{"public": nil, "confidential": {withSecret}} {
		w := newWorld(t, options...)
		code, a := direct(w)
		login, err := w.client.Exchange(t.Context(), code, a)
		if err != nil {
			t.Fatalf("%s: Exchange = %v", name, err)
		}
		id := login.Identity
		if id.Username != "jane" || id.Email != "jane@example.com" || !id.EmailVerified || id.ClientID != clientID || id.Issuer != w.pool.Issuer() ||
			!id.HasGroup("admins") || !slices.Equal(id.Scopes, []string{"openid", "email", "profile"}) || id.UserID != "" {
			t.Errorf("%s: Exchange gave the identity %+v", name, id)
		}
		if login.Claims.Nonce != a.Nonce || login.Claims.Subject != id.Subject || login.Request != nil {
			t.Errorf("%s: Exchange gave the claims %+v", name, login.Claims)
		}
		tokens := login.Tokens
		if tokens.Nonce != a.Nonce || tokens.ID == "" || tokens.Access == "" || tokens.Refresh == "" {
			t.Errorf("%s: Exchange gave incomplete tokens %v", name, tokens)
		}
		if left := tokens.Expiry.Sub(w.pool.Now()); left > time.Hour || left < time.Hour-time.Minute {
			t.Errorf("%s: the access token ends in %v, want an hour", name, left)
		}
		_, err = w.client.Exchange(t.Context(), code, a)
		wantError(t, name+": Exchange again", err, "exchange", "invalid_grant")
	}
}

func TestExchange_Refused(t *testing.T) {
	tests := []struct {
		name  string
		edit  func(code *string, a *hostedui.Attempt)
		code  string
		check string
	}{
		{"other verifier", func(_ *string, a *hostedui.Attempt) { a.CodeVerifier = attempt.CodeVerifier }, "invalid_grant", ""},
		{"other code", func(code *string, _ *hostedui.Attempt) { *code = "4f1d2c3b" }, "invalid_grant", ""},
		{"other nonce", func(_ *string, a *hostedui.Attempt) { a.Nonce = attempt.Nonce }, "", "nonce"},
	}
	for _, tt := range tests {
		w := newWorld(t)
		code, a := direct(w)
		tt.edit(&code, &a)
		login, err := w.client.Exchange(t.Context(), code, a)
		if tt.check != "" {
			wantCheck(t, "Exchange("+tt.name+")", err, tt.check)
		} else {
			wantError(t, "Exchange("+tt.name+")", err, "exchange", tt.code)
		}
		if login != nil {
			t.Errorf("Exchange(%s) returned a login beside the error", tt.name)
		}
		if n := w.wire.count(tokenPath); n != 1 {
			t.Errorf("Exchange(%s) made %d requests, want 1", tt.name, n)
		}
	}
}

// The access token's end is told by expires_in, on this machine's clock,
// where that makes sense, and else by exp.
// TestTokenType: tokens of another type than Bearer are refused (RFC 6749
// section 7.1), at the exchange and at both kinds of refresh.
func TestTokenType(t *testing.T) {
	for _, tt := range []struct {
		typ any // nil leaves it out
		ok  bool
	}{{"Bearer", true}, {"bearer", true}, {"BEARER", true}, {"mac", false}, {"DPoP", false}, {"Bearer ", false}, {"", false}, {nil, false}} {
		w := newWorld(t)
		set := func(a map[string]any) {
			if delete(a, "token_type"); tt.typ != nil {
				a["token_type"] = tt.typ
			}
		}
		code, a := direct(w)
		w.tamper(set)
		login, err := w.client.Exchange(t.Context(), code, a)
		switch {
		case tt.ok && err != nil:
			t.Errorf("Exchange with the token_type %v = %v", tt.typ, err)
		case !tt.ok:
			if wantError(t, fmt.Sprintf("Exchange with the token_type %v", tt.typ), err, "exchange", "bad_answer"); login != nil {
				t.Errorf("Exchange with the token_type %v returned a login beside the error", tt.typ)
			}
		}
		who := w.someLogin()
		for name, edit := range map[string]func(map[string]any){"ID token": set, "no ID token": func(a map[string]any) { set(a); delete(a, "id_token") }} {
			w.tamper(edit)
			tokens, _, err := w.client.Refresh(t.Context(), who.Tokens, who.Identity)
			switch {
			case tt.ok && err != nil:
				t.Errorf("Refresh with the token_type %v, %s = %v", tt.typ, name, err)
			case !tt.ok:
				if wantError(t, fmt.Sprintf("Refresh with the token_type %v, %s", tt.typ, name), err, "refresh", "bad_answer"); tokens.Access != "" {
					t.Errorf("Refresh with the token_type %v, %s returned tokens beside the error", tt.typ, name)
				}
			}
		}
	}
}

func TestExchange_Expiry(t *testing.T) {
	for _, tt := range []struct {
		expiresIn any
		want      time.Duration
	}{
		{3600, time.Hour}, {600, 10 * time.Minute}, {"600", 10 * time.Minute}, {86400, 24 * time.Hour},
		{nil, time.Hour}, {0, time.Hour}, {-5, time.Hour}, {86401, time.Hour}, {1e9, time.Hour}, {int64(1) << 62, time.Hour},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			w.tamper(func(a map[string]any) {
				a["expires_in"] = tt.expiresIn
				if tt.expiresIn == nil {
					delete(a, "expires_in")
				}
			})
			code, a := direct(w)
			login, err := w.client.Exchange(t.Context(), code, a)
			if err != nil {
				t.Fatalf("Exchange(expires_in %v) = %v", tt.expiresIn, err)
			}
			if got := time.Until(login.Tokens.Expiry); got != tt.want {
				t.Errorf("Exchange(expires_in %v): the access token ends in %v, want %v", tt.expiresIn, got, tt.want)
			}
		})
	}
}

// TestE2_WrongSecret: the error of a secret that is wrong says what to
// compare.
func TestE2_WrongSecret(t *testing.T) {
	for name, tt := range map[string]struct{ pool, config cognito.Secret }{
		"wrong":                    {secret, "0123456789abcdef"},
		"missing":                  {secret, ""},
		"of a client without one":  {"", secret},
		"escaped by the developer": {secret, cognito.Secret(url.QueryEscape(secret))},
	} {
		w := newWorld(t, withApp(func(c *cognitotest.AppClient) { c.Secret = tt.pool }), withConfig(func(cfg *hostedui.Config) { cfg.Pool.ClientSecret = tt.config }))
		code, a := direct(w)
		_, err := w.client.Exchange(t.Context(), code, a)
		e := wantError(t, "Exchange with a secret that is "+name, err, "exchange", "invalid_client")
		if e.Status != 400 || e.Description != "invalid_client_secret" || !strings.Contains(e.Error(), "COGNITO_CLIENT_SECRET") {
			t.Errorf("Exchange with a secret that is %s = %v (status %d), want a hint at COGNITO_CLIENT_SECRET", name, e, e.Status)
		}
		wantError(t, "Revoke with a secret that is "+name, w.client.Revoke(t.Context(), "x"), "revoke", "invalid_client")
	}
}

func TestR3_RefreshDirectly(t *testing.T) {
	for _, rotation := range []bool{false, true} {
		var options []option
		if rotation {
			options = append(options, withRotation)
		}
		w := newWorld(t, options...)
		code, a := direct(w)
		login, err := w.client.Exchange(t.Context(), code, a)
		if err != nil {
			t.Fatal(err)
		}
		w.pool.Advance(time.Minute)
		tokens, id, err := w.client.Refresh(t.Context(), login.Tokens, login.Identity)
		if err != nil {
			t.Fatalf("rotation %t: Refresh = %v", rotation, err)
		}
		if id.Subject != login.Identity.Subject || id.Username != "jane" || len(id.Scopes) != 3 || tokens.Nonce != a.Nonce {
			t.Errorf("rotation %t: Refresh gave %+v and the nonce %q", rotation, id, tokens.Nonce)
		}
		if tokens.ID == login.Tokens.ID || tokens.Access == login.Tokens.Access {
			t.Errorf("rotation %t: Refresh gave the old tokens", rotation)
		}
		if replaced := tokens.Refresh != "" && tokens.Refresh != login.Tokens.Refresh; replaced != rotation {
			t.Errorf("rotation %t: the refresh token was replaced: %t", rotation, replaced)
		}
		_, _, err = w.client.Refresh(t.Context(), login.Tokens, login.Identity)
		if errors.Is(err, cognito.ErrInvalidGrant) != rotation {
			t.Errorf("rotation %t: the first refresh token again = %v", rotation, err)
		}
		if err := w.client.Revoke(t.Context(), tokens.Refresh); err != nil && tokens.Refresh != "" {
			t.Errorf("rotation %t: Revoke = %v", rotation, err)
		}
	}
}

// TestR5_RefreshedIDToken: new tokens that are not the same user's, for the
// same app client, are refused.
func TestR5_RefreshedIDToken(t *testing.T) {
	const another = "2another0client0of0ours0a1"
	both := func(name string, value any) func(*world, map[string]any) {
		return func(w *world, a map[string]any) {
			a["access_token"] = w.resign("access", a["access_token"].(string), func(c map[string]any) { c[name] = value })
			a["id_token"] = w.resign("id", a["id_token"].(string), func(c map[string]any) { c[name] = value; delete(c, "at_hash") })
		}
	}
	set := func(name string, value any) func(*world, map[string]any) {
		return func(w *world, a map[string]any) {
			a["id_token"] = w.resign("id", a["id_token"].(string), func(c map[string]any) {
				c[name] = value
				if value == nil {
					delete(c, name)
				}
			})
		}
	}
	tests := []struct {
		name  string
		edit  func(w *world, answer map[string]any)
		check string
	}{
		{"as issued, without a nonce", func(*world, map[string]any) {}, ""},
		{"the login's nonce", set("nonce", attempt.Nonce), ""},
		{"another nonce", set("nonce", attempt.State), "nonce"},
		{"without at_hash", set("at_hash", nil), ""},
		{"another at_hash", set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "at_hash"},
		{"another user", both("sub", "00000000-0000-4000-8000-000000000000"), "sub"},
		{"another user in the ID token", set("sub", "00000000-0000-4000-8000-000000000000"), "sub"},
		{"the pool's other issuer", both("iss", "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator1"), ""},
		{"another issuer", set("iss", "https://evil.example"), "iss"},
		{"another client of ours", func(w *world, a map[string]any) {
			a["access_token"] = w.resign("access", a["access_token"].(string), func(c map[string]any) { c["client_id"] = another })
			a["id_token"] = w.resign("id", a["id_token"].(string), func(c map[string]any) { c["aud"] = another; delete(c, "at_hash") })
		}, "aud"},
		{"access token of another client of ours", func(w *world, a map[string]any) {
			a["access_token"] = w.resign("access", a["access_token"].(string), func(c map[string]any) { c["client_id"] = another })
			set("at_hash", nil)(w, a)
		}, "sub"},
		{"another audience", set("aud", "6mallory"), "aud"},
		{"expired", set("exp", 1600000000), "exp"},
		{"access token as ID token", func(_ *world, a map[string]any) { a["id_token"] = a["access_token"] }, "token_use"},
		{"garbage", func(_ *world, a map[string]any) { a["id_token"] = "garbage" }, "format"},
	}
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Pool.OtherClientIDs = []string{another} }))
	old := w.pool.Tokens("jane")
	old.Nonce = attempt.Nonce
	claims, err := w.client.Verifier().VerifyID(t.Context(), old.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		w.tamper(func(a map[string]any) { tt.edit(w, a) })
		tokens, id, err := w.client.Refresh(t.Context(), old, claims.Identity())
		if tt.check == "" {
			if err != nil || id.Subject != claims.Subject || tokens.Nonce != attempt.Nonce {
				t.Errorf("Refresh(%s) = %v, %v, want new tokens", tt.name, id, err)
			}
			continue
		}
		wantCheck(t, "Refresh("+tt.name+")", err, tt.check)
		if id != nil || tokens != (cognito.Tokens{}) || errors.Is(err, cognito.ErrInvalidGrant) {
			t.Errorf("Refresh(%s) gave something beside the error, or ends the session: %v", tt.name, err)
		}
	}
}

// TestR5_ThroughTheSession: a refresh that brings another user's tokens can
// never succeed. It ends the session, and nobody else's page is shown.
func TestR5_ThroughTheSession(t *testing.T) {
	for name, mode := range map[string][]option{"cookies": nil, "store": {withStore}} {
		w := newWorld(t, mode...)
		b := w.signedIn()
		w.tamper(func(a map[string]any) {
			joe := w.pool.Tokens("joe")
			a["id_token"], a["access_token"] = string(joe.ID), string(joe.Access)
		})
		w.pool.Advance(56 * time.Minute)
		if rec := w.serve("GET", base+"/account", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Cookie", cookieHeader(b)); rec.Code != http.StatusFound {
			t.Errorf("%s: GET /account while the refresh brings joe's tokens = %d, want 302 to the login", name, rec.Code)
		}
		w.wire.on(tokenPath, nil)
		if p := b.open("/account"); strings.Contains(p.body, "joe") {
			t.Errorf("%s: GET /account = %v %q", name, p, p.body)
		}
	}
}

func cookieHeader(b *browser) string {
	var pairs []string
	for name, value := range b.cookies() {
		pairs = append(pairs, name+"="+value)
	}
	return strings.Join(pairs, "; ")
}

// refreshes are the token requests that were refreshes.
func (w *world) refreshes() []sent {
	return slices.DeleteFunc(w.wire.all(tokenPath), func(s sent) bool { return s.form().Get("grant_type") != "refresh_token" })
}

// TestR1_ThroughTheClient: requests that come together after the access token's
// end refresh once. That holds with rotation and no grace, and for those that
// come late with the old cookies.
func TestR1_ThroughTheClient(t *testing.T) {
	for _, mode := range []struct {
		name    string
		options []option
	}{
		{"cookies", []option{withRotation}},
		{"store", []option{withRotation, withStore}},
		{"confidential", []option{withRotation, withSecret}},
	} {
		t.Run(mode.name, func(t *testing.T) {
			w := newWorld(t, mode.options...)
			b := w.signedIn()
			for round := range 3 {
				w.pool.Advance(61 * time.Minute)
				late := b.copy()
				done := make(chan *page)
				for range 20 {
					c := b.copy()
					go func() { done <- c.do("GET", "/account") }()
				}
				for range 20 {
					if p := <-done; p.body != "user jane" {
						t.Errorf("one of many requests = %v %q", p, p.body)
					}
				}
				w.pool.Advance(50 * time.Second)
				if p := late.do("GET", "/account"); p.body != "user jane" {
					t.Errorf("a late request with the old cookies = %v %q", p, p.body)
				}
				if p := b.open("/account"); p.body != "user jane" {
					t.Errorf("the browser = %v %q", p, p.body)
				}
				all := w.refreshes()
				if len(all) != round+1 {
					t.Fatalf("%d refreshes after %d hours, want %d", len(all), round+1, round+1)
				}
			}
			sent := map[string]bool{}
			for _, s := range w.refreshes() {
				sent[s.form().Get("refresh_token")] = true
			}
			if len(sent) != 3 {
				t.Errorf("3 refreshes sent %d refresh tokens, want 3: none twice", len(sent))
			}
		})
	}
}

// TestR2_TabIsClosed: a visitor who leaves while the tokens are refreshed
// does not lose them.
func TestR2_TabIsClosed(t *testing.T) {
	for _, options := range [][]option{{withRotation}, {withRotation, withStore}} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, options...)
			b := w.signedIn()
			w.pool.Advance(61 * time.Minute)
			release := make(chan struct{})
			w.wire.on(tokenPath, func(_ *http.Request, pass func() (*http.Response, error)) (*http.Response, error) {
				<-release
				return pass()
			})
			ctx, leave := context.WithCancel(t.Context())
			gone := make(chan error)
			go func() {
				req, _ := http.NewRequestWithContext(ctx, "GET", base+"/account", nil)
				res, err := b.copy().Do(req)
				if err == nil {
					_ = res.Body.Close()
				}
				gone <- err
			}()
			synctest.Wait()
			leave()
			if err := <-gone; !errors.Is(err, context.Canceled) {
				t.Errorf("the request of a visitor who left = %v", err)
			}
			close(release)
			synctest.Wait()
			if p := b.open("/account"); p.body != "user jane" || len(w.refreshes()) != 1 {
				t.Errorf("the next request = %v %q after %d refreshes, want jane after 1", p, p.body, len(w.refreshes()))
			}
		})
	}
}

// TestR3_ThroughTheClient: with rotation the new refresh token replaces the
// old one; without, the old one stays.
func TestR3_ThroughTheClient(t *testing.T) {
	for _, rotation := range []bool{false, true} {
		for _, store := range []bool{false, true} {
			options := []option{}
			if rotation {
				options = append(options, withRotation)
			}
			if store {
				options = append(options, withStore)
			}
			w := newWorld(t, options...)
			b := w.signedIn()
			first := w.last().tokens
			for range 2 {
				w.pool.Advance(61 * time.Minute)
				if p := b.open("/account"); p.body != "user jane" {
					t.Fatalf("rotation %t, store %t: GET /account = %v", rotation, store, p)
				}
			}
			last := w.last().tokens
			if last.Access == first.Access || last.ID == first.ID || (last.Refresh != first.Refresh) != rotation || last.Nonce != first.Nonce {
				t.Errorf("rotation %t, store %t: after two refreshes the refresh token is another: %t", rotation, store, last.Refresh != first.Refresh)
			}
			if _, err := w.client.Verifier().VerifyAccess(t.Context(), last.Access); err != nil {
				t.Errorf("rotation %t, store %t: the access token in the handler = %v", rotation, store, err)
			}
		}
	}
}

// TestR4_SignedOutElsewhere: a refresh token that is revoked ends the
// session; the next sign-in is as any.
func TestR4_SignedOutElsewhere(t *testing.T) {
	for _, options := range [][]option{nil, {withStore}} {
		w := newWorld(t, options...)
		b := w.signedIn()
		if err := w.pool.SignOutUser("jane"); err != nil {
			t.Fatal(err)
		}
		if p := b.open("/account"); p.body != "user jane" {
			t.Errorf("GET /account while the access token lasts = %v", p)
		}
		w.pool.Advance(61 * time.Minute)
		if p := b.do("GET", "/account"); p.status != http.StatusFound || p.location() != "/auth/login?return_to=%2Faccount" || b.hasSession() {
			t.Errorf("GET /account after invalid_grant = %v, session %t, want 302 to the login and no session", p, b.hasSession())
		}
		if n := len(b.cookies()); n != 0 {
			t.Errorf("%d cookies are left of the session", n)
		}
		if p := b.signIn("/account", "jane"); p.body != "user jane" {
			t.Errorf("the next sign-in = %v", p)
		}
	}
}

// TestR4_Outage: whatever else goes wrong with a refresh keeps the session.
func TestR4_Outage(t *testing.T) {
	for _, tt := range thorough.Sample(failures, 2, 0) { // TestC5_OneExchange has them all
		if tt.code == "invalid_grant" {
			continue
		}
		w := newWorld(t)
		b := w.signedIn()
		w.wire.on(tokenPath, tt.hook)
		w.pool.Advance(56 * time.Minute) // due, and still valid
		if p := b.open("/account"); p.body != "user jane" {
			t.Errorf("%s: GET /account while the tokens are valid = %v", tt.name, p)
		}
		w.pool.Advance(5 * time.Minute)
		if p := b.do("GET", "/account"); !p.shows(http.StatusServiceUnavailable, "refresh_unavailable") && p.status != 503 || !b.hasSession() || p.header.Get("Retry-After") == "" {
			t.Errorf("%s: GET /account after that = %v, session %t, want 503 with the session kept", tt.name, p, b.hasSession())
		}
		w.wire.on(tokenPath, nil)
		w.pool.Advance(2 * time.Minute) // longer than any back-off
		if p := b.open("/account"); p.body != "user jane" {
			t.Errorf("%s: GET /account after the outage = %v", tt.name, p)
		}
	}
}

// TestR4_ServerErrorIsNoRefusal: invalid_grant from a server that fails is an
// outage too.
func TestR4_ServerErrorIsNoRefusal(t *testing.T) {
	w := newWorld(t)
	old := w.pool.Tokens("jane")
	for status, want := range map[int]bool{400: true, 401: true, 500: false, 503: false} {
		w.wire.on(tokenPath, respond(status, "application/json", `{"error":"invalid_grant"}`))
		_, _, err := w.client.Refresh(t.Context(), old, &cognito.Identity{ClientID: clientID})
		wantError(t, "Refresh", err, "refresh", "invalid_grant")
		if got := errors.Is(err, cognito.ErrInvalidGrant); got != want {
			t.Errorf("invalid_grant with status %d is ErrInvalidGrant: %t, want %t", status, got, want)
		}
	}
}

// calls are all calls that a client makes to Cognito.
var calls = map[string]struct {
	path string
	call func(ctx context.Context, w *world, login *hostedui.Login) error
}{
	"exchange": {tokenPath, func(ctx context.Context, w *world, _ *hostedui.Login) error {
		_, err := w.client.Exchange(ctx, "4f1d2c3b", attempt)
		return err
	}},
	"refresh": {tokenPath, func(ctx context.Context, w *world, login *hostedui.Login) error {
		_, _, err := w.client.Refresh(ctx, login.Tokens, login.Identity)
		return err
	}},
	"userinfo": {userInfoPath, func(ctx context.Context, w *world, login *hostedui.Login) error {
		_, err := w.client.UserInfo(ctx, login.Tokens.Access, login.Identity.Subject)
		return err
	}},
	"revoke": {revokePath, func(ctx context.Context, w *world, login *hostedui.Login) error {
		return w.client.Revoke(ctx, login.Tokens.Refresh)
	}},
	"jwks": {jwksPath, func(ctx context.Context, w *world, login *hostedui.Login) error {
		_, err := w.client.Verifier().VerifyID(ctx, login.Tokens.ID)
		return err
	}},
}

// someLogin is a login that cost no call.
func (w *world) someLogin() *hostedui.Login {
	tokens := w.pool.Tokens("jane")
	c := claims(w.t, string(tokens.ID))
	return &hostedui.Login{Tokens: tokens, Identity: &cognito.Identity{Issuer: w.pool.Issuer(), Subject: c["sub"].(string), ClientID: clientID}}
}

// wantCallError fails the test unless err is that of a call: a
// hostedui.Error, or for keys that they are not available.
func wantCallError(t *testing.T, call string, err error, op, code string) {
	t.Helper()
	if op == "jwks" {
		if !errors.Is(err, cognito.ErrKeysUnavailable) {
			t.Errorf("%s = %v, want ErrKeysUnavailable", call, err)
		}
		return
	}
	wantError(t, call, err, op, code)
}

// TestC8_NoRedirect: a redirecting endpoint is not followed, and code, tokens
// and credentials are not sent on.
func TestC8_NoRedirect(t *testing.T) {
	turn := 0
	for op, c := range calls {
		for _, status := range []int{301, 302, 303, 307, 308} {
			turn++ // an odd number for each call, so that its statuses have both targets
			for _, target := range thorough.Sample([]string{"https://evil.example/steal", "/elsewhere"}, 2, turn) {
				w := newWorld(t, withSecret)
				w.wire.on(c.path, func(r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
					res := answer(r, status, "application/json", "{}")
					res.Header.Set("Location", target)
					return res, nil
				})
				err := c.call(t.Context(), w, w.someLogin())
				wantCallError(t, fmt.Sprintf("%s at a %d to %s", op, status, target), err, op, "bad_answer")
				w.wire.mu.Lock()
				if len(w.wire.sent) != 1 {
					t.Errorf("%s at a %d to %s made %d requests, want 1", op, status, target, len(w.wire.sent))
				}
				w.wire.mu.Unlock()
			}
		}
	}
}

// TestC8_NoRedirectOfAnyClient: the redirect policy of the app's HTTP client
// does not count.
func TestC8_NoRedirectOfAnyClient(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.Pool.HTTPClient.CheckRedirect = func(*http.Request, []*http.Request) error { return nil }
	}))
	b := w.newBrowser()
	callback := b.callback("/account", "jane")
	w.wire.on(tokenPath, func(r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
		res := answer(r, 307, "text/html", "")
		res.Header.Set("Location", w.pool.URL()+tokenPath+"?again")
		return res, nil
	})
	if p := b.do("GET", callback); !p.shows(http.StatusBadGateway, "cognito_failed") || w.wire.count(tokenPath) != 1 {
		t.Errorf("callback at a redirecting token endpoint = %v, %d requests, want the page cognito_failed and 1", p, w.wire.count(tokenPath))
	}
}

// TestC8_OneMiB: answers that are longer are refused, also if they would be
// right.
func TestC8_OneMiB(t *testing.T) {
	for _, tt := range []struct {
		padding int
		good    bool
	}{{900 << 10, true}, {1 << 20, false}, {thorough.Or(2, 8) << 20, false}} {
		w := newWorld(t)
		w.tamper(func(a map[string]any) { a["padding"] = strings.Repeat("x", tt.padding) })
		b := w.newBrowser()
		callback := b.callback("/account", "jane")
		p := b.do("GET", callback)
		if good := p.location() == "/account"; good != tt.good || b.hasSession() != tt.good {
			t.Errorf("callback with a token answer of %d bytes = %v, want it accepted: %t", tt.padding, p, tt.good)
		}
		if !tt.good {
			wantError(t, "callback", w.lastError(), "exchange", "bad_answer")
		}
	}
}

// TestC8_OneMiBUnpacked: the limit holds for what was packed with gzip.
func TestC8_OneMiBUnpacked(t *testing.T) {
	for _, tt := range []struct {
		padding int
		good    bool
	}{{900 << 10, true}, {4 << 20, false}} {
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		_, _ = io.WriteString(zip, `{"sub":"x","padding":"`+strings.Repeat("x", tt.padding)+`"}`)
		_ = zip.Close()
		if packed.Len() > 64<<10 {
			t.Fatalf("the answer has %d bytes packed: the test tests nothing", packed.Len())
		}
		network := newNetwork(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				t.Error("the request accepts no gzip: the test tests nothing")
			}
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		}))
		w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
			cfg.Pool.Domain = "http://localhost:9229"
			cfg.Pool.HTTPClient = &http.Client{Transport: network}
		}))
		u, err := w.client.UserInfo(t.Context(), "access.token", "x")
		if good := err == nil && u.Subject == "x"; good != tt.good {
			t.Errorf("UserInfo with a packed answer of %d bytes = %v, want it accepted: %t", tt.padding, err, tt.good)
		}
		if !tt.good {
			wantError(t, "UserInfo", err, "userinfo", "bad_answer")
		}
	}
}

// newNetwork is a transport to a server that is reached through pipes.
func newNetwork(t *testing.T, h http.Handler) *http.Transport {
	l := pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case l.conns <- there:
			return here, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-done
	})
	return transport
}

// pipes is a listener on no socket.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { close(p.closed); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// TestC8_JSONOnly: an answer that says it is something else is not read, be
// it JSON or a form in truth.
func TestC8_JSONOnly(t *testing.T) {
	first := newWorld(t) // its keys are those of the other worlds
	tokens, login := first.pool.Tokens("jane"), first.someLogin()
	form := url.Values{"access_token": {string(tokens.Access)}, "id_token": {string(tokens.ID)}, "refresh_token": {string(tokens.Refresh)}}.Encode()
	doc, _ := json.Marshal(map[string]string{"access_token": string(tokens.Access), "id_token": string(tokens.ID)})
	for _, contentType := range []string{"text/html", "text/html; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", "text/json", "", "json", "application/jsonp"} {
		w := newWorld(t)
		for _, body := range []string{string(doc), form} {
			w.wire.on(tokenPath, respond(200, contentType, body))
			_, _, err := w.client.Refresh(t.Context(), login.Tokens, login.Identity)
			wantError(t, "Refresh with an answer of type "+contentType, err, "refresh", "bad_answer")
		}
		w.wire.on(userInfoPath, respond(200, contentType, `{"sub":"`+login.Identity.Subject+`"}`))
		_, err := w.client.UserInfo(t.Context(), login.Tokens.Access, login.Identity.Subject)
		wantError(t, "UserInfo with an answer of type "+contentType, err, "userinfo", "bad_answer")
		w.wire.on(jwksPath, respond(200, contentType, string(w.pool.JWKS())))
		if _, err := w.client.Verifier().VerifyID(t.Context(), login.Tokens.ID); !errors.Is(err, cognito.ErrKeysUnavailable) {
			t.Errorf("VerifyID with keys of type %s = %v, want ErrKeysUnavailable", contentType, err)
		}
	}
	for _, contentType := range []string{"application/json", "application/json;charset=UTF-8", "Application/JSON"} {
		w := newWorld(t)
		w.wire.on(userInfoPath, respond(200, contentType, `{"sub":"`+login.Identity.Subject+`"}`))
		if _, err := w.client.UserInfo(t.Context(), login.Tokens.Access, login.Identity.Subject); err != nil {
			t.Errorf("UserInfo with an answer of type %s = %v", contentType, err)
		}
	}
}

// TestC8_Deadline: each call ends after ten seconds, or what Timeout says.
func TestC8_Deadline(t *testing.T) {
	for op, c := range calls {
		for configured, want := range map[time.Duration]time.Duration{0: 10 * time.Second, 3 * time.Second: 3 * time.Second} {
			for name, h := range map[string]hook{"no answer": hang, "a body that does not end": trickle} {
				if op == "revoke" && name != "no answer" {
					continue // it reads no body
				}
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Pool.Timeout = configured }))
					login := w.someLogin()
					w.wire.on(c.path, h)
					began := time.Now()
					err := c.call(t.Context(), w, login)
					if took := time.Since(began); err == nil || took != want {
						t.Errorf("%s with %s = %v after %v, want an error after %v", op, name, err, took, want)
					}
				})
			}
		}
	}
}

// trickle is a hook whose answer has a body that does not end.
func trickle(r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
	res := answer(r, 200, "application/json", "")
	res.Body = dripping{r.Context()}
	return res, nil
}

type dripping struct{ ctx context.Context }

func (d dripping) Read(p []byte) (int, error) {
	select {
	case <-d.ctx.Done():
		return 0, context.Cause(d.ctx)
	case <-time.After(time.Second):
		p[0] = ' '
		return 1, nil
	}
}

func (d dripping) Close() error { return nil }

// TestC8_HangingLoginDelaysNobody: while one login or refresh hangs, others
// take no time at all.
func TestC8_HangingLoginDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		second := w.newBrowser() // knows joe
		second.signIn("/account", "joe")
		w.pool.Advance(61 * time.Minute)
		first := w.newBrowser()
		callback := first.callback("/account", "jane")
		hanging := true
		w.wire.on(tokenPath, func(r *http.Request, pass func() (*http.Response, error)) (*http.Response, error) {
			if hanging {
				return hang(r, pass)
			}
			return pass()
		})
		done := make(chan *page, 2)
		go func() { done <- first.do("GET", callback) }()
		go func() { done <- second.copy().do("GET", "/account") }() // a refresh
		synctest.Wait()
		hanging = false

		began := time.Now()
		third := w.newBrowser()
		if p := third.signIn("/account", "jane"); p.body != "user jane" {
			t.Errorf("another login = %v", p)
		}
		if p := third.do("GET", "/auth/me", fetched...); p.status != http.StatusOK {
			t.Errorf("me of another user = %v", p)
		}
		if p := third.do("POST", "/auth/logout"); p.status != http.StatusSeeOther {
			t.Errorf("logout of another user = %v", p)
		}
		if p := first.copy().do("GET", "/public"); p.body != "guest" {
			t.Errorf("a public page = %v", p)
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("beside a hanging login and a hanging refresh, others took %v", took)
		}
		for range 2 {
			if p := <-done; p.status < 500 {
				t.Errorf("the hanging requests ended with %v", p)
			}
		}
	})
}

// TestE5_CallersContext: a context that ends ends its caller's wait.
func TestE5_CallersContext(t *testing.T) {
	for op, c := range calls {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			login := w.someLogin()
			w.wire.on(c.path, func(r *http.Request, pass func() (*http.Response, error)) (*http.Response, error) {
				select {
				case <-time.After(5 * time.Second):
					return pass()
				case <-r.Context().Done():
					return nil, context.Cause(r.Context())
				}
			})
			other := make(chan error)
			go func() { other <- c.call(context.Background(), w, login) }()
			synctest.Wait()

			began := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			err := c.call(ctx, w, login)
			cancel()
			if took := time.Since(began); took != time.Second || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s with a context of a second = %v after %v, want its DeadlineExceeded after 1s", op, err, took)
			}
			wantCallError(t, op+" with a context that ended", err, op, "unreachable")
			// Somebody else's call goes on. (The code of exchange is no good.)
			if err := <-other; err != nil && (op != "exchange" || !errors.Is(err, cognito.ErrInvalidGrant)) {
				t.Errorf("the other %s = %v, want it to go on", op, err)
			}
			if took := time.Since(began); took != 5*time.Second {
				t.Errorf("the other %s took %v, want 5s", op, took)
			}
			ctx, cancel = context.WithCancel(t.Context())
			cancel()
			if err := c.call(ctx, w, login); op != "jwks" && !errors.Is(err, context.Canceled) { // the keys are there by now
				t.Errorf("%s with a cancelled context = %v, want Canceled", op, err)
			}
		})
	}
}
