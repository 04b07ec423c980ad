package userpool_test

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// TestGetUser: what Cognito sends as strings comes typed.
func TestGetUser(t *testing.T) {
	api, client := newAPI(t, "")
	api.script(answer{body: `{
		"Username": "google_104",
		"UserAttributes": [
			{"Name": "sub", "Value": "a334"},
			{"Name": "email", "Value": "jane@example.com"},
			{"Name": "email_verified", "Value": "true"},
			{"Name": "phone_number", "Value": "+4917012345678"},
			{"Name": "phone_number_verified", "Value": "TRUE"},
			{"Name": "name", "Value": "Jane Doe"},
			{"Name": "custom:plan", "Value": "gold"},
			{"Name": "identities", "Value": "[{\"userId\":\"104\",\"providerName\":\"Google\",\"providerType\":\"Google\",\"issuer\":null,\"primary\":\"true\",\"dateCreated\":\"1700000000000\"}]"}
		],
		"PreferredMfaSetting": "SOFTWARE_TOKEN_MFA",
		"UserMFASettingList": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]
	}`})
	got, err := client.GetUser(t.Context(), thisAccess)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Attributes) != 8 || got.Attributes["custom:plan"] != "gold" {
		t.Errorf("GetUser = attributes %v, want all eight", got.Attributes)
	}
	got.Attributes = nil
	want := &userpool.User{
		Sub: "a334", Username: "google_104", Name: "Jane Doe",
		Email: "jane@example.com", EmailVerified: true,
		PhoneNumber: "+4917012345678", // "TRUE" is not what Cognito says
		Custom:      map[string]string{"plan": "gold"},
		Identities: []cognito.FederatedIdentity{{
			UserID: "104", ProviderName: "Google", ProviderType: "Google", Primary: true, Created: time.UnixMilli(1700000000000),
		}},
		MFA: []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}, PreferredMFA: "SOFTWARE_TOKEN_MFA",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("GetUser = %+v, want %+v", got, want)
	}
}

// TestT8_GetUser: an address is verified only where Cognito says "true".
func TestT8_GetUser(t *testing.T) {
	for said, want := range map[string]bool{"true": true, "false": false, "": false, "TRUE": false, "1": false} {
		api, client := newAPI(t, "")
		api.script(answer{body: `{"Username":"jane","UserAttributes":[{"Name":"sub","Value":"a334"},{"Name":"email_verified","Value":"` + said + `"},{"Name":"phone_number_verified","Value":"` + said + `"}]}`})
		u, err := client.GetUser(t.Context(), thisAccess)
		if err != nil || u.EmailVerified != want || u.PhoneNumberVerified != want {
			t.Errorf("GetUser with *_verified %q = %+v, %v, want %t", said, u, err, want)
		}
	}
}

// TestGetUser_OddAnswers: identities that make no sense harm nothing.
func TestGetUser_OddAnswers(t *testing.T) {
	for _, identities := range []string{"", "null", "[", "[1]", `{\"userId\":1}`} {
		api, client := newAPI(t, "")
		api.script(answer{body: `{"Username":"jane","UserAttributes":[{"Name":"sub","Value":"a334"},{"Name":"identities","Value":"` + identities + `"},{"Name":"website"}]}`})
		u, err := client.GetUser(t.Context(), thisAccess)
		if err != nil || len(u.Identities) != 0 || u.Sub != "a334" {
			t.Errorf("GetUser with identities %s = %+v, %v, want jane without any", identities, u, err)
		}
	}
}

