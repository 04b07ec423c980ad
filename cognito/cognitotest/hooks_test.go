package cognitotest_test

import (
	"context"
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// hookLog notes the trigger sources, with what each event says about the
// user.
type hookLog struct{ lines []string }

func (l *hookLog) note(e trigger.Event) {
	l.lines = append(l.lines, strings.Join([]string{string(e.TriggerSource), e.UserName, e.ClientID, e.UserAttributes["cognito:user_status"], e.UserAttributes["email"]}, " "))
}

func (l *hookLog) hooks() trigger.Hooks {
	return trigger.Hooks{
		PreSignUp: func(_ context.Context, e *trigger.PreSignUp) error {
			e.UserName = "" // a new one each time
			l.note(e.Event)
			return nil
		},
		PostConfirmation: func(_ context.Context, e *trigger.PostConfirmation) error {
			e.UserName = ""
			l.note(e.Event)
			return nil
		},
		PreAuthentication: func(_ context.Context, e *trigger.PreAuthentication) error {
			l.note(e.Event)
			return nil
		},
		PostAuthentication: func(_ context.Context, e *trigger.PostAuthentication) error {
			l.note(e.Event)
			return nil
		},
		PreTokenGeneration: func(_ context.Context, e *trigger.PreTokenGeneration) error {
			l.note(e.Event)
			return nil
		},
	}
}

func TestHooksRunInOrder(t *testing.T) {
	var log hookLog
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(log.hooks()))
	v := newVisitor(t, p)
	tok := v.login()
	v.refresh(tok.Refresh)
	v.get("/oauth2/authorize" + query("prompt", "none")) // silent
	v.submit("/login"+query(), "username", "nobody", "password", "x")
	want := []string{
		"PreAuthentication_Authentication jane client1 CONFIRMED jane@example.com",
		"PostAuthentication_Authentication jane client1 CONFIRMED jane@example.com",
		"TokenGeneration_HostedAuth jane client1 CONFIRMED jane@example.com",
		"TokenGeneration_RefreshTokens jane client1 CONFIRMED jane@example.com",
		"PreAuthentication_Authentication nobody client1  ",
	}
	if !slices.Equal(log.lines, want) {
		t.Errorf("hooks = %q, want %q", log.lines, want)
	}

	log.lines = nil
	v = newVisitor(t, p)
	v.submit("/signup"+query(), "email", "new@example.com", "password", password)
	v.submit("/confirm"+query(), "code", p.LastCode("new@example.com"))
	v.submit("/forgotPassword"+query(), "username", "new@example.com")
	v.submit("/confirmforgotPassword"+query(), "code", p.LastCode("new@example.com"), "password", password+"2")
	for i, line := range log.lines {
		log.lines[i] = strings.Fields(line)[0]
	}
	if want := []string{"PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp", "PostAuthentication_Authentication", "PostConfirmation_ConfirmForgotPassword"}; !slices.Equal(log.lines, want) {
		t.Errorf("hooks = %q, want %q", log.lines, want)
	}
}

var errTeam = errors.New("not in the team")

