package userpool

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/refusal"
	"github.com/seed75762126/cognito-go/internal/fetch"
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

	is           error // the sentinel, or nil
	passwordless bool  // a sign-in that was to begin with a code or a passkey
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
	r := refusal.Read(err, append(secrets, c.secret.Scrub())...)
	e := &Error{
		Op: op, Code: observe.Code(r.Code), Message: r.Message,
		Status: r.Status, RequestID: r.RequestID, Wait: r.Wait, Err: r.Err,
	}
	switch r.Kind {
	case refusal.BadAnswer:
		e.Code = observe.CodeBadAnswer
	case refusal.BadRequest:
		e.Code = observe.CodeBadRequest
	case refusal.Unanswered:
		e.Code = observe.CodeUnreachable
	}
	c.explain(e, r.Text)
	return e
}

// ownError is an Error of ours for a call that was not made, or whose answer
// makes no sense.
func (c *Client) ownError(op observe.Op, code observe.Code, err error) *Error {
	if c == nil { // of a challenge that an app made itself
		c = &Client{}
	}
	e := &Error{Op: op, Code: code, Err: err}
	c.explain(e, "")
	return e
}
