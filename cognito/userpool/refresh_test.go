package userpool_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// janeHash is SECRET_HASH of jane, whom sign-in knows by her e-mail address.
const janeHash = "W/YgN/umtNR43QxYzl08opwPqJSQWYoJ6p+Qejp+oYA="

// result is an answer with these tokens.
func result(id, access, refresh string) answer {
	body, _ := json.Marshal(object{"AuthenticationResult": object{
		"IdToken": id, "AccessToken": access, "RefreshToken": refresh, "ExpiresIn": 3600, "TokenType": "Bearer",
	}})
	return answer{body: string(body)}
}

// janesTokens is jane's sign-in: tokens whose access token has these claims too,
// and who she is.
func janesTokens(t testing.TB, a *api, c *userpool.Client, edit ...func(cognitotest.Claims)) (cognito.Tokens, *cognito.Identity) {
	t.Helper()
	tokens := cognito.Tokens{ID: a.pool.IDToken("jane"), Access: a.pool.AccessToken("jane", edit...), Refresh: "refresh-1"}
	claims, err := c.Verifier().VerifyID(t.Context(), tokens.ID)
	if err != nil {
		t.Fatal(err)
	}
	return tokens, claims.Identity()
}

func set(name string, value any) func(cognitotest.Claims) {
	return func(c cognitotest.Claims) { c[name] = value }
}

// TestR3_Refresh: the answer is verified, and has the old refresh token unless
// Cognito sent a new one; the nonce stays.
func TestR3_Refresh(t *testing.T) {
	for _, rotated := range []string{"", "refresh-2"} {
		api, client := newAPI(t, clientSecret)
		old, who := janesTokens(t, api, client)
		old.Nonce = "nonce-1"
		api.script(result(string(api.pool.IDToken("jane")), string(api.pool.AccessToken("jane")), rotated))
		tokens, identity, err := client.Refresh(t.Context(), old, who)
		if err != nil {
			t.Fatalf("Refresh = %v, want no error", err)
		}
		if string(tokens.Refresh) != cmp.Or(rotated, string(old.Refresh)) || tokens.ID == "" || tokens.Access == "" || tokens.Nonce != "nonce-1" {
			t.Errorf("Refresh = refresh token %q, nonce %q, want %q and the old nonce", string(tokens.Refresh), tokens.Nonce, rotated)
		}
		if left := time.Until(tokens.Expiry); left < 59*time.Minute || left > time.Hour {
			t.Errorf("Refresh gives tokens for %v, want an hour", left)
		}
		if identity.Subject != who.Subject || identity.Email != "jane@example.com" || len(identity.Scopes) == 0 {
			t.Errorf("Refresh gives identity %+v, want jane with scopes", identity)
		}
		checkCall(t, api, "GetTokensFromRefreshToken", object{"ClientId": clientID, "ClientSecret": clientSecret, "RefreshToken": "refresh-1"})
	}
}

// TestU1_Refresh: the secret as it is for the newer operation; the hash over
// the access token's username for the older one; the device key for both.
func TestU1_Refresh(t *testing.T) {
	unsupported := []answer{
		refusal("UnsupportedOperationException", "not here"),
		refusal("OperationNotEnabledException", ""),
		refusal("UnknownOperationException", ""),
		{status: 501, body: `{}`},
	}
	for _, no := range unsupported {
		for _, secret := range []string{"", clientSecret} {
			api, client := newAPI(t, secret)
			old, who := janesTokens(t, api, client, set("device_key", "eu-west-1_4f7a"))
			who.Username = "jane@example.com" // what the access token says counts
			api.script(no, result(string(api.pool.IDToken("jane")), string(api.pool.AccessToken("jane")), ""))
			if _, _, err := client.Refresh(t.Context(), old, who); err != nil {
				t.Errorf("Refresh after %+v = %v, want no error", no, err)
				continue
			}
			first := object{"ClientId": clientID, "RefreshToken": "refresh-1", "DeviceKey": "eu-west-1_4f7a"}
			parameters := object{"REFRESH_TOKEN": "refresh-1", "DEVICE_KEY": "eu-west-1_4f7a"}
			if secret != "" {
				first["ClientSecret"], parameters["SECRET_HASH"] = secret, janeHash
			}
			second := object{"ClientId": clientID, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters}
			calls := api.made()
			if len(calls) != 2 || calls[1].op != "InitiateAuth" || !reflect.DeepEqual(calls[0].body, first) || !reflect.DeepEqual(calls[1].body, second) {
				t.Errorf("Refresh made %v, want GetTokensFromRefreshToken with %v, then InitiateAuth with %v", calls, first, second)
			}
		}
	}
}

