package cognitotest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// A trailEvent is an event of CloudTrail as EventBridge delivers it.
type trailEvent struct {
	Version    string
	ID         string
	DetailType string `json:"detail-type"`
	Source     string
	Account    string
	Time       time.Time
	Region     string
	Resources  []string
	Detail     struct {
		EventVersion, EventSource, EventName, AwsRegion, ErrorCode, ErrorMessage string
		EventType, EventID, RecipientAccountId, SourceIPAddress, UserAgent       string
		EventTime                                                                time.Time
		ReadOnly                                                                 bool
		UserIdentity                                                             map[string]any
		RequestParameters                                                        map[string]any
		AdditionalEventData                                                      map[string]any
	}
}

// A trailRecorder keeps the events of a pool.
type trailRecorder struct {
	t      *testing.T
	mu     sync.Mutex // guards events
	events []trailEvent
	texts  []string
}

func (r *trailRecorder) receive(event []byte) {
	var e trailEvent
	if err := json.Unmarshal(event, &e); err != nil {
		r.t.Errorf("event %s: %v", event, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	r.texts = append(r.texts, string(event))
}

// take returns the events so far, and forgets them.
func (r *trailRecorder) take() []trailEvent {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.events
	r.events = nil
	return taken
}

// Every operation that ends or changes a user's access is an event with the
// user's sub; names, passwords and tokens are in none.
func TestTrail_Operations(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		ID: "web", ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		CallbackURLs: []string{"https://app.example.com/cb"},
	}))
	sub, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com", EmailVerified: true})
	if err != nil {
		t.Fatal(err)
	}
	rec := &trailRecorder{t: t}
	pool.DeliverTrail(rec.receive)
	a := newAdmin(t, pool)
	signIn := func() (access, refresh string) {
		t.Helper()
		var out struct {
			AuthenticationResult struct{ AccessToken, RefreshToken string }
		}
		in := object{"ClientId": "web", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": object{"USERNAME": "jane", "PASSWORD": "Correct-horse-1"}}
		if failure := callAPI(t, pool, "InitiateAuth", in, &out); failure != "" {
			t.Fatal(failure)
		}
		rec.take()
		return out.AuthenticationResult.AccessToken, out.AuthenticationResult.RefreshToken
	}
	user := object{"UserPoolId": pool.ID(), "Username": "jane"}
	steps := []struct {
		op    string
		admin bool
		in    func() object
	}{
		{"AdminDisableUser", true, func() object { return user }},
		{"AdminEnableUser", true, func() object { return user }},
		{"AdminUserGlobalSignOut", true, func() object { return user }},
		{"GlobalSignOut", false, func() object { access, _ := signIn(); return object{"AccessToken": access} }},
		{"RevokeToken", false, func() object { _, refresh := signIn(); return object{"ClientId": "web", "Token": refresh} }},
		{"ChangePassword", false, func() object {
			access, _ := signIn()
			return object{"AccessToken": access, "PreviousPassword": "Correct-horse-1", "ProposedPassword": "Correct-horse-2"}
		}},
		{"AdminResetUserPassword", true, func() object { return user }},
		{"ConfirmForgotPassword", false, func() object {
			return object{"ClientId": "web", "Username": "jane", "ConfirmationCode": pool.LastCode("jane@example.com"), "Password": "Correct-horse-3"}
		}},
		{"AdminSetUserPassword", true, func() object {
			return object{"UserPoolId": pool.ID(), "Username": "jane", "Password": "Correct-horse-1", "Permanent": true}
		}},
		{"DeleteUser", false, func() object { access, _ := signIn(); return object{"AccessToken": access} }},
	}
	for _, s := range steps {
		in := s.in()
		rec.take()
		if s.admin {
			a.must(s.op, in, nil)
		} else if failure := callAPI(t, pool, s.op, in, nil); failure != "" {
			t.Fatalf("%s = %s", s.op, failure)
		}
		events := rec.take()
		if len(events) != 1 {
			t.Fatalf("%s has %d events, want 1", s.op, len(events))
		}
		e := events[0]
		d := e.Detail
		if e.Version != "0" || e.ID == "" || e.DetailType != "AWS API Call via CloudTrail" || e.Source != "aws.cognito-idp" || e.Region != "eu-west-1" ||
			e.Account != "123456789012" || e.Resources == nil || d.EventSource != "cognito-idp.amazonaws.com" || d.EventName != s.op || d.EventType != "AwsApiCall" ||
			d.ErrorCode != "" || d.EventID == "" || d.ReadOnly || d.AwsRegion != "eu-west-1" || d.RecipientAccountId != "123456789012" || d.EventTime.IsZero() {
			t.Errorf("%s: event %s", s.op, rec.texts[len(rec.texts)-1])
		}
		if d.AdditionalEventData["sub"] != sub {
			t.Errorf("%s: sub = %v, want %s", s.op, d.AdditionalEventData["sub"], sub)
		}
		identity := "Unknown"
		if s.admin {
			identity = "IAMUser"
			if d.RequestParameters["userPoolId"] != pool.ID() || d.RequestParameters["username"] != "HIDDEN_DUE_TO_SECURITY_REASONS" {
				t.Errorf("%s: requestParameters = %v, want the pool's id and a hidden name", s.op, d.RequestParameters)
			}
		}
		if d.UserIdentity["type"] != identity {
			t.Errorf("%s: userIdentity = %v, want the type %s", s.op, d.UserIdentity, identity)
		}
	}
	for _, text := range rec.texts {
		for _, secret := range []string{"jane", "Correct-horse", "eyJ"} {
			if strings.Contains(text, secret) {
				t.Errorf("event %s has %q, want none", text, secret)
			}
		}
	}
}

