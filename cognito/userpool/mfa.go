package userpool

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
)

// A SoftwareToken is a TOTP secret (RFC 6238) for a user's authenticator app.
type SoftwareToken struct {
	// Secret is in base32, for users who type it instead of scanning a QR code.
	Secret cognito.Secret

	// Session is Cognito's session string for the challenge that asked for
	// the set-up. It is empty if the user is signed in.
	Session cognito.Secret
}

// URI returns the otpauth URI for the QR code that the user scans. The
// authenticator app shows issuer and account, such as "Example Shop" and
// "jane@example.com". A colon in them becomes a space. The URI contains the
// secret: show it only to this user, and do not log it.
func (t SoftwareToken) URI(issuer, account string) string {
	label := otpauthEscape(account)
	if issuer = otpauthEscape(issuer); issuer == "" {
		return "otpauth://totp/" + label + "?secret=" + otpauthEscape(string(t.Secret))
	}
	return "otpauth://totp/" + issuer + ":" + label + "?secret=" + otpauthEscape(string(t.Secret)) + "&issuer=" + issuer
}

// otpauthEscape escapes for path and query alike. A space is %20 in both:
// authenticator apps show a plus sign as one. A colon separates issuer and
// account, and is allowed in neither.
func otpauthEscape(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, ""), ":", " "))
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// AssociateSoftwareToken begins the set-up of TOTP for a signed-in user.
// [Client.VerifySoftwareToken] completes it with a code. Each call makes a new
// secret: after a wrong code, show the one that the user has already. At the end,
// [Client.SetUserMFAPreference] makes Cognito ask for TOTP at sign-in.
func (c *Client) AssociateSoftwareToken(ctx context.Context, t cognito.AccessToken) (SoftwareToken, error) {
	return c.associate(ctx, &cip.AssociateSoftwareTokenInput{AccessToken: aws.String(string(t))}, string(t))
}

// associate serves signed-in users and the challenge MFA_SETUP.
func (c *Client) associate(ctx context.Context, in *cip.AssociateSoftwareTokenInput, secret string) (SoftwareToken, error) {
	out, err := call(ctx, c, opAssociateSoftwareToken, c.sdk.AssociateSoftwareToken, in, secret)
	if err != nil {
		return SoftwareToken{}, err
	}
	token := SoftwareToken{Secret: cognito.Secret(aws.ToString(out.SecretCode)), Session: cognito.Secret(aws.ToString(out.Session))}
	if token.Secret == "" {
		return SoftwareToken{}, c.ownError(opAssociateSoftwareToken, observe.CodeBadAnswer, errNoSecret)
	}
	return token, nil
}

// VerifySoftwareToken completes the set-up of TOTP with a code from the user's
// app. The error is [ErrCodeMismatch] for a wrong code. Later sign-ins show
// name, which may be empty, as the app to open.
func (c *Client) VerifySoftwareToken(ctx context.Context, t cognito.AccessToken, code, name string) error {
	_, err := c.verifySoftwareToken(ctx, &cip.VerifySoftwareTokenInput{
		AccessToken:        aws.String(string(t)),
		UserCode:           aws.String(code),
		FriendlyDeviceName: optional(name),
	}, string(t), code)
	return err
}

// verifySoftwareToken serves signed-in users and the challenge MFA_SETUP,
// which goes on with the session it returns.
func (c *Client) verifySoftwareToken(ctx context.Context, in *cip.VerifySoftwareTokenInput, secrets ...string) (session cognito.Secret, err error) {
	out, err := call(ctx, c, opVerifySoftwareToken, c.sdk.VerifySoftwareToken, in, secrets...)
	if err != nil {
		return "", err
	}
	if out.Status != types.VerifySoftwareTokenResponseTypeSuccess {
		return "", c.ownError(opVerifySoftwareToken, observe.CodeStatusError, errCodeRefused)
	}
	return cognito.Secret(aws.ToString(out.Session)), nil
}

