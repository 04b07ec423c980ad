package userpool_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/authenticator"
)

const passkeyOrigin = "https://app.example.com"

// onPasskeys is a pool with passkeys, its Client, and the access token of jane.
func onPasskeys(t testing.TB, opts ...cognitotest.Option) (*cognitotest.Pool, *userpool.Client, cognito.AccessToken) {
	t.Helper()
	pool := cognitotest.NewPool(append([]cognitotest.Option{
		cognitotest.WithID(poolID),
		cognitotest.WithClient(cognitotest.AppClient{ID: clientID, Secret: clientSecret, ExplicitAuthFlows: []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}),
		cognitotest.WithFirstAuthFactors("PASSWORD", "WEB_AUTHN"),
		cognitotest.WithWebAuthn(cognitotest.WebAuthn{RelyingPartyID: "example.com", UserVerification: "required"}),
	}, opts...)...)
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: alias, EmailVerified: true, Password: "Correct-Horse-1"}); err != nil {
		t.Fatal(err)
	}
	return pool, client, pool.AccessToken("jane")
}

func addPasskey(t testing.TB, client *userpool.Client, token cognito.AccessToken, device *authenticator.Authenticator, edits ...func(*authenticator.Answer)) error {
	t.Helper()
	options, err := client.StartWebAuthnRegistration(t.Context(), token)
	if err != nil {
		return err
	}
	credential, err := device.Create(options, passkeyOrigin, edits...)
	if err != nil {
		t.Fatal(err)
	}
	return client.CompleteWebAuthnRegistration(t.Context(), token, credential)
}

var byPasskey = userpool.Credentials{Username: alias, Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn}

