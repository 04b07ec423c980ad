package directory

import (
	"fmt"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// Factors are a user's second factors.
type Factors struct {
	TOTP      credential.TOTP
	Name      string // of the app, as the user called it
	TOTPOff   bool   // the app is known, but not asked for
	Pending   []byte // TOTP key whose first code is awaited
	Email     bool
	SMS       bool
	Passkey   bool // one that begins a sign-in is both factors
	Preferred string
	Code      credential.Code // sent by the pages
}

// setFactors gives a new account the factors of u.
func (u User) setFactors(a *Account) error {
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
		a.Factors.TOTP = credential.TOTP{Key: key}
	}
	if u.EmailMFA && a.Email() == "" {
		return fmt.Errorf("MFA by e-mail, and no e-mail")
	}
	if u.SMSMFA && a.Phone() == "" {
		return fmt.Errorf("MFA by text message, and no phone number")
	}
	a.Factors.Email, a.Factors.SMS = u.EmailMFA, u.SMSMFA
	a.Factors.Preferred = u.PreferredMFA
	return nil
}

// On are the second factors that a user has turned on.
func (f *Factors) On() []string {
	var list []string
	if f.TOTP.Key != nil && !f.TOTPOff {
		list = append(list, FactorTOTP)
	}
	if f.Email {
		list = append(list, FactorEmail)
	}
	if f.SMS {
		list = append(list, FactorSMS)
	}
	return list
}

// TurnOn turns a factor on that was proved.
func (a *Account) TurnOn(factor string) {
	switch factor {
	case FactorTOTP:
		a.Factors.TOTPOff = false
	case FactorEmail:
		a.Factors.Email = true
		a.Verified("email")
	case FactorSMS:
		a.Factors.SMS = true
		a.Verified("phone_number")
	}
}

// Reaches reports whether a has what a factor needs: an app, or where to send
// a code to.
func (a *Account) Reaches(factor string) bool {
	switch factor {
	case FactorEmail:
		return a.Email() != ""
	case FactorSMS:
		return a.Phone() != ""
	}
	return a.Factors.TOTP.Key != nil
}

// The second factors, in Cognito's words.
const (
	FactorTOTP  = "SOFTWARE_TOKEN_MFA" // a code from an authenticator app
	FactorEmail = "EMAIL_OTP"          // a code by e-mail
	FactorSMS   = "SMS_MFA"            // a code by text message
)

// ProveTOTP accepts a code of the authenticator app, or the first code of the
// one that is being set up.
func (a *Account) ProveTOTP(code string, setUp bool, now time.Time) error {
	totp := a.Factors.TOTP
	if setUp {
		totp = credential.TOTP{Key: a.Factors.Pending}
	}
	used, err := totp.Check(code, now)
	if err == refusal.MFACode && setUp {
		return refusal.TOTPSetUp
	}
	if err != nil {
		return err
	}
	totp.Used = used
	a.Factors.TOTP, a.Factors.Pending = totp, nil
	if setUp {
		a.TurnOn(FactorTOTP)
	}
	return nil
}
