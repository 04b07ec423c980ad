package cause

// Causes of refusals at Cognito's OAuth endpoints.
const (
	LinkedInTrigger     ID = "linked_in_trigger"
	ImmutableAttribute  ID = "immutable_attribute"
	MissingAttribute    ID = "missing_attribute"
	InvalidAttribute    ID = "invalid_attribute"
	AliasTaken          ID = "alias_taken"
	TriggerNotAllowed   ID = "trigger_not_allowed"
	TriggerTimeout      ID = "trigger_timeout"
	TriggerOutput       ID = "trigger_output"
	TriggerRefused      ID = "trigger_refused"
	SAMLResponse        ID = "saml_response"
	ProviderUnreachable ID = "provider_unreachable"
	ProviderRefused     ID = "provider_refused"
	UserDisabled        ID = "user_disabled"
	TooManyRequests     ID = "too_many_requests"
	FlowNotEnabled      ID = "flow_not_enabled"
	ScopeNotEnabled     ID = "scope_not_enabled"
	MachineFlow         ID = "machine_flow_not_enabled"
	MachineScope        ID = "machine_scope_not_enabled"
	ClientSecret        ID = "client_secret"
	UnknownClient       ID = "unknown_client"
	RedirectMismatch    ID = "redirect_mismatch"
	CodeRefused         ID = "code_refused"
	RevocationDisabled  ID = "revocation_disabled"
	RevokedTokenType    ID = "revoked_token_type"
	UserInfoToken       ID = "userinfo_token"
	NotSignedIn         ID = "not_signed_in"
	InteractionRequired ID = "interaction_required"
	AccessDenied        ID = "access_denied"
	CognitoFailed       ID = "cognito_failed"
	ResponseType        ID = "response_type"
	GrantType           ID = "grant_type"
	Unreachable         ID = "unreachable"
	BadAnswer           ID = "bad_answer"
	BadAttempt          ID = "bad_attempt"
	CookiesBlocked      ID = "cookies_blocked"
	UnknownState        ID = "unknown_state"
	UnreadableCookie    ID = "unreadable_cookie"
	NoCode              ID = "no_code"
	WrongIssuer         ID = "wrong_issuer"
	SignInRefused       ID = "sign_in_refused"
	BadRequest          ID = "bad_request"
)

// Codes and steps that several rows have in common.
var (
	machine   = []string{"client_credentials"}
	signIn    = []string{"callback"}
	tokenCall = []string{"exchange", "refresh"}
)

