package cognitotest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// A profile is what GetUser tells.
type profile struct {
	Username            string
	UserAttributes      []struct{ Name, Value string }
	MFAOptions          []struct{ DeliveryMedium, AttributeName string }
	PreferredMfaSetting string
	UserMFASettingList  []string
}

func (u profile) attribute(name string) string {
	for _, a := range u.UserAttributes {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

func getUser(t *testing.T, p *cognitotest.Pool, token string) profile {
	t.Helper()
	var u profile
	mustAPI(t, p, "GetUser", apiInput{"AccessToken": token}, &u)
	return u
}

// asJane are the parameters of a call by jane with a token of client1.
func asJane(p *cognitotest.Pool) apiInput {
	return apiInput{"AccessToken": string(p.AccessToken("jane"))}
}

// loginBy signs jane in through another client on the pages.
func loginBy(t *testing.T, p *cognitotest.Pool, clientID string) tokens {
	t.Helper()
	v := newVisitor(t, p)
	code := v.signIn("client_id", clientID, "scope", "openid aws.cognito.signin.user.admin")
	return v.post("/oauth2/token", tokenForm(code, "client_id", clientID)).tokens(t)
}

// Every operation on one's own account wants a token that is good for it.
// doc: access tokens of a user in RESET_REQUIRED
func TestAPI_AccessTokenRefused(t *testing.T) {
	operations := map[string]apiInput{
		"GetUser": {}, "GetUserAuthFactors": {}, "DeleteUser": {}, "SetUserMFAPreference": {},
		"SetUserSettings":                  {"MFAOptions": []any{}},
		"ChangePassword":                   {"PreviousPassword": password, "ProposedPassword": "Other-horse-2"},
		"UpdateUserAttributes":             {"UserAttributes": attributes("name", "J")},
		"DeleteUserAttributes":             {"UserAttributeNames": []string{"name"}},
		"GetUserAttributeVerificationCode": {"AttributeName": "email"},
		"VerifyUserAttribute":              {"AttributeName": "email", "Code": "1"},
	}
	for op, in := range operations {
		t.Run(op, func(t *testing.T) {
			p := apiPool(t)
			in := in.with("AccessToken", string(p.AccessToken("jane")))
			wantAPI(t, p, op, in.with("AccessToken", string(p.IDToken("jane"))), "NotAuthorizedException: Invalid Access Token")
			narrow := newVisitor(t, p).login("scope", "openid email").Access
			wantAPI(t, p, op, in.with("AccessToken", narrow), "NotAuthorizedException: Access Token does not have required scopes")
			if err := p.SetUserStatus("jane", cognitotest.StatusResetRequired); err != nil {
				t.Fatal(err)
			}
			wantAPI(t, p, op, in, "PasswordResetRequiredException: Password reset required for the user")
			if err := p.SetUserStatus("jane", cognitotest.StatusConfirmed); err != nil {
				t.Fatal(err)
			}
			p.ExpireAccessTokens()
			wantAPI(t, p, op, in, "NotAuthorizedException: Access Token has expired")
			in["AccessToken"] = string(p.AccessToken("jane"))
			if err := p.SignOutUser("jane"); err != nil {
				t.Fatal(err)
			}
			wantAPI(t, p, op, in, "NotAuthorizedException: Access Token has been revoked")
		})
	}
}

// op: UpdateUserAttributes
func TestAPI_UpdateUserAttributes(t *testing.T) {
	p := apiPool(t)
	in := asJane(p)
	var out struct{ CodeDeliveryDetailsList []delivery }
	mustAPI(t, p, "UpdateUserAttributes", in.with("UserAttributes", attributes("name", "Jane Doe", "custom:team", "", "email", "new@example.com", "phone_number", "+15550199")), &out)
	if got, want := fmt.Sprint(out.CodeDeliveryDetailsList), "[{email EMAIL n***@e***} {phone_number SMS +****0199}]"; got != want {
		t.Errorf("UpdateUserAttributes = %s, want %s", got, want)
	}
	u := getUser(t, p, in["AccessToken"].(string))
	for name, want := range map[string]string{"name": "Jane Doe", "custom:team": "", "email": "new@example.com", "email_verified": "false", "phone_number": "+15550199", "phone_number_verified": "false"} {
		if got := u.attribute(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	box := p.Outbox()
	if len(box) != 2 || box[0].To != "new@example.com" || box[0].Purpose != outbox.VerifyAttribute || box[1].To != "+15550199" || box[1].Medium != outbox.SMS {
		t.Errorf("outbox = %+v, want a mail and a text message", box)
	}
	out.CodeDeliveryDetailsList = nil
	mustAPI(t, p, "UpdateUserAttributes", in.with("UserAttributes", attributes("name", "Jane")), &out)
	if out.CodeDeliveryDetailsList != nil {
		t.Errorf("UpdateUserAttributes(name) = %+v, want no codes", out.CodeDeliveryDetailsList)
	}
	mustAPI(t, p, "UpdateUserAttributes", in.with("UserAttributes", attributes("phone_number", "")), nil)
	if u := getUser(t, p, in["AccessToken"].(string)); u.attribute("phone_number_verified") != "" {
		t.Errorf("after taking the number away: %+v, want no phone_number_verified", u)
	}
}

func TestAPI_UpdateUserAttributesRefuses(t *testing.T) {
	narrow := appClient()
	narrow.ID, narrow.WriteAttributes = "narrow", []string{"name"}
	p := apiPool(t, cognitotest.WithClient(narrow), cognitotest.WithRequiredAttributes("name"), cognitotest.WithImmutableAttributes("custom:tenant"))
	if _, err := p.AddUser(cognitotest.User{Username: "john", Email: "john@example.com", Phone: "+15550177"}); err != nil {
		t.Fatal(err)
	}
	in := asJane(p)
	byNarrow := loginBy(t, p, "narrow")
	tests := []struct {
		token      string
		attributes []map[string]string
		want       string
	}{
		{"", attributes("sub", "1"), "InvalidParameterException: user.sub: Attribute cannot be updated."},
		{"", attributes("identities", "[]"), "InvalidParameterException: user.identities: Attribute cannot be updated."},
		{"", attributes("custom:tenant", "2"), "InvalidParameterException: user.custom:tenant: Attribute cannot be updated."},
		{"", attributes("email_verified", "true"), "NotAuthorizedException: A client attempted to write unauthorized attribute"},
		{"", attributes("name", ""), "InvalidParameterException: Attributes did not conform to the schema: name: The attribute is required"},
		{"", attributes("role", "x"), "InvalidParameterException: Attributes did not conform to the schema: Type for attribute {role} could not be determined"},
		{"", attributes("email", "x"), "InvalidParameterException: Invalid email address format."},
		{"", attributes("phone_number", "x"), "InvalidParameterException: Invalid phone number format."},
		{"", attributes("name", "X", "email", "john@example.com"), "AliasExistsException: An account with the given email already exists."},
		{"", attributes("phone_number", "+15550177"), "AliasExistsException: An account with the given phone_number already exists."},
		{byNarrow.Access, attributes("email", "new@example.com"), "NotAuthorizedException: A client attempted to write unauthorized attribute"},
	}
	for _, tt := range tests {
		call := in.with("UserAttributes", tt.attributes)
		if tt.token != "" {
			call["AccessToken"] = tt.token
		}
		wantAPI(t, p, "UpdateUserAttributes", call, tt.want)
	}
	if u := getUser(t, p, in["AccessToken"].(string)); u.attribute("name") != "Jane" || u.attribute("email") != "jane@example.com" || len(p.Outbox()) != 0 {
		t.Errorf("after refusals: %+v and %d messages, want jane as she was", u, len(p.Outbox()))
	}
	mustAPI(t, p, "UpdateUserAttributes", in.with("AccessToken", byNarrow.Access, "UserAttributes", attributes("name", "J")), nil)
}

// op: DeleteUserAttributes
func TestAPI_DeleteUserAttributes(t *testing.T) {
	p := apiPool(t, cognitotest.WithRequiredAttributes("name"))
	in := asJane(p)
	mustAPI(t, p, "DeleteUserAttributes", in.with("UserAttributeNames", []string{"custom:team", "email", "nickname"}), nil)
	u := getUser(t, p, in["AccessToken"].(string))
	if u.attribute("custom:team") != "" || u.attribute("email") != "" || u.attribute("email_verified") != "" || u.attribute("name") != "Jane" {
		t.Errorf("after DeleteUserAttributes: %+v", u)
	}
	wantAPI(t, p, "DeleteUserAttributes", in.with("UserAttributeNames", []string{"sub"}), "InvalidParameterException: user.sub: Attribute cannot be updated.")
	wantAPI(t, p, "DeleteUserAttributes", in.with("UserAttributeNames", []string{"name"}), "InvalidParameterException: Attributes did not conform to the schema: name: The attribute is required")
}

// op: GetUserAttributeVerificationCode
// op: VerifyUserAttribute
// doc: VerifyUserAttribute when no code was sent
func TestAPI_VerifyUserAttribute(t *testing.T) {
	p := apiPool(t)
	in := asJane(p).with("AttributeName", "phone_number")
	token := in["AccessToken"].(string)
	var out struct{ CodeDeliveryDetails delivery }
	mustAPI(t, p, "GetUserAttributeVerificationCode", in, &out)
	if want := (delivery{"phone_number", "SMS", "+****0100"}); out.CodeDeliveryDetails != want {
		t.Errorf("GetUserAttributeVerificationCode = %+v, want %+v", out.CodeDeliveryDetails, want)
	}
	code := p.LastCode("+15550100")
	wantAPI(t, p, "VerifyUserAttribute", in.with("Code", "000"), codeMismatch)
	wantAPI(t, p, "VerifyUserAttribute", in.with("Code", code, "AttributeName", "email"), codeExpired)
	mustAPI(t, p, "VerifyUserAttribute", in.with("Code", code), nil)
	if u := getUser(t, p, token); u.attribute("phone_number_verified") != "true" {
		t.Errorf("after VerifyUserAttribute: %+v, want the number verified", u)
	}
	wantAPI(t, p, "VerifyUserAttribute", in.with("Code", code), codeExpired)

	mustAPI(t, p, "GetUserAttributeVerificationCode", in, nil)
	code = p.LastCode("+15550100")
	mustAPI(t, p, "UpdateUserAttributes", in.with("AttributeName", nil, "UserAttributes", attributes("phone_number", "+15550199")), nil)
	if code != p.LastCode("+15550199") {
		wantAPI(t, p, "VerifyUserAttribute", in.with("Code", code), codeMismatch)
	}
	p.Advance(24 * time.Hour)
	fresh := asJane(p).with("AttributeName", "phone_number")
	wantAPI(t, p, "VerifyUserAttribute", fresh.with("Code", p.LastCode("+15550199")), codeExpired)
}

func TestAPI_VerifyUserAttributeLimits(t *testing.T) {
	p := apiPool(t)
	in := asJane(p).with("AttributeName", "email")
	for range 5 {
		mustAPI(t, p, "GetUserAttributeVerificationCode", in, nil)
	}
	wantAPI(t, p, "GetUserAttributeVerificationCode", in, limitExceeded)
	for range 15 {
		wantAPI(t, p, "VerifyUserAttribute", in.with("Code", "000"), codeMismatch)
	}
	wantAPI(t, p, "VerifyUserAttribute", in.with("Code", p.LastCode("jane@example.com")), limitExceeded)
}

// Where the pool keeps the old address until the new one is verified, it is
// the old one that signs in until then.
func TestWithKeptUntilVerified(t *testing.T) {
	p := apiPool(t, cognitotest.WithKeptUntilVerified("email"))
	if _, err := p.AddUser(cognitotest.User{Username: "john", Email: "john@example.com"}); err != nil {
		t.Fatal(err)
	}
	in := asJane(p)
	token := in["AccessToken"].(string)
	change := in.with("UserAttributes", attributes("email", "new@example.com"))
	wantAPI(t, p, "UpdateUserAttributes", in.with("UserAttributes", attributes("email", "john@example.com")), "AliasExistsException: An account with the given email already exists.")
	mustAPI(t, p, "UpdateUserAttributes", change, nil)
	if u := getUser(t, p, token); u.attribute("email") != "jane@example.com" || u.attribute("email_verified") != "true" {
		t.Errorf("before the code: %+v, want the old address", u)
	}
	mustAPI(t, p, "GetUserAttributeVerificationCode", in.with("AttributeName", "email"), nil)
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "jane@example.com", "password", password))
	mustAPI(t, p, "VerifyUserAttribute", in.with("AttributeName", "email", "Code", p.LastCode("new@example.com")), nil)
	if u := getUser(t, p, token); u.attribute("email") != "new@example.com" || u.attribute("email_verified") != "true" {
		t.Errorf("after the code: %+v, want the new address", u)
	}
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "new@example.com", "password", password))

	// Somebody else may be faster.
	mustAPI(t, p, "UpdateUserAttributes", in.with("UserAttributes", attributes("email", "next@example.com")), nil)
	if err := p.SetAttribute("john", "email", "next@example.com"); err != nil {
		t.Fatal(err)
	}
	code := p.LastCode("next@example.com")
	wantAPI(t, p, "VerifyUserAttribute", in.with("AttributeName", "email", "Code", code), "AliasExistsException: An account with the given email already exists.")
}

