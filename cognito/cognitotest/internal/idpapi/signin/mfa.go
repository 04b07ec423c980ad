package signin

import (
	"errors"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// askSecondFactor asks for a second factor, where pool and user have one; a
// remembered device may replace it.
func (c *Handler) askSecondFactor(s attempts.SignIn, a *directory.Account) (*authOutput, error) {
	if s.Both {
		return c.afterFactors(s, a)
	}
	if d := c.Rules().Devices; d != nil && d.ChallengeRequiredOnNewDevice && a.Remembers(s.DeviceKey) {
		return c.afterFactors(s, a)
	}
	factors, setUp := c.FactorsOf(a), c.FactorsToSetUp(a)
	switch {
	case len(factors) > 0:
		return c.chooseSecond(s, a, factors)
	case slices.Contains(setUp, directory.FactorTOTP):
		return c.challenge(s, challengeSetUpMFA, map[string]string{
			"USER_ID_FOR_SRP": s.Username, "MFAS_CAN_SETUP": awsjson.Text(c.Rules().MFA.Offered()),
		}), nil
	case len(setUp) > 0: // a code proves the address, which turns the factor on
		s.Enrol = true
		return c.chooseSecond(s, a, setUp)
	case c.Rules().MFA.Mode == "ON":
		return nil, refusal.NoFactor
	}
	return c.afterFactors(s, a)
}

// chooseSecond asks for the only factor, or asks which one to use.
func (c *Handler) chooseSecond(s attempts.SignIn, a *directory.Account, factors []string) (*authOutput, error) {
	if len(factors) == 1 {
		return c.askFactor(s, a, factors[0])
	}
	s.Choices = factors
	return c.challenge(s, challengeSelectMFA, map[string]string{
		"USER_ID_FOR_SRP": s.Username, "MFAS_CAN_CHOOSE": awsjson.Text(factors),
	}), nil
}

// answerSelectMFA is the answer to SELECT_MFA_TYPE.
func (c *Handler) answerSelectMFA(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	answer, err := r.need("ANSWER")
	if err != nil {
		return nil, err
	}
	if answer == "EMAIL_MFA" { // as Cognito's guide has it
		answer = directory.FactorEmail
	}
	if !slices.Contains(s.Choices, answer) {
		return nil, refusal.New(refusal.InvalidParameterException, "The factor "+refusal.Clip(answer, 64)+" is not available for the user")
	}
	return c.askFactor(s, a, answer)
}

// askFactor asks for the code of a second factor; the names of the factors
// are those of the challenges.
func (c *Handler) askFactor(s attempts.SignIn, a *directory.Account, factor string) (*authOutput, error) {
	s.Second = true
	if factor == directory.FactorTOTP {
		return c.challenge(s, challengeTOTP, map[string]string{
			"USER_ID_FOR_SRP": s.Username, "FRIENDLY_DEVICE_NAME": a.Factors.Name,
		}), nil
	}
	code, err := c.SendOTP(a, factor, outbox.MFA, s.Client.AuthSessionValidity)
	if err != nil {
		return nil, err
	}
	s.Code = code
	params := deliveryParams(a.FactorContact(factor))
	params["USER_ID_FOR_SRP"] = s.Username
	return c.challenge(s, factor, params), nil
}

// answerSecondOTP takes the code of a second factor that was sent.
func (c *Handler) answerSecondOTP(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	if err := c.checkSentCode(&s, r); err != nil {
		return nil, err
	}
	if s.Enrol {
		err := c.Users.Update(a.Sub, func(stored *directory.Account) error {
			stored.TurnOn(s.Challenge)
			*a = stored.Clone()
			return nil
		})
		var taken refusal.Message
		switch {
		case errors.As(err, &taken): // the address is another user's
			return nil, taken
		case err != nil:
			return nil, attempts.ErrNoSession // the user has gone
		}
	}
	return c.afterSecond(s, a)
}

// answerTOTP is the answer to SOFTWARE_TOKEN_MFA.
func (c *Handler) answerTOTP(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	code, err := r.need("SOFTWARE_TOKEN_MFA_CODE")
	if err != nil {
		return nil, err
	}
	if a.Factors.TOTP.Key == nil {
		return nil, errNoTOTP
	}
	err = c.Users.Update(a.Sub, func(a *directory.Account) error { return a.ProveTOTP(code, false, c.At) })
	if err != nil {
		return nil, err
	}
	return c.afterSecond(s, a)
}

// afterSecond goes on once a second factor was proved.
func (c *Handler) afterSecond(s attempts.SignIn, a *directory.Account) (*authOutput, error) {
	if a.Disabled {
		return nil, refusal.Disabled
	}
	if s.Flow == clients.FlowCustom {
		s.History = append(s.History, trigger.ChallengeResult{ChallengeName: s.Challenge, ChallengeResult: true})
		return c.nextCustom(s, a)
	}
	return c.afterFactors(s, a)
}

// answerSetUpMFA is the answer to MFA_SETUP: an address for codes, or nothing
// once an authenticator app was verified.
func (c *Handler) answerSetUpMFA(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	if r["EMAIL"] != "" && slices.Contains(c.Rules().MFA.Offered(), directory.FactorEmail) {
		return c.setUpEmail(s, a, r["EMAIL"])
	}
	if !s.Ready {
		return nil, errNoTOTP
	}
	return c.afterSecond(s, a)
}

// setUpEmail gives the user an address and sends a code there, which proves it.
func (c *Handler) setUpEmail(s attempts.SignIn, a *directory.Account, address string) (*authOutput, error) {
	if err := directory.CheckValue("email", address); err != nil {
		return nil, err
	}
	err := c.Users.Update(a.Sub, func(stored *directory.Account) error {
		if stored.Email() != address {
			stored.Set("email", address)
			stored.Unverify("email", true)
		}
		*a = stored.Clone()
		return nil
	})
	if err != nil {
		return nil, attempts.ErrNoSession // the user has gone
	}
	s.Enrol = true
	return c.askFactor(s, a, directory.FactorEmail)
}

var (
	errNoTOTP      = refusal.New("SoftwareTokenMFANotFoundException", "Software Token MFA is not set up for the user")
	errNoPoolTOTP  = refusal.New("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
	errTokenOrElse = refusal.New(refusal.InvalidParameterException, "Either AccessToken or Session is required, and not both")
)

type associateInput struct {
	AccessToken string
	Session     string
}

type associateOutput struct {
	SecretCode string
	Session    string `json:",omitempty"`
}

// associateSoftwareToken is the operation AssociateSoftwareToken, by a user who is signed
// in or by one who has to set up a factor.
func (c *Handler) associateSoftwareToken(in *associateInput) (*associateOutput, error) {
	s, a, err := c.enrollee(in.AccessToken, in.Session)
	if err != nil {
		return nil, err
	}
	key := credential.NewTOTPKey()
	if err := c.Users.Update(a.Sub, func(a *directory.Account) error { a.Factors.Pending = key; return nil }); err != nil {
		return nil, attempts.ErrNoSession // the user has gone
	}
	out := &associateOutput{SecretCode: credential.Base32.EncodeToString(key)}
	if s != nil {
		s.Ready = false
		out.Session = c.keepSession(*s)
	}
	return out, nil
}

type verifyTokenInput struct {
	AccessToken        string
	Session            string
	UserCode           string
	FriendlyDeviceName string
}

type verifyTokenOutput struct {
	Session string `json:",omitempty"`
	Status  string
}

// verifySoftwareToken is the operation VerifySoftwareToken. If the user is
// signed in already, sign-ins ask for the app only after SetUserMFAPreference
// turns it on, or if the pool demands a factor.
func (c *Handler) verifySoftwareToken(in *verifyTokenInput) (*verifyTokenOutput, error) {
	s, a, err := c.enrollee(in.AccessToken, in.Session)
	if err != nil {
		return nil, err
	}
	err = c.Users.Update(a.Sub, func(a *directory.Account) error {
		if a.Factors.Pending == nil {
			return errNoTOTP
		}
		off := s == nil && c.Rules().MFA.Mode != "ON" && (a.Factors.TOTP.Key == nil || a.Factors.TOTPOff)
		if err := a.ProveTOTP(in.UserCode, true, c.At); err != nil {
			return err
		}
		a.Factors.TOTPOff, a.Factors.Name = off, strings.ToValidUTF8(in.FriendlyDeviceName, "")
		return nil
	})
	if err != nil {
		if s != nil {
			c.AuthSessions.GiveBack(in.Session, c.At)
		}
		return nil, err
	}
	out := &verifyTokenOutput{Status: "SUCCESS"}
	if s != nil {
		s.Ready = true
		out.Session = c.keepSession(*s)
	}
	return out, nil
}

// enrollee is the user who sets up an authenticator app. It also returns the
// sign-in that waits for it, which is nil for a user who is signed in.
func (c *Handler) enrollee(token, session string) (*attempts.SignIn, directory.Account, error) {
	if (token == "") == (session == "") {
		return nil, directory.Account{}, errTokenOrElse
	}
	if !c.Rules().MFA.TOTP {
		return nil, directory.Account{}, errNoPoolTOTP
	}
	if token != "" {
		a, _, err := c.TokenUser(token)
		return nil, a, err
	}
	s, err := c.AuthSessions.Take(session, c.At)
	if err != nil {
		return nil, directory.Account{}, err
	}
	a, known := c.Users.Find(s.Sub)
	c.Event.Username = a.Username
	if s.Challenge != challengeSetUpMFA || !known {
		c.AuthSessions.GiveBack(session, c.At)
		return nil, a, attempts.ErrNoSession
	}
	return &s, a, nil
}
