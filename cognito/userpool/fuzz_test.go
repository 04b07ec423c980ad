package userpool_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// FuzzE3_Answers: whatever the API answers, a call gives a result or a typed
// error. The error's text is fit for a log, and a visitor has something to
// read.
func FuzzE3_Answers(f *testing.F) {
	api, client := newAPI(f, clientSecret)
	old, who := janesTokens(f, api, client)
	good := result(string(api.pool.IDToken("jane")), string(api.pool.AccessToken("jane")), "")
	f.Add(200, "application/x-amz-json-1.1", good.body)
	f.Add(200, "application/x-amz-json-1.1", `{"Username":"jane","UserAttributes":[{"Name":"sub","Value":"a"},{"Name":"identities","Value":"[{\"userId\":1}]"}]}`)
	f.Add(200, "application/x-amz-json-1.1", `{"Username":"jane","UserAttributes":[null,{},{"Name":null}],"UserMFASettingList":[null]}`)
	f.Add(200, "application/x-amz-json-1.1", `{"CodeDeliveryDetailsList":[null,{}],"CodeDeliveryDetails":{}}`)
	f.Add(200, "application/x-amz-json-1.1", `null`)
	f.Add(200, "text/html", `<html>`)
	f.Add(302, "", ``)
	f.Add(400, "application/x-amz-json-1.1", `{"__type":"a#NotAuthorizedException:x","message":"Invalid Refresh Token."}`)
	f.Add(400, "application/x-amz-json-1.1", `{"__type":"InvalidParameterException","message":"Value 'x' at 'y'"}`)
	f.Add(400, "application/x-amz-json-1.1", `{"__type":"\u0000\u001b","message":"`+strings.Repeat("é", 300)+`"}`)
	f.Add(500, "", `{}`)
	f.Fuzz(func(t *testing.T, status int, mediaType, body string) {
		if status < 100 || status > 999 {
			return
		}
		says := answer{status: status, body: body, header: http.Header{"Content-Type": {mediaType}}}
		calls := map[string]func() error{
			"SignUp":                 func() error { _, err := client.SignUp(t.Context(), userpool.NewUser{Username: "jane"}); return err },
			"ForgotPassword":         func() error { _, err := client.ForgotPassword(t.Context(), "jane"); return err },
			"GetUser":                func() error { _, err := client.GetUser(t.Context(), thisAccess); return err },
			"GetUserAuthFactors":     func() error { _, err := client.GetUserAuthFactors(t.Context(), thisAccess); return err },
			"UpdateUserAttributes":   func() error { _, err := client.UpdateUserAttributes(t.Context(), thisAccess, nil); return err },
			"AssociateSoftwareToken": func() error { _, err := client.AssociateSoftwareToken(t.Context(), thisAccess); return err },
			"Refresh":                func() error { _, _, err := client.Refresh(t.Context(), old, who); return err },
		}
		for name, do := range calls {
			api.script(says)
			if strings.Contains(body, "Thrott") || strings.Contains(body, "TooMany") || status == http.StatusTooManyRequests {
				continue // repeated after a pause
			}
			if err := do(); err != nil {
				checkError(t, name, err)
			}
		}
	})
}

func checkError(t *testing.T, name string, err error) {
	e, typed := errors.AsType[*userpool.Error](err)
	_, refused := errors.AsType[*cognito.VerifyError](err)
	if !typed && !refused {
		t.Errorf("%s = %T %v, want a *userpool.Error or *cognito.VerifyError", name, err, err)
	}
	if typed && (e.Op == "" || e.Code == "" || e.Reason == "" || len(e.Message) > 500 || !utf8.ValidString(e.Message) || strings.ContainsFunc(e.Message+string(e.Code), unicode.IsControl)) {
		t.Errorf("%s = %+v, want a whole error without control characters", name, *e)
	}
	if typed && strings.ContainsFunc(err.Error(), unicode.IsControl) {
		t.Errorf("%s = %q, want no control characters", name, err)
	}
	if n := userpool.NoticeFor(err); n.Key == "" || n.Text == "" {
		t.Errorf("NoticeFor(%v) = %+v, want a sentence", err, n)
	}
}

// FuzzE3_URI: what goes into the URI of a TOTP secret comes out of it again.
func FuzzE3_URI(f *testing.F) {
	f.Add("JBSWY3DPEHPK3PXP", "Example Shop", "jane@example.com")
	f.Add("a&issuer=b", "A&B=C+D?#/%:", " ")
	f.Add("", "\xff", "\x00")
	f.Fuzz(func(t *testing.T, secret, issuer, account string) {
		if strings.ContainsAny(secret, ":") || strings.TrimSpace(secret) != secret || !utf8.ValidString(secret) {
			return // no base32
		}
		raw := userpool.SoftwareToken{Secret: cognito.Secret(secret)}.URI(issuer, account)
		u, err := url.Parse(raw)
		if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Fragment != "" || u.Query().Get("secret") != secret || strings.Contains(raw, "+") {
			t.Fatalf("URI(%q, %q) of secret %q = %s, want an otpauth URI of it (%v)", issuer, account, secret, raw, err)
		}
		if label := strings.TrimPrefix(u.Path, "/"); strings.Count(label, ":") > 1 || strings.Count(label, ":") == 1 && u.Query().Get("issuer") != label[:strings.Index(label, ":")] {
			t.Fatalf("URI(%q, %q) = %s, want one colon at most, after the issuer", issuer, account, raw)
		}
	})
}
