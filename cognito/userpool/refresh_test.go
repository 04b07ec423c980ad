package userpool_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
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

// TestU1_Refresh: the newer operation gets the secret as it is. The older one
// gets the hash over the access token's username. Both get the device key.
func TestU1_Refresh(t *testing.T) {
	unsupported := []answer{
		refusal("UnsupportedOperationException", "not here"),
		refusal("OperationNotEnabledException", ""),
		refusal("UnknownOperationException", ""),
		{status: 501, body: `{}`},
	}
	for _, secret := range []string{"", clientSecret} {
		api, client := newAPI(t, secret)
		old, who := janesTokens(t, api, client, set("device_key", "eu-west-1_4f7a"))
		who.Username = "jane@example.com" // what the access token says counts
		next := result(string(api.pool.IDToken("jane")), string(api.pool.AccessToken("jane")), "")
		for _, no := range unsupported {
			api.script(no, next)
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
		synctest.Test(t, func(t *testing.T) {
			api, client := newAPI(t, clientSecret)
			old, who := janesTokens(t, api, client)
			for _, tt := range tests {
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
			}
		})
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
	api, client := newAPI(t, "", func(c *userpool.Config) { c.Pool.OtherClientIDs = []string{"6mobile"} })
	old, jane := janesTokens(t, api, client)
	for _, tt := range tests {
		who := *jane
		id, access := old.ID, old.Access
		if tt.id != nil {
			id = api.pool.IDToken("jane", tt.id)
		}
		if tt.access != nil {
			access = api.pool.AccessToken("jane", tt.access)
		}
		if tt.who != nil {
			tt.who(&who)
		}
		old.Nonce = "nonce-1"
		api.script(result(string(id), string(access), "refresh-2"))
		tokens, identity, err := client.Refresh(t.Context(), old, &who)
		var refused *cognito.VerifyError
		switch {
		case tt.check == "" && err != nil:
			t.Errorf("Refresh with %s = %v, want no error", tt.name, err)
		case tt.check != "" && (!errors.As(err, &refused) || string(refused.Check) != tt.check):
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
	synctest.Test(t, func(t *testing.T) {
		api, client := newAPI(t, "")
		old, who := janesTokens(t, api, client)
		for expiresIn, want := range map[int]time.Duration{0: time.Hour, -5: time.Hour, 300: 5 * time.Minute, 86400: 24 * time.Hour, 86401: time.Hour, 2147483647: time.Hour} {
			body := fmt.Sprintf(`{"AuthenticationResult":{"IdToken":%q,"AccessToken":%q,"ExpiresIn":%d}}`, string(old.ID), string(old.Access), expiresIn)
			api.script(answer{body: body})
			tokens, _, err := client.Refresh(t.Context(), old, who)
			if got := time.Until(tokens.Expiry).Round(time.Second); err != nil || got != want {
				t.Errorf("Refresh with ExpiresIn %d = tokens for %v, %v, want %v", expiresIn, got, err, want)
			}
		}
	})
}

// withoutID is an answer that has no ID token.
func withoutID(access, refresh string) answer {
	body, _ := json.Marshal(object{"AuthenticationResult": object{"AccessToken": access, "RefreshToken": refresh, "ExpiresIn": 3600, "TokenType": "Bearer"}})
	return answer{body: string(body)}
}

// TestR4_NoIDToken: an answer without an ID token, of either operation, keeps
// the identity and the old ID token. Groups and scopes are those of the new
// access token, which is verified and must be the same user's.
func TestR4_NoIDToken(t *testing.T) {
	old := refusal("UnsupportedOperationException", "")
	for name, before := range map[string][]answer{"GetTokensFromRefreshToken": nil, "REFRESH_TOKEN_AUTH": {old}} {
		for _, rotated := range []string{"", "refresh-2"} {
			api, client := newAPI(t, clientSecret)
			tokens, who := janesTokens(t, api, client)
			tokens.Nonce, who.UserID = "nonce-1", "app-user-1"
			access := string(api.pool.AccessToken("jane", set("cognito:groups", []string{"editors"})))
			api.script(append(before, withoutID(access, rotated))...)
			next, id, err := client.Refresh(t.Context(), tokens, who)
			if err != nil {
				t.Fatalf("%s: Refresh = %v, want no error", name, err)
			}
			if id.Subject != who.Subject || id.Email != "jane@example.com" || id.UserID != "app-user-1" || !reflect.DeepEqual(id.Groups, []string{"editors"}) || len(id.Scopes) == 0 {
				t.Errorf("%s: identity = %+v, want jane's with the new groups", name, id)
			}
			if next.ID != tokens.ID || string(next.Access) != access || string(next.Refresh) != cmp.Or(rotated, "refresh-1") || next.Nonce != "nonce-1" {
				t.Errorf("%s: Refresh has not the old ID token, the new access token and refresh token %q", name, cmp.Or(rotated, "refresh-1"))
			}
			if left := time.Until(next.Expiry); left < 59*time.Minute || left > time.Hour {
				t.Errorf("%s: tokens for %v, want an hour", name, left)
			}

			if _, err := api.pool.AddUser(cognitotest.User{Username: "joe"}); err != nil {
				t.Fatal(err)
			}
			for what, bad := range map[string]string{"another user's": string(api.pool.AccessToken("joe")), "an ID token as": string(api.pool.IDToken("jane")), "a changed": access[:len(access)-4] + "AAAA"} {
				api.script(withoutID(bad, ""))
				if _, id, err := client.Refresh(t.Context(), tokens, who); err == nil || id != nil || errors.Is(err, cognito.ErrInvalidGrant) {
					t.Errorf("%s: Refresh with %s access token = %v, %v, want a VerifyError alone", name, what, id, err)
				} else if _, ok := errors.AsType[*cognito.VerifyError](err); !ok {
					t.Errorf("%s: Refresh with %s access token = %v, want a VerifyError", name, what, err)
				}
			}
			api.script(withoutID(access, ""))
			if _, id, err := client.Refresh(t.Context(), tokens, nil); err != nil || id.Subject != who.Subject {
				t.Errorf("%s: Refresh(no identity) = %v, %v, want the access token's user", name, id, err)
			}
		}
	}
}

// TestR4_NoIDTokenInSession: a session of an own form lives on where Cognito
// sends no ID token with a refresh.
func TestR4_NoIDTokenInSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, client := newAPI(t, clientSecret, func(c *userpool.Config) { c.Pool.Now = time.Now })
		tokens, who := janesTokens(t, api, client)
		tokens.Expiry = time.Now().Add(time.Hour)
		cfg := api.pool.Config()
		cfg.Now = time.Now
		sessions, err := session.New(session.Config{Pool: cfg, Keys: []session.Key{session.NewKey()}, BaseURL: "https://app.example.com", Refresher: client})
		if err != nil {
			t.Fatal(err)
		}
		rec := httptest.NewRecorder()
		if err := sessions.Start(rec, httptest.NewRequest("POST", "/", nil), who, tokens); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			time.Sleep(56 * time.Minute)
			access := string(api.pool.AccessToken("jane", set("iat", time.Now().Unix()), set("exp", time.Now().Add(time.Hour).Unix()), set("cognito:groups", []string{"editors"})))
			api.script(withoutID(access, ""))
			r := httptest.NewRequest("GET", "/", nil)
			for _, k := range rec.Result().Cookies() {
				r.AddCookie(k)
			}
			rec = httptest.NewRecorder()
			s, err := sessions.Current(rec, r)
			if err != nil {
				t.Fatalf("Current = %v, want the session", err)
			}
			if got, err := s.Tokens(t.Context()); err != nil || string(got.Access) != access || string(got.Refresh) != "refresh-1" {
				t.Errorf("Tokens = %v, %v, want the new access token and the refresh token", got, err)
			}
			if id := s.Identity(); id.Email != "jane@example.com" || !id.HasGroup("editors") {
				t.Errorf("Identity = %+v, want jane's with the new groups", id)
			}
		}
	})
}