// TestU1_RefreshWithoutAccessToken: without the access token the identity's
// username is what there is.
func TestU1_RefreshWithoutAccessToken(t *testing.T) {
	for _, access := range []cognito.AccessToken{"", "garbage", "a.b.c"} {
		api, client := newAPI(t, clientSecret)
		old, who := janesTokens(t, api, client)
		old.Access = access
		api.script(refusal("UnsupportedOperationException", ""), result(string(api.pool.IDToken("jane")), string(api.pool.AccessToken("jane")), ""))
		if _, _, err := client.Refresh(t.Context(), old, who); err != nil {
			t.Fatal(err)
		}
		want := object{"REFRESH_TOKEN": "refresh-1", "SECRET_HASH": janeHash}
		if got := api.made()[1].body["AuthParameters"]; !reflect.DeepEqual(got, want) {
			t.Errorf("Refresh with access token %q sent %v, want %v", string(access), got, want)
		}
	}
}

// TestR4_WhatEndsASession: only what says that the refresh token is over.
func TestR4_WhatEndsASession(t *testing.T) {
	outage := refusal("InternalErrorException", "")
	outage.status = 500
	tests := []struct {
		name string
		says answer
		over bool
	}{
		{"invalid", refusal("NotAuthorizedException", "Invalid Refresh Token."), true},
		{"revoked", refusal("NotAuthorizedException", "Refresh Token has been revoked"), true},
		{"expired", refusal("NotAuthorizedException", "Refresh Token has expired"), true},
		{"reused", refusal("RefreshTokenReuseException", "Refresh token has been invalidated by rotation"), true},
		{"in other words", refusal("NotAuthorizedException", "no"), true},
		{"disabled", refusal("NotAuthorizedException", "User is disabled."), true},
		{"deleted", refusal("UserNotFoundException", "User does not exist."), true},
		{"reset by an administrator", refusal("PasswordResetRequiredException", ""), true},
		{"a wrong secret", refusal("NotAuthorizedException", "SecretHash does not match for the client: "+clientID), false},
		{"an unknown client", refusal("ResourceNotFoundException", "User pool client x does not exist."), false},
		{"throttled", refusal("TooManyRequestsException", "Rate exceeded"), false},
		{"an outage", outage, false},
		{"a refusal by an outage", answer{status: 500, body: `{"__type":"NotAuthorizedException","message":"Invalid Refresh Token."}`}, false},
		{"a trigger", refusal("UserLambdaValidationException", "PreTokenGeneration failed with error x."), false},
		{"a flow that is off", refusal("InvalidParameterException", "REFRESH_TOKEN_AUTH flow not enabled for this client"), false},
		{"the firewall", refusal("ForbiddenException", ""), false},
		{"no network", answer{err: errors.New("no route")}, false},
		{"no JSON", answer{body: "<html>"}, false},
		{"no tokens", answer{body: "{}"}, false},
		{"a challenge", answer{body: `{"ChallengeName":"SMS_MFA"}`}, false},
	}
	for _, first := range []bool{true, false} { // in either operation
		for _, tt := range tests {
			synctest.Test(t, func(t *testing.T) {
				api, client := newAPI(t, clientSecret)
				old, who := janesTokens(t, api, client)
				api.script(tt.says)
				if !first {
					api.script(refusal("UnsupportedOperationException", ""), tt.says)
				}
				_, _, err := client.Refresh(t.Context(), old, who)
				if err == nil || errors.Is(err, cognito.ErrInvalidGrant) != tt.over {
					t.Errorf("Refresh, %s = %v, want an error that is ErrInvalidGrant: %t", tt.name, err, tt.over)
				}
				if strings.Contains(everything(err), "refresh-1") || strings.Contains(everything(err), clientSecret) {
					t.Errorf("Refresh, %s = %s, which quotes a secret", tt.name, everything(err))
				}
			})
		}
	}
}

