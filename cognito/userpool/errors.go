package userpool

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/awscall"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/redact"
)

// Errors that callers tell apart with [errors.Is]. Each comes as an [*Error].
// A refresh token that is over is [cognito.ErrInvalidGrant].
var (
	// ErrNotAuthorized means that the user name or the password is wrong, or
	// that no account, or only a disabled one, has that name. Visitors must
	// not be told which. Refusals that Cognito explains in words this package
	// does not know are not among them: see [ReasonRefused].
	ErrNotAuthorized = errors.New("the user name or password is wrong")

	// ErrUserNotConfirmed means that the account waits for
	// [Client.ConfirmSignUp]. Cognito says so at a sign-in whatever the
	// password was: a visitor must be told the same as for a wrong password.
	ErrUserNotConfirmed = errors.New("the account is not confirmed")

	// ErrAlreadyConfirmed means that an account was confirmed before: its user
	// can sign in, and gets no more codes to confirm it.
	ErrAlreadyConfirmed = errors.New("the account is confirmed already")

	// ErrSignInTooOld means that the user has to sign in again before adding
	// a passkey: see [Client.StartWebAuthnRegistration].
	ErrSignInTooOld = errors.New("the sign-in is too old for this")

	// ErrPasswordResetRequired means that the user has to go through
	// [Client.ForgotPassword] before signing in.
	ErrPasswordResetRequired = errors.New("the password has to be reset")

	// ErrCodeMismatch means that a code is wrong; the right one still works.
	ErrCodeMismatch = errors.New("the code is wrong")

	// ErrCodeExpired means that a code is no longer valid: have a new one
	// sent.
	ErrCodeExpired = errors.New("the code is no longer valid")

	// ErrSessionExpired means that a challenge was answered too late or
	// twice: the sign-in has to start again.
	ErrSessionExpired = errors.New("the sign-in has to start again")

	// ErrUnknownDevice means that the user has no such device, or no longer.
	ErrUnknownDevice = errors.New("there is no such device")

	// ErrLimitExceeded means that there were too many attempts or messages
	// for one user: only time helps.
	ErrLimitExceeded = errors.New("too many attempts")

	// ErrInvalidPassword means that a new password breaks the pool's policy
	// or was used before.
	ErrInvalidPassword = errors.New("the new password is not acceptable")

	// ErrUsernameExists means that the user name, e-mail address or phone
	// number belongs to another account.
	ErrUsernameExists = errors.New("the user name or address is taken")

	// ErrAccessToken means that Cognito no longer honours the access token:
	// it has expired, or was revoked by a sign-out. Refresh it, or have the
	// user sign in again.
	ErrAccessToken = errors.New("the access token is expired or revoked")
)

// An Error is a call to the user-pool API that went wrong.
type Error struct {
	// Op is the operation, such as "SignUp".
	Op observe.Op

	// Code is Cognito's name of the error, such as "NotAuthorizedException",
	// or one of the constants of package observe where Cognito said nothing.
	Code observe.Code

	// Reason says what Code means here: one code can mean many things.
	Reason Reason

	// Challenge is Cognito's name of the challenge that was answered, or "".
	Challenge string

	// Message is Cognito's text, without what the call passed in. It is for
	// the log: visitors get [NoticeFor].
	Message string

	// Fix says what a developer can do about it, in Cognito's words, or "".
	Fix string

	// Retryable reports whether the same call may succeed in a moment.
	// After "unreachable" it may also have succeeded already.
	Retryable bool

	// Status is the HTTP status of the answer, or 0. RequestID is what AWS
	// support asks for, or "".
	Status    int
	RequestID string

	// Wait is how long Cognito asks to get no calls: the Retry-After of an
	// answer with status 429 or 5xx, or 0.
	Wait time.Duration

	// Err is the SDK's error, or another cause, or nil. [errors.As] finds
	// the SDK's own types in it.
	Err error

	is           error  // the sentinel, or nil
	passwordless bool   // a sign-in that was to begin with a code or a passkey
	text         string // Cognito's whole text in lower case, until it is explained
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "userpool: %s: %s", e.Op, e.Code)
	if e.Message != "" {
		fmt.Fprintf(&b, " (%q)", e.Message)
	} else if e.Err != nil {
		b.WriteString(": " + fetch.Clean(e.Err.Error()))
	}
	if e.Fix != "" {
		b.WriteString(": " + e.Fix)
	}
	return b.String()
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// RetryAfter returns e.Wait. Package session asks for it.
func (e *Error) RetryAfter() time.Duration { return e.Wait }

