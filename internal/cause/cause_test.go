package cause_test

import (
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/cause"
)

// TestE2_Causes: texts that Cognito's authorize, callback and token endpoint
// are known to give lead to the advice for them.
func TestE2_Causes(t *testing.T) {
	const callback, exchange = "callback", "exchange"
	tests := []struct {
		op, code, description string
		want                  cause.ID
		setting               string // in the advice
	}{
		{callback, "invalid_request", "PreSignUp failed with error Already found an entry for username Google_1.", cause.LinkedInTrigger, "AdminLinkProviderForUser"},
		{callback, "server_error", "Already found an entry for username google_109", cause.LinkedInTrigger, "begin it again"},
		{callback, "invalid_request", "user.email: Attribute cannot be updated.\n", cause.ImmutableAttribute, "AttributeMapping"},
		{callback, "invalid_request", "user.custom:tenant: Attribute cannot be updated. ", cause.ImmutableAttribute, "WriteAttributes"},
		{callback, "invalid_request", "attributes required: [email]", cause.MissingAttribute, "AttributeMapping"},
		{callback, "invalid_request", "Error in SAML response processing: Invalid user attributes: email: The attribute is required", cause.MissingAttribute, "AttributeMapping"},
		{callback, "invalid_request", "Invalid user attributes: phone_number: Invalid phone number format.", cause.InvalidAttribute, "AttributeMapping"},
		{callback, "invalid_request", "User account already exists", cause.AliasTaken, "AdminLinkProviderForUser"},
		{callback, "invalid_request", "PreSignUp failed with error Only staff.", cause.TriggerRefused, "trigger"},
		{callback, "invalid_request", "PreAuthentication failed with error nope.", cause.TriggerRefused, "log"},
		{callback, "invalid_request", "PreTokenGeneration failed with error x.", cause.TriggerRefused, "log"},
		{callback, "invalid_request", "PostConfirmation invocation failed due to error Socket timeout while invoking Lambda function.", cause.TriggerTimeout, "five seconds"},
		{callback, "invalid_request", "PreSignUp invocation failed due to error AccessDeniedException.", cause.TriggerNotAllowed, "lambda:InvokeFunction"},
		{callback, "invalid_request", "Unrecognizable lambda output", cause.TriggerOutput, "return the event"},
		{callback, "invalid_request", "Invalid samlResponse or relayState from identity provider", cause.SAMLResponse, "urn:amazon:cognito:sp:"},
		{callback, "invalid_request", "Timeout occurred in calling IdP token endpoint", cause.ProviderUnreachable, "token_url"},
		{callback, "invalid_request", "error_description=Timeout in calling jwks uri", cause.ProviderUnreachable, "jwks_uri"},
		{callback, "invalid_request", "Connection reset", cause.ProviderUnreachable, "ProviderDetails"},
		{callback, "invalid_request", "Read timed out", cause.ProviderUnreachable, "ProviderDetails"},
		{callback, "invalid_request", "Okta Error - 401 error getting token", cause.ProviderRefused, "client_secret"},
		{callback, "invalid_request", "Google Error - 400 invalid_grant", cause.ProviderRefused, "ProviderDetails"},
		{callback, "invalid_request", "User is not enabled", cause.UserDisabled, "AdminEnableUser"},
		{callback, "invalid_request", "Rate exceeded", cause.TooManyRequests, "quota"},
		{callback, "invalid_request", "invalid_scope", cause.ScopeNotEnabled, "AllowedOAuthScopes"},
		{callback, "invalid_scope", "", cause.ScopeNotEnabled, "Config.Scopes"},
		{callback, "invalid_request", "Client is not enabled for OAuth2.0 flows", cause.FlowNotEnabled, "AllowedOAuthFlowsUserPoolClient"},
		{callback, "unauthorized_client", "", cause.FlowNotEnabled, "AllowedOAuthFlows"},
		{callback, "redirect_mismatch", "", cause.RedirectMismatch, "CallbackURLs"},
		{callback, "access_denied", "", cause.AccessDenied, "cancelled"},
		{callback, "login_required", "", cause.NotSignedIn, "prompt=none"},
		{callback, "interaction_required", "", cause.InteractionRequired, "prompt=none"},
		{callback, "server_error", "", cause.CognitoFailed, "AWS Health"},
		{callback, "unsupported_response_type", "", cause.ResponseType, "AllowedOAuthFlows"},
		{callback, "invalid_request", "something new", cause.SignInRefused, "description"},
		{callback, "unknown_state", "", cause.UnknownState, "SESSION_KEYS"},
		{callback, "unreadable_cookie", "", cause.UnreadableCookie, "another app"},
		{callback, "no_code", "", cause.NoCode, "query"},
		{callback, "wrong_issuer", "", cause.WrongIssuer, "COGNITO_ISSUER"},
		{"login", "cookies_blocked", "", cause.CookiesBlocked, "APP_URL"},
		{exchange, "invalid_client", "invalid_client_secret", cause.ClientSecret, "COGNITO_CLIENT_SECRET"},
		{exchange, "invalid_client", "User pool client abc does not exist.", cause.UnknownClient, "COGNITO_CLIENT_ID"},
		{exchange, "invalid_grant", "", cause.CodeRefused, "five minutes"},
		{exchange, "invalid_request", "", cause.BadRequest, "COGNITO_CLIENT_ID"},
		{exchange, "unauthorized_client", "", cause.FlowNotEnabled, "AllowedOAuthFlows"},
		{exchange, "unsupported_grant_type", "", cause.GrantType, "COGNITO_DOMAIN"},
		{exchange, "unreachable", "", cause.Unreachable, "COGNITO_DOMAIN"},
		{exchange, "bad_answer", "", cause.BadAnswer, "COGNITO_DOMAIN"},
		{exchange, "bad_attempt", "", cause.BadAttempt, "NewAttempt"},
		{"revoke", "invalid_request", "", cause.RevocationDisabled, "EnableTokenRevocation"},
		{"revoke", "unsupported_token_type", "", cause.RevokedTokenType, "Tokens.Refresh"},
		{"userinfo", "invalid_token", "", cause.UserInfoToken, "openid"},
		{"client_credentials", "unauthorized_client", "", cause.MachineFlow, "client_credentials"},
		{"client_credentials", "invalid_scope", "", cause.MachineScope, "AllowedOAuthScopes"},
		{"client_credentials", "invalid_grant", "", cause.MachineScope, "resource server"},
		{"client_credentials", "invalid_client", "", cause.ClientSecret, "COGNITO_CLIENT_SECRET"},
	}
	for _, tt := range tests {
		got, ok := cause.Find(cause.Refusal{Op: tt.op, Code: tt.code, Description: tt.description})
		if !ok || got.ID != tt.want || !strings.Contains(got.Advice, tt.setting) {
			t.Errorf("Find(%s %s %q) = %s %q, want %s with %q", tt.op, tt.code, tt.description, got.ID, got.Advice, tt.want, tt.setting)
		}
	}
	for _, r := range []cause.Refusal{{Op: "refresh", Code: "invalid_grant"}, {Op: callback, Code: "x", Description: "y"}, {}} {
		if got, ok := cause.Find(r); ok || got.ID != "" {
			t.Errorf("Find(%+v) = %s, want no cause", r, got.ID)
		}
	}
}

// TestCauseTable: each cause stands once, with advice in plain words.
func TestCauseTable(t *testing.T) {
	seen := map[cause.ID]bool{}
	for _, c := range cause.All() {
		if c.ID == "" || seen[c.ID] || c.Advice == "" {
			t.Errorf("the cause %q stands twice or lacks advice", c.ID)
		}
		seen[c.ID] = true
		if got, ok := cause.Of(c.ID); !ok || got.Advice != c.Advice || cause.With(c.ID, "") != c.Advice {
			t.Errorf("Of(%s) finds another cause", c.ID)
		}
		if got, ok := cause.Get(c.ID); ok && (got.Advice != c.Advice || cause.Advice(c.ID) != c.Advice) {
			t.Errorf("Get(%s) finds another cause", c.ID)
		}
		if strings.HasSuffix(c.Advice, ".") || strings.ContainsAny(c.Advice, "\n\r") {
			t.Errorf("%s: the advice %q is not the end of one line", c.ID, c.Advice)
		}
	}
	if _, ok := cause.Get("nothing"); ok || cause.Advice("nothing") != "" {
		t.Error("there is a cause called nothing")
	}
}