// A refused call is an event with its errorCode, and one that only reads is not
// an event. What came before the delivery, or after it, is not one either.
func TestTrail_RefusedAndRead(t *testing.T) {
	pool := newPool(t)
	rec := &trailRecorder{t: t}
	a := newAdmin(t, pool)
	a.must("AdminDisableUser", object{"UserPoolId": pool.ID(), "Username": "jane"}, nil)
	pool.DeliverTrail(rec.receive)
	a.must("AdminGetUser", object{"UserPoolId": pool.ID(), "Username": "jane"}, nil)
	a.must("ListUsers", object{"UserPoolId": pool.ID()}, nil)
	a.refuse("AdminDeleteUser", object{"UserPoolId": pool.ID(), "Username": "nobody"}, "UserNotFoundException: User does not exist.")
	events := rec.take()
	if len(events) != 1 || events[0].Detail.ErrorCode != "UserNotFoundException" || events[0].Detail.ErrorMessage != "User does not exist." || events[0].Detail.AdditionalEventData["sub"] != nil {
		t.Errorf("events = %+v, want the refusal alone, without a sub", events)
	}
	pool.DeliverTrail(nil)
	a.must("AdminEnableUser", object{"UserPoolId": pool.ID(), "Username": "jane"}, nil)
	if events := rec.take(); len(events) != 0 {
		t.Errorf("events after DeliverTrail(nil) = %+v, want none", events)
	}
}

// Cognito's errors quote a code of a wrong form, such as one with a space.
// Neither the event of the pool nor that of CloudTrail has it.
func TestTrail_NoCodeInErrors(t *testing.T) {
	pool := newPool(t)
	rec := &trailRecorder{t: t}
	pool.DeliverTrail(rec.receive)
	in := object{"ClientId": "client1", "Username": "jane", "ConfirmationCode": "123 456"}
	if got := callAPI(t, pool, "ConfirmSignUp", in, nil); !strings.Contains(got, "Value '123 456' at 'confirmationCode'") {
		t.Errorf("ConfirmSignUp = %s, want the code quoted, as Cognito does", got)
	}
	events := pool.Events(cognitotest.Event{Op: "ConfirmSignUp"})
	if len(events) != 1 || !strings.Contains(events[0].Error, "Value '[redacted]' at 'confirmationCode'") {
		t.Errorf("events = %+v, want one whose error has no code", events)
	}
	if text := strings.Join(rec.texts, ""); !strings.Contains(text, "[redacted]") || strings.Contains(text, "123 456") {
		t.Errorf("CloudTrail has %s, want an event without the code", text)
	}
}

