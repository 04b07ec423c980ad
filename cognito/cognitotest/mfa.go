package cognitotest

import (
	"fmt"
	"time"
)

// The second factors, in Cognito's words.
const (
	FactorTOTP  = "SOFTWARE_TOKEN_MFA" // a code from an authenticator app
	FactorEmail = "EMAIL_OTP"          // a code by e-mail
)

// MFA says whether the pool asks for a second factor, and which it offers.
type MFA struct {
	// Mode is "OFF", "OPTIONAL" or "ON". Optional asks the users who have a
	// factor; on asks all, and has those without one enrol when they sign in.
	// Empty means OFF.
	Mode string

	TOTP  bool // codes from an authenticator app
	Email bool // codes by e-mail
}

func (m MFA) validate() error {
	switch m.Mode {
	case "", "OFF":
		return nil
	case "OPTIONAL", "ON":
		if !m.TOTP && !m.Email {
			return fmt.Errorf("MFA is %s and offers no factor", m.Mode)
		}
		return nil
	}
	return fmt.Errorf("an MFA mode of %q: it must be OFF, OPTIONAL or ON", m.Mode)
}

// The life of the MFA pages and of the codes sent for them.
const mfaLife = 3 * time.Minute

// mfaCodeDigits is the length of the codes sent for a second factor.
const mfaCodeDigits = 8

// mfaMailLimit is how many codes an hour a user is sent.
const mfaMailLimit = 10

// factors are a user's second factors.
type factors struct {
	totp      totpFactor
	pending   []byte // TOTP key whose first code is awaited
	email     bool
	preferred string
	code      oneTimeCode // sent by e-mail
}

// setFactors gives a new account the factors of u.
func (u User) setFactors(a *account) error {
	switch u.PreferredMFA {
	case "", FactorTOTP, FactorEmail:
	default:
		return fmt.Errorf("a preferred MFA of %q: it must be %s or %s", u.PreferredMFA, FactorTOTP, FactorEmail)
	}
	if u.TOTPSecret != "" {
		key, err := decodeTOTPSecret(u.TOTPSecret)
		if err != nil {
			return err
		}
		a.factors.totp = totpFactor{key: key}
	}
	if u.EmailMFA && a.email() == "" {
		return fmt.Errorf("MFA by e-mail, and no e-mail")
	}
	a.factors.email = u.EmailMFA
	a.factors.preferred = u.PreferredMFA
	return nil
}

// factorsOf returns the factors to choose from when a signs in.
func (p *Pool) factorsOf(a *account) []string {
	if p.pages().mfa.Mode != "OPTIONAL" && p.pages().mfa.Mode != "ON" {
		return nil
	}
	var all []string
	if p.pages().mfa.TOTP && a.factors.totp.key != nil {
		all = append(all, FactorTOTP)
	}
	if p.pages().mfa.Email && a.factors.email && a.email() != "" {
		all = append(all, FactorEmail)
	}
	for _, f := range all {
		if f == a.factors.preferred {
			return []string{f}
		}
	}
	return all
}

// factorsToSetUp returns the factors a may enrol in, where the pool demands
// one and a has none.
func (p *Pool) factorsToSetUp(a *account) []string {
	if p.pages().mfa.Mode != "ON" || len(p.factorsOf(a)) > 0 {
		return nil
	}
	var all []string
	if p.pages().mfa.TOTP {
		all = append(all, FactorTOTP)
	}
	if p.pages().mfa.Email && a.email() != "" {
		all = append(all, FactorEmail)
	}
	return all
}
