package userpool_test

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// onEmulator returns an emulated pool whose app client has a secret, and a
// Client of it; each edit may change the Client's Config.
func onEmulator(t testing.TB, app cognitotest.AppClient, edit ...func(*userpool.Config)) (*cognitotest.Pool, *userpool.Client) {
	t.Helper()
	app.ID = clientID
	pool := cognitotest.NewPool(cognitotest.WithID(poolID), cognitotest.WithClient(app))
	cfg := userpool.Config{Pool: pool.Config()}
	cfg.Pool.Logger = slog.New(slog.DiscardHandler)
	for _, e := range edit {
		e(&cfg)
	}
	client, err := userpool.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return pool, client
}

// TestU1_AccountOnEmulator: a confidential client's hashes satisfy the
// emulator from sign-up to a new password, by name and by alias.
func TestU1_AccountOnEmulator(t *testing.T) {
	pool, client := onEmulator(t, cognitotest.AppClient{Secret: clientSecret})
	ctx := t.Context()
	_, err := client.SignUp(ctx, userpool.NewUser{Username: "jane", Password: "Correct-Horse-1", Attributes: map[string]string{"email": alias}})
	if err != nil {
		t.Fatalf("SignUp = %v, want no error", err)
	}
	if _, err := client.ResendConfirmationCode(ctx, "jane"); err != nil {
		t.Errorf("ResendConfirmationCode = %v, want no error", err)
	}
	code := pool.LastCode(alias)
	if _, err := client.ConfirmSignUp(ctx, userpool.Confirmation{Username: "jane", Code: other(code)}); !errors.Is(err, userpool.ErrCodeMismatch) {
		t.Errorf("ConfirmSignUp with a wrong code = %v, want ErrCodeMismatch", err)
	}
	if _, err := client.ConfirmSignUp(ctx, userpool.Confirmation{Username: "jane", Code: code}); err != nil {
		t.Errorf("ConfirmSignUp = %v, want no error", err)
	}
	if _, err := client.SignUp(ctx, userpool.NewUser{Username: "jane", Password: "Correct-Horse-1"}); !errors.Is(err, userpool.ErrUsernameExists) {
		t.Errorf("SignUp for the second time = %v, want ErrUsernameExists", err)
	}
	sent, err := client.ForgotPassword(ctx, alias)
	if err != nil || sent == nil || sent.Medium != "EMAIL" {
		t.Errorf("ForgotPassword = %+v, %v, want a code by e-mail", sent, err)
	}
	reset := userpool.PasswordReset{Username: alias, Code: pool.LastCode(alias), NewPassword: "weak"}
	if err := client.ConfirmForgotPassword(ctx, reset); !errors.Is(err, userpool.ErrInvalidPassword) {
		t.Errorf("ConfirmForgotPassword with a weak password = %v, want ErrInvalidPassword", err)
	}
	reset.NewPassword = "Battery-Staple-2"
	if err := client.ConfirmForgotPassword(ctx, reset); err != nil {
		t.Errorf("ConfirmForgotPassword = %v, want no error", err)
	}
}

// other is a code that is not this one.
func other(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

// TestU3_ResetOnEmulator: one page for a reset of anybody, with app clients of
// both kinds.
func TestU3_ResetOnEmulator(t *testing.T) {
	for _, reveal := range []bool{false, true} {
		pool, client := onEmulator(t, cognitotest.AppClient{RevealUserExistence: reveal})
		if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: alias, EmailVerified: true}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"jane", "nobody"} {
			_, err := client.ForgotPassword(t.Context(), name)
			if err != nil && !userpool.RevealsAccount(err) {
				t.Errorf("ForgotPassword(%s) with RevealUserExistence %t = %v, want nil or what tells of the account", name, reveal, err)
			}
			wrong := userpool.PasswordReset{Username: name, Code: other(pool.LastCode(alias)), NewPassword: "Battery-Staple-2"}
			err = client.ConfirmForgotPassword(t.Context(), wrong)
			if got := userpool.NoticeFor(err).Key; got != "code" {
				t.Errorf("NoticeFor(ConfirmForgotPassword(%s) with a wrong code and RevealUserExistence %t) = %s (%v), want code", name, reveal, got, err)
			}
		}
	}
}

// TestE2_FirstErrorsOnEmulator: what a newcomer meets first has its reason on
// the emulator too.
func TestE2_FirstErrorsOnEmulator(t *testing.T) {
	tests := []struct {
		name   string
		secret cognito.Secret // of the app client
		edit   func(*userpool.Config)
		want   string
	}{
		{"secret missing", clientSecret, func(c *userpool.Config) { c.Pool.ClientSecret = "" }, "secret_missing"},
		{"secret wrong", clientSecret, func(c *userpool.Config) { c.Pool.ClientSecret = "another" }, "secret_wrong"},
		{"secret superfluous", "", func(c *userpool.Config) { c.Pool.ClientSecret = "superfluous" }, "secret_wrong"},
		{"unknown client", "", func(c *userpool.Config) { c.Pool.ClientID = "6mallory" }, "unknown_client"},
	}
	for _, tt := range tests {
		_, client := onEmulator(t, cognitotest.AppClient{Secret: tt.secret}, tt.edit)
		_, err := client.ForgotPassword(t.Context(), "jane")
		if err == nil || string(asError(t, err).Reason) != tt.want || asError(t, err).Fix == "" {
			t.Errorf("ForgotPassword with %s = %v, want the reason %s and what to do", tt.name, err, tt.want)
		}
	}
	pool, client := onEmulator(t, cognitotest.AppClient{})
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: alias, EmailVerified: true}); err != nil {
		t.Fatal(err)
	}
	_, err := client.GetUser(t.Context(), pool.AccessToken("jane", set("scope", "openid email")))
	if err == nil || asError(t, err).Reason != "scope_missing" {
		t.Errorf("GetUser without the scope = %v, want scope_missing", err)
	}
	signedOut := pool.AccessToken("jane")
	if err := pool.SignOutUser("jane"); err != nil {
		t.Fatal(err)
	}
	for _, token := range []cognito.AccessToken{signedOut, "no.such.token"} {
		if _, err = client.GetUser(t.Context(), token); !errors.Is(err, userpool.ErrAccessToken) {
			t.Errorf("GetUser with a token that is over = %v, want ErrAccessToken", err)
		}
	}
}
