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
	Key string

	// Text says it in plain English.
	Text string
}

// NoticeFor returns what a visitor may know of err. It is the same for a
// wrong password and for an unknown user, and the same for a wrong code and
// for a code of nobody. The cause is for the log: err itself.
func NoticeFor(err error) Notice {
	key := noticeUnavailable
	var e *Error
	if errors.As(err, &e) {
		key = noticeKey(e)
	}
	return Notice{Key: key, Text: notices[key]}
}

// Keys of notices.
const (
	noticeCredentials      = "credentials"
	noticePresentPassword  = "present_password"
	noticeCode             = "code"
	noticeCodeUsed         = "code_used"
	noticeSent             = "sent"
	noticeNotSent          = "not_sent"
	noticeTaken            = "taken"
	noticeAddressTaken     = "address_taken"
	noticeConfirmFirst     = "confirm_first"
	noticeResetFirst       = "reset_first"
	noticeTemporaryExpired = "temporary_password_expired"
	noticeStartAgain       = "start_again"
	noticeSignInAgain      = "sign_in_again"
	noticePassword         = "password_policy"
	noticePasswordShort    = "password_short"
	noticePasswordUpper    = "password_uppercase"
	noticePasswordLower    = "password_lowercase"
	noticePasswordDigit    = "password_number"
	noticePasswordSymbol   = "password_symbol"
	noticePasswordReused   = "password_reused"
	noticeWait             = "wait"
	noticeSignUpClosed     = "sign_up_closed"
	noticeForm             = "form"
	noticeTryLater         = "try_later"
	noticeUnavailable      = "unavailable"
)

var notices = map[string]string{
	noticeCredentials:      "The user name or password is not right, or there were too many attempts. Check both, or wait a few minutes and try again.",
	noticePresentPassword:  "The current password is not right.",
	noticeCode:             "The code is not right or no longer valid, or there were too many attempts. Check it, ask for a new one, or wait a while.",
	noticeCodeUsed:         "This code was used already. Wait for the next one.",
	noticeSent:             "If there is an account for what you entered, a code is on its way.",
	noticeNotSent:          "The code could not be sent. Try again later.",
	noticeTaken:            "This sign-up cannot be completed. If you have an account already, sign in or ask for a new password.",
	noticeAddressTaken:     "This name or address cannot be used.",
	noticeConfirmFirst:     "Confirm your account first: enter the code that was sent to you, or ask for a new one.",
	noticeResetFirst:       "Set a new password before you sign in.",
	noticeTemporaryExpired: "Your temporary password is no longer valid. Ask for a new one where you got it.",
	noticeStartAgain:       "This took too long or was continued elsewhere. Start again.",
	noticeSignInAgain:      "Sign in again to go on.",
	noticePassword:         "Choose a stronger password.",
	noticePasswordShort:    "Choose a longer password.",
	noticePasswordUpper:    "The password needs an upper-case letter.",
	noticePasswordLower:    "The password needs a lower-case letter.",
	noticePasswordDigit:    "The password needs a digit.",
	noticePasswordSymbol:   "The password needs a symbol, such as ! or -.",
	noticePasswordReused:   "Choose a password that you have not used before.",
	noticeWait:             "There were too many attempts. Wait a while before you try again.",
	noticeSignUpClosed:     "New accounts cannot be created here.",
	noticeForm:             "Something in the form is missing or not valid. Check what you entered.",
	noticeTryLater:         "The service is busy or cannot be reached. Try again in a moment.",
	noticeUnavailable:      "That did not work, and not because of you. Try again later.",
}

