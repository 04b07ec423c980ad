package cognitotest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func factor(enabled, preferred bool) map[string]bool {
	return map[string]bool{"Enabled": enabled, "PreferredMfa": preferred}
}

// op: SetUserMFAPreference
// op: GetUser
// doc: SetUserMFAPreference with a factor that is not set up
func TestAPI_SetUserMFAPreference(t *testing.T) {
	p := apiPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true, Email: true, SMS: true}))
	if _, err := p.AddUser(cognitotest.User{Username: "john", Password: password, TOTPSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}); err != nil {
		t.Fatal(err)
	}
	jane, john := asJane(p), apiInput{"AccessToken": string(p.AccessToken("john"))}
	steps := []struct {
		in        apiInput
		failure   string
		on        string
		preferred string
	}{
		{jane.with("SMSMfaSettings", factor(true, false)), "", "SMS_MFA", ""},
		{jane.with("EmailMfaSettings", factor(true, true)), "", "EMAIL_OTP SMS_MFA", "EMAIL_OTP"},
		{jane.with("SMSMfaSettings", factor(true, true)), "", "EMAIL_OTP SMS_MFA", "SMS_MFA"},
		{jane.with("EmailMfaSettings", factor(false, false)), "", "SMS_MFA", "SMS_MFA"},
		{jane.with("SoftwareTokenMfaSettings", factor(true, true)), "InvalidParameterException: User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA", "SMS_MFA", "SMS_MFA"},
		{jane.with("SMSMfaSettings", factor(false, true)), "InvalidParameterException: SMS_MFA is off and cannot be preferred", "SMS_MFA", "SMS_MFA"},
		{jane.with("SMSMfaSettings", factor(true, true), "EmailMfaSettings", factor(true, true)), "InvalidParameterException: Only one factor can be preferred", "SMS_MFA", "SMS_MFA"},
		{jane.with("WebAuthnMfaSettings", map[string]bool{"Enabled": true}), "InvalidParameterException: WEB_AUTHN is not enabled for the user pool", "SMS_MFA", "SMS_MFA"},
		{jane.with("SMSMfaSettings", factor(false, false), "WebAuthnMfaSettings", map[string]bool{"Enabled": false}), "", "", ""},
		{john.with("SoftwareTokenMfaSettings", factor(false, false)), "", "", ""},
		{john.with("SoftwareTokenMfaSettings", factor(true, true)), "", "SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA"},
		{john.with("SMSMfaSettings", factor(true, false)), "InvalidParameterException: User does not have delivery config set to turn on SMS_MFA", "SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA"},
	}
	for _, s := range steps {
		if got := callAPI(t, p, "SetUserMFAPreference", s.in, nil); got != s.failure {
			t.Errorf("SetUserMFAPreference(%v) = %q, want %q", s.in, got, s.failure)
		}
		u := getUser(t, p, s.in["AccessToken"].(string))
		if got := strings.Join(u.UserMFASettingList, " "); got != s.on || u.PreferredMfaSetting != s.preferred {
			t.Errorf("after SetUserMFAPreference(%v): %q, preferred %q, want %q and %q", s.in, got, u.PreferredMfaSetting, s.on, s.preferred)
		}
	}
	// The pages ask for what was turned on.
	a := newVisitor(t, p).submit("/login"+query(), "username", "john", "password", password)
	if !strings.Contains(a.Header.Get("Location"), "/mfa?") {
		t.Errorf("sign-in of john leads to %q, want /mfa", a.Header.Get("Location"))
	}
}

func TestAPI_SetUserMFAPreferenceOfAPoolWithout(t *testing.T) {
	p := apiPool(t)
	wantAPI(t, p, "SetUserMFAPreference", asJane(p).with("EmailMfaSettings", factor(true, false)), "InvalidParameterException: EMAIL_OTP is not enabled for the user pool")
}

// op: SetUserSettings
func TestAPI_SetUserSettings(t *testing.T) {
	p := apiPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", SMS: true}))
	in := asJane(p)
	sms := []map[string]string{{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}}
	mustAPI(t, p, "SetUserSettings", in.with("MFAOptions", sms), nil)
	if got := fmt.Sprint(getUser(t, p, in["AccessToken"].(string)).MFAOptions); got != "[{SMS phone_number}]" {
		t.Errorf("MFAOptions = %s, want text messages", got)
	}
	wantAPI(t, p, "SetUserSettings", in.with("MFAOptions", []map[string]string{{"DeliveryMedium": "EMAIL", "AttributeName": "email"}}), "InvalidParameterException: MFAOptions: only SMS to phone_number is possible")
	mustAPI(t, p, "SetUserSettings", in.with("MFAOptions", []any{}), nil)
	if got := getUser(t, p, in["AccessToken"].(string)); got.MFAOptions != nil || got.UserMFASettingList != nil {
		t.Errorf("after turning it off: %+v", got)
	}
}

// op: GetUserAuthFactors
func TestAPI_GetUserAuthFactors(t *testing.T) {
	p := apiPool(t, cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"), cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", Email: true}))
	if _, err := p.AddUser(cognitotest.User{Username: "uma", Email: "uma@example.com", EmailMFA: true, PreferredMFA: cognitotest.FactorEmail}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"jane": "{jane  [] [PASSWORD EMAIL_OTP SMS_OTP]}",
		"uma":  "{uma EMAIL_OTP [EMAIL_OTP] [EMAIL_OTP]}",
	} {
		var out struct {
			Username, PreferredMfaSetting string
			UserMFASettingList            []string
			ConfiguredUserAuthFactors     []string
		}
		mustAPI(t, p, "GetUserAuthFactors", apiInput{"AccessToken": string(p.AccessToken(name))}, &out)
		if got := fmt.Sprint(out); got != want {
			t.Errorf("GetUserAuthFactors(%s) = %s, want %s", name, got, want)
		}
	}
}

// op: DeleteUser
func TestAPI_DeleteUser(t *testing.T) {
	p := apiPool(t)
	v := newVisitor(t, p)
	tok := v.login("scope", "openid aws.cognito.signin.user.admin")
	mustAPI(t, p, "DeleteUser", apiInput{"AccessToken": tok.Access}, nil)
	if len(p.Users()) != 0 {
		t.Errorf("users after DeleteUser: %+v", p.Users())
	}
	wantAPI(t, p, "DeleteUser", apiInput{"AccessToken": tok.Access}, "NotAuthorizedException: Access Token has been revoked")
	if a := v.refresh(tok.Refresh); a.body != invalidGrant {
		t.Errorf("refresh after DeleteUser = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
}

// GetUser shows what the client may read.
func TestAPI_GetUserReads(t *testing.T) {
	narrow := appClient()
	narrow.ID, narrow.ReadAttributes = "narrow", []string{"name"}
	p := apiPool(t, cognitotest.WithClient(narrow))
	tok := loginBy(t, p, "narrow")
	u := getUser(t, p, tok.Access)
	if len(u.UserAttributes) != 2 || u.attribute("name") != "Jane" || u.attribute("sub") == "" {
		t.Errorf("GetUser by a client that reads the name: %+v, want sub and name", u)
	}
}