// TestHooksRefuse: the words are Cognito's, and the user is not signed in.
//
// doc: a refusing trigger on a page
func TestHooksRefuse(t *testing.T) {
	tests := []struct {
		name  string
		hooks trigger.Hooks
		do    func(v *visitor) answer
		want  string // banner, or the error_description at the app
		onApp bool
	}{
		{
			name:  "PreSignUp",
			hooks: trigger.Hooks{PreSignUp: func(context.Context, *trigger.PreSignUp) error { return errTeam }},
			do: func(v *visitor) answer {
				return v.submit("/signup"+query(), "email", "new@example.com", "password", password)
			},
			want: "PreSignUp failed with error not in the team.",
		},
		{
			name:  "PreAuthentication",
			hooks: trigger.Hooks{PreAuthentication: func(context.Context, *trigger.PreAuthentication) error { return errTeam }},
			do:    func(v *visitor) answer { return v.submit("/login"+query(), "username", "jane", "password", password) },
			want:  "PreAuthentication failed with error not in the team.",
		},
		{
			name:  "PostAuthentication",
			hooks: trigger.Hooks{PostAuthentication: func(context.Context, *trigger.PostAuthentication) error { return errTeam }},
			do:    func(v *visitor) answer { return v.submit("/login"+query(), "username", "jane", "password", password) },
			want:  "PostAuthentication failed with error not in the team.",
			onApp: true,
		},
		{
			name:  "PostConfirmation",
			hooks: trigger.Hooks{PostConfirmation: func(context.Context, *trigger.PostConfirmation) error { return errTeam }},
			do: func(v *visitor) answer {
				v.submit("/signup"+query(), "email", "new@example.com", "password", password)
				return v.submit("/confirm"+query(), "code", v.p.LastCode("new@example.com"))
			},
			want:  "PostConfirmation failed with error not in the team.",
			onApp: true,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(tt.hooks))
			v := newVisitor(t, p)
			a := tt.do(v)
			got := a.says()
			if tt.onApp {
				u, _ := url.Parse(a.Header.Get("Location"))
				got = u.Query().Get("error_description")
				if q := u.Query(); q.Get("error") != "invalid_request" || q.Get("state") != "st-1" {
					t.Errorf("redirect = %s, want invalid_request and the state", u)
				}
			}
			if got != tt.want {
				t.Errorf("%s = %q, want %q", tt.name, got, tt.want)
			}
			if silent := v.get("/oauth2/authorize" + query("prompt", "none")).Header.Get("Location"); !strings.Contains(silent, "login_required") {
				t.Errorf("prompt=none afterwards = %q, want login_required", silent)
			}
			if tt.name == "PreSignUp" {
				if _, _, err := p.UserStatus("new@example.com"); err == nil {
					t.Error("the refused user exists")
				}
			}
			if e := p.Events(cognitotest.Event{Method: "POST"}); !strings.Contains(e[len(e)-1].Error, tt.want) {
				t.Errorf("event = %q, want %q in it", e[len(e)-1].Error, tt.want)
			}
		})
	}
}

func TestPreSignUpConfirms(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(trigger.Hooks{
		PreSignUp: func(_ context.Context, e *trigger.PreSignUp) error {
			e.AutoConfirmUser, e.AutoVerifyEmail = true, true
			return nil
		},
	}))
	v := newVisitor(t, p)
	code := codeIn(t, v.submit("/signup"+query(), "email", "new@example.com", "password", password))
	claims := claimsOf(t, v.post("/oauth2/token", tokenForm(code)).tokens(t).ID)
	if claims["email_verified"] != true || len(p.Outbox()) != 0 {
		t.Errorf("email_verified = %v, %d mails, want true and none", claims["email_verified"], len(p.Outbox()))
	}
}

