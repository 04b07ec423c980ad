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
)
