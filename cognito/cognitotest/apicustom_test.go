package cognitotest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// riddles are the hooks of a sign-in in which the user has three tries at a
// riddle. It comes after the password if the client can prove one.
func riddles(seen *[]any, mu *sync.Mutex) trigger.Hooks {
	note := func(e any) {
		mu.Lock()
		defer mu.Unlock()
		*seen = append(*seen, e)
	}
	return trigger.Hooks{
		DefineAuthChallenge: func(_ context.Context, e *trigger.DefineAuthChallenge) error {
			last := len(e.Session) - 1
			switch {
			case last >= 0 && e.Session[last].ChallengeName == "SRP_A":
				e.ChallengeName = "PASSWORD_VERIFIER"
			case last >= 0 && e.Session[last].ChallengeName == "CUSTOM_CHALLENGE" && e.Session[last].ChallengeResult:
				e.IssueTokens = true
			case len(e.Session) >= 3:
				e.FailAuthentication = true
			default:
				e.ChallengeName = "CUSTOM_CHALLENGE"
			}
			note(*e)
			return nil
		},
		CreateAuthChallenge: func(_ context.Context, e *trigger.CreateAuthChallenge) error {
			e.PublicChallengeParameters = map[string]string{"riddle": "What has roots that nobody sees?"}
			e.PrivateChallengeParameters = map[string]string{"answer": "mountain"}
			e.ChallengeMetadata = fmt.Sprintf("try %d", len(e.Session))
			note(*e)
			return nil
		},
		VerifyAuthChallengeResponse: func(_ context.Context, e *trigger.VerifyAuthChallengeResponse) error {
			note(*e)
			e.AnswerCorrect = !e.UserNotFound && e.ChallengeAnswer == e.PrivateChallengeParameters["answer"]
			return nil
		},
	}
}

func riddlePool(t testing.TB) (s *signer, seen *[]any) {
	seen = new([]any)
	p := newAPIPool(t, cognitotest.WithHooks(riddles(seen, new(sync.Mutex))))
	return newSigner(t, p), seen
}

func TestAPI_CustomAuth(t *testing.T) {
	s, seen := riddlePool(t)
	step := s.initiate("CUSTOM_AUTH", "USERNAME", "jane@example.com").is(t, "CUSTOM_CHALLENGE")
	if p := step.ChallengeParameters; p["riddle"] == "" || p["USERNAME"] != "jane" || p["answer"] != "" {
		t.Errorf("ChallengeParameters = %q, want the riddle for jane, without its answer", p)
	}
	s.refuse("InvalidParameterException: Missing required parameter ANSWER", step)
	again := s.respond(step, "ANSWER", "a tree").is(t, "CUSTOM_CHALLENGE")
	s.refuse(usedSession, step, "ANSWER", "mountain")
	s.metadata = map[string]string{"trace": "1"}
	s.respond(again, "ANSWER", "mountain").is(t, "")
	last := (*seen)[len(*seen)-1].(trigger.DefineAuthChallenge)
	want := []trigger.ChallengeResult{
		{ChallengeName: "CUSTOM_CHALLENGE", ChallengeMetadata: "try 0"},
		{ChallengeName: "CUSTOM_CHALLENGE", ChallengeResult: true, ChallengeMetadata: "try 1"},
	}
	if !reflect.DeepEqual(last.Session, want) || last.TriggerSource != trigger.SourceDefineAuthChallenge || last.UserAttributes["email"] != "jane@example.com" {
		t.Errorf("DefineAuthChallenge = %+v, want the session %v of jane", last, want)
	}
	verify := (*seen)[len(*seen)-2].(trigger.VerifyAuthChallengeResponse)
	if verify.ClientMetadata["trace"] != "1" || verify.ChallengeAnswer != "mountain" {
		t.Errorf("VerifyAuthChallengeResponse = %+v, want the answer and the metadata", verify)
	}

	s.metadata = nil
	step = s.initiate("CUSTOM_AUTH", "USERNAME", "jane").is(t, "CUSTOM_CHALLENGE")
	for range 2 {
		step = s.respond(step, "ANSWER", "a tree").is(t, "CUSTOM_CHALLENGE")
	}
	s.refuse(wrongPassword, step, "ANSWER", "a tree")
}

