package userpool_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// signedInExample is examplePool after jane has signed in.
func signedInExample(opts ...cognitotest.Option) (*cognitotest.Pool, *userpool.Client, *userpool.Step) {
	pool, client := examplePool(cognitotest.User{}, opts...)
	step, err := client.SignIn(context.Background(), userpool.Credentials{Username: "jane", Password: "Correct-horse-1", Flow: plainly})
	if err != nil {
		log.Fatal(err)
	}
	return pool, client, step
}

// A new e-mail address counts as verified once its code is entered.
func ExampleClient_UpdateUserAttributes() {
	pool, client, step := signedInExample()
	ctx, token := context.Background(), step.Tokens.Access
	sent, err := client.UpdateUserAttributes(ctx, token, map[string]string{"email": "jane@example.org", "name": "Jane Doe"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("a code went to", sent[0].Destination)
	show := func() {
		user, err := client.GetUser(ctx, token)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(user.Name, user.Email, user.EmailVerified)
	}
	show()
	if err := client.VerifyUserAttribute(ctx, token, "email", pool.LastCode("jane@example.org")); err != nil {
		log.Fatal(err)
	}
	show()
	// Output:
	// a code went to j***@e***
	// Jane Doe jane@example.org false
	// Jane Doe jane@example.org true
}

func ExampleClient_ChangePassword() {
	_, client, step := signedInExample()
	ctx := context.Background()
	err := client.ChangePassword(ctx, step.Tokens.Access, "not-this-one", "Battery-staple-2")
	fmt.Println(userpool.NoticeFor(err).Text)
	err = client.ChangePassword(ctx, step.Tokens.Access, "Correct-horse-1", "short")
	fmt.Println(userpool.NoticeFor(err).Text)
	fmt.Println(client.ChangePassword(ctx, step.Tokens.Access, "Correct-horse-1", "Battery-staple-2"))
	// Output:
	// The current password is incorrect.
	// Choose a longer password.
	// <nil>
}

// A user turns on an authenticator app: the secret, the first code, and the
// wish to be asked at the next sign-in.
func ExampleClient_AssociateSoftwareToken() {
	pool, client, step := signedInExample(cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true}))
	ctx, access := context.Background(), step.Tokens.Access
	secret, err := client.AssociateSoftwareToken(ctx, access)
	if err != nil {
		log.Fatal(err)
	}
	_ = secret.URI("Example Shop", "jane@example.com") // for the QR code
	if err := client.VerifySoftwareToken(ctx, access, codeOf(secret, pool.Now()), "phone"); err != nil {
		log.Fatal(err)
	}
	if err := client.SetUserMFAPreference(ctx, access, userpool.MFAPreference{SoftwareToken: userpool.MFAPreferred}); err != nil {
		log.Fatal(err)
	}
	pool.Advance(30 * time.Second) // each code counts once
	step, err = client.SignIn(ctx, userpool.Credentials{Username: "jane", Password: "Correct-horse-1"})
	if err != nil {
		log.Fatal(err)
	}
	ask := step.Challenge.(*userpool.TOTPCode)
	fmt.Println(ask.Name(), ask.DeviceName)
	step, err = ask.Answer(ctx, codeOf(secret, pool.Now()))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(step.Identity.Username)
	// Output:
	// SOFTWARE_TOKEN_MFA phone
	// jane
}

// A session.Manager refreshes by itself; this is what it does. In a pool that
// rotates refresh tokens the new one takes the place of the old one.
func ExampleClient_Refresh() {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{RefreshTokenRotation: true, ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH"}}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1"}); err != nil {
		log.Fatal(err)
	}
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	step, err := client.SignIn(ctx, userpool.Credentials{Username: "jane", Password: "Correct-horse-1"})
	if err != nil {
		log.Fatal(err)
	}
	tokens, who, err := client.Refresh(ctx, step.Tokens, step.Identity)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(who.Username, tokens.Refresh != "", tokens.Refresh != step.Tokens.Refresh)
	_, _, err = client.Refresh(ctx, step.Tokens, step.Identity) // the old one again
	fmt.Println(errors.Is(err, cognito.ErrInvalidGrant))
	// Output:
	// jane true true
	// true
}

// A sign-out of one device.
func ExampleClient_Revoke() {
	_, client, step := signedInExample()
	ctx := context.Background()
	if err := client.Revoke(ctx, step.Tokens.Refresh); err != nil {
		log.Fatal(err)
	}
	_, _, err := client.Refresh(ctx, step.Tokens, step.Identity)
	fmt.Println(errors.Is(err, cognito.ErrInvalidGrant))
	_, err = client.GetUser(ctx, step.Tokens.Access)
	fmt.Println(errors.Is(err, userpool.ErrAccessToken))
	// Output:
	// true
	// true
}

// A sign-out of all devices.
func ExampleClient_GlobalSignOut() {
	_, client, step := signedInExample()
	ctx := context.Background()
	other, err := client.SignIn(ctx, userpool.Credentials{Username: "jane", Password: "Correct-horse-1"})
	if err != nil {
		log.Fatal(err)
	}
	if err := client.GlobalSignOut(ctx, step.Tokens.Access); err != nil {
		log.Fatal(err)
	}
	_, err = client.GetUser(ctx, other.Tokens.Access)
	fmt.Println(errors.Is(err, userpool.ErrAccessToken))
	_, _, err = client.Refresh(ctx, other.Tokens, other.Identity)
	fmt.Println(errors.Is(err, cognito.ErrInvalidGrant))
	// Output:
	// true
	// true
}

func ExampleClient_DeleteUser() {
	_, client, step := signedInExample()
	ctx := context.Background()
	if err := client.DeleteUser(ctx, step.Tokens.Access); err != nil {
		log.Fatal(err)
	}
	_, err := client.SignIn(ctx, userpool.Credentials{Username: "jane", Password: "Correct-horse-1"})
	fmt.Println(errors.Is(err, userpool.ErrNotAuthorized))
	// Output: true
}

// A call with AWS credentials is made with the SDK; its error is told like
// those of this package.
func ExampleClient_Explain() {
	pool, client := examplePool(cognitotest.User{})
	cfg := pool.Config()
	sdk := cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region: "eu-west-1", HTTPClient: pool.Client(), BaseEndpoint: aws.String(cfg.EndpointURL()),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	})
	ctx, name := context.Background(), "jane"

	_, err := sdk.AdminCreateUser(ctx, &cognitoidentityprovider.AdminCreateUserInput{UserPoolId: &cfg.UserPoolID, Username: &name})
	if err = client.Explain("AdminCreateUser", err); errors.Is(err, userpool.ErrUsernameExists) {
		fmt.Println(userpool.NoticeFor(err).Key)
	}
	// Output:
	// address_taken
}
