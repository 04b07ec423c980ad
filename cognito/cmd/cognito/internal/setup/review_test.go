package setup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/seed75762126/cognito-go/cognito/cmd/cognito/internal/setup"
)

const api = "https://api.example.com"

// passkeysFor is the settings of a pool whose passkeys are for a domain.
func passkeysFor(domain string) *cip.GetUserPoolMfaConfigOutput {
	return &cip.GetUserPoolMfaConfigOutput{WebAuthnConfiguration: &types.WebAuthnConfigurationType{RelyingPartyId: aws.String(domain)}}
}

const secret = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdef"

// rightState is a pool and an app client without a fault.
func rightState() *setup.State {
	return &setup.State{
		Pool: &types.UserPoolType{
			Id: aws.String("eu-west-1_aB3dE5gH7"), Name: aws.String("shop"), UserPoolTier: types.UserPoolTierTypePlus,
			DeletionProtection: types.DeletionProtectionTypeActive, MfaConfiguration: types.UserPoolMfaTypeOptional,
			AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypePhoneNumber, types.VerifiedAttributeTypeEmail},
			AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
				{Name: types.RecoveryOptionNameTypeVerifiedPhoneNumber, Priority: aws.Int32(1)},
				{Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: aws.Int32(2)},
			}},
			EmailConfiguration: &types.EmailConfigurationType{EmailSendingAccount: types.EmailSendingAccountTypeDeveloper},
			SchemaAttributes: []types.SchemaAttributeType{
				{Name: aws.String("custom:colour"), Mutable: aws.Bool(true)}, {Name: aws.String("custom:role"), Mutable: aws.Bool(true)},
			},
		},
		Client: &types.UserPoolClientType{
			UserPoolId: aws.String("eu-west-1_aB3dE5gH7"), ClientId: aws.String("7exampleclientid0a1b2c3d"), ClientSecret: aws.String(secret),
			AllowedOAuthFlowsUserPoolClient: aws.Bool(true), AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode},
			AllowedOAuthScopes: []string{"email", "openid", "phone", "profile"},
			CallbackURLs:       []string{"https://old.example.com/cb", "https://shop.example.com/auth/callback"},
			LogoutURLs:         []string{"https://shop.example.com/auth/signed-out"}, SupportedIdentityProviders: []string{"Google"},
			RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: aws.Int32(60)},
			ExplicitAuthFlows:    []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserAuth, types.ExplicitAuthFlowsTypeAllowUserSrpAuth},
			RefreshTokenValidity: 30, EnableTokenRevocation: aws.Bool(true), PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
			WriteAttributes: []string{"email", "custom:colour"},
			ReadAttributes: []string{
				"email", "email_verified", "phone_number", "phone_number_verified", "birthdate", "family_name", "gender", "given_name", "locale", "middle_name",
				"name", "nickname", "picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo",
			},
			AccessTokenValidity: aws.Int32(60), TokenValidityUnits: &types.TokenValidityUnitsType{AccessToken: types.TimeUnitsTypeMinutes},
		},
		Server:  &types.ResourceServerType{Identifier: aws.String(api)},
		MFA:     passkeysFor("example.com"),
		Secrets: 1,
	}
}

