package cognitotest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/internal/authenticator"
)

const (
	passkeyOrigin = "https://app.example.com"
)

// A keyring is jane's device on a pool that takes passkeys.
type keyring struct {
	*signer
	device authenticator.Authenticator
	who    string
	token  string // an access token, from its minting on
	minted time.Time
}

func newKeyring(t testing.TB, w cognitotest.WebAuthn, opts ...cognitotest.Option) *keyring {
	t.Helper()
	if w.RelyingPartyID == "" {
		w.RelyingPartyID = "example.com"
	}
	p := newAPIPool(t, append([]cognitotest.Option{
		cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP", "WEB_AUTHN"), cognitotest.WithWebAuthn(w),
	}, opts...)...)
	return &keyring{signer: newSigner(t, p), who: "jane"}
}

// start returns creation options.
func (k *keyring) start() []byte {
	k.t.Helper()
	var out struct{ CredentialCreationOptions json.RawMessage }
	if failure := callAPI(k.t, k.p, "StartWebAuthnRegistration", k.as(), &out); failure != "" {
		k.t.Fatal(failure)
	}
	return out.CredentialCreationOptions
}

// as acts for the user, with one token for a minute.
func (k *keyring) as() apiInput {
	if k.token == "" || k.p.Now().Sub(k.minted) > time.Minute {
		k.token, k.minted = string(k.p.AccessToken(k.who)), k.p.Now()
	}
	return apiInput{"AccessToken": k.token}
}

func (k *keyring) complete(credential []byte) (failure string) {
	k.t.Helper()
	return callAPI(k.t, k.p, "CompleteWebAuthnRegistration", k.as().with("Credential", json.RawMessage(credential)), nil)
}

// register makes a passkey, which the edits may spoil.
func (k *keyring) register(edits ...func(*authenticator.Answer)) (failure string) {
	k.t.Helper()
	credential, err := k.device.Create(k.start(), passkeyOrigin, edits...)
	if err != nil {
		k.t.Fatal(err)
	}
	return k.complete(credential)
}

func (k *keyring) mustRegister() *keyring {
	k.t.Helper()
	if failure := k.register(); failure != "" {
		k.t.Fatal(failure)
	}
	return k
}

// ask begins a sign-in with a passkey.
func (k *keyring) ask() authStep {
	k.t.Helper()
	return k.initiate("USER_AUTH", "USERNAME", k.who, "PREFERRED_CHALLENGE", "WEB_AUTHN").is(k.t, "WEB_AUTHN")
}

