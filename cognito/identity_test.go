package cognito_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

func TestContext(t *testing.T) {
	id := &cognito.Identity{Subject: "a334"}
	if got := cognito.FromContext(cognito.NewContext(t.Context(), id)); got != id {
		t.Errorf("FromContext(NewContext(id)) = %v, want id", got)
	}
	if got := cognito.FromContext(t.Context()); got != nil {
		t.Errorf("FromContext(a context without) = %v, want nil", got)
	}
	if got := cognito.FromContext(cognito.NewContext(t.Context(), nil)); got != nil {
		t.Errorf("FromContext(NewContext(nil)) = %v, want nil", got)
	}
	other := &cognito.Identity{Subject: "b445"}
	if got := cognito.FromContext(cognito.NewContext(cognito.NewContext(t.Context(), id), other)); got != other {
		t.Errorf("FromContext(inner) = %v, want the inner identity", got)
	}
	type key struct{}
	if got := cognito.FromContext(context.WithValue(t.Context(), key{}, id)); got != nil {
		t.Errorf("FromContext(another key) = %v, want nil", got)
	}
}

func TestIdentityOfBothTokens(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	i, err := v.VerifyID(t.Context(), pool.IDToken("jane", set("cognito:roles", []string{"arn:a"}), set("cognito:preferred_role", "arn:a")))
	if err != nil {
		t.Fatal(err)
	}
	a, err := v.VerifyAccess(t.Context(), pool.AccessToken("jane"))
	if err != nil {
		t.Fatal(err)
	}
	wantSameIdentity(t, i.Identity(), func() *cognito.Identity {
		id := i.Identity() // for the claims without a field
		*id = cognito.Identity{
			Issuer: issuer, Subject: i.Subject, Username: "jane", ClientID: clientID, Email: "jane@example.com", EmailVerified: true, Name: "Jane Doe",
			Groups: []string{"admins"}, Roles: []string{"arn:a"}, PreferredRole: "arn:a", AuthTime: i.AuthTime,
		}
		form, err := i.Identity().MarshalBinary()
		if err != nil || id.UnmarshalBinary(form) != nil {
			t.Fatal(err)
		}
		return id
	}())
	got := a.Identity()
	if got.Issuer != issuer || got.Subject != i.Subject || got.Username != "jane" || got.ClientID != clientID || !got.HasGroup("admins") || !got.HasScope("openid") || !got.AuthTime.Equal(a.AuthTime) {
		t.Errorf("AccessClaims.Identity = %+v, want jane with groups and scopes", got)
	}
	if got.Email != "" || got.EmailVerified || got.Name != "" || got.UserID != "" {
		t.Errorf("AccessClaims.Identity = %+v, want nothing an access token does not say", got)
	}
	if i.Identity().Scopes != nil {
		t.Errorf("IDClaims.Identity has the scopes %q, want none", i.Identity().Scopes)
	}
}

