package setup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A rule is one setting that is right or wrong. T is the input of the update
// that mends it. A setting is right if mend does not change what value shows.
type rule[T any] struct {
	// ID names the rule. It stays the same between releases.
	id string

	// about says what must hold, in one sentence.
	about string

	// applies limits the rule to some wishes. Nil means all.
	applies func(Wish) bool

	value func(*T) string
	mend  func(Wish, *T)
}

// wrong reports whether the rule does not hold, with the value that there is
// and the one that is right.
func (r rule[T]) wrong(w Wish, in *T) (have, want string, wrong bool) {
	if r.applies != nil && !r.applies(w) {
		return "", "", false
	}
	mended := *in
	r.mend(w, &mended)
	have, want = r.value(in), r.value(&mended)
	return have, want, have != want
}

// grace is how long a refresh token works after it was rotated: an app of
// several processes needs it when an answer is lost.
const grace = 60

// loginScopes are those of a login unless the app asks for others.
var loginScopes = []string{"openid", "email", "profile"}

var poolRules = []rule[cip.UpdateUserPoolInput]{
	{
		id: "pool-tag", about: "The pool carries the tag by which setup finds it.",
		value: func(in *cip.UpdateUserPoolInput) string { return in.UserPoolTags[tagKey] },
		mend: func(w Wish, in *cip.UpdateUserPoolInput) {
			tags := map[string]string{tagKey: w.App}
			for k, v := range in.UserPoolTags {
				if k != tagKey {
					tags[k] = v
				}
			}
			in.UserPoolTags = tags
		},
	},
	{
		id: "deletion-protection", about: "The pool cannot be deleted by mistake.", applies: Wish.production,
		value: func(in *cip.UpdateUserPoolInput) string { return string(in.DeletionProtection) },
		mend: func(_ Wish, in *cip.UpdateUserPoolInput) {
			in.DeletionProtection = types.DeletionProtectionTypeActive
		},
	},
	{
		id: "email-verification", about: "Users confirm their e-mail address with a code.",
		value: func(in *cip.UpdateUserPoolInput) string { return list(in.AutoVerifiedAttributes) },
		mend: func(_ Wish, in *cip.UpdateUserPoolInput) {
			in.AutoVerifiedAttributes = union(in.AutoVerifiedAttributes, types.VerifiedAttributeTypeEmail)
		},
	},
	{
		id: "recovery", about: "A forgotten password is reset by a verified e-mail address.",
		value: func(in *cip.UpdateUserPoolInput) string {
			if in.AccountRecoverySetting == nil {
				return ""
			}
			var names []types.RecoveryOptionNameType
			for _, m := range in.AccountRecoverySetting.RecoveryMechanisms {
				names = append(names, m.Name)
			}
			return list(names)
		},
		mend: func(_ Wish, in *cip.UpdateUserPoolInput) {
			if s := in.AccountRecoverySetting; s != nil && slices.ContainsFunc(s.RecoveryMechanisms, func(m types.RecoveryOptionType) bool {
				return m.Name == types.RecoveryOptionNameTypeVerifiedEmail
			}) {
				return
			}
			in.AccountRecoverySetting = &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
				{Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: aws.Int32(1)},
			}}
		},
	},
	{
		id: "plan", about: "The plan has managed login.",
		value: func(in *cip.UpdateUserPoolInput) string { return string(in.UserPoolTier) },
		mend: func(_ Wish, in *cip.UpdateUserPoolInput) {
			if in.UserPoolTier != types.UserPoolTierTypePlus {
				in.UserPoolTier = types.UserPoolTierTypeEssentials
			}
		},
	},
}

