package signin

import (
	"errors"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// askPasskey asks for a passkey as the first factor. Nobody gets made-up options.
func (c *Handler) askPasskey(s attempts.SignIn, a *directory.Account) *authOutput {
	keys := a.Passkeys
	if a.Sub == "" {
		keys = passkeys.Decoy(c.Disguised("passkey", s.Typed))
	}
	challenge, options := keys.Ask(c.RelyingParty(a))
	s.Passkey = challenge
	return c.challenge(s, challengePasskey, map[string]string{"CREDENTIAL_REQUEST_OPTIONS": awsjson.Text(options)})
}

// answerPasskey is the answer to WEB_AUTHN.
func (c *Handler) answerPasskey(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	credential, err := r.need("CREDENTIAL")
	if err != nil {
		return nil, err
	}
	if err := c.provePasskey(a, s.Passkey, []byte(credential)); err != nil {
		return nil, err
	}
	s.Both = a.Factors.Passkey
	return c.afterFirstFactor(s, a)
}

var errPasskeyServes = errors.New("no passkey may begin the sign-in")

// provePasskey checks the browser's answer to a sign-in. Why it is refused
// stands in the event alone.
func (c *Handler) provePasskey(a *directory.Account, challenge, credential []byte) error {
	err := errPasskeyServes
	if c.PasskeyServes(a) {
		party := c.RelyingParty(a)
		err = c.Users.Update(a.Sub, func(a *directory.Account) (err error) {
			a.Passkeys, err = a.Passkeys.Prove(challenge, credential, party, a.Sub)
			return err
		})
	}
	if err != nil {
		c.Why = err.Error()
		return refusal.WrongPassword
	}
	return nil
}