func TestHasGroupAndScope(t *testing.T) {
	id := &cognito.Identity{Groups: []string{"admins", "café"}, Scopes: []string{"openid", "shop/read"}}
	for name, want := range map[string]bool{"admins": true, "café": true, "Admins": false, "admin": false, "": false, "openid": false} {
		if got := id.HasGroup(name); got != want {
			t.Errorf("HasGroup(%q) = %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]bool{"shop/read": true, "openid": true, "shop": false, "shop/read ": false, "admins": false, "": false} {
		if got := id.HasScope(name); got != want {
			t.Errorf("HasScope(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestIdentityClaim(t *testing.T) {
	id := fullIdentity(t)
	id.Scopes = []string{"openid", "shop/read"}
	want := map[string]string{
		"iss": `"` + issuer + `"`, "sub": `"` + id.Subject + `"`, "cognito:username": `"jane"`, "client_id": `"` + clientID + `"`,
		"email": `"jane@example.com"`, "email_verified": `true`, "name": `"Jane Doe"`, "cognito:groups": `["admins"]`, "cognito:roles": `["arn:a","arn:b"]`,
		"cognito:preferred_role": `"arn:a"`, "scope": `"openid shop/read"`, "custom:plan": `"gold"`, "picture": `"https:\/\/example.com\/jane.png"`,
		"tenant": `{"a" : [1, 2.50, null]}`, "café": `"\ud83d\ude00"`,
	}
	for name, value := range want {
		if got, ok := id.Claim(name); !ok || string(got) != value {
			t.Errorf("Claim(%q) = %s, %v, want %s", name, got, ok, value)
		}
	}
	var auth int64
	if raw, ok := id.Claim("auth_time"); !ok || json.Unmarshal(raw, &auth) != nil || auth != id.AuthTime.Unix() {
		t.Errorf("Claim(auth_time) = %s, %v, want %d", raw, ok, id.AuthTime.Unix())
	}
	for _, name := range []string{"aud", "exp", "iat", "nbf", "jti", "origin_jti", "event_id", "token_use", "nonce", "at_hash", "version", "username", "Sub", "PICTURE", "custom:", ""} {
		if got, ok := id.Claim(name); ok || got != nil {
			t.Errorf("Claim(%q) = %s, %v, want none", name, got, ok)
		}
	}
	for name, value := range map[string]string{
		"picture": "https://example.com/jane.png", "café": "😀", "custom:plan": "gold", "sub": id.Subject,
		"tenant": "", "email_verified": "", "nobody": "", "PICTURE": "",
	} {
		if got := id.Attribute(name); got != value {
			t.Errorf("Attribute(%q) = %q, want %q", name, got, value)
		}
	}
	var all map[string]json.RawMessage
	if err := id.Claims(&all); err != nil || len(all) < len(want)+1 {
		t.Fatalf("Claims = %v, %v, want %d and more", all, err, len(want)+1)
	}
	for name := range all {
		if _, ok := id.Claim(name); !ok {
			t.Errorf("Claims has %q, Claim has not", name)
		}
	}
	for name := range want {
		if all[name] == nil {
			t.Errorf("Claims lacks %q", name)
		}
	}
}

// TestIdentityFieldsWin: an app that fills a field in an OnLogin hook sees it
// in the claims, and not what the token said.
func TestIdentityFieldsWin(t *testing.T) {
	id := fullIdentity(t)
	id.Name, id.Groups, id.Email = `Jane "J" <Doe>`, nil, ""
	for name, want := range map[string]string{"name": `"Jane \"J\" \u003cDoe\u003e"`, "cognito:groups": ``, "email": ``, "email_verified": ``} {
		if got, ok := id.Claim(name); string(got) != want || ok != (want != "") {
			t.Errorf("Claim(%q) = %s, %v, want %q", name, got, ok, want)
		}
	}
	if got := id.Attribute("name"); got != id.Name {
		t.Errorf("Attribute(name) = %q, want %q", got, id.Name)
	}
}

func TestIdentityMadeByHand(t *testing.T) {
	var got map[string]any
	if err := (&cognito.Identity{}).Claims(&got); err != nil || len(got) != 0 {
		t.Errorf("Claims of the zero Identity = %v, %v, want none", got, err)
	}
	id := &cognito.Identity{Subject: "a334", Email: "jane@example.com", AuthTime: time.Unix(1700000000, 0)}
	want := map[string]any{"sub": "a334", "email": "jane@example.com", "email_verified": false, "auth_time": 1700000000.0}
	if err := id.Claims(&got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Claims = %v, %v, want %v", got, err, want)
	}
	if err := id.Claims(&struct{ Sub int }{}); err == nil {
		t.Error("Claims(sub as a number) = nil, want json's error")
	}
}

func TestIdentityLogValue(t *testing.T) {
	id := fullIdentity(t)
	var b bytes.Buffer
	l := slog.New(slog.NewTextHandler(&b, nil))
	l.Info("signed in", "user", id)
	for _, want := range []string{"user.sub=" + id.Subject, "user.iss=" + issuer} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("log = %s, want %s", &b, want)
		}
	}
	for _, personal := range []string{"jane", "Jane", "admins", "gold"} {
		if strings.Contains(b.String(), personal) {
			t.Errorf("log = %s, want it without %q", &b, personal)
		}
	}
	b.Reset()
	l.Info("a guest", "user", cognito.FromContext(t.Context()))
	if !strings.Contains(b.String(), "user=<nil>") {
		t.Errorf("log of nobody = %s, want user=<nil>", &b)
	}
}

// unmarshal is UnmarshalClaims into a new Identity, or nil.
func unmarshal(claims []byte) (*cognito.Identity, error) {
	id := new(cognito.Identity)
	if err := id.UnmarshalClaims(claims); err != nil {
		if !reflect.DeepEqual(id, new(cognito.Identity)) {
			return id, err
		}
		return nil, err
	}
	return id, nil
}

func TestUnmarshalClaims(t *testing.T) {
	id, err := unmarshal([]byte(`{"iss":"https://i","sub":"a334","cognito:username":"jane","username":"other","aud":"web","email":"j@example.com",
		"email_verified":"true","name":"Jane","cognito:groups":["a","b"],"cognito:roles":["r"],"cognito:preferred_role":"r","scope":"x y",
		"auth_time":1700000000,"custom:plan":"gold","exp":1}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"iss": "https://i", "sub": "a334", "cognito:username": "jane", "client_id": "web", "email": "j@example.com", "email_verified": true,
		"name": "Jane", "cognito:groups": []any{"a", "b"}, "cognito:roles": []any{"r"}, "cognito:preferred_role": "r", "scope": "x y",
		"auth_time": 1700000000.0, "custom:plan": "gold",
	}
	got := map[string]any{}
	if err := id.Claims(&got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("UnmarshalClaims has %v, %v, want %v", got, err, want)
	}
	access, err := unmarshal([]byte(`{"sub":"a334","username":"jane","client_id":"web","aud":"https://api"}`))
	if err != nil || access.Username != "jane" || access.ClientID != "web" {
		t.Errorf("UnmarshalClaims(access) = %+v, %v", access, err)
	}
	for doc, check := range map[string]string{
		`{}`: "sub", `{"sub":7}`: "sub", `{"sub":"a","iss":1}`: "iss", `{"sub":"a","client_id":[]}`: "client_id", `{"sub":"a","auth_time":"x"}`: "auth_time",
		`{"sub":"a","sub":"b"}`: "claims", `[]`: "claims", ``: "claims", `{"sub":"a"} x`: "claims",
		`{"sub":"` + strings.Repeat("a", 64<<10) + `"}`: "size",
	} {
		id, err := unmarshal([]byte(doc))
		wantCheck(t, "UnmarshalClaims", err, check, doc+"            ")
		if id != nil {
			t.Errorf("UnmarshalClaims(%.40s) = %+v, want nil", doc, id)
		}
	}
}

// What a source other than a token says about a user.
func ExampleIdentity_UnmarshalClaims() {
	var id cognito.Identity
	err := id.UnmarshalClaims([]byte(`{"sub":"a334","username":"jane","email":"jane@example.com","email_verified":"true"}`))
	fmt.Println(id.Username, id.EmailVerified, err)
	// Output: jane true <nil>
}
