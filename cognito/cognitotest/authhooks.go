package cognitotest

import (
	"maps"
	"slices"
)

// The trigger sources of sign-ins through the user-pool API.
const (
	SourceDefineAuthChallenge     = "DefineAuthChallenge_Authentication"
	SourceCreateAuthChallenge     = "CreateAuthChallenge_Authentication"
	SourceVerifyAuthChallenge     = "VerifyAuthChallengeResponse_Authentication"
	SourceMigrateOnSignIn         = "UserMigration_Authentication"
	SourceMigrateOnForgotPassword = "UserMigration_ForgotPassword"
	SourceAuthentication          = "TokenGeneration_Authentication"
	SourceNewPasswordChallenge    = "TokenGeneration_NewPasswordChallenge"
	SourceAuthenticateDevice      = "TokenGeneration_AuthenticateDevice"
)

// A ChallengeResult is a step that a user has taken in a sign-in of the flow
// CUSTOM_AUTH.
type ChallengeResult struct {
	ChallengeName     string // "CUSTOM_CHALLENGE", "SRP_A", "PASSWORD_VERIFIER", …
	ChallengeResult   bool   // whether the answer was right
	ChallengeMetadata string // what CreateAuthChallenge called the challenge
}

// A DefineAuthChallengeEvent is what a DefineAuthChallenge hook is told, and
// what it answers: one of the last three.
type DefineAuthChallengeEvent struct {
	TriggerEvent

	Session      []ChallengeResult // the steps so far
	UserNotFound bool              // nobody has that name; UserName is what was sent

	ChallengeName      string // what to ask next: "CUSTOM_CHALLENGE", "PASSWORD_VERIFIER" after SRP_A, or a second factor of the user's
	IssueTokens        bool   // the user is signed in
	FailAuthentication bool   // the sign-in ends
}

// A CreateAuthChallengeEvent is what a CreateAuthChallenge hook is told, and
// what it answers.
type CreateAuthChallengeEvent struct {
	TriggerEvent

	ChallengeName string            // "CUSTOM_CHALLENGE"
	Session       []ChallengeResult // the steps so far
	UserNotFound  bool              // as in [DefineAuthChallengeEvent]

	PublicChallengeParameters  map[string]string // for the app
	PrivateChallengeParameters map[string]string // for VerifyAuthChallengeResponse
	ChallengeMetadata          string            // for later Sessions
}

// A VerifyAuthChallengeResponseEvent is what a VerifyAuthChallengeResponse
// hook is told, and what it answers.
type VerifyAuthChallengeResponseEvent struct {
	TriggerEvent

	PrivateChallengeParameters map[string]string
	ChallengeAnswer            string
	UserNotFound               bool // as in [DefineAuthChallengeEvent]

	AnswerCorrect bool // set it if the answer is right
}

// A UserMigrationEvent is what a UserMigration hook is told about a user whom
// the pool does not know, and what it answers.
type UserMigrationEvent struct {
	TriggerEvent // UserName is the name that was sent; there are no UserAttributes

	Password       string            // "" for a forgotten password
	ValidationData map[string]string // ClientMetadata of the request

	// Attributes are those of the user to create, by Cognito's names. Nil
	// means that there is no such user, or that the password is wrong.
	Attributes map[string]string

	// FinalUserStatus is [StatusConfirmed], which lets the user sign in with
	// the password at once, or [StatusResetRequired], which is what empty
	// means.
	FinalUserStatus UserStatus
}

// subject is triggerEvent about the user of a sign-in, who may be nobody.
func (c *call) subject(source string, s *authSession, a *account) (e TriggerEvent, notFound bool) {
	if s.sub == "" {
		return c.triggerEvent(source, &account{username: s.typed}), true
	}
	return c.existing(source, a), false
}

// defineAuthChallenge asks the hook what comes next.
func (c *call) defineAuthChallenge(s *authSession, a *account) (*DefineAuthChallengeEvent, error) {
	e := &DefineAuthChallengeEvent{Session: slices.Clone(s.history)}
	e.TriggerEvent, e.UserNotFound = c.subject(SourceDefineAuthChallenge, s, a)
	return e, hookFailed("DefineAuthChallenge", c.hooks.DefineAuthChallenge(c.r.Context(), e))
}

// createAuthChallenge has the hook make a challenge.
func (c *call) createAuthChallenge(s *authSession, a *account) (*CreateAuthChallengeEvent, error) {
	e := &CreateAuthChallengeEvent{ChallengeName: challengeCustom, Session: slices.Clone(s.history)}
	e.TriggerEvent, e.UserNotFound = c.subject(SourceCreateAuthChallenge, s, a)
	return e, hookFailed("CreateAuthChallenge", c.hooks.CreateAuthChallenge(c.r.Context(), e))
}

// verifyAuthChallenge has the hook judge an answer.
func (c *call) verifyAuthChallenge(s *authSession, a *account, answer string) (bool, error) {
	e := &VerifyAuthChallengeResponseEvent{PrivateChallengeParameters: maps.Clone(s.private), ChallengeAnswer: answer}
	e.TriggerEvent, e.UserNotFound = c.subject(SourceVerifyAuthChallenge, s, a)
	err := c.hooks.VerifyAuthChallengeResponse(c.r.Context(), e)
	return e.AnswerCorrect, hookFailed("VerifyAuthChallengeResponse", err)
}
