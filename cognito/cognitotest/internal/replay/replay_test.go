package replay_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/replay"
)

// counter answers with how often it was asked.
type counter struct {
	n      atomic.Int64
	status int
}

func (c *counter) serve(w http.ResponseWriter) {
	n := c.n.Add(1)
	w.Header().Set("Answer", fmt.Sprint(n))
	w.WriteHeader(c.status)
	fmt.Fprint(w, n)
}

func ask(t *testing.T, a *replay.Answers, key string, c *counter) string {
	t.Helper()
	w := httptest.NewRecorder()
	a.Serve(t.Context(), key, w, c.serve)
	if got := w.Header().Get("Answer"); got != w.Body.String() || w.Code != c.status {
		t.Errorf("Serve(%s) = status %d, header %q and body %q, want status %d and the same number twice", key, w.Code, got, w.Body, c.status)
	}
	return w.Body.String()
}

// A repeated key gets the first answer; another key its own.
func TestRepeated(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
		var a replay.Answers
		c := &counter{status: status}
		for _, tt := range []struct{ key, want string }{{"a", "1"}, {"a", "1"}, {"b", "2"}, {"a", "1"}, {"b", "2"}} {
			if got := ask(t, &a, tt.key, c); got != tt.want {
				t.Errorf("status %d: Serve(%s) = %s, want %s", status, tt.key, got, tt.want)
			}
		}
	}
}

// A failure of the server is not given again.
func TestServerErrorIsTriedAgain(t *testing.T) {
	var a replay.Answers
	c := &counter{status: http.StatusInternalServerError}
	if first, second := ask(t, &a, "a", c), ask(t, &a, "a", c); first == second {
		t.Errorf("Serve after a status 500 = %s again, want another try", second)
	}
	aborted := func() (v any) {
		defer func() { v = recover() }()
		a.Serve(t.Context(), "b", httptest.NewRecorder(), func(http.ResponseWriter) { panic(http.ErrAbortHandler) })
		return nil
	}
	if v := aborted(); v != http.ErrAbortHandler {
		t.Errorf("Serve of an aborted call panics with %v, want http.ErrAbortHandler", v)
	}
	c.status = http.StatusOK
	if got := ask(t, &a, "b", c); got != "3" {
		t.Errorf("Serve after an aborted call = %s, want 3", got)
	}
}

// Old answers go, so that memory has a bound.
func TestBound(t *testing.T) {
	var a replay.Answers
	c := &counter{status: http.StatusOK}
	for i := range 1000 {
		ask(t, &a, fmt.Sprint(i), c)
	}
	if got := ask(t, &a, "999", c); got != "1000" {
		t.Errorf("the latest answer is %s, want 1000", got)
	}
	if got := ask(t, &a, "0", c); got != "1001" {
		t.Errorf("the answer of a thousand requests ago is %s, want a new one", got)
	}
}

// Requests that come while the first is being answered get its answer, and
// those whose time ends leave.
func TestWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a replay.Answers
		c := &counter{status: http.StatusOK}
		release := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			a.Serve(t.Context(), "a", httptest.NewRecorder(), func(w http.ResponseWriter) { <-release; c.serve(w) })
		})
		synctest.Wait()
		for range 3 {
			all.Go(func() {
				if got := ask(t, &a, "a", c); got != "1" {
					t.Errorf("Serve while the first is answered = %s, want 1", got)
				}
			})
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		func() {
			defer func() {
				if v := recover(); v != http.ErrAbortHandler {
					t.Errorf("Serve with an ended context panics with %v, want http.ErrAbortHandler", v)
				}
			}()
			a.Serve(ended, "a", httptest.NewRecorder(), c.serve)
		}()
		close(release)
		all.Wait()
	})
}