func askPasskey(t testing.TB, client *userpool.Client, who userpool.Credentials) *userpool.WebAuthn {
	t.Helper()
	step, err := client.SignIn(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	return as[*userpool.WebAuthn](t, step.Challenge)
}

// TestPasskeys_Emulator: from the first passkey to its removal, with a
// confidential app client and an e-mail address for a name.
func TestPasskeys_Emulator(t *testing.T) {
	_, client, token := onPasskeys(t)
	device := new(authenticator.Authenticator)
	if err := addPasskey(t, client, token, device); err != nil {
		t.Fatal(err)
	}
	list, err := client.ListWebAuthnCredentials(t.Context(), token)
	if err != nil || len(list) != 1 || list[0].RelyingPartyID != "example.com" || list[0].Name == "" || list[0].Created.IsZero() {
		t.Fatalf("ListWebAuthnCredentials = %+v, %v", list, err)
	}
	ch := askPasskey(t, client, byPasskey)
	for _, options := range []func(*userpool.WebAuthn) json.RawMessage{
		func(ch *userpool.WebAuthn) json.RawMessage { return ch.Options },
		func(ch *userpool.WebAuthn) json.RawMessage { return ch.AnyOptions("example.com") },
	} {
		credential, err := device.Get(options(ch), passkeyOrigin)
		if err != nil {
			t.Fatal(err)
		}
		step, err := ch.Answer(t.Context(), credential)
		if err != nil || step.Identity.Username != "jane" {
			t.Fatalf("Answer = %v", err)
		}
		ch = askPasskey(t, client, byPasskey)
	}
	step, err := client.SignIn(t.Context(), userpool.Credentials{Username: alias, Flow: userpool.FlowChoice})
	if err != nil {
		t.Fatal(err)
	}
	step, err = as[*userpool.SelectFactor](t, step.Challenge).Choose(t.Context(), userpool.FactorWebAuthn)
	if err != nil {
		t.Fatal(err)
	}
	ch = as[*userpool.WebAuthn](t, step.Challenge)
	if err := client.DeleteWebAuthnCredential(t.Context(), token, list[0].ID); err != nil {
		t.Fatal(err)
	}
	credential, _ := device.Get(ch.Options, passkeyOrigin)
	if _, err := ch.Answer(t.Context(), credential); !errors.Is(err, userpool.ErrNotAuthorized) || userpool.CanAnswerAgain(err) {
		t.Errorf("Answer with a passkey that was removed = %v, want ErrNotAuthorized for good", err)
	}
	if err := client.DeleteWebAuthnCredential(t.Context(), token, list[0].ID); asError(t, err).Reason != userpool.ReasonUnknownPasskey {
		t.Errorf("DeleteWebAuthnCredential once more = %v", err)
	}
}

// TestE2_PasskeyErrorsOnEmulator: each cause has its reason.
func TestE2_PasskeyErrorsOnEmulator(t *testing.T) {
	for want, edit := range map[userpool.Reason]func(*authenticator.Answer){
		userpool.ReasonPasskeyOrigin:  func(n *authenticator.Answer) { n.Client["origin"] = "https://example.org" },
		userpool.ReasonPasskeyDomain:  func(n *authenticator.Answer) { n.RPID = "example.org" },
		userpool.ReasonPasskeyExpired: func(n *authenticator.Answer) { n.Client["challenge"] = "AAAA" },
		userpool.ReasonPasskeyKind:    func(n *authenticator.Answer) { n.Flags &^= authenticator.Verified },
	} {
		_, client, token := onPasskeys(t)
		if err := addPasskey(t, client, token, new(authenticator.Authenticator), edit); asError(t, err).Reason != want {
			t.Errorf("CompleteWebAuthnRegistration = %v, want %s", err, want)
		}
	}
	for kind, want := range map[fault.Kind]userpool.Reason{
		fault.PasskeysOff: userpool.ReasonPasskeysOff, fault.PasskeysUnconfigured: userpool.ReasonPasskeysUnconfigured, fault.Plan: userpool.ReasonPlan,
	} {
		pool, client, token := onPasskeys(t)
		pool.Fault(fault.Fault{Kind: kind})
		if err := addPasskey(t, client, token, new(authenticator.Authenticator)); asError(t, err).Reason != want || asError(t, err).Fix == "" {
			t.Errorf("StartWebAuthnRegistration = %v, want %s with what mends it", err, want)
		}
	}
	pool, client, token := onPasskeys(t)
	pool.Fault(fault.Fault{Kind: fault.PasskeyClient})
	if err := addPasskey(t, client, token, new(authenticator.Authenticator)); asError(t, err).Reason != userpool.ReasonPasskeyClient {
		t.Errorf("CompleteWebAuthnRegistration = %v, want passkey_client", err)
	}
}

// TestPasskeys_MFA: a passkey is both factors for users who turn that on.
func TestPasskeys_MFA(t *testing.T) {
	_, client, token := onPasskeys(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", Email: true}),
		cognitotest.WithWebAuthn(cognitotest.WebAuthn{RelyingPartyID: "example.com", FactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION"}))
	device := new(authenticator.Authenticator)
	if err := addPasskey(t, client, token, device); err != nil {
		t.Fatal(err)
	}
	if err := client.SetUserMFAPreference(t.Context(), token, userpool.MFAPreference{Email: userpool.MFAOn, WebAuthn: userpool.MFAOn}); err != nil {
		t.Fatal(err)
	}
	ch := askPasskey(t, client, byPasskey)
	if !strings.Contains(string(ch.Options), `"userVerification":"required"`) {
		t.Errorf("Options = %s, want user verification required", ch.Options)
	}
	credential, _ := device.Get(ch.Options, passkeyOrigin)
	if step, err := ch.Answer(t.Context(), credential); err != nil || step.Challenge != nil {
		t.Errorf("Answer = %+v, %v, want tokens without another factor", step, err)
	}
}

// TestU3_PasskeyDecoy: somebody without a passkey, or without an account, gets
// the same challenge and the same refusal as a wrong passkey.
func TestU3_PasskeyDecoy(t *testing.T) {
	_, client, token := onPasskeys(t)
	device := new(authenticator.Authenticator)
	if err := addPasskey(t, client, token, device); err != nil {
		t.Fatal(err)
	}
	real := askPasskey(t, client, byPasskey)
	decoy := as[*userpool.WebAuthn](t, client.Decoy(byPasskey).Challenge)
	if a, b := real.AnyOptions("example.com"), decoy.AnyOptions("example.com"); len(a) != len(b) || strings.Contains(string(a), "allowCredentials") || string(a) == string(b) {
		t.Errorf("AnyOptions = %s and %s, want alike but for the challenge", a, b)
	}
	p := newPending(t, client)
	sealed, err := p.Seal(real)
	if err != nil {
		t.Fatal(err)
	}
	other, err := p.Seal(decoy)
	if err != nil || len(sealed) != len(other) {
		t.Errorf("Seal = %d and %d bytes, %v, want as many", len(sealed), len(other), err)
	}
	wrong, _ := device.Get(decoy.AnyOptions("example.com"), passkeyOrigin)
	for _, credential := range []json.RawMessage{wrong, wrong, json.RawMessage("{}")} { // somebody may send a copied cookie again
		_, first := real.Answer(t.Context(), credential)
		_, second := decoy.Answer(t.Context(), credential)
		if a, b := userpool.NoticeFor(first), userpool.NoticeFor(second); a != b || a.Key != userpool.NoticeCredentials || userpool.CanAnswerAgain(first) != userpool.CanAnswerAgain(second) {
			t.Errorf("a wrong passkey is told %+v (%v), a decoy's %+v (%v)", a, first, b, second)
		}
	}
}

// TestU3_DamagedPasskey: what Cognito says of a damaged passkey, or of a second
// answer, is what a decoy says of any.
func TestU3_DamagedPasskey(t *testing.T) {
	a, c := newAPI(t, "")
	who := userpool.Credentials{Username: "jane", Flow: userpool.FlowChoice, First: userpool.FactorWebAuthn}
	for _, said := range []answer{
		refusal("NotAuthorizedException", "Invalid session for the user, session can only be used once."),
		refusal("NotAuthorizedException", "Incorrect username or password."),
		refusal("InvalidParameterException", "Invalid credential"),
		refusal("UserNotFoundException", "User does not exist."),
		refusal("CodeMismatchException", "Invalid code or auth state for the user."),
	} {
		a.script(challengedWith(noise(900), "WEB_AUTHN", map[string]string{"USERNAME": realName, "CREDENTIAL_REQUEST_OPTIONS": `{"challenge":"abc"}`}))
		step, err := c.SignIn(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		var seen [2]userpool.Notice
		var again [2]bool
		for i, ch := range []userpool.Challenge{step.Challenge, c.Decoy(who).Challenge} {
			a.script(said)
			_, err := as[*userpool.WebAuthn](t, ch).Answer(t.Context(), json.RawMessage("{}"))
			seen[i], again[i] = userpool.NoticeFor(err), userpool.CanAnswerAgain(err)
		}
		if seen[0] != seen[1] || again[0] != again[1] {
			t.Errorf("Cognito says %s: the notices are %+v and, of a decoy, %+v; to be answered again: %v", said.body, seen[0], seen[1], again)
		}
	}
}
