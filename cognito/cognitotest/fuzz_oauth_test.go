package cognitotest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// FuzzEndpoints: whatever comes to the endpoints for programs, at a server of
// two pools under one host name, the answer is JSON below 500. Only what a good
// request asked for is granted.
func FuzzEndpoints(f *testing.F) {
	machine := cognitotest.AppClient{ID: "machine", Secret: machineSecret, Flows: []string{cognitotest.FlowClientCredentials}, Scopes: []string{"a/b"}}
	s, one, _ := twoPools(f, cognitotest.WithCustomDomain("auth.example.com"))
	one.AddClient(machine)
	access, refresh := string(one.AccessToken("jane")), string(one.Tokens("jane").Refresh)
	endpoints := []struct{ method, path string }{
		{"POST", "/oauth2/token"}, {"POST", "/oauth2/revoke"}, {"GET", "/oauth2/userInfo"}, {"GET", "/logout"},
		{"OPTIONS", "/oauth2/token"}, {"POST", "/oauth2/userInfo"}, {"GET", "/eu-west-1_One/.well-known/jwks.json"},
	}
	add := func(i int, query, body, authorization string) { f.Add(i, query, body, authorization) }
	add(0, "", machineForm("scope", "a/b", "aws_client_metadata", `{"k":"v"}`).Encode(), basicAuth("machine", machineSecret))
	add(0, "", machineForm("client_id", "machine", "client_secret", "%zz").Encode(), "")
	add(0, "client_id=client2", url.Values{"grant_type": {"refresh_token"}, "client_id": {"client1"}, "refresh_token": {refresh}}.Encode(), "")
	add(0, "", tokenForm("x", "client_id", "client2").Encode(), basicAuth("client2", "secret0of0client20000000000"))
	add(1, "", url.Values{"token": {refresh[:40]}, "client_id": {"client1"}}.Encode(), "")
	add(1, "", "token="+access+"&client_id=client1", "Basic x")
	add(2, "", "", "Bearer "+access)
	add(2, "", "", "bearer  "+access[:len(access)-3]+"AAA")
	add(2, "", "", "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJ1cy1lYXN0LTFfVHdvIn0.")
	add(3, "client_id=client1&logout_uri="+url.QueryEscape(signedOutURL), "", "")
	add(3, "client_id=client1&redirect_uri="+url.QueryEscape(callbackURL)+"&response_type=code&logout_uri=https://evil.example", "", "")
	add(5, "", "access_token="+access, "")
	f.Fuzz(func(t *testing.T, i int, query, body, authorization string) {
		if i < 0 {
			i = ^i
		}
		e := endpoints[i%len(endpoints)]
		r := httptest.NewRequest(e.method, "https://auth.example.com"+e.path, strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", authorization)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Fatalf("%s %s = %d", e.method, e.path, w.Code)
		}
		if location := w.Header().Get("Location"); location != "" && location != signedOutURL && !strings.HasPrefix(location, "https://auth.example.com/") {
			t.Errorf("%s %s redirects to %q", e.method, e.path, location)
		}
		if strings.HasPrefix(e.path, "/oauth2/") && w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s = %q, want JSON", e.method, e.path, w.Body)
		}
		if e.path == "/oauth2/userInfo" && e.method == http.MethodGet && w.Code == 200 && !strings.Contains(authorization, access[:len(access)-3]) {
			t.Errorf("userInfo answers %q", authorization)
		}
	})
}
