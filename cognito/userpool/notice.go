package userpool

import (
	"errors"

	"github.com/seed75762126/cognito-go/cognito/userpool/internal/notice"
)

// A Notice is one sentence for the visitor.
type Notice struct {
	// Key stays the same between releases. Use it to show your own text, or a
	// text in another language. Several reasons have the same key if a
	// difference would reveal whether an account exists.
	Key NoticeKey `json:"key"`

	// Text is the sentence in plain English.
	Text string `json:"text"`

	// Status is the HTTP status for an API's answer with this notice. It
	// depends only on Key, so it reveals nothing else.
	Status int `json:"-"`
}

// NoticeFor returns what a visitor may know about err. It is the same for a
// wrong password and for an unknown user. It is also the same for a wrong code
// and for a code that belongs to no user. Write err itself to the log.
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

// RevealsAccount reports whether err reveals that an account exists or does not
// exist. It concerns the operations that can hide this. They are
// [Client.ForgotPassword], [Client.ResendConfirmationCode], [Client.SignUp],
// and [Client.SignIn] with a code or a passkey as the first factor. If it is
// true, show the next page as if a code had been sent. That page must not say
// where the code was sent, except "to your address":
//
//	_, err := client.ForgotPassword(ctx, name)
//	if err != nil && !userpool.RevealsAccount(err) {
//		show(w, userpool.NoticeFor(err))
//		return
//	}
//
// Cookies must not reveal it either. See [Pending.SaveSignUp] for a sign-up
// and [Credentials.HideAccount] for a sign-in with a code or a passkey.
//
// If PreventUserExistenceErrors of the app client is ENABLED, Cognito itself
// reveals nothing, except in SignUp. So without RevealsAccount, a sign-up form
// tells every visitor which names are taken. With it, the form does not tell
// even the owner of the account: send the owner an e-mail.
func RevealsAccount(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && notice.RevealsAccount(e.failure())
}