var (
	errNoSecret    = errors.New("the answer has no SecretCode")
	errCodeRefused = errors.New("the answer's Status is not SUCCESS")
	errNoSuchMFA   = errors.New("a passkey is on or off as a second factor, and cannot be the preferred one")
)

// An MFASetting says how one kind of second factor is used.
type MFASetting int

// The zero MFASetting changes nothing.
const (
	MFAUnchanged MFASetting = iota
	MFAOff                  // Cognito does not ask for it
	MFAOn                   // Cognito asks for it; if several are on, the user chooses
	MFAPreferred            // Cognito asks for it first
)

// An MFAPreference sets the second factors with which a user signs in. At
// most one may be preferred.
type MFAPreference struct {
	SMS           MFASetting
	Email         MFASetting
	SoftwareToken MFASetting // needs [Client.VerifySoftwareToken] first

	// WebAuthn says whether a passkey that has verified its user counts as both
	// factors. If it is on, a sign-in with such a passkey needs no second
	// factor.
	WebAuthn MFASetting
}

// SetUserMFAPreference sets the second factors of a signed-in user.
func (c *Client) SetUserMFAPreference(ctx context.Context, t cognito.AccessToken, p MFAPreference) error {
	in := &cip.SetUserMFAPreferenceInput{AccessToken: aws.String(string(t))}
	if p.SMS != MFAUnchanged {
		in.SMSMfaSettings = &types.SMSMfaSettingsType{Enabled: p.SMS.enabled(), PreferredMfa: p.SMS == MFAPreferred}
	}
	if p.Email != MFAUnchanged {
		in.EmailMfaSettings = &types.EmailMfaSettingsType{Enabled: p.Email.enabled(), PreferredMfa: p.Email == MFAPreferred}
	}
	if p.SoftwareToken != MFAUnchanged {
		in.SoftwareTokenMfaSettings = &types.SoftwareTokenMfaSettingsType{Enabled: p.SoftwareToken.enabled(), PreferredMfa: p.SoftwareToken == MFAPreferred}
	}
	if p.WebAuthn == MFAPreferred {
		return c.ownError(opSetUserMFAPreference, observe.CodeBadRequest, errNoSuchMFA)
	}
	if p.WebAuthn != MFAUnchanged {
		in.WebAuthnMfaSettings = &types.WebAuthnMfaSettingsType{Enabled: p.WebAuthn.enabled()}
	}
	_, err := call(ctx, c, opSetUserMFAPreference, c.sdk.SetUserMFAPreference, in, string(t))
	return err
}

func (s MFASetting) enabled() bool { return s == MFAOn || s == MFAPreferred }

// AuthFactors lists the factors with which a user can sign in.
type AuthFactors struct {
	Username string

	// First lists the first factors that are set up: "PASSWORD", "EMAIL_OTP",
	// "SMS_OTP", "WEB_AUTHN".
	First []string

	// MFA lists the second factors that are on: "SMS_MFA", "EMAIL_OTP",
	// "SOFTWARE_TOKEN_MFA". PreferredMFA is the preferred one, or "".
	MFA          []string
	PreferredMFA string
}

// GetUserAuthFactors returns the factors of a signed-in user.
func (c *Client) GetUserAuthFactors(ctx context.Context, t cognito.AccessToken) (*AuthFactors, error) {
	out, err := call(ctx, c, opGetUserAuthFactors, c.sdk.GetUserAuthFactors, &cip.GetUserAuthFactorsInput{AccessToken: aws.String(string(t))}, string(t))
	if err != nil {
		return nil, err
	}
	factors := &AuthFactors{
		Username:     aws.ToString(out.Username),
		MFA:          out.UserMFASettingList,
		PreferredMFA: aws.ToString(out.PreferredMfaSetting),
	}
	for _, f := range out.ConfiguredUserAuthFactors {
		factors.First = append(factors.First, string(f))
	}
	return factors, nil
}
