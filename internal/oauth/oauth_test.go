package oauth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/oauth"
)

func TestC3_FromError(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		code   string
		status int
		cause  bool
	}{
		{"refused", &oauth2.RetrieveError{ErrorCode: "invalid_grant", Response: &http.Response{StatusCode: 400}, Body: []byte("secret")}, "invalid_grant", 400, false},
		{"refused without a code", &oauth2.RetrieveError{Response: &http.Response{StatusCode: 502}, Body: []byte("secret")}, "bad_answer", 502, true},
		{"no answer", &url.Error{Op: "Post", URL: "https://x", Err: errors.New("no route")}, "unreachable", 0, true},
		{"deadline", fmt.Errorf("x: %w", context.DeadlineExceeded), "unreachable", 0, true},
		{"redirect", &url.Error{Op: "Post", URL: "https://x", Err: fetch.ErrRedirect}, "bad_answer", 0, true},
		{"not JSON", &url.Error{Op: "Post", URL: "https://x", Err: fetch.ErrNotJSON}, "bad_answer", 0, true},
		{"quotes", errors.New("oauth2: cannot parse json: secret"), "bad_answer", 0, false},
	}
	for _, tt := range tests {
		got := oauth.FromError(tt.err)
		if got.Code != tt.code || got.Status != tt.status || (got.Err != nil) != tt.cause {
			t.Errorf("%s: FromError = %+v, want %s, %d, a cause: %v", tt.name, got, tt.code, tt.status, tt.cause)
		}
		if strings.Contains(fmt.Sprint(got), "secret") {
			t.Errorf("%s: FromError = %v quotes the answer", tt.name, got)
		}
	}
}

func FuzzE3_FromAnswer(f *testing.F) {
	f.Add(`{"error":"invalid_request","error_description":"a\nb"}`)
	f.Add(`<html>`)
	f.Add(`{"error":""}`)
	f.Fuzz(func(t *testing.T, body string) {
		got := oauth.FromAnswer(&http.Response{StatusCode: 400, Body: io.NopCloser(strings.NewReader(body))})
		if got.Code == "" || got.Status != 400 || (got.Code == "bad_answer" && got.Err == nil && !strings.Contains(body, "bad_answer")) {
			t.Fatalf("FromAnswer(%q) = %+v", body, got)
		}
		for _, s := range []string{got.Code, got.Description} {
			if len(s) > 500 || !utf8.ValidString(s) || strings.ContainsAny(s, "\r\n\x00") {
				t.Fatalf("FromAnswer(%q) keeps %q", body, s)
			}
		}
	})
}
