package cognitotest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/srp"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// Words of the API that more than one test expects.
const (
	wrongPassword = "NotAuthorizedException: Incorrect username or password."
	noSession     = "NotAuthorizedException: Invalid session for the user."
	usedSession   = "NotAuthorizedException: Invalid session for the user, session can only be used once."
	oldSession    = "NotAuthorizedException: Invalid session for the user, session is expired."
	wrongOTP      = "CodeMismatchException: Invalid code or auth state for the user."
	badRefresh    = "NotAuthorizedException: Invalid Refresh Token."
	noDevice      = "ResourceNotFoundException: Device does not exist."
)

// An authStep is the answer to a step of a sign-in.
type authStep struct {
	AuthenticationResult *struct {
		AccessToken, IdToken, RefreshToken, TokenType string
		ExpiresIn                                     int
		NewDeviceMetadata                             *struct{ DeviceKey, DeviceGroupKey string }
	}
	AvailableChallenges []string
	ChallengeName       string
	ChallengeParameters map[string]string
	Session             string
}

// A signer signs in through the API.
type signer struct {
	t        testing.TB
	p        *cognitotest.Pool
	clientID string
	secret   string
	admin    bool
	metadata map[string]string
}

func newSigner(t testing.TB, p *cognitotest.Pool) *signer {
	return &signer{t: t, p: p, clientID: "client1"}
}

// apiUserClient allows every flow.
func apiUserClient() cognitotest.AppClient {
	c := appClient()
	c.ExplicitAuthFlows = []string{
		"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH",
		"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
	}
	return c
}

func newAPIPool(t testing.TB, opts ...cognitotest.Option) *cognitotest.Pool {
	return newPool(t, append([]cognitotest.Option{cognitotest.WithClient(apiUserClient())}, opts...)...)
}

// hash adds the secret hash of a client that has a secret.
func (s *signer) hash(params map[string]string) map[string]string {
	params = maps.Clone(params)
	if name := params["USERNAME"]; s.secret != "" && params["SECRET_HASH"] == "" {
		params["SECRET_HASH"] = secretHashOf(s.secret, name, s.clientID)
	}
	return params
}

