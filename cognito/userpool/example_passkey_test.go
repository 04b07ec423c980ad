package userpool_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/authenticator"
)

// A user adds a passkey on the profile page, and signs in with it later. In the
// app the page's script calls navigator.credentials; here an authenticator in
// memory takes its place.
func ExampleClient_StartWebAuthnRegistration() {
	_, client, step := signedInExample(
		cognitotest.WithFirstAuthFactors(cognitotest.FirstFactorPassword, cognitotest.FirstFactorPasskey),
		cognitotest.WithWebAuthn(cognitotest.WebAuthn{RelyingPartyID: "app.example.com"}),
	)
	ctx, page := context.Background(), "https://app.example.com"
	var device authenticator.Authenticator

	options, err := client.StartWebAuthnRegistration(ctx, step.Tokens.Access)
	if err != nil {
		log.Fatal(err)
	}
	credential, err := device.Create(options, page) // navigator.credentials.create
	if err != nil {
		log.Fatal(err)
	}
	if err := client.CompleteWebAuthnRegistration(ctx, step.Tokens.Access, credential); err != nil {
		log.Fatal(err)
	}

	step, err = client.SignIn(ctx, userpool.Credentials{
		Username: "jane", Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn,
	})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.Challenge.(*userpool.WebAuthn)
	credential, err = device.Get(asked.Options, page) // navigator.credentials.get
	if err != nil {
		log.Fatal(err)
	}
	step, err = asked.Answer(ctx, credential)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.Identity.Username)
	// Output:
	// signed in: jane
}
