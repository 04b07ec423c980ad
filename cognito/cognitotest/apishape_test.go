package cognitotest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// sdkAnswers are the answers of the API as the AWS SDK knows them.
var sdkAnswers = map[string]reflect.Type{
	"AddCustomAttributes":                  reflect.TypeFor[cip.AddCustomAttributesOutput](),
	"AddUserPoolClientSecret":              reflect.TypeFor[cip.AddUserPoolClientSecretOutput](),
	"AdminAddUserToGroup":                  reflect.TypeFor[cip.AdminAddUserToGroupOutput](),
	"AdminConfirmSignUp":                   reflect.TypeFor[cip.AdminConfirmSignUpOutput](),
	"AdminCreateUser":                      reflect.TypeFor[cip.AdminCreateUserOutput](),
	"AdminDeleteUser":                      reflect.TypeFor[cip.AdminDeleteUserOutput](),
	"AdminDeleteUserAttributes":            reflect.TypeFor[cip.AdminDeleteUserAttributesOutput](),
	"AdminDisableProviderForUser":          reflect.TypeFor[cip.AdminDisableProviderForUserOutput](),
	"AdminDisableUser":                     reflect.TypeFor[cip.AdminDisableUserOutput](),
	"AdminEnableUser":                      reflect.TypeFor[cip.AdminEnableUserOutput](),
	"AdminForgetDevice":                    reflect.TypeFor[cip.AdminForgetDeviceOutput](),
	"AdminGetDevice":                       reflect.TypeFor[cip.AdminGetDeviceOutput](),
	"AdminGetUser":                         reflect.TypeFor[cip.AdminGetUserOutput](),
	"AdminInitiateAuth":                    reflect.TypeFor[cip.AdminInitiateAuthOutput](),
	"AdminLinkProviderForUser":             reflect.TypeFor[cip.AdminLinkProviderForUserOutput](),
	"AdminListDevices":                     reflect.TypeFor[cip.AdminListDevicesOutput](),
	"AdminListGroupsForUser":               reflect.TypeFor[cip.AdminListGroupsForUserOutput](),
	"AdminListUserAuthEvents":              reflect.TypeFor[cip.AdminListUserAuthEventsOutput](),
	"AdminRemoveUserFromGroup":             reflect.TypeFor[cip.AdminRemoveUserFromGroupOutput](),
	"AdminResetUserPassword":               reflect.TypeFor[cip.AdminResetUserPasswordOutput](),
	"AdminRespondToAuthChallenge":          reflect.TypeFor[cip.AdminRespondToAuthChallengeOutput](),
	"AdminSetUserMFAPreference":            reflect.TypeFor[cip.AdminSetUserMFAPreferenceOutput](),
	"AdminSetUserPassword":                 reflect.TypeFor[cip.AdminSetUserPasswordOutput](),
	"AdminSetUserSettings":                 reflect.TypeFor[cip.AdminSetUserSettingsOutput](),
	"AdminUpdateAuthEventFeedback":         reflect.TypeFor[cip.AdminUpdateAuthEventFeedbackOutput](),
	"AdminUpdateDeviceStatus":              reflect.TypeFor[cip.AdminUpdateDeviceStatusOutput](),
	"AdminUpdateUserAttributes":            reflect.TypeFor[cip.AdminUpdateUserAttributesOutput](),
	"AdminUserGlobalSignOut":               reflect.TypeFor[cip.AdminUserGlobalSignOutOutput](),
	"AssociateSoftwareToken":               reflect.TypeFor[cip.AssociateSoftwareTokenOutput](),
	"ChangePassword":                       reflect.TypeFor[cip.ChangePasswordOutput](),
	"CompleteWebAuthnRegistration":         reflect.TypeFor[cip.CompleteWebAuthnRegistrationOutput](),
	"ConfirmDevice":                        reflect.TypeFor[cip.ConfirmDeviceOutput](),
	"ConfirmForgotPassword":                reflect.TypeFor[cip.ConfirmForgotPasswordOutput](),
	"ConfirmSignUp":                        reflect.TypeFor[cip.ConfirmSignUpOutput](),
	"CreateGroup":                          reflect.TypeFor[cip.CreateGroupOutput](),
	"CreateIdentityProvider":               reflect.TypeFor[cip.CreateIdentityProviderOutput](),
	"CreateManagedLoginBranding":           reflect.TypeFor[cip.CreateManagedLoginBrandingOutput](),
	"CreateResourceServer":                 reflect.TypeFor[cip.CreateResourceServerOutput](),
	"CreateTerms":                          reflect.TypeFor[cip.CreateTermsOutput](),
	"CreateUserImportJob":                  reflect.TypeFor[cip.CreateUserImportJobOutput](),
	"CreateUserPool":                       reflect.TypeFor[cip.CreateUserPoolOutput](),
	"CreateUserPoolClient":                 reflect.TypeFor[cip.CreateUserPoolClientOutput](),
	"CreateUserPoolDomain":                 reflect.TypeFor[cip.CreateUserPoolDomainOutput](),
	"CreateUserPoolReplica":                reflect.TypeFor[cip.CreateUserPoolReplicaOutput](),
	"DeleteGroup":                          reflect.TypeFor[cip.DeleteGroupOutput](),
	"DeleteIdentityProvider":               reflect.TypeFor[cip.DeleteIdentityProviderOutput](),
	"DeleteManagedLoginBranding":           reflect.TypeFor[cip.DeleteManagedLoginBrandingOutput](),
	"DeleteResourceServer":                 reflect.TypeFor[cip.DeleteResourceServerOutput](),
	"DeleteTerms":                          reflect.TypeFor[cip.DeleteTermsOutput](),
	"DeleteUser":                           reflect.TypeFor[cip.DeleteUserOutput](),
	"DeleteUserAttributes":                 reflect.TypeFor[cip.DeleteUserAttributesOutput](),
	"DeleteUserPool":                       reflect.TypeFor[cip.DeleteUserPoolOutput](),
	"DeleteUserPoolClient":                 reflect.TypeFor[cip.DeleteUserPoolClientOutput](),
	"DeleteUserPoolClientSecret":           reflect.TypeFor[cip.DeleteUserPoolClientSecretOutput](),
	"DeleteUserPoolDomain":                 reflect.TypeFor[cip.DeleteUserPoolDomainOutput](),
	"DeleteUserPoolReplica":                reflect.TypeFor[cip.DeleteUserPoolReplicaOutput](),
	"DeleteWebAuthnCredential":             reflect.TypeFor[cip.DeleteWebAuthnCredentialOutput](),
	"DescribeIdentityProvider":             reflect.TypeFor[cip.DescribeIdentityProviderOutput](),
	"DescribeManagedLoginBranding":         reflect.TypeFor[cip.DescribeManagedLoginBrandingOutput](),
	"DescribeManagedLoginBrandingByClient": reflect.TypeFor[cip.DescribeManagedLoginBrandingByClientOutput](),
	"DescribeResourceServer":               reflect.TypeFor[cip.DescribeResourceServerOutput](),
	"DescribeRiskConfiguration":            reflect.TypeFor[cip.DescribeRiskConfigurationOutput](),
	"DescribeTerms":                        reflect.TypeFor[cip.DescribeTermsOutput](),
	"DescribeUserImportJob":                reflect.TypeFor[cip.DescribeUserImportJobOutput](),
	"DescribeUserPool":                     reflect.TypeFor[cip.DescribeUserPoolOutput](),
	"DescribeUserPoolClient":               reflect.TypeFor[cip.DescribeUserPoolClientOutput](),
	"DescribeUserPoolDomain":               reflect.TypeFor[cip.DescribeUserPoolDomainOutput](),
	"ForgetDevice":                         reflect.TypeFor[cip.ForgetDeviceOutput](),
	"ForgotPassword":                       reflect.TypeFor[cip.ForgotPasswordOutput](),
	"GetCSVHeader":                         reflect.TypeFor[cip.GetCSVHeaderOutput](),
	"GetDevice":                            reflect.TypeFor[cip.GetDeviceOutput](),
	"GetGroup":                             reflect.TypeFor[cip.GetGroupOutput](),
	"GetIdentityProviderByIdentifier":      reflect.TypeFor[cip.GetIdentityProviderByIdentifierOutput](),
	"GetLogDeliveryConfiguration":          reflect.TypeFor[cip.GetLogDeliveryConfigurationOutput](),
	"GetSigningCertificate":                reflect.TypeFor[cip.GetSigningCertificateOutput](),
	"GetTokensFromRefreshToken":            reflect.TypeFor[cip.GetTokensFromRefreshTokenOutput](),
	"GetUICustomization":                   reflect.TypeFor[cip.GetUICustomizationOutput](),
	"GetUser":                              reflect.TypeFor[cip.GetUserOutput](),
	"GetUserAttributeVerificationCode":     reflect.TypeFor[cip.GetUserAttributeVerificationCodeOutput](),
	"GetUserAuthFactors":                   reflect.TypeFor[cip.GetUserAuthFactorsOutput](),
	"GetUserPoolMfaConfig":                 reflect.TypeFor[cip.GetUserPoolMfaConfigOutput](),
	"GlobalSignOut":                        reflect.TypeFor[cip.GlobalSignOutOutput](),
	"InitiateAuth":                         reflect.TypeFor[cip.InitiateAuthOutput](),
	"ListDevices":                          reflect.TypeFor[cip.ListDevicesOutput](),
	"ListGroups":                           reflect.TypeFor[cip.ListGroupsOutput](),
	"ListIdentityProviders":                reflect.TypeFor[cip.ListIdentityProvidersOutput](),
	"ListResourceServers":                  reflect.TypeFor[cip.ListResourceServersOutput](),
	"ListTagsForResource":                  reflect.TypeFor[cip.ListTagsForResourceOutput](),
	"ListTerms":                            reflect.TypeFor[cip.ListTermsOutput](),
	"ListUserImportJobs":                   reflect.TypeFor[cip.ListUserImportJobsOutput](),
	"ListUserPoolClientSecrets":            reflect.TypeFor[cip.ListUserPoolClientSecretsOutput](),
	"ListUserPoolClients":                  reflect.TypeFor[cip.ListUserPoolClientsOutput](),
	"ListUserPoolReplicas":                 reflect.TypeFor[cip.ListUserPoolReplicasOutput](),
	"ListUserPools":                        reflect.TypeFor[cip.ListUserPoolsOutput](),
	"ListUsers":                            reflect.TypeFor[cip.ListUsersOutput](),
	"ListUsersInGroup":                     reflect.TypeFor[cip.ListUsersInGroupOutput](),
	"ListWebAuthnCredentials":              reflect.TypeFor[cip.ListWebAuthnCredentialsOutput](),
	"ResendConfirmationCode":               reflect.TypeFor[cip.ResendConfirmationCodeOutput](),
	"RespondToAuthChallenge":               reflect.TypeFor[cip.RespondToAuthChallengeOutput](),
	"RevokeToken":                          reflect.TypeFor[cip.RevokeTokenOutput](),
	"SetLogDeliveryConfiguration":          reflect.TypeFor[cip.SetLogDeliveryConfigurationOutput](),
	"SetRiskConfiguration":                 reflect.TypeFor[cip.SetRiskConfigurationOutput](),
	"SetUICustomization":                   reflect.TypeFor[cip.SetUICustomizationOutput](),
	"SetUserMFAPreference":                 reflect.TypeFor[cip.SetUserMFAPreferenceOutput](),
	"SetUserPoolMfaConfig":                 reflect.TypeFor[cip.SetUserPoolMfaConfigOutput](),
	"SetUserSettings":                      reflect.TypeFor[cip.SetUserSettingsOutput](),
	"SignUp":                               reflect.TypeFor[cip.SignUpOutput](),
	"StartUserImportJob":                   reflect.TypeFor[cip.StartUserImportJobOutput](),
	"StartWebAuthnRegistration":            reflect.TypeFor[cip.StartWebAuthnRegistrationOutput](),
	"StopUserImportJob":                    reflect.TypeFor[cip.StopUserImportJobOutput](),
	"TagResource":                          reflect.TypeFor[cip.TagResourceOutput](),
	"UntagResource":                        reflect.TypeFor[cip.UntagResourceOutput](),
	"UpdateAuthEventFeedback":              reflect.TypeFor[cip.UpdateAuthEventFeedbackOutput](),
	"UpdateDeviceStatus":                   reflect.TypeFor[cip.UpdateDeviceStatusOutput](),
	"UpdateGroup":                          reflect.TypeFor[cip.UpdateGroupOutput](),
	"UpdateIdentityProvider":               reflect.TypeFor[cip.UpdateIdentityProviderOutput](),
	"UpdateManagedLoginBranding":           reflect.TypeFor[cip.UpdateManagedLoginBrandingOutput](),
	"UpdateResourceServer":                 reflect.TypeFor[cip.UpdateResourceServerOutput](),
	"UpdateTerms":                          reflect.TypeFor[cip.UpdateTermsOutput](),
	"UpdateUserAttributes":                 reflect.TypeFor[cip.UpdateUserAttributesOutput](),
	"UpdateUserPool":                       reflect.TypeFor[cip.UpdateUserPoolOutput](),
	"UpdateUserPoolClient":                 reflect.TypeFor[cip.UpdateUserPoolClientOutput](),
	"UpdateUserPoolDomain":                 reflect.TypeFor[cip.UpdateUserPoolDomainOutput](),
	"UpdateUserPoolReplica":                reflect.TypeFor[cip.UpdateUserPoolReplicaOutput](),
	"VerifySoftwareToken":                  reflect.TypeFor[cip.VerifySoftwareTokenOutput](),
	"VerifyUserAttribute":                  reflect.TypeFor[cip.VerifyUserAttributeOutput](),
}