// A change made in Go is recorded as the operation of an administrator's.
func TestTrail_Go(t *testing.T) {
	pool := newPool(t)
	rec := &trailRecorder{t: t}
	pool.DeliverTrail(rec.receive)
	steps := []struct {
		op string
		do func() error
	}{
		{"AdminDisableUser", func() error { return pool.DisableUser("jane") }},
		{"AdminEnableUser", func() error { return pool.EnableUser("jane") }},
		{"AdminUserGlobalSignOut", func() error { return pool.SignOutUser("jane") }},
		{"AdminSetUserPassword", func() error { return pool.SetPassword("jane", "Correct-horse-9") }},
		{"AdminDeleteUser", func() error { return pool.DeleteUser("jane") }},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatal(err)
		}
		events := rec.take()
		if len(events) != 1 || events[0].Detail.EventName != s.op || events[0].Detail.AdditionalEventData["sub"] == nil || events[0].Detail.RequestParameters["userPoolId"] != pool.ID() {
			t.Errorf("%s: events = %+v, want one of it with the user's sub", s.op, events)
		}
	}
	if err := pool.DeleteUser("jane"); err == nil || len(rec.take()) != 0 {
		t.Errorf("DeleteUser(nobody) = %v, want an error and no event", err)
	}
}

// Forms of the pages and the token endpoint are service events; showing a page
// is none.
func TestTrail_Pages(t *testing.T) {
	pool := newPool(t)
	rec := &trailRecorder{t: t}
	pool.DeliverTrail(rec.receive)
	v := newVisitor(t, pool)
	v.submit("/login"+query(), "username", "jane", "password", "Wrong-horse-1")
	code := v.signIn()
	v.post("/oauth2/token", tokenForm(code))
	v.get("/logout?client_id=client1&logout_uri=" + signedOutURL)
	var names []string
	for _, e := range rec.take() {
		names = append(names, e.Detail.EventName)
		if e.DetailType != "AWS Service Event via CloudTrail" || e.Detail.EventType != "AwsServiceEvent" || e.Detail.AdditionalEventData["userPoolId"] != pool.ID() {
			t.Errorf("event = %+v, want a service event of the pool", e)
		}
	}
	if want := []string{"login_POST", "login_POST", "Token_POST", "Logout"}; !slices.Equal(names, want) {
		t.Errorf("events of a sign-in on the page = %q, want %q", names, want)
	}
	for _, text := range rec.texts {
		if strings.Contains(text, password) || strings.Contains(text, "jane") {
			t.Errorf("event %s names the user", text)
		}
	}
}

// A server's pools, those that CreateUserPool makes among them, have one
// receiver.
func TestTrail_Server(t *testing.T) {
	server := cognitotest.NewServer(newPool(t))
	rec := &trailRecorder{t: t}
	server.DeliverTrail(rec.receive)
	a := admin{t: t, client: server.Client()}
	var made struct{ UserPool struct{ ID string } }
	a.must("CreateUserPool", object{"PoolName": "more"}, &made)
	a.must("AdminCreateUser", object{"UserPoolId": made.UserPool.ID, "Username": "sam", "MessageAction": "SUPPRESS"}, nil)
	a.must("AdminDisableUser", object{"UserPoolId": made.UserPool.ID, "Username": "sam"}, nil)
	events := rec.take()
	if n := len(events); n < 2 || events[n-1].Detail.EventName != "AdminDisableUser" || events[n-1].Detail.RequestParameters["userPoolId"] != made.UserPool.ID {
		t.Errorf("events = %+v, want AdminDisableUser of the new pool", events)
	}
}
