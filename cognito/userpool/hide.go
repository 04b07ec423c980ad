package userpool

import (
	"context"

	"github.com/seed75762126/cognito-go/cognito/userpool/internal/notice"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// hideAccount makes the result of a sign-in the same for every user name: see
// [Credentials.HideAccount].
func (c *Client) hideAccount(ctx context.Context, who Credentials, step *Step, err error) (*Step, error) {
	if !passwordless(who.First) || err != nil && !RevealsAccount(err) {
		return step, err
	}
	if err != nil {
		c.pool.Logger.InfoContext(ctx, "userpool: a sign-in without a password goes on with a decoy", "op", "sign-in", "err", err)
		step = c.Decoy(who)
	}
	if step.Challenge != nil && step.Challenge.Name() != string(who.First) { // this account has other factors
		step = c.Decoy(who)
	}
	switch ch := step.Challenge.(type) {
	case *EmailCode:
		ch.Delivery = nil
	case *SMSCode:
		ch.Delivery = nil
	case *WebAuthn:
		ch.Options = ch.AnyOptions(c.relyingParty)
		delete(ch.t.Params, requestOptions) // their length tells how many passkeys there are
	}
	return step, nil
}

// passwordless reports whether a sign-in begins with a code or a passkey.
func passwordless(first Factor) bool {
	return first == FactorEmailOTP || first == FactorSMSOTP || first == FactorWebAuthn
}

// proveInVain makes the second call of a sign-in by SRP after the first was
// refused because of the account's state. An account that is locked after wrong
// passwords is an example. The refusal of a wrong password takes two calls: a
// visitor cannot tell one from the other by the time it takes.
func (t *turn) proveInVain(ctx context.Context, refused error, k *known, o callOptions) {
	e, ok := refused.(*Error)
	if !ok || k.srp == nil || t.Admin || !notice.OfOneKind(string(e.Reason)) {
		return
	}
	vain := &turn{c: t.c, Turn: record.Turn{
		Username: t.Username, DeviceKey: t.DeviceKey, Name: "PASSWORD_VERIFIER", Session: record.DecoySession(), Params: srp.DecoyParameters(),
	}}
	if responses, err := vain.answerKnown(k); err == nil {
		_, _ = vain.respond(ctx, responses, o)
	}
}
