package userpool_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

const (
	poolID       = "eu-west-1_aB3dE5gH7"
	clientID     = "7exampleclientid0a1b2c3d"
	clientSecret = "s3cr3t-of-the-app-client"
)

// plainly is the flow of the sign-ins in tests that are not about SRP. SRP takes
// some thirty milliseconds each time. With CI=true these tests use it too.
var plainly = thorough.Or(userpool.FlowPassword, userpool.FlowSRP)

// An api plays the user-pool API from a script: one answer for each call, the
// last one for all that follow. Calls for keys go to the pool.
type api struct {
	pool *cognitotest.Pool

	mu      sync.Mutex // guards the rest
	answers []answer
	calls   []apiCall
}

// An answer is what the API says to one call. A zero status is 200; body is
// JSON text, or anything.
type answer struct {
	status int
	body   string
	header http.Header
	err    error // no answer at all
}

type apiCall struct {
	url    string
	op     string // X-Amz-Target without the prefix
	header http.Header
	body   map[string]any
}

// RoundTrip implements [http.RoundTripper].
func (a *api) RoundTrip(r *http.Request) (*http.Response, error) {
	target := r.Header.Get("X-Amz-Target")
	if target == "" {
		return a.pool.Client().Transport.RoundTrip(r)
	}
	call := apiCall{url: r.Method + " " + r.URL.String(), header: r.Header}
	call.op = strings.TrimPrefix(target, "AWSCognitoIdentityProviderService.")
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &call.body); err != nil {
		return nil, err
	}
	a.mu.Lock()
	a.calls = append(a.calls, call)
	next := a.answers[0]
	if len(a.answers) > 1 {
		a.answers = a.answers[1:]
	}
	a.mu.Unlock()
	if next.err != nil {
		return nil, next.err
	}
	return next.response(r), nil
}

func (n answer) response(r *http.Request) *http.Response {
	header := http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amzn-Requestid": {"5f2a-request"}}
	for name, values := range n.header {
		header[name] = values
	}
	status := n.status
	if status == 0 {
		status = http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(n.body)), ContentLength: int64(len(n.body)), Request: r}
}

// refusal is Cognito's way to say no.
func refusal(code, message string) answer {
	body, _ := json.Marshal(map[string]string{"__type": code, "message": message})
	return answer{status: http.StatusBadRequest, body: string(body), header: http.Header{"X-Amzn-Errortype": {code + ":"}}}
}

// script makes the API say these from now on and forgets the calls so far.
func (a *api) script(answers ...answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers, a.calls = answers, nil
}

func (a *api) made() []apiCall {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls
}

// newAPI returns a played API and a Client of it; the pool has the user jane.
// Each edit may change the Client's Config.
func newAPI(t testing.TB, secret string, edit ...func(*userpool.Config)) (*api, *userpool.Client) {
	t.Helper()
	pool := cognitotest.NewPool(cognitotest.WithID(poolID), cognitotest.WithClient(cognitotest.AppClient{ID: clientID, Secret: cognito.Secret(secret)}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true}); err != nil {
		t.Fatal(err)
	}
	a := &api{pool: pool}
	cfg := userpool.Config{Pool: pool.Config()}
	cfg.Pool.Domain = ""
	cfg.Pool.Logger = slog.New(slog.DiscardHandler)
	cfg.Pool.HTTPClient = &http.Client{Transport: a}
	for _, e := range edit {
		e(&cfg)
	}
	client, err := userpool.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a, client
}

// asError is err as the package's typed error.
func asError(t testing.TB, err error) *userpool.Error {
	t.Helper()
	e, ok := errors.AsType[*userpool.Error](err)
	if !ok {
		t.Fatalf("error %v of type %T, want a *userpool.Error", err, err)
	}
	return e
}
