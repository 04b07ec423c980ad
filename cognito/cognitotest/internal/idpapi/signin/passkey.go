package signin

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
)

// askPasskey asks for a passkey as the first factor. An unknown name gets
// made-up options.
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
	if err := c.ProvePasskey(a, s.Passkey, []byte(credential)); err != nil {
		return nil, err
	}
	s.Both = a.Factors.Passkey
	return c.afterFirstFactor(s, a)
}
