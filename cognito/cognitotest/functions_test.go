package cognitotest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// A lambda is a server that plays functions: each path is one.
type lambda struct {
	t      *testing.T
	url    string
	mu     sync.Mutex // guards the rest
	events []object   // that came, without the user's sub
	answer map[string]string
}

// newLambda starts a server whose functions return the event with these
// responses, by the names of their triggers. A text that is no object is the
// whole answer.
func newLambda(t *testing.T, responses map[string]string) *lambda {
	l := &lambda{t: t, answer: responses}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	l.url = server.URL
	return l
}

func (l *lambda) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	var event object
	if err != nil || json.Unmarshal(body, &event) != nil || r.Method != "POST" || r.Header.Get("Content-Type") != "application/json" {
		l.t.Errorf("%s %s = %q, want an event as JSON", r.Method, r.Header.Get("Content-Type"), body)
	}
	var kept object
	if err := json.Unmarshal(body, &kept); err == nil {
		l.events = append(l.events, kept)
	}
	answer := l.answer[strings.TrimPrefix(r.URL.Path, "/")]
	if !strings.HasPrefix(answer, "{") {
		fmt.Fprint(w, answer)
		return
	}
	event["response"] = json.RawMessage(answer)
	json.NewEncoder(w).Encode(event)
}

// functions are the URLs of all functions, by trigger.
func (l *lambda) functions() map[string]string {
	all := make(map[string]string)
	for name := range l.answer {
		all[name] = l.url + "/" + name
	}
	return all
}

// take returns the events that came, without what differs from run to run.
func (l *lambda) take() []object {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.events
	l.events = nil
	for _, event := range all {
		if request, _ := event["request"].(object); request != nil {
			if attributes, _ := request["userAttributes"].(object); attributes != nil {
				delete(attributes, "sub")
			}
		}
	}
	return all
}

func (l *lambda) pool(opts ...cognitotest.Option) *cognitotest.Pool {
	return newAPIPool(l.t, append(opts, cognitotest.WithHooks(trigger.Hooks{Functions: l.functions()}))...)
}

// wantEvents compares events with what Lambda gets from Cognito.
func wantEvents(t *testing.T, got []object, want ...string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		have := "no event"
		if i < len(got) {
			text, err := json.Marshal(got[i])
			if err != nil {
				t.Fatal(err)
			}
			have = string(text)
		}
		if i >= len(want) || !sameJSON(t, have, want[i]) {
			t.Errorf("event %d = %s\nwant %v", i+1, have, want[min(i, len(want)):])
		}
	}
}

// eventText is the part of an event that all have, and its request and response.
func eventText(version, source, user, request, response string) string {
	return fmt.Sprintf(`{"version":%q,"region":"eu-west-1","userPoolId":"eu-west-1_Emulator1","userName":%q,"triggerSource":%q,
		"callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"client1"},"request":%s,"response":%s}`, version, user, source, request, response)
}

// Functions in other programs get the events that Lambda gets, and what they
// answer counts.
func TestFunctions_SignUp(t *testing.T) {
	l := newLambda(t, map[string]string{"PreSignUp": `{"autoConfirmUser":true,"autoVerifyEmail":true}`, "PostConfirmation": `{}`})
	p := l.pool()
	in := object{
		"ClientId": "client1", "Username": "max", "Password": password, "UserAttributes": given("email", "max@example.com"),
		"ValidationData": given("invited", "yes"), "ClientMetadata": object{"lang": "de"},
	}
	var out struct{ UserConfirmed bool }
	if failure := callAPI(t, p, "SignUp", in, &out); failure != "" || !out.UserConfirmed {
		t.Fatalf("SignUp = %s %+v, want the user confirmed", failure, out)
	}
	wantEvents(t, l.take(),
		eventText("1", "PreSignUp_SignUp", "max",
			`{"userAttributes":{"email":"max@example.com"},"validationData":{"invited":"yes"},"clientMetadata":{"lang":"de"}}`,
			`{"autoConfirmUser":false,"autoVerifyEmail":false,"autoVerifyPhone":false}`),
		eventText("1", "PostConfirmation_ConfirmSignUp", "max",
			`{"userAttributes":{"email":"max@example.com","email_verified":"true","cognito:user_status":"CONFIRMED"},"clientMetadata":{"lang":"de"}}`, `{}`))
	newAdmin(t, p).create(object{"Username": "sam", "MessageAction": "SUPPRESS"})
	if events := l.take(); len(events) != 1 || events[0]["callerContext"].(object)["clientId"] != "CLIENT_ID_NOT_APPLICABLE" {
		t.Errorf("AdminCreateUser sends %v, want one event without an app client", events)
	}
}

