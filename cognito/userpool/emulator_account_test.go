package userpool_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// signIn signs jane in by her e-mail address, at a confidential app client.
func signIn(t testing.TB, c *userpool.Client, password cognito.Secret) *userpool.Step {
	t.Helper()
	step, err := c.SignIn(t.Context(), userpool.Credentials{Username: alias, Password: password, Flow: plainly})
	if err != nil || step.Challenge != nil {
		t.Fatalf("SignIn = %+v, %v, want tokens", step, err)
	}
	return step
}

// wantUser checks what GetUser says.
func wantUser(t testing.TB, c *userpool.Client, token cognito.AccessToken, what string, check func(*userpool.User) bool) {
	t.Helper()
	if u, err := c.GetUser(t.Context(), token); err != nil || !check(u) {
		t.Errorf("GetUser %s = %+v, %v", what, u, err)
	}
}

func TestAttributesOnEmulator(t *testing.T) {
	pool, c := newPool(t, cognitotest.User{})
	if _, err := pool.AddUser(cognitotest.User{Username: "joe", Email: "joe@example.com", EmailVerified: true, Password: rightWord}); err != nil {
		t.Fatal(err)
	}
	ctx, token := t.Context(), signIn(t, c, rightWord).Tokens.Access

	sent, err := c.UpdateUserAttributes(ctx, token, map[string]string{"name": "Jane", "custom:plan": "gold"})
	if err != nil || len(sent) != 0 {
		t.Errorf("UpdateUserAttributes(name, plan) = %v, %v, want no code", sent, err)
	}
	wantUser(t, c, token, "after a change", func(u *userpool.User) bool { return u.Name == "Jane" && u.Custom["plan"] == "gold" && u.EmailVerified })
	if err := c.DeleteUserAttributes(ctx, token, "name"); err != nil {
		t.Error(err)
	}
	wantUser(t, c, token, "without a name", func(u *userpool.User) bool { return u.Name == "" && u.Custom["plan"] == "gold" })

	sent, err = c.UpdateUserAttributes(ctx, token, map[string]string{"email": "new@example.com"})
	if err != nil || len(sent) != 1 || sent[0].Medium != "EMAIL" || sent[0].Attribute != "email" {
		t.Errorf("UpdateUserAttributes(email) = %v, %v, want a code by e-mail", sent, err)
	}
	wantUser(t, c, token, "before the code", func(u *userpool.User) bool { return u.Email == "new@example.com" && !u.EmailVerified })
	first := pool.LastCode("new@example.com")
	if err := c.VerifyUserAttribute(ctx, token, "email", other(first)); !errors.Is(err, userpool.ErrCodeMismatch) {
		t.Errorf("VerifyUserAttribute(wrong code) = %v, want ErrCodeMismatch", err)
	}
	delivery, err := c.GetUserAttributeVerificationCode(ctx, token, "email")
	if err != nil || delivery == nil || delivery.Attribute != "email" {
		t.Errorf("GetUserAttributeVerificationCode = %+v, %v, want a code by e-mail", delivery, err)
	}
	second := pool.LastCode("new@example.com")
	if err := c.VerifyUserAttribute(ctx, token, "email", first); first != second && !errors.Is(err, userpool.ErrCodeMismatch) {
		t.Errorf("VerifyUserAttribute(the code before) = %v, want ErrCodeMismatch", err)
	}
	if err := c.VerifyUserAttribute(ctx, token, "email", second); err != nil {
		t.Errorf("VerifyUserAttribute = %v", err)
	}
	wantUser(t, c, token, "after the code", func(u *userpool.User) bool { return u.Email == "new@example.com" && u.EmailVerified })
	if err := c.VerifyUserAttribute(ctx, token, "email", second); !errors.Is(err, userpool.ErrCodeExpired) {
		t.Errorf("VerifyUserAttribute(used code) = %v, want ErrCodeExpired", err)
	}
	if _, err := c.SignIn(ctx, userpool.Credentials{Username: "new@example.com", Password: rightWord, Flow: plainly}); err != nil {
		t.Errorf("SignIn(new address) = %v", err)
	}

	if _, err := c.UpdateUserAttributes(ctx, token, map[string]string{"email": "joe@example.com"}); !errors.Is(err, userpool.ErrUsernameExists) {
		t.Errorf("UpdateUserAttributes(joe's address) = %v, want ErrUsernameExists", err)
	}
	if _, err := c.UpdateUserAttributes(ctx, token, map[string]string{"email_verified": "true"}); err == nil {
		t.Error("UpdateUserAttributes(email_verified) = nil, want an error")
	}
}

