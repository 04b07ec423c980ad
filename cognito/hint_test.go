package cognito_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// TestE2_VerifyHints: every check that can refuse a token says what to look
// at.
func TestE2_VerifyHints(t *testing.T) {
	for check, setting := range map[cognito.Check]string{
		"size": "a part", "format": "as Cognito writes them", "header": "as Cognito writes them", "alg": "as Cognito writes them",
		"claims": "as Cognito writes them", "kid": "another user pool", "signature": "COGNITO_ISSUER", "keys": "jwks.json",
		"iss": "ReplicaRegions", "sub": "different users", "token_use": "access token", "aud": "COGNITO_CLIENT_ID", "client_id": "OtherClientIDs",
		"exp": "clock is fast", "iat": "clock is slow", "nbf": "ClockSkew", "auth_time": "clock is slow", "nonce": "Attempt", "at_hash": "Attempt",
		"tenant": "Tenants",
	} {
		e := &cognito.VerifyError{Check: check, Err: errors.New("x")}
		if !strings.Contains(e.Hint(), setting) {
			t.Errorf("Hint of the check %s = %q, want %q in it", check, e.Hint(), setting)
		}
	}
	if hint := (&cognito.VerifyError{Check: "unheard of"}).Hint(); hint != "" {
		t.Errorf("Hint of an unknown check = %q, want none", hint)
	}
}

// TestE2_GuardHints: whatever code a guard refuses a request with, its log
// line says what the caller, or the developer, can do.
func TestE2_GuardHints(t *testing.T) {
	pool := newPool(t)
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	bearer := cognito.Bearer{Verifier: newVerifier(t, pool)}
	offline := newVerifier(t, pool, func(c *cognito.Config) {
		c.HTTPClient = &http.Client{Transport: failing{}}
	})
	token := func(claim string, value any) string {
		return "Bearer " + string(pool.AccessToken("jane", set(claim, value)))
	}
	tests := []struct {
		authenticator cognito.Authenticator
		field, code   string
		hint          string
	}{
		{bearer, "", "credentials_required", "Authorization with Bearer"},
		{bearer, "Bearer a b", "invalid_request", "one space"},
		{bearer, token("exp", pool.Now().Add(-time.Hour).Unix()), "token_expired", "fresh one"},
		{bearer, "Bearer " + string(pool.IDToken("jane")), "wrong_token", "has to send the access token"},
		{bearer, "Bearer " + string(pool.Tokens("jane").Refresh), "wrong_token", "has to send the access token"},
		{bearer, token("iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_another00"), "invalid_token", "COGNITO_USER_POOL_ID"},
		{bearer, token("client_id", "6mallory"), "invalid_token", "Config.OtherClientIDs"},
		{bearer, token("iat", pool.Now().Add(10*time.Minute).Unix()), "invalid_token", "clock is slow"},
		{bearer, "Bearer abc", "invalid_token", "as Cognito writes them"},
		{cognito.Bearer{Verifier: offline}, token("scope", "x"), "credentials_unchecked", "jwks.json"},
		{door(func(*http.Request) (*cognito.Identity, error) { return nil, errors.New("no database") }), "", "credentials_unchecked", "err says why"},
	}
	for _, tt := range tests {
		log.Reset()
		var fields []string
		if tt.field != "" {
			fields = []string{tt.field}
		}
		_ = call(cognito.Guard{Logger: logger, Authenticator: tt.authenticator, Now: pool.Now}.Require(http.HandlerFunc(sub)), "GET", "/", fields...)
		line := log.String()
		_, hint, _ := strings.Cut(line, "hint=")
		if !strings.Contains(line, "code="+tt.code) || !strings.Contains(hint, tt.hint) {
			t.Errorf("the log of %s = %s, want a hint with %q", tt.code, line, tt.hint)
		}
	}
}
