package cause

// Steps of refusals that concern a token.
const (
	// OpVerify is the verification of a token. Its codes are the names of
	// the checks.
	OpVerify = "verify"

	// OpRequire is the guard of an API. Its codes are those of its answers.
	OpRequire = "require"
)

// Causes of refused tokens and requests.
const (
	OtherIssuer        ID = "other_issuer"
	OtherAudience      ID = "other_audience"
	OtherClient        ID = "other_client"
	TokenExpired       ID = "token_expired"
	ClockBehind        ID = "clock_behind"
	UnknownKey         ID = "unknown_key"
	NoKeys             ID = "no_keys"
	BadSignature       ID = "bad_signature"
	NotCognitos        ID = "not_cognitos"
	WrongToken         ID = "wrong_token"
	OtherLogin         ID = "other_login"
	OtherUser          ID = "other_user"
	SignedOut          ID = "signed_out"
	TenantLookup       ID = "tenant_lookup"
	NoCredentials      ID = "no_credentials"
	BadCredentials     ID = "bad_credentials"
	CredentialsUnknown ID = "credentials_unknown"
)

// tokenTable lists the causes of refused tokens and requests.
var tokenTable = []Cause{
	{
		ID:     OtherIssuer,
		Advice: "the token is from another user pool, or from another region of this one: compare COGNITO_USER_POOL_ID and COGNITO_ISSUER with the token's iss, and list replicas in Config.ReplicaRegions",
		match:  check("iss"),
	},
	{
		ID:     OtherAudience,
		Advice: "the token is for another app client or resource: compare COGNITO_CLIENT_ID with the token's aud, and list further app clients in Config.OtherClientIDs and resources in Config.Resources",
		match:  check("aud"),
	},
	{
		ID:     OtherClient,
		Advice: "the token was issued to another app client: compare COGNITO_CLIENT_ID with the token's client_id, and list further app clients in Config.OtherClientIDs",
		match:  check("client_id"),
	},
	{
		ID:     TokenExpired,
		Advice: "the token has expired: the caller needs a fresh one; if the token is new, this machine's clock is fast, so set it by NTP",
		match:  match{ops: []string{OpVerify, OpRequire}, codes: []string{"exp", "token_expired"}},
	},
	{
		ID:     ClockBehind,
		Advice: "the token comes from the future: this machine's clock is slow, so set it by NTP; Config.ClockSkew is one minute by default, and five at most",
		match:  check("iat", "nbf", "auth_time"),
	},
	{
		ID:     UnknownKey,
		Advice: "the user pool has no key with the token's kid: the token is from another user pool, or from an emulator that has been restarted, or Config.JWKS is out of date",
		match:  check("kid"),
	},
	{
		ID:     NoKeys,
		Advice: "the user pool's keys could not be fetched: check COGNITO_USER_POOL_ID and COGNITO_ISSUER, and that this machine reaches the issuer's /.well-known/jwks.json (DNS, proxy, firewall; is the emulator running?)",
		match:  check("keys"),
	},
	{
		ID:     BadSignature,
		Advice: "the token was altered on its way, or it is a forgery: if your own sign-ins fail, compare COGNITO_USER_POOL_ID and COGNITO_ISSUER",
		match:  check("signature"),
	},
	{
		ID:     NotCognitos,
		Advice: "this is not a token as Cognito writes them: the caller sends something else, or only a part of the token",
		match:  check("size", "format", "header", "alg", "claims"),
	},
	{
		ID:     WrongToken,
		Advice: "the caller has to send the access token: neither the ID token nor the refresh token is for APIs",
		match:  match{ops: []string{OpVerify, OpRequire}, codes: []string{"token_use", "wrong_token"}},
	},
	{
		ID:     OtherLogin,
		Advice: "the tokens belong to another login: keep one Attempt for each login, and pass Exchange the Attempt of this login",
		match:  check("nonce", "at_hash"),
	},
	{
		ID:     OtherUser,
		Advice: "sub is missing, or the tokens belong to different users: keep the tokens of one answer together",
		match:  check("sub"),
	},
	{
		ID:     SignedOut,
		Advice: "Cognito has disabled, deleted or signed out the user since the token was issued, or the user has a new password: sign in again",
		match:  check("signed_out"),
	},
	{
		ID:     TenantLookup,
		Advice: "no user pool was found for the token's issuer: look at the lookup function that Tenants calls, and at its database",
		match:  check("tenant"),
	},
	{
		ID:     NoCredentials,
		Advice: "the request has no token: the caller has to send the header Authorization with Bearer and the access token; a proxy may have dropped it",
		match:  match{ops: []string{OpRequire}, codes: []string{"credentials_required"}},
	},
	{
		ID:     BadCredentials,
		Advice: "the header Authorization must be there once, and hold the word Bearer, one space and the access token: the caller, or a proxy, writes something else",
		match:  match{ops: []string{OpRequire}, codes: []string{"invalid_request"}},
	},
	{
		ID:     CredentialsUnknown,
		Advice: "the credentials could not be checked: err says why; a call that the Authenticator or TokenVerifier makes has failed, and callers may try again",
		match:  match{ops: []string{OpRequire}, codes: []string{"credentials_unchecked"}},
	},
}

func check(names ...string) match { return match{ops: []string{OpVerify}, codes: names} }
