package cause

import "slices"

// Causes that a check of package doctor finds in a set-up. Some are those of
// an error of package userpool too.
const (
	SettingsForm     ID = "settings_form"
	UnknownPool      ID = "unknown_pool"
	TooFewKeys       ID = "too_few_keys"
	ClockOff         ID = "clock_off"
	DomainDown       ID = "domain_down"
	UnknownResource  ID = "unknown_resource"
	ImplicitGrant    ID = "implicit_grant"
	ClassicPages     ID = "classic_pages"
	NoLoginStyle     ID = "no_login_style"
	SignOutURL       ID = "sign_out_url"
	APIClient        ID = "api_client"
	APIFlow          ID = "api_flow"
	ExistenceErrors  ID = "existence_errors"
	IdentityPool     ID = "identity_pool"
	AppLogin         ID = "app_login"
	AppCookies       ID = "app_cookies"
	AppCache         ID = "app_cache"
	AppHSTS          ID = "app_hsts"
	AppScript        ID = "app_script"
	AppHeaders       ID = "app_headers"
	AppProcesses     ID = "app_processes"
	ResourceMetadata ID = "resource_metadata"
)

// setupTable lists them. It is apart from the other tables, so that only
// programs that check their set-up, or call the user-pool API, link it.
var setupTable = []Cause{
	{
		ID:     SettingsForm,
		Advice: "correct the settings that the error names",
		match:  found("settings"),
	},
	{
		ID:     UnknownPool,
		Advice: "compare COGNITO_ISSUER, COGNITO_DOMAIN and COGNITO_USER_POOL_ID, which contains the region, with the user pool",
		match:  found("discovery"),
	},
	{
		ID:     TooFewKeys,
		Advice: "look at COGNITO_ISSUER: every user pool publishes two RSA keys for RS256",
		match:  found("keys"),
	},
	{
		ID:     ClockOff,
		Advice: "set the clock of this machine by NTP: tokens are refused when it is more than Config.ClockSkew off",
		match:  found("clock"),
	},
	{
		ID:     DomainDown,
		Advice: "look at COGNITO_DOMAIN: a new domain takes up to 15 minutes; a custom one needs a certificate in us-east-1, and a DNS record that points to its CloudFront distribution",
		match:  found("domain"),
	},
	{
		ID:     UnknownResource,
		Advice: "add a resource server whose identifier is the resource's URL, letter for letter",
		match:  found("resource"),
	},
	{
		ID:     ImplicitGrant,
		Advice: "disable the implicit grant: it puts tokens into URLs, and the code grant with PKCE replaces it",
		match:  found("implicit-grant"),
	},
	{
		ID:     ClassicPages,
		Advice: "the classic Hosted UI has no passkeys, no prompt and no languages: switch the domain to managed login, which needs the plan Essentials or Plus, and create a style for the app client",
		match:  found("managed-login"),
	},
	{
		ID:     NoLoginStyle,
		Advice: "managed login shows no page without a branding style for the app client: create one",
		match:  found("login-page"),
	},
	{
		ID:     SignOutURL,
		Advice: "the sign-out URL is not among LogoutURLs of the app client: it is APP_URL (Config.BaseURL) with /auth/signed-out, to the letter",
		match:  found("sign-out-url"),
	},
	{
		ID:     APIClient,
		Advice: "the user-pool API does not know the app client: compare COGNITO_CLIENT_ID, COGNITO_ENDPOINT and COGNITO_USER_POOL_ID, which contains the region",
		match:  found("api"),
	},
	{
		ID:     APIFlow,
		Advice: "the app client does not allow this flow: add it to ExplicitAuthFlows",
		match:  found("auth-flows"),
	},
	{
		ID:     ExistenceErrors,
		Advice: "set PreventUserExistenceErrors of the app client to ENABLED",
		match:  found("user-existence"),
	},
	{
		ID:     IdentityPool,
		Advice: "look at COGNITO_IDENTITY_POOL_ID, and at the providers and guests of the identity pool",
		match:  found("identity-pool"),
	},
	{
		ID:     AppLogin,
		Advice: "give the app and the doctor the same settings, and mount the app's endpoints (/auth/) at APP_URL; if the app has moved its endpoints, tell the doctor their paths",
		match:  found("app-login"),
	},
	{
		ID:     AppCookies,
		Advice: "let no proxy change Set-Cookie, and serve the app over https",
		match:  found("app-cookies"),
	},
	{
		ID:     AppCache,
		Advice: "let the proxy pass on Cache-Control: no-store for the app's endpoints (/auth/)",
		match:  found("app-cache"),
	},
	{
		ID:     AppHSTS,
		Advice: "send Strict-Transport-Security: max-age=31536000, from the proxy or the app",
		match:  found("app-hsts"),
	},
	{
		ID:     AppScript,
		Advice: "let the proxy pass on the status 401 and the Sec-Fetch headers",
		match:  found("app-script"),
	},
	{
		ID:     AppHeaders,
		Advice: "let the proxy take larger headers from the app: in nginx, proxy_buffer_size 16k and proxy_buffers 8 16k",
		match:  found("app-headers"),
	},
	{
		ID:     AppProcesses,
		Advice: "give every process the same SESSION_KEYS",
		match:  found("app-processes"),
	},
	{
		ID:     ResourceMetadata,
		Advice: "serve the metadata of cognito.Resource below /.well-known/ on the API's host, and set Guard.Resource",
		match:  found("resource-metadata"),
	},
}

// found is the sign of a cause that a check of the doctor finds.
func found(check string) match { return match{ops: []string{"doctor"}, codes: []string{check}} }

// Of returns the cause with an ID, those of set-ups among them, and false for
// an unknown one.
func Of(id ID) (Cause, bool) {
	i := slices.IndexFunc(setupTable, func(c Cause) bool { return c.ID == id })
	if i >= 0 {
		return setupTable[i], true
	}
	return Get(id)
}

// With is the advice of a cause and, where there is one, a detail of this
// case.
func With(id ID, detail string) string {
	c, _ := Of(id)
	if detail == "" {
		return c.Advice
	}
	return c.Advice + "; " + detail
}
