package cognitotest

// A message is a refusal in Cognito's own words: the text, which the pages
// show, and the exception that it is in the user-pool API.
type message struct{ exception, text string }

func (m message) Error() string { return m.text }

// The exceptions of the user-pool API that more than one place raises.
const (
	exNotAuthorized    = "NotAuthorizedException"
	exInvalidParameter = "InvalidParameterException"
	exInvalidPassword  = "InvalidPasswordException"
	exCodeMismatch     = "CodeMismatchException"
	exExpiredCode      = "ExpiredCodeException"
	exUserNotFound     = "UserNotFoundException"
	exNotFound         = "ResourceNotFoundException"

	exUnsupportedOperation = "UnsupportedOperationException"
)

var (
	errWrongPassword = message{exNotAuthorized, "Incorrect username or password."} // unknown users get it too
	errUnknownUser   = message{exUserNotFound, "User does not exist."}             // for clients that reveal it
	errLockedOut     = message{exNotAuthorized, "Password attempts exceeded"}
	errDisabled      = message{exNotAuthorized, "User is disabled."}
	errNotConfirmed  = message{"UserNotConfirmedException", "User is not confirmed."}
	errResetRequired = message{"PasswordResetRequiredException", "Password reset required for the user"}
	errEmailUsername = message{exInvalidParameter, "Username cannot be of email format, since user pool is configured for email alias."}
	errUserExists    = message{"UsernameExistsException", "User already exists"}
	errUnauthorized  = message{exNotAuthorized, "A client attempted to write unauthorized attribute"}
	errEmailExists   = message{"AliasExistsException", "An account with the given email already exists."}
	errPhoneExists   = message{"AliasExistsException", "An account with the given phone_number already exists."}
	errConfirmed     = message{exNotAuthorized, "User cannot be confirmed. Current status is CONFIRMED"}
	errNoResend      = message{exInvalidParameter, "User is already confirmed."}
	errCodeMismatch  = message{exCodeMismatch, "Invalid verification code provided, please try again."}
	errCodeExpired   = message{exExpiredCode, "Invalid code provided, please request a code again."}
	errLimitExceeded = message{"LimitExceededException", "Attempt limit exceeded, please try after some time."}
	errUnknownName   = message{exUserNotFound, "Username/client id combination not found."} // for clients that reveal it
	errEmailFormat   = message{exInvalidParameter, "Invalid email address format."}
	errPhoneFormat   = message{exInvalidParameter, "Invalid phone number format."}
	errCannotReset   = message{exNotAuthorized, "User password cannot be reset in the current state."}
	errNoContact     = message{exInvalidParameter, "Cannot reset password for the user as there is no registered/verified email or phone_number"}
	errCannotResend  = message{exInvalidParameter, "Cannot resend codes. Auto verification not turned on."}
	errPasswordUsed  = message{"PasswordHistoryPolicyViolationException", "Password has previously been used."}
	errCustomMessage = message{"InvalidLambdaResponseException", "CustomMessage: Unrecognizable lambda output"}
	errMFACode       = message{exCodeMismatch, "Invalid code or auth state for the user."}
	errTOTPUsed      = message{exExpiredCode, "Your software token has already been used once."}
	errTOTPSetUp     = message{"EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA"}
	errNoFactor      = message{exInvalidParameter, "You must have multi-factor authentication (MFA) set up to sign in. Please set up MFA and try again."}
	errTemporaryOver = message{exNotAuthorized, "Temporary password has expired and must be reset by an administrator."}
	errSessionOver   = message{exNotAuthorized, "Invalid session for the user, session is expired."}
)

// Refusals of the played providers, which are not Cognito's.
var (
	errNoProviderID  = message{text: "Choose a user, or enter an id."}
	errBadProviderID = message{text: "An id has at most 96 bytes and no spaces."}
)
