package suite

import "time"

const (
	ask       = `response_type=code&client_id={public}&redirect_uri={callback}&scope=openid+email&state=s1`
	form      = "POST /oauth2/token"
	redeem    = `grant_type=authorization_code&client_id={public}&redirect_uri={callback}&code={code}`
	startPage = "GET /oauth2/authorize"
)

// asking is an authorization request in which one parameter is another, or
// more are added.
func asking(responseType, client, rest string) string {
	return "response_type=" + responseType + "&client_id=" + client + "&redirect_uri={callback}&state=s1&" + rest
}

var oauth = []Story{
	{Name: "discovery", User: None, Requests: []Request{
		{Name: "document", Op: "GET {issuer}/.well-known/openid-configuration"},
		{Name: "keys", Op: "GET {issuer}/.well-known/jwks.json"},
		{Name: "unknown-pool", Op: "GET {api}/{region}_0000Nobody/.well-known/openid-configuration"},
		{Name: "unknown-pool-keys", Op: "GET {api}/{region}_0000Nobody/.well-known/jwks.json"},
		{Name: "document-cross-origin", Op: "GET {issuer}/.well-known/openid-configuration", Header: "Origin: https://app.example.com"},
		{Name: "keys-cross-origin", Op: "GET {issuer}/.well-known/jwks.json", Header: "Origin: https://app.example.com"},
		{Name: "document-preflight", Op: "OPTIONS {issuer}/.well-known/openid-configuration", Header: "Origin: https://app.example.com"},
	}},
	{Name: "token-endpoint", User: None, Needs: []Need{Domain}, Requests: []Request{
		{Name: "unknown-code", Op: form, Body: `grant_type=authorization_code&client_id={public}&redirect_uri={callback}&code=00000000-0000-0000-0000-000000000000`},
		{Name: "no-code", Op: form, Body: `grant_type=authorization_code&client_id={public}&redirect_uri={callback}`},
		{Name: "no-grant", Op: form, Body: `client_id={public}`},
		{Name: "unknown-grant", Op: form, Body: `grant_type=password&client_id={public}&username=x&password=x`},
		{Name: "grant-not-enabled", Op: form, Body: `grant_type=client_credentials`, Header: "Authorization: Basic {basic}"},
		{Name: "unknown-client", Op: form, Body: `grant_type=authorization_code&client_id=0unknown0client0a1b2c3d4e5&redirect_uri={callback}&code=x`},
		{Name: "no-client", Op: form, Body: `grant_type=authorization_code&redirect_uri={callback}&code=x`},
		{Name: "secret-missing", Op: form, Body: `grant_type=authorization_code&client_id={secret}&redirect_uri={callback}&code=x`},
		{Name: "secret-wrong", Op: form, Body: `grant_type=authorization_code&client_id={secret}&redirect_uri={callback}&code=x`, Header: "Authorization: Basic {basic-wrong}"},
		{Name: "secret-of-public-client", Op: form, Body: `grant_type=authorization_code&client_id={public}&client_secret=x&redirect_uri={callback}&code=x`},
		{Name: "refresh-unknown", Op: form, Body: `grant_type=refresh_token&client_id={public}&refresh_token=x`},
		{Name: "refresh-missing", Op: form, Body: `grant_type=refresh_token&client_id={public}`},
		{Name: "bad-metadata", Op: form, Body: `grant_type=refresh_token&client_id={public}&refresh_token=x&aws_client_metadata=[1]`},
		{Name: "twice", Op: form, Body: `grant_type=refresh_token&grant_type=refresh_token&client_id={public}&refresh_token=x`},
		{Name: "large", Op: form, Body: `grant_type=refresh_token&client_id={public}&refresh_token=x&padding={long}`},
		{Name: "get", Op: "GET /oauth2/token"},
		{Name: "not-a-form", Op: form, Body: `{"grant_type":"refresh_token"}`, Header: "Content-Type: application/json"},
		{Name: "preflight", Op: "OPTIONS /oauth2/token", Header: "Origin: https://app.example.com"},
		{Name: "preflight-of-amplify", Op: "OPTIONS /oauth2/token", Header: "Access-Control-Request-Headers: x-amz-user-agent"},
	}},
	{Name: "machine", User: None, Needs: []Need{Domain, Paid}, Requests: []Request{
		{Name: "token", Op: form, Body: `grant_type=client_credentials&client_id={machine}&client_secret={machine-secret}`},
		{Name: "scope", Op: form, Body: `grant_type=client_credentials&client_id={machine}&client_secret={machine-secret}&scope={prefix}/read`},
		{Name: "scope-not-enabled", Op: form, Body: `grant_type=client_credentials&client_id={machine}&client_secret={machine-secret}&scope={prefix}/write`},
		{Name: "resource", Op: form, Body: `grant_type=client_credentials&client_id={machine}&client_secret={machine-secret}&resource={prefix}`},
	}},
	{Name: "api-tokens", Needs: []Need{Domain}, Requests: []Request{
		{Name: "sign-in", Op: "InitiateAuth", Body: withPassword, Keep: keepTokens},
		{Name: "user-info-without-openid", Op: "GET /oauth2/userInfo", Header: "Authorization: Bearer {access}"},
		{Name: "user-info-without-token", Op: "GET /oauth2/userInfo"},
		{Name: "user-info-bad-token", Op: "GET /oauth2/userInfo", Header: "Authorization: Bearer x"},
		{Name: "user-info-post", Op: "POST /oauth2/userInfo", Header: "Authorization: Bearer {access}"},
		{Name: "user-info-preflight", Op: "OPTIONS /oauth2/userInfo", Header: "Origin: https://app.example.com"},
		{Name: "refresh", Op: form, Body: `grant_type=refresh_token&client_id={public}&refresh_token={refresh}`},
		{Name: "refresh-by-another-client", Op: form, Body: `grant_type=refresh_token&client_id={legacy}&refresh_token={refresh}`},
		{Name: "revoke-by-another-client", Op: "POST /oauth2/revoke", Body: `client_id={legacy}&token={refresh}`},
		{Name: "revoke-access-token", Op: "POST /oauth2/revoke", Body: `client_id={public}&token={access}`},
		{Name: "revoke-nothing", Op: "POST /oauth2/revoke", Body: `client_id={public}`},
		{Name: "revoke-unknown-client", Op: "POST /oauth2/revoke", Body: `client_id=0unknown0client0a1b2c3d4e5&token={refresh}`},
		{Name: "revoke-secret-in-body", Op: "POST /oauth2/revoke", Body: `client_id={secret}&client_secret={secret-secret}&token={refresh}`},
		{Name: "revoke", Op: "POST /oauth2/revoke", Body: `client_id={public}&token={refresh}`},
		{Name: "revoke-again", Op: "POST /oauth2/revoke", Body: `client_id={public}&token={refresh}`},
		{Name: "after-revocation", Op: form, Body: `grant_type=refresh_token&client_id={public}&refresh_token={refresh}`},
	}},
}

