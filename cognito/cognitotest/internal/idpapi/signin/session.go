package signin

import (
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// The challenges of a sign-in through the user-pool API.
const (
	challengePassword       = "PASSWORD"
	challengeSRP            = "PASSWORD_SRP"
	challengeVerifier       = "PASSWORD_VERIFIER"
	challengeSelect         = "SELECT_CHALLENGE"
	challengeEmailOTP       = "EMAIL_OTP" // as first factor and as second
	challengeSMSOTP         = "SMS_OTP"
	challengeSMSMFA         = "SMS_MFA"
	challengeTOTP           = "SOFTWARE_TOKEN_MFA"
	challengeSelectMFA      = "SELECT_MFA_TYPE"
	challengeSetUpMFA       = "MFA_SETUP"
	challengeNewPassword    = "NEW_PASSWORD_REQUIRED"
	challengeCustom         = "CUSTOM_CHALLENGE"
	challengeDevice         = "DEVICE_SRP_AUTH"
	challengeDeviceVerifier = "DEVICE_PASSWORD_VERIFIER"
	challengePasskey        = "WEB_AUTHN"

	// Used instead of a challenge in the sessions of SignUp and ConfirmSignUp.
	sessionSignedUp  = "signed up"
	sessionConfirmed = "confirmed"
)

// correctable reports whether the same session may be answered again after err.
// It may after a mistyped code, a password against the policy, a forgotten
// parameter, or an attribute that must not be in the answer.
func correctable(err error) bool {
	switch m := refusal.Of(err); m.Exception {
	case refusal.NotAuthorizedException:
		return strings.HasPrefix(m.Text, alreadyProvided)
	case refusal.CodeMismatchException, refusal.ExpiredCodeException, refusal.InvalidParameterException, refusal.InvalidPasswordException,
		"PasswordHistoryPolicyViolationException", "EnableSoftwareTokenMFAException", "AliasExistsException":
		return true
	}
	return false
}

// keepSession keeps s for one more step and returns its string.
func (c *Handler) keepSession(s attempts.SignIn) string {
	s.Expires = c.At.Add(s.Client.AuthSessionValidity)
	return c.AuthSessions.Put(s, c.At)
}

// SignUpSession is the Session in the answer to SignUp. With it, ConfirmSignUp
// returns a Session to sign in with.
func (c *Handler) SignUpSession(client *clients.Client, a *directory.Account) string {
	return c.keepSession(attempts.SignIn{
		Client: client, Sub: a.Sub, Typed: a.Username, Username: a.Username, Challenge: sessionSignedUp,
	})
}

// ConfirmedSession is the Session in the answer to ConfirmSignUp, made from the
// one in its request. InitiateAuth signs the user in with it. It is "" if the
// request had no valid Session for it.
func (c *Handler) ConfirmedSession(client *clients.Client, a *directory.Account, session string) string {
	s, err := c.AuthSessions.Take(session, c.At)
	if err != nil || s.Challenge != sessionSignedUp || s.Sub != a.Sub || s.Client.ID != client.ID {
		return ""
	}
	s.Challenge = sessionConfirmed
	return c.keepSession(s)
}
