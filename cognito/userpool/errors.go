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

// Errors to compare with [errors.Is]. Each comes in an [*Error]. For a refresh
// token that has ended the error is [cognito.ErrInvalidGrant].
var (
	// ErrNotAuthorized means that the user name or the password is wrong, or
	// that the account is disabled or does not exist. Do not tell the visitor
	// which of these it is. If Cognito gives a reason that this package does
	// not know, the error is not ErrNotAuthorized: see [ReasonRefused].
	ErrNotAuthorized = errors.New("the user name or password is wrong")

	// ErrUserNotConfirmed means that the account waits for
	// [Client.ConfirmSignUp]. At a sign-in Cognito returns this for right and
	// wrong passwords: tell the visitor the same as for a wrong password.
	ErrUserNotConfirmed = errors.New("the account is not confirmed")

	// ErrAlreadyConfirmed means that the account is already confirmed. Its
	// user can sign in, and Cognito sends no more confirmation codes.
	ErrAlreadyConfirmed = errors.New("the account is confirmed already")

	// ErrSignInTooOld means that the user has to sign in again before adding
	// a passkey: see [Client.StartWebAuthnRegistration].
	ErrSignInTooOld = errors.New("the sign-in is too old for this")

	// ErrPasswordResetRequired means that the user has to go through
	// [Client.ForgotPassword] before signing in.
	ErrPasswordResetRequired = errors.New("the password has to be reset")

	// ErrCodeMismatch means that a code is wrong. The user may try again: the
	// right code still works.
	ErrCodeMismatch = errors.New("the code is wrong")

	// ErrCodeExpired means that a code is no longer valid. Send a new one.
	ErrCodeExpired = errors.New("the code is no longer valid")

	// ErrSessionExpired means that a challenge was answered too late or
	// twice: the sign-in has to start again.
	ErrSessionExpired = errors.New("the sign-in has to start again")

	// ErrUnknownDevice means that the user has no device with this key.
	ErrUnknownDevice = errors.New("there is no such device")

	// ErrLimitExceeded means that there were too many attempts or messages
	// for one user. The user has to wait.
	ErrLimitExceeded = errors.New("too many attempts")

	// ErrInvalidPassword means that a new password breaks the policy or is an
	// old one.
	ErrInvalidPassword = errors.New("the new password is not acceptable")

	// ErrUsernameExists means that the user name, e-mail address or phone
	// number belongs to another account.
	ErrUsernameExists = errors.New("the user name or address is taken")

	// ErrAccessToken means that Cognito refuses the access token: it has
	// expired, or a sign-out has revoked it. Refresh the tokens, or ask the
	// user to sign in again.
	ErrAccessToken = errors.New("the access token is expired or revoked")
)

// An Error says why a call to the user-pool API failed.
type Error struct {
	// Op is the operation, such as "SignUp".
	Op observe.Op

	// Code is Cognito's name of the error, such as "NotAuthorizedException". If
	// Cognito did not answer, it is one of the constants of package observe.
	Code observe.Code

	// Reason says what Code means here; one code can mean many things.
	Reason Reason

	// Challenge is Cognito's name of the challenge that was answered, or "".
	Challenge string

	// Message is Cognito's text, without the values that the call passed in.
	// Use it only in logs; show visitors the text of [NoticeFor].
	Message string

	// Fix is advice for a developer, with Cognito's names of settings, or "".
	Fix string

	// Retryable reports whether the same call may succeed a moment later. If
	// Code is "unreachable", the call may already have succeeded.
	Retryable bool

	// Status is the HTTP status of the answer, or 0. RequestID is the id that
	// AWS support asks for, or "".
	Status    int
	RequestID string

	// Wait is how long Cognito asks the caller to wait: the Retry-After of an
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

// RetryAfter returns e.Wait. Package session uses it.
func (e *Error) RetryAfter() time.Duration { return e.Wait }

// Is reports whether e means target, an error of this package such as
// [ErrCodeMismatch], or [cognito.ErrInvalidGrant].
func (e *Error) Is(target error) bool { return e.is != nil && e.is == target }

// Explain makes an [*Error] from an error of the SDK, after a call that your
// app made itself. The argument op is the operation, such as
// "AdminCreateUser". The result has a Reason and a Fix, [errors.Is] finds the
// errors of this package in it, and [NoticeFor] accepts it. Pass as secrets
// the values of the call that must not appear in its text. Explain returns nil
// for a nil error. It returns an [*Error] unchanged.
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
