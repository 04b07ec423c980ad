package oauth_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/oauth"
)

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// breaking is a body that ends in the middle.
type breaking struct{ io.Reader }

func (b breaking) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// TestE2_FailedCalls: a token request that fails tells the answer's status and
// what was wrong with it, and quotes nothing of it.
func TestE2_FailedCalls(t *testing.T) {
	const token = "eyJsecret"
	answer := func(status int, contentType string, body io.Reader) transport {
		return func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(body), Request: r}, nil
		}
	}
	json := func(status int, body string) transport {
		return answer(status, "application/json", strings.NewReader(body))
	}
	tests := []struct {
		name   string
		answer transport
		code   string
		status int
		reason string
	}{
		{"refused", json(400, `{"error":"invalid_grant"}`), "invalid_grant", 400, ""},
		{"an error with status 500", json(500, `{"error":"server_error"}`), "server_error", 500, ""},
		{"status 500 in HTML", answer(500, "text/html", strings.NewReader("<h1>"+token)), "bad_answer", 500, "status 500"},
		{"status 502 without a body", answer(502, "", strings.NewReader("")), "bad_answer", 502, "status 502"},
		{"HTML", answer(200, "text/html", strings.NewReader(token)), "bad_answer", 200, "not JSON"},
		{"a redirect", answer(302, "", strings.NewReader("")), "bad_answer", 302, "redirect"},
		{"empty", json(200, ""), "bad_answer", 200, "empty"},
		{"cut", json(200, `{"access_token":"`+token), "bad_answer", 200, "not a JSON object"},
		{"another object", json(200, `{"message":"`+token+`"}`), "bad_answer", 200, "access_token"},
		{"null", json(200, `null`), "bad_answer", 200, "access_token"},
		{"another type", json(200, `{"access_token":"x","expires_in":"`+token+`"}`), "bad_answer", 200, "not a JSON object"},
		{"huge", json(200, `{"access_token":"`+strings.Repeat("x", 2<<20)+`"}`), "bad_answer", 200, "1 MiB"},
		{"broken off", answer(200, "application/json", breaking{strings.NewReader(`{"access_`)}), "unreachable", 200, "unexpected EOF"},
		{"no answer", func(*http.Request) (*http.Response, error) { return nil, errors.New("no route") }, "unreachable", 0, "no route"},
	}
	for _, tt := range tests {
		ctx, call := oauth.NewCall(t.Context(), fetch.New(&http.Client{Transport: tt.answer}, time.Second))
		config := oauth2.Config{ClientID: "x", Endpoint: oauth2.Endpoint{TokenURL: "https://auth.example.com/oauth2/token", AuthStyle: oauth2.AuthStyleInParams}}
		_, err := config.Exchange(ctx, "code")
		if err == nil {
			t.Errorf("%s: Exchange = nil, want an error", tt.name)
			continue
		}
		got := call.Failure(err)
		reason := ""
		if got.Err != nil {
			reason = got.Err.Error()
		}
		if got.Code != tt.code || got.Status != tt.status || !strings.Contains(reason, tt.reason) || (reason == "") != (tt.reason == "") {
			t.Errorf("%s: Failure = %+v, want %s with status %d because of %q", tt.name, got, tt.code, tt.status, tt.reason)
		}
		if strings.Contains(reason+got.Description, token) {
			t.Errorf("%s: %+v quotes the answer", tt.name, got)
		}
	}
}