// mistakes spoil one setting each. A check without one fails TestReview.
var mistakes = map[string][]func(*setup.State){
	"deletion-protection": {func(s *setup.State) { s.Pool.DeletionProtection = types.DeletionProtectionTypeInactive }},
	"email-verification": {func(s *setup.State) {
		s.Pool.AutoVerifiedAttributes = []types.VerifiedAttributeType{types.VerifiedAttributeTypePhoneNumber}
	}},
	"recovery": {
		func(s *setup.State) { s.Pool.AccountRecoverySetting = nil },
		func(s *setup.State) {
			s.Pool.AccountRecoverySetting.RecoveryMechanisms = s.Pool.AccountRecoverySetting.RecoveryMechanisms[:1]
		},
	},
	"plan": {func(s *setup.State) { s.Pool.UserPoolTier = types.UserPoolTierTypeLite }},
	"code-grant": {
		func(s *setup.State) {
			s.Client.AllowedOAuthFlows = []types.OAuthFlowType{types.OAuthFlowTypeCode, types.OAuthFlowTypeImplicit}
		},
		func(s *setup.State) { s.Client.AllowedOAuthFlowsUserPoolClient = nil },
	},
	"scopes":        {func(s *setup.State) { s.Client.AllowedOAuthScopes = []string{"openid", "email"} }},
	"callback-urls": {func(s *setup.State) { s.Client.CallbackURLs = []string{"https://shop.example.com/auth/callback/"} }},
	"sign-out-urls": {func(s *setup.State) { s.Client.LogoutURLs = nil }},
	"providers":     {func(s *setup.State) { s.Client.SupportedIdentityProviders = nil }},
	"rotation": {
		func(s *setup.State) { s.Client.RefreshTokenRotation = nil },
		func(s *setup.State) { s.Client.RefreshTokenRotation.RetryGracePeriodSeconds = nil },
	},
	"auth-flows": {
		func(s *setup.State) { s.Client.ExplicitAuthFlows = s.Client.ExplicitAuthFlows[:1] },
		func(s *setup.State) {
			s.Client.ExplicitAuthFlows = append(s.Client.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth)
		},
	},
	"revocation":     {func(s *setup.State) { s.Client.EnableTokenRevocation = aws.Bool(false) }},
	"user-existence": {func(s *setup.State) { s.Client.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesLegacy }},
	"refresh-lifetime": {
		func(s *setup.State) { s.Client.RefreshTokenValidity = 29 },
		func(s *setup.State) {
			s.Client.TokenValidityUnits.RefreshToken = types.TimeUnitsTypeHours
		},
	},
	"registered-urls": {
		func(s *setup.State) {
			s.Client.CallbackURLs = append(s.Client.CallbackURLs, "http://localhost:8080/auth/callback")
		},
		func(s *setup.State) { s.Client.LogoutURLs = append(s.Client.LogoutURLs, "https://127.0.0.1/out") },
	},
	"writable-attributes": {
		func(s *setup.State) { s.Client.WriteAttributes = append(s.Client.WriteAttributes, "custom:role") },
		func(s *setup.State) { s.Client.WriteAttributes = nil },
	},
	"readable-attributes": {
		func(s *setup.State) { s.Client.ReadAttributes = s.Client.ReadAttributes[1:] },
		func(s *setup.State) {
			s.Client.ReadAttributes = s.Client.ReadAttributes[:len(s.Client.ReadAttributes)-1]
		},
		func(s *setup.State) {
			s.Client.ReadAttributes = slices.DeleteFunc(s.Client.ReadAttributes, func(name string) bool { return name == "phone_number_verified" })
		},
	},
	"token-lifetime": {
		func(s *setup.State) { s.Client.AccessTokenValidity = aws.Int32(61) },
		func(s *setup.State) { s.Client.IdTokenValidity = aws.Int32(2) },
	},
	"plan-features": {func(s *setup.State) {
		s.Pool.UserPoolTier = types.UserPoolTierTypeEssentials
		s.Pool.UserPoolAddOns = &types.UserPoolAddOnsType{AdvancedSecurityMode: types.AdvancedSecurityModeTypeAudit}
	}},
	"resource-server": {func(s *setup.State) { s.Server = nil }},
	"passkey-domain": {
		func(s *setup.State) { s.MFA = passkeysFor("other.example.com") },
		func(s *setup.State) { s.MFA = passkeysFor("ample.com") },
	},
	"mail-sender":   {func(s *setup.State) { s.Pool.EmailConfiguration = nil }},
	"second-factor": {func(s *setup.State) { s.Pool.MfaConfiguration = "" }},
	"client-secrets": {
		func(s *setup.State) { s.Secrets = 2 },
		func(s *setup.State) { s.Client.ClientSecret = aws.String("another") },
	},
}

// TestReview: each mistake is found by the check of its name and by no other,
// and a right set-up by none.
func TestReview(t *testing.T) {
	wish := setup.Wish{App: "https://shop.example.com", Forms: true, Resource: api}
	for _, f := range setup.Review(wish, rightState(), secret) {
		if f.Wrong {
			t.Errorf("a right set-up: %s finds %s (%s)", f.ID, f.Evidence, f.Fix)
		}
		if len(mistakes[f.ID]) == 0 {
			t.Errorf("%s has no mistake in this test", f.ID)
		}
	}
	for id, spoilers := range mistakes {
		for i, spoil := range spoilers {
			state := rightState()
			spoil(state)
			var found []string
			for _, f := range setup.Review(wish, state, secret) {
				if f.Wrong {
					found = append(found, f.ID)
				}
				if f.Wrong && f.Fix == "" {
					t.Errorf("%s has no fix", f.ID)
				}
			}
			if len(found) != 1 || found[0] != id {
				t.Errorf("mistake %d of %s is found by %v", i+1, id, found)
			}
		}
	}
}

