package cognitotest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

type apiUserDetails struct {
	Username                             string
	UserAttributes                       []struct{ Name, Value string }
	UserCreateDate, UserLastModifiedDate seconds
	Enabled                              bool
	UserStatus, PreferredMfaSetting      string
	UserMFASettingList                   []string
}

// get is AdminGetUser, with the attributes by name.
func (a admin) get(username string) (u apiUserDetails, attributes map[string]string) {
	a.t.Helper()
	a.must("AdminGetUser", object{"Username": username}, &u)
	attributes = make(map[string]string)
	for _, attribute := range u.UserAttributes {
		attributes[attribute.Name] = attribute.Value
	}
	return u, attributes
}

// given is a list of attributes in a request.
func given(pairs ...string) []object {
	list := []object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, object{"Name": pairs[i], "Value": pairs[i+1]})
	}
	return list
}

// op: AdminGetUser
func TestAdmin_GetUser(t *testing.T) {
	pool := cognitotest.NewPool()
	sub, err := pool.AddUser(cognitotest.User{
		Username: "jane", Email: "jane@example.com", EmailVerified: true, TOTPSecret: "GEZDGNBVGY3TQOJQ", PreferredMFA: cognitotest.FactorTOTP,
	})
	if err != nil {
		t.Fatal(err)
	}
	a := newAdmin(t, pool)
	for _, name := range []string{"jane", "jane@example.com", sub} {
		u, attributes := a.get(name)
		if u.Username != "jane" || attributes["sub"] != sub || attributes["email_verified"] != "true" || !u.Enabled || u.UserStatus != "CONFIRMED" {
			t.Errorf("AdminGetUser(%s) = %+v, want jane", name, u)
		}
		if u.PreferredMfaSetting != cognitotest.FactorTOTP || !slices.Equal(u.UserMFASettingList, []string{cognitotest.FactorTOTP}) {
			t.Errorf("AdminGetUser(%s) = %+v, want the factor TOTP", name, u)
		}
	}
	pool.Advance(time.Hour)
	pool.SetAttribute("jane", "name", "Jane")
	if u, _ := a.get("jane"); u.UserLastModifiedDate.at().Sub(u.UserCreateDate.at()).Round(time.Minute) != time.Hour {
		t.Errorf("AdminGetUser after a change = dates %v and %v, want an hour between", u.UserCreateDate.at(), u.UserLastModifiedDate.at())
	}
	a.refuse("AdminGetUser", object{"Username": "nobody"}, "UserNotFoundException: User does not exist.")
}

// op: AdminDisableUser
// op: AdminEnableUser
// op: AdminUserGlobalSignOut
// op: AdminDeleteUser
func TestAdmin_EndsSignIns(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	v := newVisitor(t, pool)
	lives := func(tok tokens) bool { return v.refresh(tok.Refresh).StatusCode == 200 }
	for _, op := range []string{"AdminUserGlobalSignOut", "AdminDisableUser", "AdminDeleteUser"} {
		tok := v.login()
		if !lives(tok) {
			t.Fatalf("before %s: the refresh token is no good", op)
		}
		a.must(op, object{"Username": "jane"}, nil)
		if lives(tok) {
			t.Errorf("after %s: the refresh token is good, want it revoked", op)
		}
		if op == "AdminDisableUser" {
			if u, _ := a.get("jane"); u.Enabled {
				t.Errorf("AdminGetUser after %s = enabled", op)
			}
			a.must("AdminEnableUser", object{"Username": "jane"}, nil)
			if u, _ := a.get("jane"); !u.Enabled || lives(tok) {
				t.Errorf("after AdminEnableUser: enabled %t, token alive %t, want true and false", u.Enabled, lives(tok))
			}
		}
		v = newVisitor(t, pool) // without a page session
	}
	a.refuse("AdminGetUser", object{"Username": "jane"}, "UserNotFoundException: User does not exist.")
}

// op: AdminConfirmSignUp
func TestAdmin_ConfirmSignUp(t *testing.T) {
	pool := newPool(t)
	signUp := object{"ClientId": "client1", "Username": "sam", "Password": password, "UserAttributes": given("email", "sam@example.com")}
	if failure := callAPI(t, pool, "SignUp", signUp, nil); failure != "" {
		t.Fatal(failure)
	}
	a := newAdmin(t, pool)
	a.must("AdminConfirmSignUp", object{"Username": "sam"}, nil)
	if u, attributes := a.get("sam"); u.UserStatus != "CONFIRMED" || attributes["email_verified"] != "false" {
		t.Errorf("after AdminConfirmSignUp: %s, email_verified %s, want CONFIRMED and false", u.UserStatus, attributes["email_verified"])
	}
	a.refuse("AdminConfirmSignUp", object{"Username": "sam"}, "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED")
}

