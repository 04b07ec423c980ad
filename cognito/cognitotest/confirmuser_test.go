package cognitotest_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

func TestConfirmationLink(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithVerificationLinks())
	v := newVisitor(t, p)
	wantPage(t, v.submit("/signup"+query(), "email", "new@example.com", "password", password), "/confirm")
	a := v.get("/confirm" + query())
	if !strings.Contains(a.body, "n***@e***") || strings.Contains(a.body, `name="code"`) || !strings.Contains(a.body, "Send a new link") {
		t.Errorf("the page after sign-up asks for a code:\n%s", a.body)
	}
	link, code := p.LastLink("NEW@example.com"), p.LastCode("new@example.com")
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(link, p.URL()+"/confirmUser?") || u.Query().Get("client_id") != "client1" || u.Query().Get("confirmation_code") != code || code == "" {
		t.Fatalf("LastLink = %q, want /confirmUser with the code %q", link, code)
	}
	// The link works in any browser.
	if a := newVisitor(t, p).get(link); a.StatusCode != 200 || !strings.Contains(a.body, "Your account is confirmed") {
		t.Errorf("link = %d %q", a.StatusCode, a.says())
	}
	codeIn(t, v.submit("/login"+query(), "username", "new@example.com", "password", password))
	if claims := claimsOf(t, string(p.IDToken("new@example.com"))); claims["email_verified"] != true {
		t.Errorf("email_verified = %v, want true", claims["email_verified"])
	}
	if a := v.get(link); a.StatusCode != 400 || a.says() != "User cannot be confirmed. Current status is CONFIRMED" {
		t.Errorf("the link again = %d %q", a.StatusCode, a.says())
	}
	for _, e := range p.Events() {
		if e.Params.Get("confirmation_code") == code {
			t.Error("the log has the code of the link")
		}
	}
}

// doc: user_name in a confirmation link
func TestConfirmationLinkRefused(t *testing.T) {
	const mismatch = "Invalid verification code provided, please try again."
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithVerificationLinks())
	v := newVisitor(t, p)
	v.submit("/signup"+query(), "email", "new@example.com", "password", password)
	link := p.LastLink("new@example.com")
	code := p.LastCode("new@example.com")
	tests := []struct{ name, link, want string }{
		{"wrong code", strings.Replace(link, "confirmation_code="+code, "confirmation_code=x", 1), mismatch},
		{"nobody", "/confirmUser?client_id=client1&user_name=nobody&confirmation_code=" + code, mismatch},
		{"a user who needs none", "/confirmUser?client_id=client1&user_name=jane&confirmation_code=" + code, mismatch},
		{"empty", "/confirmUser?client_id=client1", mismatch},
	}
	for _, tt := range tests {
		if a := v.get(tt.link); a.StatusCode != 400 || a.says() != tt.want {
			t.Errorf("%s: %d %q, want 400 %q", tt.name, a.StatusCode, a.says(), tt.want)
		}
	}
	for _, q := range []string{"", "?client_id=mallory", "?client_id=client1&client_id=client1"} {
		if a := v.get("/confirmUser" + q); !strings.Contains(a.Header.Get("Location"), "/error?error=invalid_request") {
			t.Errorf("/confirmUser%s = %d %q, want the error page", q, a.StatusCode, a.Header.Get("Location"))
		}
	}
	token := v.get("/confirm" + query()).csrf(t)
	v.post("/resendcode"+query(), url.Values{"_csrf": {token}})
	if got := v.get("/confirm" + query()).says(); !strings.Contains(got, "new link") {
		t.Errorf("after resend the page says %q", got)
	}
	if p.LastLink("new@example.com") != link {
		if a := v.get(link); a.says() != mismatch {
			t.Errorf("the link before the last says %q", a.says())
		}
	}
	p.Advance(24 * time.Hour)
	if a := v.get(p.LastLink("new@example.com")); a.says() != "Invalid code provided, please request a code again." {
		t.Errorf("the link after 24 hours says %q", a.says())
	}
}

func TestConfirmationLinkRunsTheHook(t *testing.T) {
	var confirmed []string
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithVerificationLinks(), cognitotest.WithHooks(trigger.Hooks{
		PostConfirmation: func(_ context.Context, e *trigger.PostConfirmation) error {
			confirmed = append(confirmed, e.UserAttributes["email"])
			return errors.New("not today")
		},
	}))
	v := newVisitor(t, p)
	v.submit("/signup"+query(), "email", "new@example.com", "password", password)
	if a := v.get(p.LastLink("new@example.com")); a.says() != "PostConfirmation failed with error not today." || len(confirmed) != 1 || confirmed[0] != "new@example.com" {
		t.Errorf("link = %d %q, hook told of %v", a.StatusCode, a.says(), confirmed)
	}
}

func TestCodesCarryNoLink(t *testing.T) {
	p := newPool(t)
	newVisitor(t, p).submit("/signup"+query(), "email", "new@example.com", "password", password)
	if got := p.LastLink("new@example.com"); got != "" || p.Outbox()[0].Link != "" {
		t.Errorf("LastLink = %q, want none", got)
	}
}