// doc: a new e-mail before it is verified
// doc: UpdateUserAttributes with an unchanged value
// doc: a verification code for another attribute
func TestUndecidedAttributes(t *testing.T) {
	p := apiPool(t)
	in := asJane(p)
	mustAPI(t, p, "UpdateUserAttributes", in.with("UserAttributes", attributes("email", "jane@example.com")), nil)
	if u := getUser(t, p, in["AccessToken"].(string)); u.attribute("email_verified") != "true" || len(p.Outbox()) != 0 {
		t.Errorf("after the same e-mail again: %+v, %v, want it verified and no code", u, p.Outbox())
	}
	mustAPI(t, p, "UpdateUserAttributes", in.with("UserAttributes", attributes("email", "new@example.com", "phone_number", "+15550199")), nil)
	for _, name := range []string{"new@example.com", "+15550199", "jane@example.com"} {
		if says := newVisitor(t, p).submit("/login"+query(), "username", name, "password", password).says(); says != "Incorrect username or password." {
			t.Errorf("sign-in with %s says %q, want it refused: the old e-mail is gone, the new names are not verified", name, says)
		}
	}
	if _, err := p.AddUser(cognitotest.User{Username: "old@example.com", Password: password}); err != nil {
		t.Fatal(err)
	}
	nameless := apiInput{"AccessToken": string(p.AccessToken("old@example.com"))}
	mustAPI(t, p, "UpdateUserAttributes", nameless.with("UserAttributes", attributes("email", "fresh@example.com")), nil)
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "fresh@example.com", "password", password))
	const only = "InvalidParameterException: Only email and phone_number can be verified"
	wantAPI(t, p, "GetUserAttributeVerificationCode", in.with("AttributeName", "name"), only)
	wantAPI(t, p, "VerifyUserAttribute", in.with("AttributeName", "name", "Code", "1"), only)
	mustAPI(t, p, "DeleteUserAttributes", in.with("UserAttributeNames", []string{"email"}), nil)
	wantAPI(t, p, "GetUserAttributeVerificationCode", in.with("AttributeName", "email"), "InvalidParameterException: User has no email")
}