// checkShape holds an answer to the SDK's model: every member has a name there,
// and its type. Every answer that a test gets goes through here.
func checkShape(t testing.TB, op string, answer []byte) {
	t.Helper()
	model, known := sdkAnswers[op]
	if !known || len(answer) == 0 {
		return
	}
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		t.Errorf("%s: %v", op, err)
		return
	}
	for _, problem := range misshapen(v, model, op) {
		t.Error(problem)
	}
}

// misshapen says where v, decoded from JSON, is not of type t.
func misshapen(v any, t reflect.Type, path string) (problems []string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if v == nil {
		return []string{path + " is null, which AWS leaves out"}
	}
	ok := false
	switch {
	case t.Kind() == reflect.Interface: // a document
		ok = true
	case t == reflect.TypeFor[time.Time]():
		_, ok = v.(float64)
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map:
		var members map[string]any
		members, ok = v.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			typ := t
			if t.Kind() == reflect.Map {
				typ = t.Elem()
			} else if field, known := t.FieldByName(name); known && name != "ResultMetadata" {
				typ = field.Type
			} else {
				problems = append(problems, path+" has no member "+name)
				continue
			}
			problems = append(problems, misshapen(members[name], typ, path+"."+name)...)
		}
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		var list []any
		list, ok = v.([]any)
		for i, e := range list {
			problems = append(problems, misshapen(e, t.Elem(), fmt.Sprintf("%s[%d]", path, i))...)
		}
	case t.Kind() == reflect.Bool:
		_, ok = v.(bool)
	case t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64:
		var n float64
		n, ok = v.(float64)
		ok = ok && n == math.Trunc(n)
	default: // texts, enums and bytes
		_, ok = v.(string)
	}
	if !ok {
		problems = append(problems, fmt.Sprintf("%s is %v, want a %v", path, v, t))
	}
	return problems
}

