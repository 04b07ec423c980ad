package poolevents_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/poolevents"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

const (
	baseURL  = "https://app.example.com"
	password = "Correct-horse-1"
	secret   = "Bearer 0123456789abcdef0123456789abcdef"
)

// A world is a pool, two processes of an app with an API, and the events that
// the pool has sent. They are not delivered yet.
type world struct {
	pool   *cognitotest.Pool
	store  session.Store
	apps   []*app
	log    *logBuffer
	mu     sync.Mutex // guards events
	events [][]byte
}

// An app is one process.
type app struct {
	*http.ServeMux
	client *hostedui.Client
	events *poolevents.Handler
	tokens *poolevents.SignOuts
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newWorld returns a world whose sessions are in a store, or in cookies with
// SignOuts.
func newWorld(t testing.TB, place string, store session.Store) *world {
	t.Helper()
	w := &world{store: store, log: new(logBuffer)}
	w.pool = cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{baseURL + "/auth/callback"}}))
	for _, name := range []string{"jane", "joe"} {
		w.pool.AddUser(cognitotest.User{Username: name, Password: password, Email: name + "@example.com", EmailVerified: true})
	}
	for range 2 {
		w.apps = append(w.apps, w.newApp(t, place))
	}
	w.pool.DeliverTrail(func(event []byte) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.events = append(w.events, event)
	})
	return w
}

func (w *world) newApp(t testing.TB, place string) *app {
	t.Helper()
	pool := w.pool.Config()
	pool.Logger = slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	options := session.Options{SignOuts: w.store}
	if place == "store" {
		options = session.Options{Store: w.store}
	}
	client, err := hostedui.New(hostedui.Config{Pool: pool, BaseURL: baseURL, SessionKeys: []session.Key{bytes.Repeat([]byte{1}, 32)}, Session: options})
	if err != nil {
		t.Fatal(err)
	}
	a := &app{ServeMux: http.NewServeMux(), client: client}
	if a.tokens, err = poolevents.NewSignOuts(poolevents.SignOutsConfig{Store: w.store}); err != nil {
		t.Fatal(err)
	}
	if a.events, err = poolevents.New(poolevents.Config{
		Pool: pool, Authorization: []cognito.Secret{secret, secret + "-old"},
		Sessions: []*session.Manager{client.Sessions()}, Tokens: a.tokens,
	}); err != nil {
		t.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool)
	if err != nil {
		t.Fatal(err)
	}
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, cognito.FromContext(r.Context()).Subject)
	})
	a.Handle("/auth/", client)
	a.Handle("/account", client.Protect(hello))
	a.Handle("/api", cognito.Guard{Authenticator: cognito.Bearer{Verifier: a.tokens.Verifier(verifier)}, Logger: pool.Logger}.Require(hello))
	a.Handle("/events", a.events)
	return a
}

// take returns the events that were sent since the last call.
func (w *world) take() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	events := w.events
	w.events = nil
	return events
}

// deliver posts events to a process, which has to take them.
func (w *world) deliver(t testing.TB, n int, events ...[]byte) {
	t.Helper()
	for _, event := range events {
		if rec := post(w.apps[n], secret, event); rec.Code != http.StatusNoContent {
			t.Errorf("delivery of %.300s: %d %s", event, rec.Code, rec.Body)
		}
	}
}

