package suite

// byHand are stories that need what only a person can set up. They run when
// -by-hand names them. The emulator lacks the set-up, so the report shows what
// the pool does, beside what the emulator does instead.
var byHand = []Story{
	{Name: "trigger-refuses-tokens", Needs: []Need{ByHand, Domain, Pages}, Setup: "a PreTokenGeneration trigger that throws an error", Requests: []Request{
		{Name: "api", Op: "InitiateAuth", Body: withPassword},
		{Name: "sign-in", Op: signInPage, Body: ask, Keep: "code=Location.code"},
		{Name: "redeem", Op: form, Body: redeem},
		{Name: "redeem-again", Op: form, Body: redeem},
	}},
	{Name: "trigger-changes-claims", Needs: []Need{ByHand}, Setup: "a PreTokenGeneration trigger that overrides sub, aud and exp", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword},
	}},
	{Name: "trigger-number-claim", Needs: []Need{ByHand}, Setup: "a PreTokenGeneration trigger of V1_0 that sets a claim to a number", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword},
	}},
	{Name: "trigger-refuses-sign-in", Needs: []Need{ByHand, Domain, Pages}, Setup: "a PreAuthentication trigger that throws an error", Requests: []Request{
		{Name: "page", Op: signInPage, Body: ask},
		{Name: "api", Op: "InitiateAuth", Body: withPassword},
	}},
	{Name: "trigger-post-confirmation", User: None, Needs: []Need{ByHand}, Setup: "a PostConfirmation trigger that throws an error", Requests: []Request{
		{Name: "sign-up", Op: "SignUp", Body: `"Username":"{user}","Password":"{password}","UserAttributes":[{"Name":"name","Value":"Parity"}{attributes}]`},
		{Name: "confirm", Op: "AdminConfirmSignUp", Body: `"Username":"{user}"`},
		{Name: "get", Op: "AdminGetUser", Body: `"Username":"{user}"`},
	}},
	{Name: "trigger-log", User: None, Needs: []Need{ByHand}, Setup: "a PreAuthentication trigger that writes its event to the log; read there whether it ran", Requests: []Request{
		{Name: "nobody", Op: "InitiateAuth", Body: `"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"{prefix}-nobody","PASSWORD":"{password}"}`},
	}},
	{Name: "trigger-away", Needs: []Need{ByHand}, Setup: "a PreAuthentication trigger whose function was deleted", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword},
	}},
	{Name: "trigger-without-response", Needs: []Need{ByHand}, Setup: "a PreTokenGeneration trigger that returns an object without response", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword},
	}},
	{Name: "trigger-migration", User: None, Needs: []Need{ByHand}, Setup: "a UserMigration trigger that throws an error", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword},
		{Name: "forgot-password", Op: "ForgotPassword", Body: `"Username":"{user}"`},
	}},
	{Name: "trigger-custom-message", User: None, Needs: []Need{ByHand, Send}, Setup: "a CustomMessage trigger that throws an error, and then one whose message lacks codeParameter", Requests: []Request{
		{Name: "sign-up", Op: "SignUp", Body: `"Username":"{user}","Password":"{password}","UserAttributes":[{"Name":"email","Value":"{email}"}{attributes}]`},
		{Name: "get", Op: "AdminGetUser", Body: `"Username":"{user}"`},
	}},
	{Name: "custom-authentication", Needs: []Need{ByHand}, Setup: "triggers of custom authentication, which begin with SRP_A", Requests: []Request{
		{Name: "start", Op: "InitiateAuth", Body: `"AuthFlow":"CUSTOM_AUTH","AuthParameters":{"USERNAME":"{user}","CHALLENGE_NAME":"SRP_A","SRP_A":"{srp-a}"}`, Keep: keepSRP},
		{Name: "wrong-proof", Op: "RespondToAuthChallenge", Body: `"Session":"{session}","ChallengeName":"PASSWORD_VERIFIER","ChallengeResponses":{"USERNAME":"{srp-user}","PASSWORD_CLAIM_SIGNATURE":"d3Jvbmc=","PASSWORD_CLAIM_SECRET_BLOCK":"{block}","TIMESTAMP":"{srp-time}"}`},
		{Name: "disable", Op: "AdminDisableUser", Body: `"Username":"{user}"`},
		{Name: "disabled", Op: "InitiateAuth", Body: `"AuthFlow":"CUSTOM_AUTH","AuthParameters":{"USERNAME":"{user}"}`},
	}},
	{Name: "provider-cancelled", User: None, Needs: []Need{ByHand, Domain}, Setup: "an OIDC and a SAML provider; open the URL in a browser and cancel there", Requests: []Request{
		{Name: "oidc", Op: startPage, Body: ask + `&identity_provider=OIDC`},
		{Name: "saml", Op: startPage, Body: ask + `&identity_provider=SAML`},
	}},
	{Name: "provider-sign-in", User: None, Needs: []Need{ByHand, Domain}, Setup: "an OIDC provider with mapped attributes and triggers that write to the log; open the URL in a browser, sign in twice, and look at the user, the tokens and the log", Requests: []Request{
		{Name: "first", Op: startPage, Body: ask + `&identity_provider=OIDC`},
		{Name: "user", Op: "ListUsers", Body: `"Filter":"cognito:user_status = \"EXTERNAL_PROVIDER\""`},
		{Name: "other-provider", Op: startPage, Body: ask + `&identity_provider=OIDC2`},
		{Name: "only-provider", Op: "GET /login", Body: ask},
		{Name: "linked", Op: "AdminLinkProviderForUser", Body: `"DestinationUser":{"ProviderName":"Cognito","ProviderAttributeValue":"{user}"},"SourceUser":{"ProviderName":"OIDC","ProviderAttributeName":"Cognito_Subject","ProviderAttributeValue":"1"}`},
		{Name: "disabled", Op: "AdminDisableUser", Body: `"Username":"OIDC_1"`},
		{Name: "disable-provider", Op: "AdminDisableProviderForUser", Body: `"User":{"ProviderName":"OIDC","ProviderAttributeName":"Cognito_Subject","ProviderAttributeValue":"1"}`},
		{Name: "change-password", Op: "ChangePassword", Body: `"AccessToken":"{access}","PreviousPassword":"x12345678","ProposedPassword":"{password}"`},
	}},
	{Name: "provider-disabled", Needs: []Need{ByHand}, Setup: "a user whose password may be lost", Requests: []Request{
		{Name: "disable", Op: "AdminDisableProviderForUser", Body: `"User":{"ProviderName":"Cognito","ProviderAttributeName":"Cognito_Subject","ProviderAttributeValue":"{user}"}`},
		{Name: "sign-in", Op: "InitiateAuth", Body: `"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"{user}","PASSWORD":"{password}"}`},
	}},
	{Name: "updated-issuer", User: None, Needs: []Need{ByHand}, Setup: "a pool with IssuerConfiguration UPDATED", Requests: []Request{
		{Name: "discovery", Op: "GET {issuer}/.well-known/openid-configuration"},
	}},
	{Name: "without-domain", User: None, Needs: []Need{ByHand}, Setup: "a pool without a domain", Requests: []Request{
		{Name: "discovery", Op: "GET {issuer}/.well-known/openid-configuration"},
	}},
	{Name: "pages-by-eye", User: None, Needs: []Need{ByHand, Domain}, Setup: "open the URL in a browser, and fill in the form with an address whose mail you read; look at the paths, the forms and the codes", Requests: []Request{
		{Name: "sign-up", Op: "GET /signup", Body: ask},
		{Name: "second-factor", Op: startPage, Body: ask},
		{Name: "temporary-password", Op: startPage, Body: ask},
		{Name: "passkey", Op: startPage, Body: ask},
	}},
	{Name: "second-factor-required", Needs: []Need{ByHand}, Setup: "a pool with MFA ON: first with text messages alone, then with authenticator apps", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword},
		{Name: "page", Op: signInPage, Body: ask, Needs: Domain},
		{Name: "start", Op: "InitiateAuth", Body: withPassword, Keep: "session=Session"},
		{Name: "set-up-email", Op: "RespondToAuthChallenge", Body: `"Session":"{session}","ChallengeName":"MFA_SETUP","ChallengeResponses":{"USERNAME":"{user}","EMAIL":"{email}"}`, Needs: Send},
	}},
	{Name: "remembered-device", Needs: []Need{ByHand, Devices, TOTP}, Setup: "a pool in which remembered devices still need a second factor, and a user with a confirmed device", Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword},
	}},
	{Name: "password-history", Needs: []Need{ByHand}, Setup: "a pool with PasswordHistorySize 2", Requests: []Request{
		{Name: "present", Op: "AdminSetUserPassword", Body: `"Username":"{user}","Password":"{password}","Permanent":true`},
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword, Keep: keepTokens},
		{Name: "change-to-present", Op: "ChangePassword", Body: `"AccessToken":"{access}","PreviousPassword":"{password}","ProposedPassword":"{password}"`},
	}},
	{Name: "custom-number", Needs: []Need{ByHand}, Setup: "a pool with the custom attributes custom:n (Number, 1 to 9), custom:d (DateTime) and custom:b (Boolean)", Requests: []Request{
		{Name: "number", Op: "AdminUpdateUserAttributes", Body: `"Username":"{user}","UserAttributes":[{"Name":"custom:n","Value":"10"}]`},
		{Name: "no-number", Op: "AdminUpdateUserAttributes", Body: `"Username":"{user}","UserAttributes":[{"Name":"custom:n","Value":"ten"}]`},
		{Name: "date", Op: "AdminUpdateUserAttributes", Body: `"Username":"{user}","UserAttributes":[{"Name":"custom:d","Value":"soon"}]`},
		{Name: "boolean", Op: "AdminUpdateUserAttributes", Body: `"Username":"{user}","UserAttributes":[{"Name":"custom:b","Value":"perhaps"}]`},
	}},
	{Name: "without-passwords", User: None, Needs: []Need{ByHand, Choice}, Setup: "a pool whose AllowedFirstAuthFactors lack PASSWORD", Requests: []Request{
		{Name: "create", Op: "AdminCreateUser", Body: `"Username":"{user}","UserAttributes":[{"Name":"email","Value":"{email}"}]`, Needs: Send},
		{Name: "get", Op: "AdminGetUser", Body: `"Username":"{user}"`, Needs: Send},
	}},
	{Name: "without-recovery-setting", Needs: []Need{ByHand, Send}, Setup: "a pool without AccountRecoverySetting, and a user with a verified e-mail address and phone number", Requests: []Request{
		{Name: "forgot-password", Op: "ForgotPassword", Body: `"Username":"{user}"`},
	}},
	{Name: "with-passkey", Needs: []Need{ByHand, Choice}, Setup: "a user with a passkey, with and without a second factor", Requests: []Request{
		{Name: "start", Op: "InitiateAuth", Body: `"AuthFlow":"USER_AUTH","AuthParameters":{"USERNAME":"{user}","PREFERRED_CHALLENGE":"WEB_AUTHN"}`, Keep: "session=Session"},
		{Name: "nonsense", Op: "RespondToAuthChallenge", Body: `"Session":"{session}","ChallengeName":"WEB_AUTHN","ChallengeResponses":{"USERNAME":"{user}","CREDENTIAL":"{}"}`},
	}},
	{Name: "identity-pool", User: None, Needs: []Need{IdentityPool}, Setup: "an identity pool with this user pool as a provider, and rules that choose roles", Requests: []Request{
		{Name: "updated-issuer", Op: "GetId", Body: `"IdentityPoolId":"ID","Logins":{"cognito-idp.{region}.amazonaws.com/{pool}":"{id}"}`},
		{Name: "denied-role", Op: "GetCredentialsForIdentity", Body: `"IdentityId":"ID","CustomRoleArn":"ARN","Logins":{"cognito-idp.{region}.amazonaws.com/{pool}":"{id}"}`},
		{Name: "rule-about-list", Op: "GetCredentialsForIdentity", Body: `"IdentityId":"ID","Logins":{"cognito-idp.{region}.amazonaws.com/{pool}":"{id}"}`},
		{Name: "deleted-user", Op: "GetCredentialsForIdentity", Body: `"IdentityId":"ID","Logins":{"cognito-idp.{region}.amazonaws.com/{pool}":"{id}"}`},
		{Name: "merged-guest", Op: "GetCredentialsForIdentity", Body: `"IdentityId":"ID"`},
		{Name: "two-logins", Op: "GetId", Body: `"IdentityPoolId":"ID","Logins":{"cognito-idp.{region}.amazonaws.com/{pool}":"{id}","accounts.google.com":"TOKEN"}`},
	}},
}