// TestR7_Refresh: a refresh that is turned away for the rate, or is not
// answered, is one call. Its error says how long a pause Cognito asks for.
func TestR7_Refresh(t *testing.T) {
	busy := refusal("TooManyRequestsException", "Rate exceeded")
	busy.header.Set("Retry-After", "120")
	down := refusal("InternalErrorException", "")
	down.status = 503
	down.header.Set("Retry-After", "Wed, 02 Jan 2030 03:05:35 GMT")
	down.header.Set("Date", "Wed, 02 Jan 2030 03:04:05 GMT")
	page := answer{status: 503, body: "<html>busy", header: http.Header{"Content-Type": {"text/html"}, "Retry-After": {"7"}}}
	limited := busy
	limited.status = 429
	wrong := refusal("InvalidParameterException", "no")
	wrong.header.Set("Retry-After", "120")
	for name, tt := range map[string]struct {
		says answer
		wait time.Duration
	}{
		"429": {limited, 2 * time.Minute}, "503": {down, 90 * time.Second}, "a proxy's 503": {page, 7 * time.Second},
		"400": {wrong, 0}, "no connection": {answer{err: dialError}, 0},
	} {
		api, client := newAPI(t, clientSecret)
		tokens, who := janesTokens(t, api, client)
		api.script(tt.says)
		_, _, err := client.Refresh(t.Context(), tokens, who)
		if e := asError(t, err); e.Wait != tt.wait || e.RetryAfter() != tt.wait {
			t.Errorf("%s: Wait = %v, RetryAfter() = %v, want %v (%v)", name, e.Wait, e.RetryAfter(), tt.wait, err)
		}
		if n := len(api.made()); n != 1 {
			t.Errorf("%s: %d calls, want 1", name, n)
		}
	}
}
