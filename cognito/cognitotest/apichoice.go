package cognitotest

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// choiceAuth begins the flow USER_AUTH: with the factor that the request
// prefers, if the user has it, else with the choice.
func (c *call) choiceAuth(s authSession, params authParams) (*authOutput, error) {
	preferred := params["PREFERRED_CHALLENGE"]
	if preferred != "" && !slices.Contains(firstFactorNames, preferred) {
		return nil, refusal.New(refusal.InvalidParameterException, "Invalid PREFERRED_CHALLENGE")
	}
	if preferred == challengePassword && params["PASSWORD"] != "" && slices.Contains(c.rules().first, FirstFactorPassword) {
		return c.passwordAuth(s, params)
	}
	a, err := c.beginUser(&s)
	if err != nil {
		return nil, err
	}
	if a.disabled {
		return nil, refusal.Disabled
	}
	s.choices = c.firstFactors(&s, &a)
	if slices.Contains(s.choices, preferred) {
		out, err := c.chooseFirst(s, &a, preferred, params)
		if out != nil && out.ChallengeName != "" {
			out.AvailableChallenges = []string{preferred}
		}
		return out, err
	}
	if len(s.choices) == 0 {
		return nil, refusal.New(refusal.InvalidParameterException, "No first factor is available for the user")
	}
	out := c.challenge(s, challengeSelect, nil)
	out.AvailableChallenges = s.choices
	return out, nil
}

// firstFactorNames are the challenges that a sign-in may prefer.
var firstFactorNames = []string{challengeEmailOTP, challengeSMSOTP, challengeSRP, challengePassword, challengePasskey}

// firstFactors are the challenges that the user may begin with. A code is none
// for those who have to pass a second factor, or a temporary password. Nobody
// has what the pool allows.
func (c *call) firstFactors(s *authSession, a *account) []string {
	nobody := s.sub == ""
	codes := nobody || c.rules().mfa.Mode != "ON" && len(c.factorsOf(a)) == 0 && a.status() != StatusForceChangePassword
	var all []string
	add := func(allowed string, has bool, names ...string) {
		if has && slices.Contains(c.rules().first, allowed) {
			all = append(all, names...)
		}
	}
	add(FirstFactorEmail, codes && (nobody || a.email() != ""), challengeEmailOTP)
	add(FirstFactorSMS, codes && (nobody || a.phone() != ""), challengeSMSOTP)
	add(FirstFactorPasskey, nobody || c.passkeyServes(a), challengePasskey)
	add(FirstFactorPassword, nobody || a.password.Sum != nil, challengeSRP, challengePassword)
	return all
}

// answerSelect is the answer to SELECT_CHALLENGE.
func (c *call) answerSelect(s authSession, a *account, r authParams) (*authOutput, error) {
	answer, err := r.need("ANSWER")
	if err != nil {
		return nil, err
	}
	if !slices.Contains(s.choices, answer) {
		return nil, refusal.New(refusal.InvalidParameterException, "The challenge "+refusal.Clip(answer, 64)+" is not available for the user")
	}
	return c.chooseFirst(s, a, answer, r)
}

// chooseFirst goes on with a first factor, for which the request may hold the
// answer already.
func (c *call) chooseFirst(s authSession, a *account, factor string, r authParams) (*authOutput, error) {
	switch {
	case factor == challengePassword && r["PASSWORD"] != "":
		return c.answerPassword(s, a, r)
	case factor == challengeSRP && r["SRP_A"] != "":
		return c.answerSRP(s, a, r)
	case factor == challengeEmailOTP:
		return c.askFirstOTP(s, a, FactorEmail)
	case factor == challengeSMSOTP:
		return c.askFirstOTP(s, a, FactorSMS)
	case factor == challengePasskey:
		return c.askPasskey(s, a), nil
	}
	return c.challenge(s, factor, nil), nil
}

// answerPassword is the answer to PASSWORD.
func (c *call) answerPassword(s authSession, a *account, r authParams) (*authOutput, error) {
	password, err := r.need("PASSWORD")
	if err != nil {
		return nil, err
	}
	if err := c.checkCredentials(a, s.typed, password); err != nil {
		return nil, err
	}
	return c.afterFirstFactor(s, a)
}

// answerSRP is the answer to PASSWORD_SRP: the client's public key.
func (c *call) answerSRP(s authSession, a *account, r authParams) (*authOutput, error) {
	clientPublic, err := r.need("SRP_A")
	if err != nil {
		return nil, err
	}
	return c.startSRP(s, a, clientPublic)
}

// askFirstOTP sends a code to sign in with instead of a password. Nobody is
// sent one, and sees the same.
func (c *call) askFirstOTP(s authSession, a *account, factor string) (*authOutput, error) {
	name := challengeEmailOTP
	if factor == FactorSMS {
		name = challengeSMSOTP
	}
	if s.sub == "" {
		return c.challenge(s, name, deliveryParams(c.disguisedContact(s.typed, factor))), nil
	}
	code, err := c.sendOTP(a, factor, outbox.SignIn, s.client.AuthSessionValidity)
	if err != nil {
		return nil, err
	}
	s.code = code
	return c.challenge(s, name, deliveryParams(a.factorContact(factor))), nil
}

// factorContact is where the codes of a factor go.
func (a *account) factorContact(factor string) contact {
	if factor == FactorSMS {
		return a.contact("phone_number")
	}
	return a.contact("email")
}

// deliveryParams say where a code went.
func deliveryParams(to contact) map[string]string {
	return map[string]string{"CODE_DELIVERY_DELIVERY_MEDIUM": string(to.medium()), "CODE_DELIVERY_DESTINATION": to.masked()}
}

// disguisedContact is where the codes of a factor would go, if the name were
// somebody's.
func (c *call) disguisedContact(name, factor string) contact {
	switch {
	case factor == FactorSMS && isPhone(name):
		return contact{"phone_number", name}
	case factor == FactorSMS:
		digits := binary.BigEndian.Uint32(c.disguised("phone", name)) % 10_000
		return contact{"phone_number", fmt.Sprintf("+1555000%04d", digits)}
	case strings.Contains(name, "@"):
		return contact{"email", name}
	}
	return c.simulatedContact(name)
}

// answerEmailOTP is the answer to EMAIL_OTP, which is a first factor and a
// second.
func (c *call) answerEmailOTP(s authSession, a *account, r authParams) (*authOutput, error) {
	if s.second {
		return c.answerSecondOTP(s, a, r)
	}
	return c.answerFirstOTP(s, a, r)
}

// answerFirstOTP takes a code that stands for the password. It also confirms
// the account, and the address that it went to.
func (c *call) answerFirstOTP(s authSession, a *account, r authParams) (*authOutput, error) {
	if err := s.checkCode(r, c); err != nil {
		return nil, err
	}
	attribute := "email"
	if s.challenge == challengeSMSOTP {
		attribute = "phone_number"
	}
	var confirmed account
	err := c.users.update(a.sub, func(a *account) error {
		a.verified(attribute)
		a.confirmed = true
		confirmed = a.clone()
		return nil
	})
	if err != nil {
		return nil, errNoSession // the user has gone
	}
	return c.afterFirstFactor(s, &confirmed)
}

// checkCode accepts the code that was sent for the challenge.
func (s *authSession) checkCode(r authParams, c *call) error {
	code, err := r.need(s.challenge + "_CODE")
	if err != nil {
		return err
	}
	if err := s.code.Check(code, c.at); s.code.Code == "" || err == refusal.CodeMismatch {
		return refusal.MFACode
	} else if err != nil {
		return err
	}
	return nil
}