func post(h http.Handler, authorization string, event []byte) *httptest.ResponseRecorder {
	req := httptest.NewRequest("POST", "/events", bytes.NewReader(event))
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

// A visitor has a session and an access token.
type visitor struct {
	w       *world
	name    string
	browser *http.Client
	token   cognito.AccessToken
}

func (w *world) signIn(t testing.TB, n int, name, password string) *visitor {
	t.Helper()
	return &visitor{w, name, w.pool.SignedIn(w.apps[n], baseURL+"/account", name, password), w.pool.AccessToken(name)}
}

// want checks that a visitor is served by both processes, with the session and
// with the token, or by none.
func (v *visitor) want(t testing.TB, what string, served bool) {
	t.Helper()
	v.wantSession(t, what, served)
	v.wantToken(t, what, served)
}

func (v *visitor) wantSession(t testing.TB, what string, served bool) {
	t.Helper()
	for n, a := range v.w.apps {
		req := httptest.NewRequest("GET", baseURL+"/account", nil)
		req.Header.Set("Sec-Fetch-Mode", "cors")
		for _, k := range v.browser.Jar.Cookies(req.URL) {
			req.AddCookie(k)
		}
		rec := httptest.NewRecorder()
		a.ServeHTTP(rec, req)
		if got := rec.Code; got != map[bool]int{true: 200, false: 401}[served] {
			t.Errorf("%s: %s's page in process %d: %d, want served %v", what, v.name, n, got, served)
		}
	}
}

func (v *visitor) wantToken(t testing.TB, what string, served bool) {
	t.Helper()
	for n, a := range v.w.apps {
		req := httptest.NewRequest("GET", baseURL+"/api", nil)
		req.Header.Set("Authorization", "Bearer "+string(v.token))
		rec := httptest.NewRecorder()
		a.ServeHTTP(rec, req)
		if got := rec.Code; got != map[bool]int{true: 200, false: 401}[served] {
			t.Errorf("%s: %s's token in process %d: %d, want served %v", what, v.name, n, got, served)
		}
		if !served && !strings.Contains(rec.Body.String(), `"invalid_token"`) {
			t.Errorf("%s: %s, want invalid_token", what, rec.Body)
		}
	}
}

// call is an operation of the user-pool API.
func (w *world) call(t testing.TB, op string, params map[string]any) {
	t.Helper()
	if err := w.try(op, params); err != nil {
		t.Fatal(err)
	}
}

func (w *world) try(op string, params map[string]any) error {
	if strings.HasPrefix(op, "Admin") {
		params["UserPoolId"] = w.pool.Config().UserPoolID
	}
	body, _ := json.Marshal(params)
	req, _ := http.NewRequest("POST", "https://cognito-idp.eu-west-1.amazonaws.com/", bytes.NewReader(body))
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+op)
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	if strings.HasPrefix(op, "Admin") {
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00")
	}
	resp, err := w.pool.Client().Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != 200 {
		text, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("%s: %s %s", op, resp.Status, text)
	}
	return nil
}

// places are where sessions can be.
var places = []string{"store", "cookies"}

// inPlaces runs a test where sessions are in a store and in cookies.
func inPlaces(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	in(t, places, test)
}

func in(t *testing.T, places []string, test func(t *testing.T, w *world)) {
	t.Helper()
	for _, place := range places {
		t.Run(place, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, newWorld(t, place, session.NewMemoryStore(nil))) })
		})
	}
}

