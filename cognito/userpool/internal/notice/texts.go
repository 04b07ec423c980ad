package notice

import "net/http"

// Texts are what the visitor reads, by key.
var Texts = map[string]string{
	"credentials":                "The user name or password is incorrect, or this account cannot sign in yet. Check both. If you are new here, confirm your account first. If that does not help, set a new password, or wait a few minutes.",
	"present_password":           "The current password is incorrect.",
	"code":                       "The code is incorrect or no longer valid, or there were too many attempts. Check it, ask for a new one, or wait a while.",
	"confirm_code":               "The code is incorrect or no longer valid, or there were too many attempts. Check it, or ask for a new one. If your account is confirmed already, no code comes: sign in.",
	"password_form":              "The password cannot begin or end with a space, and has at most 256 characters.",
	"passkey":                    "That did not work with this passkey. Try again, or use another one.",
	"code_used":                  "This code was used already. Wait for the next one.",
	"sent":                       "If an account with this name or address waits for a code, the code is on its way.",
	"not_sent":                   "The code could not be sent. Try again later.",
	"taken":                      "This sign-up cannot be completed. If you have an account already, sign in or ask for a new password.",
	"address_taken":              "This name or address cannot be used.",
	"confirm_first":              "Confirm your account first: enter the code that was sent to you, or ask for a new one.",
	"reset_first":                "Set a new password before you sign in.",
	"temporary_password_expired": "Your temporary password is no longer valid. Ask for a new one where you got it.",
	"start_again":                "This took too long or was continued elsewhere. Start again.",
	"sign_in_again":              "Sign in again to go on.",
	"password_policy":            "Choose a stronger password.",
	"password_short":             "Choose a longer password.",
	"password_uppercase":         "The password needs an upper-case letter.",
	"password_lowercase":         "The password needs a lower-case letter.",
	"password_number":            "The password needs a digit.",
	"password_symbol":            "The password needs a symbol, such as ! or -.",
	"password_reused":            "Choose a password that you have not used before.",
	"wait":                       "There were too many attempts. Wait a while before you try again.",
	"sign_up_closed":             "New accounts cannot be created here.",
	"form":                       "Something in the form is missing or not valid. Check what you entered.",
	"try_later":                  "The service is busy or cannot be reached. Try again in a moment.",
	"unavailable":                "That did not work, and not because of you. Try again later.",
}

// ByReason has the key for each reason, unless the operation decides.
var ByReason = map[string]string{
	"wrong_credentials":          "credentials",
	"unknown_user":               "credentials",
	"user_disabled":              "credentials",
	"too_many_passwords":         "credentials",
	"temporary_password_expired": "temporary_password_expired",
	"not_confirmed":              "confirm_first",
	"already_confirmed":          "confirm_code",
	"attribute_set":              "form",
	"sign_in_too_old":            "sign_in_again",
	"passkey_expired":            "passkey",
	"passkey_domain":             "passkey",
	"passkey_client":             "passkey",
	"passkey_origin":             "passkey",
	"passkey_kind":               "passkey",
	"unknown_passkey":            "passkey",
	"wrong_state":                "credentials",
	"reset_required":             "reset_first",
	"taken":                      "address_taken",
	"code_mismatch":              "code",
	"code_expired":               "code",
	"code_used":                  "code_used",
	"session_over":               "start_again",
	"access_token_over":          "sign_in_again",
	"access_token_expired":       "sign_in_again",
	"refresh_token_over":         "sign_in_again",
	"password_policy":            "password_policy",
	"password_reused":            "password_reused",
	"limit_exceeded":             "wait",
	"delivery_failed":            "not_sent",
	"no_contact":                 "not_sent",
	"sign_up_disabled":           "sign_up_closed",
	"bad_parameter":              "form",
	"bad_request":                "form",
	"busy":                       "try_later",
	"outage":                     "try_later",
	"unreachable":                "try_later",
}

// Status is the HTTP status of an API's answer with a notice.
func Status(key string) int {
	switch key {
	case "credentials", "start_again", "sign_in_again":
		return http.StatusUnauthorized
	case "sign_up_closed":
		return http.StatusForbidden
	case "wait":
		return http.StatusTooManyRequests
	case "try_later":
		return http.StatusServiceUnavailable
	case "unavailable":
		return http.StatusInternalServerError
	case "sent":
		return http.StatusOK
	}
	return http.StatusUnprocessableEntity
}
