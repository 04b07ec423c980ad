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
	Code    string    // six digits; eight digits in a mail for [MFA] and [SignIn]; for [Invitation] the temporary password
	Link    string    // link that confirms an account, if the pool sends links; it contains the code
	Subject string    // subject of a mail
	Body    string    // text that the user reads
	At      time.Time // time by the pool's clock
}

// A Purpose is the purpose of a message.
type Purpose string

// The purposes of messages.
const (
	SignUp          Purpose = "sign-up"          // confirms an account; valid 24 hours
	ForgotPassword  Purpose = "forgot-password"  // sets a new password; valid 1 hour
	VerifyAttribute Purpose = "verify-attribute" // verifies an e-mail or a phone number; valid 24 hours
	MFA             Purpose = "mfa"              // is a second factor; valid 3 minutes on the pages, and AuthSessionValidity of the app client through the API
	SignIn          Purpose = "sign-in"          // is the first factor of USER_AUTH; valid for AuthSessionValidity of the app client
	Invitation      Purpose = "invitation"       // invites a user whom an administrator has created
)

// A Medium is the way in which a message is sent, in Cognito's words.
type Medium string

// The mediums of messages.
const (
	Email Medium = "EMAIL"
	SMS   Medium = "SMS"
)