// sign answers with the device.
func (k *keyring) sign(step authStep, edits ...func(*authenticator.Answer)) (authStep, string) {
	k.t.Helper()
	credential, err := k.device.Get([]byte(step.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"]), passkeyOrigin, edits...)
	if err != nil {
		k.t.Fatal(err)
	}
	return k.tryRespond(step, "USERNAME", k.who, "CREDENTIAL", string(credential))
}

type listedPasskey struct {
	CredentialId, FriendlyCredentialName, RelyingPartyId, AuthenticatorAttachment string
	AuthenticatorTransports                                                       []string
	CreatedAt                                                                     float64
}

func (k *keyring) list() (all []listedPasskey) {
	k.t.Helper()
	var next any
	for {
		var out struct {
			Credentials []listedPasskey
			NextToken   string
		}
		in := k.as().with("MaxResults", 8)
		if next != nil {
			in = in.with("NextToken", next)
		}
		if failure := callAPI(k.t, k.p, "ListWebAuthnCredentials", in, &out); failure != "" {
			k.t.Fatal(failure)
		}
		all = append(all, out.Credentials...)
		if out.NextToken == "" {
			return all
		}
		next = out.NextToken
	}
}

// op: StartWebAuthnRegistration
// op: CompleteWebAuthnRegistration
// op: ListWebAuthnCredentials
// op: DeleteWebAuthnCredential
// op: GetUserAuthFactors
func TestAPI_Passkeys(t *testing.T) {
	for _, asRSA := range []bool{false, true} {
		k := newKeyring(t, cognitotest.WebAuthn{})
		k.device.RSA = asRSA
		k.mustRegister()
		list := k.list()
		if len(list) != 1 || list[0].RelyingPartyId != "example.com" || list[0].FriendlyCredentialName == "" || list[0].AuthenticatorAttachment != "platform" ||
			!slices.Equal(list[0].AuthenticatorTransports, []string{"internal", "hybrid"}) || list[0].CreatedAt == 0 {
			t.Fatalf("ListWebAuthnCredentials = %+v", list)
		}
		var has struct{ ConfiguredUserAuthFactors []string }
		callAPI(t, k.p, "GetUserAuthFactors", k.as(), &has)
		if !slices.Contains(has.ConfiguredUserAuthFactors, "WEB_AUTHN") {
			t.Errorf("GetUserAuthFactors = %v, want WEB_AUTHN among them", has)
		}
		for range 2 { // the counter grows
			step, failure := k.sign(k.ask())
			if failure != "" {
				t.Fatal(failure)
			}
			step.is(t, "")
		}
		choice := k.initiate("USER_AUTH", "USERNAME", "jane").is(t, "SELECT_CHALLENGE")
		if !slices.Contains(choice.AvailableChallenges, "WEB_AUTHN") {
			t.Errorf("AvailableChallenges = %v", choice.AvailableChallenges)
		}
		step, failure := k.sign(k.respond(choice, "ANSWER", "WEB_AUTHN").is(t, "WEB_AUTHN"))
		if failure != "" {
			t.Fatal(failure)
		}
		step.is(t, "")
		if _, err := k.device.Create(k.start(), passkeyOrigin); err == nil {
			t.Error("the options do not exclude the passkey that this device has")
		}
		gone := k.ask()
		if failure := callAPI(t, k.p, "DeleteWebAuthnCredential", k.as().with("CredentialId", list[0].CredentialId), nil); failure != "" {
			t.Fatal(failure)
		}
		if _, failure := k.sign(gone); failure != wrongPassword {
			t.Errorf("sign-in with a passkey that was removed = %s", failure)
		}
		if failure := callAPI(t, k.p, "DeleteWebAuthnCredential", k.as().with("CredentialId", list[0].CredentialId), nil); failure != "ResourceNotFoundException: The credential does not exist." {
			t.Errorf("DeleteWebAuthnCredential once more = %q", failure)
		}
		k.initiate("USER_AUTH", "USERNAME", "jane", "PREFERRED_CHALLENGE", "WEB_AUTHN").is(t, "SELECT_CHALLENGE")
	}
}

// doc: passkeys: texts of the refusals
func TestAPI_PasskeyRefusals(t *testing.T) {
	const (
		origin   = "WebAuthnOriginNotAllowedException: The origin is not one of the relying party id."
		party    = "WebAuthnRelyingPartyMismatchException: The credential belongs to another relying party id."
		kind     = "WebAuthnCredentialNotSupportedException: The credential is not supported."
		expired  = "WebAuthnChallengeNotFoundException: The challenge was not found or has expired."
		form     = "InvalidParameterException: The credential is invalid."
		notThere = "WebAuthnConfigurationMissingException: The user pool has no relying party id."
	)
	for name, c := range map[string]struct {
		edit func(*authenticator.Answer)
		want string
	}{
		"other site":         {func(n *authenticator.Answer) { n.Client["origin"] = "https://example.org" }, origin},
		"relying party id":   {func(n *authenticator.Answer) { n.RPID = "example.org" }, party},
		"other challenge":    {func(n *authenticator.Answer) { n.Client["challenge"] = "AAAA" }, expired},
		"algorithm":          {func(n *authenticator.Answer) { n.Alg = -8 }, kind},
		"user not verified":  {func(n *authenticator.Answer) { n.Flags &^= authenticator.Verified }, kind},
		"user not there":     {func(n *authenticator.Answer) { n.Flags &^= authenticator.Present }, form},
		"assertion":          {func(n *authenticator.Answer) { n.Client["type"] = "webauthn.get" }, form},
		"another credential": {func(n *authenticator.Answer) { n.ID = []byte("x") }, form},
		"another's statement": {func(n *authenticator.Answer) {
			n.Format, n.Signature = "packed", func([]byte) []byte { return []byte{1} }
		}, kind},
	} {
		k := newKeyring(t, cognitotest.WebAuthn{UserVerification: "required"})
		if got := k.register(c.edit); got != c.want || len(k.list()) != 0 {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		events := k.p.Events(cognitotest.Event{Op: "CompleteWebAuthnRegistration"})
		if e := events[len(events)-1]; !strings.Contains(e.Error, "webauthn: ") {
			t.Errorf("%s: the event says %q, want the check", name, e.Error)
		}
	}
	k := newKeyring(t, cognitotest.WebAuthn{})
	for _, credential := range []string{`{}`, `{"id":"AA","type":"public-key"}`, `[]`, `"x"`} {
		k.start()
		if got := k.complete([]byte(credential)); got != form {
			t.Errorf("CompleteWebAuthnRegistration(%s) = %q", credential, got)
		}
	}
	credential, err := k.device.Create(k.start(), passkeyOrigin)
	if err != nil {
		t.Fatal(err)
	}
	k.start() // other options
	if got := k.complete(credential); got != expired {
		t.Errorf("an answer to options that were not the last = %q", got)
	}
	credential, _ = k.device.Create(k.start(), passkeyOrigin)
	k.p.Advance(6 * time.Minute)
	if got := k.complete(credential); got != expired {
		t.Errorf("an answer after six minutes = %q", got)
	}
	credential, _ = k.device.Create(k.start(), passkeyOrigin)
	if got := k.complete(credential); got != "" {
		t.Fatal(got)
	}
	if got := k.complete(credential); got != expired {
		t.Errorf("the same answer again = %q", got)
	}
	credential, _ = new(authenticator.Authenticator).Create(k.start(), passkeyOrigin)
	other := string(k.p.AccessToken("jane", func(c cognitotest.Claims) { c["client_id"] = "client9" }))
	if got := callAPI(t, k.p, "CompleteWebAuthnRegistration", apiInput{"AccessToken": other, "Credential": json.RawMessage(credential)}, nil); got != "WebAuthnClientMismatchException: The registration began with another app client." {
		t.Errorf("an answer by another app client = %q", got)
	}
	off := newAPIPool(t)
	for _, op := range []string{"StartWebAuthnRegistration", "CompleteWebAuthnRegistration"} {
		in := asJane(off)
		if op == "CompleteWebAuthnRegistration" {
			in = in.with("Credential", json.RawMessage(credential))
		}
		if got := callAPI(t, off, op, in, nil); got != "WebAuthnNotEnabledException: WebAuthn is not enabled for the user pool." {
			t.Errorf("%s of a pool without passkeys = %q", op, got)
		}
	}
	server := cognitotest.NewServer(cognitotest.NewPool())
	var made struct{ UserPool struct{ Id string } }
	admin{t, server.Client(), ""}.must("CreateUserPool", object{"PoolName": "bare", "Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []string{"PASSWORD", "WEB_AUTHN"}}}}, &made)
	bare := server.Pool(made.UserPool.Id) // without a domain
	bare.AddClient(apiUserClient())
	if _, err := bare.AddUser(cognitotest.User{Username: "jane", Password: password}); err != nil {
		t.Fatal(err)
	}
	if got := callAPI(t, bare, "StartWebAuthnRegistration", asJane(bare), nil); got != notThere {
		t.Errorf("StartWebAuthnRegistration of a pool without a domain = %q", got)
	}
}

// doc: passkeys: an answer that does not pass
func TestAPI_PasskeySignInRefusals(t *testing.T) {
	k := newKeyring(t, cognitotest.WebAuthn{UserVerification: "required"}).mustRegister()
	for name, edit := range map[string]func(*authenticator.Answer){
		"other site":         func(n *authenticator.Answer) { n.Client["origin"] = "https://example.org" },
		"relying party id":   func(n *authenticator.Answer) { n.RPID = "example.org" },
		"other challenge":    func(n *authenticator.Answer) { n.Client["challenge"] = "AAAA" },
		"user not verified":  func(n *authenticator.Answer) { n.Flags &^= authenticator.Verified },
		"user not there":     func(n *authenticator.Answer) { n.Flags &^= authenticator.Present },
		"registration":       func(n *authenticator.Answer) { n.Client["type"] = "webauthn.create" },
		"another credential": func(n *authenticator.Answer) { n.ID = []byte("x") },
		"another user":       func(n *authenticator.Answer) { n.User = []byte("x") },
		"signature":          func(n *authenticator.Answer) { n.Signature = func(s []byte) []byte { s[8] ^= 1; return s } },
	} {
		step := k.ask()
		if _, got := k.sign(step, edit); got != wrongPassword {
			t.Errorf("%s: %q", name, got)
		}
		if _, got := k.sign(step); got != "NotAuthorizedException: Invalid session for the user, session can only be used once." {
			t.Errorf("%s: after it the same challenge = %q, want it used up", name, got)
		}
	}
	if _, got := k.sign(k.ask(), func(n *authenticator.Answer) { n.Counter = 100 }); got != "" {
		t.Fatal(got)
	}
	if _, got := k.sign(k.ask(), func(n *authenticator.Answer) { n.Counter = 100 }); got != wrongPassword {
		t.Errorf("a counter that does not grow = %q", got)
	}
	if _, got := k.tryRespond(k.ask(), "CREDENTIAL", "{"); got != wrongPassword {
		t.Errorf("an answer that is not JSON = %q", got)
	}
	if _, got := k.tryRespond(k.ask()); got != "InvalidParameterException: Missing required parameter CREDENTIAL" {
		t.Errorf("no answer = %q", got)
	}
}

// TestAPI_PasskeyOfAnother: a passkey signs its own user in, and nobody else.
func TestAPI_PasskeyOfAnother(t *testing.T) {
	k := newKeyring(t, cognitotest.WebAuthn{}).mustRegister()
	if _, err := k.p.AddUser(cognitotest.User{Username: "joe", Password: password}); err != nil {
		t.Fatal(err)
	}
	joe := &keyring{signer: k.signer, who: "joe"}
	joe.mustRegister()
	step := joe.ask()
	options := strings.NewReplacer(joe.list()[0].CredentialId, k.list()[0].CredentialId).Replace(step.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"])
	credential, err := k.device.Get([]byte(options), passkeyOrigin)
	if err != nil {
		t.Fatal(err)
	}
	if _, got := joe.tryRespond(step, "USERNAME", "joe", "CREDENTIAL", string(credential)); got != wrongPassword {
		t.Errorf("jane's passkey for joe = %q", got)
	}
	copied := joe.device
	joe.device, joe.who = k.device, "joe"
	if got := joe.register(func(n *authenticator.Answer) {}); got != "" {
		t.Errorf("a second account on one device = %q", got)
	}
	joe.device = copied
	if _, got := joe.sign(joe.ask()); got != "" {
		t.Errorf("joe's first device = %q", got)
	}
}

// TestAPI_PasskeyLimit: a user has twenty passkeys at most.
func TestAPI_PasskeyLimit(t *testing.T) {
	k := newKeyring(t, cognitotest.WebAuthn{})
	for range 20 {
		k.device = authenticator.Authenticator{}
		k.mustRegister()
	}
	if got := callAPI(t, k.p, "StartWebAuthnRegistration", k.as(), nil); got != "LimitExceededException: A user can have 20 passkeys." {
		t.Errorf("StartWebAuthnRegistration with twenty = %q", got)
	}
	list := k.list()
	if len(list) != 20 || !slices.IsSortedFunc(list, func(a, b listedPasskey) int { return int(a.CreatedAt - b.CreatedAt) }) {
		t.Errorf("ListWebAuthnCredentials has %d, want 20 by age", len(list))
	}
	if _, got := k.sign(k.ask()); got != "" { // the last device
		t.Error(got)
	}
}

// doc: passkeys: users with a second factor
func TestAPI_PasskeyMFA(t *testing.T) {
	mfa := cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true, Email: true})
	enable := func(k *keyring, enabled bool, more ...any) string {
		return callAPI(t, k.p, "SetUserMFAPreference", k.as().with(append([]any{"WebAuthnMfaSettings", object{"Enabled": enabled}}, more...)...), nil)
	}
	const both = "MULTI_FACTOR_WITH_USER_VERIFICATION"
	single := newKeyring(t, cognitotest.WebAuthn{}, mfa).mustRegister()
	if got := enable(single, true, "EmailMfaSettings", object{"Enabled": true}); got != "InvalidParameterException: The FactorConfiguration of the user pool is not "+both {
		t.Errorf("passkey MFA of a pool with single factors = %q", got)
	}
	single.mustRegisterMFA()
	single.initiate("USER_AUTH", "USERNAME", "jane", "PREFERRED_CHALLENGE", "WEB_AUTHN").is(t, "SELECT_CHALLENGE")

	k := newKeyring(t, cognitotest.WebAuthn{FactorConfiguration: both}, mfa).mustRegister()
	if got := enable(k, true); got != "InvalidParameterException: Passkey MFA needs another MFA method of the user" {
		t.Errorf("passkey MFA without another factor = %q", got)
	}
	if got := enable(k, true, "EmailMfaSettings", object{"Enabled": true}); got != "" {
		t.Fatal(got)
	}
	if got := callAPI(t, k.p, "SetUserMFAPreference", k.as().with("EmailMfaSettings", object{"Enabled": false}), nil); got != "InvalidParameterException: Passkey MFA needs another MFA method of the user" {
		t.Errorf("the other factor off = %q", got)
	}
	step := k.ask()
	if options := step.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"]; !strings.Contains(options, `"userVerification":"required"`) {
		t.Errorf("options = %s, want user verification required", options)
	}
	if _, got := k.sign(step, func(n *authenticator.Answer) { n.Flags &^= authenticator.Verified }); got != wrongPassword {
		t.Errorf("a passkey without user verification = %q", got)
	}
	step, got := k.sign(k.ask())
	if got != "" {
		t.Fatal(got)
	}
	step.is(t, "")
	k.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password).is(t, "EMAIL_OTP")
	if got := enable(k, false); got != "" {
		t.Fatal(got)
	}
	k.initiate("USER_AUTH", "USERNAME", "jane", "PREFERRED_CHALLENGE", "WEB_AUTHN").is(t, "SELECT_CHALLENGE")
}

func (k *keyring) mustRegisterMFA() {
	k.t.Helper()
	if failure := callAPI(k.t, k.p, "SetUserMFAPreference", k.as().with("EmailMfaSettings", object{"Enabled": true}), nil); failure != "" {
		k.t.Fatal(failure)
	}
}

// TestAPI_WebAuthnConfiguration: it is set and shown, and snapshots keep it,
// with the passkeys.
func TestAPI_WebAuthnConfiguration(t *testing.T) {
	k := newKeyring(t, cognitotest.WebAuthn{})
	a := newAdmin(t, k.p)
	want := object{"RelyingPartyId": "app.example.com", "UserVerification": "required", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
	a.must("SetUserPoolMfaConfig", object{"WebAuthnConfiguration": want}, nil)
	var got struct{ WebAuthnConfiguration object }
	a.must("GetUserPoolMfaConfig", nil, &got)
	if fmt.Sprint(got.WebAuthnConfiguration) != fmt.Sprint(want) {
		t.Errorf("GetUserPoolMfaConfig = %v, want %v", got, want)
	}
	a.refuse("SetUserPoolMfaConfig", object{"WebAuthnConfiguration": object{"UserVerification": "always"}}, "InvalidParameterException: 1 validation error detected: Value 'always' at 'webAuthnConfiguration.userVerification' failed to satisfy constraint: Member must satisfy enum value set: [required, preferred]")
	k.mustRegister()
	snapshot, err := k.p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	k.p = newAPIPool(t)
	if err := k.p.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	step, failure := k.sign(k.ask())
	if failure != "" {
		t.Fatal(failure)
	}
	step.is(t, "")
}

// TestAPI_PasskeyDefaultParty: without a configuration passkeys belong to the
// pool's domain, and to localhost on a socket of this machine.
func TestAPI_PasskeyDefaultParty(t *testing.T) {
	p := newAPIPool(t, cognitotest.WithFirstAuthFactors("PASSWORD", "WEB_AUTHN"))
	ask := func() string {
		var out struct {
			CredentialCreationOptions struct{ Rp struct{ Id string } }
		}
		if failure := callAPI(t, p, "StartWebAuthnRegistration", asJane(p), &out); failure != "" {
			t.Fatal(failure)
		}
		return out.CredentialCreationOptions.Rp.Id
	}
	if got := ask(); got != "emulator.auth.eu-west-1.amazoncognito.com" {
		t.Errorf("in memory: %q", got)
	}
	p.ServeAt("http://127.0.0.1:9229")
	if got := ask(); got != "localhost" {
		t.Errorf("on 127.0.0.1: %q", got)
	}
	p.ServeAt("https://cognito.test")
	if got := ask(); got != "cognito.test" {
		t.Errorf("at https://cognito.test: %q", got)
	}
}

// TestU3_PasskeyOfNobody: somebody without an account gets options too.
func TestU3_PasskeyOfNobody(t *testing.T) {
	k := newKeyring(t, cognitotest.WebAuthn{}).mustRegister()
	ids := func(step authStep) (all []string) {
		var o struct {
			AllowCredentials []struct{ Id string }
		}
		if err := json.Unmarshal([]byte(step.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"]), &o); err != nil {
			t.Fatal(err)
		}
		for _, c := range o.AllowCredentials {
			all = append(all, c.Id)
		}
		return all
	}
	jane := k.ask()
	k.who = "nobody"
	first, second := k.ask(), k.ask()
	if a, b := ids(first), ids(second); !slices.Equal(a, b) || len(a) != 1 || len(a[0]) != len(ids(jane)[0]) {
		t.Errorf("nobody's options name %v and %v, want one made-up id", a, b)
	}
	text := k.device
	credential, err := text.Get([]byte(jane.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"]), passkeyOrigin)
	if err != nil {
		t.Fatal(err)
	}
	if _, got := k.tryRespond(first, "USERNAME", "nobody", "CREDENTIAL", string(credential)); got != wrongPassword {
		t.Errorf("an answer for nobody = %q", got)
	}
}

// TestFault_Passkeys: each refusal can be had without its cause.
func TestFault_Passkeys(t *testing.T) {
	for kind, op := range map[fault.Kind]string{
		fault.PasskeysOff: "StartWebAuthnRegistration", fault.PasskeysUnconfigured: "StartWebAuthnRegistration", fault.Plan: "StartWebAuthnRegistration",
		fault.PasskeyExpired: "CompleteWebAuthnRegistration", fault.PasskeyDomain: "CompleteWebAuthnRegistration", fault.PasskeyClient: "CompleteWebAuthnRegistration",
		fault.PasskeyOrigin: "CompleteWebAuthnRegistration", fault.PasskeyKind: "CompleteWebAuthnRegistration",
	} {
		k := newKeyring(t, cognitotest.WebAuthn{})
		k.p.Fault(fault.Fault{Kind: kind, Times: 1})
		in := k.as()
		if op == "CompleteWebAuthnRegistration" {
			in = in.with("Credential", object{})
		}
		if got := callAPI(t, k.p, op, in, nil); !strings.HasPrefix(got, string(kind)+": ") {
			t.Errorf("%s with the fault %s = %q", op, kind, got)
		}
	}
	k := newKeyring(t, cognitotest.WebAuthn{}).mustRegister()
	k.p.Fault(fault.Fault{Kind: fault.PasskeyRefused, Times: 1})
	step := k.ask()
	if _, got := k.sign(step); got != wrongPassword {
		t.Errorf("RespondToAuthChallenge with the fault = %q", got)
	}
}
