package provision

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// poolSettingsInput are the parameters that CreateUserPool and UpdateUserPool
// share. What is left out gets its default, in both.
type poolSettingsInput struct {
	Policies                    *poolPolicies
	DeletionProtection          string
	LambdaConfig                *settings.LambdaConfig
	AutoVerifiedAttributes      []string
	SmsVerificationMessage      string
	EmailVerificationMessage    string
	EmailVerificationSubject    string
	VerificationMessageTemplate *verifyTemplate
	SmsAuthenticationMessage    string
	UserAttributeUpdateSettings *updateSettings
	MfaConfiguration            string
	DeviceConfiguration         *settings.DeviceTracking
	EmailConfiguration          awsjson.Kept
	SmsConfiguration            awsjson.Kept
	UserPoolTags                map[string]string
	AdminCreateUserConfig       *adminCreateConfig
	UserPoolAddOns              *poolAddOns
	AccountRecoverySetting      *recoverySetting
	UserPoolTier                string
	IssuerConfiguration         *issuerConfig
	KeyConfiguration            awsjson.Kept `api:"unsupported"`
}

type poolPolicies struct {
	PasswordPolicy *passwordPolicyType `json:",omitempty"`
	SignInPolicy   *signInPolicy       `json:",omitempty"`
}

type passwordPolicyType struct {
	MinimumLength                 int
	RequireUppercase              bool
	RequireLowercase              bool
	RequireNumbers                bool
	RequireSymbols                bool
	PasswordHistorySize           int `json:",omitempty"`
	TemporaryPasswordValidityDays int
}

type signInPolicy struct {
	AllowedFirstAuthFactors []string
}

// A verifyTemplate has the words of the messages with a code.
type verifyTemplate struct {
	SmsMessage         string `json:",omitempty"`
	EmailMessage       string `json:",omitempty"`
	EmailSubject       string `json:",omitempty"`
	EmailMessageByLink string `json:",omitempty" api:"inert"`
	EmailSubjectByLink string `json:",omitempty" api:"inert"`
	DefaultEmailOption string `json:",omitempty"`
}

type updateSettings struct {
	AttributesRequireVerificationBeforeUpdate []string
}

type adminCreateConfig struct {
	AllowAdminCreateUserOnly  bool
	UnusedAccountValidityDays int             `json:",omitempty"`
	InviteMessageTemplate     *inviteTemplate `json:",omitempty"`
}

// An inviteTemplate has the words of invitations.
type inviteTemplate struct {
	SMSMessage   string `json:",omitempty"`
	EmailMessage string `json:",omitempty"`
	EmailSubject string `json:",omitempty"`
}

type poolAddOns struct {
	AdvancedSecurityMode            string
	AdvancedSecurityAdditionalFlows awsjson.Kept `json:",omitempty" api:"unsupported"`
}

type recoverySetting struct {
	RecoveryMechanisms []recoveryMechanism
}

type recoveryMechanism struct {
	Priority int
	Name     string
}

type issuerConfig struct {
	Type string
}

// apply sets what the parameters say.
func (in *poolSettingsInput) apply(s *settings.Settings, now time.Time) error {
	if err := in.applyPolicies(s); err != nil {
		return err
	}
	if err := in.applyMFA(s); err != nil {
		return err
	}
	s.Rules.Verifies = append([]string{}, in.AutoVerifiedAttributes...)
	s.Rules.Devices, s.Rules.Keeps = in.DeviceConfiguration, nil
	if u := in.UserAttributeUpdateSettings; u != nil {
		s.Rules.Keeps = slices.Clone(u.AttributesRequireVerificationBeforeUpdate)
	}
	s.Rules.Links = in.VerificationMessageTemplate != nil && in.VerificationMessageTemplate.DefaultEmailOption == "CONFIRM_WITH_LINK"
	s.Names.Updated = in.IssuerConfiguration != nil && in.IssuerConfiguration.Type == "UPDATED"
	s.Profile.AdminOnly = in.AdminCreateUserConfig != nil && in.AdminCreateUserConfig.AllowAdminCreateUserOnly
	s.Profile.Texts = in.texts()
	s.Profile.Modified = now
	s.Profile.Kept = in.kept()
	rules, err := s.Rules.Checked()
	if err != nil {
		return refusal.New(refusal.InvalidParameterException, err.Error())
	}
	s.Rules = rules
	return nil
}

