package cognitotest

import (
	"errors"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// askSecondFactor asks for a second factor, where pool and user have one; a
// remembered device may stand for it.
func (c *call) askSecondFactor(s authSession, a *account) (*authOutput, error) {
	if s.both {
		return c.afterFactors(s, a)
	}
	if d := c.rules().devices; d != nil && d.ChallengeRequiredOnNewDevice && a.remembers(s.deviceKey) {
		return c.afterFactors(s, a)
	}
	factors, setUp := c.factorsOf(a), c.factorsToSetUp(a)
	switch {
	case len(factors) > 0:
		return c.chooseSecond(s, a, factors)
	case slices.Contains(setUp, FactorTOTP):
		return c.challenge(s, challengeSetUpMFA, map[string]string{
			"USER_ID_FOR_SRP": s.username, "MFAS_CAN_SETUP": awsjson.Text(c.rules().mfa.offered()),
		}), nil
	case len(setUp) > 0: // a code proves the address, which turns the factor on
		s.enrol = true
		return c.chooseSecond(s, a, setUp)
	case c.rules().mfa.Mode == "ON":
		return nil, refusal.NoFactor
	}
	return c.afterFactors(s, a)
}

// chooseSecond asks for the one factor, or which.
func (c *call) chooseSecond(s authSession, a *account, factors []string) (*authOutput, error) {
	if len(factors) == 1 {
		return c.askFactor(s, a, factors[0])
	}
	s.choices = factors
	return c.challenge(s, challengeSelectMFA, map[string]string{
		"USER_ID_FOR_SRP": s.username, "MFAS_CAN_CHOOSE": awsjson.Text(factors),
	}), nil
}

// answerSelectMFA is the answer to SELECT_MFA_TYPE.
func (c *call) answerSelectMFA(s authSession, a *account, r authParams) (*authOutput, error) {
	answer, err := r.need("ANSWER")
	if err != nil {
		return nil, err
	}
	if answer == "EMAIL_MFA" { // as Cognito's guide has it
		answer = FactorEmail
	}
	if !slices.Contains(s.choices, answer) {
		return nil, refusal.New(refusal.InvalidParameterException, "The factor "+refusal.Clip(answer, 64)+" is not available for the user")
	}
	return c.askFactor(s, a, answer)
}

// askFactor asks for the code of a second factor; the names of the factors
// are those of the challenges.
func (c *call) askFactor(s authSession, a *account, factor string) (*authOutput, error) {
	s.second = true
	if factor == FactorTOTP {
		return c.challenge(s, challengeTOTP, map[string]string{
			"USER_ID_FOR_SRP": s.username, "FRIENDLY_DEVICE_NAME": a.factors.name,
		}), nil
	}
	code, err := c.sendOTP(a, factor, outbox.MFA, s.client.AuthSessionValidity)
	if err != nil {
		return nil, err
	}
	s.code = code
	params := deliveryParams(a.factorContact(factor))
	params["USER_ID_FOR_SRP"] = s.username
	return c.challenge(s, factor, params), nil
}

// answerSecondOTP takes the code of a second factor that was sent.
func (c *call) answerSecondOTP(s authSession, a *account, r authParams) (*authOutput, error) {
	if err := s.checkCode(r, c); err != nil {
		return nil, err
	}
	if s.enrol {
		err := c.users.update(a.sub, func(stored *account) error {
			stored.turnOn(s.challenge)
			*a = stored.clone()
			return nil
		})
		var taken refusal.Message
		switch {
		case errors.As(err, &taken): // the address is somebody else's
			return nil, taken
		case err != nil:
			return nil, errNoSession // the user has gone
		}
	}
	return c.afterSecond(s, a)
}

// answerTOTP is the answer to SOFTWARE_TOKEN_MFA.
func (c *call) answerTOTP(s authSession, a *account, r authParams) (*authOutput, error) {
	code, err := r.need("SOFTWARE_TOKEN_MFA_CODE")
	if err != nil {
		return nil, err
	}
	if a.factors.totp.Key == nil {
		return nil, errNoTOTP
	}
	err = c.users.update(a.sub, func(a *account) error { return a.proveTOTP(code, false, c.at) })
	if err != nil {
		return nil, err
	}
	return c.afterSecond(s, a)
}

// afterSecond goes on once a second factor was proved.
func (c *call) afterSecond(s authSession, a *account) (*authOutput, error) {
	if a.disabled {
		return nil, refusal.Disabled
	}
	if s.flow == flowCustom {
		s.history = append(s.history, trigger.ChallengeResult{ChallengeName: s.challenge, ChallengeResult: true})
		return c.nextCustom(s, a)
	}
	return c.afterFactors(s, a)
}

// answerSetUpMFA is the answer to MFA_SETUP, once an authenticator app was
// verified.
func (c *call) answerSetUpMFA(s authSession, a *account, _ authParams) (*authOutput, error) {
	if !s.ready {
		return nil, errNoTOTP
	}
	return c.afterSecond(s, a)
}

var (
	errNoTOTP      = refusal.New("SoftwareTokenMFANotFoundException", "Software Token MFA is not set up for the user")
	errNoPoolTOTP  = refusal.New("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
	errTokenOrElse = refusal.New(refusal.InvalidParameterException, "Either AccessToken or Session is required, and not both")
)

type associateInput struct {
	AccessToken string `api:"secret,pattern=token"`
	Session     string `api:"secret,min=20,max=2048"`
}

type associateOutput struct {
	SecretCode string
	Session    string `json:",omitempty"`
}

// apiAssociateSoftwareToken is AssociateSoftwareToken, by a user who is signed
// in or by one who has to set up a factor.
func (c *call) apiAssociateSoftwareToken(in *associateInput) (*associateOutput, error) {
	s, a, err := c.enrollee(in.AccessToken, in.Session)
	if err != nil {
		return nil, err
	}
	key := credential.NewTOTPKey()
	if err := c.users.update(a.sub, func(a *account) error { a.factors.pending = key; return nil }); err != nil {
		return nil, errNoSession // the user has gone
	}
	out := &associateOutput{SecretCode: credential.Base32.EncodeToString(key)}
	if s != nil {
		s.ready = false
		out.Session = c.keepSession(*s)
	}
	return out, nil
}

type verifyTokenInput struct {
	AccessToken        string `api:"secret,pattern=token"`
	Session            string `api:"secret,min=20,max=2048"`
	UserCode           string `api:"required,secret,min=6,max=6,pattern=digits"`
	FriendlyDeviceName string `api:"max=131072"`
}

type verifyTokenOutput struct {
	Session string `json:",omitempty"`
	Status  string
}

// apiVerifySoftwareToken is VerifySoftwareToken. The app of a user who is
// signed in is asked for from when SetUserMFAPreference turns it on, or the
// pool demands a factor.
func (c *call) apiVerifySoftwareToken(in *verifyTokenInput) (*verifyTokenOutput, error) {
	s, a, err := c.enrollee(in.AccessToken, in.Session)
	if err != nil {
		return nil, err
	}
	err = c.users.update(a.sub, func(a *account) error {
		if a.factors.pending == nil {
			return errNoTOTP
		}
		off := s == nil && c.rules().mfa.Mode != "ON" && (a.factors.totp.Key == nil || a.factors.totpOff)
		if err := a.proveTOTP(in.UserCode, true, c.at); err != nil {
			return err
		}
		a.factors.totpOff, a.factors.name = off, strings.ToValidUTF8(in.FriendlyDeviceName, "")
		return nil
	})
	if err != nil {
		if s != nil {
			c.authSessions.giveBack(in.Session, c.at)
		}
		return nil, err
	}
	out := &verifyTokenOutput{Status: "SUCCESS"}
	if s != nil {
		s.ready = true
		out.Session = c.keepSession(*s)
	}
	return out, nil
}

// enrollee is the user who sets up an authenticator app, with the sign-in
// that waits for it, which is nil for one who is signed in.
func (c *call) enrollee(token, session string) (*authSession, account, error) {
	if (token == "") == (session == "") {
		return nil, account{}, errTokenOrElse
	}
	if !c.rules().mfa.TOTP {
		return nil, account{}, errNoPoolTOTP
	}
	if token != "" {
		a, _, err := c.apiUser(token)
		return nil, a, err
	}
	s, err := c.authSessions.take(session, c.at)
	if err != nil {
		return nil, account{}, err
	}
	a, known := c.users.find(s.sub)
	c.event.Username = a.username
	if s.challenge != challengeSetUpMFA || !known {
		c.authSessions.giveBack(session, c.at)
		return nil, a, errNoSession
	}
	return &s, a, nil
}
