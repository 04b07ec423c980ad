package userpool

import (
	"errors"

	"github.com/seed75762126/cognito-go/cognito/userpool/internal/notice"
)

// A Notice is one sentence for the visitor.
type Notice struct {
	// Key stays the same between releases: choose other words, or those of
	// another language, by it. Several reasons share a key where telling
	// them apart would tell whether an account exists.
	Key NoticeKey `json:"key"`

	// Text says it in plain English.
	Text string `json:"text"`

	// Status is the HTTP status of an API's answer with this notice. It
	// follows from Key, and so tells no more.
	Status int `json:"-"`
}

// NoticeFor returns what a visitor may know of err. It is the same for a wrong
// password and for an unknown user. It is also the same for a wrong code and
// for a code that belongs to no user. The cause is for the log: err itself.
func NoticeFor(err error) Notice {
	key := string(NoticeUnavailable)
	if e, ok := errors.AsType[*Error](err); ok {
		key = notice.Key(e.failure())
	}
	return Notice{Key: NoticeKey(key), Text: notice.Texts[key], Status: notice.Status(key)}
}

// failure is what decides on the notice for e.
func (e *Error) failure() notice.Failure {
	return notice.Failure{Op: string(e.Op), Reason: string(e.Reason), Challenge: e.Challenge, Message: e.Message, Passwordless: e.passwordless}
}

// A NoticeKey names a notice.
type NoticeKey string

// The keys of notices; ERRORS.md has their texts.
const (
	NoticeCredentials      NoticeKey = "credentials"
	NoticePresentPassword  NoticeKey = "present_password"
	NoticeCode             NoticeKey = "code"
	NoticeCodeUsed         NoticeKey = "code_used"
	NoticeSent             NoticeKey = "sent"
	NoticeNotSent          NoticeKey = "not_sent"
	NoticeTaken            NoticeKey = "taken"
	NoticeAddressTaken     NoticeKey = "address_taken"
	NoticeConfirmFirst     NoticeKey = "confirm_first"
	NoticeResetFirst       NoticeKey = "reset_first"
	NoticeTemporaryExpired NoticeKey = "temporary_password_expired"
	NoticeStartAgain       NoticeKey = "start_again"
	NoticeSignInAgain      NoticeKey = "sign_in_again"
	NoticePassword         NoticeKey = "password_policy"
	NoticePasswordShort    NoticeKey = "password_short"
	NoticePasswordUpper    NoticeKey = "password_uppercase"
	NoticePasswordLower    NoticeKey = "password_lowercase"
	NoticePasswordDigit    NoticeKey = "password_number"
	NoticePasswordSymbol   NoticeKey = "password_symbol"
	NoticePasswordReused   NoticeKey = "password_reused"
	NoticeWait             NoticeKey = "wait"
	NoticeSignUpClosed     NoticeKey = "sign_up_closed"
	NoticeForm             NoticeKey = "form"
	NoticeTryLater         NoticeKey = "try_later"
	NoticeConfirmCode      NoticeKey = "confirm_code"
	NoticePasswordForm     NoticeKey = "password_form"
	NoticePasskey          NoticeKey = "passkey"
	NoticeUnavailable      NoticeKey = "unavailable"
)

// RevealsAccount reports whether err tells that an account exists, or that none does,
// in an operation that can hide it. These are [Client.ForgotPassword],
// [Client.ResendConfirmationCode], [Client.SignUp], and [Client.SignIn] with a code or
// a passkey as the first factor. The form then goes on to its next page as if a code
// had been sent. That page says no more of where it went than "to your address":
//
//	_, err := client.ForgotPassword(ctx, name)
//	if err != nil && !userpool.RevealsAccount(err) {
//		show(w, userpool.NoticeFor(err))
//		return
//	}
//
// Cookies must not tell either: see [Pending.SaveSignUp] for a sign-up and
// [Credentials.HideAccount] for a sign-in with a code or a passkey.
//
// Cognito itself keeps silent where PreventUserExistenceErrors of the app
// client is ENABLED, except in SignUp: without this, anybody can ask there
// which names are taken. An app that hides it has to tell the owner of the
// address in another way.
func RevealsAccount(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && notice.RevealsAccount(e.failure())
}