// noticeOf is the notice of each reason, unless the operation decides.
var noticeOf = map[string]string{
	reasonWrongCredentials:   noticeCredentials,
	reasonUnknownUser:        noticeCredentials,
	reasonUserDisabled:       noticeCredentials,
	reasonTooManyPasswords:   noticeCredentials,
	reasonTemporaryExpired:   noticeTemporaryExpired,
	reasonNotConfirmed:       noticeConfirmFirst,
	reasonAlreadyConfirmed:   noticeCode,
	reasonWrongState:         noticeCredentials,
	reasonResetRequired:      noticeResetFirst,
	reasonTaken:              noticeAddressTaken,
	reasonCodeMismatch:       noticeCode,
	reasonCodeExpired:        noticeCode,
	reasonCodeUsed:           noticeCodeUsed,
	reasonSessionOver:        noticeStartAgain,
	reasonAccessTokenOver:    noticeSignInAgain,
	reasonAccessTokenExpired: noticeSignInAgain,
	reasonRefreshTokenOver:   noticeSignInAgain,
	reasonPasswordPolicy:     noticePassword,
	reasonPasswordReused:     noticePasswordReused,
	reasonLimitExceeded:      noticeWait,
	reasonDeliveryFailed:     noticeNotSent,
	reasonNoContact:          noticeNotSent,
	reasonSignUpDisabled:     noticeSignUpClosed,
	reasonBadParameter:       noticeForm,
	reasonBadRequest:         noticeForm,
	reasonBusy:               noticeTryLater,
	reasonOutage:             noticeTryLater,
	reasonUnreachable:        noticeTryLater,
}

func noticeKey(e *Error) string {
	switch {
	case slices.Contains(sendOps, e.Op) && tellsBySending(e):
		return noticeSent
	case slices.Contains(codeOps, e.Op) && slices.Contains(tellsByCode, e.Reason):
		return noticeCode
	case (e.Op == opSignUp || e.Op == opConfirmSignUp) && e.Reason == reasonTaken:
		return noticeTaken
	case e.Op == opChangePassword && e.Reason == reasonWrongCredentials:
		return noticePresentPassword
	case e.Reason == reasonPasswordPolicy:
		return passwordNotice(e.Message)
	}
	if key, ok := noticeOf[e.Reason]; ok {
		return key
	}
	return noticeUnavailable
}

// passwordNotice is the notice for what Cognito misses in a new password.
func passwordNotice(message string) string {
	message = strings.ToLower(message)
	for _, m := range []struct{ text, key string }{
		{"long enough", noticePasswordShort},
		{"uppercase", noticePasswordUpper},
		{"lowercase", noticePasswordLower},
		{"numeric", noticePasswordDigit},
		{"symbol", noticePasswordSymbol},
	} {
		if strings.Contains(message, m.text) {
			return m.key
		}
	}
	return noticePassword
}

// sendOps have a code sent to whoever has a name, and codeOps take the code.
var (
	sendOps = []string{opForgotPassword, opResendConfirmationCode}
	codeOps = []string{opConfirmForgotPassword, opConfirmSignUp}
)

// tellsByCode are the reasons by which a visitor with a code could learn of
// an account. Cognito answers for an unknown user as for a wrong code.
var tellsByCode = []string{
	reasonCodeMismatch, reasonCodeExpired, reasonUnknownUser, reasonWrongCredentials, reasonUserDisabled,
	reasonNotConfirmed, reasonAlreadyConfirmed, reasonResetRequired, reasonWrongState, reasonLimitExceeded,
}

// tellsBySending reports whether e, of one of sendOps, happens to accounts
// that exist or to those that do not, and not to both. A code for nobody is
// always "sent", so a limit or a failed delivery is an account's.
func tellsBySending(e *Error) bool {
	switch e.Reason {
	case reasonUnknownUser, reasonWrongCredentials, reasonUserDisabled, reasonNoContact, reasonNotConfirmed,
		reasonAlreadyConfirmed, reasonResetRequired, reasonWrongState, reasonLimitExceeded, reasonDeliveryFailed:
		return true
	}
	return false
}

// TellsOfAccount reports whether err gives away that an account exists, or
// that none does, in an operation that can hide it: [Client.ForgotPassword],
// [Client.ResendConfirmationCode] and [Client.SignUp]. The form goes on to its
// next page then as if a code had been sent, and says there no more of where
// it went than "to your address":
//
//	_, err := client.ForgotPassword(ctx, name)
//	if err != nil && !userpool.TellsOfAccount(err) {
//		show(w, userpool.NoticeFor(err))
//		return
//	}
//
// Cognito itself keeps silent where PreventUserExistenceErrors of the app
// client is ENABLED, except in SignUp: without this, anybody can ask there
// which names are taken. An app that hides it has to tell the owner of the
// address in another way.
func TellsOfAccount(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	return slices.Contains(sendOps, e.Op) && tellsBySending(e) || e.Op == opSignUp && e.Reason == reasonTaken
}
