package web_test

import (
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/web"
)

func TestC7_Problem(t *testing.T) {
	rec := httptest.NewRecorder()
	web.WriteProblem(rec, &web.Problem{Status: 401, Title: "Sign-in required", Code: "sign_in_required", LoginURL: "/auth/login?a=1&b=</script>"})
	res := rec.Result()
	want := map[string]string{
		"Cache-Control":           "no-store",
		"Content-Type":            "application/problem+json",
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"Www-Authenticate":        "Cookie",
	}
	for name, value := range want {
		if got := res.Header.Get(name); got != value {
			t.Errorf("WriteProblem(401): %s = %q, want %q", name, got, value)
		}
	}
	body, _ := io.ReadAll(res.Body)
	var got map[string]any
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("WriteProblem wrote %s: %v", body, err)
	}
	for name, value := range map[string]any{"status": 401.0, "title": "Sign-in required", "code": "sign_in_required", "login_url": "/auth/login?a=1&b=</script>"} {
		if got[name] != value {
			t.Errorf("WriteProblem: %s = %v, want %v", name, got[name], value)
		}
	}
	if _, found := got["detail"]; found || res.StatusCode != 401 {
		t.Errorf("WriteProblem = %d %s, want 401 without detail", res.StatusCode, body)
	}
	if strings.Contains(string(body), "</script>") {
		t.Errorf("WriteProblem wrote %s, want markup escaped", body)
	}

	rec = httptest.NewRecorder()
	web.WriteProblem(rec, &web.Problem{Status: 403, Title: "No", Code: "forbidden"})
	if got := rec.Header().Get("WWW-Authenticate"); rec.Code != 403 || got != "" {
		t.Errorf("WriteProblem(403) = %d with WWW-Authenticate %q, want none", rec.Code, got)
	}
}
