package userpool

import (
	"errors"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
)

// Decoy returns the step of a sign-in with a code or a passkey as its first
// factor, for a visitor who has none. Their account does not exist or cannot
// sign in, or it has been sent too many codes. [Credentials.HideAccount] has
// SignIn do all of what follows. Use Decoy where [RevealsAccount] is true, so
// that the page, its status and its cookies are those of an account that gets
// one:
//
//	step, err := client.SignIn(ctx, who)
//	if userpool.RevealsAccount(err) {
//		step, err = client.Decoy(who), nil // log err
//	}
//
// Use it too where Cognito answers with [*SelectFactor]: this account has other
// factors, and no code or passkey to sign in with.
//
// Each answer to the decoy asks Cognito once. It is [ErrCodeMismatch] for a code
// and [ErrNotAuthorized] for a passkey, as a wrong one is. A decoy has no
// Delivery: a page for codes as a first factor must not show where they went.
// It has no Options either: see [WebAuthn.AnyOptions].
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
	t.take(out)
	ch, _ := t.challenge() // has nothing to decode
	return &Step{Challenge: ch}
}

// disguise turns Cognito's refusal of a decoy's session into that of a code or
// a passkey.
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
