// Package refusal has the refusals that pages and API share, in Cognito's own
// words.
package refusal

import (
	"errors"
	"strings"
)

// Of is the exception that an error is.
func Of(err error) Message {
	var m Message
	var hook *HookError
	switch {
	case errors.As(err, &m) && m.Exception != "":
		return m
	case errors.As(err, &hook):
		return Message{"UserLambdaValidationException", err.Error()}
	}
	return Message{InvalidParameterException, err.Error()}
}

// Clip keeps what outsiders wrote from filling a message.
func Clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// A Message is a refusal in Cognito's own words: the text, which the pages
// show, and the exception that it is in the user-pool API.
type Message struct{ Exception, Text string }

// New is a refusal with an exception and a text.
func New(exception, text string) Message { return Message{exception, text} }

func (m Message) Error() string { return m.Text }

// The exceptions of the user-pool API that more than one place raises.
const (
	NotAuthorizedException    = "NotAuthorizedException"
	InvalidParameterException = "InvalidParameterException"
	InvalidPasswordException  = "InvalidPasswordException"
	CodeMismatchException     = "CodeMismatchException"
	ExpiredCodeException      = "ExpiredCodeException"
	UserNotFoundException     = "UserNotFoundException"
	NotFoundException         = "ResourceNotFoundException"

	UnsupportedOperationException = "UnsupportedOperationException"
)

var (
	WrongPassword = Message{NotAuthorizedException, "Incorrect username or password."} // unknown users get it too
	UnknownUser   = Message{UserNotFoundException, "User does not exist."}             // for clients that reveal it
	LockedOut     = Message{NotAuthorizedException, "Password attempts exceeded"}
	Disabled      = Message{NotAuthorizedException, "User is disabled."}
	NotConfirmed  = Message{"UserNotConfirmedException", "User is not confirmed."}
	ResetRequired = Message{"PasswordResetRequiredException", "Password reset required for the user"}
	EmailUsername = Message{InvalidParameterException, "Username cannot be of email format, since user pool is configured for email alias."}
	UserExists    = Message{"UsernameExistsException", "User already exists"}
	Unauthorized  = Message{NotAuthorizedException, "A client attempted to write unauthorized attribute"}
	EmailExists   = Message{"AliasExistsException", "An account with the given email already exists."}
	PhoneExists   = Message{"AliasExistsException", "An account with the given phone_number already exists."}
	Confirmed     = Message{NotAuthorizedException, "User cannot be confirmed. Current status is CONFIRMED"}
	NoResend      = Message{InvalidParameterException, "User is already confirmed."}
	CodeMismatch  = Message{CodeMismatchException, "Invalid verification code provided, please try again."}
	CodeExpired   = Message{ExpiredCodeException, "Invalid code provided, please request a code again."}
	LimitExceeded = Message{"LimitExceededException", "Attempt limit exceeded, please try after some time."}
	UnknownName   = Message{UserNotFoundException, "Username/client id combination not found."} // for clients that reveal it
	EmailFormat   = Message{InvalidParameterException, "Invalid email address format."}
	PhoneFormat   = Message{InvalidParameterException, "Invalid phone number format."}
	CannotReset   = Message{NotAuthorizedException, "User password cannot be reset in the current state."}
	NoContact     = Message{InvalidParameterException, "Cannot reset password for the user as there is no registered/verified email or phone_number"}
	CannotResend  = Message{InvalidParameterException, "Cannot resend codes. Auto verification not turned on."}
	PasswordUsed  = Message{"PasswordHistoryPolicyViolationException", "Password has previously been used."}
	CustomMessage = Message{"InvalidLambdaResponseException", "CustomMessage: Unrecognizable lambda output"}
	MFACode       = Message{CodeMismatchException, "Invalid code or auth state for the user."}
	TOTPUsed      = Message{ExpiredCodeException, "Your software token has already been used once."}
	TOTPSetUp     = Message{"EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA"}
	NoFactor      = Message{InvalidParameterException, "You must have multi-factor authentication (MFA) set up to sign in. Please set up MFA and try again."}
	TemporaryOver = Message{NotAuthorizedException, "Temporary password has expired and must be reset by an administrator."}
	SessionOver   = Message{NotAuthorizedException, "Invalid session for the user, session is expired."}
)

// Refusals of the played providers, which are not Cognito's.
var (
	NoProviderID  = Message{Text: "Choose a user, or enter an id."}
	BadProviderID = Message{Text: "An id has at most 96 bytes and no spaces."}
)
