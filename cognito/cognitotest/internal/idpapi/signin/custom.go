package signin

import (
	"maps"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// customAuth begins the flow CUSTOM_AUTH, in which the hooks decide. A client
// that can prove a password says so with its public key.
func (c *Handler) customAuth(s attempts.SignIn, a *directory.Account, clientPublic string) (*authOutput, error) {
	switch {
	case c.Triggers().DefineAuthChallenge == nil:
		return nil, refusal.New(refusal.InvalidParameterException, "Custom auth lambda trigger is not configured for the user pool.")
	case a.Disabled:
		return nil, refusal.Disabled
	case s.Sub != "" && !a.Confirmed:
		return nil, refusal.NotConfirmed
	}
	if clientPublic != "" {
		s.SRPA = clientPublic
		s.History = []trigger.ChallengeResult{{ChallengeName: "SRP_A", ChallengeResult: true}}
	}
	return c.nextCustom(s, a)
}

// nextCustom does what the hook decides.
func (c *Handler) nextCustom(s attempts.SignIn, a *directory.Account) (*authOutput, error) {
	e, err := c.defineAuthChallenge(&s, a)
	switch {
	case err != nil:
		return nil, err
	case e.FailAuthentication:
		return nil, refusal.WrongPassword
	case e.IssueTokens && s.Sub == "":
		return nil, refusal.WrongPassword
	case e.IssueTokens:
		if err := c.checkDevice(&s, a); err != nil {
			return nil, err
		}
		return c.issueTokens(s, a)
	}
	switch name := e.ChallengeName; {
	case name == challengeCustom:
		return c.askCustom(s, a)
	case name == challengeVerifier && s.SRPA != "":
		clientPublic := s.SRPA
		s.SRPA = "" // serves once
		return c.startSRP(s, a, clientPublic)
	case s.Sub != "" && slices.Contains(c.FactorsOf(a), name):
		return c.askFactor(s, a, name)
	}
	return nil, pool.ErrLambdaOutput
}

// askCustom asks what the hook has made up.
func (c *Handler) askCustom(s attempts.SignIn, a *directory.Account) (*authOutput, error) {
	if c.Triggers().CreateAuthChallenge == nil || c.Triggers().VerifyAuthChallengeResponse == nil {
		return nil, pool.ErrLambdaOutput
	}
	e, err := c.createAuthChallenge(&s, a)
	if err != nil {
		return nil, err
	}
	s.Private, s.Metadata = maps.Clone(e.PrivateChallengeParameters), e.ChallengeMetadata
	params := map[string]string{"USERNAME": s.Username}
	maps.Copy(params, e.PublicChallengeParameters)
	return c.challenge(s, challengeCustom, params), nil
}

// answerCustom is the answer to CUSTOM_CHALLENGE. After a wrong one the hook
// decides, too.
func (c *Handler) answerCustom(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	answer, err := r.need("ANSWER")
	if err != nil {
		return nil, err
	}
	right, err := c.verifyAuthChallenge(&s, a, answer)
	if err != nil {
		return nil, err
	}
	s.History = append(s.History, trigger.ChallengeResult{ChallengeName: challengeCustom, ChallengeResult: right, ChallengeMetadata: s.Metadata})
	return c.nextCustom(s, a)
}
