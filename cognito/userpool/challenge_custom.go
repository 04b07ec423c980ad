package userpool

import (
	"context"
	"errors"
	"maps"
	"slices"
)

// CustomChallenge asks what the pool's create-auth-challenge trigger decides.
type CustomChallenge struct {
	ChallengeInfo

	// Parameters are the trigger's publicChallengeParameters.
	Parameters map[string]string
}

// Answer sends the answer to the verify-auth-challenge trigger. After a wrong
// one the define-auth-challenge trigger decides: another challenge follows,
// or the sign-in has failed.
func (ch *CustomChallenge) Answer(ctx context.Context, answer string, opts ...CallOption) (*Step, error) {
	if answer == "" {
		return nil, ch.refuse(errors.New("the answer is empty"))
	}
	return ch.answer(ctx, map[string]string{"ANSWER": answer}, &known{}, opts, answer)
}

// UnknownChallenge is one that this package does not know, such as one that
// Cognito did not have when it was written.
type UnknownChallenge struct {
	ChallengeInfo

	// Parameters are the challenge parameters as they came.
	Parameters map[string]string
}

// Answer sends the responses, by Cognito's names for them. USERNAME,
// SECRET_HASH and DEVICE_KEY are added.
func (ch *UnknownChallenge) Answer(ctx context.Context, responses map[string]string, opts ...CallOption) (*Step, error) {
	secrets := slices.Collect(maps.Values(responses))
	clone := maps.Clone(responses)
	if clone == nil {
		clone = map[string]string{}
	}
	return ch.answer(ctx, clone, &known{}, opts, secrets...)
}