// TestChangePasswordOnEmulator: who is signed in stays so.
func TestChangePasswordOnEmulator(t *testing.T) {
	_, c := newPool(t, cognitotest.User{})
	ctx := t.Context()
	step := signIn(t, c, rightWord)
	for _, tt := range []struct {
		present, next cognito.Secret
		want          error
	}{
		{"wrong", "Battery-staple-2", userpool.ErrNotAuthorized},
		{rightWord, "short", userpool.ErrInvalidPassword},
		{rightWord, "Battery-staple-2", nil},
		{rightWord, "Battery-staple-3", userpool.ErrNotAuthorized},
	} {
		if err := c.ChangePassword(ctx, step.Tokens.Access, tt.present, tt.next); !errors.Is(err, tt.want) {
			t.Errorf("ChangePassword(%s, %s) = %v, want %v", string(tt.present), string(tt.next), err, tt.want)
		}
	}
	if _, _, err := c.Refresh(ctx, step.Tokens, step.Identity); err != nil {
		t.Errorf("Refresh after ChangePassword = %v, want tokens", err)
	}
	signIn(t, c, "Battery-staple-2")
}

// TestAuthenticatorAppOnEmulator: set up, asked for, told of, and off again.
func TestAuthenticatorAppOnEmulator(t *testing.T) {
	pool, c := newPool(t, cognitotest.User{Phone: phone, PhoneVerified: true}, mfa(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true, SMS: true})...)
	ctx, token := t.Context(), signIn(t, c, rightWord).Tokens.Access
	app, err := c.AssociateSoftwareToken(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetUserMFAPreference(ctx, token, userpool.MFAPreference{SoftwareToken: userpool.MFAPreferred}); err == nil || asError(t, err).Reason != "mfa_not_set_up" {
		t.Errorf("SetUserMFAPreference before the first code = %v, want mfa_not_set_up", err)
	}
	if err := c.VerifySoftwareToken(ctx, token, "000", "phone"); err == nil {
		t.Error("VerifySoftwareToken(000) = nil, want an error")
	}
	right := totp(string(app.Secret), pool.Now())
	if err := c.VerifySoftwareToken(ctx, token, other(right), "phone"); !errors.Is(err, userpool.ErrCodeMismatch) {
		t.Errorf("VerifySoftwareToken(wrong) = %v, want ErrCodeMismatch", err)
	}
	if err := c.VerifySoftwareToken(ctx, token, right, "phone"); err != nil {
		t.Fatal(err)
	}
	both := userpool.MFAPreference{SoftwareToken: userpool.MFAPreferred, SMS: userpool.MFAOn}
	if err := c.SetUserMFAPreference(ctx, token, both); err != nil {
		t.Fatal(err)
	}
	factors, err := c.GetUserAuthFactors(ctx, token)
	if err != nil || factors.PreferredMFA != "SOFTWARE_TOKEN_MFA" || len(factors.MFA) != 2 || !slices.Contains(factors.MFA, "SMS_MFA") {
		t.Errorf("GetUserAuthFactors = %+v, %v, want the app preferred, and SMS", factors, err)
	}
	wantUser(t, c, token, "with two factors", func(u *userpool.User) bool { return u.PreferredMFA == "SOFTWARE_TOKEN_MFA" && len(u.MFA) == 2 })
	pool.Advance(30 * time.Second) // each code counts once
	step, err := c.SignIn(ctx, userpool.Credentials{Username: alias, Password: rightWord, Flow: plainly})
	if err != nil {
		t.Fatal(err)
	}
	if step, err = as[*userpool.TOTPCode](t, step.Challenge).Answer(ctx, totp(string(app.Secret), pool.Now())); err != nil || step.Identity == nil {
		t.Errorf("Answer = %+v, %v, want tokens", step, err)
	}
	off := userpool.MFAPreference{SoftwareToken: userpool.MFAOff, SMS: userpool.MFAOff}
	if err := c.SetUserMFAPreference(ctx, token, off); err != nil {
		t.Error(err)
	}
	signIn(t, c, rightWord)
}

