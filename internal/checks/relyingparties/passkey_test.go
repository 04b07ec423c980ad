package relyingparties_test

import (
	"encoding/json"
	"testing"

	"github.com/descope/virtualwebauthn"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// TestVirtualWebAuthn: an authenticator by others registers passkeys of both
// algorithms with the emulator and signs in with them; a signature of another
// key is refused.
func TestVirtualWebAuthn(t *testing.T) {
	pool := cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{ExplicitAuthFlows: []string{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}),
		cognitotest.WithFirstAuthFactors("PASSWORD", "WEB_AUTHN"),
		cognitotest.WithWebAuthn(cognitotest.WebAuthn{RelyingPartyID: "example.com", UserVerification: "required"}),
	)
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1"}); err != nil {
		t.Fatal(err)
	}
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		t.Fatal(err)
	}
	token := pool.AccessToken("jane")
	rp := virtualwebauthn.RelyingParty{Name: "example.com", ID: "example.com", Origin: "https://app.example.com"}
	device := virtualwebauthn.NewAuthenticator()
	for name, kind := range map[string]virtualwebauthn.KeyType{"ES256": virtualwebauthn.KeyTypeEC2, "RS256": virtualwebauthn.KeyTypeRSA} {
		key := virtualwebauthn.NewCredential(kind)
		creation, err := client.StartWebAuthnRegistration(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		options, err := virtualwebauthn.ParseAttestationOptions(string(creation))
		if err != nil {
			t.Fatalf("%s: the options cannot be read: %v", name, err)
		}
		device.Options.UserHandle = []byte(options.UserID)
		answer := virtualwebauthn.CreateAttestationResponse(rp, device, key, *options)
		if err := client.CompleteWebAuthnRegistration(t.Context(), token, json.RawMessage(answer)); err != nil {
			t.Fatalf("%s: CompleteWebAuthnRegistration = %v", name, err)
		}
		for _, signer := range []virtualwebauthn.Credential{key, virtualwebauthn.NewCredential(kind)} {
			step, err := client.SignIn(t.Context(), userpool.Credentials{Username: "jane", Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn})
			if err != nil {
				t.Fatal(err)
			}
			ch := step.Challenge.(*userpool.WebAuthn)
			request, err := virtualwebauthn.ParseAssertionOptions(string(ch.Options))
			if err != nil || !key.IsAllowedForAssertion(*request) {
				t.Fatalf("%s: the options %s do not allow the passkey: %v", name, ch.Options, err)
			}
			own := string(signer.ID) == string(key.ID)
			signer.ID = key.ID
			signer.Counter = key.Counter
			_, err = ch.Answer(t.Context(), json.RawMessage(virtualwebauthn.CreateAssertionResponse(rp, device, signer, *request)))
			if (err == nil) != own {
				t.Errorf("%s: Answer = %v, want accepted: %v", name, err, own)
			}
		}
	}
}
