package cognitotest_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func TestAPI_Refresh(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	first := s.password("jane").is(t, "").AuthenticationResult
	p.Advance(time.Hour)
	next := s.initiate("REFRESH_TOKEN", "REFRESH_TOKEN", first.RefreshToken).is(t, "").AuthenticationResult
	if next.RefreshToken != "" {
		t.Error("the refresh has a new refresh token, want none without rotation")
	}
	before, after := claimsOf(t, first.AccessToken), claimsOf(t, next.AccessToken)
	if before["origin_jti"] != after["origin_jti"] || before["auth_time"] != after["auth_time"] || before["jti"] == after["jti"] {
		t.Errorf("access token = %v after %v, want the same sign-in and another jti", after, before)
	}
	if after["scope"] != "aws.cognito.signin.user.admin" || claimsOf(t, next.IdToken)["email"] != "jane@example.com" {
		t.Errorf("refreshed tokens = %v, want those of the API", after)
	}
	// The token endpoint refreshes them too, and the API those of the pages.
	tok := newVisitor(t, p).refresh(first.RefreshToken).tokens(t)
	if c := claimsOf(t, tok.Access); c["scope"] != "aws.cognito.signin.user.admin" || c["version"] != nil || claimsOf(t, tok.ID)["at_hash"] != nil {
		t.Errorf("token endpoint = %v, want the claims of an API sign-in", c)
	}
	pages := newVisitor(t, p).login()
	s.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", pages.Refresh).is(t, "")

	s.refuseInitiate(badRefresh, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "x")
	p.Advance(30 * 24 * time.Hour)
	s.refuseInitiate("NotAuthorizedException: Refresh Token has expired", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", first.RefreshToken)
}

// doc: REFRESH_TOKEN_AUTH by a client with rotation
// op: GetTokensFromRefreshToken
func TestAPI_RefreshRotates(t *testing.T) {
	client := apiUserClient()
	client.Secret, client.RefreshTokenRotation, client.RetryGracePeriod = "s3cret", true, 10*time.Second
	p := newPool(t, cognitotest.WithClient(client))
	s := newSigner(t, p)
	s.secret = "s3cret"
	first := s.password("jane").is(t, "").AuthenticationResult
	if _, got := s.tryInitiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", first.RefreshToken); got != "UnsupportedOperationException: Refresh token rotation is enabled for the client: use GetTokensFromRefreshToken." {
		t.Errorf("REFRESH_TOKEN_AUTH with rotation = %s, want it unsupported", got)
	}
	refresh := func(token, secret string) (next string, failure string) {
		var out struct {
			AuthenticationResult struct{ AccessToken, IdToken, RefreshToken string }
		}
		failure = callAPI(t, p, "GetTokensFromRefreshToken", object{"ClientId": "client1", "ClientSecret": secret, "RefreshToken": token}, &out)
		return out.AuthenticationResult.RefreshToken, failure
	}
	if _, got := refresh(first.RefreshToken, "x"); got != "NotAuthorizedException: Unable to verify the secret of client client1" {
		t.Errorf("GetTokensFromRefreshToken(wrong secret) = %s, want it refused", got)
	}
	second, failure := refresh(first.RefreshToken, "s3cret")
	if failure != "" || second == "" || second == first.RefreshToken {
		t.Fatalf("GetTokensFromRefreshToken = %s, want a new refresh token", failure)
	}
	if _, failure := refresh(first.RefreshToken, "s3cret"); failure != "" {
		t.Errorf("the old token within its grace = %s, want tokens", failure)
	}
	p.Advance(10 * time.Second)
	if _, got := refresh(first.RefreshToken, "s3cret"); got != "RefreshTokenReuseException: The refresh token has been used already." {
		t.Errorf("the old token after its grace = %s, want RefreshTokenReuseException", got)
	}
	if _, failure := refresh(second, "s3cret"); failure != "" {
		t.Errorf("the new token = %s, want tokens", failure)
	}
	if got := callAPI(t, p, "GetTokensFromRefreshToken", object{"ClientId": "x", "RefreshToken": "x"}, nil); got != "ResourceNotFoundException: User pool client x does not exist." {
		t.Errorf("GetTokensFromRefreshToken(unknown client) = %s", got)
	}
}

