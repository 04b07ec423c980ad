package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

type respondInput struct {
	ClientId           string            `api:"required,max=128,pattern=client"`
	ChallengeName      string            `api:"required"`
	Session            string            `api:"secret,min=20,max=2048"`
	ChallengeResponses authParams        `api:"secret"`
	ClientMetadata     map[string]string `api:"secret"`
	UserContextData    userContextData
	AnalyticsMetadata  awsjson.Kept
}

type adminRespondInput struct {
	UserPoolId         string            `api:"required,max=55,pattern=pool"`
	ClientId           string            `api:"required,max=128,pattern=client"`
	ChallengeName      string            `api:"required"`
	Session            string            `api:"secret,min=20,max=2048"`
	ChallengeResponses authParams        `api:"secret"`
	ClientMetadata     map[string]string `api:"secret"`
	ContextData        contextData
	AnalyticsMetadata  awsjson.Kept
}

// A challengeAnswer goes on with a sign-in whose challenge was answered.
type challengeAnswer func(*call, authSession, *account, authParams) (*authOutput, error)

// challengeAnswers are the challenges that can be answered.
var challengeAnswers map[string]challengeAnswer

func init() { // not a composite literal: they refer to the table by way of call
	challengeAnswers = map[string]challengeAnswer{
		challengePassword:       (*call).answerPassword,
		challengeSRP:            (*call).answerSRP,
		challengeVerifier:       (*call).answerVerifier,
		challengeSelect:         (*call).answerSelect,
		challengeEmailOTP:       (*call).answerEmailOTP,
		challengeSMSOTP:         (*call).answerFirstOTP,
		challengeSMSMFA:         (*call).answerSecondOTP,
		challengeTOTP:           (*call).answerTOTP,
		challengeSelectMFA:      (*call).answerSelectMFA,
		challengeSetUpMFA:       (*call).answerSetUpMFA,
		challengeNewPassword:    (*call).answerNewPassword,
		challengeCustom:         (*call).answerCustom,
		challengeDevice:         (*call).answerDevice,
		challengeDeviceVerifier: (*call).answerDeviceVerifier,
		challengePasskey:        (*call).answerPasskey,
	}
}

// apiRespond is RespondToAuthChallenge.
func (c *call) apiRespond(in *respondInput) (*authOutput, error) {
	c.address = in.UserContextData.IpAddress
	return c.respond(in)
}

// apiAdminRespond is AdminRespondToAuthChallenge.
func (c *call) apiAdminRespond(in *adminRespondInput) (*authOutput, error) {
	c.address = in.ContextData.IpAddress
	return c.respond(&respondInput{
		ClientId: in.ClientId, ChallengeName: in.ChallengeName, Session: in.Session,
		ChallengeResponses: in.ChallengeResponses, ClientMetadata: in.ClientMetadata,
	})
}

// respond answers a challenge.
func (c *call) respond(in *respondInput) (*authOutput, error) {
	answer, known := challengeAnswers[in.ChallengeName]
	if !known {
		return nil, awsjson.NotOneOf("challengeName", in.ChallengeName, awsjson.SortedKeys(challengeAnswers))
	}
	client := c.clients.find(in.ClientId)
	if client == nil {
		return nil, noClient(in.ClientId)
	}
	name, err := in.ChallengeResponses.need("USERNAME")
	if err != nil {
		return nil, err
	}
	if err := c.checkSecretHash(client, name, in.ChallengeResponses["SECRET_HASH"]); err != nil {
		return nil, err
	}
	session, err := in.session()
	if err != nil {
		return nil, err
	}
	s, err := c.authSessions.take(session, c.at)
	if err != nil {
		return nil, err
	}
	a, ok := c.sessionUser(&s)
	c.event.Username = a.username
	if s.client.ID != client.ID || s.challenge != in.ChallengeName || !s.answersTo(name) || !ok {
		c.authSessions.giveBack(session, c.at)
		return nil, errNoSession
	}
	c.metadata = in.ClientMetadata
	if key := in.ChallengeResponses["DEVICE_KEY"]; key != "" && s.deviceKey == "" {
		s.deviceKey = key
	}
	out, err := answer(c, s, &a, in.ChallengeResponses)
	if err != nil && correctable(err) {
		c.authSessions.giveBack(session, c.at)
	}
	return out, err
}

// session is what the sign-in is found by: the secret block serves clients
// that get no Session beside it.
func (in *respondInput) session() (string, error) {
	if in.Session != "" {
		return in.Session, nil
	}
	if in.ChallengeName == challengeVerifier || in.ChallengeName == challengeDeviceVerifier {
		return in.ChallengeResponses.need("PASSWORD_CLAIM_SECRET_BLOCK")
	}
	return "", refusal.New(refusal.InvalidParameterException, "Missing required parameter Session")
}

// sessionUser is the user of a sign-in, as they are now. It reports false if
// they have gone.
func (c *call) sessionUser(s *authSession) (account, bool) {
	if s.sub == "" {
		return account{}, true
	}
	return c.users.find(s.sub)
}