// operations are what ends a user's access.
var operations = []struct {
	name string
	call func(t *testing.T, w *world, jane *visitor)
	back func(t *testing.T, w *world) (password string) // so that the user can sign in again; nil if they can
}{
	{name: "AdminDisableUser", call: func(t *testing.T, w *world, _ *visitor) {
		w.call(t, "AdminDisableUser", map[string]any{"Username": "jane"})
	}, back: func(t *testing.T, w *world) string {
		w.call(t, "AdminEnableUser", map[string]any{"Username": "jane"})
		return password
	}},
	{name: "AdminDeleteUser", call: func(t *testing.T, w *world, _ *visitor) {
		w.call(t, "AdminDeleteUser", map[string]any{"Username": "jane"})
	}, back: func(*testing.T, *world) string { return "" }},
	{name: "AdminUserGlobalSignOut", call: func(t *testing.T, w *world, _ *visitor) {
		w.call(t, "AdminUserGlobalSignOut", map[string]any{"Username": "jane"})
	}},
	{name: "AdminResetUserPassword", call: func(t *testing.T, w *world, _ *visitor) {
		w.call(t, "AdminResetUserPassword", map[string]any{"Username": "jane"})
	}, back: func(t *testing.T, w *world) string {
		w.call(t, "AdminSetUserPassword", map[string]any{"Username": "jane", "Password": password, "Permanent": true})
		return password
	}},
	{name: "AdminSetUserPassword", call: func(t *testing.T, w *world, _ *visitor) {
		w.call(t, "AdminSetUserPassword", map[string]any{"Username": "jane", "Password": "Another-horse-2", "Permanent": true})
	}, back: func(*testing.T, *world) string { return "Another-horse-2" }},
	{name: "DeleteUser", call: func(t *testing.T, w *world, jane *visitor) {
		w.call(t, "DeleteUser", map[string]any{"AccessToken": string(jane.token)})
	}, back: func(*testing.T, *world) string { return "" }},
	{name: "GlobalSignOut", call: func(t *testing.T, w *world, jane *visitor) {
		w.call(t, "GlobalSignOut", map[string]any{"AccessToken": string(jane.token)})
	}},
	{name: "ConfirmForgotPassword", call: func(t *testing.T, w *world, _ *visitor) {
		client := w.pool.Config().ClientID
		w.call(t, "ForgotPassword", map[string]any{"ClientId": client, "Username": "jane"})
		w.call(t, "ConfirmForgotPassword", map[string]any{
			"ClientId": client, "Username": "jane", "Password": "Another-horse-2", "ConfirmationCode": w.pool.LastCode("jane@example.com"),
		})
	}, back: func(*testing.T, *world) string { return "Another-horse-2" }},
	{name: "Pool.DisableUser", call: func(_ *testing.T, w *world, _ *visitor) { _ = w.pool.DisableUser("jane") },
		back: func(_ *testing.T, w *world) string { _ = w.pool.EnableUser("jane"); return password }},
}

// TestO6_Operations: from each operation at Cognito over the event to a refused
// page and a refused token in two processes. Other users go on, and so do sessions
// that begin later, when the event comes late and again.
func TestO6_Operations(t *testing.T) {
	for i, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			in(t, thorough.Sample(places, 2, i), func(t *testing.T, w *world) {
				jane, joe := w.signIn(t, 0, "jane", password), w.signIn(t, 1, "joe", password)
				time.Sleep(10 * time.Second)
				w.take()
				op.call(t, w, jane)
				events := w.take()
				jane.want(t, "before the event", true)
				time.Sleep(time.Minute) // on its way
				again := password
				if op.back != nil {
					again = op.back(t, w)
				}
				var between *visitor
				if again != "" {
					between = w.signIn(t, 1, "jane", again)
				}
				w.deliver(t, 1, events...)
				jane.want(t, "after the event", false)
				joe.want(t, "another user", true)
				if again == "" {
					return
				}
				between.want(t, "a sign-in after the operation, when the event arrives", true)
				time.Sleep(10 * time.Second)
				later := w.signIn(t, 0, "jane", again)
				w.deliver(t, 0, events...) // twice
				w.deliver(t, 1, events...)
				later.want(t, "a later sign-in, when the event comes again", true)
				joe.want(t, "another user, at last", true)
			})
		})
	}
}

// TestO6_OutOfOrder: events in any order, with duplicates, leave what the newest
// leaves.
func TestO6_OutOfOrder(t *testing.T) {
	inPlaces(t, func(t *testing.T, w *world) {
		var visitors []*visitor
		var events [][]byte
		for range 3 {
			visitors = append(visitors, w.signIn(t, 0, "jane", password))
			time.Sleep(10 * time.Second)
			w.take()
			_ = w.pool.SignOutUser("jane")
			events = append(events, w.take()...)
			time.Sleep(10 * time.Second)
		}
		last := w.signIn(t, 1, "jane", password)
		w.deliver(t, 0, events[1])
		for i, v := range visitors {
			v.want(t, fmt.Sprint("visitor ", i, " after the second event"), i == 2)
		}
		w.deliver(t, 1, events[2], events[0], events[2], events[1], events[0])
		for i, v := range visitors {
			v.want(t, fmt.Sprint("visitor ", i, " after all events"), false)
		}
		last.want(t, "the last sign-in", true)
	})
}

