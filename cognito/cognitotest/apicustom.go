package cognitotest

import (
	"maps"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// customAuth begins the flow CUSTOM_AUTH, in which the hooks decide. A client
// that can prove a password says so with its public key.
func (c *call) customAuth(s authSession, a *account, clientPublic string) (*authOutput, error) {
	switch {
	case c.hooks.DefineAuthChallenge == nil:
		return nil, refusal.New(refusal.InvalidParameterException, "Custom auth lambda trigger is not configured for the user pool.")
	case a.disabled:
		return nil, refusal.Disabled
	case s.sub != "" && !a.confirmed:
		return nil, refusal.NotConfirmed
	}
	if clientPublic != "" {
		s.srpA = clientPublic
		s.history = []trigger.ChallengeResult{{ChallengeName: "SRP_A", ChallengeResult: true}}
	}
	return c.nextCustom(s, a)
}

// nextCustom does what the hook decides.
func (c *call) nextCustom(s authSession, a *account) (*authOutput, error) {
	e, err := c.defineAuthChallenge(&s, a)
	switch {
	case err != nil:
		return nil, err
	case e.FailAuthentication:
		return nil, refusal.WrongPassword
	case e.IssueTokens && s.sub == "":
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
	case name == challengeVerifier && s.srpA != "":
		clientPublic := s.srpA
		s.srpA = "" // serves once
		return c.startSRP(s, a, clientPublic)
	case s.sub != "" && slices.Contains(c.factorsOf(a), name):
		return c.askFactor(s, a, name)
	}
	return nil, errLambdaOutput
}

// askCustom asks what the hook has made up.
func (c *call) askCustom(s authSession, a *account) (*authOutput, error) {
	if c.hooks.CreateAuthChallenge == nil || c.hooks.VerifyAuthChallengeResponse == nil {
		return nil, errLambdaOutput
	}
	e, err := c.createAuthChallenge(&s, a)
	if err != nil {
		return nil, err
	}
	s.private, s.metadata = maps.Clone(e.PrivateChallengeParameters), e.ChallengeMetadata
	params := map[string]string{"USERNAME": s.username}
	maps.Copy(params, e.PublicChallengeParameters)
	return c.challenge(s, challengeCustom, params), nil
}

// answerCustom is the answer to CUSTOM_CHALLENGE. After a wrong one the hook
// decides, too.
func (c *call) answerCustom(s authSession, a *account, r authParams) (*authOutput, error) {
	answer, err := r.need("ANSWER")
	if err != nil {
		return nil, err
	}
	right, err := c.verifyAuthChallenge(&s, a, answer)
	if err != nil {
		return nil, err
	}
	s.history = append(s.history, trigger.ChallengeResult{ChallengeName: challengeCustom, ChallengeResult: right, ChallengeMetadata: s.metadata})
	return c.nextCustom(s, a)
}