func TestFunctions_SignIn(t *testing.T) {
	l := newLambda(t, map[string]string{"PreAuthentication": `{}`, "PostAuthentication": `{}`})
	p := l.pool()
	s := newSigner(t, p)
	s.metadata = map[string]string{"lang": "de"}
	s.password("jane").is(t, "")
	s.refuseInitiate(wrongPassword, "USER_PASSWORD_AUTH", "USERNAME", "nobody", "PASSWORD", password)
	const attributes = `"userAttributes":{"email":"jane@example.com","email_verified":"true","phone_number":"+15550100","phone_number_verified":"false","name":"Jane","custom:team":"blue","cognito:user_status":"CONFIRMED"}`
	wantEvents(t, l.take(),
		eventText("1", "PreAuthentication_Authentication", "jane", `{`+attributes+`,"validationData":{"lang":"de"},"userNotFound":false}`, `{}`),
		eventText("1", "PostAuthentication_Authentication", "jane", `{`+attributes+`,"newDeviceUsed":false}`, `{}`),
		eventText("1", "PreAuthentication_Authentication", "nobody", `{"userAttributes":null,"validationData":{"lang":"de"},"userNotFound":true}`, `{}`))
}

func TestFunctions_CustomAuth(t *testing.T) {
	l := newLambda(t, map[string]string{
		"DefineAuthChallenge":         `{"challengeName":"CUSTOM_CHALLENGE","issueTokens":false,"failAuthentication":null}`,
		"CreateAuthChallenge":         `{"publicChallengeParameters":{"riddle":"1+1"},"privateChallengeParameters":{"answer":"2"},"challengeMetadata":"SUM"}`,
		"VerifyAuthChallengeResponse": `{"answerCorrect":true}`,
	})
	p := l.pool()
	s := newSigner(t, p)
	step := s.initiate("CUSTOM_AUTH", "USERNAME", "jane").is(t, "CUSTOM_CHALLENGE")
	if step.ChallengeParameters["riddle"] != "1+1" || step.ChallengeParameters["answer"] != "" {
		t.Errorf("ChallengeParameters = %v, want the public ones alone", step.ChallengeParameters)
	}
	if events := l.take(); len(events) != 2 || fmt.Sprint(events[0]["request"].(object)["session"]) != "[]" || events[1]["request"].(object)["challengeName"] != "CUSTOM_CHALLENGE" {
		t.Errorf("events = %v, want Define with an empty session, then Create", events)
	}
	l.mu.Lock()
	l.answer["DefineAuthChallenge"] = `{"issueTokens":true,"failAuthentication":false}`
	l.mu.Unlock()
	s.respond(step, "ANSWER", "2").is(t, "")
	events := l.take()
	if len(events) != 2 || fmt.Sprint(events[0]["request"].(object)["privateChallengeParameters"]) != "map[answer:2]" || events[0]["request"].(object)["challengeAnswer"] != "2" {
		t.Fatalf("events = %v, want Verify with the private parameters and the answer", events)
	}
	if got := fmt.Sprint(events[1]["request"].(object)["session"]); got != "[map[challengeMetadata:SUM challengeName:CUSTOM_CHALLENGE challengeResult:true]]" {
		t.Errorf("session = %s, want the step that passed", got)
	}
}