// op: RevokeToken
func TestAPI_RevokeToken(t *testing.T) {
	secret := apiUserClient()
	secret.ID, secret.Secret = "client2", "s3cret"
	old := apiUserClient()
	old.ID, old.DisableRevocation = "client3", true
	p := newAPIPool(t, cognitotest.WithClient(secret), cognitotest.WithClient(old))
	s := newSigner(t, p)
	tok := s.password("jane").is(t, "").AuthenticationResult
	tests := []struct{ client, secret, token, want string }{
		{"client1", "", tok.AccessToken, "UnsupportedTokenTypeException: Unsupported token type."},
		{"client1", "x", tok.RefreshToken, "UnauthorizedException: Invalid client credentials."},
		{"client2", "", tok.RefreshToken, "UnauthorizedException: Invalid client credentials."},
		{"client9", "", tok.RefreshToken, "UnauthorizedException: Invalid client credentials."},
		{"client3", "", tok.RefreshToken, "UnsupportedOperationException: Token revocation is not enabled for the client."},
		{"client2", "s3cret", tok.RefreshToken, ""}, // another client's: nothing happens
		{"client1", "", "x", ""},
	}
	for _, tt := range tests {
		in := object{"ClientId": tt.client, "Token": tt.token}
		if tt.secret != "" {
			in["ClientSecret"] = tt.secret
		}
		if got := callAPI(t, p, "RevokeToken", in, nil); got != tt.want {
			t.Errorf("RevokeToken(%s, %q, %.6s) = %s, want %q", tt.client, tt.secret, tt.token, got, tt.want)
		}
	}
	s.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", tok.RefreshToken).is(t, "")
	callAPI(t, p, "RevokeToken", object{"ClientId": "client1", "Token": tok.RefreshToken}, nil)
	s.refuseInitiate("NotAuthorizedException: Refresh Token has been revoked", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", tok.RefreshToken)
	if got, want := callAPI(t, p, "GetUser", object{"AccessToken": tok.AccessToken}, nil), "NotAuthorizedException: Access Token has been revoked"; got != want {
		t.Errorf("GetUser = %s, want %s", got, want)
	}
}

// op: GlobalSignOut
func TestAPI_GlobalSignOut(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	one, two := s.password("jane").is(t, "").AuthenticationResult, s.password("jane").is(t, "").AuthenticationResult
	pages := newVisitor(t, p).login()
	if failure := callAPI(t, p, "GlobalSignOut", object{"AccessToken": one.AccessToken}, nil); failure != "" {
		t.Fatalf("GlobalSignOut = %s", failure)
	}
	for _, token := range []string{one.RefreshToken, two.RefreshToken, pages.Refresh} {
		s.refuseInitiate("NotAuthorizedException: Refresh Token has been revoked", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", token)
	}
	if got, want := callAPI(t, p, "GlobalSignOut", object{"AccessToken": one.AccessToken}, nil), "NotAuthorizedException: Access Token has been revoked"; got != want {
		t.Errorf("GlobalSignOut(again) = %s, want %s", got, want)
	}
	if a := newVisitor(t, p).post("/oauth2/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {"client1"}, "refresh_token": {two.RefreshToken}}); a.body != invalidGrant {
		t.Errorf("token endpoint = %s, want invalid_grant", a.body)
	}
}

// quirk: Q11
func TestQ11_RefreshHashHasTheRealUsername(t *testing.T) {
	client := apiUserClient()
	client.Secret = "s3cret"
	p := cognitotest.NewPool(cognitotest.WithClient(client))
	sub, err := p.AddUser(cognitotest.User{Email: "jane@example.com", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	s := newSigner(t, p)
	s.secret = "s3cret"
	tok := s.password("jane@example.com").is(t, "").AuthenticationResult
	if got := claimsOf(t, tok.AccessToken)["username"]; got != sub {
		t.Errorf("username = %v, want the sub %s", got, sub)
	}
	s.refuseInitiate("NotAuthorizedException: SecretHash does not match for the client: client1", "REFRESH_TOKEN_AUTH",
		"REFRESH_TOKEN", tok.RefreshToken, "SECRET_HASH", secretHashOf("s3cret", "jane@example.com", "client1"))
	s.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", tok.RefreshToken, "SECRET_HASH", secretHashOf("s3cret", sub, "client1")).is(t, "")
}