// doc: a wrong password in custom authentication
func TestAPI_CustomAuthWithPassword(t *testing.T) {
	s, seen := riddlePool(t)
	begin := func(password string) (authStep, []string) {
		client := newSRPClient()
		step := s.initiate("CUSTOM_AUTH", "USERNAME", "jane", "CHALLENGE_NAME", "SRP_A", "SRP_A", client.Public()).is(t, "PASSWORD_VERIFIER")
		return step, client.prove(t, srp.Account{Pool: poolName, Name: "jane"}, password, step, s.p.Now())
	}
	step, answer := begin(password)
	step = s.respond(step, answer...).is(t, "CUSTOM_CHALLENGE")
	last := (*seen)[len(*seen)-2].(trigger.DefineAuthChallenge)
	if len(last.Session) != 2 || last.Session[1].ChallengeName != "PASSWORD_VERIFIER" || !last.Session[1].ChallengeResult {
		t.Errorf("DefineAuthChallenge = %+v, want SRP_A and PASSWORD_VERIFIER passed", last.Session)
	}
	s.respond(step, "ANSWER", "mountain").is(t, "")
	step, answer = begin("x")
	asked := len(*seen)
	s.refuse(wrongPassword, step, answer...)
	if len(*seen) != asked {
		t.Error("a hook was asked after a wrong password")
	}
	s.refuseInitiate("InvalidParameterException: Missing required parameter SRP_A", "CUSTOM_AUTH", "USERNAME", "jane", "CHALLENGE_NAME", "SRP_A")
}

// U3: the hooks are asked about nobody too, and nobody gets tokens.
func TestAPI_CustomAuthOfNobody(t *testing.T) {
	s, seen := riddlePool(t)
	step := s.initiate("CUSTOM_AUTH", "USERNAME", "nobody").is(t, "CUSTOM_CHALLENGE")
	create := (*seen)[1].(trigger.CreateAuthChallenge)
	if !create.UserNotFound || create.UserName != "nobody" {
		t.Errorf("CreateAuthChallenge = %+v, want nobody, not found", create)
	}
	s.respond(step, "ANSWER", "mountain").is(t, "CUSTOM_CHALLENGE")
	generous := newAPIPool(t, cognitotest.WithHooks(trigger.Hooks{
		DefineAuthChallenge: func(_ context.Context, e *trigger.DefineAuthChallenge) error {
			e.IssueTokens = true
			return nil
		},
	}))
	s = newSigner(t, generous)
	s.refuseInitiate(wrongPassword, "CUSTOM_AUTH", "USERNAME", "nobody")
	s.initiate("CUSTOM_AUTH", "USERNAME", "jane").is(t, "")
}

// doc: custom authentication and the user's status
func TestAPI_CustomAuthAndStatus(t *testing.T) {
	s, _ := riddlePool(t)
	s.p.SetUserStatus("jane", cognitotest.StatusForceChangePassword)
	step := s.initiate("CUSTOM_AUTH", "USERNAME", "jane").is(t, "CUSTOM_CHALLENGE")
	s.respond(step, "ANSWER", "mountain").is(t, "")
	s.p.SetUserStatus("jane", cognitotest.StatusUnconfirmed)
	s.refuseInitiate("UserNotConfirmedException: User is not confirmed.", "CUSTOM_AUTH", "USERNAME", "jane")
	s.p.DisableUser("jane")
	s.refuseInitiate("NotAuthorizedException: User is disabled.", "CUSTOM_AUTH", "USERNAME", "jane")
}

func TestAPI_CustomAuthHooksFail(t *testing.T) {
	define := func(answer func(*trigger.DefineAuthChallenge) error) *signer {
		return newSigner(t, newAPIPool(t, cognitotest.WithHooks(trigger.Hooks{
			DefineAuthChallenge: func(_ context.Context, e *trigger.DefineAuthChallenge) error { return answer(e) },
		})))
	}
	tests := []struct {
		name   string
		answer func(*trigger.DefineAuthChallenge) error
		want   string
	}{
		{"an error", func(*trigger.DefineAuthChallenge) error { return errors.New("no") }, "UserLambdaValidationException: DefineAuthChallenge failed with error no."},
		{"nothing", func(*trigger.DefineAuthChallenge) error { return nil }, "InvalidLambdaResponseException: Unrecognizable lambda output"},
		{"unknown challenge", func(e *trigger.DefineAuthChallenge) error { e.ChallengeName = "RIDDLE"; return nil }, "InvalidLambdaResponseException: Unrecognizable lambda output"},
		{"no public key", func(e *trigger.DefineAuthChallenge) error { e.ChallengeName = "PASSWORD_VERIFIER"; return nil }, "InvalidLambdaResponseException: Unrecognizable lambda output"},
		{"nobody makes the challenge", func(e *trigger.DefineAuthChallenge) error { e.ChallengeName = "CUSTOM_CHALLENGE"; return nil }, "InvalidLambdaResponseException: Unrecognizable lambda output"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { define(tt.answer).refuseInitiate(tt.want, "CUSTOM_AUTH", "USERNAME", "jane") })
	}
}

