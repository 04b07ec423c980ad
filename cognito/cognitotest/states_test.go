package cognitotest_test

import (
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestUserStates: what a user in each state meets at sign-in with the right
// password, and with a wrong one.
//
// doc: "User is disabled."
// doc: sign-in of an unconfirmed user
func TestUserStates(t *testing.T) {
	tests := []struct {
		user cognitotest.User
		want string // banner, path, or "code"
	}{
		{cognitotest.User{}, "code"},
		{cognitotest.User{Status: cognitotest.StatusConfirmed}, "code"},
		{cognitotest.User{Status: cognitotest.StatusUnconfirmed}, "/confirm"},
		{cognitotest.User{Disabled: true}, "User is disabled."},
		{cognitotest.User{Status: cognitotest.StatusUnconfirmed, Disabled: true}, "User is disabled."},
	}
	for _, tt := range tests {
		t.Run(string(tt.user.Status)+tt.want, func(t *testing.T) {
			p := newPool(t)
			tt.user.Username, tt.user.Password, tt.user.Email = "john", password, "john@example.com"
			if _, err := p.AddUser(tt.user); err != nil {
				t.Fatal(err)
			}
			v := newVisitor(t, p)
			if got := v.submit("/login"+query(), "username", "john", "password", "x").says(); got != "Incorrect username or password." {
				t.Errorf("wrong password = %q, want the same for all", got)
			}
			a := v.submit("/login"+query(), "username", "john", "password", password)
			got := a.says()
			if location := a.Header.Get("Location"); strings.Contains(location, "?code=") {
				got = "code"
			} else if location != "" {
				got, _, _ = strings.Cut(strings.TrimPrefix(location, p.URL()), "?")
			}
			if got != tt.want {
				t.Errorf("sign-in = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAddUserWithAnImpossibleStatus(t *testing.T) {
	if _, err := newPool(t).AddUser(cognitotest.User{Username: "john", Status: "ASLEEP"}); err == nil {
		t.Error("AddUser(ASLEEP) = nil, want an error")
	}
}

func TestUserStatus(t *testing.T) {
	p := newPool(t)
	for _, s := range []cognitotest.UserStatus{
		cognitotest.StatusUnconfirmed, cognitotest.StatusForceChangePassword, cognitotest.StatusResetRequired, cognitotest.StatusExternalProvider, cognitotest.StatusConfirmed,
	} {
		if err := p.SetUserStatus("jane", s); err != nil {
			t.Fatal(err)
		}
		if got, disabled, err := p.UserStatus("jane@example.com"); got != s || disabled || err != nil {
			t.Errorf("UserStatus = %v, %v, %v, want %v", got, disabled, err, s)
		}
	}
	for name, err := range map[string]error{
		"SetUserStatus":    p.SetUserStatus("nobody", ""),
		"impossible":       p.SetUserStatus("jane", "x"),
		"SetPassword":      p.SetPassword("nobody", "x"),
		"SetAttribute":     p.SetAttribute("nobody", "name", "x"),
		"DisableUser":      p.DisableUser("nobody"),
		"EnableUser":       p.EnableUser("nobody"),
		"DeleteUser":       p.DeleteUser("nobody"),
		"EndPageSessions":  p.EndPageSessions("nobody"),
		"ExpireRefreshTok": p.ExpireRefreshTokens("nobody"),
	} {
		if err == nil {
			t.Errorf("%s = nil, want an error", name)
		}
	}
	if _, _, err := p.UserStatus("nobody"); err == nil {
		t.Error("UserStatus(nobody) = nil, want an error")
	}
}

// TestDisableUser: a disabled user's tokens end for good, and the page
// session no longer signs in.
//
// doc: codes and page sessions of a disabled user
func TestDisableUser(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login()
	code := codeIn(t, v.get("/oauth2/authorize"+query()))
	if err := p.DisableUser("jane"); err != nil {
		t.Fatal(err)
	}
	if a := v.refresh(tok.Refresh); a.body != invalidGrant {
		t.Errorf("refresh = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
	if a := v.post("/oauth2/token", tokenForm(code)); a.body != invalidGrant {
		t.Errorf("a code of before = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
	if a := v.userInfo(string(p.AccessToken("jane"))); a.StatusCode != 401 {
		t.Errorf("userInfo with a minted token = %d, want 401", a.StatusCode)
	}
	if got := v.get("/oauth2/authorize" + query("prompt", "none")).Header.Get("Location"); !strings.Contains(got, "login_required") {
		t.Errorf("prompt=none = %q, want login_required", got)
	}
	if err := p.EnableUser("jane"); err != nil {
		t.Fatal(err)
	}
	if a := v.refresh(tok.Refresh); a.body != invalidGrant {
		t.Errorf("refresh of a user enabled again = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
	if a := v.userInfo(tok.Access); a.StatusCode != 401 {
		t.Errorf("userInfo of a user enabled again = %d, want 401", a.StatusCode)
	}
	newVisitor(t, p).login()
}

func TestDeleteUser(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login()
	if err := p.DeleteUser("jane@example.com"); err != nil {
		t.Fatal(err)
	}
	if a := v.refresh(tok.Refresh); a.body != invalidGrant {
		t.Errorf("refresh = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
	if a := v.userInfo(tok.Access); a.StatusCode != 401 {
		t.Errorf("userInfo = %d, want 401", a.StatusCode)
	}
	sub, err := p.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com"})
	if err != nil || sub == claimsOf(t, tok.ID)["sub"] {
		t.Errorf("AddUser(jane) again = %q, %v, want another sub", sub, err)
	}
	if a := v.refresh(tok.Refresh); a.body != invalidGrant {
		t.Errorf("refresh after jane came back = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
}

func TestSetPassword(t *testing.T) {
	p := newPool(t)
	if err := p.SetPassword("jane", "another"); err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, p)
	if got := v.submit("/login"+query(), "username", "jane", "password", password).says(); got != "Incorrect username or password." {
		t.Errorf("old password = %q", got)
	}
	codeIn(t, v.submit("/login"+query(), "username", "jane", "password", "another"))
}

func TestSetAttribute(t *testing.T) {
	p := newPool(t)
	p.AddUser(cognitotest.User{Username: "john", Email: "john@example.com", Password: password})
	set := func(name, value string) {
		t.Helper()
		if err := p.SetAttribute("jane", name, value); err != nil {
			t.Fatal(err)
		}
	}
	set("custom:team", "red")
	set("name", "")
	set("email", "Jane2@example.com")
	claims := claimsOf(t, string(p.IDToken("jane")))
	if claims["custom:team"] != "red" || claims["name"] != nil || claims["email"] != "Jane2@example.com" {
		t.Errorf("claims = %v", claims)
	}
	if err := p.SetAttribute("jane", "email", "john@example.com"); err == nil {
		t.Error("SetAttribute(an e-mail that is taken) = nil, want an error")
	}
	v := newVisitor(t, p)
	if got := v.submit("/login"+query(), "username", "jane@example.com", "password", password).says(); got != "Incorrect username or password." {
		t.Errorf("sign-in with the old e-mail = %q", got)
	}
	codeIn(t, v.submit("/login"+query(), "username", "jane2@EXAMPLE.com", "password", password))
	set("email", "")
	codeIn(t, v.submit("/login"+query(), "username", "jane", "password", password))
}

func TestPasswordPolicy(t *testing.T) {
	const prefix = "Password did not conform with policy: "
	strict := cognitotest.DefaultPasswordPolicy()
	strict.MinimumLength = 12
	tests := []struct {
		name     string
		option   cognitotest.Option
		password string
		want     string
	}{
		{"default, short", nil, "Aa1!aaa", prefix + "Password not long enough"},
		{"default, upper", nil, "aa1!aaaa", prefix + "Password must have uppercase characters"},
		{"default, lower", nil, "AA1!AAAA", prefix + "Password must have lowercase characters"},
		{"default, digit", nil, "Aaa!aaaa", prefix + "Password must have numeric characters"},
		{"default, symbol", nil, "Aa1aaaaa", prefix + "Password must have symbol characters"},
		{"default, good", nil, "Aa1!aaaa", ""},
		{"default, space within", nil, "Aa1 aaaa", ""},
		{"default, space around", nil, " Aa1aaaa ", prefix + "Password must have symbol characters"},
		{"default, long", nil, "Aa1!" + strings.Repeat("a", 253), prefix + "Password too long"},
		{"twelve", cognitotest.WithPasswordPolicy(strict), "Aa1!aaaaaaa", prefix + "Password not long enough"},
		{"twelve, good", cognitotest.WithPasswordPolicy(strict), "Aa1!aaaaaaaa", ""},
		{"length alone", cognitotest.WithPasswordPolicy(cognitotest.PasswordPolicy{}), "aaaaaaaa", ""},
		{"length alone, short", cognitotest.WithPasswordPolicy(cognitotest.PasswordPolicy{}), "aaaaaaa", prefix + "Password not long enough"},
		{"six digits", cognitotest.WithPasswordPolicy(cognitotest.PasswordPolicy{MinimumLength: 6, RequireNumbers: true}), "123456", ""},
		{"six, no digit", cognitotest.WithPasswordPolicy(cognitotest.PasswordPolicy{MinimumLength: 6, RequireNumbers: true}), "aaaaaa", prefix + "Password must have numeric characters"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := []cognitotest.Option{cognitotest.WithClient(appClient())}
			if tt.option != nil {
				opts = append(opts, tt.option)
			}
			v := newVisitor(t, newPool(t, opts...))
			a := v.submit("/signup"+query(), "email", "new@example.com", "password", tt.password)
			if got := a.says(); got != tt.want || tt.want == "" && a.StatusCode != 302 {
				t.Errorf("sign-up = %d %q, want %q", a.StatusCode, got, tt.want)
			}
		})
	}
	for _, n := range []int{5, 100, -1} {
		mustPanic(t, "a policy", func() {
			cognitotest.NewPool(cognitotest.WithPasswordPolicy(cognitotest.PasswordPolicy{MinimumLength: n}))
		})
	}
}
