package cognitotest_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// FuzzIdentityRequest: whatever is asked of the identity pool, the answer is
// 200 or an exception. Nobody gets credentials without a login of this pool's:
// it takes no guests.
func FuzzIdentityRequest(f *testing.F) {
	p := cognitotest.NewPool(cognitotest.WithIdentityPool(cognitotest.IdentityPool{
		ID: "eu-west-1:1", ClassicFlow: true, DeveloperProvider: "login.example",
	}))
	for _, op := range []string{"GetId", "GetCredentialsForIdentity", "GetOpenIdToken", "GetOpenIdTokenForDeveloperIdentity", "InitiateAuth", ""} {
		f.Add(op, `{"IdentityPoolId":"eu-west-1:1","IdentityId":"eu-west-1:2","Logins":{"`+providerKey+`":"a.b.c","cognito-identity.amazonaws.com":"a.b.c"}}`)
	}
	f.Add("GetId", `{"IdentityPoolId":"eu-west-1:1","Logins":{"":""}}`)
	f.Add("GetId", "\xff")
	f.Add("GetOpenIdTokenForDeveloperIdentity", `{"IdentityPoolId":"eu-west-1:1","Logins":{"login.example":"7"},"TokenDuration":-1}`)
	f.Fuzz(func(t *testing.T, op, body string) {
		if strings.ContainsAny(op, "\r\n\x00") {
			return
		}
		r := httptest.NewRequest(http.MethodPost, identityURL, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", "AWSCognitoIdentityService."+op)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x")
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		if w.Code == http.StatusOK && op != "GetOpenIdTokenForDeveloperIdentity" {
			t.Errorf("%s(%.200q) = 200 %.200q, want a refusal: there was no login", op, body, w.Body)
		}
		if w.Code != http.StatusOK && (w.Code != http.StatusBadRequest || !exceptionName.MatchString(strings.TrimSuffix(w.Header().Get("x-amzn-ErrorType"), ":"))) {
			t.Errorf("%s(%.200q) = %d %s, want 400 and an exception", op, body, w.Code, w.Header().Get("x-amzn-ErrorType"))
		}
	})
}

// FuzzSTS: the same of STS, whose errors are XML.
func FuzzSTS(f *testing.F) {
	p := cognitotest.NewPool(cognitotest.WithIdentityPool(cognitotest.IdentityPool{ClassicFlow: true}))
	form := url.Values{"Action": {"AssumeRoleWithWebIdentity"}, "RoleArn": {userRole}, "RoleSessionName": {"app"}, "WebIdentityToken": {"a.b.c"}}
	f.Add(form.Encode())
	form.Set("DurationSeconds", "99999999999999999999")
	f.Add(form.Encode())
	f.Add("Action=%zz")
	f.Add("")
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "https://sts.eu-west-1.amazonaws.com/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest && w.Code != http.StatusForbidden {
			t.Fatalf("STS(%.200q) = %d, want a refusal", body, w.Code)
		}
		var e struct {
			Code string `xml:"Error>Code"`
		}
		if strings.HasPrefix(w.Header().Get("Content-Type"), "text/xml") && (xml.Unmarshal(w.Body.Bytes(), &e) != nil || e.Code == "") {
			t.Errorf("STS(%.200q) = %.200q, want an error in XML", body, w.Body)
		}
	})
}