// TestSignUp: what the caller learns, with and without a code on its way.
func TestSignUp(t *testing.T) {
	api, client := newAPI(t, "")
	api.script(
		answer{body: `{"UserConfirmed":false,"UserSub":"a334","Session":"session-1","CodeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"j***@e***"}}`},
		answer{body: `{"UserConfirmed":true,"UserSub":"a335"}`},
	)
	tests := []*userpool.SignedUp{
		{Username: "jane", Sub: "a334", Session: "session-1", Delivery: &userpool.Delivery{Destination: "j***@e***", Medium: "EMAIL", Attribute: "email"}},
		{Username: "jane", Sub: "a335", Confirmed: true},
	}
	for _, want := range tests {
		got, err := client.SignUp(t.Context(), userpool.NewUser{Username: "jane", Password: "correct horse"})
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("SignUp = %+v, %v, want %+v", got, err, want)
		}
	}
	api.script(answer{body: `{"UserSub":"a336"}`})
	if _, err := client.SignUp(t.Context(), userpool.NewUser{Username: "jane"}); err != nil {
		t.Errorf("SignUp without a password = %v, want no error", err)
	}
	checkCall(t, api, "SignUp", object{"ClientId": clientID, "Username": "jane"})
}

// TestConfirmSignUp: the session to sign in with is Cognito's new one.
func TestConfirmSignUp(t *testing.T) {
	api, client := newAPI(t, "")
	api.script(answer{body: `{"Session":"session-2"}`}, answer{body: `{}`})
	for _, want := range []cognito.Secret{"session-2", ""} {
		got, err := client.ConfirmSignUp(t.Context(), userpool.Confirmation{Username: "jane", Code: "123456"})
		if err != nil || string(got) != string(want) {
			t.Errorf("ConfirmSignUp = %q, %v, want %q", string(got), err, string(want))
		}
	}
}