// TestPreTokenGeneration: what each version may change, and what none may.
func TestPreTokenGeneration(t *testing.T) {
	change := func(_ context.Context, e *trigger.PreTokenGeneration) error {
		e.IDTokenGeneration.ClaimsToAddOrOverride = map[string]any{"plan": "gold", "email": "other@example.com"}
		e.IDTokenGeneration.ClaimsToSuppress = []string{"email_verified", "sub"}
		e.AccessTokenGeneration.ClaimsToAddOrOverride = map[string]any{"plan": map[string]any{"name": "gold", "seats": 3}, "aud": e.ClientID}
		e.AccessTokenGeneration.ScopesToAdd = []string{"api/read", "two words"}
		e.AccessTokenGeneration.ScopesToSuppress = []string{"email"}
		e.GroupOverrideDetails.GroupsToOverride = append(e.GroupOverrideDetails.GroupsToOverride, "guests")
		return nil
	}
	for _, version := range []trigger.PreTokenVersion{trigger.PreTokenV1, trigger.PreTokenV2, trigger.PreTokenV3} {
		t.Run(version.String(), func(t *testing.T) {
			p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(trigger.Hooks{PreTokenVersion: version, PreTokenGeneration: change}))
			v := newVisitor(t, p)
			first := v.login()
			for _, tok := range []tokens{first, v.refresh(first.Refresh).tokens(t)} {
				id, access := claimsOf(t, tok.ID), claimsOf(t, tok.Access)
				if id["plan"] != "gold" || id["email"] != "other@example.com" || id["email_verified"] != nil || id["sub"] == nil {
					t.Errorf("ID token = %v, want plan and e-mail changed, email_verified gone, sub kept", id)
				}
				groups := []any{"admins", "guests"}
				if !reflect.DeepEqual(id["cognito:groups"], groups) || !reflect.DeepEqual(access["cognito:groups"], groups) {
					t.Errorf("groups = %v, %v, want %v in both", id["cognito:groups"], access["cognito:groups"], groups)
				}
				scope, aud, plan := any("openid api/read"), any("client1"), any(map[string]any{"name": "gold", "seats": 3.0})
				if version == trigger.PreTokenV1 {
					scope, aud, plan = "openid email", nil, nil
				}
				if access["scope"] != scope || access["aud"] != aud || !reflect.DeepEqual(access["plan"], plan) {
					t.Errorf("access token = %v, want scope %v, aud %v, plan %v", access, scope, aud, plan)
				}
			}
		})
	}
}

// doc: a trigger that changes a protected claim
func TestProtectedClaims(t *testing.T) {
	protected := []string{
		"sub", "iss", "exp", "iat", "nbf", "jti", "origin_jti", "token_use", "auth_time", "at_hash", "nonce", "aud", "client_id",
		"event_id", "device_key", "version", "username", "identities", "amr", "acr", "azp", "scope", "cognito:username", "cognito:roles",
	}
	evil := make(map[string]any)
	for _, name := range protected {
		evil[name] = "evil"
	}
	claims := func(h trigger.Hooks) (id, access map[string]any) {
		p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(h))
		tok := newVisitor(t, p).login("resource", "https://api.example.com")
		return claimsOf(t, tok.ID), claimsOf(t, tok.Access)
	}
	plainID, plainAccess := claims(trigger.Hooks{})
	id, access := claims(trigger.Hooks{PreTokenGeneration: func(_ context.Context, e *trigger.PreTokenGeneration) error {
		e.IDTokenGeneration.ClaimsToAddOrOverride, e.AccessTokenGeneration.ClaimsToAddOrOverride = evil, evil
		e.IDTokenGeneration.ClaimsToSuppress, e.AccessTokenGeneration.ClaimsToSuppress = nil, nil
		return nil
	}})
	if !slices.Equal(keysOf(id), keysOf(plainID)) || !slices.Equal(keysOf(access), keysOf(plainAccess)) {
		t.Errorf("claims = %v, %v, want %v, %v", keysOf(id), keysOf(access), keysOf(plainID), keysOf(plainAccess))
	}
	for _, name := range protected {
		if id[name] == "evil" || access[name] == "evil" {
			t.Errorf("the hook overrode %s", name)
		}
	}
	id, access = claims(trigger.Hooks{PreTokenGeneration: func(_ context.Context, e *trigger.PreTokenGeneration) error {
		e.IDTokenGeneration.ClaimsToSuppress, e.AccessTokenGeneration.ClaimsToSuppress = protected, protected
		return nil
	}})
	if !slices.Equal(keysOf(id), keysOf(plainID)) || !slices.Equal(keysOf(access), keysOf(plainAccess)) {
		t.Errorf("after suppression claims = %v, %v, want %v, %v", keysOf(id), keysOf(access), keysOf(plainID), keysOf(plainAccess))
	}
}

