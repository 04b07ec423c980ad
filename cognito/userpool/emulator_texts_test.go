package userpool_test

import (
	"context"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// newcomer is who makes the mistakes of TestE2_FullTextsOnEmulator: the
// emulator has the confirmed user jane, and jim who is not.
type newcomer struct {
	pool   *cognitotest.Pool
	client *userpool.Client
}

func (n newcomer) signIn(ctx context.Context, who userpool.Credentials) error {
	_, err := n.client.SignIn(ctx, who)
	return err
}

// TestE2_FullTextsOnEmulator: each error that a newcomer meets first, as it
// stands in the log, from the call to the emulator and back.
func TestE2_FullTextsOnEmulator(t *testing.T) {
	jane := userpool.Credentials{Username: "jane", Password: rightWord}
	with := func(flow userpool.Flow) userpool.Credentials {
		return userpool.Credentials{Username: "jane", Password: rightWord, Flow: flow}
	}
	const (
		badHash = `NotAuthorizedException ("Unable to verify secret hash for client 7exampleclientid0a1b2c3d"): ` +
			`the app client's secret is missing or wrong: compare ClientSecret of cognito.Config (COGNITO_CLIENT_SECRET) with it; for a public client, leave ClientSecret empty; this is app client 7exampleclientid0a1b2c3d`
		noClient = `the user-pool API does not know the app client: compare COGNITO_CLIENT_ID, COGNITO_ENDPOINT and COGNITO_USER_POOL_ID, which contains the region; there is no app client 7exampleclientid0a1b2c3d in region us-east-1`
		expired  = `ExpiredCodeException ("Invalid code provided, please request a code again.")`
		mismatch = `CodeMismatchException ("Invalid verification code provided, please try again.")`
		limit    = `LimitExceededException ("Attempt limit exceeded, please try after some time.")`
		locked   = `NotAuthorizedException ("Password attempts exceeded")`
		wrong    = `NotAuthorizedException ("Incorrect username or password.")`
	)
	tests := []struct {
		name   string
		secret cognito.Secret // of the app client
		flows  []string       // of the app client; none are the default
		edit   func(*userpool.Config)
		do     func(ctx context.Context, n newcomer) error
		want   string
	}{
		{name: "flow not enabled", do: func(ctx context.Context, n newcomer) error { return n.signIn(ctx, with(userpool.FlowPassword)) },
			want: `userpool: InitiateAuth: InvalidParameterException ("USER_PASSWORD_AUTH flow not enabled for this client"): the app client does not allow this flow: add it to ExplicitAuthFlows; ALLOW_USER_PASSWORD_AUTH is missing for app client 7exampleclientid0a1b2c3d`},
		{name: "choice not enabled", do: func(ctx context.Context, n newcomer) error {
			return n.signIn(ctx, userpool.Credentials{Username: "jane", Flow: userpool.FlowChoice})
		},
			want: `userpool: InitiateAuth: InvalidParameterException ("USER_AUTH flow not enabled for this client"): the app client does not allow this flow: add it to ExplicitAuthFlows; ALLOW_USER_AUTH is missing for app client 7exampleclientid0a1b2c3d`},
		{name: "secret missing", flows: allFlows, secret: "s3cret", edit: func(c *userpool.Config) { c.Pool.ClientSecret = "" },
			do:   func(ctx context.Context, n newcomer) error { return n.signIn(ctx, with(plainly)) },
			want: `userpool: InitiateAuth: NotAuthorizedException ("Client 7exampleclientid0a1b2c3d is configured with secret but SECRET_HASH was not received"): the app client's secret is missing or wrong: compare ClientSecret of cognito.Config (COGNITO_CLIENT_SECRET) with it; for a public client, leave ClientSecret empty; app client 7exampleclientid0a1b2c3d has a secret, and none was configured`},
		{name: "secret wrong", flows: allFlows, secret: "s3cret", edit: func(c *userpool.Config) { c.Pool.ClientSecret = "another" },
			do: func(ctx context.Context, n newcomer) error { return n.signIn(ctx, with(plainly)) }, want: `userpool: InitiateAuth: ` + badHash},
		{name: "secret superfluous", flows: allFlows, edit: func(c *userpool.Config) { c.Pool.ClientSecret = "superfluous" },
			do: func(ctx context.Context, n newcomer) error { return n.signIn(ctx, with(plainly)) }, want: `userpool: InitiateAuth: ` + badHash},
		{name: "wrong region", flows: allFlows, edit: func(c *userpool.Config) {
			c.Pool.UserPoolID, c.SDK = "us-east-1_aB3dE5gH7", nil
			c.Pool.HTTPClient = cognitotest.NewPool(cognitotest.WithID("us-east-1_Another00")).Client() // what answers in that region
		}, do: func(ctx context.Context, n newcomer) error { return n.signIn(ctx, with(plainly)) },
			want: `userpool: InitiateAuth: ResourceNotFoundException ("User pool client 7exampleclientid0a1b2c3d does not exist."): ` + noClient},
		{name: "wrong password", do: func(ctx context.Context, n newcomer) error {
			return n.signIn(ctx, userpool.Credentials{Username: "jane", Password: "wrong"})
		}, want: `userpool: RespondToAuthChallenge: ` + wrong},
		{name: "nobody", do: func(ctx context.Context, n newcomer) error {
			return n.signIn(ctx, userpool.Credentials{Username: "nobody", Password: "wrong"})
		}, want: `userpool: RespondToAuthChallenge: ` + wrong},
		{name: "not confirmed", do: func(ctx context.Context, n newcomer) error {
			return n.signIn(ctx, userpool.Credentials{Username: "jim", Password: rightWord})
		}, want: `userpool: RespondToAuthChallenge: UserNotConfirmedException ("User is not confirmed.")`},
		{name: "not confirmed, and a wrong password", do: func(ctx context.Context, n newcomer) error {
			return n.signIn(ctx, userpool.Credentials{Username: "jim", Password: "wrong"})
		}, want: `userpool: RespondToAuthChallenge: UserNotConfirmedException ("User is not confirmed.")`}, // whatever the password
		{name: "wrong code", do: func(ctx context.Context, n newcomer) error {
			_, err := n.client.ConfirmSignUp(ctx, userpool.Confirmation{Username: "jim", Code: other(n.pool.LastCode("jim@example.com"))})
			return err
		}, want: `userpool: ConfirmSignUp: ` + mismatch},
		{name: "code of a sign-up expired", do: func(ctx context.Context, n newcomer) error {
			n.pool.Advance(25 * time.Hour)
			_, err := n.client.ConfirmSignUp(ctx, userpool.Confirmation{Username: "jim", Code: n.pool.LastCode("jim@example.com")})
			return err
		}, want: `userpool: ConfirmSignUp: ` + expired},
		{name: "code of a reset expired", do: func(ctx context.Context, n newcomer) error {
			if _, err := n.client.ForgotPassword(ctx, "jane"); err != nil {
				return err
			}
			n.pool.Advance(61 * time.Minute)
			return n.client.ConfirmForgotPassword(ctx, userpool.PasswordReset{Username: "jane", Code: n.pool.LastCode("jane@example.com"), NewPassword: "Battery-staple-2"})
		}, want: `userpool: ConfirmForgotPassword: ` + expired},
		{name: "too many codes", do: func(ctx context.Context, n newcomer) (err error) {
			for i := 0; i < 50 && err == nil; i++ {
				_, err = n.client.ForgotPassword(ctx, "jane")
			}
			return err
		}, want: `userpool: ForgotPassword: ` + limit},
		{name: "too many passwords", flows: allFlows, do: func(ctx context.Context, n newcomer) error {
			for range 5 {
				_ = n.signIn(ctx, userpool.Credentials{Username: "jane", Password: "wrong", Flow: plainly})
			}
			return n.signIn(ctx, jane)
		}, want: `userpool: InitiateAuth: ` + locked},
		{name: "weak password", do: func(ctx context.Context, n newcomer) error {
			_, err := n.client.SignUp(ctx, userpool.NewUser{Username: "kim", Password: "short"})
			return err
		}, want: `userpool: SignUp: InvalidPasswordException ("Password did not conform with policy: Password not long enough")`},
		{name: "name taken", do: func(ctx context.Context, n newcomer) error {
			_, err := n.client.SignUp(ctx, userpool.NewUser{Username: "jane", Password: rightWord})
			return err
		}, want: `userpool: SignUp: UsernameExistsException ("User already exists")`},
	}
	for _, tt := range tests {
		pool, right := onEmulator(t, cognitotest.AppClient{Secret: tt.secret, ExplicitAuthFlows: tt.flows})
		if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true, Password: rightWord}); err != nil {
			t.Fatal(err)
		}
		if _, err := right.SignUp(t.Context(), userpool.NewUser{Username: "jim", Password: rightWord, Attributes: map[string]string{"email": "jim@example.com"}}); err != nil {
			t.Fatal(err)
		}
		n := newcomer{pool, right}
		if tt.edit != nil {
			n.client = clientOf(t, pool, tt.edit)
		}
		if err := tt.do(t.Context(), n); err == nil || err.Error() != tt.want {
			t.Errorf("%s:\n got %v\nwant %s", tt.name, err, tt.want)
		}
	}
}