// TestReview_Store: an app with a store and a lock needs no time in which an
// old refresh token works. Without rotation it is told all the same.
func TestReview_Store(t *testing.T) {
	wrong := func(store bool, spoil func(*setup.State)) bool {
		state := rightState()
		spoil(state)
		findings := setup.Review(setup.Wish{App: "https://shop.example.com", Forms: true, Store: store}, state, secret)
		return slices.ContainsFunc(findings, func(f setup.Finding) bool { return f.ID == "rotation" && f.Wrong })
	}
	noGrace := func(s *setup.State) { s.Client.RefreshTokenRotation.RetryGracePeriodSeconds = aws.Int32(0) }
	if wrong(true, noGrace) || !wrong(false, noGrace) {
		t.Error("no grace: want it to be right with a store, and wrong without")
	}
	if !wrong(true, func(s *setup.State) { s.Client.RefreshTokenRotation = nil }) {
		t.Error("no rotation: want it to be wrong with a store too")
	}
}

// TestReview_PasskeysOnThePages: without own forms, passkeys belong to the
// domain of the login page.
func TestReview_PasskeysOnThePages(t *testing.T) {
	for _, tt := range []struct {
		region, party string
		right         bool
	}{
		{"eu-west-1", "shop.auth.eu-west-1.amazoncognito.com", true},
		{"eu-west-1", "auth.eu-west-1.amazoncognito.com", true},
		{"eu-west-1", "shop.example.com", false},
		{"eu-west-1", "", true},
		{"us-gov-west-1", "shop.auth-fips.us-gov-west-1.amazoncognito.com", true},
		{"us-gov-west-1", "shop.auth.us-gov-west-1.amazoncognito.com", false},
		{"us-iso-east-1", "shop.example.com", true}, // it is not known how hosts are named there
	} {
		state := rightState()
		state.Pool.Id, state.Pool.Domain, state.MFA = aws.String(tt.region+"_aB3dE5gH7"), aws.String("shop"), passkeysFor(tt.party)
		for _, f := range setup.Review(setup.Wish{App: "https://shop.example.com"}, state, secret) {
			if f.ID == "passkey-domain" && f.Wrong == tt.right {
				t.Errorf("passkeys for %q in %s: %s, wrong = %t", tt.party, tt.region, f.Evidence, f.Wrong)
			}
		}
	}
}

// TestReview_LitePlan: the plan Lite itself is found by the check of the plan.
// What it lacks of what is configured is named beside it.
func TestReview_LitePlan(t *testing.T) {
	for want, configure := range map[string]func(*setup.State){
		"PreTokenGenerationConfig": func(s *setup.State) {
			s.Pool.LambdaConfig = &types.LambdaConfigType{PreTokenGenerationConfig: &types.PreTokenGenerationVersionConfigType{
				LambdaVersion: types.PreTokenGenerationLambdaVersionTypeV20,
			}}
		},
		"PasswordHistorySize": func(s *setup.State) {
			s.Pool.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{PasswordHistorySize: aws.Int32(3)}}
		},
		"SignInPolicy": func(s *setup.State) {
			s.Pool.Policies = &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
				AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp},
			}}
		},
		"EmailMfaConfiguration": func(s *setup.State) {
			s.MFA = &cip.GetUserPoolMfaConfigOutput{EmailMfaConfiguration: &types.EmailMfaConfigType{}}
		},
		"": func(*setup.State) {},
	} {
		for _, tier := range []types.UserPoolTierType{types.UserPoolTierTypeLite, types.UserPoolTierTypeEssentials} {
			state := rightState()
			configure(state)
			state.Pool.UserPoolTier = tier
			for _, f := range setup.Review(setup.Wish{App: "https://shop.example.com"}, state, secret) {
				wrong := tier == types.UserPoolTierTypeLite && want != ""
				if f.ID == "plan-features" && (f.Wrong != wrong || wrong && !strings.Contains(f.Evidence, want)) {
					t.Errorf("%s in the plan %s: %s, wrong = %t", want, tier, f.Evidence, f.Wrong)
				}
			}
		}
	}
}