// table lists causes; the first that matches counts. Texts of federation and
// triggers come first, since they arrive under any code, invalid_request for
// the most part.
var table = []Cause{
	{
		ID:     LinkedInTrigger,
		Advice: "the PreSignUp trigger has linked this provider's user to an existing one (AdminLinkProviderForUser): Cognito ends this first sign-in, and the next one succeeds, so begin it again",
		match:  match{texts: []string{"already found an entry for username"}},
	},
	{
		ID:     ImmutableAttribute,
		Advice: "the identity provider's AttributeMapping sets an attribute that must not change (Mutable is false), or that the app client may not write (WriteAttributes): remove the mapping, or allow the attribute",
		match:  match{texts: []string{"attribute cannot be updated", "cannot be updated", "attribute is immutable", "cannot modify", "a client attempted to write unauthorized attribute", "unauthorized attribute"}},
	},
	{
		ID:     MissingAttribute,
		Advice: "the user pool requires an attribute that the identity provider did not send: add it to the provider's AttributeMapping, and ask the provider for it (authorize_scopes for social and OIDC providers, claims for SAML)",
		match:  match{texts: []string{"attributes required", "attribute is required", "required attribute", "attributes are required"}},
	},
	{
		ID:     InvalidAttribute,
		Advice: "the identity provider sent a value that the user pool's schema refuses (form or length): map another claim in AttributeMapping, or have the provider send a valid one",
		match:  match{texts: []string{"invalid user attributes", "attribute does not conform", "invalid email address format", "invalid phone number format", "invalid attribute", "attribute value", "schema"}},
	},
	{
		ID:     AliasTaken,
		Advice: "another user of the pool has this e-mail address, phone number or username already: link the two in a PreSignUp trigger (AdminLinkProviderForUser), or delete one",
		match:  match{texts: []string{"already exists", "alias exists", "usernameexists", "aliasexists", "already signed up"}},
	},
	{
		ID:     TriggerNotAllowed,
		Advice: "Cognito is not allowed to call a Lambda trigger of the user pool: give cognito-idp.amazonaws.com the permission lambda:InvokeFunction on it (aws lambda add-permission), with the pool's ARN as source",
		match:  match{texts: []string{"accessdenied", "not authorized to perform: lambda", "unexpectedlambda", "invalid lambda trigger", "invocation failed due to configuration", "lambda function not found", "function not found"}},
	},
	{
		ID:     TriggerTimeout,
		Advice: "a Lambda trigger of the user pool did not answer within Cognito's five seconds: make it faster, and look at its cold starts and at calls that hang in a VPC",
		match:  match{texts: []string{"timeout while invoking lambda", "socket timeout", "task timed out", "invocation timed out", "lambda timeout"}},
	},
	{
		ID:     TriggerOutput,
		Advice: "a Lambda trigger of the user pool returned something that Cognito cannot use: it must return the event it was given, with only response changed",
		match:  match{texts: []string{"unrecognizable lambda output", "invalid lambda response", "invalidlambdaresponse", "invalid lambda output"}},
	},
	{
		ID:     TriggerRefused,
		Advice: "a Lambda trigger of the user pool refused the sign-in or failed: the description has its message, and the function's log has the details",
		match: match{texts: []string{
			"failed with error", "invocation failed", "userlambdavalidation", "lambda",
			"presignup", "postconfirmation", "preauthentication", "postauthentication", "pretokengeneration", "usermigration",
		}},
	},
	{
		ID:     SAMLResponse,
		Advice: "Cognito refused the SAML answer: compare the provider's metadata (certificate, issuer), its audience (urn:amazon:cognito:sp:<user pool id>), its ACS URL (https://<domain>/saml2/idpresponse), and both clocks",
		match:  match{texts: []string{"saml", "relaystate", "assertion"}},
	},
	{
		ID:     ProviderUnreachable,
		Advice: "Cognito got no answer from the identity provider's token or key endpoint in time: check token_url, jwks_uri and oidc_issuer in ProviderDetails, and that AWS can reach them; then try again",
		match:  match{texts: []string{"timeout occurred in calling", "timeout in calling", "timed out", "connection reset", "connection refused", "unknownhost", "unknown host", "failed to connect", "timeout"}},
	},
	{
		ID:     ProviderRefused,
		Advice: "the identity provider refused Cognito: compare client_id and client_secret in ProviderDetails (has the secret expired?), the provider's own redirect URL (https://<domain>/oauth2/idpresponse), and attributes_request_method",
		match:  match{texts: []string{"error getting token", "error getting user", "google error", "facebook error", "loginwithamazon error", "signinwithapple error", " error - ", "bad id_token", "id_token issuer", "invalid id_token", "unable to parse id_token", "nonce"}},
	},
	{
		ID:     UserDisabled,
		Advice: "the user is disabled in the user pool: enable them (AdminEnableUser), or let them sign in with another account",
		match:  match{texts: []string{"user is not enabled", "user is disabled", "user disabled"}},
	},
	{
		ID:     TooManyRequests,
		Advice: "Cognito's request rate is exceeded: look at the quotas of the user pool's category of requests, and try later",
		match:  match{texts: []string{"rate exceeded", "too many requests", "toomanyrequests", "limit exceeded", "throttl"}},
	},
	{
		ID:     MachineFlow,
		Advice: "the app client needs AllowedOAuthFlowsUserPoolClient, and \"client_credentials\" as the only flow in AllowedOAuthFlows",
		match:  match{ops: machine, codes: []string{"unauthorized_client", "unsupported_grant_type"}},
	},
	{
		ID:     MachineScope,
		Advice: "a scope is not among AllowedOAuthScopes of the app client, or its resource server does not exist",
		match:  match{ops: machine, codes: []string{"invalid_scope", "invalid_grant"}},
	},
	{
		ID:     ScopeNotEnabled,
		Advice: "a scope in Config.Scopes is not among AllowedOAuthScopes of the app client: enable it there, or leave it out",
		match:  match{codes: []string{"invalid_scope"}, texts: []string{"invalid_scope"}},
	},
	{
		ID:     FlowNotEnabled,
		Advice: "the app client needs AllowedOAuthFlowsUserPoolClient and \"code\" in AllowedOAuthFlows, and at least one of SupportedIdentityProviders",
		match:  match{codes: []string{"unauthorized_client"}, texts: []string{"not enabled for oauth", "unauthorized_client", "not allowed to use oauth"}},
	},
	{
		ID:     RedirectMismatch,
		Advice: "the callback URL is not among CallbackURLs of the app client: it is APP_URL (Config.BaseURL) with /auth/callback, to the letter",
		match:  match{codes: []string{"redirect_mismatch"}, texts: []string{"redirect_mismatch", "redirect_uri"}},
	},
	{
		ID:     UnknownClient,
		Advice: "the user pool behind COGNITO_DOMAIN has no app client COGNITO_CLIENT_ID: pool, domain and app client must belong together",
		match:  match{texts: []string{"client does not exist", "user pool client", "invalid_client_id", "client id"}},
	},
	{
		ID:     ClientSecret,
		Advice: "the app client's secret is missing or wrong: compare ClientSecret of cognito.Config (COGNITO_CLIENT_SECRET) with it; for a public client, leave ClientSecret empty",
		match:  match{codes: []string{"invalid_client"}},
	},
	{
		ID:     CodeRefused,
		Advice: "the code was used before or is older than five minutes; or the callback URL has changed since the login; or the app client may not read an attribute of a scope (ReadAttributes); or Resource is unknown to the pool",
		match:  match{ops: []string{"exchange"}, codes: []string{"invalid_grant"}},
	},
	{
		ID:     RevocationDisabled,
		Advice: "the app client needs EnableTokenRevocation",
		match:  match{ops: []string{"revoke"}, codes: []string{"invalid_request"}},
	},
	{
		ID:     RevokedTokenType,
		Advice: "only a refresh token can be revoked: pass Tokens.Refresh",
		match:  match{ops: []string{"revoke"}, codes: []string{"unsupported_token_type"}},
	},
	{
		ID:     UserInfoToken,
		Advice: "userInfo takes an access token of a Hosted UI sign-in that has the scope openid and is neither expired nor revoked",
		match:  match{ops: []string{"userinfo"}, codes: []string{"invalid_token", "invalid_request", "insufficient_scope"}},
	},
	{
		ID:     NotSignedIn,
		Advice: "the login asked for prompt=none and the visitor has no session at Cognito: begin a login without prompt=none",
		match:  match{ops: signIn, codes: []string{"login_required"}},
	},
	{
		ID:     InteractionRequired,
		Advice: "the login asked for prompt=none, and the identity provider has to ask the user something: begin a login without prompt=none",
		match:  match{ops: signIn, codes: []string{"interaction_required", "consent_required", "account_selection_required"}},
	},
	{
		ID:     AccessDenied,
		Advice: "the visitor cancelled, or the identity provider did not let them into this app: check at the provider which users may use this app",
		match:  match{codes: []string{"access_denied"}},
	},
	{
		ID:     CognitoFailed,
		Advice: "Cognito itself failed: try again, and if it fails again, look at the identity provider's settings and AWS Health",
		match:  match{codes: []string{"server_error", "temporarily_unavailable", "internal_error"}},
	},
	{
		ID:     ResponseType,
		Advice: "the app client needs \"code\" in AllowedOAuthFlows",
		match:  match{codes: []string{"unsupported_response_type"}},
	},
	{
		ID:     GrantType,
		Advice: "the token endpoint does not know this grant: check that COGNITO_DOMAIN is the user pool's domain, and AllowedOAuthFlows of the app client",
		match:  match{codes: []string{"unsupported_grant_type"}},
	},
	{
		ID:     Unreachable,
		Advice: "no answer: check COGNITO_DOMAIN, and that this machine reaches it (DNS, proxy, firewall; is the emulator running?)",
		match:  match{codes: []string{"unreachable"}},
	},
	{
		ID:     BadAnswer,
		Advice: "the answer is not Cognito's: check that COGNITO_DOMAIN is the user pool's domain, and that no proxy answers in its place",
		match:  match{codes: []string{"bad_answer"}},
	},
	{
		ID:     BadAttempt,
		Advice: "keep the whole Attempt that NewAttempt made for this login, and pass it to Exchange",
		match:  match{codes: []string{"bad_attempt"}},
	},
	{
		ID:     CookiesBlocked,
		Advice: "the browser did not send our cookie back: it keeps none, or the page is open under another scheme, host or port than APP_URL (Config.BaseURL) says",
		match:  match{codes: []string{"cookies_blocked"}},
	},
	{
		ID:     UnknownState,
		Advice: "this browser has no pending sign-in for this callback: the sign-in took more than ten minutes, or began in another browser, under another host than APP_URL, or in a process with other SESSION_KEYS",
		match:  match{codes: []string{"unknown_state"}},
	},
	{
		ID:     UnreadableCookie,
		Advice: "the browser has a cookie of a login, and it cannot be decrypted here: it was sealed with other SESSION_KEYS or for another app client, or another app on this host has overwritten it",
		match:  match{codes: []string{"unreadable_cookie"}},
	},
	{
		ID:     NoCode,
		Advice: "the callback brought neither code nor error: something between Cognito and the app drops the query, or the link was made by hand",
		match:  match{codes: []string{"no_code"}},
	},
	{
		ID:     WrongIssuer,
		Advice: "the callback names another issuer (RFC 9207): compare COGNITO_USER_POOL_ID and COGNITO_ISSUER with the user pool behind COGNITO_DOMAIN",
		match:  match{codes: []string{"wrong_issuer"}},
	},
	{
		ID:     SignInRefused,
		Advice: "Cognito refused this sign-in, and its description, if there is one, says why: an identity provider that the login names must be in the app client's SupportedIdentityProviders; otherwise look at the provider's AttributeMapping and ProviderDetails, and at the user pool's triggers (LambdaConfig)",
		match:  match{ops: signIn, codes: []string{"invalid_request"}},
	},
	{
		ID:     BadRequest,
		Advice: "Cognito refuses the form of the token request: check that COGNITO_CLIENT_ID and the callback URL are those of the login",
		match:  match{ops: tokenCall, codes: []string{"invalid_request"}},
	},
}
