package userpool_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// The name a visitor types is an alias; hashes are over it where it is sent.
const (
	alias      = "jane@example.com"
	aliasHash  = "uOEZ+X6btmwe6DGddAkEqpSl/foCHZdOsuxZ5wP6HB4="
	thisAccess = "access.token.x"
)

// An operation is a call of the Client and what it must send.
type operation struct {
	name   string // X-Amz-Target
	do     func(ctx context.Context, c *userpool.Client) error
	answer string
	body   map[string]any // without what depends on the secret
	hash   string         // SecretHash of a confidential client
	secret bool           // ClientSecret of a confidential client
}

type (
	object = map[string]any
	list   = []any
)

var operations = []operation{
	{
		name: "SignUp",
		do: func(ctx context.Context, c *userpool.Client) error {
			_, err := c.SignUp(ctx, userpool.NewUser{
				Username: alias, Password: "correct horse",
				Attributes:     map[string]string{"name": "Jane", "email": alias, "custom:plan": "gold"},
				ValidationData: map[string]string{"captcha": "42"},
			}, extras...)
			return err
		},
		answer: `{"UserConfirmed":false,"UserSub":"a334"}`,
		body: object{
			"ClientId": clientID, "Username": alias, "Password": "correct horse",
			"UserAttributes":  list{object{"Name": "custom:plan", "Value": "gold"}, object{"Name": "email", "Value": alias}, object{"Name": "name", "Value": "Jane"}},
			"ValidationData":  list{object{"Name": "captcha", "Value": "42"}},
			"ClientMetadata":  object{"campaign": "spring"},
			"UserContextData": object{"IpAddress": "192.0.2.7", "EncodedData": "fingerprint"},
		},
		hash: aliasHash,
	},
	{
		name: "ConfirmSignUp",
		do: func(ctx context.Context, c *userpool.Client) error {
			_, err := c.ConfirmSignUp(ctx, userpool.Confirmation{Username: alias, Code: "123456", Session: "session-1", ForceAliasCreation: true}, extras...)
			return err
		},
		body: object{
			"ClientId": clientID, "Username": alias, "ConfirmationCode": "123456", "Session": "session-1", "ForceAliasCreation": true,
			"ClientMetadata":  object{"campaign": "spring"},
			"UserContextData": object{"IpAddress": "192.0.2.7", "EncodedData": "fingerprint"},
		},
		hash: aliasHash,
	},
	{
		name: "ResendConfirmationCode",
		do: func(ctx context.Context, c *userpool.Client) error {
			_, err := c.ResendConfirmationCode(ctx, alias, extras...)
			return err
		},
		body: object{
			"ClientId": clientID, "Username": alias,
			"ClientMetadata":  object{"campaign": "spring"},
			"UserContextData": object{"IpAddress": "192.0.2.7", "EncodedData": "fingerprint"},
		},
		hash: aliasHash,
	},
	{
		name: "ForgotPassword",
		do: func(ctx context.Context, c *userpool.Client) error {
			_, err := c.ForgotPassword(ctx, alias, extras...)
			return err
		},
		body: object{
			"ClientId": clientID, "Username": alias,
			"ClientMetadata":  object{"campaign": "spring"},
			"UserContextData": object{"IpAddress": "192.0.2.7", "EncodedData": "fingerprint"},
		},
		hash: aliasHash,
	},
	{
		name: "ConfirmForgotPassword",
		do: func(ctx context.Context, c *userpool.Client) error {
			return c.ConfirmForgotPassword(ctx, userpool.PasswordReset{Username: alias, Code: "123456", NewPassword: "battery staple"}, extras...)
		},
		body: object{
			"ClientId": clientID, "Username": alias, "ConfirmationCode": "123456", "Password": "battery staple",
			"ClientMetadata":  object{"campaign": "spring"},
			"UserContextData": object{"IpAddress": "192.0.2.7", "EncodedData": "fingerprint"},
		},
		hash: aliasHash,
	},
	{
		name: "ChangePassword",
		do: func(ctx context.Context, c *userpool.Client) error {
			return c.ChangePassword(ctx, thisAccess, "correct horse", "battery staple")
		},
		body: object{"AccessToken": thisAccess, "PreviousPassword": "correct horse", "ProposedPassword": "battery staple"},
	},
	{
		name: "ChangePassword",
		do: func(ctx context.Context, c *userpool.Client) error {
			return c.ChangePassword(ctx, thisAccess, "", "battery staple")
		},
		body: object{"AccessToken": thisAccess, "ProposedPassword": "battery staple"},
	},
	{
		name: "GetUser",
		do: func(ctx context.Context, c *userpool.Client) error {
			_, err := c.GetUser(ctx, thisAccess)
			return err
		},
		answer: `{"Username":"jane","UserAttributes":[{"Name":"sub","Value":"a334"}]}`,
		body:   object{"AccessToken": thisAccess},
	},
	{
		name: "GetUserAuthFactors",
		do: func(ctx context.Context, c *userpool.Client) error {
			_, err := c.GetUserAuthFactors(ctx, thisAccess)
			return err
		},
		body: object{"AccessToken": thisAccess},
	},
	{
		name: "UpdateUserAttributes",
		do: func(ctx context.Context, c *userpool.Client) error {
			_, err := c.UpdateUserAttributes(ctx, thisAccess, map[string]string{"name": "", "email": alias}, extras...)
			return err
		},
		body: object{
			"AccessToken":    thisAccess,
			"UserAttributes": list{object{"Name": "email", "Value": alias}, object{"Name": "name", "Value": ""}},
			"ClientMetadata": object{"campaign": "spring"},
		},
	},
	{
		name: "DeleteUserAttributes",
		do: func(ctx context.Context, c *userpool.Client) error {
			return c.DeleteUserAttributes(ctx, thisAccess, "name", "custom:plan")
		},
		body: object{"AccessToken": thisAccess, "UserAttributeNames": list{"name", "custom:plan"}},
	},
	{
		name: "GetUserAttributeVerificationCode",
		do: func(ctx context.Context, c *userpool.Client) error {
			_, err := c.GetUserAttributeVerificationCode(ctx, thisAccess, "email", extras...)
			return err
		},
		body: object{"AccessToken": thisAccess, "AttributeName": "email", "ClientMetadata": object{"campaign": "spring"}},
	},
	{
		name: "VerifyUserAttribute",
		do: func(ctx context.Context, c *userpool.Client) error {
			return c.VerifyUserAttribute(ctx, thisAccess, "email", "123456")
		},
		body: object{"AccessToken": thisAccess, "AttributeName": "email", "Code": "123456"},
	},
	{
		name:   "DeleteUser",
		do:     func(ctx context.Context, c *userpool.Client) error { return c.DeleteUser(ctx, thisAccess) },
		answer: empty,
		body:   object{"AccessToken": thisAccess},
	},
	{
		name: "GlobalSignOut",
		do:   func(ctx context.Context, c *userpool.Client) error { return c.GlobalSignOut(ctx, thisAccess) },
		body: object{"AccessToken": thisAccess},
	},
	{
		name:   "RevokeToken",
		do:     func(ctx context.Context, c *userpool.Client) error { return c.Revoke(ctx, "refresh-1") },
		body:   object{"ClientId": clientID, "Token": "refresh-1"},
		secret: true,
	},
	{
		name: "AssociateSoftwareToken",
		do: func(ctx context.Context, c *userpool.Client) error {
			_, err := c.AssociateSoftwareToken(ctx, thisAccess)
			return err
		},
		answer: `{"SecretCode":"JBSWY3DPEHPK3PXP"}`,
		body:   object{"AccessToken": thisAccess},
	},
	{
		name: "VerifySoftwareToken",
		do: func(ctx context.Context, c *userpool.Client) error {
			return c.VerifySoftwareToken(ctx, thisAccess, "123456", "my phone")
		},
		answer: `{"Status":"SUCCESS"}`,
		body:   object{"AccessToken": thisAccess, "UserCode": "123456", "FriendlyDeviceName": "my phone"},
	},
	{
		name: "SetUserMFAPreference",
		do: func(ctx context.Context, c *userpool.Client) error {
			return c.SetUserMFAPreference(ctx, thisAccess, userpool.MFAPreference{SMS: userpool.MFAOff, SoftwareToken: userpool.MFAPreferred, WebAuthn: userpool.MFAOn})
		},
		body: object{
			"AccessToken":              thisAccess,
			"SMSMfaSettings":           object{}, // the SDK leaves false out
			"SoftwareTokenMfaSettings": object{"Enabled": true, "PreferredMfa": true},
			"WebAuthnMfaSettings":      object{"Enabled": true},
		},
	},
	{
		name: "SetUserMFAPreference",
		do: func(ctx context.Context, c *userpool.Client) error {
			return c.SetUserMFAPreference(ctx, thisAccess, userpool.MFAPreference{Email: userpool.MFAOn})
		},
		body: object{"AccessToken": thisAccess, "EmailMfaSettings": object{"Enabled": true}},
	},
}