// The hooks of other flows are told what InitiateAuth and its answers say.
func TestAPI_HooksAndMetadata(t *testing.T) {
	var got []string
	note := func(name string, e trigger.Event, validation map[string]string) {
		got = append(got, fmt.Sprint(name, " ", e.UserName, " ", e.ClientID, " ", e.ClientMetadata["k"], validation["k"]))
	}
	p := newAPIPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", SMS: true}), cognitotest.WithHooks(trigger.Hooks{
		PreAuthentication: func(_ context.Context, e *trigger.PreAuthentication) error {
			note("pre", e.Event, e.ValidationData)
			return nil
		},
		PostAuthentication: func(_ context.Context, e *trigger.PostAuthentication) error {
			note("post", e.Event, nil)
			return nil
		},
		PreTokenGeneration: func(_ context.Context, e *trigger.PreTokenGeneration) error {
			note(string(e.TriggerSource), e.Event, nil)
			return nil
		},
	}))
	s := newSigner(t, p)
	s.metadata = map[string]string{"k": "1"}
	step := s.password("jane@example.com").is(t, "SMS_MFA")
	s.metadata = map[string]string{"k": "2"}
	tok := s.respond(step, "SMS_MFA_CODE", p.LastCode("+15550100")).is(t, "").AuthenticationResult
	callAPI(t, p, "GetTokensFromRefreshToken", object{"ClientId": "client1", "RefreshToken": tok.RefreshToken, "ClientMetadata": object{"k": "3"}}, nil)
	want := []string{"pre jane client1 1", "post jane client1 2", "TokenGeneration_Authentication jane client1 2", "TokenGeneration_RefreshTokens jane client1 3"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("hooks = %q, want %q", got, want)
	}
}

// doc: a failing UserMigration trigger
func TestAPI_UserMigration(t *testing.T) {
	known := map[string]string{"email": "old@example.com", "email_verified": "true", "name": "Old", "sub": "x"}
	var sources []string
	hooks := trigger.Hooks{
		UserMigration: func(_ context.Context, e *trigger.UserMigration) error {
			sources = append(sources, string(e.TriggerSource))
			switch {
			case e.UserName == "broken":
				return errors.New("the database is down")
			case !strings.HasPrefix(e.UserName, "old"), e.TriggerSource == trigger.SourceMigrateOnSignIn && e.Password != password:
				return nil
			}
			e.Attributes, e.FinalUserStatus = maps.Clone(known), string(cognitotest.StatusConfirmed)
			e.Attributes["email"] = e.UserName + "@example.com"
			return nil
		},
	}
	reveal := apiUserClient()
	reveal.ID, reveal.RevealUserExistence = "client2", true
	p := newAPIPool(t, cognitotest.WithHooks(hooks), cognitotest.WithClient(reveal))
	s := newSigner(t, p)
	s.refuseInitiate(wrongPassword, "USER_PASSWORD_AUTH", "USERNAME", "old1", "PASSWORD", "x")
	s.initiate("USER_PASSWORD_AUTH", "USERNAME", "old1", "PASSWORD", password).is(t, "")
	step, answer := s.srp("old1@example.com", password)
	tok := s.respond(step, answer...).is(t, "").AuthenticationResult
	if c := claimsOf(t, tok.IdToken); c["name"] != "Old" || c["sub"] == "x" || c["cognito:username"] != "old1" {
		t.Errorf("ID token = %v, want the attributes that the hook gave, but the pool's own sub", c)
	}
	s.refuseInitiate(wrongPassword, "USER_PASSWORD_AUTH", "USERNAME", "broken", "PASSWORD", password)
	s.clientID = "client2"
	s.refuseInitiate("UserNotFoundException: Exception migrating user in app client client2", "USER_PASSWORD_AUTH", "USERNAME", "broken", "PASSWORD", password)
	s.refuseInitiate("UserNotFoundException: User does not exist.", "USER_PASSWORD_AUTH", "USERNAME", "nobody", "PASSWORD", password)
	// The sign-in page and a forgotten password migrate too.
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "old2", "password", password))
	if failure := callAPI(t, p, "ForgotPassword", object{"ClientId": "client1", "Username": "old3"}, nil); failure != "" || p.LastCode("old3@example.com") == "" {
		t.Errorf("ForgotPassword = %s, code %q, want a code for the migrated user", failure, p.LastCode("old3@example.com"))
	}
	if got := sources[len(sources)-1]; got != string(trigger.SourceMigrateOnForgotPassword) {
		t.Errorf("TriggerSource = %s, want %s", got, trigger.SourceMigrateOnForgotPassword)
	}
}

