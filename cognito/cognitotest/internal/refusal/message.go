// Package refusal has the errors that pages and API share, with Cognito's own
// texts.
package refusal

import (
	"errors"
	"strings"
)

// Of returns the exception for an error.
func Of(err error) Message {
	var m Message
	var hook *HookError
	switch {
	case errors.As(err, &m) && m.Exception != "":
		return m
	case errors.As(err, &hook):
		return New("UserLambdaValidationException", err.Error())
	}
	return New(InvalidParameterException, err.Error())
}

// Clip limits the length of a text from outside in a message.
func Clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// A Message is a refusal in Cognito's own words: the exception that it is in the
// user-pool API, and the text. Pages show that text in English. In another
// language they have one of their own, by its key.
type Message struct {
	Exception, Text string
	Key             string // of the text in internal/pages/text; "" if there is none
	Arg             string // replaces the %s of that text
}

// New is a refusal with an exception and a text.
func New(exception, text string) Message { return Message{Exception: exception, Text: text} }

// Keyed is the refusal with a text in other languages.
func (m Message) Keyed(key, arg string) Message {
	m.Key, m.Arg = key, arg
	return m
}

// shown is a refusal that pages show.
func shown(key, exception, text string) Message { return New(exception, text).Keyed(key, "") }

// TextKey names the refusal's text in other languages, and what is in it.
func (m Message) TextKey() (key string, args []string) { return m.Key, []string{m.Arg} }

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
	WrongPassword = shown("refusal.wrongPassword", NotAuthorizedException, "Incorrect username or password.") // unknown users get it too
	UnknownUser   = shown("refusal.unknownUser", UserNotFoundException, "User does not exist.")               // for clients that reveal it
	LockedOut     = shown("refusal.lockedOut", NotAuthorizedException, "Password attempts exceeded")
	Disabled      = shown("refusal.disabled", NotAuthorizedException, "User is disabled.")
	NotConfirmed  = shown("refusal.notConfirmed", "UserNotConfirmedException", "User is not confirmed.")
	ResetRequired = shown("refusal.resetRequired", "PasswordResetRequiredException", "Password reset required for the user")
	EmailUsername = shown("refusal.emailUsername", InvalidParameterException, "Username cannot be of email format, since user pool is configured for email alias.")
	UserExists    = shown("refusal.userExists", "UsernameExistsException", "User already exists")
	Unauthorized  = shown("refusal.unauthorized", NotAuthorizedException, "A client attempted to write unauthorized attribute")
	EmailExists   = shown("refusal.emailExists", "AliasExistsException", "An account with the given email already exists.")
	PhoneExists   = shown("refusal.phoneExists", "AliasExistsException", "An account with the given phone_number already exists.")
	Confirmed     = shown("refusal.confirmed", NotAuthorizedException, "User cannot be confirmed. Current status is CONFIRMED")
	NoResend      = shown("refusal.noResend", InvalidParameterException, "User is already confirmed.")
	CodeMismatch  = shown("refusal.codeMismatch", CodeMismatchException, "Invalid verification code provided, please try again.")
	CodeExpired   = shown("refusal.codeExpired", ExpiredCodeException, "Invalid code provided, please request a code again.")
	LimitExceeded = shown("refusal.limitExceeded", "LimitExceededException", "Attempt limit exceeded, please try after some time.")
	UnknownName   = shown("refusal.unknownName", UserNotFoundException, "Username/client id combination not found.") // for clients that reveal it
	EmailFormat   = shown("refusal.emailFormat", InvalidParameterException, "Invalid email address format.")
	PhoneFormat   = shown("refusal.phoneFormat", InvalidParameterException, "Invalid phone number format.")
	CannotReset   = shown("refusal.cannotReset", NotAuthorizedException, "User password cannot be reset in the current state.")
	NoContact     = shown("refusal.noContact", InvalidParameterException, "Cannot reset password for the user as there is no registered/verified email or phone_number")
	CannotResend  = shown("refusal.cannotResend", InvalidParameterException, "Cannot resend codes. Auto verification not turned on.")
	PasswordUsed  = shown("refusal.passwordUsed", "PasswordHistoryPolicyViolationException", "Password has previously been used.")
	CustomMessage = shown("refusal.customMessage", "InvalidLambdaResponseException", "CustomMessage: Unrecognizable lambda output")
	MFACode       = shown("refusal.mfaCode", CodeMismatchException, "Invalid code or auth state for the user.")
	TOTPUsed      = shown("refusal.totpUsed", ExpiredCodeException, "Your software token has already been used once.")
	TOTPSetUp     = shown("refusal.totpSetUp", "EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
	NoFactor      = shown("refusal.noFactor", InvalidParameterException, "You must have multi-factor authentication (MFA) set up to sign in. Please set up MFA and try again.")
	TemporaryOver = shown("refusal.temporaryOver", NotAuthorizedException, "Temporary password has expired and must be reset by an administrator.")
	SessionOver   = shown("refusal.sessionOver", NotAuthorizedException, "Invalid session for the user, session is expired.")
)

// Refusals of passwords that break a rule of the policy.
var (
	PasswordShort     = broken("refusal.passwordShort", "Password not long enough")
	PasswordLong      = broken("refusal.passwordLong", "Password too long")
	PasswordUppercase = broken("refusal.passwordUppercase", "Password must have uppercase characters")
	PasswordLowercase = broken("refusal.passwordLowercase", "Password must have lowercase characters")
	PasswordNumber    = broken("refusal.passwordNumber", "Password must have numeric characters")
	PasswordSymbol    = broken("refusal.passwordSymbol", "Password must have symbol characters")
)

// broken is the refusal of a password.
func broken(key, rule string) Message {
	return shown(key, InvalidPasswordException, "Password did not conform with policy: "+rule)
}

// Refusals of the pages and the played providers, which are not Cognito's.
var (
	NoName        = shown("refusal.noName", InvalidParameterException, "Enter your username.")
	NoProviderID  = shown("refusal.noProviderID", "", "Choose a user, or enter an id.")
	BadProviderID = shown("refusal.badProviderID", "", "An id has at most 96 bytes and no spaces.")
)
