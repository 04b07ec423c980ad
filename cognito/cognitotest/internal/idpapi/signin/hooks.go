package signin

import (
	"maps"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// subject is TriggerEvent for the user of a sign-in. It also reports whether
// there is no such user.
func (c *Handler) subject(source trigger.Source, s *attempts.SignIn, a *directory.Account) (e trigger.Event, notFound bool) {
	if s.Sub == "" {
		return c.TriggerEvent(source, &directory.Account{Username: s.Typed}), true
	}
	return c.Existing(source, a), false
}

// defineAuthChallenge asks the hook what comes next.
func (c *Handler) defineAuthChallenge(s *attempts.SignIn, a *directory.Account) (*trigger.DefineAuthChallenge, error) {
	e := &trigger.DefineAuthChallenge{Session: slices.Clone(s.History)}
	e.Event, e.UserNotFound = c.subject(trigger.SourceDefineAuthChallenge, s, a)
	return e, refusal.HookFailed("DefineAuthChallenge", c.Triggers().DefineAuthChallenge(c.R.Context(), e))
}

// createAuthChallenge has the hook make a challenge.
func (c *Handler) createAuthChallenge(s *attempts.SignIn, a *directory.Account) (*trigger.CreateAuthChallenge, error) {
	e := &trigger.CreateAuthChallenge{ChallengeName: challengeCustom, Session: slices.Clone(s.History)}
	e.Event, e.UserNotFound = c.subject(trigger.SourceCreateAuthChallenge, s, a)
	return e, refusal.HookFailed("CreateAuthChallenge", c.Triggers().CreateAuthChallenge(c.R.Context(), e))
}

// verifyAuthChallenge has the hook judge an answer.
func (c *Handler) verifyAuthChallenge(s *attempts.SignIn, a *directory.Account, answer string) (bool, error) {
	e := &trigger.VerifyAuthChallengeResponse{PrivateChallengeParameters: maps.Clone(s.Private), ChallengeAnswer: answer}
	e.Event, e.UserNotFound = c.subject(trigger.SourceVerifyAuthChallenge, s, a)
	err := c.Triggers().VerifyAuthChallengeResponse(c.R.Context(), e)
	return e.AnswerCorrect, refusal.HookFailed("VerifyAuthChallengeResponse", err)
}