// TestO6_SameSecond: a user who has a new password is signed in within the same
// second, and stays so when the event arrives. Without a delay all of it works in
// one second.
func TestO6_SameSecond(t *testing.T) {
	inPlaces(t, func(t *testing.T, w *world) {
		old := w.signIn(t, 0, "jane", password)
		w.take()
		operations[0].call(t, w, old)
		w.deliver(t, 0, w.take()...)
		old.want(t, "disabled in the second of the sign-in", false)
		again := w.signIn(t, 0, "jane", operations[0].back(t, w))
		again.wantSession(t, "enabled in that second", true)
		time.Sleep(time.Second)
		again.token = w.pool.AccessToken("jane")
		again.wantToken(t, "a token of the next second", true)

		time.Sleep(time.Minute)
		w.take()
		operations[7].call(t, w, again)
		events := w.take()
		reset := w.signIn(t, 1, "jane", "Another-horse-2")
		time.Sleep(time.Minute)
		w.deliver(t, 0, events...)
		again.want(t, "from before the new password", false)
		reset.want(t, "signed in with the new password at once", true)
	})
}

// TestO6_RefreshedAfterPassword: a refresh token that outlives a new password
// brings no token that is accepted.
func TestO6_RefreshedAfterPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "store", session.NewMemoryStore(nil))
		old := w.signIn(t, 0, "jane", password)
		time.Sleep(time.Minute)
		w.call(t, "AdminSetUserPassword", map[string]any{"Username": "jane", "Password": "Another-horse-2", "Permanent": true})
		w.deliver(t, 0, w.take()...)
		began := time.Now().Add(-time.Minute).Unix()
		each := thorough.Or(24*time.Hour, time.Hour) // as Cognito might issue them
		for range 30 * 24 * time.Hour / each {
			time.Sleep(each)
			old.token = w.pool.AccessToken("jane", func(c cognitotest.Claims) { c["auth_time"] = began })
			old.wantToken(t, "refreshed after the new password", false)
		}
	})
}

// TestO6_Ignored: what must end nothing ends nothing.
func TestO6_Ignored(t *testing.T) {
	inPlaces(t, func(t *testing.T, w *world) {
		jane := w.signIn(t, 0, "jane", password)
		time.Sleep(time.Minute)
		w.take()
		// A refused operation, and an administrator who only looks.
		if err := w.try("AdminSetUserPassword", map[string]any{"Username": "jane", "Password": "x"}); err == nil {
			t.Fatal("a short password is taken")
		}
		w.call(t, "AdminGetUser", map[string]any{"Username": "jane"})
		w.call(t, "ForgotPassword", map[string]any{"ClientId": w.pool.Config().ClientID, "Username": "jane"})
		w.deliver(t, 0, w.take()...)
		jane.want(t, "after operations that end nothing", true)

		_ = w.pool.SignOutUser("jane")
		event := w.take()[0]
		change := func(what string, edit func(e, detail map[string]any)) {
			t.Helper()
			var e map[string]any
			if err := json.Unmarshal(event, &e); err != nil {
				t.Fatal(err)
			}
			edit(e, e["detail"].(map[string]any))
			changed, _ := json.Marshal(e)
			w.deliver(t, 0, changed)
			jane.want(t, what, true)
		}
		change("of another pool", func(_, d map[string]any) {
			d["requestParameters"].(map[string]any)["userPoolId"] = "eu-west-1_Foreign12"
		})
		change("of another pool's page", func(_, d map[string]any) {
			delete(d["requestParameters"].(map[string]any), "userPoolId")
			d["additionalEventData"].(map[string]any)["userPoolId"] = "eu-west-1_Foreign12"
		})
		change("a failed call", func(_, d map[string]any) { d["errorCode"] = "UserNotFoundException" })
		change("a page with an error", func(_, d map[string]any) {
			d["additionalEventData"].(map[string]any)["responseParameters"] = map[string]any{"status": 400.0}
		})
		change("of another service", func(e, d map[string]any) { e["source"], d["eventSource"] = "aws.iam", "iam.amazonaws.com" })
		change("an unknown operation", func(_, d map[string]any) { d["eventName"] = "AdminForgetDevice" })
		change("a code that was asked for on the pages", func(_, d map[string]any) { d["eventName"] = "forgotPassword_POST" })
		change("without a user", func(_, d map[string]any) { delete(d, "additionalEventData") })
		change("a hidden name", func(_, d map[string]any) {
			delete(d, "additionalEventData")
			d["requestParameters"].(map[string]any)["username"] = "HIDDEN_DUE_TO_SECURITY_REASONS"
		})
		change("without detail", func(e, _ map[string]any) { delete(e, "detail") })
		if log := w.log.String(); strings.Count(log, "does not name its user") != 2 {
			t.Errorf("want two warnings of events without a user:\n%s", log)
		}
		w.deliver(t, 0, event)
		jane.want(t, "the event as it was", false)
	})
}