func (in *poolSettingsInput) applyPolicies(s *settings.Settings) error {
	s.Policy, s.Rules.First, s.Profile.TemporaryDays = credential.DefaultPolicy(), nil, 0
	if c := in.AdminCreateUserConfig; c != nil {
		s.Profile.TemporaryDays = c.UnusedAccountValidityDays
	}
	if in.Policies == nil {
		return nil
	}
	if pp := in.Policies.PasswordPolicy; pp != nil {
		s.Policy = credential.Policy{
			MinimumLength: pp.MinimumLength, RequireUppercase: pp.RequireUppercase, RequireLowercase: pp.RequireLowercase,
			RequireNumbers: pp.RequireNumbers, RequireSymbols: pp.RequireSymbols, History: pp.PasswordHistorySize,
		}.WithDefaults()
		if pp.TemporaryPasswordValidityDays != 0 {
			s.Profile.TemporaryDays = pp.TemporaryPasswordValidityDays
		}
	}
	if sp := in.Policies.SignInPolicy; sp != nil {
		s.Rules.First = slices.Clone(sp.AllowedFirstAuthFactors)
	}
	return nil
}

// applyMFA sets the mode. SetUserPoolMfaConfig says which factors there are.
// Only text messages differ: a pool has them if it can send them.
func (in *poolSettingsInput) applyMFA(s *settings.Settings) error {
	mfa := s.Rules.MFA
	mfa.Mode = in.MfaConfiguration
	mfa.SMS = mfa.SMS || in.SmsConfiguration != nil
	if mfa.Mode == "" {
		mfa.Mode = "OFF"
	}
	if mfa.Validate() != nil {
		return refusal.New(refusal.InvalidParameterException, "SMS configuration is required when MFA is "+in.MfaConfiguration+": give SmsConfiguration, or set other factors with SetUserPoolMfaConfig")
	}
	s.Rules.MFA = mfa
	return nil
}

// texts are the words of messages that the parameters give, by purpose.
func (in *poolSettingsInput) texts() settings.MessageTexts {
	t := settings.MessageTexts{}
	verify := settings.MessageText{Subject: in.EmailVerificationSubject, Email: in.EmailVerificationMessage, SMS: in.SmsVerificationMessage}
	if v := in.VerificationMessageTemplate; v != nil {
		verify.Override(settings.MessageText{Subject: v.EmailSubject, Email: v.EmailMessage, SMS: v.SmsMessage})
	}
	for _, purpose := range []outbox.Purpose{outbox.SignUp, outbox.ForgotPassword, outbox.VerifyAttribute} {
		t.Set(purpose, verify)
	}
	t.Set(outbox.MFA, settings.MessageText{SMS: in.SmsAuthenticationMessage})
	if c := in.AdminCreateUserConfig; c != nil && c.InviteMessageTemplate != nil {
		i := c.InviteMessageTemplate
		t.Set(outbox.Invitation, settings.MessageText{Subject: i.EmailSubject, Email: i.EmailMessage, SMS: i.SMSMessage})
	}
	return t
}

// kept are the parameters to give back as they were given.
func (in *poolSettingsInput) kept() map[string]awsjson.Kept {
	all := make(map[string]awsjson.Kept)
	keep := func(name string, value any, given bool) {
		if given {
			text, err := json.Marshal(value)
			if err != nil {
				panic("cognitotest: " + err.Error()) // it was JSON
			}
			all[name] = text
		}
	}
	keep("DeletionProtection", in.DeletionProtection, in.DeletionProtection != "")
	keep("SmsVerificationMessage", in.SmsVerificationMessage, in.SmsVerificationMessage != "")
	keep("EmailVerificationMessage", in.EmailVerificationMessage, in.EmailVerificationMessage != "")
	keep("EmailVerificationSubject", in.EmailVerificationSubject, in.EmailVerificationSubject != "")
	keep("VerificationMessageTemplate", in.VerificationMessageTemplate, in.VerificationMessageTemplate != nil)
	keep("SmsAuthenticationMessage", in.SmsAuthenticationMessage, in.SmsAuthenticationMessage != "")
	keep("LambdaConfig", in.LambdaConfig, in.LambdaConfig != nil)
	keep("UserAttributeUpdateSettings", in.UserAttributeUpdateSettings, in.UserAttributeUpdateSettings != nil)
	keep("EmailConfiguration", in.EmailConfiguration, in.EmailConfiguration != nil)
	keep("SmsConfiguration", in.SmsConfiguration, in.SmsConfiguration != nil)
	keep("UserPoolTags", in.UserPoolTags, in.UserPoolTags != nil)
	keep("UserPoolAddOns", in.UserPoolAddOns, in.UserPoolAddOns != nil)
	keep("AccountRecoverySetting", in.AccountRecoverySetting, in.AccountRecoverySetting != nil)
	keep("UserPoolTier", in.UserPoolTier, in.UserPoolTier != "")
	keep("AdminCreateUserConfig", in.AdminCreateUserConfig, in.AdminCreateUserConfig != nil)
	return all
}
