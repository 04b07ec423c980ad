package cognitotest

// A message is a refusal in Cognito's own words, which the pages show.
type message string

func (m message) Error() string { return string(m) }

const (
	errUserExists    message = "User already exists"
	errEmailExists   message = "An account with the given email already exists."
	errConfirmed     message = "User cannot be confirmed. Current status is CONFIRMED"
	errCodeMismatch  message = "Invalid verification code provided, please try again."
	errCodeExpired   message = "Invalid code provided, please request a code again."
	errLimitExceeded message = "Attempt limit exceeded, please try after some time."
	errUnknownName   message = "Username/client id combination not found." // for clients that reveal it
	errEmailFormat   message = "Invalid email address format."
	errMFACode       message = "Invalid code or auth state for the user."
	errTOTPUsed      message = "Your software token has already been used once."
	errTOTPSetUp     message = "Code mismatch and fail enable Software Token MFA"
	errNoFactor      message = "You must have multi-factor authentication (MFA) set up to sign in. Please set up MFA and try again."
	errTemporaryOver message = "Temporary password has expired and must be reset by an administrator."
	errSessionOver   message = "Invalid session for the user, session is expired."
)

// Refusals of the played providers, which are not Cognito's.
const (
	errNoProviderID  message = "Choose a user, or enter an id."
	errBadProviderID message = "An id has at most 96 bytes and no spaces."
)