// What AWS sends always is there always, also where nothing was set.
func TestAdmin_MembersThatAreAlwaysThere(t *testing.T) {
	_, a := newServerAdmin(t)
	a, _ = a.newPool(object{"PoolName": "p"})
	members := func(op string, in object, path ...string) map[string]any {
		t.Helper()
		var out map[string]any
		a.must(op, in, &out)
		for _, name := range path {
			out, _ = out[name].(map[string]any)
		}
		return out
	}
	want := func(what string, got map[string]any, names ...string) {
		t.Helper()
		for _, name := range names {
			if _, there := got[name]; !there {
				t.Errorf("%s has no %s: %v", what, name, slices.Sorted(maps.Keys(got)))
			}
		}
	}
	pool := members("DescribeUserPool", nil, "UserPool")
	want("DescribeUserPool", pool, "Id", "Name", "Arn", "Policies", "DeletionProtection", "LambdaConfig", "LastModifiedDate", "CreationDate", "SchemaAttributes",
		"VerificationMessageTemplate", "MfaConfiguration", "EstimatedNumberOfUsers", "EmailConfiguration", "UserPoolTags", "AdminCreateUserConfig", "UserPoolTier")
	for _, attribute := range pool["SchemaAttributes"].([]any) {
		a := attribute.(map[string]any)
		want("SchemaAttributes", a, "Name", "AttributeDataType", "DeveloperOnlyAttribute", "Mutable", "Required")
		bounds, _ := a["StringAttributeConstraints"].(map[string]any)
		switch wantBounds := map[string]string{"sub": "1 2048", "birthdate": "10 10", "email": "0 2048"}[a["Name"].(string)]; {
		case wantBounds == "":
		case fmt.Sprint(bounds["MinLength"], " ", bounds["MaxLength"]) != wantBounds:
			t.Errorf("%s has the bounds %v, want %s", a["Name"], bounds, wantBounds)
		}
	}
	want("AdminCreateUserConfig", pool["AdminCreateUserConfig"].(map[string]any), "AllowAdminCreateUserOnly", "UnusedAccountValidityDays")
	want("PasswordPolicy", pool["Policies"].(map[string]any)["PasswordPolicy"].(map[string]any),
		"MinimumLength", "RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols", "TemporaryPasswordValidityDays")
	user := []string{"Username", "UserCreateDate", "UserLastModifiedDate", "Enabled", "UserStatus"}
	want("AdminCreateUser", members("AdminCreateUser", object{"Username": "jane"}, "User"), append(user, "Attributes")...)
	want("AdminGetUser", members("AdminGetUser", object{"Username": "jane"}), append(user, "UserAttributes")...)
	for op, list := range map[string]string{
		"ListGroups": "Groups", "ListIdentityProviders": "Providers", "ListResourceServers": "ResourceServers", "ListUserPoolClients": "UserPoolClients", "ListTerms": "Terms",
	} {
		in := object{}
		if op == "ListResourceServers" {
			in["MaxResults"] = 10
		}
		if got := members(op, in); fmt.Sprint(got[list]) != "[]" {
			t.Errorf("%s of an empty pool = %v, want an empty list", op, got)
		}
	}
}
