package hostedui_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

func TestUserInfo(t *testing.T) {
	w := newWorld(t)
	login := w.someLogin()
	u, err := w.client.UserInfo(t.Context(), login.Tokens.Access, login.Identity.Subject)
	if err != nil {
		t.Fatal(err)
	}
	if u.Subject != login.Identity.Subject || u.Username != "jane" || u.Email != "jane@example.com" || !u.EmailVerified || u.PhoneNumber != "+15550100" || u.PhoneNumberVerified {
		t.Errorf("UserInfo = %+v", u)
	}
	var all struct {
		Plan     string `json:"custom:plan"`
		Verified string `json:"email_verified"` // a string, as Cognito writes it
	}
	if err := u.Claims(&all); err != nil || all.Plan != "gold" || all.Verified != "true" {
		t.Errorf("UserInfo.Claims = %+v, %v", all, err)
	}
}

// TestT8_UserInfoBooleans: only true and "true" say that an address is
// verified.
func TestT8_UserInfoBooleans(t *testing.T) {
	w := newWorld(t)
	for value, want := range map[string]bool{`true`: true, `"true"`: true, `false`: false, `"false"`: false, `"True"`: false, `"1"`: false, `1`: false, `null`: false, `["true"]`: false, `""`: false} {
		w.wire.on(userInfoPath, respond(200, "application/json", `{"sub":"s","email_verified":`+value+`,"phone_number_verified":`+value+`}`))
		u, err := w.client.UserInfo(t.Context(), "access.token", "s")
		if err != nil || u.EmailVerified != want || u.PhoneNumberVerified != want {
			t.Errorf("UserInfo with %s = %+v, %v, want verified: %t", value, u, err, want)
		}
	}
}

func TestUserInfo_Refused(t *testing.T) {
	tests := []struct {
		name, subject, body string
	}{
		{"other subject", "s", `{"sub":"other"}`},
		{"no subject", "s", `{"email":"jane@example.com"}`},
		{"subject of another type", "s", `{"sub":["s"]}`},
		{"subject in another case", "s", `{"SUB":"s"}`},
		{"subject asked for is empty", "", `{"sub":""}`},
		{"nothing asked for, nothing there", "", `{}`},
		{"subject twice", "s", `{"sub":"other","sub":"s"}`},
		{"array", "s", `[{"sub":"s"}]`},
		{"garbage", "s", `{"sub":"s"`},
		{"more behind", "s", `{"sub":"s"} {"sub":"s"}`},
		{"not UTF-8", "s", "{\"sub\":\"s\",\"name\":\"\xff\"}"},
		{"empty", "s", ``},
	}
	for _, tt := range tests {
		w := newWorld(t)
		w.wire.on(userInfoPath, respond(200, "application/json", tt.body))
		u, err := w.client.UserInfo(t.Context(), "access.token", tt.subject)
		wantError(t, "UserInfo("+tt.name+")", err, "userinfo", "bad_answer")
		if u != nil {
			t.Errorf("UserInfo(%s) = %+v beside the error", tt.name, u)
		}
	}
}

func TestE2_UserInfo(t *testing.T) {
	w := newWorld(t)
	login := w.someLogin()
	if err := w.pool.SignOutUser("jane"); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		token  cognito.AccessToken
		code   string
		status int
	}{
		{"signed out", login.Tokens.Access, "invalid_token", 401},
		{"an ID token", cognito.AccessToken(login.Tokens.ID), "invalid_token", 401},
		{"garbage", "x", "invalid_token", 401},
		{"none", "", "invalid_request", 400},
	}
	for _, tt := range tests {
		_, err := w.client.UserInfo(t.Context(), tt.token, login.Identity.Subject)
		if e := wantError(t, "UserInfo("+tt.name+")", err, "userinfo", tt.code); e.Status != tt.status {
			t.Errorf("UserInfo(%s): status %d, want %d", tt.name, e.Status, tt.status)
		}
	}
	for challenge, code := range map[string]string{
		`Bearer error="insufficient_scope"`: "insufficient_scope", `error="invalid_token", error_description="x"`: "invalid_token",
		"": "bad_answer", "Bearer": "bad_answer", `error="something <else>"`: "bad_answer", strings.Repeat("x", 100): "bad_answer",
	} {
		w.wire.on(userInfoPath, func(r *http.Request, _ func() (*http.Response, error)) (*http.Response, error) {
			res := answer(r, 403, "text/html", "")
			res.Header.Set("WWW-Authenticate", challenge)
			return res, nil
		})
		_, err := w.client.UserInfo(t.Context(), "x", "s")
		if e := wantError(t, "UserInfo at "+challenge, err, "userinfo", code); e.Status != 403 {
			t.Errorf("UserInfo at %s: status %d", challenge, e.Status)
		}
	}
}
