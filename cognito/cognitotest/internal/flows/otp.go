package flows

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// The life of the MFA pages and of the codes sent for them.
const MFALife = 3 * time.Minute

// otpDigits is the length of the codes that are sent to sign in with.
var otpDigits = map[string]int{directory.FactorEmail: 8, directory.FactorSMS: 6}

// mfaCodeLimit is how many codes an hour a user is sent.
const mfaCodeLimit = 10

// SendOTP sends a sign-in code to the user's contact for a factor.
func (c *Flow) SendOTP(a *directory.Account, factor string, purpose outbox.Purpose, life time.Duration) (credential.Code, error) {
	if !c.Quotas.Take("mfa", a.Sub, mfaCodeLimit, c.At) {
		return credential.Code{}, refusal.LimitExceeded
	}
	code := credential.Code{Code: random.Digits(otpDigits[factor]), Expires: c.At.Add(life)}
	return code, c.Send(a, Letter{Purpose: purpose, Source: trigger.SourceMessageAuthentication, To: a.FactorContact(factor), Code: code.Code})
}
