package cognitotest

import (
	"fmt"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// MFA says whether the pool asks for a second factor, and which factors it
// offers.
type MFA struct {
	// Mode is "OFF", "OPTIONAL" or "ON". With OPTIONAL, the pool asks the users
	// who have a second factor. With ON, it asks all users; a user without a
	// second factor must set one up at the sign-in. Empty means OFF.
	Mode string

	TOTP  bool // codes from an authenticator app
	Email bool // codes by e-mail
	SMS   bool // codes by text message
}

// The second factors, in Cognito's words.
const (
	FactorTOTP  = "SOFTWARE_TOKEN_MFA" // a code from an authenticator app
	FactorEmail = "EMAIL_OTP"          // a code by e-mail
	FactorSMS   = "SMS_MFA"            // a code by text message
)

// The first factors that a pool may allow for USER_AUTH, by Cognito's names.
const (
	FirstFactorPassword = "PASSWORD"
	FirstFactorEmail    = "EMAIL_OTP" // a code by e-mail
	FirstFactorSMS      = "SMS_OTP"   // a code by text message
	FirstFactorPasskey  = "WEB_AUTHN" // see [WithWebAuthn]
)

// WithMFA makes the pool ask for a second factor after the password. Users of
// external providers are never asked.
func WithMFA(m MFA) Option { return func(o *options) { o.Rules.MFA = settings.MFA(m) } }

// WithFirstAuthFactors sets the pool's AllowedFirstAuthFactors: the first
// factors for a sign-in with the flow USER_AUTH, such as [FirstFactorPassword]
// and [FirstFactorEmail]. Without it, only the password is allowed.
func WithFirstAuthFactors(factors ...string) Option {
	return func(o *options) { o.Rules.First = factors }
}

// TOTP returns the code that a user's authenticator app would show by the
// pool's clock. The secret is [User.TOTPSecret], or the one that the set-up
// page has shown. A code works only once, so after a sign-in TOTP returns the
// next code. For a third sign-in within half a minute, move the clock with
// [Pool.Advance].
//
// It panics if there is no such user, or the user has no secret.
func (p *Pool) TOTP(username string) string {
	a := p.core.MustUser(username)
	f := a.Factors.TOTP
	if a.Factors.Pending != nil {
		f = credential.TOTP{Key: a.Factors.Pending}
	}
	if f.Key == nil {
		panic(fmt.Sprintf("cognitotest: user %q has no TOTP secret: set User.TOTPSecret, or open the enrolment page first", username))
	}
	return f.Next(p.Now())
}
