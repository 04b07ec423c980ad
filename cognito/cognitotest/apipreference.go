package cognitotest

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
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
	AccessToken              string `api:"required,secret,pattern=token"`
	SMSMfaSettings           *factorSetting
	SoftwareTokenMfaSettings *factorSetting
	EmailMfaSettings         *factorSetting
	WebAuthnMfaSettings      *passkeySetting
}

// apiSetUserMFAPreference is SetUserMFAPreference.
func (c *call) apiSetUserMFAPreference(in *setUserMFAPreferenceInput) (awsjson.Empty, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.preferFactors(a.sub, map[string]*factorSetting{
		FactorSMS: in.SMSMfaSettings, FactorTOTP: in.SoftwareTokenMfaSettings, FactorEmail: in.EmailMfaSettings,
	}, in.WebAuthnMfaSettings)
}

var (
	errNoPasskeys      = refusal.New(refusal.InvalidParameterException, "WEB_AUTHN is not enabled for the user pool")
	errPasskeyIsSingle = refusal.New(refusal.InvalidParameterException, "The FactorConfiguration of the user pool is not "+passkeys.AsBoth)
	errPasskeyAlone    = refusal.New(refusal.InvalidParameterException, "Passkey MFA needs another MFA method of the user")
)

type adminPreferenceInput struct {
	UserPoolId               string `api:"required,max=55,pattern=pool"`
	Username                 string `api:"required,max=128,pattern=text"`
	SMSMfaSettings           *factorSetting
	SoftwareTokenMfaSettings *factorSetting
	EmailMfaSettings         *factorSetting
	WebAuthnMfaSettings      *passkeySetting
}

// apiAdminSetUserMFAPreference is AdminSetUserMFAPreference.
func (c *call) apiAdminSetUserMFAPreference(in *adminPreferenceInput, a account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.preferFactors(a.sub, map[string]*factorSetting{
		FactorSMS: in.SMSMfaSettings, FactorTOTP: in.SoftwareTokenMfaSettings, FactorEmail: in.EmailMfaSettings,
	}, in.WebAuthnMfaSettings)
}

// preferFactors turns second factors of a user on and off and says which is
// preferred. What is nil stays as it is.
func (c *call) preferFactors(sub string, settings map[string]*factorSetting, both *passkeySetting) error {
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
	return c.users.update(sub, func(a *account) error {
		for _, factor := range []string{FactorSMS, FactorTOTP, FactorEmail} {
			if s := settings[factor]; s != nil {
				if err := c.setFactor(a, factor, *s); err != nil {
					return err
				}
			}
		}
		if preferred != "" {
			a.factors.preferred = preferred
		}
		return c.preferPasskey(a, both)
	})
}

// preferPasskey turns passkey MFA on or off. A user who has it on needs another
// factor, so as not to be locked out.
func (c *call) preferPasskey(a *account, s *passkeySetting) error {
	if s != nil {
		a.factors.passkey = s.Enabled
	}
	switch {
	case !a.factors.passkey:
		return nil
	case s != nil && !c.passkeysOn():
		return errNoPasskeys
	case s != nil && c.rules().webAuthn.FactorConfiguration != passkeys.AsBoth:
		return errPasskeyIsSingle
	case len(a.factors.on()) == 0:
		return errPasskeyAlone
	}
	return nil
}

// setFactor turns a second factor on, if pool and user have it, or off.
func (c *call) setFactor(a *account, factor string, s factorSetting) error {
	switch {
	case s.Enabled && !slices.Contains(c.rules().mfa.offered(), factor):
		return refusal.New(refusal.InvalidParameterException, factor+" is not enabled for the user pool")
	case s.Enabled && !a.reaches(factor):
		return refusal.New(refusal.InvalidParameterException, "User does not have delivery config set to turn on "+factor)
	}
	switch factor {
	case FactorSMS:
		a.factors.sms = s.Enabled
	case FactorEmail:
		a.factors.email = s.Enabled
	default:
		a.factors.totpOff = !s.Enabled
	}
	if a.factors.preferred == factor && !s.PreferredMfa {
		a.factors.preferred = ""
	}
	return nil
}

// An mfaOption is how older apps turn on codes by text message.
type mfaOption struct{ DeliveryMedium, AttributeName string }

// mfaOptions is what GetUser shows of it.
func (a *account) mfaOptions() []mfaOption {
	if !a.factors.sms {
		return nil
	}
	return []mfaOption{{string(outbox.SMS), "phone_number"}}
}

type setUserSettingsInput struct {
	AccessToken string      `api:"required,secret,pattern=token"`
	MFAOptions  []mfaOption `api:"required"`
}

// apiSetUserSettings is SetUserSettings, which SetUserMFAPreference has
// replaced: it knows text messages alone.
func (c *call) apiSetUserSettings(in *setUserSettingsInput) (awsjson.Empty, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	for _, o := range in.MFAOptions {
		if o != (mfaOption{string(outbox.SMS), "phone_number"}) {
			return awsjson.Empty{}, refusal.New(refusal.InvalidParameterException, "MFAOptions: only SMS to phone_number is possible")
		}
	}
	sms := factorSetting{Enabled: len(in.MFAOptions) > 0, PreferredMfa: a.factors.preferred == FactorSMS && len(in.MFAOptions) > 0}
	return awsjson.Empty{}, c.preferFactors(a.sub, map[string]*factorSetting{FactorSMS: &sms}, nil)
}