// TestRefreshOnEmulator: with rotation an old token is over, at once or after
// its grace, and without it stays.
func TestRefreshOnEmulator(t *testing.T) {
	for _, tt := range []struct {
		name   string
		client cognitotest.AppClient
		after  time.Duration // that the first token is sent again
		want   error
	}{
		{"kept", cognitotest.AppClient{}, time.Hour, nil},
		{"rotated", cognitotest.AppClient{RefreshTokenRotation: true}, 0, cognito.ErrInvalidGrant},
		{"rotated, within its grace", cognitotest.AppClient{RefreshTokenRotation: true, RetryGracePeriod: 10 * time.Second}, 9 * time.Second, nil},
		{"rotated, after its grace", cognitotest.AppClient{RefreshTokenRotation: true, RetryGracePeriod: 10 * time.Second}, 11 * time.Second, cognito.ErrInvalidGrant},
	} {
		tt.client.Secret, tt.client.ExplicitAuthFlows = "s3cret", []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"}
		if !tt.client.RefreshTokenRotation {
			tt.client.ExplicitAuthFlows = append(tt.client.ExplicitAuthFlows, "ALLOW_REFRESH_TOKEN_AUTH")
		}
		pool := cognitotest.NewPool(cognitotest.WithClient(tt.client))
		if _, err := pool.AddUser(cognitotest.User{Username: realName, Email: alias, EmailVerified: true, Password: rightWord}); err != nil {
			t.Fatal(err)
		}
		c := clientOf(t, pool)
		step := signIn(t, c, rightWord)
		tokens, who, err := c.Refresh(t.Context(), step.Tokens, step.Identity)
		if err != nil || who.Subject != step.Identity.Subject || tokens.Refresh == "" || (tokens.Refresh != step.Tokens.Refresh) != tt.client.RefreshTokenRotation {
			t.Errorf("%s: Refresh = %+v, %v, want a new refresh token: %t", tt.name, who, err, tt.client.RefreshTokenRotation)
		}
		pool.Advance(tt.after)
		_, _, err = c.Refresh(t.Context(), step.Tokens, step.Identity)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: Refresh with the first token again = %v, want %v", tt.name, err, tt.want)
		}
		if tokens.Refresh == "" {
			tokens.Refresh = step.Tokens.Refresh
		}
		if _, _, err := c.Refresh(t.Context(), tokens, who); err != nil {
			t.Errorf("%s: Refresh with the newest token = %v, want tokens", tt.name, err)
		}
	}
}

// TestO3_SignOutOnEmulator: RevokeToken ends one sign-in, GlobalSignOut all,
// and neither the next one.
func TestO3_SignOutOnEmulator(t *testing.T) {
	_, c := newPool(t, cognitotest.User{})
	ctx := t.Context()
	phone, laptop := signIn(t, c, rightWord), signIn(t, c, rightWord)
	over := func(what string, step *userpool.Step, want bool) {
		t.Helper()
		if _, err := c.GetUser(ctx, step.Tokens.Access); errors.Is(err, userpool.ErrAccessToken) != want || !want && err != nil {
			t.Errorf("GetUser %s = %v, want it over: %t", what, err, want)
		}
		if _, _, err := c.Refresh(ctx, step.Tokens, step.Identity); errors.Is(err, cognito.ErrInvalidGrant) != want || !want && err != nil {
			t.Errorf("Refresh %s = %v, want it over: %t", what, err, want)
		}
	}
	if err := c.Revoke(ctx, phone.Tokens.Refresh); err != nil {
		t.Error(err)
	}
	if err := c.Revoke(ctx, phone.Tokens.Refresh); err != nil {
		t.Errorf("RevokeToken again = %v, want no error", err)
	}
	over("of the revoked sign-in", phone, true)
	over("of the other one", laptop, false)
	if err := c.Revoke(ctx, cognito.RefreshToken(laptop.Tokens.Access)); err == nil || asError(t, err).Reason != "not_a_refresh_token" {
		t.Errorf("RevokeToken(access token) = %v, want not_a_refresh_token", err)
	}
	tablet := signIn(t, c, rightWord)
	if err := c.GlobalSignOut(ctx, tablet.Tokens.Access); err != nil {
		t.Error(err)
	}
	over("of the one that signed out everywhere", tablet, true)
	over("of another", laptop, true)
	over("of the next one", signIn(t, c, rightWord), false)
}

// TestDeleteUserOnEmulator: nothing is left, and the next user of that name is
// somebody else.
func TestDeleteUserOnEmulator(t *testing.T) {
	pool, c := newPool(t, cognitotest.User{})
	ctx := t.Context()
	step := signIn(t, c, rightWord)
	if err := c.DeleteUser(ctx, step.Tokens.Access); err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetUser(ctx, step.Tokens.Access); err == nil {
		t.Error("GetUser of a deleted user = nil, want an error")
	}
	if _, _, err := c.Refresh(ctx, step.Tokens, step.Identity); !errors.Is(err, cognito.ErrInvalidGrant) {
		t.Errorf("Refresh of a deleted user = %v, want ErrInvalidGrant", err)
	}
	if _, err := c.SignIn(ctx, userpool.Credentials{Username: alias, Password: rightWord, Flow: plainly}); !errors.Is(err, userpool.ErrNotAuthorized) {
		t.Errorf("SignIn of a deleted user = %v, want ErrNotAuthorized", err)
	}
	up, err := c.SignUp(ctx, userpool.NewUser{Username: realName, Password: rightWord, Attributes: map[string]string{"email": alias}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ConfirmSignUp(ctx, userpool.Confirmation{Username: realName, Code: lastCode(t, pool, alias)}); err != nil {
		t.Fatal(err)
	}
	if again := signIn(t, c, rightWord); again.Identity.Subject != up.Sub || up.Sub == step.Identity.Subject {
		t.Errorf("the next user is %s, and the deleted one was %s", again.Identity.Subject, step.Identity.Subject)
	}
}
