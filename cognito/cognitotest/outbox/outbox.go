// Package outbox has the mails and text messages that the emulator would send.
// The Outbox method of a cognitotest.Pool returns them.
package outbox

import (
	"time"
)

// A Message is a mail or a text message that Cognito would have sent.
type Message struct {
	To      string    // e-mail address or phone number
	Medium  Medium    // [Email] or [SMS]
	Purpose Purpose   // such as [SignUp]
	Code    string    // six digits, eight in a mail for [MFA] and [SignIn]; for [Invitation] the temporary password
	Link    string    // to confirm an account with, where the pool sends links; it holds the code
	Subject string    // of a mail
	Body    string    // as the user reads it
	At      time.Time // by the pool's clock
}

// A Purpose is what a message is for.
type Purpose string

// The purposes of messages.
const (
	SignUp          Purpose = "sign-up"          // confirms an account; valid 24 hours
	ForgotPassword  Purpose = "forgot-password"  // sets a new password; valid 1 hour
	VerifyAttribute Purpose = "verify-attribute" // verifies an e-mail or a phone number; valid 24 hours
	MFA             Purpose = "mfa"              // is a second factor; valid 3 minutes, through the API as long as AuthSessionValidity of the app client
	SignIn          Purpose = "sign-in"          // is the first factor of USER_AUTH; valid as long as AuthSessionValidity of the app client
	Invitation      Purpose = "invitation"       // tells a user whom an administrator made
)

// A Medium is how a message goes, in Cognito's words.
type Medium string

// The mediums of messages.
const (
	Email Medium = "EMAIL"
	SMS   Medium = "SMS"
)