var authorize = []Story{
	{Name: "authorize", User: None, Needs: []Need{Domain}, Requests: []Request{
		{Name: "plain", Op: startPage, Body: ask},
		{Name: "pkce", Op: startPage, Body: ask + `&code_challenge={challenge}&code_challenge_method=S256`},
		{Name: "pkce-plain", Op: startPage, Body: ask + `&code_challenge={challenge}&code_challenge_method=plain`},
		{Name: "unknown-client", Op: startPage, Body: asking("code", "0unknown0client0a1b2c3d4e5", "scope=openid")},
		{Name: "no-client", Op: startPage, Body: `response_type=code&redirect_uri={callback}`},
		{Name: "unregistered-redirect", Op: startPage, Body: `response_type=code&client_id={public}&redirect_uri={callback}/x&scope=openid`},
		{Name: "no-redirect", Op: startPage, Body: `response_type=code&client_id={public}&scope=openid`},
		{Name: "no-response-type", Op: startPage, Body: `client_id={public}&redirect_uri={callback}&scope=openid&state=s1`},
		{Name: "response-type-id-token", Op: startPage, Body: asking("id_token", "{public}", "scope=openid")},
		{Name: "response-type-token", Op: startPage, Body: asking("token", "{public}", "scope=openid")},
		{Name: "scope-not-enabled", Op: startPage, Body: asking("code", "{public}", "scope=no/scope")},
		{Name: "email-without-openid", Op: startPage, Body: asking("code", "{public}", "scope=email")},
		{Name: "admin-scope-and-openid", Op: startPage, Body: asking("code", "{public}", "scope=openid+aws.cognito.signin.user.admin")},
		{Name: "no-scope", Op: startPage, Body: `response_type=code&client_id={public}&redirect_uri={callback}&state=s1`},
		{Name: "client-without-oauth", Op: startPage, Body: asking("code", "{bare}", "scope=openid")},
		{Name: "prompt-none", Op: startPage, Body: ask + `&prompt=none`},
		{Name: "prompt-login", Op: startPage, Body: ask + `&prompt=login`},
		{Name: "prompt-unknown", Op: startPage, Body: ask + `&prompt=dance`},
		{Name: "prompt-none-and-login", Op: startPage, Body: ask + `&prompt=none+login`},
		{Name: "max-age", Op: startPage, Body: ask + `&max_age=0`},
		{Name: "request-object", Op: startPage, Body: ask + `&request=x&claims={}&unknown=1`},
		{Name: "bad-resource", Op: startPage, Body: ask + `&resource=no+url`},
		{Name: "unknown-provider", Op: startPage, Body: ask + `&identity_provider=Nobody`},
		{Name: "provider-and-identifier", Op: startPage, Body: ask + `&identity_provider=COGNITO&idp_identifier=nobody`},
		{Name: "state-twice", Op: startPage, Body: ask + `&state=s2`},
		{Name: "client-twice", Op: startPage, Body: ask + `&client_id={public}`},
		{Name: "state-with-backslash", Op: startPage, Body: `response_type=code&client_id={public}&redirect_uri={callback}&scope=openid&state=a\b`},
		{Name: "state-with-stray-percent", Op: startPage, Body: `response_type=code&client_id={public}&redirect_uri={callback}&scope=openid&state=a%`},
		{Name: "lang", Op: startPage, Body: ask + `&lang=fr`},
		{Name: "lang-unknown", Op: startPage, Body: ask + `&lang=xx`},
		{Name: "post", Op: "POST /oauth2/authorize", Body: ask},
	}},
	{Name: "pages", User: None, Needs: []Need{Domain}, Requests: []Request{
		{Name: "login", Op: "GET /login", Body: ask},
		{Name: "login-in-french", Op: "GET /login", Body: ask + `&lang=fr`},
		{Name: "login-accept-language", Op: "GET /login", Body: ask, Header: "Accept-Language: de"},
		{Name: "sign-up", Op: "GET /signup", Body: ask},
		{Name: "forgot-password", Op: "GET /forgotPassword", Body: ask},
		{Name: "login-without-client", Op: "GET /login"},
		{Name: "login-without-csrf", Op: "POST /login", Body: ask + `&username=x&password=y`},
		{Name: "confirm", Op: "GET /confirm", Body: ask},
		{Name: "logout", Op: "GET /logout", Body: `client_id={public}&logout_uri={logout}`},
		{Name: "logout-unregistered", Op: "GET /logout", Body: `client_id={public}&logout_uri={logout}x`},
		{Name: "logout-and-sign-in", Op: "GET /logout", Body: `client_id={public}&redirect_uri={callback}&response_type=code&scope=openid`},
		{Name: "logout-without-client", Op: "GET /logout", Body: `logout_uri={logout}`},
		{Name: "logout-unknown-client", Op: "GET /logout", Body: `client_id=0unknown0client0a1b2c3d4e5&logout_uri={logout}`},
		{Name: "confirm-link", Op: "GET /confirmUser", Body: `client_id={public}&user_name={prefix}-nobody&confirmation_code=123456`},
		{Name: "saml-answer-unasked", Op: "POST /saml2/idpresponse", Body: `SAMLResponse=x&RelayState=x`},
		{Name: "oidc-answer-unasked", Op: "GET /oauth2/idpresponse", Body: `code=x&state=x`},
		{Name: "no-such-page", Op: "GET /no-such-page"},
		{Name: "passkeys-add", Op: "GET /passkeys/add", Body: `client_id={public}&redirect_uri={callback}`},
		{Name: "root", Op: "GET /"},
	}},
}

