package eventbridge_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/eventbridge"
)

// A receiver answers with the statuses in turn, and then with 200. It keeps the
// bodies.
type receiver struct {
	mu       sync.Mutex // guards everything below
	statuses []int
	bodies   []string
	headers  []http.Header
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies = append(r.bodies, string(body))
	r.headers = append(r.headers, req.Header)
	if len(r.statuses) > 0 {
		w.WriteHeader(r.statuses[0])
		r.statuses = r.statuses[1:]
	}
}

func serve(t *testing.T, r *receiver) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return server
}

func wait(t *testing.T, d *eventbridge.Destination) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := d.Wait(ctx); err != nil {
		t.Fatal(err)
	}
}

// Events arrive in order, with the receiver's key, and as often as Copies says.
func TestDestination_Delivers(t *testing.T) {
	r := new(receiver)
	d := &eventbridge.Destination{URL: serve(t, r).URL, Header: http.Header{"Authorization": {"Bearer key"}}, Copies: 2}
	d.Send([]byte("one"))
	d.Send([]byte("two"))
	wait(t, d)
	if want := []string{"one", "one", "two", "two"}; !slices.Equal(r.bodies, want) {
		t.Errorf("bodies = %q, want %q", r.bodies, want)
	}
	if h := r.headers[0]; h.Get("Authorization") != "Bearer key" || !strings.HasPrefix(h.Get("Content-Type"), "application/json") {
		t.Errorf("headers = %v, want the key and JSON", h)
	}
	d.Send([]byte("three")) // a destination that was idle starts again
	wait(t, d)
	if n := len(r.bodies); n != 6 {
		t.Errorf("%d requests, want 6", n)
	}
}

// A receiver that is down gets the event again; one that refuses it does not.
func TestDestination_Retries(t *testing.T) {
	tests := []struct {
		name     string
		statuses []int
		requests int
		lost     bool
	}{
		{"unavailable", []int{503, 500}, 3, false},
		{"busy", []int{429}, 2, false},
		{"unauthorized", []int{401}, 2, false},
		{"refused", []int{400}, 1, true},
		{"elsewhere", []int{307}, 1, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			r := &receiver{statuses: tt.statuses}
			d := &eventbridge.Destination{URL: serve(t, r).URL, Logger: slog.New(slog.NewTextHandler(&log, nil))}
			d.Send([]byte("one"))
			wait(t, d)
			if len(r.bodies) != tt.requests {
				t.Errorf("%d requests, want %d", len(r.bodies), tt.requests)
			}
			if lost := strings.Contains(log.String(), "given up"); lost != tt.lost {
				t.Errorf("log = %q, want given up %v", log.String(), tt.lost)
			}
		})
	}
}

// The password of a URL is in no log line.
func TestDestination_LogsNoPassword(t *testing.T) {
	var log bytes.Buffer
	r := &receiver{statuses: []int{400}}
	at := strings.Replace(serve(t, r).URL, "http://", "http://user:s3cret@", 1)
	d := &eventbridge.Destination{URL: at, Logger: slog.New(slog.NewTextHandler(&log, nil))}
	d.Send([]byte("one"))
	wait(t, d)
	if text := log.String(); !strings.Contains(text, "given up") || strings.Contains(text, "s3cret") {
		t.Errorf("log = %q, want a line without the password", text)
	}
}

// A receiver that hangs holds up nothing: Send returns at once, the queue is
// bounded, and Wait ends with its context.
func TestDestination_Bounded(t *testing.T) {
	var log bytes.Buffer
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	d := &eventbridge.Destination{URL: server.URL, Logger: slog.New(slog.NewTextHandler(&log, nil))}
	for range 1100 {
		d.Send([]byte("event"))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Wait(ctx); err == nil {
		t.Error("Wait(ended) = nil, want an error while the receiver hangs")
	}
	close(release)
	wait(t, d)
	if n := strings.Count(log.String(), "is dropped"); n < 90 || n > 100 {
		t.Errorf("%d events were dropped, want those beyond a thousand", n)
	}
}

// From a change in the pool to the receiver, with many at once.
func TestDestination_FromPool(t *testing.T) {
	r := new(receiver)
	d := &eventbridge.Destination{URL: serve(t, r).URL}
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		t.Fatal(err)
	}
	pool.DeliverTrail(d.Send)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := pool.DisableUser("jane"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	wait(t, d)
	if len(r.bodies) != 20 || !strings.Contains(r.bodies[0], `"eventName":"AdminDisableUser"`) {
		t.Errorf("%d events, the first %.200s, want 20 of AdminDisableUser", len(r.bodies), strings.Join(r.bodies, ""))
	}
}