// op: AdminUpdateUserAttributes
// op: AdminDeleteUserAttributes
// doc: AdminUpdateUserAttributes with a new e-mail
func TestAdmin_Attributes(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithImmutableAttributes("custom:tenant"))
	for _, u := range []cognitotest.User{
		{Username: "jane", Email: "jane@example.com", EmailVerified: true, Attributes: map[string]string{"custom:tenant": "a"}},
		{Username: "sam", Email: "sam@example.com"},
	} {
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	a := newAdmin(t, pool)
	update := func(pairs ...string) object { return object{"Username": "jane", "UserAttributes": given(pairs...)} }
	a.must("AdminUpdateUserAttributes", update("name", "Jane D.", "custom:team", "red", "email", "j@example.com"), nil)
	if _, all := a.get("jane"); all["name"] != "Jane D." || all["custom:team"] != "red" || all["email_verified"] != "false" || len(pool.Outbox()) != 0 {
		t.Errorf("after AdminUpdateUserAttributes: %v and %d messages, want the new ones, an e-mail that is not verified, no message", all, len(pool.Outbox()))
	}
	a.must("AdminUpdateUserAttributes", update("email", "jane@example.com", "email_verified", "true", "custom:tenant", "a"), nil)
	if _, all := a.get("jane"); all["email_verified"] != "true" {
		t.Errorf("after AdminUpdateUserAttributes(email_verified): %v, want it verified", all)
	}
	a.must("AdminDeleteUserAttributes", object{"Username": "jane", "UserAttributeNames": []string{"name", "email"}}, nil)
	if _, all := a.get("jane"); all["name"]+all["email"]+all["email_verified"] != "" {
		t.Errorf("after AdminDeleteUserAttributes: %v, want name and e-mail gone", all)
	}
	refusals := []struct{ name, value, want string }{
		{"email", "sam@example.com", "AliasExistsException: An account with the given email already exists."},
		{"email", "nowhere", "InvalidParameterException: Invalid email address format."},
		{"phone_number", "123", "InvalidParameterException: Invalid phone number format."},
		{"sub", "1", "InvalidParameterException: user.sub: Attribute cannot be updated."},
		{"custom:tenant", "b", "InvalidParameterException: user.custom:tenant: Attribute cannot be updated."},
		{"email_verified", "yes", "InvalidParameterException: Invalid value for attribute email_verified: it is true or false."},
		{"shoes", "1", "InvalidParameterException: Attributes did not conform to the schema: Type for attribute {shoes} could not be determined"},
	}
	for _, tt := range refusals {
		a.refuse("AdminUpdateUserAttributes", update("nickname", "J", tt.name, tt.value), tt.want)
	}
	if _, all := a.get("jane"); all["nickname"] != "" {
		t.Errorf("after refusals: nickname %q, want nothing changed", all["nickname"])
	}
}

// op: AdminLinkProviderForUser
func TestAdmin_LinkProvider(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithProvider(federation.Provider{Type: federation.Google}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		t.Fatal(err)
	}
	a := newAdmin(t, pool)
	link := func(to, provider, name, id string) object {
		return object{
			"DestinationUser": object{"ProviderName": "Cognito", "ProviderAttributeValue": to},
			"SourceUser":      object{"ProviderName": provider, "ProviderAttributeName": name, "ProviderAttributeValue": id},
		}
	}
	a.must("AdminLinkProviderForUser", link("jane", "Google", "Cognito_Subject", "1001"), nil)
	if _, all := a.get("jane"); all["identities"] == "" {
		t.Errorf("attributes after AdminLinkProviderForUser = %v, want identities", all)
	}
	a.refuse("AdminLinkProviderForUser", link("jane", "Google", "Cognito_Subject", "1001"), "InvalidParameterException: Merging is not currently supported, provide a SourceUser that has not been previously linked")
	a.refuse("AdminLinkProviderForUser", link("sam", "Google", "Cognito_Subject", "1002"), "UserNotFoundException: User does not exist.")
	a.refuse("AdminLinkProviderForUser", link("jane", "Okta", "Cognito_Subject", "1002"), "ResourceNotFoundException: Identity provider does not exist.")
	a.refuse("AdminLinkProviderForUser", link("jane", "Google", "email", "1002"), "InvalidParameterException: SourceUser.ProviderAttributeName other than Cognito_Subject is not supported by the emulator")
	in := link("jane", "Google", "Cognito_Subject", "1002")
	in["SourceUser"] = object{"ProviderName": "Google", "Shoe": "42"}
	a.refuse("AdminLinkProviderForUser", in, "InvalidParameterException: 1 validation error detected: Value null at 'sourceUser.providerAttributeValue' failed to satisfy constraint: Member must not be null")
}

// op: AdminSetUserMFAPreference
func TestAdmin_SetUserMFAPreference(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true, Email: true}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true}); err != nil {
		t.Fatal(err)
	}
	a := newAdmin(t, pool)
	on := object{"Enabled": true, "PreferredMfa": true}
	a.must("AdminSetUserMFAPreference", object{"Username": "jane", "EmailMfaSettings": on}, nil)
	if u, _ := a.get("jane"); u.PreferredMfaSetting != cognitotest.FactorEmail || !slices.Equal(u.UserMFASettingList, []string{cognitotest.FactorEmail}) {
		t.Errorf("after AdminSetUserMFAPreference: %+v, want codes by e-mail", u)
	}
	if got := a.call("AdminSetUserMFAPreference", object{"Username": "jane", "SoftwareTokenMfaSettings": on}, nil); !strings.HasPrefix(got, "InvalidParameterException: ") {
		t.Errorf("AdminSetUserMFAPreference(no app) = %q, want InvalidParameterException", got)
	}
	a.refuse("AdminSetUserMFAPreference", object{"Username": "jane", "WebAuthnMfaSettings": object{"Enabled": true}}, "InvalidParameterException: WEB_AUTHN is not enabled for the user pool")
}