// doc: the order of the checks of InitiateAuth
func TestAPI_OrderOfChecks(t *testing.T) {
	client := appClient()
	client.Secret = "s3cret"
	s := newSigner(t, newPool(t, cognitotest.WithClient(client)))
	s.refuseInitiate("InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client", "USER_PASSWORD_AUTH")
	s.refuseInitiate("InvalidParameterException: Missing required parameter USERNAME", "USER_SRP_AUTH", "SECRET_HASH", "x")
	s.refuseInitiate("NotAuthorizedException: Unable to verify secret hash for client client1", "USER_SRP_AUTH", "USERNAME", "nobody", "SECRET_HASH", "x")
	s.clientID = "client9"
	s.refuseInitiate("ResourceNotFoundException: User pool client client9 does not exist.", "USER_PASSWORD_AUTH")
}

// A page of another origin may call the API, and read its errors.
func TestAPI_CORS(t *testing.T) {
	p := newAPIPool(t)
	req, err := http.NewRequest(http.MethodOptions, apiURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "https://app.example.com")
	req.Header.Set("Access-Control-Request-Method", "POST")
	req.Header.Set("Access-Control-Request-Headers", "cache-control,content-type,x-amz-target,x-amz-user-agent")
	resp, err := p.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	allowed := strings.ToLower(resp.Header.Get("Access-Control-Allow-Headers"))
	for _, name := range []string{"cache-control", "content-type", "x-amz-target", "x-amz-user-agent", "amz-sdk-invocation-id", "amz-sdk-request"} {
		if !strings.Contains(allowed, name) {
			t.Errorf("Access-Control-Allow-Headers = %q, want %s among them", allowed, name)
		}
	}
	if resp.StatusCode != 204 || resp.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(resp.Header.Get("Access-Control-Allow-Methods"), "POST") {
		t.Errorf("preflight = %d %v, want POST allowed from everywhere", resp.StatusCode, resp.Header)
	}
	answer := postAPI(t, p, "InitiateAuth", "{}")
	answer.Body.Close()
	if answer.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(answer.Header.Get("Access-Control-Expose-Headers"), "X-Amzn-Errortype") {
		t.Errorf("headers = %v, want the error readable from everywhere", answer.Header)
	}
}

// What the request tells of the user's place is in the log; what is secret is
// not.
func TestAPI_EventOfASignIn(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	in := object{"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": object{"USERNAME": "jane@example.com", "PASSWORD": password}, "UserContextData": object{"IpAddress": "203.0.113.7"}}
	if _, failure := s.try("InitiateAuth", in); failure != "" {
		t.Fatal(failure)
	}
	e := p.Events()[len(p.Events())-1]
	if e.Op != "InitiateAuth" || e.Username != "jane" || e.ClientID != "client1" || e.Params.Get("UserContextData.IpAddress") != "203.0.113.7" {
		t.Errorf("event = %+v, want jane's InitiateAuth from 203.0.113.7", e)
	}
	if strings.Contains(fmt.Sprint(e), password) {
		t.Errorf("event = %+v, want no password", e)
	}
}

// A token of an API sign-in can be spoilt as one of the token endpoint.
func TestAPI_FaultsOfTokens(t *testing.T) {
	p := newAPIPool(t)
	p.Fault(fault.Fault{Op: "InitiateAuth", Kind: fault.WrongAudience, Times: 1})
	s := newSigner(t, p)
	if got := claimsOf(t, s.password("jane").is(t, "").AuthenticationResult.IdToken)["aud"]; got == "client1" {
		t.Errorf("aud = %v, want another client's", got)
	}
}

// Sessions find their pool where several answer at one address.
func TestAPI_SessionsOfSeveralPools(t *testing.T) {
	mfa := cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true})
	one := cognitotest.NewPool(cognitotest.WithID("eu-west-1_One"), mfa)
	two := newPool(t, cognitotest.WithID("eu-west-1_Two"), mfa, cognitotest.WithClient(apiUserClient()))
	server := cognitotest.NewServer(one, two)
	step := newSigner(t, two).password("jane").is(t, "MFA_SETUP")
	var secret struct{ SecretCode string }
	if failure := (admin{t, server.Client(), ""}).call("AssociateSoftwareToken", object{"Session": step.Session}, &secret); failure != "" || secret.SecretCode == "" {
		t.Errorf("AssociateSoftwareToken = %s %+v, want the second pool's secret", failure, secret)
	}
}
