package hostedui_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/hostedui"
)

// asking is an answer of a token endpoint that asks for time.
func asking(status int, contentType, body string, headers map[string]string) hook {
	return func(r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
		h := http.Header{"Content-Type": {contentType}}
		for name, value := range headers {
			h.Set(name, value)
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

// TestR7_RetryAfter: the error of a refresh says how long Cognito asks to be
// left alone, and the client's sessions leave it alone for as long.
func TestR7_RetryAfter(t *testing.T) {
	date := map[string]string{"Retry-After": "Wed, 02 Jan 2030 03:06:05 GMT", "Date": "Wed, 02 Jan 2030 03:04:05 GMT"}
	for name, tt := range map[string]struct {
		hook hook
		wait time.Duration
	}{
		"429":                {asking(429, "application/json", `{"error":"slow_down"}`, map[string]string{"Retry-After": "120"}), 2 * time.Minute},
		"429 without a body": {asking(429, "", "", map[string]string{"Retry-After": "120"}), 2 * time.Minute},
		"503 with a page":    {asking(503, "text/html", "<html>busy", map[string]string{"Retry-After": "120"}), 2 * time.Minute},
		"503 until a date":   {asking(503, "text/html", "<html>busy", date), 2 * time.Minute},
		"nothing asked":      {asking(503, "text/html", "<html>busy", nil), 0},
		"400":                {asking(400, "application/json", `{"error":"invalid_request"}`, map[string]string{"Retry-After": "120"}), 0},
	} {
		w := newWorld(t)
		login := w.someLogin()
		w.wire.on(tokenPath, tt.hook)
		_, _, err := w.client.Refresh(t.Context(), login.Tokens, login.Identity)
		e, ok := errors.AsType[*hostedui.Error](err)
		if !ok || e.Wait != tt.wait || e.RetryAfter() != tt.wait {
			t.Errorf("%s: Refresh = %v, want a hostedui.Error with Wait %v", name, err, tt.wait)
		}
		if tt.wait == 0 {
			continue
		}
		w.wire.on(tokenPath, nil)
		jane, joe := w.signedIn(), w.signedIn()
		w.wire.on(tokenPath, tt.hook)
		w.pool.Advance(56 * time.Minute)
		for range 11 { // 110 seconds
			for _, b := range []*browser{jane, joe} {
				if p := b.open("/account"); p.body != "user jane" {
					t.Errorf("%s: GET /account = %v, want it served", name, p)
				}
			}
			w.pool.Advance(10 * time.Second)
		}
		if n := len(w.refreshes()); n != 2 {
			t.Errorf("%s: %d token requests in 110 seconds, want the direct one and one of a session", name, n)
		}
		w.wire.on(tokenPath, nil)
		w.pool.Advance(time.Minute)
		for _, b := range []*browser{jane, joe} {
			if p := b.open("/account"); p.body != "user jane" {
				t.Errorf("%s: GET /account after that = %v, want it served", name, p)
			}
		}
		if n := len(w.refreshes()); n != 4 {
			t.Errorf("%s: %d token requests, want 4", name, n)
		}
	}
}
