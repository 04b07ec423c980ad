package signin

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// choiceAuth begins the flow USER_AUTH: with the factor that the request
// prefers, if the user has it, else with the choice.
func (c *Handler) choiceAuth(s attempts.SignIn, params authParams) (*authOutput, error) {
	preferred := params["PREFERRED_CHALLENGE"]
	if preferred != "" && !slices.Contains(firstFactorNames, preferred) {
		return nil, refusal.New(refusal.InvalidParameterException, "Invalid PREFERRED_CHALLENGE")
	}
	if preferred == challengePassword && params["PASSWORD"] != "" && slices.Contains(c.Rules().First, settings.FirstFactorPassword) {
		return c.passwordAuth(s, params)
	}
	a, err := c.beginUser(&s)
	if err != nil {
		return nil, err
	}
	if a.Disabled {
		return nil, refusal.Disabled
	}
	s.Choices = c.firstFactors(&s, &a)
	if slices.Contains(s.Choices, preferred) {
		out, err := c.chooseFirst(s, &a, preferred, params)
		if out != nil && out.ChallengeName != "" {
			out.AvailableChallenges = []string{preferred}
		}
		return out, err
	}
	if len(s.Choices) == 0 {
		return nil, refusal.New(refusal.InvalidParameterException, "No first factor is available for the user")
	}
	out := c.challenge(s, challengeSelect, nil)
	out.AvailableChallenges = s.Choices
	return out, nil
}

// firstFactorNames are the challenges that a sign-in may prefer.
var firstFactorNames = []string{challengeEmailOTP, challengeSMSOTP, challengeSRP, challengePassword, challengePasskey}

// firstFactors are the challenges that the user may begin with. A code is not a
// first factor for those who have to pass a second one, or have a temporary
// password. For an unknown name they are all that the pool allows.
func (c *Handler) firstFactors(s *attempts.SignIn, a *directory.Account) []string {
	nobody := s.Sub == ""
	codes := nobody || c.Rules().MFA.Mode != "ON" && len(c.FactorsOf(a)) == 0 && a.Status() != directory.StatusForceChangePassword
	var all []string
	add := func(allowed string, has bool, names ...string) {
		if has && slices.Contains(c.Rules().First, allowed) {
			all = append(all, names...)
		}
	}
	add(settings.FirstFactorEmail, codes && (nobody || a.Email() != ""), challengeEmailOTP)
	add(settings.FirstFactorSMS, codes && (nobody || a.Phone() != ""), challengeSMSOTP)
	add(settings.FirstFactorPasskey, nobody || c.PasskeyServes(a), challengePasskey)
	add(settings.FirstFactorPassword, nobody || a.Password.Sum != nil, challengeSRP, challengePassword)
	return all
}

// answerSelect is the answer to SELECT_CHALLENGE.
func (c *Handler) answerSelect(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	answer, err := r.need("ANSWER")
	if err != nil {
		return nil, err
	}
	if !slices.Contains(s.Choices, answer) {
		return nil, refusal.New(refusal.InvalidParameterException, "The challenge "+refusal.Clip(answer, 64)+" is not available for the user")
	}
	return c.chooseFirst(s, a, answer, r)
}

// chooseFirst goes on with a first factor, for which the request may hold the
// answer already.
func (c *Handler) chooseFirst(s attempts.SignIn, a *directory.Account, factor string, r authParams) (*authOutput, error) {
	switch {
	case factor == challengePassword && r["PASSWORD"] != "":
		return c.answerPassword(s, a, r)
	case factor == challengeSRP && r["SRP_A"] != "":
		return c.answerSRP(s, a, r)
	case factor == challengeEmailOTP:
		return c.askFirstOTP(s, a, directory.FactorEmail)
	case factor == challengeSMSOTP:
		return c.askFirstOTP(s, a, directory.FactorSMS)
	case factor == challengePasskey:
		return c.askPasskey(s, a), nil
	}
	return c.challenge(s, factor, nil), nil
}

// answerPassword is the answer to PASSWORD.
func (c *Handler) answerPassword(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	password, err := r.need("PASSWORD")
	if err != nil {
		return nil, err
	}
	if err := c.CheckCredentials(a, s.Typed, password); err != nil {
		return nil, err
	}
	return c.afterFirstFactor(s, a)
}

// answerSRP is the answer to PASSWORD_SRP: the client's public key.
func (c *Handler) answerSRP(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	clientPublic, err := r.need("SRP_A")
	if err != nil {
		return nil, err
	}
	return c.startSRP(s, a, clientPublic)
}

// askFirstOTP sends a code that replaces the password. For an unknown name it
// sends nothing, and the answer looks the same.
func (c *Handler) askFirstOTP(s attempts.SignIn, a *directory.Account, factor string) (*authOutput, error) {
	name := challengeEmailOTP
	if factor == directory.FactorSMS {
		name = challengeSMSOTP
	}
	if s.Sub == "" {
		return c.challenge(s, name, deliveryParams(c.disguisedContact(s.Typed, factor))), nil
	}
	code, err := c.SendOTP(a, factor, outbox.SignIn, s.Client.AuthSessionValidity)
	if err != nil {
		return nil, err
	}
	s.Code = code
	return c.challenge(s, name, deliveryParams(a.FactorContact(factor))), nil
}

// deliveryParams say where a code went.
func deliveryParams(to directory.Contact) map[string]string {
	return map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": string(to.Medium()), "CODE_DELIVERY_DESTINATION": to.Masked()}
}

// disguisedContact is where the codes of a factor would go if a user had the
// name.
func (c *Handler) disguisedContact(name, factor string) directory.Contact {
	switch {
	case factor == directory.FactorSMS && directory.IsPhone(name):
		return directory.Contact{Attribute: "phone_number", Value: name}
	case factor == directory.FactorSMS:
		digits := binary.BigEndian.Uint32(c.Disguised("phone", name)) % 10_000
		return directory.Contact{Attribute: "phone_number", Value: fmt.Sprintf("+1555000%04d", digits)}
	case strings.Contains(name, "@"):
		return directory.Contact{Attribute: "email", Value: name}
	}
	return c.SimulatedContact(name)
}

// answerEmailOTP is the answer to EMAIL_OTP, which is a first factor and a
// second.
func (c *Handler) answerEmailOTP(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	if s.Second {
		return c.answerSecondOTP(s, a, r)
	}
	return c.answerFirstOTP(s, a, r)
}

// answerFirstOTP takes a code in place of the password. It also confirms the
// account, and the address that it went to.
func (c *Handler) answerFirstOTP(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	if err := c.checkSentCode(&s, r); err != nil {
		return nil, err
	}
	attribute := "email"
	if s.Challenge == challengeSMSOTP {
		attribute = "phone_number"
	}
	var confirmed directory.Account
	err := c.Users.Update(a.Sub, func(a *directory.Account) error {
		a.Verified(attribute)
		a.Confirmed = true
		confirmed = a.Clone()
		return nil
	})
	if err != nil {
		return nil, attempts.ErrNoSession // the user has gone
	}
	return c.afterFirstFactor(s, &confirmed)
}

// checkSentCode accepts the code that was sent for the challenge.
func (c *Handler) checkSentCode(s *attempts.SignIn, r authParams) error {
	code, err := r.need(s.Challenge + "_CODE")
	if err != nil {
		return err
	}
	if err := s.Code.Check(code, c.At); s.Code.Code == "" || err == refusal.CodeMismatch {
		return refusal.MFACode
	} else if err != nil {
		return err
	}
	return nil
}
