package account

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// A factorSetting is what SetUserMFAPreference says of one second factor.
type factorSetting struct{ Enabled, PreferredMfa bool }

// A passkeySetting is what SetUserMFAPreference says of passkeys: whether one
// that begins a sign-in counts as both factors.
type passkeySetting struct{ Enabled bool }

type setUserMFAPreferenceInput struct {
	idpapi.TokenRef
	SMSMfaSettings           *factorSetting
	SoftwareTokenMfaSettings *factorSetting
	EmailMfaSettings         *factorSetting
	WebAuthnMfaSettings      *passkeySetting
}

// setUserMFAPreference is the operation SetUserMFAPreference.
func (c *Handler) setUserMFAPreference(in *setUserMFAPreferenceInput) (awsjson.Empty, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.preferFactors(a.Sub, map[string]*factorSetting{
		directory.FactorSMS: in.SMSMfaSettings, directory.FactorTOTP: in.SoftwareTokenMfaSettings, directory.FactorEmail: in.EmailMfaSettings,
	}, in.WebAuthnMfaSettings)
}

var (
	errNoPasskeys      = refusal.New(refusal.InvalidParameterException, "WEB_AUTHN is not enabled for the user pool")
	errPasskeyIsSingle = refusal.New(refusal.InvalidParameterException, "The FactorConfiguration of the user pool is not "+passkeys.AsBoth)
	errPasskeyAlone    = refusal.New(refusal.InvalidParameterException, "Passkey MFA needs another MFA method of the user")
)

type adminPreferenceInput struct {
	idpapi.UserRef
	SMSMfaSettings           *factorSetting
	SoftwareTokenMfaSettings *factorSetting
	EmailMfaSettings         *factorSetting
	WebAuthnMfaSettings      *passkeySetting
}

// AdminSetUserMFAPreference is AdminSetUserMFAPreference.
func (c *Handler) AdminSetUserMFAPreference(in *adminPreferenceInput, a directory.Account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.preferFactors(a.Sub, map[string]*factorSetting{
		directory.FactorSMS: in.SMSMfaSettings, directory.FactorTOTP: in.SoftwareTokenMfaSettings, directory.FactorEmail: in.EmailMfaSettings,
	}, in.WebAuthnMfaSettings)
}

// preferFactors turns second factors of a user on and off and says which is
// preferred. What is nil stays as it is.
func (c *Handler) preferFactors(sub string, settings map[string]*factorSetting, both *passkeySetting) error {
	preferred := ""
	for factor, s := range settings {
		switch {
		case s == nil || !s.PreferredMfa:
		case !s.Enabled:
			return refusal.New(refusal.InvalidParameterException, factor+" is off and cannot be preferred")
		case preferred != "":
			return refusal.New(refusal.InvalidParameterException, "Only one factor can be preferred")
		default:
			preferred = factor
		}
	}
	return c.Users.Update(sub, func(a *directory.Account) error {
		for _, factor := range []string{directory.FactorSMS, directory.FactorTOTP, directory.FactorEmail} {
			if s := settings[factor]; s != nil {
				if err := c.setFactor(a, factor, *s); err != nil {
					return err
				}
			}
		}
		if preferred != "" {
			a.Factors.Preferred = preferred
		}
		return c.preferPasskey(a, both)
	})
}

// preferPasskey turns passkey MFA on or off. A user who has it on needs another
// factor, so as not to be locked out.
func (c *Handler) preferPasskey(a *directory.Account, s *passkeySetting) error {
	if s != nil {
		a.Factors.Passkey = s.Enabled
	}
	switch {
	case !a.Factors.Passkey:
		return nil
	case s != nil && !c.PasskeysOn():
		return errNoPasskeys
	case s != nil && c.Rules().WebAuthn.FactorConfiguration != passkeys.AsBoth:
		return errPasskeyIsSingle
	case len(a.Factors.On()) == 0:
		return errPasskeyAlone
	}
	return nil
}

// setFactor turns a second factor on, if pool and user have it, or off.
func (c *Handler) setFactor(a *directory.Account, factor string, s factorSetting) error {
	switch {
	case s.Enabled && !slices.Contains(c.Rules().MFA.Offered(), factor):
		return refusal.New(refusal.InvalidParameterException, factor+" is not enabled for the user pool")
	case s.Enabled && !a.Reaches(factor):
		return refusal.New(refusal.InvalidParameterException, "User does not have delivery config set to turn on "+factor)
	}
	switch factor {
	case directory.FactorSMS:
		a.Factors.SMS = s.Enabled
	case directory.FactorEmail:
		a.Factors.Email = s.Enabled
	default:
		a.Factors.TOTPOff = !s.Enabled
	}
	if a.Factors.Preferred == factor && !s.PreferredMfa {
		a.Factors.Preferred = ""
	}
	return nil
}

// An mfaOption is how older apps turn on codes by text message.
type mfaOption struct{ DeliveryMedium, AttributeName string }

// mfaOptionsOf is what GetUser shows of it.
func mfaOptionsOf(a *directory.Account) []mfaOption {
	if !a.Factors.SMS {
		return nil
	}
	return []mfaOption{{string(outbox.SMS), "phone_number"}}
}

type setUserSettingsInput struct {
	idpapi.TokenRef
	MFAOptions []mfaOption
}

// setUserSettings is the operation SetUserSettings, which SetUserMFAPreference
// has replaced. It knows only text messages.
func (c *Handler) setUserSettings(in *setUserSettingsInput) (awsjson.Empty, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.setMFAOptions(&a, in.MFAOptions)
}

type adminSettingsInput struct {
	idpapi.UserRef
	MFAOptions []mfaOption
}

// AdminSetUserSettings is AdminSetUserSettings, the same for administrators.
func (c *Handler) AdminSetUserSettings(in *adminSettingsInput, a directory.Account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.setMFAOptions(&a, in.MFAOptions)
}

func (c *Handler) setMFAOptions(a *directory.Account, options []mfaOption) error {
	for _, o := range options {
		if o != (mfaOption{string(outbox.SMS), "phone_number"}) {
			return refusal.New(refusal.InvalidParameterException, "MFAOptions: only SMS to phone_number is possible")
		}
	}
	sms := factorSetting{Enabled: len(options) > 0, PreferredMfa: a.Factors.Preferred == directory.FactorSMS && len(options) > 0}
	return c.preferFactors(a.Sub, map[string]*factorSetting{directory.FactorSMS: &sms}, nil)
}
