package userpool

import (
	"errors"
	"slices"
	"strings"
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
	key := NoticeUnavailable
	var e *Error
	if errors.As(err, &e) {
		key = noticeKey(e)
	}
	return Notice{Key: key, Text: notices[key], Status: statusOf(key)}
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

var notices = map[NoticeKey]string{
	NoticeCredentials:      "The user name or password is incorrect, or this account cannot sign in yet. Check both. If you are new here, confirm your account first. If that does not help, set a new password, or wait a few minutes.",
	NoticePresentPassword:  "The current password is incorrect.",
	NoticeCode:             "The code is incorrect or no longer valid, or there were too many attempts. Check it, ask for a new one, or wait a while.",
	NoticeConfirmCode:      "The code is incorrect or no longer valid, or there were too many attempts. Check it, or ask for a new one. If your account is confirmed already, no code comes: sign in.",
	NoticePasswordForm:     "The password cannot begin or end with a space, and has at most 256 characters.",
	NoticePasskey:          "That did not work with this passkey. Try again, or use another one.",
	NoticeCodeUsed:         "This code was used already. Wait for the next one.",
	NoticeSent:             "If there is an account for what you entered that waits for a code, the code is on its way.",
	NoticeNotSent:          "The code could not be sent. Try again later.",
	NoticeTaken:            "This sign-up cannot be completed. If you have an account already, sign in or ask for a new password.",
	NoticeAddressTaken:     "This name or address cannot be used.",
	NoticeConfirmFirst:     "Confirm your account first: enter the code that was sent to you, or ask for a new one.",
	NoticeResetFirst:       "Set a new password before you sign in.",
	NoticeTemporaryExpired: "Your temporary password is no longer valid. Ask for a new one where you got it.",
	NoticeStartAgain:       "This took too long or was continued elsewhere. Start again.",
	NoticeSignInAgain:      "Sign in again to go on.",
	NoticePassword:         "Choose a stronger password.",
	NoticePasswordShort:    "Choose a longer password.",
	NoticePasswordUpper:    "The password needs an upper-case letter.",
	NoticePasswordLower:    "The password needs a lower-case letter.",
	NoticePasswordDigit:    "The password needs a digit.",
	NoticePasswordSymbol:   "The password needs a symbol, such as ! or -.",
	NoticePasswordReused:   "Choose a password that you have not used before.",
	NoticeWait:             "There were too many attempts. Wait a while before you try again.",
	NoticeSignUpClosed:     "New accounts cannot be created here.",
	NoticeForm:             "Something in the form is missing or not valid. Check what you entered.",
	NoticeTryLater:         "The service is busy or cannot be reached. Try again in a moment.",
	NoticeUnavailable:      "That did not work, and not because of you. Try again later.",
}

// noticeOf is the notice of each reason, unless the operation decides.
var noticeOf = map[Reason]NoticeKey{
	ReasonWrongCredentials:   NoticeCredentials,
	ReasonUnknownUser:        NoticeCredentials,
	ReasonUserDisabled:       NoticeCredentials,
	ReasonTooManyPasswords:   NoticeCredentials,
	ReasonTemporaryExpired:   NoticeTemporaryExpired,
	ReasonNotConfirmed:       NoticeConfirmFirst,
	ReasonAlreadyConfirmed:   NoticeConfirmCode,
	ReasonAttributeSet:       NoticeForm,
	ReasonSignInTooOld:       NoticeSignInAgain,
	ReasonPasskeyExpired:     NoticePasskey,
	ReasonPasskeyDomain:      NoticePasskey,
	ReasonPasskeyClient:      NoticePasskey,
	ReasonPasskeyOrigin:      NoticePasskey,
	ReasonPasskeyKind:        NoticePasskey,
	ReasonUnknownPasskey:     NoticePasskey,
	ReasonWrongState:         NoticeCredentials,
	ReasonResetRequired:      NoticeResetFirst,
	ReasonTaken:              NoticeAddressTaken,
	ReasonCodeMismatch:       NoticeCode,
	ReasonCodeExpired:        NoticeCode,
	ReasonCodeUsed:           NoticeCodeUsed,
	ReasonSessionOver:        NoticeStartAgain,
	ReasonAccessTokenOver:    NoticeSignInAgain,
	ReasonAccessTokenExpired: NoticeSignInAgain,
	ReasonRefreshTokenOver:   NoticeSignInAgain,
	ReasonPasswordPolicy:     NoticePassword,
	ReasonPasswordReused:     NoticePasswordReused,
	ReasonLimitExceeded:      NoticeWait,
	ReasonDeliveryFailed:     NoticeNotSent,
	ReasonNoContact:          NoticeNotSent,
	ReasonSignUpDisabled:     NoticeSignUpClosed,
	ReasonBadParameter:       NoticeForm,
	ReasonBadRequest:         NoticeForm,
	ReasonBusy:               NoticeTryLater,
	ReasonOutage:             NoticeTryLater,
	ReasonUnreachable:        NoticeTryLater,
}

func noticeKey(e *Error) NoticeKey {
	switch {
	case slices.Contains(sendOps, e.Op) && tellsBySending(e):
		return NoticeSent
	case e.firstProof() && slices.Contains(tellsBySignIn, e.Reason):
		return NoticeCredentials
	case e.Op == opConfirmSignUp && slices.Contains(tellsByCode, e.Reason):
		return NoticeConfirmCode
	case slices.Contains(codeOps, e.Op) && slices.Contains(tellsByCode, e.Reason):
		return NoticeCode
	case (e.Op == opSignUp || e.Op == opConfirmSignUp) && e.Reason == ReasonTaken:
		return NoticeTaken
	case e.Op == opChangePassword && e.Reason == ReasonWrongCredentials:
		return NoticePresentPassword
	case e.Reason == ReasonPasswordPolicy:
		return passwordNotice(e.Message)
	}
	if key, ok := noticeOf[e.Reason]; ok {
		return key
	}
	return NoticeUnavailable
}

// passwordNotice is the notice for what Cognito misses in a new password.
func passwordNotice(message string) NoticeKey {
	message = strings.ToLower(message)
	for _, m := range []struct {
		text string
		key  NoticeKey
	}{
		{"long enough", NoticePasswordShort},
		{"uppercase", NoticePasswordUpper},
		{"lowercase", NoticePasswordLower},
		{"numeric", NoticePasswordDigit},
		{"symbol", NoticePasswordSymbol},
		{"failed to satisfy constraint", NoticePasswordForm},
	} {
		if strings.Contains(message, m.text) {
			return m.key
		}
	}
	return NoticePassword
}

// sendOps have a code sent to the user with a name, and codeOps take the code.
var (
	sendOps = []string{opForgotPassword, opResendConfirmationCode}
	codeOps = []string{opConfirmForgotPassword, opConfirmSignUp}
)

// tellsBySignIn are the reasons that Cognito has only for accounts of one kind,
// and names whatever the password was.
var tellsBySignIn = []Reason{
	ReasonWrongCredentials, ReasonUnknownUser, ReasonUserDisabled, ReasonTooManyPasswords, ReasonTemporaryExpired,
	ReasonNotConfirmed, ReasonResetRequired, ReasonWrongState, ReasonLimitExceeded, ReasonNoContact,
	ReasonDeliveryFailed, ReasonRefused,
}

// firstProof reports whether e answered somebody who had proved nothing yet:
// at the start of a sign-in, and at its first factor.
func (e *Error) firstProof() bool {
	switch e.Op {
	case opInitiateAuth, opAdminInitiateAuth:
		return true
	case opRespond, opAdminRespond:
		return slices.Contains(firstFactors, e.Challenge)
	}
	return false
}

var firstFactors = []string{"PASSWORD_VERIFIER", "SELECT_CHALLENGE", "PASSWORD", "PASSWORD_SRP", "WEB_AUTHN", "CUSTOM_CHALLENGE"}

// tellsByCode are the reasons by which a visitor with a code could learn of
// an account. Cognito answers for an unknown user as for a wrong code.
var tellsByCode = []Reason{
	ReasonCodeMismatch, ReasonCodeExpired, ReasonUnknownUser, ReasonWrongCredentials, ReasonUserDisabled,
	ReasonNotConfirmed, ReasonAlreadyConfirmed, ReasonResetRequired, ReasonWrongState, ReasonLimitExceeded, ReasonRefused,
}

// tellsBySending reports whether e, of one of sendOps, happens to accounts
// that exist or to those that do not, and not to both. A code for nobody is
// always "sent", so a limit or a failed delivery is an account's.
func tellsBySending(e *Error) bool {
	switch e.Reason {
	case ReasonUnknownUser, ReasonWrongCredentials, ReasonUserDisabled, ReasonNoContact, ReasonNotConfirmed,
		ReasonAlreadyConfirmed, ReasonResetRequired, ReasonWrongState, ReasonLimitExceeded, ReasonDeliveryFailed, ReasonRefused:
		return true
	}
	return false
}

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
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch {
	case slices.Contains(sendOps, e.Op):
		return tellsBySending(e)
	case e.Op == opSignUp:
		return e.Reason == ReasonTaken
	}
	return e.passwordless && slices.Contains(tellsBySignIn, e.Reason)
}
