package userpool_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// TestE7_EveryCallFollowsTheSecret: each call that proves the app client knows a
// secret which Cognito no longer takes. It asks the source again, is repeated
// once, and succeeds.
func TestE7_EveryCallFollowsTheSecret(t *testing.T) {
	const password, next, secret = "Correct-Horse-1", "Battery-Staple-2", "theSecretThatCognitoTakes"
	signIn := func(flow userpool.Flow) func(context.Context, *userpool.Client, *cognitotest.Pool, cognito.Tokens) error {
		return func(ctx context.Context, c *userpool.Client, _ *cognitotest.Pool, _ cognito.Tokens) error {
			who := userpool.Credentials{Username: "jane", Password: password, Flow: flow}
			if flow == userpool.FlowChoice {
				who.First = userpool.FactorPassword
			}
			_, err := c.SignIn(ctx, who)
			return err
		}
	}
	calls := []struct {
		name string
		do   func(context.Context, *userpool.Client, *cognitotest.Pool, cognito.Tokens) error
	}{
		{"SignIn, SRP", signIn(userpool.FlowSRP)},
		{"SignIn, password", signIn(userpool.FlowPassword)},
		{"SignIn, choice", signIn(userpool.FlowChoice)},
		{"Refresh", func(ctx context.Context, c *userpool.Client, _ *cognitotest.Pool, old cognito.Tokens) error {
			_, _, err := c.Refresh(ctx, old, nil)
			return err
		}},
		{"Revoke", func(ctx context.Context, c *userpool.Client, _ *cognitotest.Pool, old cognito.Tokens) error {
			return c.Revoke(ctx, old.Refresh)
		}},
		{"SignUp", func(ctx context.Context, c *userpool.Client, _ *cognitotest.Pool, _ cognito.Tokens) error {
			_, err := c.SignUp(ctx, userpool.NewUser{Username: "mary", Password: password, Attributes: map[string]string{"email": "mary@example.com"}})
			return err
		}},
		{"ResendConfirmationCode", func(ctx context.Context, c *userpool.Client, _ *cognitotest.Pool, _ cognito.Tokens) error {
			_, err := c.ResendConfirmationCode(ctx, "new")
			return err
		}},
		{"ConfirmSignUp", func(ctx context.Context, c *userpool.Client, pool *cognitotest.Pool, _ cognito.Tokens) error {
			_, err := c.ConfirmSignUp(ctx, userpool.Confirmation{Username: "new", Code: pool.LastCode("new@example.com")})
			return err
		}},
		{"ForgotPassword", func(ctx context.Context, c *userpool.Client, _ *cognitotest.Pool, _ cognito.Tokens) error {
			_, err := c.ForgotPassword(ctx, "jane")
			return err
		}},
		{"ConfirmForgotPassword", func(ctx context.Context, c *userpool.Client, pool *cognitotest.Pool, _ cognito.Tokens) error {
			return c.ConfirmForgotPassword(ctx, userpool.PasswordReset{Username: "kate", Code: pool.LastCode("kate@example.com"), NewPassword: next})
		}},
	}
	for _, call := range calls {
		t.Run(call.name, func(t *testing.T) {
			ctx := t.Context()
			pool, known := onEmulator(t, cognitotest.AppClient{
				Secret:            secret,
				ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
			})
			for _, name := range []string{"jane", "kate"} {
				if _, err := pool.AddUser(cognitotest.User{Username: name, Email: name + "@example.com", EmailVerified: true, Password: password}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := known.SignUp(ctx, userpool.NewUser{Username: "new", Password: password, Attributes: map[string]string{"email": "new@example.com"}}); err != nil {
				t.Fatal(err)
			}
			if _, err := known.ForgotPassword(ctx, "kate"); err != nil {
				t.Fatal(err)
			}
			step, err := known.SignIn(ctx, userpool.Credentials{Username: "jane", Password: password, Flow: plainly})
			if err != nil {
				t.Fatal(err)
			}

			asked := 0
			cfg := userpool.Config{Pool: pool.Config()}
			cfg.Pool.ClientSecret, cfg.Pool.Logger = "", slog.New(slog.DiscardHandler)
			cfg.Pool.ClientSecretSource = func(context.Context) (cognito.Secret, error) {
				if asked++; asked == 1 {
					return "theSecretThatWasDeleted", nil
				}
				return secret, nil
			}
			client, err := userpool.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if err := call.do(ctx, client, pool, step.Tokens); err != nil {
				t.Errorf("with a secret that was deleted: %v, want success after the source was asked again", err)
			}
			if asked != 2 {
				t.Errorf("the source was asked %d times, want 2", asked)
			}
		})
	}
}