// Is recognizes the sentinels of this package and [cognito.ErrInvalidGrant].
func (e *Error) Is(target error) bool { return e.is != nil && e.is == target }

// Explain returns the [*Error] for an error of the SDK's, from a call that the
// app made itself: op is the operation, such as "AdminCreateUser". It has the
// Reason, the Fix and the sentinels of this package, and [NoticeFor] takes it.
// Pass in secrets the values of the call that no text may quote. Explain
// returns nil for a nil error, and an [*Error] as it is.
func (c *Client) Explain(op string, err error, secrets ...string) error {
	if e, ok := errors.AsType[*Error](err); ok || err == nil {
		if ok {
			return e
		}
		return nil
	}
	return c.fail(observe.Op(op), err, secrets...)
}

// fail makes an Error of what the SDK returned for op.
func (c *Client) fail(op observe.Op, err error, secrets ...string) *Error {
	e := &Error{Op: op, Err: err}
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) {
		e.Status, e.RequestID = answer.HTTPStatusCode(), fetch.Clean(answer.RequestID)
		e.Wait = awscall.RetryAfter(answer)
	}
	var refusal smithy.APIError
	var missing smithy.InvalidParamsError
	switch {
	case errors.As(err, &missing):
		e.Code = observe.CodeBadRequest // the text names members, and no values
	case errors.As(err, &refusal) && refusal.ErrorCode() != "UnknownError":
		e.Code = observe.Code(fetch.Clean(refusal.ErrorCode()))
		e.text = strings.ToLower(fetch.Clean(refusal.ErrorMessage()))
		scrub(refusal, append(secrets, c.secret.Scrub()))
		if e.Message = fetch.Clean(refusal.ErrorMessage()); e.Message == string(e.Code) { // what the SDK says for none
			e.Message = ""
		}
	case awscall.Unanswered(err):
		e.Code = observe.CodeUnreachable
	default: // the text may quote the answer
		e.Code, e.Err = observe.CodeBadAnswer, awscall.BadAnswer(err, e.Status)
	}
	c.explain(e)
	e.text = ""
	return e
}

// ownError is an Error of ours for a call that was not made, or whose answer
// makes no sense.
func (c *Client) ownError(op observe.Op, code observe.Code, err error) *Error {
	if c == nil { // of a challenge that an app made itself
		c = &Client{}
	}
	e := &Error{Op: op, Code: code, Err: err}
	c.explain(e)
	return e
}

// quoted is how a complaint about a parameter shows its value.
var quoted = regexp.MustCompile(`(?s)Value '.*?' at '`)

// scrub removes values that the call passed in from Cognito's message, in the
// SDK's error itself, since callers can reach that. A text that contains a
// secret goes altogether: a gap in a known text would show what was there.
func scrub(refusal smithy.APIError, secrets []string) {
	var message *string
	switch r := refusal.(type) { // the others have fixed texts
	case *types.InvalidParameterException:
		message = r.Message
	case *types.UserLambdaValidationException:
		message = r.Message
	case *smithy.GenericAPIError:
		message = &r.Message
	}
	if message == nil {
		return
	}
	*message = quoted.ReplaceAllString(*message, "Value '"+redact.Text+"' at '")
	for _, secret := range secrets {
		if secret != "" && strings.Contains(*message, secret) {
			*message = redact.Text
		}
	}
}
