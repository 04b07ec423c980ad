package cognitotest

import (
	"cmp"
	"errors"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// WebAuthn is the pool's WebAuthnConfiguration: how users register passkeys
// and sign in with them. Passkeys are on where [WithFirstAuthFactors] names
// [FirstFactorPasskey].
type WebAuthn struct {
	// RelyingPartyID is the host that passkeys belong to: that of the app's
	// pages, or a domain above it. Empty means the custom domain, else the
	// prefix domain; and "localhost" for a pool on a socket of this machine.
	RelyingPartyID string

	// UserVerification is "preferred" or "required": whether the
	// authenticator must have checked who its user is. Empty means preferred.
	UserVerification string

	// FactorConfiguration is "SINGLE_FACTOR", or
	// "MULTI_FACTOR_WITH_USER_VERIFICATION" where a passkey counts as both
	// factors for users who turn that on. Empty means SINGLE_FACTOR.
	FactorConfiguration string
}

// WithWebAuthn sets the pool's WebAuthnConfiguration.
func WithWebAuthn(w WebAuthn) Option { return func(o *options) { o.rules.webAuthn = w } }

// relyingParty is whose passkeys a user registers and uses.
func (p *Pool) relyingParty(a *account) passkeys.Party {
	w := p.rules().webAuthn
	party := passkeys.Party{ID: cmp.Or(w.RelyingPartyID, passkeys.Host(p.URL(), p.socketURL() != "")), Verification: cmp.Or(w.UserVerification, "preferred")}
	if a.factors.passkey {
		party.Verification = passkeys.Required
	}
	return party
}

// passkeysOn reports whether the pool takes passkeys at all.
func (p *Pool) passkeysOn() bool { return slices.Contains(p.rules().first, FirstFactorPasskey) }

// passkeyServes reports whether a passkey may begin the user's sign-in. Where a
// second factor is due it must count as both.
func (p *Pool) passkeyServes(a *account) bool {
	rules := p.rules()
	single := rules.mfa.Mode != "ON" && len(p.factorsOf(a)) == 0
	return len(a.passkeys) > 0 && a.pending == "" && (single || a.factors.passkey && rules.webAuthn.FactorConfiguration == passkeys.AsBoth)
}

// passkeyOperations are those on the passkeys of users.
var passkeyOperations = map[string]apiOperation{
	passkeys.OpStart:           openOperation((*call).apiStartPasskey),
	passkeys.OpComplete:        openOperation((*call).apiCompletePasskey),
	"ListWebAuthnCredentials":  openOperation((*call).apiListPasskeys),
	"DeleteWebAuthnCredential": openOperation((*call).apiDeletePasskey),
}

// apiStartPasskey is StartWebAuthnRegistration.
func (c *call) apiStartPasskey(in *tokenInput) (*passkeys.StartOutput, error) {
	a, claims, err := c.apiUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	options, err := c.startPasskey(&a, claims.ClientID)
	return &passkeys.StartOutput{CredentialCreationOptions: options}, err
}

func (c *call) startPasskey(a *account, clientID string) (*passkeys.CreationOptions, error) {
	if !c.passkeysOn() {
		return nil, passkeys.ErrOff
	}
	name := cmp.Or(a.email(), a.phone(), a.username)
	user := passkeys.User{Sub: a.sub, Name: name, DisplayName: cmp.Or(a.attributes["name"], name), Keys: a.passkeys}
	return c.newPasskeys.Begin(user, c.relyingParty(a), clientID, c.at)
}

// apiCompletePasskey is CompleteWebAuthnRegistration.
func (c *call) apiCompletePasskey(in *passkeys.CompleteInput) (awsjson.Empty, error) {
	a, claims, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.completePasskey(&a, claims.ClientID, in.Credential)
}

func (c *call) completePasskey(a *account, clientID string, credential []byte) error {
	if !c.passkeysOn() {
		return passkeys.ErrOff
	}
	made, err := c.newPasskeys.Finish(a.sub, clientID, credential, c.at)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(c.users.all(), func(a account) bool { return a.passkeys.Has(made.ID) }) {
		return passkeys.ErrKnown
	}
	return c.users.update(a.sub, func(a *account) error {
		if len(a.passkeys) >= passkeys.Most {
			return passkeys.ErrFull
		}
		a.passkeys = append(a.passkeys, *made)
		return nil
	})
}

// apiListPasskeys is ListWebAuthnCredentials, the oldest first.
func (c *call) apiListPasskeys(in *passkeys.ListInput) (*passkeys.ListOutput, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return a.passkeys.List(in)
}

// apiDeletePasskey is DeleteWebAuthnCredential.
func (c *call) apiDeletePasskey(in *passkeys.DeleteInput) (awsjson.Empty, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.users.update(a.sub, func(a *account) error {
		others, had := a.passkeys.Without(in.CredentialId)
		if !had {
			return passkeys.ErrUnknown
		}
		a.passkeys = others
		return nil
	})
}

// askPasskey asks for a passkey as the first factor. Nobody gets made-up options.
func (c *call) askPasskey(s authSession, a *account) *authOutput {
	keys := a.passkeys
	if a.sub == "" {
		keys = passkeys.Decoy(c.disguised("passkey", s.typed))
	}
	challenge, options := keys.Ask(c.relyingParty(a))
	s.passkey = challenge
	return c.challenge(s, challengePasskey, map[string]string{"CREDENTIAL_REQUEST_OPTIONS": awsjson.Text(options)})
}

// answerPasskey is the answer to WEB_AUTHN.
func (c *call) answerPasskey(s authSession, a *account, r authParams) (*authOutput, error) {
	credential, err := r.need("CREDENTIAL")
	if err != nil {
		return nil, err
	}
	if err := c.provePasskey(a, s.passkey, []byte(credential)); err != nil {
		return nil, err
	}
	s.both = a.factors.passkey
	return c.afterFirstFactor(s, a)
}

var errPasskeyServes = errors.New("no passkey may begin the sign-in")

// provePasskey checks the browser's answer to a sign-in. Why it is refused
// stands in the event alone.
func (c *call) provePasskey(a *account, challenge, credential []byte) error {
	err := errPasskeyServes
	if c.passkeyServes(a) {
		party := c.relyingParty(a)
		err = c.users.update(a.sub, func(a *account) (err error) {
			a.passkeys, err = a.passkeys.Prove(challenge, credential, party, a.sub)
			return err
		})
	}
	if err != nil {
		c.why = err.Error()
		return refusal.WrongPassword
	}
	return nil
}
