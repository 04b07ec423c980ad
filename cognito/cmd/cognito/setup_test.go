package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// emulator starts a server without pools, and points setup to it.
func emulator(t *testing.T) *cognitotest.Server {
	t.Helper()
	server := cognitotest.NewServer()
	if err := server.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	for _, name := range []string{"COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID", "COGNITO_CLIENT_SECRET", "COGNITO_DOMAIN", "COGNITO_ISSUER", "APP_URL", "AWS_PROFILE"} {
		t.Setenv(name, "")
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("COGNITO_ENDPOINT", server.URL())
	return server
}

const app = "https://shop.example.com"

// full asks for everything that setup can make.
func full(file string, more ...string) []string {
	return append([]string{
		"setup", "-emulator", "-app", app, "-forms", "-group", "admins", "-group", "staff", "-resource", "https://api.example.com",
		"-scope", "read", "-scope", "write", "-machine", "-user", "jane@example.com", "-secrets", file,
	}, more...)
}

// secretFile reads a file of settings, which must be its owner's alone.
func secretFile(t *testing.T, name string) map[string]string {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %v, want 0600", name, info.Mode())
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for line := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		settings[key] = value
	}
	return settings
}

// TestSetup: the plan changes nothing. -apply makes a set-up in which the
// doctor finds no fault. A second run changes nothing. Secrets appear only in
// the file.
func TestSetup(t *testing.T) {
	server := emulator(t)
	file := filepath.Join(t.TempDir(), ".env")
	code, out, errs := start(t, "", full(file)...)
	if code != exitOK || !strings.Contains(out, `+ create the user pool "shop.example.com"`) || !strings.Contains(out, "Nothing was changed") || len(server.Pools()) != 0 {
		t.Fatalf("the plan: exit code %d, %d pools\n%s%s", code, len(server.Pools()), out, errs)
	}
	for run := range 2 {
		code, out, errs := start(t, "", full(file, "-apply")...)
		if code != exitOK || !strings.HasSuffix(out, "next: cognito doctor -env "+file+"\n") {
			t.Fatalf("run %d: exit code %d\n%s%s", run, code, out, errs)
		}
		if again := strings.Contains(out, "Everything is as it should be."); again != (run == 1) {
			t.Errorf("run %d:\n%s", run, out)
		}
		settings := secretFile(t, file)
		for _, name := range []string{"COGNITO_CLIENT_SECRET", "SESSION_KEYS", "COGNITO_TEST_PASSWORD", "COGNITO_MACHINE_CLIENT_SECRET"} {
			if settings[name] == "" || strings.Contains(out+errs, settings[name]) {
				t.Errorf("run %d: %s is missing, or printed", run, name)
			}
		}
	}
	if n := len(server.Pools()); n != 1 {
		t.Errorf("%d pools after two runs", n)
	}
	if err := os.Unsetenv("COGNITO_ENDPOINT"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if code, out, errs := start(t, "", "doctor", "-forms", "-env", file); code != exitOK || !strings.Contains(out, "0 warn, 0 fail, 0 unknown") {
			t.Errorf("doctor: exit code %d\n%s%s", code, out, errs)
		}
	}
}