const empty = "-" // an answer without a body

var extras = []userpool.CallOption{
	userpool.WithMetadata(map[string]string{"campaign": "spring"}),
	userpool.WithContextData("192.0.2.7", "fingerprint"),
}

// TestU1_EveryOperation: the exact body of every operation. The hash of the
// secret, over the name in the same request, or the secret itself are where
// they belong and nowhere else. A public client sends neither. No call is
// signed.
func TestU1_EveryOperation(t *testing.T) {
	for _, secret := range []string{"", clientSecret} {
		api, client := newAPI(t, secret)
		for _, op := range operations {
			said := op.answer
			switch said {
			case "":
				said = "{}"
			case empty:
				said = ""
			}
			api.script(answer{body: said})
			if err := op.do(t.Context(), client); err != nil {
				t.Errorf("%s = %v, want no error", op.name, err)
				continue
			}
			want := map[string]any{}
			for name, v := range op.body {
				want[name] = v
			}
			if secret != "" && op.hash != "" {
				want["SecretHash"] = op.hash
			}
			if secret != "" && op.secret {
				want["ClientSecret"] = secret
			}
			checkCall(t, api, op.name, want)
		}
	}
}

// checkCall checks that one call was made, and what was sent with it.
func checkCall(t *testing.T, a *api, op string, want map[string]any) {
	t.Helper()
	calls := a.made()
	if len(calls) != 1 {
		t.Errorf("%s made %d calls, want 1", op, len(calls))
		return
	}
	call := calls[0]
	if call.op != op || call.url != "POST https://cognito-idp.eu-west-1.amazonaws.com/" {
		t.Errorf("%s called %s %s, want the operation of that name at the region's endpoint", op, call.op, call.url)
	}
	if !reflect.DeepEqual(call.body, want) {
		got, _ := json.Marshal(call.body)
		wanted, _ := json.Marshal(want)
		t.Errorf("%s sent\n%s, want\n%s", op, got, wanted)
	}
	if got := call.header.Get("Authorization"); got != "" {
		t.Errorf("%s sent Authorization %q, want none", op, got)
	}
	if got := call.header.Get("Content-Type"); got != "application/x-amz-json-1.1" {
		t.Errorf("%s sent Content-Type %q, want application/x-amz-json-1.1", op, got)
	}
}

