package cognitotest

import (
	"maps"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// subject is triggerEvent about the user of a sign-in, who may be nobody.
func (c *call) subject(source trigger.Source, s *authSession, a *account) (e trigger.Event, notFound bool) {
	if s.sub == "" {
		return c.triggerEvent(source, &account{username: s.typed}), true
	}
	return c.existing(source, a), false
}

// defineAuthChallenge asks the hook what comes next.
func (c *call) defineAuthChallenge(s *authSession, a *account) (*trigger.DefineAuthChallenge, error) {
	e := &trigger.DefineAuthChallenge{Session: slices.Clone(s.history)}
	e.Event, e.UserNotFound = c.subject(trigger.SourceDefineAuthChallenge, s, a)
	return e, refusal.HookFailed("DefineAuthChallenge", c.hooks.DefineAuthChallenge(c.r.Context(), e))
}

// createAuthChallenge has the hook make a challenge.
func (c *call) createAuthChallenge(s *authSession, a *account) (*trigger.CreateAuthChallenge, error) {
	e := &trigger.CreateAuthChallenge{ChallengeName: challengeCustom, Session: slices.Clone(s.history)}
	e.Event, e.UserNotFound = c.subject(trigger.SourceCreateAuthChallenge, s, a)
	return e, refusal.HookFailed("CreateAuthChallenge", c.hooks.CreateAuthChallenge(c.r.Context(), e))
}

// verifyAuthChallenge has the hook judge an answer.
func (c *call) verifyAuthChallenge(s *authSession, a *account, answer string) (bool, error) {
	e := &trigger.VerifyAuthChallengeResponse{PrivateChallengeParameters: maps.Clone(s.private), ChallengeAnswer: answer}
	e.Event, e.UserNotFound = c.subject(trigger.SourceVerifyAuthChallenge, s, a)
	err := c.hooks.VerifyAuthChallengeResponse(c.r.Context(), e)
	return e.AnswerCorrect, refusal.HookFailed("VerifyAuthChallengeResponse", err)
}