func TestFunctions_MigrationAndMessage(t *testing.T) {
	l := newLambda(t, map[string]string{
		"UserMigration": `{"userAttributes":{"email":"old@example.com","email_verified":"true"},"finalUserStatus":"CONFIRMED","messageAction":"SUPPRESS","desiredDeliveryMediums":["EMAIL"],"forceAliasCreation":false}`,
		"CustomMessage": `{"emailSubject":"Hello","emailMessage":"Your code: {####}","smsMessage":null}`,
	})
	p := l.pool()
	newSigner(t, p).initiate("USER_PASSWORD_AUTH", "USERNAME", "old", "PASSWORD", "Old-horse-123").is(t, "")
	events := l.take()
	if len(events) != 1 || events[0]["request"].(object)["password"] != "Old-horse-123" || events[0]["triggerSource"] != "UserMigration_Authentication" {
		t.Errorf("events = %v, want one with the password", events)
	}
	if failure := callAPI(t, p, "ForgotPassword", object{"ClientId": "client1", "Username": "old"}, nil); failure != "" {
		t.Fatal(failure)
	}
	if m := p.Outbox()[0]; m.Subject != "Hello" || m.Body != "Your code: "+m.Code {
		t.Errorf("message = %+v, want the words of the function", m)
	}
	request := l.take()[0]["request"].(object)
	if request["codeParameter"] != "{####}" || request["usernameParameter"] != "{username}" {
		t.Errorf("request = %v, want the placeholders", request)
	}
}

// PreTokenGeneration in its versions: LambdaConfig says which.
func TestFunctions_TokensByLambdaConfig(t *testing.T) {
	const (
		v1 = `{"claimsOverrideDetails":{"claimsToAddOrOverride":{"plan":"gold"},"claimsToSuppress":["email"],"groupOverrideDetails":{"groupsToOverride":["a","b"]}}}`
		v2 = `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"plan":"gold"},"claimsToSuppress":["email"]},
			"accessTokenGeneration":{"claimsToAddOrOverride":{"level":3},"scopesToAdd":["extra"]},"groupOverrideDetails":{"groupsToOverride":["a","b"]}}}`
	)
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:tokens"
	for version, response := range map[string]string{"": v1, "V1_0": v1, "V2_0": v2, "V3_0": v2} {
		l := newLambda(t, map[string]string{"PreTokenGeneration": response})
		server := cognitotest.NewServer(newPool(t, cognitotest.WithHooks(trigger.Hooks{Functions: map[string]string{arn: l.url + "/PreTokenGeneration"}})))
		a := admin{t: t, client: server.Client()}
		config := object{"PreTokenGeneration": arn}
		if version != "" {
			config["PreTokenGenerationConfig"] = object{"LambdaArn": arn, "LambdaVersion": version}
		}
		a, made := a.newPool(object{"PoolName": "p", "LambdaConfig": config})
		if got := ignoredBy(t, server.Pools()[0], "CreateUserPool"); got != "" {
			t.Errorf("CreateUserPool ignored %q, want nothing: the function is called", got)
		}
		p := server.Pool(made.Id)
		if _, err := p.AddUser(cognitotest.User{Username: "jane", Password: password, Email: "jane@example.com"}); err != nil {
			t.Fatal(err)
		}
		id := a.newClient(object{"ClientName": "c", "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}).ClientId
		s := newSigner(t, p)
		s.clientID = id
		tok := s.password("jane").is(t, "").AuthenticationResult
		claims, access := claimsOf(t, tok.IdToken), claimsOf(t, tok.AccessToken)
		if claims["plan"] != "gold" || claims["email"] != nil || fmt.Sprint(claims["cognito:groups"], access["cognito:groups"]) != "[a b] [a b]" {
			t.Errorf("version %q: ID token = %v, want the claims and groups of the function", version, claims)
		}
		later := version == "V2_0" || version == "V3_0"
		if (access["level"] == 3.0) != later || strings.Contains(access["scope"].(string), "extra") != later {
			t.Errorf("version %q: access token = %v", version, access)
		}
		events := l.take()
		wantVersion := map[string]string{"": "1", "V1_0": "1", "V2_0": "2", "V3_0": "3"}[version]
		if len(events) != 1 || events[0]["version"] != wantVersion || (events[0]["request"].(object)["scopes"] != nil) != later {
			t.Errorf("version %q: events = %v, want one of version %s", version, events, wantVersion)
		}
	}
}

// A function that refuses, and one that answers nonsense, are told apart in
// Cognito's words.
//
// doc: a trigger's function that cannot be reached, or answers with another status than 200
// doc: a trigger's function that returns an object without response
func TestFunctions_Refusals(t *testing.T) {
	const nonsense = "InvalidLambdaResponseException: Unrecognizable lambda output"
	tests := []struct{ answer, want string }{
		{`no object: {"errorMessage"}`, nonsense},
		{`null`, nonsense},
		{``, nonsense},
		{`[]`, nonsense},
		{`{"autoConfirmUser":"yes"}`, nonsense},
	}
	signUp := func(p *cognitotest.Pool) string {
		return callAPI(t, p, "SignUp", object{"ClientId": "client1", "Username": "max", "Password": password}, nil)
	}
	for _, tt := range tests {
		l := newLambda(t, map[string]string{"PreSignUp": tt.answer})
		if got := signUp(l.pool()); got != tt.want {
			t.Errorf("PreSignUp answers %q: SignUp = %s, want %s", tt.answer, got, tt.want)
		}
	}
	answers := map[string]struct {
		status     int
		body, want string
	}{
		"an error":                  {200, `{"errorMessage":"Use your work address","errorType":"Error"}`, "UserLambdaValidationException: PreSignUp failed with error Use your work address."},
		"an error with its status":  {502, `{"errorMessage":"Use your work address"}`, "UserLambdaValidationException: PreSignUp failed with error Use your work address."},
		"an event without response": {200, `{"version":"1"}`, nonsense},
		"a redirect":                {302, `{"response":{}}`, "UnexpectedLambdaException: PreSignUp invocation failed due to error URL answered 302 Found."},
		"a status":                  {500, `oops`, "UnexpectedLambdaException: PreSignUp invocation failed due to error URL answered 500 Internal Server Error."},
	}
	for name, tt := range answers {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(tt.status)
			fmt.Fprint(w, tt.body)
		}))
		p := newAPIPool(t, cognitotest.WithHooks(trigger.Hooks{Functions: map[string]string{"PreSignUp": server.URL}}))
		if got := strings.ReplaceAll(signUp(p), server.URL, "URL"); got != tt.want {
			t.Errorf("%s: SignUp = %s, want %s", name, got, tt.want)
		}
		if len(p.Events(cognitotest.Event{Op: "SignUp", Status: 400})) != 1 {
			t.Errorf("%s: want status 400", name)
		}
		server.Close()
		if got := signUp(p); !strings.HasPrefix(got, "UnexpectedLambdaException: PreSignUp invocation failed due to error ") {
			t.Errorf("a server that is gone: SignUp = %s, want UnexpectedLambdaException", got)
		}
	}
}