const signInPage = "SIGN-IN"

var signedInPages = []Story{
	{Name: "code", Needs: []Need{Domain, Pages}, Requests: []Request{
		{Name: "sign-in", Op: signInPage, Body: ask, Keep: "code=Location.code"},
		{Name: "redeem", Op: form, Body: redeem, Keep: "access=access_token id=id_token refresh=refresh_token auth-time=id_token.claims.auth_time"},
		{Name: "replay", Op: form, Body: redeem},
		{Name: "user-info-after-replay", Op: "GET /oauth2/userInfo", Header: "Authorization: Bearer {access}"},
		{Name: "refresh", Op: form, Body: `grant_type=refresh_token&client_id={public}&refresh_token={refresh}`, Wait: 1100 * time.Millisecond},
		{Name: "silently", Op: startPage, Body: ask + `&prompt=none`},
		{Name: "again", Op: startPage, Body: ask, Keep: "code=Location.code"},
		{Name: "by-another-client", Op: form, Body: `grant_type=authorization_code&client_id={legacy}&redirect_uri={callback}&code={code}`},
		{Name: "after-another-client", Op: form, Body: redeem},
		{Name: "again-2", Op: startPage, Body: ask, Keep: "code=Location.code"},
		{Name: "without-redirect", Op: form, Body: `grant_type=authorization_code&client_id={public}&code={code}`},
		{Name: "after-missing-redirect", Op: form, Body: redeem},
		{Name: "again-3", Op: startPage, Body: ask, Keep: "code=Location.code"},
		{Name: "needless-verifier", Op: form, Body: redeem + `&code_verifier={verifier}`},
		{Name: "again-4", Op: startPage, Body: ask + `&code_challenge={challenge}&code_challenge_method=S256`, Keep: "code=Location.code"},
		{Name: "missing-verifier", Op: form, Body: redeem},
		{Name: "again-5", Op: startPage, Body: ask + `&code_challenge={challenge}&code_challenge_method=S256`, Keep: "code=Location.code"},
		{Name: "wrong-verifier", Op: form, Body: redeem + `&code_verifier={verifier}x`},
		{Name: "after-wrong-verifier", Op: form, Body: redeem + `&code_verifier={verifier}`},
		{Name: "again-6", Op: startPage, Body: ask, Keep: "code=Location.code"},
		{Name: "sign-out-everywhere", Op: "AdminUserGlobalSignOut", Body: `"Username":"{user}"`},
		{Name: "code-after-sign-out", Op: form, Body: redeem},
		{Name: "again-7", Op: startPage, Body: ask, Keep: "code=Location.code"},
		{Name: "disable", Op: "AdminDisableUser", Body: `"Username":"{user}"`},
		{Name: "code-of-disabled", Op: form, Body: redeem},
		{Name: "session-of-disabled", Op: startPage, Body: ask},
		{Name: "login-with-session", Op: "GET /login", Body: ask},
		{Name: "passkeys-add", Op: "GET /passkeys/add", Body: `client_id={public}&redirect_uri={callback}x`},
		{Name: "unregistered-logout", Op: "GET /logout", Body: `client_id={public}&logout_uri={logout}x`},
		{Name: "session-after-unregistered-logout", Op: startPage, Body: ask + `&prompt=none`},
	}},
	{Name: "code-scopes", Needs: []Need{Domain, Pages}, Requests: []Request{
		{Name: "openid-and-admin", Op: signInPage, Body: asking("code", "{public}", "scope=openid+aws.cognito.signin.user.admin"), Keep: "code=Location.code"},
		{Name: "openid-and-admin-tokens", Op: form, Body: redeem, Keep: "access=access_token"},
		{Name: "openid-and-admin-user-info", Op: "GET /oauth2/userInfo", Header: "Authorization: Bearer {access}"},
		{Name: "profile", Op: startPage, Body: asking("code", "{public}", "scope=openid+profile"), Keep: "code=Location.code"},
		{Name: "profile-tokens", Op: form, Body: redeem},
		{Name: "resource", Op: startPage, Body: ask + `&resource=https%3A%2F%2Fno.example.com`, Keep: "code=Location.code"},
		{Name: "resource-tokens", Op: form, Body: redeem},
		{Name: "max-age", Op: startPage, Body: ask + `&max_age=0`},
	}},
	{Name: "pages-wrong", Needs: []Need{Domain, Pages}, Requests: []Request{
		{Name: "temporary", Op: "AdminSetUserPassword", Body: `"Username":"{user}","Password":"{password}","Permanent":false`},
		{Name: "sign-in-temporary", Op: signInPage, Body: ask},
		{Name: "disable", Op: "AdminDisableUser", Body: `"Username":"{user}"`},
		{Name: "sign-in-disabled", Op: signInPage, Body: ask},
	}},
	{Name: "pages-wrong-password", Needs: []Need{Domain, Pages}, Requests: []Request{
		{Name: "other-password", Op: "AdminSetUserPassword", Body: `"Username":"{user}","Password":"{temporary}","Permanent":true`},
		{Name: "sign-in", Op: signInPage, Body: ask},
	}},
	{Name: "pages-reset", Needs: []Need{Domain, Pages, Send}, Requests: []Request{
		{Name: "reset", Op: "AdminResetUserPassword", Body: `"Username":"{user}"`},
		{Name: "sign-in", Op: signInPage, Body: ask},
	}},
	{Name: "code-narrow", Needs: []Need{Domain, Pages}, Requests: []Request{
		{Name: "email", Op: signInPage, Body: asking("code", "{narrow}", "scope=openid+email"), Keep: "code=Location.code"},
		{Name: "email-tokens", Op: form, Body: `grant_type=authorization_code&client_id={narrow}&redirect_uri={callback}&code={code}`},
		{Name: "profile", Op: startPage, Body: asking("code", "{narrow}", "scope=openid+profile"), Keep: "code=Location.code"},
		{Name: "profile-tokens", Op: form, Body: `grant_type=authorization_code&client_id={narrow}&redirect_uri={callback}&code={code}`},
	}},
	{Name: "pages-unconfirmed", User: None, Needs: []Need{Domain, Pages}, Requests: []Request{
		{Name: "sign-up", Op: "SignUp", Body: `"Username":"{user}","Password":"{password}","UserAttributes":[{"Name":"name","Value":"Parity"}{attributes}]`},
		{Name: "sign-in", Op: signInPage, Body: ask},
	}},
}

// lastOnes change app clients, and so come after all others.
var lastOnes = []Story{
	{Name: "client-changed", Requests: []Request{
		{Name: "start", Op: "InitiateAuth", Body: `"ClientId":"{grace}",` + srpStart, Keep: keepSRP},
		{Name: "change", Op: "UpdateUserPoolClient", Body: `"ClientId":"{grace}","ExplicitAuthFlows":["ALLOW_CUSTOM_AUTH"],"AccessTokenValidity":30,"TokenValidityUnits":{"AccessToken":"minutes"}`},
		{Name: "proof", Op: "RespondToAuthChallenge", Body: `"ClientId":"{grace}","ChallengeName":"PASSWORD_VERIFIER","ChallengeResponses":{"USERNAME":"{srp-user}",` + srpProof + `}`},
		{Name: "start-again", Op: "InitiateAuth", Body: `"ClientId":"{grace}",` + srpStart},
	}},
}
