package userpool

import (
	"context"
	"errors"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// maxSteps bounds how many challenges in a row the library answers by itself.
// Cognito has two at most: the exchanges for password and device.
const maxSteps = 6

// proceed goes on from an outcome: it answers what it can, and returns tokens
// or the challenge that it cannot answer.
func (t *turn) proceed(ctx context.Context, out *outcome, k *known, o callOptions) (*Step, error) {
	for range maxSteps {
		if out.name == "" {
			return t.finish(ctx, out)
		}
		t.setChallenge(out)
		responses, err := t.answerKnown(k)
		if err != nil {
			return nil, t.c.ownError(out.op, observe.CodeBadAnswer, err)
		}
		if responses == nil {
			ch, err := t.challenge()
			if err != nil {
				return nil, t.c.ownError(out.op, observe.CodeBadAnswer, err)
			}
			return &Step{Challenge: ch}, nil
		}
		if out, err = t.respond(ctx, responses, o); err != nil {
			return nil, err
		}
	}
	return nil, t.c.ownError(out.op, observe.CodeBadAnswer, errEndless)
}

var errEndless = errors.New("the server asks for the same proof again and again")

// finish verifies the tokens.
func (t *turn) finish(ctx context.Context, out *outcome) (*Step, error) {
	tokens, identity, err := t.c.verifyTokens(ctx, out.op, out.result)
	if err != nil {
		return nil, err
	}
	return &Step{Tokens: tokens, Identity: identity, NewDevice: newDevice(out.result.NewDeviceMetadata)}, nil
}

// answerKnown returns the responses to a challenge that the library can
// answer with what it knows, or nil. Each of the secrets serves once.
func (t *turn) answerKnown(k *known) (responses map[string]string, err error) {
	switch {
	case t.Name == "PASSWORD_VERIFIER" && k.srp != nil:
		client := k.srp
		k.srp = nil
		who := srp.Account{Pool: t.c.poolName(), Name: t.Username}
		responses, err = client.Responses(who, string(k.password), t.Params, t.c.pool.Now())
	case t.Name == "DEVICE_SRP_AUTH" && k.device != nil:
		k.proof = srp.NewClient()
		responses = map[string]string{"SRP_A": k.proof.Public()}
	case t.Name == "DEVICE_PASSWORD_VERIFIER" && k.proof != nil:
		client := k.proof
		k.proof = nil
		who := srp.Account{Pool: k.device.GroupKey, Name: k.device.Key}
		responses, err = client.Responses(who, string(k.device.Secret), t.Params, t.c.pool.Now())
	}
	return responses, err
}
