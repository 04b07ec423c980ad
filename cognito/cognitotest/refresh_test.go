package cognitotest_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

const invalidGrant = `{"error":"invalid_grant"}`

// doc: a refreshed ID token: auth_time
func TestRefresh(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	first := v.login()
	p.Advance(time.Hour)
	again := v.refresh(first.Refresh).tokens(t)
	if again.Refresh != "" {
		t.Error("a refresh without rotation gave a refresh token")
	}
	was, is := claimsOf(t, first.ID), claimsOf(t, again.ID)
	for _, same := range []string{"sub", "iss", "aud", "auth_time", "origin_jti"} {
		if was[same] != is[same] {
			t.Errorf("%s = %v after refresh, want %v", same, is[same], was[same])
		}
	}
	for _, changed := range []string{"jti", "exp", "iat", "at_hash"} {
		if was[changed] == is[changed] {
			t.Errorf("%s did not change with the refresh", changed)
		}
	}
	if is["nonce"] != nil {
		t.Errorf("nonce = %v after refresh, want none", is["nonce"])
	}
	if got, want := claimsOf(t, again.Access)["scope"], claimsOf(t, first.Access)["scope"]; got != want {
		t.Errorf("scope = %v after refresh, want %v", got, want)
	}
}

func TestRefreshSeesChangedUser(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login()
	if err := p.AddUserToGroup("jane", "editors"); err != nil {
		t.Fatal(err)
	}
	got := claimsOf(t, v.refresh(tok.Refresh).tokens(t).ID)["cognito:groups"]
	if groups, _ := got.([]any); !slices.Equal(groups, []any{"admins", "editors"}) {
		t.Errorf("groups = %v, want admins and editors", got)
	}
}

