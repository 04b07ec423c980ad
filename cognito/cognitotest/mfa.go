package cognitotest

import (
	"fmt"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// The second factors, in Cognito's words.
const (
	FactorTOTP  = "SOFTWARE_TOKEN_MFA" // a code from an authenticator app
	FactorEmail = "EMAIL_OTP"          // a code by e-mail
	FactorSMS   = "SMS_MFA"            // a code by text message
)

// MFA says whether the pool asks for a second factor, and which it offers.
type MFA struct {
	// Mode is "OFF", "OPTIONAL" or "ON". Optional asks the users who have a
	// factor; on asks all, and has those without one enrol when they sign in.
	// Empty means OFF.
	Mode string

	TOTP  bool // codes from an authenticator app
	Email bool // codes by e-mail
	SMS   bool // codes by text message
}

func (m MFA) validate() error {
	switch m.Mode {
	case "", "OFF":
		return nil
	case "OPTIONAL", "ON":
		if !m.TOTP && !m.Email && !m.SMS {
			return fmt.Errorf("MFA is %s and offers no factor", m.Mode)
		}
		return nil
	}
	return fmt.Errorf("an MFA mode of %q: it must be OFF, OPTIONAL or ON", m.Mode)
}

// The life of the MFA pages and of the codes sent for them.
const mfaLife = 3 * time.Minute

// otpDigits is the length of the codes that are sent to sign in with.
var otpDigits = map[string]int{FactorEmail: 8, FactorSMS: 6}

// mfaCodeLimit is how many codes an hour a user is sent.
const mfaCodeLimit = 10

// factors are a user's second factors.
type factors struct {
	totp      credential.TOTP
	name      string // of the app, as the user called it
	totpOff   bool   // the app is known, but not asked for
	pending   []byte // TOTP key whose first code is awaited
	email     bool
	sms       bool
	passkey   bool // one that begins a sign-in is both factors
	preferred string
	code      credential.Code // sent by the pages
}

// setFactors gives a new account the factors of u.
func (u User) setFactors(a *account) error {
	switch u.PreferredMFA {
	case "", FactorTOTP, FactorEmail, FactorSMS:
	default:
		return fmt.Errorf("a preferred MFA of %q: it must be %s, %s or %s", u.PreferredMFA, FactorTOTP, FactorEmail, FactorSMS)
	}
	if u.TOTPSecret != "" {
		key, err := credential.DecodeTOTPSecret(u.TOTPSecret)
		if err != nil {
			return err
		}
		a.factors.totp = credential.TOTP{Key: key}
	}
	if u.EmailMFA && a.email() == "" {
		return fmt.Errorf("MFA by e-mail, and no e-mail")
	}
	if u.SMSMFA && a.phone() == "" {
		return fmt.Errorf("MFA by text message, and no phone number")
	}
	a.factors.email, a.factors.sms = u.EmailMFA, u.SMSMFA
	a.factors.preferred = u.PreferredMFA
	return nil
}

// on are the second factors that a user has turned on.
func (f *factors) on() []string {
	var list []string
	if f.totp.Key != nil && !f.totpOff {
		list = append(list, FactorTOTP)
	}
	if f.email {
		list = append(list, FactorEmail)
	}
	if f.sms {
		list = append(list, FactorSMS)
	}
	return list
}

// turnOn turns a factor on that was proved.
func (a *account) turnOn(factor string) {
	switch factor {
	case FactorTOTP:
		a.factors.totpOff = false
	case FactorEmail:
		a.factors.email = true
		a.verified("email")
	case FactorSMS:
		a.factors.sms = true
		a.verified("phone_number")
	}
}

// reaches reports whether a has what a factor needs: an app, or where to send
// a code to.
func (a *account) reaches(factor string) bool {
	switch factor {
	case FactorEmail:
		return a.email() != ""
	case FactorSMS:
		return a.phone() != ""
	}
	return a.factors.totp.Key != nil
}

// offered are the factors that the pool has.
func (m MFA) offered() []string {
	var all []string
	if m.Mode != "OPTIONAL" && m.Mode != "ON" {
		return nil
	}
	if m.TOTP {
		all = append(all, FactorTOTP)
	}
	if m.Email {
		all = append(all, FactorEmail)
	}
	if m.SMS {
		all = append(all, FactorSMS)
	}
	return all
}

// factorsOf returns the factors to choose from when a signs in.
func (p *Pool) factorsOf(a *account) []string {
	on := a.factors.on()
	all := slices.DeleteFunc(p.rules().mfa.offered(), func(f string) bool { return !slices.Contains(on, f) || !a.reaches(f) })
	if slices.Contains(all, a.factors.preferred) {
		return []string{a.factors.preferred}
	}
	return all
}

// factorsToSetUp returns the factors a may enrol in, where the pool demands
// one and a has none.
func (p *Pool) factorsToSetUp(a *account) []string {
	if p.rules().mfa.Mode != "ON" || len(p.factorsOf(a)) > 0 {
		return nil
	}
	return slices.DeleteFunc(p.rules().mfa.offered(), func(f string) bool { return f != FactorTOTP && !a.reaches(f) })
}

// sendOTP sends a code to sign in with to where a factor goes.
func (c *call) sendOTP(a *account, factor string, purpose outbox.Purpose, life time.Duration) (credential.Code, error) {
	if !c.quotas.Take("mfa", a.sub, mfaCodeLimit, c.at) {
		return credential.Code{}, refusal.LimitExceeded
	}
	code := credential.Code{Code: random.Digits(otpDigits[factor]), Expires: c.at.Add(life)}
	return code, c.send(a, letter{purpose: purpose, source: trigger.SourceMessageAuthentication, to: a.factorContact(factor), code: code.Code})
}
