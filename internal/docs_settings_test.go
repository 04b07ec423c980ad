package internal_test

import (
	"slices"
	"testing"

	"github.com/seed75762126/cognito-go/internal/cause"
)

// lookAt are the settings that docs/troubleshooting.md names for a cause:
// variables of the environment, fields of this module's Config types, and
// Cognito's own names.
var lookAt = map[cause.ID][]string{
	cause.OtherIssuer:         {"COGNITO_USER_POOL_ID", "COGNITO_ISSUER", "Config.ReplicaRegions"},
	cause.OtherAudience:       {"COGNITO_CLIENT_ID", "Config.OtherClientIDs", "Config.Resources"},
	cause.OtherClient:         {"COGNITO_CLIENT_ID", "Config.OtherClientIDs"},
	cause.TokenExpired:        {"clock", "AccessTokenValidity", "IdTokenValidity"},
	cause.ClockBehind:         {"clock", "Config.ClockSkew"},
	cause.UnknownKey:          {"COGNITO_USER_POOL_ID", "COGNITO_ISSUER", "Config.JWKS"},
	cause.NoKeys:              {"COGNITO_USER_POOL_ID", "COGNITO_ISSUER", "Config.HTTPClient"},
	cause.BadSignature:        {"COGNITO_USER_POOL_ID", "COGNITO_ISSUER"},
	cause.NotCognitos:         {"Authorization"},
	cause.WrongToken:          {"Authorization"},
	cause.OtherLogin:          {"Attempt"},
	cause.OtherUser:           {"LambdaConfig"},
	cause.SignedOut:           {"poolevents"},
	cause.TenantLookup:        {"Tenants"},
	cause.NoCredentials:       {"Authorization"},
	cause.BadCredentials:      {"Authorization"},
	cause.CredentialsUnknown:  {"Authenticator", "TokenVerifier"},
	cause.LinkedInTrigger:     {"PreSignUp trigger", "AdminLinkProviderForUser"},
	cause.ImmutableAttribute:  {"AttributeMapping", "WriteAttributes", "Mutable"},
	cause.MissingAttribute:    {"AttributeMapping", "authorize_scopes"},
	cause.InvalidAttribute:    {"AttributeMapping"},
	cause.AliasTaken:          {"AdminLinkProviderForUser", "AliasAttributes"},
	cause.TriggerNotAllowed:   {"LambdaConfig", "lambda:InvokeFunction"},
	cause.TriggerTimeout:      {"LambdaConfig"},
	cause.TriggerOutput:       {"LambdaConfig"},
	cause.TriggerRefused:      {"LambdaConfig"},
	cause.SAMLResponse:        {"MetadataURL", "MetadataFile", "AttributeMapping"},
	cause.ProviderUnreachable: {"ProviderDetails", "token_url", "jwks_uri", "oidc_issuer"},
	cause.ProviderRefused:     {"ProviderDetails", "client_id", "client_secret"},
	cause.UserDisabled:        {"AdminEnableUser"},
	cause.TooManyRequests:     {"Service Quotas"},
	cause.MachineFlow:         {"AllowedOAuthFlows", "AllowedOAuthFlowsUserPoolClient"},
	cause.MachineScope:        {"AllowedOAuthScopes"},
	cause.ScopeNotEnabled:     {"Config.Scopes", "AllowedOAuthScopes"},
	cause.FlowNotEnabled:      {"AllowedOAuthFlows", "AllowedOAuthFlowsUserPoolClient", "SupportedIdentityProviders"},
	cause.RedirectMismatch:    {"APP_URL", "Config.BaseURL", "CallbackURLs"},
	cause.UnknownClient:       {"COGNITO_CLIENT_ID", "COGNITO_USER_POOL_ID", "COGNITO_DOMAIN"},
	cause.ClientSecret:        {"COGNITO_CLIENT_SECRET", "COGNITO_CLIENT_SECRET_FILE", "Config.ClientSecret", "Config.ClientSecretSource"},
	cause.CodeRefused:         {"APP_URL", "ReadAttributes", "Resource"},
	cause.RevocationDisabled:  {"EnableTokenRevocation"},
	cause.RevokedTokenType:    {"Tokens.Refresh"},
	cause.UserInfoToken:       {"openid", "Config.Scopes"},
	cause.NotSignedIn:         {"prompt"},
	cause.InteractionRequired: {"prompt"},
	cause.AccessDenied:        {"identity provider"},
	cause.CognitoFailed:       {"AWS Health"},
	cause.ResponseType:        {"AllowedOAuthFlows"},
	cause.GrantType:           {"AllowedOAuthFlows", "COGNITO_DOMAIN"},
	cause.Unreachable:         {"COGNITO_DOMAIN", "Config.HTTPClient"},
	cause.BadAnswer:           {"COGNITO_DOMAIN"},
	cause.BadAttempt:          {"NewAttempt"},
	cause.CookiesBlocked:      {"APP_URL", "Config.BaseURL"},
	cause.UnknownState:        {"APP_URL", "SESSION_KEYS", "SESSION_KEYS_FILE"},
	cause.UnreadableCookie:    {"SESSION_KEYS", "SESSION_KEYS_FILE"},
	cause.NoCode:              {"CallbackURLs"},
	cause.WrongIssuer:         {"COGNITO_USER_POOL_ID", "COGNITO_ISSUER"},
	cause.SignInRefused:       {"SupportedIdentityProviders", "AttributeMapping", "ProviderDetails", "LambdaConfig"},
	cause.BadRequest:          {"CallbackURLs", "COGNITO_CLIENT_ID"},
	cause.SettingsForm:        {"COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID", "COGNITO_DOMAIN", "APP_URL", "SESSION_KEYS", "SESSION_KEYS_FILE", "COGNITO_CLIENT_SECRET_FILE"},
	cause.UnknownPool:         {"COGNITO_USER_POOL_ID", "COGNITO_ISSUER", "COGNITO_DOMAIN"},
	cause.TooFewKeys:          {"COGNITO_ISSUER"},
	cause.ClockOff:            {"clock", "Config.ClockSkew"},
	cause.DomainDown:          {"COGNITO_DOMAIN"},
	cause.UnknownResource:     {"Config.Resources"},
	cause.ImplicitGrant:       {"AllowedOAuthFlows"},
	cause.ClassicPages:        {"ManagedLoginVersion", "UserPoolTier"},
	cause.NoLoginStyle:        {"ManagedLoginBranding"},
	cause.SignOutURL:          {"APP_URL", "LogoutURLs"},
	cause.APIClient:           {"COGNITO_CLIENT_ID", "COGNITO_USER_POOL_ID", "COGNITO_ENDPOINT"},
	cause.APIFlow:             {"ExplicitAuthFlows"},
	cause.ExistenceErrors:     {"PreventUserExistenceErrors"},
	cause.IdentityPool:        {"COGNITO_IDENTITY_POOL_ID", "AllowUnauthenticatedIdentities", "CognitoIdentityProviders"},
	cause.AppLogin:            {"APP_URL", "Config.Scopes"},
	cause.AppCookies:          {"Set-Cookie"},
	cause.AppCache:            {"Cache-Control"},
	cause.AppHSTS:             {"Strict-Transport-Security"},
	cause.AppScript:           {"Sec-Fetch-Mode"},
	cause.AppHeaders:          {"proxy_buffer_size"},
	cause.AppProcesses:        {"SESSION_KEYS", "SESSION_KEYS_FILE"},
	cause.ResourceMetadata:    {"Guard.Resource"},
}

// TestDocs_SettingsInFiles: a cause that names a secret or keys also names the
// file in which they may be.
func TestDocs_SettingsInFiles(t *testing.T) {
	for id, settings := range lookAt {
		for _, setting := range []string{"COGNITO_CLIENT_SECRET", "SESSION_KEYS"} {
			if slices.Contains(settings, setting) && !slices.Contains(settings, setting+"_FILE") {
				t.Errorf("%s: look at %s, and at %[2]s_FILE too", id, setting)
			}
		}
	}
}