// TestPeerIP: the peer's own address, whatever headers say.
func TestPeerIP(t *testing.T) {
	for peer, want := range map[string]string{
		"192.0.2.7:1234":          "192.0.2.7",
		"[2001:db8::1]:80":        "2001:db8::1",
		"[::ffff:192.0.2.7]:1234": "192.0.2.7",
		"[fe80::1%eth0]:1234":     "fe80::1",
		"@":                       "",
		"":                        "",
		"example.com:80":          "",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-For", "203.0.113.9")
		if got := userpool.PeerIP(r); got != want {
			t.Errorf("PeerIP(%q) = %q, want %q", peer, got, want)
		}
	}
}

// TestWithContextData: what is empty is not sent, and metadata belongs to the
// caller again once the option is made.
func TestWithContextData(t *testing.T) {
	api, client := newAPI(t, "")
	api.script(answer{body: "{}"})
	data := map[string]string{"a": "1"}
	opt := userpool.WithMetadata(data)
	data["a"] = "2"
	if _, err := client.ForgotPassword(t.Context(), "jane", opt, userpool.WithContextData("", "fp")); err != nil {
		t.Fatal(err)
	}
	checkCall(t, api, "ForgotPassword", object{
		"ClientId": clientID, "Username": "jane",
		"ClientMetadata": object{"a": "1"}, "UserContextData": object{"EncodedData": "fp"},
	})
}