// TestSetup_KeepsFile: other settings in the file stay, keys above all: new
// ones would sign everybody out.
func TestSetup_KeepsFile(t *testing.T) {
	emulator(t)
	file := filepath.Join(t.TempDir(), ".env")
	const keys = "c2Vzc2lvbi1rZXlzLXRoYXQtd2VyZS10aGVyZS1iZWZvcmU="
	if err := os.WriteFile(file, []byte("# ours\nPORT=8080\nexport SESSION_KEYS="+keys+"\nCOGNITO_DOMAIN=old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := start(t, "", full(file, "-apply")...); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	s := secretFile(t, file)
	if s["PORT"] != "8080" || s["export SESSION_KEYS"] != keys || s["SESSION_KEYS"] != "" || s["COGNITO_DOMAIN"] == "old" {
		t.Errorf("the file has %v", s)
	}
}

// TestSetup_TestUsers: each -user is created once, also one that a later run
// names. Passwords that are kept stay.
func TestSetup_TestUsers(t *testing.T) {
	server := emulator(t)
	file := filepath.Join(t.TempDir(), ".env")
	var before map[string]string
	for _, users := range [][]string{{"jane@example.com"}, {"joe@example.com"}, {"kim@example.com", "jane@example.com", "joe@example.com"}} {
		args := []string{"setup", "-emulator", "-app", app, "-apply", "-secrets", file}
		for _, user := range users {
			args = append(args, "-user", user)
		}
		if code, out, errs := start(t, "", args...); code != exitOK {
			t.Fatalf("%v: exit code %d\n%s%s", users, code, out, errs)
		}
		s := secretFile(t, file)
		for name, value := range before {
			if s[name] != value {
				t.Errorf("%v: %s has changed", users, name)
			}
		}
		before = s
	}
	for number, user := range map[string]string{"": "jane@example.com", "_2": "joe@example.com", "_3": "kim@example.com"} {
		if before["COGNITO_TEST_USER"+number] != user || before["COGNITO_TEST_PASSWORD"+number] == "" {
			t.Errorf("COGNITO_TEST_USER%s = %q, want %s with a password", number, before["COGNITO_TEST_USER"+number], user)
		}
		call(t, server, "AdminGetUser", map[string]any{"UserPoolId": before["COGNITO_USER_POOL_ID"], "Username": user})
	}
	if name := before["COGNITO_TEST_USER_4"]; name != "" {
		t.Errorf("COGNITO_TEST_USER_4 = %q, want three users", name)
	}
}

// TestSetup_Again: what the wish has grown by is added, and what somebody has
// changed is mended. Settings of other people's stay.
func TestSetup_Again(t *testing.T) {
	server := emulator(t)
	file := filepath.Join(t.TempDir(), ".env")
	if code, out, errs := start(t, "", "setup", "-emulator", "-app", app, "-apply", "-secrets", file); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	s := secretFile(t, file)
	if err := os.Unsetenv("COGNITO_TEST_USER"); err != nil {
		t.Fatal(err)
	}
	changed := call(t, server, "UpdateUserPoolClient", map[string]any{
		"UserPoolId": s["COGNITO_USER_POOL_ID"], "ClientId": s["COGNITO_CLIENT_ID"], "SupportedIdentityProviders": []string{"COGNITO"},
		"AllowedOAuthFlows": []string{"code"}, "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": []string{"openid", "phone"},
		"CallbackURLs": []string{"https://other.example.com/callback"}, "AccessTokenValidity": 30, "TokenValidityUnits": map[string]string{"AccessToken": "minutes"},
	})
	if changed["UserPoolClient"] == nil {
		t.Fatal(changed)
	}
	code, out, _ := start(t, "", full(file)...)
	for _, id := range []string{"scopes", "callback-urls", "sign-out-urls", "rotation", "auth-flows", "user-existence"} {
		if !strings.Contains(out, "~ "+id+": ") {
			t.Errorf("the plan does not mend %s", id)
		}
	}
	if code != exitOK || !strings.Contains(out, `create the group "staff"`) || strings.Contains(out, "create the user pool") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if code, out, errs := start(t, "", full(file, "-apply")...); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	now, _ := call(t, server, "DescribeUserPoolClient", map[string]any{"UserPoolId": s["COGNITO_USER_POOL_ID"], "ClientId": s["COGNITO_CLIENT_ID"]})["UserPoolClient"].(map[string]any)
	for field, want := range map[string][]string{
		"AllowedOAuthScopes": {"phone", "profile", "https://api.example.com/write"},
		"CallbackURLs":       {"https://other.example.com/callback", app + "/auth/callback", "http://localhost:8080/auth/callback"},
	} {
		have, _ := now[field].([]any)
		for _, value := range want {
			if !slices.Contains(have, any(value)) {
				t.Errorf("%s = %v, want %s in it", field, have, value)
			}
		}
	}
	if now["AccessTokenValidity"] != 30.0 {
		t.Errorf("AccessTokenValidity = %v, want the 30 that somebody has set", now["AccessTokenValidity"])
	}
	if code, out, _ := start(t, "", full(file)...); code != exitOK || out != "Everything is as it should be.\n" {
		t.Errorf("exit code %d after -apply\n%s", code, out)
	}
}

// TestSetup_Import: only settings that -mend names are mended.
func TestSetup_Import(t *testing.T) {
	server := emulator(t)
	pool, _ := call(t, server, "CreateUserPool", map[string]any{"PoolName": "old", "UserPoolTier": "LITE"})["UserPool"].(map[string]any)
	client, _ := call(t, server, "CreateUserPoolClient", map[string]any{"UserPoolId": pool["Id"], "ClientName": "web", "GenerateSecret": true})["UserPoolClient"].(map[string]any)
	name := pool["Id"].(string) + "/" + client["ClientId"].(string)
	args := []string{"setup", "-emulator", "-app", app, "-import", name}
	code, out, errs := start(t, "y\ny\n", args...)
	if code != exitOK || !strings.Contains(out, "~ plan: ") || !strings.Contains(out, "0 of ") {
		t.Fatalf("without a terminal: exit code %d\n%s%s", code, out, errs)
	}
	if code, out, errs = start(t, "", append(args, "-mend", "plan,code-grant")...); code != exitOK || !strings.Contains(out, "2 of ") {
		t.Fatalf("-mend plan,code-grant: exit code %d\n%s%s", code, out, errs)
	}
	if code, out, _ = start(t, "", args...); strings.Contains(out, "~ plan:") || !strings.Contains(out, "~ rotation:") {
		t.Errorf("after the mending: exit code %d\n%s", code, out)
	}
	if code, out, errs = start(t, "", append(args, "-mend", "all")...); code != exitOK {
		t.Fatalf("-mend all: exit code %d\n%s%s", code, out, errs)
	}
	if code, out, _ = start(t, "", args...); !strings.HasPrefix(out, "Everything is as it should be.") {
		t.Errorf("after all: exit code %d\n%s", code, out)
	}
	if code, _, errs = start(t, "", append(args, "-mend", "nonsense")...); code != exitMistake || !strings.Contains(errs, "nonsense") {
		t.Errorf("-mend nonsense: exit code %d, %s", code, errs)
	}
}

// TestSetup_Mistakes: exit code 2, and every mistake at once.
func TestSetup_Mistakes(t *testing.T) {
	emulator(t)
	for _, tt := range []struct{ args, want string }{
		{"", "-app"},
		{"-app shop.example.com", "not a URL"},
		{"-app http://shop.example.com", "https"},
		{"-app https://shop.example.com -domain my-cognito", `"cognito"`},
		{"-app https://shop.example.com -domain UPPER", "prefix"},
		{"-app https://shop.example.com -scope read", "-resource"},
		{"-app https://shop.example.com -machine", "-machine"},
		{"-app https://shop.example.com -o pulumi", "pulumi"},
		{"-app https://shop.example.com -import eu-west-1_x", "<pool id>/<client id>"},
		{"-app https://shop.example.com -mend plan", "-import"},
		{"-app https://shop.example.com now", `"now"`},
		{"-app nonsense -o pulumi", "pulumi"},
		{"-app nonsense -o pulumi", "nonsense"},
	} {
		if code, _, errs := start(t, "", append([]string{"setup"}, strings.Fields(tt.args)...)...); code != exitMistake || !strings.Contains(errs, tt.want) {
			t.Errorf("%s: exit code %d, want 2 with %s\n%s", tt.args, code, tt.want, errs)
		}
	}
}

// TestSetup_Unreachable: a service that is not there ends with what was tried.
func TestSetup_Unreachable(t *testing.T) {
	server := emulator(t)
	_ = server.Close()
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	if code, _, errs := start(t, "", "setup", "-emulator", "-app", app); code != exitWrong || !strings.Contains(errs, "looking for a user pool") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

// TestSetup_Settings: -o prints the settings for a shell or a file, without
// secrets.
func TestSetup_Settings(t *testing.T) {
	emulator(t)
	file := filepath.Join(t.TempDir(), ".env")
	if code, _, errs := start(t, "", "setup", "-emulator", "-app", app, "-o", "env", "-secrets", file); code != exitWrong || !strings.Contains(errs, "-apply") {
		t.Errorf("before -apply: exit code %d, %s", code, errs)
	}
	code, out, errs := start(t, "", "setup", "-emulator", "-app", app, "-o", "env", "-secrets", file, "-apply")
	if code != exitOK || !regexp.MustCompile(`(?m)^export COGNITO_USER_POOL_ID=eu-west-1_\w{9}$`).MatchString(out) || strings.Contains(out, "COGNITO_CLIENT_SECRET=") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

// TestSetup_CLI: the AWS CLI runs the script of -o cli, and setup finds nothing
// to do afterwards.
func TestSetup_CLI(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the AWS CLI is not installed: apt-get install awscli")
		}
		t.Skip("the AWS CLI is not installed")
	}
	server := emulator(t)
	file := filepath.Join(t.TempDir(), ".env")
	code, script, errs := start(t, "", full(file, "-o", "cli")...)
	if code != exitOK {
		t.Fatal(errs)
	}
	command := exec.CommandContext(t.Context(), "sh")
	command.Stdin = strings.NewReader(script)
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+server.URL(), "AWS_DEFAULT_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_MAX_ATTEMPTS=1")
	printed, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, printed, script)
	}
	if !regexp.MustCompile(`COGNITO_USER_POOL_ID=eu-west-1_\w{9}\nCOGNITO_CLIENT_ID=\w{26}\n`).Match(printed) {
		t.Errorf("the script printed %s", printed)
	}
	if code, out, errs := start(t, "", full(file)...); code != exitOK || !strings.HasPrefix(out, "Everything is as it should be.") {
		t.Errorf("after the script: exit code %d\n%s%s", code, out, errs)
	}
}
