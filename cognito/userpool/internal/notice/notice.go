// Package notice decides what a visitor may know about a failed call. For
// example, the notice is the same for a wrong password and an unknown user.
package notice

import (
	"slices"
	"strings"
)

// A Failure is what is known of a call that went wrong. The fields are those of
// userpool.Error.
type Failure struct {
	Op, Reason, Challenge, Message string

	// Passwordless is a sign-in that was to begin with a code or a passkey.
	Passwordless bool
}

// Key names the notice for a failure.
func Key(f Failure) string {
	switch {
	case slices.Contains(sendOps, f.Op) && tellsBySending(f):
		return "sent"
	case f.firstProof() && slices.Contains(tellsBySignIn, f.Reason), f.Challenge == "WEB_AUTHN" && slices.Contains(tellsByPasskey, f.Reason):
		return "credentials"
	case f.Op == "ConfirmSignUp" && slices.Contains(tellsByCode, f.Reason):
		return "confirm_code"
	case slices.Contains(codeOps, f.Op) && slices.Contains(tellsByCode, f.Reason):
		return "code"
	case (f.Op == "SignUp" || f.Op == "ConfirmSignUp") && f.Reason == "taken":
		return "taken"
	case f.Op == "ChangePassword" && f.Reason == "wrong_credentials":
		return "present_password"
	case f.Reason == "password_policy":
		return passwordNotice(f.Message)
	}
	if key, ok := ByReason[f.Reason]; ok {
		return key
	}
	return "unavailable"
}

// passwordNotice is the notice for what a new password lacks.
func passwordNotice(message string) string {
	message = strings.ToLower(message)
	for _, m := range []struct{ text, key string }{
		{"long enough", "password_short"},
		{"uppercase", "password_uppercase"},
		{"lowercase", "password_lowercase"},
		{"numeric", "password_number"},
		{"symbol", "password_symbol"},
		{"failed to satisfy constraint", "password_form"},
	} {
		if strings.Contains(message, m.text) {
			return m.key
		}
	}
	return "password_policy"
}

// sendOps send a code to the user who has the given name, and codeOps take the
// code.
var (
	sendOps = []string{"ForgotPassword", "ResendConfirmationCode"}
	codeOps = []string{"ConfirmForgotPassword", "ConfirmSignUp"}
)

// tellsBySignIn are the reasons that Cognito has only for accounts of one kind.
// It gives them for every password, right or wrong.
var tellsBySignIn = []string{
	"wrong_credentials", "unknown_user", "user_disabled", "too_many_passwords", "temporary_password_expired",
	"not_confirmed", "reset_required", "wrong_state", "limit_exceeded", "no_contact",
	"delivery_failed", "refused",
}

// tellsByPasskey are more reasons for the answer to WEB_AUTHN. A decoy has none of
// them: it refuses a second answer as it does the first, and a damaged one as a
// wrong one.
var tellsByPasskey = []string{"session_over", "bad_parameter", "code_mismatch", "code_expired"}

// firstProof reports whether f answered somebody who had proved nothing yet:
// at the start of a sign-in, and at its first factor.
func (f Failure) firstProof() bool {
	switch f.Op {
	case "InitiateAuth", "AdminInitiateAuth":
		return true
	case "RespondToAuthChallenge", "AdminRespondToAuthChallenge":
		return slices.Contains(firstFactors, f.Challenge)
	}
	return false
}

var firstFactors = []string{"PASSWORD_VERIFIER", "SELECT_CHALLENGE", "PASSWORD", "PASSWORD_SRP", "WEB_AUTHN", "CUSTOM_CHALLENGE"}

// tellsByCode are the reasons by which a visitor with a code could learn of
// an account. Cognito answers for an unknown user as for a wrong code.
var tellsByCode = []string{
	"code_mismatch", "code_expired", "unknown_user", "wrong_credentials", "user_disabled",
	"not_confirmed", "already_confirmed", "reset_required", "wrong_state", "limit_exceeded", "refused",
}

// tellsBySending reports whether f, a failure of one of sendOps, shows that an
// account exists, or that none does. For an unknown name Cognito always says
// that a code was sent. So a limit or a failed delivery shows that there is an
// account.
func tellsBySending(f Failure) bool {
	switch f.Reason {
	case "unknown_user", "wrong_credentials", "user_disabled", "no_contact", "not_confirmed",
		"already_confirmed", "reset_required", "wrong_state", "limit_exceeded", "delivery_failed", "refused":
		return true
	}
	return false
}

// RevealsAccount reports whether a failure tells that an account exists, or
// that none does, in an operation that can hide it.
func RevealsAccount(f Failure) bool {
	switch {
	case slices.Contains(sendOps, f.Op):
		return tellsBySending(f)
	case f.Op == "SignUp":
		return f.Reason == "taken"
	}
	return f.Passwordless && OfOneKind(f.Reason)
}

// OfOneKind reports whether Cognito has a reason only for accounts of one kind,
// and gives it for every password, right or wrong.
func OfOneKind(reason string) bool { return slices.Contains(tellsBySignIn, reason) }