func secretHashOf(secret, username, clientID string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(username + clientID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// try calls an operation, which may fail.
func (s *signer) try(op string, in map[string]any) (step authStep, failure string) {
	s.t.Helper()
	in["ClientId"] = s.clientID
	if s.metadata != nil {
		in["ClientMetadata"] = s.metadata
	}
	if s.admin {
		failure = newAdmin(s.t, s.p).call("Admin"+op, in, &step)
	} else {
		failure = callAPI(s.t, s.p, op, in, &step)
	}
	return step, failure
}

func (s *signer) tryInitiate(flow string, pairs ...string) (authStep, string) {
	s.t.Helper()
	return s.try("InitiateAuth", map[string]any{"AuthFlow": flow, "AuthParameters": s.hash(paramsOf(pairs))})
}

func (s *signer) initiate(flow string, pairs ...string) authStep {
	s.t.Helper()
	step, failure := s.tryInitiate(flow, pairs...)
	if failure != "" {
		s.t.Fatalf("InitiateAuth(%s, %q) = %s", flow, pairs, failure)
	}
	return step
}

// tryRespond answers a step; USERNAME is what it named unless pairs say
// otherwise.
func (s *signer) tryRespond(step authStep, pairs ...string) (authStep, string) {
	s.t.Helper()
	params := paramsOf(pairs)
	if params["USERNAME"] == "" {
		params["USERNAME"] = "jane"
		for _, name := range []string{"USERNAME", "USER_ID_FOR_SRP"} {
			if given := step.ChallengeParameters[name]; given != "" {
				params["USERNAME"] = given
			}
		}
	}
	in := map[string]any{"ChallengeName": step.ChallengeName, "ChallengeResponses": s.hash(params)}
	if step.Session != "" {
		in["Session"] = step.Session
	}
	return s.try("RespondToAuthChallenge", in)
}

func (s *signer) respond(step authStep, pairs ...string) authStep {
	s.t.Helper()
	next, failure := s.tryRespond(step, pairs...)
	if failure != "" {
		s.t.Fatalf("RespondToAuthChallenge(%s, %q) = %s", step.ChallengeName, pairs, failure)
	}
	return next
}

// refuse answers a step with something wrong.
func (s *signer) refuse(want string, step authStep, pairs ...string) {
	s.t.Helper()
	if next, got := s.tryRespond(step, pairs...); got != want {
		s.t.Errorf("RespondToAuthChallenge(%s, %q) = %s %s, want %s", step.ChallengeName, pairs, got, next.ChallengeName, want)
	}
}

func (s *signer) refuseInitiate(want, flow string, pairs ...string) {
	s.t.Helper()
	if step, got := s.tryInitiate(flow, pairs...); got != want {
		s.t.Errorf("InitiateAuth(%s, %q) = %s %s, want %s", flow, pairs, got, step.ChallengeName, want)
	}
}

// is fails unless the step asks for a challenge; "" means that it has tokens.
func (step authStep) is(t testing.TB, want string) authStep {
	t.Helper()
	if step.ChallengeName != want || (step.AuthenticationResult == nil) == (want == "") {
		t.Fatalf("the next step is %q (tokens: %v), want %q", step.ChallengeName, step.AuthenticationResult != nil, want)
	}
	return step
}

func paramsOf(pairs []string) map[string]string {
	params := make(map[string]string)
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	return params
}

// poolName is the part of the pool's id that goes into SRP.
const poolName = "Emulator1"

// srp begins a sign-in with SRP, and returns the answer that proves the
// password.
func (s *signer) srp(username, password string, pairs ...string) (step authStep, answer []string) {
	s.t.Helper()
	client := newSRPClient()
	step = s.initiate("USER_SRP_AUTH", append([]string{"USERNAME", username, "SRP_A", client.Public()}, pairs...)...).is(s.t, "PASSWORD_VERIFIER")
	who := srp.Account{Pool: poolName, Name: step.ChallengeParameters["USER_ID_FOR_SRP"]}
	return step, client.prove(s.t, who, password, step, s.p.Now())
}

// A username that no user can have is a mistake of form, whatever the password.
func TestAPI_UsernameOfNoUser(t *testing.T) {
	s := newSigner(t, newAPIPool(t))
	const want = "InvalidParameterException: 1 validation error detected: Value at 'username' failed to satisfy constraint: " +
		`Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`
	for _, name := range []string{"jane ", " jane", "ja ne", "jane\t", "jane\u0000"} {
		s.refuseInitiate(want, "USER_PASSWORD_AUTH", "USERNAME", name, "PASSWORD", password)
		s.refuseInitiate(want, "USER_SRP_AUTH", "USERNAME", name, "SRP_A", "2")
		s.refuseInitiate(want, "USER_AUTH", "USERNAME", name)
		s.refuseInitiate(want, "CUSTOM_AUTH", "USERNAME", name)
	}
	s.refuseInitiate(wrongPassword, "USER_PASSWORD_AUTH", "USERNAME", "jäne+é@例え.jp", "PASSWORD", password)
}

// op: InitiateAuth
func TestAPI_PasswordAuth(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	step := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane@example.com", "PASSWORD", password).is(t, "")
	tok := step.AuthenticationResult
	if tok.TokenType != "Bearer" || tok.ExpiresIn != 3600 || tok.RefreshToken == "" || step.Session != "" {
		t.Errorf("InitiateAuth = %+v, want a Bearer token for an hour and a refresh token", step)
	}
	if tok.NewDeviceMetadata != nil {
		t.Errorf("NewDeviceMetadata = %v, want none: devices are not tracked", tok.NewDeviceMetadata)
	}
	s.refuseInitiate(wrongPassword, "USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", "x")
	s.refuseInitiate(wrongPassword, "USER_PASSWORD_AUTH", "USERNAME", "nobody", "PASSWORD", password)
	s.refuseInitiate("InvalidParameterException: Missing required parameter USERNAME", "USER_PASSWORD_AUTH", "PASSWORD", password)
	s.refuseInitiate("InvalidParameterException: Missing required parameter PASSWORD", "USER_PASSWORD_AUTH", "USERNAME", "jane")
}

// The tokens say what those of an API sign-in say.
//
// doc: tokens of the user-pool API: at_hash, version
func TestAPI_Tokens(t *testing.T) {
	client := apiUserClient()
	client.ReadAttributes = []string{"email", "email_verified", "name"}
	p := newPool(t, cognitotest.WithClient(client))
	s := newSigner(t, p)
	tok := s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password).is(t, "").AuthenticationResult
	access, id := claimsOf(t, tok.AccessToken), claimsOf(t, tok.IdToken)
	if access["scope"] != "aws.cognito.signin.user.admin" || access["username"] != "jane" || access["client_id"] != "client1" {
		t.Errorf("access token = %v, want the admin scope alone, for jane", access)
	}
	if access["version"] != nil || id["at_hash"] != nil || id["nonce"] != nil || access["device_key"] != nil {
		t.Errorf("tokens = %v %v, want no version, at_hash, nonce and device_key", access, id)
	}
	if id["aud"] != "client1" || id["name"] != "Jane" || id["email_verified"] != true || id["phone_number"] != nil || id["custom:team"] != nil {
		t.Errorf("ID token = %v, want the attributes that the client may read", id)
	}
	if access["origin_jti"] != id["origin_jti"] || access["origin_jti"] == nil {
		t.Errorf("origin_jti = %v, %v, want the same in both", access["origin_jti"], id["origin_jti"])
	}
	if v := newVisitor(t, p).userInfo(tok.AccessToken); v.StatusCode != 401 {
		t.Errorf("userInfo = %d, want 401: the scope lacks openid", v.StatusCode)
	}
	var user struct{ Username string }
	if failure := callAPI(t, p, "GetUser", map[string]string{"AccessToken": tok.AccessToken}, &user); failure != "" || user.Username != "jane" {
		t.Errorf("GetUser = %s %v, want jane", failure, user)
	}
}

func TestAPI_FlowsAreEnforced(t *testing.T) {
	p := newPool(t)
	s := newSigner(t, p)
	client := newSRPClient()
	s.initiate("USER_SRP_AUTH", "USERNAME", "jane", "SRP_A", client.Public()).is(t, "PASSWORD_VERIFIER")
	for flow, want := range map[string]string{
		"USER_PASSWORD_AUTH":       "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
		"USER_AUTH":                "InvalidParameterException: USER_AUTH flow not enabled for this client",
		"ADMIN_USER_PASSWORD_AUTH": "InvalidParameterException: Initiate Auth method not supported.",
		"ADMIN_NO_SRP_AUTH":        "InvalidParameterException: Initiate Auth method not supported.",
		"CUSTOM_AUTH":              "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool.",
		"REFRESH_TOKEN":            "InvalidParameterException: Missing required parameter REFRESH_TOKEN",
		"PASSWORD":                 "InvalidParameterException: 1 validation error detected: Value 'PASSWORD' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]",
	} {
		s.refuseInitiate(want, flow, "USERNAME", "jane", "PASSWORD", password)
	}
	s.admin = true
	s.refuseInitiate("InvalidParameterException: Auth flow not enabled for this client", "ADMIN_USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password)
	s.admin = false

	none := appClient()
	none.ExplicitAuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH"}
	s = newSigner(t, newPool(t, cognitotest.WithClient(none)))
	s.refuseInitiate("InvalidParameterException: USER_SRP_AUTH is not enabled for the client.", "USER_SRP_AUTH", "USERNAME", "jane", "SRP_A", "2")
	s.refuseInitiate("InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "x")
	s.clientID = "client2"
	s.refuseInitiate("ResourceNotFoundException: User pool client client2 does not exist.", "USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password)
}

// op: AdminInitiateAuth
// op: AdminRespondToAuthChallenge
func TestAPI_AdminAuth(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	s.admin = true
	for _, flow := range []string{"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"} {
		s.initiate(flow, "USERNAME", "jane", "PASSWORD", password).is(t, "")
	}
	in := map[string]any{"UserPoolId": "eu-west-1_Other", "ClientId": "client1", "AuthFlow": "ADMIN_NO_SRP_AUTH"}
	if got, want := newAdmin(t, p).call("AdminInitiateAuth", in, nil), "ResourceNotFoundException: User pool eu-west-1_Other does not exist."; got != want {
		t.Errorf("AdminInitiateAuth(another pool) = %s, want %s", got, want)
	}
	in["UserPoolId"] = p.ID()
	if got, want := callAPI(t, p, "AdminInitiateAuth", in, nil), "MissingAuthenticationTokenException: Missing Authentication Token"; got != want {
		t.Errorf("AdminInitiateAuth(unsigned) = %s, want %s", got, want)
	}
	// An administrator's sign-in has challenges too.
	p.SetUserStatus("jane", cognitotest.StatusForceChangePassword)
	step := s.initiate("ADMIN_USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password).is(t, "NEW_PASSWORD_REQUIRED")
	s.respond(step, "NEW_PASSWORD", "Another-horse-2").is(t, "")
}

func TestAPI_StatusDecides(t *testing.T) {
	tests := []struct {
		name string
		set  func(*cognitotest.Pool)
		want string
	}{
		{"unconfirmed", func(p *cognitotest.Pool) { p.SetUserStatus("jane", cognitotest.StatusUnconfirmed) }, "UserNotConfirmedException: User is not confirmed."},
		{"reset", func(p *cognitotest.Pool) { p.SetUserStatus("jane", cognitotest.StatusResetRequired) }, "PasswordResetRequiredException: Password reset required for the user"},
		{"disabled", func(p *cognitotest.Pool) { p.DisableUser("jane") }, "NotAuthorizedException: User is disabled."},
		{"temporary password over", func(p *cognitotest.Pool) {
			p.SetUserStatus("jane", cognitotest.StatusForceChangePassword)
			p.Advance(7 * 24 * time.Hour)
		}, "NotAuthorizedException: Temporary password has expired and must be reset by an administrator."},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newAPIPool(t)
			s := newSigner(t, p)
			tt.set(p)
			s.refuseInitiate(tt.want, "USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password)
			wrong := wrongPassword
			if tt.name == "unconfirmed" {
				wrong = tt.want // whatever the password
			}
			s.refuseInitiate(wrong, "USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", "x")
			for _, word := range thorough.Sample([]string{password, "x"}, 2, i) {
				step, answer := s.srp("jane", word)
				want := tt.want
				if word != password {
					want = wrong
				}
				s.refuse(want, step, answer...)
			}
		})
	}
}

// The lock-out counts wrong passwords of the API and of the pages together.
func TestAPI_LockOut(t *testing.T) {
	p := newAPIPool(t)
	s, v := newSigner(t, p), newVisitor(t, p)
	s.refuseInitiate(wrongPassword, "USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", "x")
	step, answer := s.srp("jane", "x")
	s.refuse(wrongPassword, step, answer...)
	for range 3 {
		v.submit("/login"+query(), "username", "jane", "password", "x")
	}
	const locked = "NotAuthorizedException: Password attempts exceeded"
	s.refuseInitiate(locked, "USER_PASSWORD_AUTH", "USERNAME", "jane@example.com", "PASSWORD", password)
	s.refuseInitiate(locked, "USER_SRP_AUTH", "USERNAME", "jane", "SRP_A", "2")
	p.Advance(time.Second)
	s.initiate("USER_PASSWORD_AUTH", "USERNAME", "jane", "PASSWORD", password).is(t, "")
}

// U1: the hash covers the name that is sent.
// op: RespondToAuthChallenge
func TestAPI_SecretHash(t *testing.T) {
	client := apiUserClient()
	client.Secret = "s3cret"
	p := newPool(t, cognitotest.WithClient(client))
	s := newSigner(t, p)
	pair := []string{"USERNAME", "jane@example.com", "PASSWORD", password}
	s.refuseInitiate("NotAuthorizedException: Client client1 is configured with secret but SECRET_HASH was not received", "USER_PASSWORD_AUTH", pair...)
	s.refuseInitiate("NotAuthorizedException: Unable to verify secret hash for client client1", "USER_PASSWORD_AUTH",
		append(pair, "SECRET_HASH", secretHashOf("s3cret", "jane", "client1"))...)
	s.secret = "s3cret"
	tok := s.initiate("USER_PASSWORD_AUTH", pair...).is(t, "").AuthenticationResult

	step, answer := s.srp("jane@example.com", password)
	s.refuse("NotAuthorizedException: Unable to verify secret hash for client client1", step,
		append(answer, "SECRET_HASH", secretHashOf("s3cret", "jane@example.com", "client1"))...)
	s.respond(step, answer...).is(t, "")

	hash := func(name string) []string {
		return []string{"REFRESH_TOKEN", tok.RefreshToken, "SECRET_HASH", secretHashOf("s3cret", name, "client1")}
	}
	s.refuseInitiate("NotAuthorizedException: SecretHash does not match for the client: client1", "REFRESH_TOKEN_AUTH", hash("jane@example.com")...)
	s.initiate("REFRESH_TOKEN_AUTH", hash("jane")...).is(t, "")
	s.secret = ""
	s.refuseInitiate("NotAuthorizedException: Client client1 is configured with secret but SECRET_HASH was not received", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", tok.RefreshToken)
}

// Confirming the account leads on to a sign-in without a password.
func TestAPI_ContinuesSignUp(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	in := map[string]any{
		"ClientId": "client1", "Username": "new@example.com", "Password": password,
		"UserAttributes": []map[string]string{{"Name": "email", "Value": "new@example.com"}},
	}
	var up struct{ Session string }
	if failure := callAPI(t, p, "SignUp", in, &up); failure != "" || up.Session == "" {
		t.Fatalf("SignUp = %s %q", failure, up.Session)
	}
	initiate := func(session string) (authStep, string) {
		return s.try("InitiateAuth", map[string]any{"AuthFlow": "USER_AUTH", "AuthParameters": map[string]string{"USERNAME": "new@example.com"}, "Session": session})
	}
	if _, got := initiate(up.Session); got != noSession {
		t.Errorf("InitiateAuth(session of SignUp) = %s, want %s", got, noSession)
	}
	confirm := map[string]any{"ClientId": "client1", "Username": "new@example.com", "ConfirmationCode": p.LastCode("new@example.com"), "Session": up.Session}
	var confirmed struct{ Session string }
	if failure := callAPI(t, p, "ConfirmSignUp", confirm, &confirmed); failure != "" {
		t.Fatalf("ConfirmSignUp = %s", failure)
	}
	step, failure := initiate(confirmed.Session)
	if failure != "" {
		t.Fatalf("InitiateAuth(session of ConfirmSignUp) = %s", failure)
	}
	step.is(t, "")
	if _, got := initiate(confirmed.Session); got != usedSession {
		t.Errorf("InitiateAuth(the same session) = %s, want %s", got, usedSession)
	}
}