func TestRefreshTokenExpires(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login()
	p.Advance(30*24*time.Hour - time.Minute)
	v.refresh(tok.Refresh).tokens(t)
	p.Advance(time.Minute)
	if a := v.refresh(tok.Refresh); a.body != invalidGrant {
		t.Errorf("refresh after 30 days = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
}

// doc: reuse of a rotated-out refresh token
// doc: reuse within the grace period
func TestRotation(t *testing.T) {
	rotating := appClient()
	rotating.RefreshTokenRotation = true
	tests := []struct {
		name  string
		grace time.Duration
		after time.Duration
		works bool
	}{
		{"no grace", 0, 0, false},
		{"within grace", 10 * time.Second, 9 * time.Second, true},
		{"after grace", 10 * time.Second, 10 * time.Second, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rotating.RetryGracePeriod = tt.grace
			p := newPool(t, cognitotest.WithClient(rotating))
			v := newVisitor(t, p)
			first := v.login()
			second := v.refresh(first.Refresh).tokens(t)
			if second.Refresh == "" || second.Refresh == first.Refresh {
				t.Fatal("rotation gave no new refresh token")
			}
			p.Advance(tt.after)
			a := v.refresh(first.Refresh)
			if works := a.StatusCode == 200; works != tt.works {
				t.Errorf("reuse after %v = %d %s, want ok %v", tt.after, a.StatusCode, a.body, tt.works)
			}
			if tt.works {
				if third := a.tokens(t); third.Refresh == second.Refresh {
					t.Error("reuse within grace gave the same successor, want another")
				}
			}
			v.refresh(second.Refresh).tokens(t) // reuse does not end the family
		})
	}
}

func TestRotationKeepsRemainingLifetime(t *testing.T) {
	rotating := appClient()
	rotating.RefreshTokenRotation, rotating.RefreshTokenValidity = true, 2*time.Hour
	p := newPool(t, cognitotest.WithClient(rotating))
	v := newVisitor(t, p)
	tok := v.login()
	p.Advance(time.Hour)
	tok = v.refresh(tok.Refresh).tokens(t)
	p.Advance(time.Hour)
	if a := v.refresh(tok.Refresh); a.body != invalidGrant {
		t.Errorf("rotated token two hours after sign-in = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
}

func TestRefreshOfAnotherClient(t *testing.T) {
	p := newPool(t)
	p.AddClient(cognitotest.AppClient{ID: "client2"})
	v := newVisitor(t, p)
	tok := v.login()
	a := v.post("/oauth2/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {"client2"}, "refresh_token": {tok.Refresh}})
	if a.body != invalidGrant {
		t.Errorf("refresh by another client = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
}

func TestRevoke(t *testing.T) {
	rotating := appClient()
	rotating.RefreshTokenRotation, rotating.RetryGracePeriod = true, time.Minute
	v := newVisitor(t, newPool(t, cognitotest.WithClient(rotating)))
	other := v.login()
	tok := v.login()
	next := v.refresh(tok.Refresh).tokens(t)
	for range 2 {
		a := v.post("/oauth2/revoke", url.Values{"client_id": {"client1"}, "token": {tok.Refresh}})
		if a.StatusCode != 200 || a.body != "" {
			t.Errorf("revoke = %d %q, want 200 and nothing", a.StatusCode, a.body)
		}
	}
	for _, token := range []string{tok.Refresh, next.Refresh} {
		if a := v.refresh(token); a.body != invalidGrant {
			t.Errorf("refresh after revocation = %d %s, want invalid_grant", a.StatusCode, a.body)
		}
	}
	for _, token := range []string{tok.Access, next.Access} {
		if a := v.userInfo(token); a.StatusCode != 401 {
			t.Errorf("userInfo after revocation = %d, want 401", a.StatusCode)
		}
	}
	v.refresh(other.Refresh).tokens(t)
	if a := v.userInfo(other.Access); a.StatusCode != 200 {
		t.Errorf("userInfo of another sign-in = %d, want 200", a.StatusCode)
	}
}

func TestRevokeErrors(t *testing.T) {
	old := cognitotest.AppClient{ID: "client2", DisableRevocation: true}
	secret := cognitotest.AppClient{ID: "client3", Secret: "s"}
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithClient(old), cognitotest.WithClient(secret))
	v := newVisitor(t, p)
	tests := []struct {
		name   string
		form   url.Values
		status int
		want   string
	}{
		{"no token", url.Values{"client_id": {"client1"}}, 400, `{"error":"invalid_request"}`},
		{"no client", url.Values{"token": {"x"}}, 400, `{"error":"invalid_request"}`},
		{"unknown client", url.Values{"client_id": {"mallory"}, "token": {"x"}}, 401, `{"error":"invalid_client"}`},
		{"wrong secret", url.Values{"client_id": {"client3"}, "client_secret": {"x"}, "token": {"x"}}, 401, `{"error":"invalid_client","error_description":"invalid_client_secret"}`},
		{"access token", url.Values{"client_id": {"client1"}, "token": {string(p.AccessToken("jane"))}}, 400, `{"error":"unsupported_token_type"}`},
		{"revocation off", url.Values{"client_id": {"client2"}, "token": {"x"}}, 400, `{"error":"invalid_request"}`},
		{"unknown token", url.Values{"client_id": {"client1"}, "token": {"x"}}, 200, ""},
		{"token twice", url.Values{"client_id": {"client1"}, "token": {"x", "y"}}, 400, `{"error":"invalid_request"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a := v.post("/oauth2/revoke", tt.form); a.StatusCode != tt.status || a.body != tt.want {
				t.Errorf("revoke = %d %s, want %d %s", a.StatusCode, a.body, tt.status, tt.want)
			}
		})
	}
}

func TestRevokeByAnotherClientDoesNothing(t *testing.T) {
	p := newPool(t)
	p.AddClient(cognitotest.AppClient{ID: "client2"})
	v := newVisitor(t, p)
	tok := v.login()
	v.post("/oauth2/revoke", url.Values{"client_id": {"client2"}, "token": {tok.Refresh}})
	v.refresh(tok.Refresh).tokens(t)
}

func TestRevocationOffMeansNoOriginJTI(t *testing.T) {
	c := appClient()
	c.DisableRevocation = true
	tok := newVisitor(t, newPool(t, cognitotest.WithClient(c))).login()
	for _, token := range []string{tok.ID, tok.Access} {
		if claims := claimsOf(t, token); claims["origin_jti"] != nil {
			t.Errorf("%v token has an origin_jti", claims["token_use"])
		}
	}
}

func TestSignOutUser(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login()
	if err := p.SignOutUser("jane"); err != nil {
		t.Fatal(err)
	}
	if a := v.refresh(tok.Refresh); a.body != invalidGrant {
		t.Errorf("refresh after sign-out = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
	if a := v.userInfo(tok.Access); a.StatusCode != 401 {
		t.Errorf("userInfo after sign-out = %d, want 401", a.StatusCode)
	}
	code := codeIn(t, v.get("/oauth2/authorize"+query("prompt", "none"))) // the page session survives
	if a := v.userInfo(v.post("/oauth2/token", tokenForm(code)).tokens(t).Access); a.StatusCode != 200 {
		t.Errorf("userInfo after signing in again = %d, want 200", a.StatusCode)
	}
	if err := p.SignOutUser("nobody"); err == nil {
		t.Error("SignOutUser(nobody) = nil, want an error")
	}
}
