package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/doctor"
)

const base = "http://localhost:8080"

// settings starts a pool, and puts its settings into the environment.
func settings(t *testing.T, client cognitotest.AppClient) *cognitotest.Pool {
	t.Helper()
	pool := cognitotest.NewPool(cognitotest.WithClient(client))
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	cfg := pool.Config()
	for name, value := range map[string]string{
		"COGNITO_USER_POOL_ID":  cfg.UserPoolID,
		"COGNITO_CLIENT_ID":     cfg.ClientID,
		"COGNITO_CLIENT_SECRET": string(cfg.ClientSecret),
		"COGNITO_DOMAIN":        cfg.Domain,
		"COGNITO_ISSUER":        cfg.Issuer,
		"COGNITO_ENDPOINT":      cfg.Endpoint,
		"APP_URL":               base,
	} {
		t.Setenv(name, value)
	}
	return pool
}

func right() cognitotest.AppClient {
	return cognitotest.AppClient{CallbackURLs: []string{base + "/auth/callback"}, LogoutURLs: []string{base + "/auth/signed-out"}}
}

func start(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// TestDoctor_Right: exit code 0, and a line for each check.
func TestDoctor_Right(t *testing.T) {
	settings(t, right())
	code, out, errs := start(t, "", "doctor")
	if code != exitOK || !strings.Contains(out, "ok      callback-url: "+base+"/auth/callback is registered") || !strings.Contains(out, "0 fail, 0 unknown") || errs != "" {
		t.Errorf("exit code %d, want 0\n%s%s", code, out, errs)
	}
}

// TestDoctor_MovedEndpoints: the flags say where the app has its endpoints.
func TestDoctor_MovedEndpoints(t *testing.T) {
	client := right()
	client.CallbackURLs, client.LogoutURLs = []string{base + "/callback", base + "/sign-in/callback"}, []string{base + "/bye", base + "/sign-in/signed-out"}
	settings(t, client)
	for _, flags := range [][]string{{"-prefix", "/sign-in/"}, {"-callback", "/callback", "-signed-out", "/bye"}} {
		code, out, errs := start(t, "", append([]string{"doctor"}, flags...)...)
		if code != exitOK || !strings.Contains(out, "callback is registered") {
			t.Errorf("%v: exit code %d, want 0\n%s%s", flags, code, out, errs)
		}
	}
	code, out, _ := start(t, "", "doctor", "-url", base+"/", "-prefix", "/sign-in/", "-login", "/start")
	if !strings.Contains(out, base+"/start cannot be reached") {
		t.Errorf("exit code %d: the login at /start was not asked\n%s", code, out)
	}
	for _, flag := range []string{"-prefix", "-login", "-callback", "-signed-out", "-me"} {
		if code, _, errs := start(t, "", "doctor", flag, "https://evil.example/"); code != exitMistake || !strings.Contains(errs, flag) {
			t.Errorf("%s with a URL: exit code %d %q, want 2 and the flag", flag, code, errs)
		}
	}
}

// TestDoctor_Wrong: exit code 1, and what to do, also as JSON.
func TestDoctor_Wrong(t *testing.T) {
	client := right()
	client.CallbackURLs = []string{base + "/callback"}
	settings(t, client)
	code, out, _ := start(t, "", "doctor")
	if code != exitWrong || !strings.Contains(out, "add "+base+"/auth/callback to CallbackURLs") {
		t.Errorf("exit code %d, want 1 and what to register\n%s", code, out)
	}
	code, out, _ = start(t, "", "doctor", "-json")
	found := false
	for line := range strings.Lines(out) {
		var r doctor.Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		found = found || r.ID == "callback-url" && r.State == doctor.Fail && r.Fix.Terraform != ""
	}
	if code != exitWrong || !found {
		t.Errorf("exit code %d, want 1 and the check as JSON\n%s", code, out)
	}
}

// TestDoctor_Watch: it goes on until the set-up is right.
func TestDoctor_Watch(t *testing.T) {
	watchEvery = time.Millisecond
	client := right()
	client.LogoutURLs = nil
	pool := settings(t, client)
	cfg := pool.Config()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out bytes.Buffer
	mended := writer(func(p []byte) { // after the first examination
		body := fmt.Sprintf(`{"UserPoolId":%q,"ClientId":%q,"CallbackURLs":[%q],"LogoutURLs":[%q],"AllowedOAuthFlows":["code"],
			"AllowedOAuthScopes":["openid","email","profile"],"AllowedOAuthFlowsUserPoolClient":true,"SupportedIdentityProviders":["COGNITO"]}`,
			cfg.UserPoolID, cfg.ClientID, right().CallbackURLs[0], right().LogoutURLs[0])
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, cfg.Endpoint, strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return
		}
		req.Header.Set("Content-Type", "application/x-amz-json-1.1")
		req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.UpdateUserPoolClient")
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261129/eu-west-1/cognito-idp/aws4_request")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = res.Body.Close() }()
		if res.StatusCode != http.StatusOK {
			answer, _ := io.ReadAll(res.Body)
			t.Errorf("UpdateUserPoolClient: %s %s", res.Status, answer)
		}
	})
	if code := run(ctx, []string{"doctor", "-watch"}, nil, &out, mended); code != exitOK {
		t.Errorf("exit code %d, want 0\n%s", code, out.String())
	}
	if !strings.Contains(out.String(), "1 fail") || !strings.Contains(out.String(), "0 fail") {
		t.Errorf("want one examination that fails and one that does not:\n%s", out.String())
	}
}