// TestR5_RefreshedTokens: each check that must refuse, refuses.
func TestR5_RefreshedTokens(t *testing.T) {
	tests := []struct {
		name   string
		id     func(cognitotest.Claims)
		access func(cognitotest.Claims)
		who    func(*cognito.Identity)
		check  string // "" is none
	}{
		{name: "as issued"},
		{name: "the old nonce", id: set("nonce", "nonce-1")},
		{name: "another nonce", id: set("nonce", "nonce-2"), check: "nonce"},
		{name: "both of another user", id: set("sub", "b"), access: set("sub", "b"), check: "sub"},
		{name: "an ID token of another user", id: set("sub", "b"), check: "sub"},
		{name: "an access token of another user", access: set("sub", "b"), check: "sub"},
		{name: "an ID token of another client", id: set("aud", "6mallory"), check: "aud"},
		{name: "an access token of another client", access: set("client_id", "6mallory"), check: "client_id"},
		{name: "an ID token of another of our clients", id: set("aud", "6mobile"), check: "aud"},
		{name: "an access token of another of our clients", access: set("client_id", "6mobile"), check: "sub"},
		{name: "another issuer", id: set("iss", "https://mallory.example"), check: "iss"},
		{name: "expired", id: set("exp", int64(1)), check: "exp"},
		{name: "an ID token for an access token", access: set("token_use", "id"), check: "token_use"},
		{name: "at_hash of another token", id: set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), check: "at_hash"},
		{name: "the other form of issuer", who: func(id *cognito.Identity) {
			id.Issuer = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/" + poolID
		}},
		{name: "a session of another client", who: func(id *cognito.Identity) { id.ClientID = "6mobile" }, check: "sub"},
	}
	keep := func(cognitotest.Claims) {}
	for _, tt := range tests {
		api, client := newAPI(t, "", func(c *userpool.Config) { c.Pool.OtherClientIDs = []string{"6mobile"} })
		old, who := janesTokens(t, api, client)
		old.Nonce = "nonce-1"
		if tt.id == nil {
			tt.id = keep
		}
		if tt.access == nil {
			tt.access = keep
		}
		if tt.who != nil {
			tt.who(who)
		}
		api.script(result(string(api.pool.IDToken("jane", tt.id)), string(api.pool.AccessToken("jane", tt.access)), "refresh-2"))
		tokens, identity, err := client.Refresh(t.Context(), old, who)
		var refused *cognito.VerifyError
		switch {
		case tt.check == "" && err != nil:
			t.Errorf("Refresh with %s = %v, want no error", tt.name, err)
		case tt.check != "" && (!errors.As(err, &refused) || refused.Check != tt.check):
			t.Errorf("Refresh with %s = %v, want a refusal by %s", tt.name, err, tt.check)
		case err != nil && (identity != nil || tokens != cognito.Tokens{}):
			t.Errorf("Refresh with %s = tokens with an error", tt.name)
		case errors.Is(err, cognito.ErrInvalidGrant):
			t.Errorf("Refresh with %s = ErrInvalidGrant, want the session to stay", tt.name)
		}
	}
}

// TestRefresh_Nothing: what cannot be refreshed is refused without a call.
func TestRefresh_Nothing(t *testing.T) {
	api, client := newAPI(t, "")
	old, who := janesTokens(t, api, client)
	api.script(answer{body: "{}"})
	for name, try := range map[string]func() error{
		"no refresh token": func() error {
			_, _, err := client.Refresh(t.Context(), cognito.Tokens{Access: old.Access}, who)
			return err
		},
	} {
		err := try()
		if e := asError(t, err); e.Code != "bad_request" || len(api.made()) != 0 || errors.Is(err, cognito.ErrInvalidGrant) {
			t.Errorf("Refresh with %s = %v after %d calls, want bad_request after none", name, err, len(api.made()))
		}
	}
}

// TestRefresh_ExpiryByOurClock: an absurd ExpiresIn does not count.
func TestRefresh_ExpiryByOurClock(t *testing.T) {
	for expiresIn, want := range map[int]time.Duration{0: time.Hour, -5: time.Hour, 300: 5 * time.Minute, 86400: 24 * time.Hour, 86401: time.Hour, 2147483647: time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			api, client := newAPI(t, "")
			old, who := janesTokens(t, api, client)
			body := fmt.Sprintf(`{"AuthenticationResult":{"IdToken":%q,"AccessToken":%q,"ExpiresIn":%d}}`, string(api.pool.IDToken("jane")), string(api.pool.AccessToken("jane")), expiresIn)
			api.script(answer{body: body})
			tokens, _, err := client.Refresh(t.Context(), old, who)
			if got := time.Until(tokens.Expiry).Round(time.Second); err != nil || got != want {
				t.Errorf("Refresh with ExpiresIn %d = tokens for %v, %v, want %v", expiresIn, got, err, want)
			}
		})
	}
}