func TestPreTokenGenerationOverridesRoles(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(trigger.Hooks{
		PreTokenGeneration: func(_ context.Context, e *trigger.PreTokenGeneration) error {
			if want := (trigger.GroupOverrideDetails{GroupsToOverride: []string{"admins"}, IAMRolesToOverride: []string{"arn:a"}, PreferredRole: "arn:a"}); !reflect.DeepEqual(e.GroupOverrideDetails, want) {
				return errors.New("the event has other groups")
			}
			e.GroupOverrideDetails = trigger.GroupOverrideDetails{IAMRolesToOverride: []string{"arn:b"}}
			return nil
		},
	}))
	p.AddGroup(cognitotest.Group{Name: "admins", RoleARN: "arn:a"})
	claims := claimsOf(t, string(p.IDToken("jane")))
	if claims["cognito:groups"] != nil || claims["cognito:preferred_role"] != nil || !reflect.DeepEqual(claims["cognito:roles"], []any{"arn:b"}) {
		t.Errorf("groups, preferred, roles = %v, %v, %v, want none, none, arn:b", claims["cognito:groups"], claims["cognito:preferred_role"], claims["cognito:roles"])
	}
}

// doc: a number for a claim in V1_0
func TestPreTokenGenerationRefusals(t *testing.T) {
	many := make(map[string]any)
	for range 5001 {
		many[strings.Repeat("x", len(many)+1)] = "x"
	}
	tests := []struct {
		name    string
		version trigger.PreTokenVersion
		hook    func(context.Context, *trigger.PreTokenGeneration) error
		want    string
	}{
		{"error", trigger.PreTokenV2, func(context.Context, *trigger.PreTokenGeneration) error { return errTeam }, "PreTokenGeneration failed with error not in the team."},
		{"number in V1", trigger.PreTokenV1, func(_ context.Context, e *trigger.PreTokenGeneration) error {
			e.IDTokenGeneration.ClaimsToAddOrOverride = map[string]any{"n": 1}
			return nil
		}, "Unrecognizable lambda output"},
		{"too many", trigger.PreTokenV2, func(_ context.Context, e *trigger.PreTokenGeneration) error {
			e.IDTokenGeneration.ClaimsToAddOrOverride = many
			return nil
		}, "PreTokenGeneration failed with error more than 5000 claims and scopes."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(trigger.Hooks{PreTokenVersion: tt.version, PreTokenGeneration: tt.hook}))
			v := newVisitor(t, p)
			a := v.post("/oauth2/token", tokenForm(v.signIn()))
			if want := `{"error":"invalid_request","error_description":"` + tt.want + `"}`; a.StatusCode != 400 || a.body != want {
				t.Errorf("token = %d %s, want 400 %s", a.StatusCode, a.body, want)
			}
			mustPanic(t, "Tokens", func() { p.Tokens("jane") })
		})
	}
}

// TestHookMayCallThePool: no lock is held while a hook runs.
func TestHookMayCallThePool(t *testing.T) {
	var p *cognitotest.Pool
	p = newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(trigger.Hooks{
		PostAuthentication: func(_ context.Context, e *trigger.PostAuthentication) error {
			return p.AddUserToGroup(e.UserName, "seen")
		},
	}))
	groups, _ := claimsOf(t, newVisitor(t, p).login().ID)["cognito:groups"].([]any)
	if !slices.Contains(groups, "seen") {
		t.Errorf("groups = %v, want seen among them", groups)
	}
}

// refusingHook signs jane in where a PostAuthentication hook refuses with
// that text, and returns the answer.
func refusingHook(t *testing.T, text string) answer {
	t.Helper()
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(trigger.Hooks{
		PostAuthentication: func(context.Context, *trigger.PostAuthentication) error { return errors.New(text) },
	}))
	return newVisitor(t, p).submit("/login"+query(), "username", "jane", "password", password)
}
