package doctor

import "github.com/seed75762126/cognito-go/internal/cause"

func hasDomain(e *examination) bool     { return e.pool.Domain != "" }
func hasLogin(e *examination) bool      { return hasDomain(e) && e.cfg.CallbackURL != "" }
func hasApp(e *examination) bool        { return hasLogin(e) && e.cfg.App && e.cfg.BaseURL != "" }
func hasIdentities(e *examination) bool { return e.pool.IdentityPoolID != "" }
func hasMetadata(e *examination) bool   { return e.cfg.ResourceURL != "" }
func hasResource(e *examination) bool   { return hasLogin(e) && len(e.pool.Resources) > 0 }

// checks are all checks, in the order of a sign-in. It is a function, so that a
// program which never asks for them does not link them.
func checks() []check {
	return []check{
		{
			id: "settings", about: "The settings have the right form.",
			run: checkSettings, cause: cause.SettingsForm,
		},
		{
			id: "discovery", about: "The pool exists, and names the issuer and the domain that are configured.",
			after: []string{"settings"}, run: checkDiscovery, cause: cause.UnknownPool,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool --user-pool-id <pool>",
				Terraform: "aws_cognito_user_pool: id, endpoint",
				CDK:       "UserPool.userPoolId",
				Console:   "Amazon Cognito, User pools, Overview: User pool ID",
			},
		},
		{
			id: "keys", about: "The pool publishes two RSA keys.",
			after: []string{"discovery"}, run: checkKeys, cause: cause.TooFewKeys,
		},
		{
			id: "clock", about: "This machine's clock agrees with Cognito's.",
			after: []string{"discovery"}, run: checkClock, cause: cause.ClockOff,
		},
		{
			id: "domain", about: "The domain answers, with a valid certificate.",
			after: []string{"settings"}, applies: hasDomain, run: checkDomain, cause: cause.DomainDown,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool --user-pool-id <pool> --query 'UserPool.[Domain,CustomDomain]'",
				Terraform: "aws_cognito_user_pool_domain",
				CDK:       "UserPool.addDomain",
				Console:   "User pool, Branding, Domain",
			},
		},
		{
			id: "client-id", about: "The app client belongs to the pool of the domain.",
			after: []string{"domain"}, applies: hasLogin, run: checkClientID, cause: cause.UnknownClient,
			fix: Fix{
				CLI:       "aws cognito-idp list-user-pool-clients --user-pool-id <pool>",
				Terraform: "aws_cognito_user_pool_client: id",
				CDK:       "UserPoolClient.userPoolClientId",
				Console:   "User pool, Applications, App clients",
			},
		},
		{
			id: "callback-url", about: "The callback URL is registered, letter for letter.",
			after: []string{"client-id"}, applies: hasLogin, run: checkCallbackURL, cause: cause.RedirectMismatch,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool-client --user-pool-id <pool> --client-id <client> --query UserPoolClient.CallbackURLs",
				Terraform: "aws_cognito_user_pool_client: callback_urls",
				CDK:       "UserPoolClient oAuth.callbackUrls",
				Console:   "App client, Login pages, Allowed callback URLs",
			},
		},
		{
			id: "code-grant", about: "The authorization code grant is enabled.",
			after: []string{"callback-url"}, applies: hasLogin, run: checkCodeGrant, cause: cause.FlowNotEnabled,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool-client --user-pool-id <pool> --client-id <client> --query 'UserPoolClient.[AllowedOAuthFlows,AllowedOAuthFlowsUserPoolClient]'",
				Terraform: `aws_cognito_user_pool_client: allowed_oauth_flows = ["code"], allowed_oauth_flows_user_pool_client = true`,
				CDK:       "UserPoolClient oAuth.flows.authorizationCodeGrant: true",
				Console:   "App client, Login pages, OAuth grant types: Authorization code grant",
			},
		},
		{
			id: "scopes", about: "Every scope that a login asks for is enabled.",
			after: []string{"code-grant"}, applies: hasLogin, run: checkScopes, cause: cause.ScopeNotEnabled,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool-client --user-pool-id <pool> --client-id <client> --query UserPoolClient.AllowedOAuthScopes",
				Terraform: "aws_cognito_user_pool_client: allowed_oauth_scopes",
				CDK:       "UserPoolClient oAuth.scopes",
				Console:   "App client, Login pages, OpenID Connect scopes",
			},
		},
		{
			id: "resource", about: "A login may ask for every resource of the app.",
			after: []string{"scopes"}, applies: hasResource, run: checkResource, cause: cause.UnknownResource,
			fix: Fix{
				CLI:       "aws cognito-idp list-resource-servers --user-pool-id <pool> --max-results 50",
				Terraform: "aws_cognito_resource_server: identifier",
				CDK:       "UserPool.addResourceServer identifier",
				Console:   "User pool, Branding, Domain, Resource servers",
			},
		},
		{
			id: "implicit-grant", about: "The implicit grant is disabled.",
			after: []string{"code-grant"}, applies: hasLogin, run: checkImplicitGrant, cause: cause.ImplicitGrant,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool-client --user-pool-id <pool> --client-id <client> --query UserPoolClient.AllowedOAuthFlows",
				Terraform: `aws_cognito_user_pool_client: allowed_oauth_flows = ["code"]`,
				CDK:       "UserPoolClient oAuth.flows.implicitCodeGrant: false",
				Console:   "App client, Login pages, OAuth grant types: Implicit grant",
			},
		},
		{
			id: "managed-login", about: "The domain has managed login, not the classic Hosted UI.",
			after: []string{"scopes"}, applies: hasLogin, run: checkManagedLogin, cause: cause.ClassicPages,
			fix: Fix{
				CLI:       "aws cognito-idp update-user-pool-domain --user-pool-id <pool> --domain <domain> --managed-login-version 2",
				Terraform: "aws_cognito_user_pool_domain: managed_login_version = 2",
				CDK:       "UserPoolDomain managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN",
				Console:   "User pool, Branding, Domain: Branding version",
			},
		},
		{
			id: "login-page", about: "Managed login shows its login page.",
			after: []string{"scopes"}, applies: hasLogin, run: checkLoginPage, cause: cause.NoLoginStyle,
			fix: Fix{
				CLI:       "aws cognito-idp create-managed-login-branding --user-pool-id <pool> --client-id <client> --use-cognito-provided-values",
				Terraform: "aws_cognito_managed_login_branding: use_cognito_provided_values = true",
				CDK:       "CfnManagedLoginBranding useCognitoProvidedValues: true",
				Console:   "User pool, Branding, Managed login: Create a style",
			},
		},
		{
			id: "client-secret", about: "The app has the secret of the app client, and no secret for a public client.",
			after: []string{"client-id"}, applies: hasDomain, run: checkClientSecret, cause: cause.ClientSecret,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool-client --user-pool-id <pool> --client-id <client> --query UserPoolClient.ClientSecret",
				Terraform: "aws_cognito_user_pool_client: client_secret",
				CDK:       "UserPoolClient.userPoolClientSecret",
				Console:   "App client, App client information: Client secret",
			},
		},
		{
			id: "revocation", about: "Refresh tokens can be revoked.",
			after: []string{"client-secret"}, applies: hasDomain, run: checkRevocation, cause: cause.RevocationDisabled,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool-client --user-pool-id <pool> --client-id <client> --query UserPoolClient.EnableTokenRevocation",
				Terraform: "aws_cognito_user_pool_client: enable_token_revocation = true",
				CDK:       "UserPoolClient enableTokenRevocation: true",
				Console:   "App client, Edit: Enable token revocation",
			},
		},
		{
			id: "sign-out-url", about: "The sign-out URL is registered, letter for letter.",
			after: []string{"client-id"}, applies: hasLogin, run: checkSignOutURL, cause: cause.SignOutURL,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool-client --user-pool-id <pool> --client-id <client> --query UserPoolClient.LogoutURLs",
				Terraform: "aws_cognito_user_pool_client: logout_urls",
				CDK:       "UserPoolClient oAuth.logoutUrls",
				Console:   "App client, Login pages, Allowed sign-out URLs",
			},
		},
		{
			id: "api", about: "The user-pool API accepts the app client and its secret.",
			after: []string{"settings", "client-secret"}, run: checkAPI, cause: cause.APIClient,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool-client --user-pool-id <pool> --client-id <client>",
				Terraform: "aws_cognito_user_pool_client: id, client_secret",
				CDK:       "UserPoolClient.userPoolClientId, userPoolClientSecret",
				Console:   "User pool, Applications, App clients",
			},
		},
		{
			id: "auth-flows", about: "If the app has its own forms, their flows are enabled.",
			after: []string{"api"}, run: checkFlows, cause: cause.APIFlow,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool-client --user-pool-id <pool> --client-id <client> --query UserPoolClient.ExplicitAuthFlows",
				Terraform: "aws_cognito_user_pool_client: explicit_auth_flows",
				CDK:       "UserPoolClient authFlows.userSrp: true",
				Console:   "App client, Edit, Authentication flows",
			},
		},
		{
			id: "user-existence", about: "A sign-in does not reveal who has an account.",
			after: []string{"api"}, run: checkUserExistence, cause: cause.ExistenceErrors,
			fix: Fix{
				CLI:       "aws cognito-idp describe-user-pool-client --user-pool-id <pool> --client-id <client> --query UserPoolClient.PreventUserExistenceErrors",
				Terraform: `aws_cognito_user_pool_client: prevent_user_existence_errors = "ENABLED"`,
				CDK:       "UserPoolClient preventUserExistenceErrors: true",
				Console:   "App client, Edit: Prevent user existence errors",
			},
		},
		{
			id: "identity-pool", about: "The identity pool knows the user pool, and allows guests only if the app has guests.",
			after: []string{"settings"}, applies: hasIdentities, run: checkIdentityPool, cause: cause.IdentityPool,
			fix: Fix{
				CLI:       "aws cognito-identity describe-identity-pool --identity-pool-id <identities>",
				Terraform: "aws_cognito_identity_pool: allow_unauthenticated_identities, cognito_identity_providers",
				CDK:       "CfnIdentityPool allowUnauthenticatedIdentities, cognitoIdentityProviders",
				Console:   "Amazon Cognito, Identity pools, User access",
			},
		},
		{
			id: "app-login", about: "The app's login leads to the same domain, client, callback URL and scopes.",
			after: []string{"settings"}, applies: hasApp, run: checkAppLogin, cause: cause.AppLogin,
		},
		{
			id: "app-cookies", about: "The app's cookies are safe.",
			after: []string{"app-login"}, applies: hasApp, run: checkAppCookies, cause: cause.AppCookies,
		},
		{
			id: "app-cache", about: "No cache keeps the app's login.",
			after: []string{"app-login"}, applies: hasApp, run: checkAppCache, cause: cause.AppCache,
		},
		{
			id: "app-hsts", about: "Browsers come back to the app only over https.",
			after: []string{"app-login"}, applies: hasApp, run: checkAppHSTS, cause: cause.AppHSTS,
		},
		{
			id: "app-script", about: "A script without a session gets 401.",
			after: []string{"app-login"}, applies: hasApp, run: checkAppScript, cause: cause.AppScript,
		},
		{
			id: "app-headers", about: "Proxies pass on answers with 8 KiB of headers.",
			after: []string{"app-script"}, applies: hasApp, run: checkAppHeaders, cause: cause.AppHeaders,
		},
		{
			id: "app-processes", about: "All processes of the app open each other's cookies.",
			after: []string{"app-login"}, applies: hasApp, run: checkAppProcesses, cause: cause.AppProcesses,
		},
		{
			id: "resource-metadata", about: "The API leads clients to the user pool (RFC 9728).",
			after: []string{"settings"}, applies: hasMetadata, run: checkResourceMetadata, cause: cause.ResourceMetadata,
		},
	}
}
