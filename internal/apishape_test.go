package internal_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

var updateShapes = flag.Bool("update-shapes", false, "write the shapes of the API's answers from the SDK")

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

// shapeOf describes what JSON a type of the SDK is written as: "text", "bool",
// "int", "time" or "any"; {"list": …}, {"map": …} or {"members": {…}}.
func shapeOf(t reflect.Type) any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() == reflect.Interface: // a document
		return "any"
	case t == reflect.TypeFor[time.Time]():
		return "time"
	case t.Kind() == reflect.Struct:
		members := map[string]any{}
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && f.Name != "ResultMetadata" {
				members[f.Name] = shapeOf(f.Type)
			}
		}
		return map[string]any{"members": members}
	case t.Kind() == reflect.Map:
		return map[string]any{"map": shapeOf(t.Elem())}
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return map[string]any{"list": shapeOf(t.Elem())}
	case t.Kind() == reflect.Bool:
		return "bool"
	case t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64:
		return "int"
	}
	return "text" // texts, enums and bytes
}

// TestAPIShapes: the emulator's tests hold its answers to the shapes that the
// SDK knows. They read them from a file, so that modules which import
// cognitotest need no sums of the SDK.
func TestAPIShapes(t *testing.T) {
	const file = "../cognito/cognitotest/testdata/answers.json"
	shapes := map[string]any{}
	for op, answer := range sdkAnswers {
		shapes[op] = shapeOf(answer)
	}
	want, err := json.MarshalIndent(shapes, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *updateShapes {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the SDK knows: go test ./internal -run TestAPIShapes -update-shapes", file)
	}
}