var clientRules = []rule[cip.UpdateUserPoolClientInput]{
	{
		id: "code-grant", about: "Only the authorization code grant is enabled.",
		value: func(in *cip.UpdateUserPoolClientInput) string {
			if !in.AllowedOAuthFlowsUserPoolClient {
				return "off"
			}
			return list(in.AllowedOAuthFlows)
		},
		mend: func(_ Wish, in *cip.UpdateUserPoolClientInput) {
			in.AllowedOAuthFlowsUserPoolClient = true
			in.AllowedOAuthFlows = []types.OAuthFlowType{types.OAuthFlowTypeCode}
			if len(in.AllowedOAuthScopes) == 0 { // Cognito takes no grant without a scope
				in.AllowedOAuthScopes = slices.Clone(loginScopes)
			}
		},
	},
	{
		id: "scopes", about: "The scopes openid, email and profile are enabled.",
		value: func(in *cip.UpdateUserPoolClientInput) string { return list(in.AllowedOAuthScopes) },
		mend: func(w Wish, in *cip.UpdateUserPoolClientInput) {
			in.AllowedOAuthScopes = union(in.AllowedOAuthScopes, slices.Concat(loginScopes, w.fullScopes())...)
		},
	},
	{
		id: "callback-urls", about: "The callback URLs of the app are registered.",
		value: func(in *cip.UpdateUserPoolClientInput) string { return list(in.CallbackURLs) },
		mend: func(w Wish, in *cip.UpdateUserPoolClientInput) {
			in.CallbackURLs = union(in.CallbackURLs, w.callbackURLs()...)
		},
	},
	{
		id: "sign-out-urls", about: "The sign-out URLs of the app are registered.",
		value: func(in *cip.UpdateUserPoolClientInput) string { return list(in.LogoutURLs) },
		mend: func(w Wish, in *cip.UpdateUserPoolClientInput) {
			in.LogoutURLs = union(in.LogoutURLs, w.signedOutURLs()...)
		},
	},
	{
		id: "providers", about: "Users of the pool, or of an identity provider, can sign in.",
		value: func(in *cip.UpdateUserPoolClientInput) string { return list(in.SupportedIdentityProviders) },
		mend: func(_ Wish, in *cip.UpdateUserPoolClientInput) {
			if len(in.SupportedIdentityProviders) == 0 {
				in.SupportedIdentityProviders = []string{"COGNITO"}
			}
		},
	},
	{
		id: "rotation", about: "Refresh tokens are rotated, and an old one still works for a minute.",
		value: func(in *cip.UpdateUserPoolClientInput) string {
			if r := in.RefreshTokenRotation; r != nil && r.Feature == types.FeatureTypeEnabled {
				return fmt.Sprintf("%d seconds", aws.ToInt32(r.RetryGracePeriodSeconds))
			}
			return "off"
		},
		mend: func(w Wish, in *cip.UpdateUserPoolClientInput) {
			in.ExplicitAuthFlows = withoutRefreshFlow(in.ExplicitAuthFlows)
			if r := in.RefreshTokenRotation; w.Store && r != nil && r.Feature == types.FeatureTypeEnabled {
				return // the lock of the store keeps an old token from being sent twice
			}
			in.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: aws.Int32(grace)}
		},
	},
	{
		id: "auth-flows", about: "If the app has its own forms, their flows are enabled, and no enabled flow excludes rotation.",
		value: func(in *cip.UpdateUserPoolClientInput) string { return list(in.ExplicitAuthFlows) },
		mend: func(w Wish, in *cip.UpdateUserPoolClientInput) {
			in.ExplicitAuthFlows = withoutRefreshFlow(in.ExplicitAuthFlows)
			if w.Forms {
				in.ExplicitAuthFlows = union(in.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowUserAuth)
			}
		},
	},
	{
		id: "revocation", about: "Refresh tokens can be revoked.",
		value: func(in *cip.UpdateUserPoolClientInput) string { return onOff(aws.ToBool(in.EnableTokenRevocation)) },
		mend:  func(_ Wish, in *cip.UpdateUserPoolClientInput) { in.EnableTokenRevocation = aws.Bool(true) },
	},
	{
		id: "user-existence", about: "A sign-in does not reveal who has an account.",
		value: func(in *cip.UpdateUserPoolClientInput) string { return string(in.PreventUserExistenceErrors) },
		mend: func(_ Wish, in *cip.UpdateUserPoolClientInput) {
			in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
		},
	},
}

// withoutRefreshFlow is flows without the one that excludes rotation. It is
// never empty: with no flow at all Cognito takes its defaults, and that one is
// among them.
func withoutRefreshFlow(flows []types.ExplicitAuthFlowsType) []types.ExplicitAuthFlowsType {
	left := slices.DeleteFunc(slices.Clone(flows), func(f types.ExplicitAuthFlowsType) bool {
		return f == types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth
	})
	if len(left) == 0 {
		left = append(left, types.ExplicitAuthFlowsTypeAllowUserSrpAuth)
	}
	return left
}

// list is values in the order of the alphabet, so that two lists with the same
// members are the same text.
func list[T ~string](values []T) string {
	texts := make([]string, 0, len(values))
	for _, v := range values {
		texts = append(texts, string(v))
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