// A function in Go goes before one in another program, and LambdaConfig names
// in the log what nothing stands for.
func TestFunctions_WhichIsCalled(t *testing.T) {
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
	l := newLambda(t, map[string]string{"PreSignUp": `{"autoConfirmUser":true}`})
	called := 0
	p := newAPIPool(t, cognitotest.WithHooks(trigger.Hooks{
		PreSignUp: func(context.Context, *trigger.PreSignUp) error { called++; return nil },
		Functions: l.functions(),
	}))
	a := newAdmin(t, p)
	if failure := callAPI(t, p, "SignUp", object{"ClientId": "client1", "Username": "max", "Password": password}, nil); failure != "" {
		t.Fatal(failure)
	}
	if called != 1 || len(l.take()) != 0 {
		t.Errorf("the function in Go was called %d times, want once, and the other not", called)
	}
	a.must("UpdateUserPool", object{"LambdaConfig": object{"PreSignUp": arn, "PostConfirmation": arn, "CustomEmailSender": object{"LambdaArn": arn, "LambdaVersion": "V1_0"}}}, nil)
	if got, want := ignoredBy(t, p, "UpdateUserPool"), "LambdaConfig.CustomEmailSender LambdaConfig.PostConfirmation"; got != want {
		t.Errorf("UpdateUserPool ignored %q, want %q", got, want)
	}
	for name, functions := range map[string]map[string]string{
		"an unknown trigger": {"PostSignUp": "http://127.0.0.1:9000/"},
		"no URL":             {"PreSignUp": "127.0.0.1:9000"},
		"another scheme":     {arn: "ftp://127.0.0.1/"},
	} {
		mustPanic(t, "WithHooks with "+name, func() { cognitotest.NewPool(cognitotest.WithHooks(trigger.Hooks{Functions: functions})) })
	}
}