// TestUpdateUserAttributes: every code that was sent.
func TestUpdateUserAttributes(t *testing.T) {
	api, client := newAPI(t, "")
	api.script(answer{body: `{"CodeDeliveryDetailsList":[
		{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"j***@e***"},
		{"AttributeName":"phone_number","DeliveryMedium":"SMS","Destination":"+*******5678"}]}`})
	got, err := client.UpdateUserAttributes(t.Context(), thisAccess, map[string]string{"email": "j@example.com"})
	want := []userpool.Delivery{{Destination: "j***@e***", Medium: "EMAIL", Attribute: "email"}, {Destination: "+*******5678", Medium: "SMS", Attribute: "phone_number"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("UpdateUserAttributes = %+v, %v, want %+v", got, err, want)
	}
}

// TestDelivery: ForgotPassword, ResendConfirmationCode and
// GetUserAttributeVerificationCode say where the code went.
func TestDelivery(t *testing.T) {
	api, client := newAPI(t, "")
	want := userpool.Delivery{Destination: "j***@e***", Medium: "EMAIL", Attribute: "email"}
	for name, send := range map[string]func() (*userpool.Delivery, error){
		"ForgotPassword":         func() (*userpool.Delivery, error) { return client.ForgotPassword(t.Context(), "jane") },
		"ResendConfirmationCode": func() (*userpool.Delivery, error) { return client.ResendConfirmationCode(t.Context(), "jane") },
		"GetUserAttributeVerificationCode": func() (*userpool.Delivery, error) {
			return client.GetUserAttributeVerificationCode(t.Context(), thisAccess, "email")
		},
	} {
		api.script(answer{body: `{"CodeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"j***@e***"}}`})
		if got, err := send(); err != nil || got == nil || *got != want {
			t.Errorf("%s = %+v, %v, want %+v", name, got, err, want)
		}
		api.script(answer{body: `{}`})
		if got, err := send(); err != nil || got != nil {
			t.Errorf("%s without details = %+v, %v, want nil", name, got, err)
		}
	}
}

// TestGetUserAuthFactors: first and second factors.
func TestGetUserAuthFactors(t *testing.T) {
	api, client := newAPI(t, "")
	api.script(answer{body: `{"Username":"jane","ConfiguredUserAuthFactors":["PASSWORD","EMAIL_OTP","SOMETHING_NEW"],"UserMFASettingList":["SMS_MFA"],"PreferredMfaSetting":"SMS_MFA"}`})
	got, err := client.GetUserAuthFactors(t.Context(), thisAccess)
	want := &userpool.AuthFactors{Username: "jane", First: []string{"PASSWORD", "EMAIL_OTP", "SOMETHING_NEW"}, MFA: []string{"SMS_MFA"}, PreferredMFA: "SMS_MFA"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("GetUserAuthFactors = %+v, %v, want %+v", got, err, want)
	}
}

// TestSoftwareToken: the secret and its URI, and answers that are none.
func TestSoftwareToken(t *testing.T) {
	api, client := newAPI(t, "")
	api.script(answer{body: `{"SecretCode":"JBSWY3DPEHPK3PXP","Session":"session-2"}`}, answer{body: `{}`})
	got, err := client.AssociateSoftwareToken(t.Context(), thisAccess)
	if err != nil || string(got.Secret) != "JBSWY3DPEHPK3PXP" || string(got.Session) != "session-2" {
		t.Errorf("AssociateSoftwareToken = %q, %q, %v, want the secret and the session", string(got.Secret), string(got.Session), err)
	}
	if _, err := client.AssociateSoftwareToken(t.Context(), thisAccess); err == nil || asError(t, err).Code != "bad_answer" {
		t.Errorf("AssociateSoftwareToken without a secret = %v, want bad_answer", err)
	}
	for _, body := range []string{`{"Status":"ERROR"}`, `{}`} {
		api.script(answer{body: body})
		if err := client.VerifySoftwareToken(t.Context(), thisAccess, "123456", ""); !errors.Is(err, userpool.ErrCodeMismatch) {
			t.Errorf("VerifySoftwareToken answered %s = %v, want ErrCodeMismatch", body, err)
		}
		checkCall(t, api, "VerifySoftwareToken", object{"AccessToken": thisAccess, "UserCode": "123456"})
	}
}

// TestSoftwareToken_URI: issuer and account come out of the URI again as they
// are. That holds for readers that split at the colon and take a plus sign as
// one.
func TestSoftwareToken_URI(t *testing.T) {
	tests := []struct{ issuer, account, label, want string }{
		{"Example Shop", "jane@example.com", "Example Shop:jane@example.com",
			"otpauth://totp/Example%20Shop:jane%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Example%20Shop"},
		{"", "jane", "jane", "otpauth://totp/jane?secret=JBSWY3DPEHPK3PXP"},
		{"A&B=C+D?#/%", "jané", "A&B=C+D?#/%:jané", "otpauth://totp/A%26B%3DC%2BD%3F%23%2F%25:jan%C3%A9?secret=JBSWY3DPEHPK3PXP&issuer=A%26B%3DC%2BD%3F%23%2F%25"},
		{" Evil:Issuer ", "x:y", "Evil Issuer:x y", "otpauth://totp/Evil%20Issuer:x%20y?secret=JBSWY3DPEHPK3PXP&issuer=Evil%20Issuer"},
	}
	for _, tt := range tests {
		got := userpool.SoftwareToken{Secret: "JBSWY3DPEHPK3PXP"}.URI(tt.issuer, tt.account)
		if got != tt.want {
			t.Errorf("URI(%q, %q) = %s, want %s", tt.issuer, tt.account, got, tt.want)
		}
		u, err := url.Parse(got)
		if err != nil || strings.TrimPrefix(u.Path, "/") != tt.label || u.Query().Get("secret") != "JBSWY3DPEHPK3PXP" || strings.Contains(got, "+") {
			t.Errorf("URI(%q, %q) reads as label %q, want %q", tt.issuer, tt.account, u.Path, tt.label)
		}
	}
}

// TestSetUserMFAPreference_Passkey: a passkey is no preferred second factor.
func TestSetUserMFAPreference_Passkey(t *testing.T) {
	api, client := newAPI(t, "")
	api.script(answer{body: "{}"})
	err := client.SetUserMFAPreference(t.Context(), thisAccess, userpool.MFAPreference{WebAuthn: userpool.MFAPreferred})
	if err == nil || asError(t, err).Code != "bad_request" || len(api.made()) != 0 {
		t.Errorf("SetUserMFAPreference with a preferred passkey = %v, want bad_request and no call", err)
	}
}
