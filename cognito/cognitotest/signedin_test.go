package cognitotest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
)

func TestSignedIn(t *testing.T) {
	p := newPool(t)
	var seen []*http.Request
	browser := p.SignedIn(newApp(t, p, &seen), "https://app.example.com/account", "jane", password)
	seen = nil
	resp, err := browser.Get("https://app.example.com/account")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if len(seen) != 1 || resp.StatusCode != 200 {
		t.Errorf("account = %d after %d requests to the app, want 200 at once", resp.StatusCode, len(seen))
	}
	for name, f := range map[string]func(){
		"wrong password": func() { p.SignedIn(newApp(t, p, &seen), "https://app.example.com/account", "jane", "x") },
		"no URL":         func() { p.SignedIn(newApp(t, p, &seen), ":", "jane", password) },
		"no host":        func() { p.SignedIn(newApp(t, p, &seen), "/account", "jane", password) },
	} {
		mustPanic(t, name, f)
	}
}

func TestExpireAccessTokens(t *testing.T) {
	long := cognitotest.AppClient{ID: "client2", AccessTokenValidity: 3 * time.Hour}
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithClient(long))
	tok := p.Tokens("jane")
	before := p.Now()
	p.ExpireAccessTokens()
	v := newVisitor(t, p)
	if a := v.userInfo(string(tok.Access)); a.StatusCode != 401 {
		t.Errorf("userInfo = %d, want 401", a.StatusCode)
	}
	if d := p.Now().Sub(before).Round(time.Minute); d != 3*time.Hour+5*time.Minute {
		t.Errorf("the clock went on by %v, want the longest validity and five minutes", d)
	}
	if a := v.userInfo(v.refresh(string(tok.Refresh)).tokens(t).Access); a.StatusCode != 200 {
		t.Errorf("userInfo after a refresh = %d, want 200", a.StatusCode)
	}
}

func TestRevokeRefreshToken(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok, other := v.login(), v.login()
	if !p.RevokeRefreshToken(cognito.RefreshToken(tok.Refresh)) || p.RevokeRefreshToken("x") {
		t.Error("RevokeRefreshToken: the one is unknown, or x is not")
	}
	if a := v.refresh(tok.Refresh); a.body != invalidGrant {
		t.Errorf("refresh = %s, want invalid_grant", a.body)
	}
	if a := v.userInfo(tok.Access); a.StatusCode != 401 {
		t.Errorf("userInfo = %d, want 401", a.StatusCode)
	}
	v.refresh(other.Refresh).tokens(t)
}

func TestExpireRefreshTokens(t *testing.T) {
	p := newPool(t)
	p.AddUser(cognitotest.User{Username: "john"})
	v := newVisitor(t, p)
	tok, johns := v.login(), p.Tokens("john")
	if err := p.ExpireRefreshTokens("jane"); err != nil {
		t.Fatal(err)
	}
	if a := v.refresh(tok.Refresh); a.body != invalidGrant {
		t.Errorf("refresh = %s, want invalid_grant", a.body)
	}
	if a := v.userInfo(tok.Access); a.StatusCode != 200 {
		t.Errorf("userInfo = %d, want 200", a.StatusCode)
	}
	v.refresh(string(johns.Refresh)).tokens(t)
}

func TestEndPageSessions(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login()
	if err := p.EndPageSessions("jane"); err != nil {
		t.Fatal(err)
	}
	if got := v.get("/oauth2/authorize" + query("prompt", "none")).Header.Get("Location"); !strings.Contains(got, "login_required") {
		t.Errorf("prompt=none = %q, want login_required", got)
	}
	v.refresh(tok.Refresh).tokens(t)
}

func TestEventsFiltered(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login()
	v.refresh(tok.Refresh)
	v.refresh("x")
	v.userInfo(tok.Access)
	at := p.Events()[0].At
	tests := []struct {
		like cognitotest.Event
		want int
	}{
		{cognitotest.Event{}, 6},
		{cognitotest.Event{Op: "token"}, 3},
		{cognitotest.Event{Op: "token", Status: 200}, 2},
		{cognitotest.Event{Op: "token", Error: "invalid_grant"}, 1},
		{cognitotest.Event{Op: "token", Params: map[string][]string{"grant_type": {"refresh_token"}}}, 2},
		{cognitotest.Event{Op: "token", Params: map[string][]string{"grant_type": {"refresh_token"}}, Username: "jane"}, 1},
		{cognitotest.Event{Username: "jane"}, 4},
		{cognitotest.Event{ClientID: "client1"}, 6},
		{cognitotest.Event{ClientID: "client2"}, 0},
		{cognitotest.Event{Method: "GET"}, 2},
		{cognitotest.Event{Fault: fault.Drop}, 0},
		{cognitotest.Event{At: at, Op: "login", Method: "GET"}, 1},
		{cognitotest.Event{At: at.Add(-time.Hour)}, 0},
	}
	for _, tt := range tests {
		if got := len(p.Events(tt.like)); got != tt.want {
			t.Errorf("Events(%+v) has %d events, want %d", tt.like, got, tt.want)
		}
	}
	if got := len(p.Events(cognitotest.Event{Op: "userInfo"}, cognitotest.Event{Op: "token", Status: 400})); got != 2 {
		t.Errorf("Events with two filters has %d events, want those that agree with either, 2", got)
	}
	if got := len(p.Events()); got != 6 {
		t.Errorf("Events() has %d events, want all 6", got)
	}
	p.TakeEvents()
	if n := len(p.Events()); n != 0 {
		t.Errorf("%d events after TakeEvents", n)
	}
}
