package userpool

import (
	"errors"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
)

// Decoy returns a fake step of a sign-in with a code or a passkey as the
// first factor. Use it if the account does not exist or cannot sign in, or if
// too many codes were sent to it. The page, its status and its cookies then
// look as they do for an account that gets a challenge. With
// [Credentials.HideAccount], SignIn does all of this itself. Otherwise call
// Decoy if [RevealsAccount] is true:
//
//	step, err := client.SignIn(ctx, who)
//	if userpool.RevealsAccount(err) {
//		step, err = client.Decoy(who), nil // log err
//	}
//
// Call Decoy too if the step has a [*SelectFactor]: then the account has only
// other factors.
//
// Each answer to the decoy calls Cognito once and fails like a wrong answer.
// The error is [ErrCodeMismatch] for a code and [ErrNotAuthorized] for a
// passkey. A decoy has no Delivery: a page for codes as the first factor must
// not show where a code was sent. For its missing Options see
// [WebAuthn.AnyOptions].
func (c *Client) Decoy(who Credentials) *Step {
	t := c.newTurn(who)
	out := &outcome{op: opInitiateAuth, name: "EMAIL_OTP", session: record.DecoySession()}
	switch who.First {
	case FactorSMSOTP:
		out.name = "SMS_OTP"
	case FactorWebAuthn:
		out.name = nameWebAuthn
	}
	t.Decoy = true
	t.setChallenge(out)
	ch, _ := t.challenge() // has nothing to decode
	return &Step{Challenge: ch}
}

// disguise turns a refusal of a decoy's session into one of a code or passkey.
func (t *turn) disguise(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !t.Decoy || !ok || e.Retryable {
		return err
	}
	if t.Name == nameWebAuthn {
		return t.c.ownError(e.Op, observe.CodePasskeyRefused, errDecoyPasskey)
	}
	return t.c.ownError(e.Op, observe.CodeStatusError, errDecoy)
}

var (
	errDecoy        = errors.New("this visitor was sent no code")
	errDecoyPasskey = errors.New("this visitor has no passkey")
)
