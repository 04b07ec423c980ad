package remote_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/remote"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// A transport answers calls in memory.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answered(text string) *http.Response {
	return &http.Response{StatusCode: 200, Status: "200 OK", Body: io.NopCloser(strings.NewReader(text))}
}

// preSignUp calls a PreSignUp function through f.
func preSignUp(ctx context.Context, f transport) (trigger.PreSignUp, error) {
	caller := remote.Caller{Client: &http.Client{Transport: f}}
	hooks := caller.Fill(trigger.Hooks{}, map[string]string{"PreSignUp": "http://function/"})
	e := trigger.PreSignUp{Event: trigger.Event{TriggerSource: trigger.SourceSignUp, UserName: "jane"}}
	err := hooks.PreSignUp(ctx, &e)
	return e, err
}

// A function has five seconds. One that is late is called three times, and then
// the sign-up is refused; one that is in time at last counts.
func TestSlowFunctionIsCalledThreeTimes(t *testing.T) {
	for slow := range 4 {
		synctest.Test(t, func(t *testing.T) {
			began, calls := time.Now(), 0
			e, err := preSignUp(t.Context(), func(r *http.Request) (*http.Response, error) {
				calls++
				if calls > slow {
					return answered(`{"response":{"autoConfirmUser":true}}`), nil
				}
				<-r.Context().Done()
				return nil, r.Context().Err()
			})
			if want := min(slow+1, 3); calls != want {
				t.Errorf("%d slow answers: %d calls, want %d", slow, calls, want)
			}
			if took, want := time.Since(began), time.Duration(slow)*5*time.Second; took != want {
				t.Errorf("%d slow answers: took %v, want %v", slow, took, want)
			}
			if slow < 3 {
				if err != nil || !e.AutoConfirmUser {
					t.Errorf("%d slow answers: %+v, %v, want the answer", slow, e, err)
				}
				return
			}
			want := refusal.New("UnexpectedLambdaException", "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.")
			if err != want {
				t.Errorf("%d slow answers: %v, want %v", slow, err, want)
			}
		})
	}
}

// A visitor who leaves ends the call, and nothing is tried again.
func TestCallEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		calls := 0
		_, err := preSignUp(ctx, func(r *http.Request) (*http.Response, error) {
			calls++
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		if calls != 1 || err == nil {
			t.Errorf("%d calls, %v, want one that fails", calls, err)
		}
	})
}

// A function that cannot be reached is called once.
func TestUnreachableFunctionIsCalledOnce(t *testing.T) {
	calls := 0
	_, err := preSignUp(t.Context(), func(*http.Request) (*http.Response, error) {
		calls++
		return nil, errors.New("connection refused")
	})
	m, ok := err.(refusal.Message)
	if calls != 1 || !ok || m.Exception != "UnexpectedLambdaException" || !strings.Contains(m.Text, "connection refused") {
		t.Errorf("%d calls, %v, want one, and UnexpectedLambdaException with the reason", calls, err)
	}
}

// FuzzAnswer: whatever a function answers, the pool does not panic, and only an
// object with an object as its response passes.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{`{"response":{}}`, `{"response":{"autoConfirmUser":"yes"}}`, `{"errorMessage":"no"}`, "null", "", `{"response":[]}`, `{"response":{"autoConfirmUser":true}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := preSignUp(t.Context(), func(*http.Request) (*http.Response, error) { return answered(text), nil })
		if err == nil && (!strings.Contains(text, "{") || e.UserName != "jane") {
			t.Errorf("answer %q: %+v, nil, want a refusal", text, e)
		}
		if err != nil && e.AutoConfirmUser && !strings.Contains(strings.ToLower(text), "autoconfirmuser") {
			t.Errorf("answer %q confirms the user", text)
		}
	})
}