type writer func(p []byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

// TestDoctor_EnvFile: a file has the settings, and the environment wins.
func TestDoctor_EnvFile(t *testing.T) {
	pool := settings(t, right())
	file := filepath.Join(t.TempDir(), ".env")
	text := "\xef\xbb\xbf# settings\r\nexport COGNITO_USER_POOL_ID='" + pool.ID() + "'\r\n\nCOGNITO_CLIENT_ID=\"overridden\"\nSESSION_KEYS=" + strings.Repeat("QUJD", 11) + " # a comment\n"
	t.Setenv("SESSION_KEYS", "")
	if err := os.Unsetenv("SESSION_KEYS"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Unsetenv("COGNITO_USER_POOL_ID"); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := start(t, "", "doctor", "-env", file); code != exitOK {
		t.Errorf("exit code %d, want 0\n%s%s", code, out, errs)
	}
	if err := os.WriteFile(file, []byte("COGNITO_CLIENT_SECRET the-secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := start(t, "", "doctor", "-env", file); code != exitMistake || !strings.Contains(errs, "line 1") || strings.Contains(errs, "the-secret") {
		t.Errorf("a line without =: exit code %d, %q", code, errs)
	}
}

// TestDoctor_Mistakes: exit code 2, and what is wrong.
func TestDoctor_Mistakes(t *testing.T) {
	settings(t, right())
	t.Setenv("COGNITO_CLIENT_ID", "")
	for _, tt := range []struct {
		want string
		args []string
	}{
		{"COGNITO_CLIENT_ID", []string{"doctor"}},
		{"-loud", []string{"doctor", "-loud"}},
		{`"now"`, []string{"doctor", "now"}},
		{`"dcotor"`, []string{"dcotor"}},
		{"no-such-file", []string{"doctor", "-env", "no-such-file"}},
	} {
		if code, _, errs := start(t, "", tt.args...); code != exitMistake || !strings.Contains(errs, tt.want) {
			t.Errorf("%v: exit code %d, want 2 with %s\n%s", tt.args, code, tt.want, errs)
		}
	}
	for _, args := range [][]string{nil, {"help"}, {"doctor", "-h"}} {
		if code, out, _ := start(t, "", args...); code != exitOK || !strings.Contains(out, "-watch") {
			t.Errorf("%v: exit code %d, want 0 and the usage", args, code)
		}
	}
}

// TestDoctorToken: it says whose token it is, or which check refuses it, and
// never prints it.
func TestDoctorToken(t *testing.T) {
	pool := settings(t, right())
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		t.Fatal(err)
	}
	tokens := pool.Tokens("jane")
	expired := string(pool.AccessToken("jane", func(c cognitotest.Claims) { c["exp"] = pool.Now().Add(-time.Hour).Unix() }))
	for _, tt := range []struct {
		name, token, want string
		code              int
	}{
		{"access", string(tokens.Access), "ok: an access token of ", exitOK},
		{"bearer", "Bearer " + string(tokens.Access) + "\n", "ok: an access token of ", exitOK},
		{"ID", string(tokens.ID), "ok: an ID token of ", exitOK},
		{"expired", expired, "refused: cognito: verify exp", exitWrong},
		{"refresh", string(tokens.Refresh), "refused: cognito: verify format", exitWrong},
		{"none", " ", "", exitMistake},
	} {
		code, out, errs := start(t, tt.token, "doctor", "token")
		if code != tt.code || !strings.HasPrefix(out, tt.want) {
			t.Errorf("%s: exit code %d %q %q, want %d %q", tt.name, code, out, errs, tt.code, tt.want)
		}
		if token := strings.TrimSpace(tt.token); len(token) > 40 && strings.Contains(out+errs, token[len(token)-40:]) {
			t.Errorf("%s: the token is printed", tt.name)
		}
	}
}

// TestDoctor_Flags: a flag goes before the environment and the file. A secret
// has none.
func TestDoctor_Flags(t *testing.T) {
	pool := settings(t, right())
	id := pool.ID()
	t.Setenv("COGNITO_USER_POOL_ID", "eu-west-1_zZ9zZ9zZ9")
	if code, out, errs := start(t, "", "doctor", "-pool", id, "-client", pool.Config().ClientID); code != exitOK || !strings.Contains(out, "the pool is "+id) {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if code, _, errs := start(t, "", "doctor", "-secret", "x"); code != exitMistake || !strings.Contains(errs, "-secret") {
		t.Errorf("-secret: exit code %d\n%s", code, errs)
	}
	t.Setenv("SESSION_KEYS", "c2hvcnQ=")
	if code, out, _ := start(t, "", "doctor"); code != exitWrong || !strings.Contains(out, "fail    settings: SESSION_KEYS: key 1 has 5 bytes") || strings.Contains(out, "c2hvcnQ=") {
		t.Errorf("a short key: exit code %d\n%s", code, out)
	}
}
