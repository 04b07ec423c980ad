package signin

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

type respondInput struct {
	ClientId           string
	ChallengeName      string
	Session            string
	ChallengeResponses authParams
	ClientMetadata     map[string]string
	UserContextData    userContextData
	AnalyticsMetadata  awsjson.Kept
}

type adminRespondInput struct {
	idpapi.PoolRef
	ClientId           string
	ChallengeName      string
	Session            string
	ChallengeResponses authParams
	ClientMetadata     map[string]string
	ContextData        contextData
	AnalyticsMetadata  awsjson.Kept
}

// A challengeAnswer goes on with a sign-in whose challenge was answered.
type challengeAnswer func(*Handler, attempts.SignIn, *directory.Account, authParams) (*authOutput, error)

// challengeAnswers are the challenges that can be answered.
var challengeAnswers = map[string]challengeAnswer{
	challengePassword:       (*Handler).answerPassword,
	challengeSRP:            (*Handler).answerSRP,
	challengeVerifier:       (*Handler).answerVerifier,
	challengeSelect:         (*Handler).answerSelect,
	challengeEmailOTP:       (*Handler).answerEmailOTP,
	challengeSMSOTP:         (*Handler).answerFirstOTP,
	challengeSMSMFA:         (*Handler).answerSecondOTP,
	challengeTOTP:           (*Handler).answerTOTP,
	challengeSelectMFA:      (*Handler).answerSelectMFA,
	challengeSetUpMFA:       (*Handler).answerSetUpMFA,
	challengeNewPassword:    (*Handler).answerNewPassword,
	challengeCustom:         (*Handler).answerCustom,
	challengeDevice:         (*Handler).answerDevice,
	challengeDeviceVerifier: (*Handler).answerDeviceVerifier,
	challengePasskey:        (*Handler).answerPasskey,
}

// respondToAuthChallenge is the operation RespondToAuthChallenge.
func (c *Handler) respondToAuthChallenge(in *respondInput) (*authOutput, error) {
	c.Address = in.UserContextData.IpAddress
	return c.respond(in)
}

// adminRespondToAuthChallenge is the operation AdminRespondToAuthChallenge.
func (c *Handler) adminRespondToAuthChallenge(in *adminRespondInput) (*authOutput, error) {
	c.Address = in.ContextData.IpAddress
	return c.respond(&respondInput{
		ClientId: in.ClientId, ChallengeName: in.ChallengeName, Session: in.Session,
		ChallengeResponses: in.ChallengeResponses, ClientMetadata: in.ClientMetadata,
	})
}

// respond answers a challenge.
func (c *Handler) respond(in *respondInput) (*authOutput, error) {
	answer, known := challengeAnswers[in.ChallengeName]
	if !known {
		return nil, awsjson.NotOneOf("challengeName", in.ChallengeName, awsjson.SortedKeys(challengeAnswers))
	}
	client := c.Clients.Find(in.ClientId)
	if client == nil {
		return nil, clients.NotFound(in.ClientId)
	}
	name, err := in.ChallengeResponses.need("USERNAME")
	if err != nil {
		return nil, err
	}
	if err := c.CheckSecretHash(client, name, in.ChallengeResponses["SECRET_HASH"]); err != nil {
		return nil, err
	}
	session, err := in.session()
	if err != nil {
		return nil, err
	}
	s, err := c.AuthSessions.Take(session, c.At)
	if err == attempts.ErrNoSession && in.Session == "" {
		err = refusal.WrongPassword // a secret block that no exchange has
	}
	if err != nil {
		return nil, err
	}
	a, ok := c.sessionUser(&s)
	c.Event.Username = a.Username
	if s.Client.ID != client.ID || s.Challenge != in.ChallengeName || !s.AnswersTo(name) || !ok {
		c.AuthSessions.GiveBack(session, c.At)
		return nil, attempts.ErrNoSession
	}
	c.Metadata = in.ClientMetadata
	if key := in.ChallengeResponses["DEVICE_KEY"]; key != "" && s.DeviceKey == "" {
		s.DeviceKey = key
	}
	out, err := answer(c, s, &a, in.ChallengeResponses)
	if err != nil && correctable(err) {
		c.AuthSessions.GiveBack(session, c.At)
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
func (c *Handler) sessionUser(s *attempts.SignIn) (directory.Account, bool) {
	if s.Sub == "" {
		return directory.Account{}, true
	}
	return c.Users.Find(s.Sub)
}