// TestO6_Doors: who may deliver, and what.
func TestO6_Doors(t *testing.T) {
	w := newWorld(t, "store", session.NewMemoryStore(nil))
	_ = w.pool.SignOutUser("jane")
	event := w.take()[0]
	var e map[string]any
	if err := json.Unmarshal(event, &e); err != nil {
		t.Fatal(err)
	}
	e["detail"].(map[string]any)["eventTime"] = time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	ahead, _ := json.Marshal(e)
	delete(e["detail"].(map[string]any), "eventTime")
	timeless, _ := json.Marshal(e)
	for _, test := range []struct {
		name          string
		authorization string
		body          []byte
		status        int
	}{
		{"the value", secret, event, 204},
		{"the older value", secret + "-old", event, 204},
		{"none", "", event, 401},
		{"a wrong one", secret[:len(secret)-1] + "x", event, 401},
		{"a part of it", secret[:10], event, 401},
		{"more than it", secret + "0", event, 401},
		{"no JSON", secret, []byte("{"), 400},
		{"nothing", secret, nil, 400},
		{"no event", secret, []byte(`{}`), 400},
		{"a list", secret, []byte(`[]`), 400},
		{"a record without its envelope", secret, []byte(`{"eventName":"AdminDisableUser"}`), 400},
		{"an event of the future", secret, ahead, 400},
		{"an event without a time", secret, timeless, 400},
		{"too long", secret, bytes.Repeat([]byte(" "), 256<<10+1), 413},
		{"too long and a stranger's", "", bytes.Repeat([]byte(" "), 256<<10+1), 401},
	} {
		if rec := post(w.apps[0], test.authorization, test.body); rec.Code != test.status {
			t.Errorf("%s: %d %s, want %d", test.name, rec.Code, rec.Body, test.status)
		}
	}
	req := httptest.NewRequest("POST", "/events", bytes.NewReader(event))
	req.Header["Authorization"] = []string{secret, secret}
	rec := httptest.NewRecorder()
	if w.apps[0].ServeHTTP(rec, req); rec.Code != 401 {
		t.Errorf("two values: %d, want 401", rec.Code)
	}
	req = httptest.NewRequest("GET", "/events", nil)
	req.Header.Set("Authorization", secret)
	rec = httptest.NewRecorder()
	if w.apps[0].ServeHTTP(rec, req); rec.Code != 405 || rec.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d, Allow %q", rec.Code, rec.Header().Get("Allow"))
	}
	if err := w.apps[0].events.Handle(t.Context(), bytes.Repeat([]byte(" "), 256<<10+1)); !errors.Is(err, poolevents.ErrMalformed) {
		t.Errorf("Handle(too long) = %v, want ErrMalformed", err)
	}
	for range 1000 {
		post(w.apps[0], "", event)
	}
	if n := strings.Count(w.log.String(), "code=unauthorized"); n > 12 {
		t.Errorf("1,000 strangers write %d lines", n)
	}
	if log := w.log.String(); strings.Contains(log, secret[7:]) || strings.Contains(fmt.Sprintf("%v %+v", w.apps[0].events, w.apps[0].tokens), secret[7:]) {
		t.Error("the value is printed")
	}
}
