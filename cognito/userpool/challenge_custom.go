package userpool

import (
	"context"
	"errors"
	"maps"
	"slices"
)

// CustomChallenge is a question of the pool's create-auth-challenge trigger.
type CustomChallenge struct {
	ChallengeInfo

	// Parameters are the trigger's publicChallengeParameters.
	Parameters map[string]string
}

// Answer sends the answer to the verify-auth-challenge trigger. If the answer
// is wrong, the define-auth-challenge trigger decides whether another
// challenge follows or the sign-in fails.
func (ch *CustomChallenge) Answer(ctx context.Context, answer string, opts ...CallOption) (*Step, error) {
	if answer == "" {
		return nil, ch.refuse(errors.New("the answer is empty"))
	}
	return ch.answer(ctx, map[string]string{"ANSWER": answer}, &known{}, opts, answer)
}

// UnknownChallenge is a challenge that this package does not know, such as
// one that is newer than this package.
type UnknownChallenge struct {
	ChallengeInfo

	// Parameters are the challenge parameters as Cognito sent them.
	Parameters map[string]string
}

// Answer sends the responses, under Cognito's names for them. It adds
// USERNAME, SECRET_HASH and DEVICE_KEY.
func (ch *UnknownChallenge) Answer(ctx context.Context, responses map[string]string, opts ...CallOption) (*Step, error) {
	secrets := slices.Collect(maps.Values(responses))
	clone := maps.Clone(responses)
	if clone == nil {
		clone = map[string]string{}
	}
	return ch.answer(ctx, clone, &known{}, opts, secrets...)
}
