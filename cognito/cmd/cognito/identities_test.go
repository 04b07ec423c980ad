package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// account starts the emulator as a stand-in for Cognito on AWS, beside the
// stand-ins for the other services. setup does not know that it is an emulator.
func account(t *testing.T) *fakeAWS {
	t.Helper()
	emulator(t)
	return fakeServices(t)
}

const bucket = "shop-files"

// TestSetup_Identities: users of the identity pool reach objects below their
// own prefix and nothing else, guests get nothing, and a second run changes
// nothing.
func TestSetup_Identities(t *testing.T) {
	aws := account(t)
	file := filepath.Join(t.TempDir(), ".env")
	args := []string{"setup", "-app", app, "-bucket", bucket, "-secrets", file}
	code, out, errs := start(t, "", args...)
	for _, want := range []string{"+ create the identity pool", "+ create the role", `+ let each user reach objects of the bucket "shop-files" below a prefix of their own`, "+ give signed-in users"} {
		if code != exitOK || !strings.Contains(out, want) || len(aws.changes) != 0 {
			t.Fatalf("the plan: exit code %d, changes %v, want %q in\n%s%s", code, aws.changes, want, out, errs)
		}
	}
	for run := range 2 {
		code, out, errs := start(t, "", append(args, "-apply")...)
		if again := strings.Contains(out, "Everything is as it should be."); code != exitOK || again != (run == 1) {
			t.Fatalf("run %d: exit code %d\n%s%s", run, code, out, errs)
		}
	}
	if want := []string{"CreateIdentityPool", "CreateRole", "PutRolePolicy", "SetIdentityPoolRoles"}; !slices.Equal(aws.changes, want) {
		t.Errorf("changes = %v, want %v", aws.changes, want)
	}
	s := secretFile(t, file)
	pool := aws.pools[s["COGNITO_IDENTITY_POOL_ID"]]
	if pool == nil || pool["AllowUnauthenticatedIdentities"] != false {
		t.Fatalf("the identity pool = %v", pool)
	}
	providers, _ := json.Marshal(pool["CognitoIdentityProviders"])
	if want := `[{"ClientId":"` + s["COGNITO_CLIENT_ID"] + `","ProviderName":"cognito-idp.eu-west-1.amazonaws.com/` + s["COGNITO_USER_POOL_ID"] + `","ServerSideTokenCheck":true}]`; string(providers) != want {
		t.Errorf("the providers = %s, want %s", providers, want)
	}
	for name, role := range aws.roles {
		arn := "arn:aws:iam::123456789012:role/" + name
		if given := aws.given[s["COGNITO_IDENTITY_POOL_ID"]]; len(given) != 1 || given["authenticated"] != arn {
			t.Errorf("roles = %v, want users with %s alone", given, arn)
		}
		trust := role.Get("AssumeRolePolicyDocument")
		for _, want := range []string{`"cognito-identity.amazonaws.com:aud":"` + s["COGNITO_IDENTITY_POOL_ID"] + `"`, `"cognito-identity.amazonaws.com:amr":"authenticated"`} {
			if !strings.Contains(trust, want) {
				t.Errorf("the role trusts %s, want %s in it", trust, want)
			}
		}
		var policy struct {
			Statement []struct {
				Effect, Resource string
				Action           []string
				Condition        map[string]map[string][]string
			}
		}
		if err := json.Unmarshal([]byte(aws.policies[name+"/own-prefix"]), &policy); err != nil || len(policy.Statement) != 2 {
			t.Fatalf("%v: the policy = %s", err, aws.policies[name+"/own-prefix"])
		}
		const own = "${cognito-identity.amazonaws.com:sub}/*"
		list, objects := policy.Statement[0], policy.Statement[1]
		if list.Resource != "arn:aws:s3:::"+bucket || list.Condition["StringLike"]["s3:prefix"][0] != own || objects.Resource != "arn:aws:s3:::"+bucket+"/"+own {
			t.Errorf("the policy = %+v", policy)
		}
	}
	if len(aws.roles) != 1 {
		t.Errorf("%d roles", len(aws.roles))
	}
}

// TestSetup_IdentitiesMended: what somebody has changed is mended, and what
// else they have added stays.
func TestSetup_IdentitiesMended(t *testing.T) {
	aws := account(t)
	args := []string{"setup", "-app", app, "-bucket", bucket, "-secrets", filepath.Join(t.TempDir(), ".env"), "-apply"}
	if code, out, errs := start(t, "", args...); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	for id, pool := range aws.pools {
		pool["CognitoIdentityProviders"] = []any{map[string]any{"ClientId": "another", "ProviderName": "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7"}}
		pool["SupportedLoginProviders"] = map[string]any{"accounts.google.com": "x"}
		aws.given[id] = map[string]string{"unauthenticated": "arn:aws:iam::123456789012:role/guests"}
	}
	for name := range aws.policies {
		aws.policies[name] = `{"Version":"2012-10-17","Statement":[]}`
	}
	aws.changes = nil
	if code, out, errs := start(t, "", args...); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	if want := []string{"UpdateIdentityPool", "PutRolePolicy", "SetIdentityPoolRoles"}; !slices.Equal(aws.changes, want) {
		t.Errorf("changes = %v, want %v", aws.changes, want)
	}
	for id, pool := range aws.pools {
		if providers, _ := pool["CognitoIdentityProviders"].([]any); len(providers) != 2 || pool["SupportedLoginProviders"] == nil || aws.given[id]["unauthenticated"] == "" {
			t.Errorf("the identity pool = %v with roles %v: what was there is lost", pool, aws.given[id])
		}
	}
	for name, role := range aws.roles {
		role.Set("Tags.member.1.Value", "https://other.example.com")
		if code, _, errs := start(t, "", args...); code != exitWrong || !strings.Contains(errs, name+" is there and has no tag") {
			t.Errorf("a role of another app: exit code %d\n%s", code, errs)
		}
	}
}

// TestSetup_IdentitiesCLI: the AWS CLI runs the script of -o cli, and setup
// finds nothing to do afterwards.
func TestSetup_IdentitiesCLI(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the AWS CLI is not installed: apt-get install awscli")
		}
		t.Skip("the AWS CLI is not installed")
	}
	aws := account(t)
	args := []string{"setup", "-app", app, "-bucket", bucket}
	code, script, errs := start(t, "", append(args, "-o", "cli")...)
	if code != exitOK {
		t.Fatal(errs)
	}
	command := exec.CommandContext(t.Context(), "sh")
	command.Stdin = strings.NewReader(script)
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+os.Getenv("COGNITO_ENDPOINT"), "AWS_DEFAULT_REGION=eu-west-1")
	printed, err := command.CombinedOutput()
	if err != nil || !regexp.MustCompile(`COGNITO_IDENTITY_POOL_ID=eu-west-1:[0-9-]+\n`).Match(printed) {
		t.Fatalf("%v\n%s\n%s", err, printed, script)
	}
	if code, out, errs := start(t, "", args...); code != exitOK || !strings.HasPrefix(out, "Everything is as it should be.") {
		t.Errorf("after the script: exit code %d\n%s%s\n%v", code, out, errs, aws.changes)
	}
}

// TestSetup_NoIdentitiesInEmulator: the emulator cannot make them, and setup
// says so; what it prints for tools has them.
func TestSetup_NoIdentitiesInEmulator(t *testing.T) {
	emulator(t)
	args := []string{"setup", "-emulator", "-app", app, "-bucket", bucket}
	if code, _, errs := start(t, "", args...); code != exitMistake || !strings.Contains(errs, "-o cli") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	for _, format := range []string{"cli", "terraform", "cdk-go", "cloudformation"} {
		if code, out, errs := start(t, "", append(args, "-o", format)...); code != exitOK || !strings.Contains(out, bucket) {
			t.Errorf("-o %s: exit code %d\n%s%s", format, code, out, errs)
		}
	}
	if code, _, errs := start(t, "", "setup", "-app", app, "-bucket", "Not A Bucket"); code != exitMistake || !strings.Contains(errs, "-bucket") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

// TestSetup_SecretsManager: the settings are a JSON object in Secrets Manager,
// and not on the terminal or in a file. A second run writes nothing, and other
// members stay. The doctor reads them from there.
func TestSetup_SecretsManager(t *testing.T) {
	aws := account(t)
	t.Chdir(t.TempDir())
	others := map[string]string{
		"OTHER": "stays", "PRIVATE_KEY": "-----BEGIN KEY-----\nAAAA\nCOGNITO_DOMAIN=BBBB\n-----END KEY-----\n", "ENDS": "in a line break\r\n",
		"# note": "a name that no line has", " a=b ": " c ", "SPACES": "  two  ", "EMPTY": "",
	}
	text, err := json.Marshal(others)
	if err != nil {
		t.Fatal(err)
	}
	aws.secrets["shop/sign-in"] = string(text)
	args := []string{"setup", "-app", app, "-user", "jane@example.com", "-secrets", "secretsmanager:shop/sign-in", "-apply"}
	for run := range 2 {
		code, out, errs := start(t, "", args...)
		if code != exitOK || !strings.HasSuffix(out, "next: cognito doctor -env secretsmanager:shop/sign-in\n") {
			t.Fatalf("run %d: exit code %d\n%s%s", run, code, out, errs)
		}
		kept := map[string]string{}
		if err := json.Unmarshal([]byte(aws.secrets["shop/sign-in"]), &kept); err != nil {
			t.Fatal(err)
		}
		for name, want := range others {
			if kept[name] != want {
				t.Errorf("run %d: the member %q of others is %q, want %q", run, name, kept[name], want)
			}
		}
		for _, name := range []string{"COGNITO_CLIENT_SECRET", "SESSION_KEYS", "COGNITO_TEST_PASSWORD"} {
			if kept[name] == "" || strings.Contains(out+errs, kept[name]) {
				t.Errorf("run %d: %s is missing, or printed", run, name)
			}
		}
		if !slices.Equal(aws.changes, []string{"PutSecretValue"}) {
			t.Errorf("run %d: changes = %v, want one PutSecretValue in all", run, aws.changes)
		}
	}
	if files, err := os.ReadDir("."); err != nil || len(files) != 0 {
		t.Errorf("%v: files %v, want none", err, files)
	}
	if code, out, errs := start(t, "", "setup", "-app", app, "-secrets", "secretsmanager:new", "-apply"); code != exitOK || aws.secrets["new"] == "" {
		t.Errorf("a secret that is not there: exit code %d\n%s%s", code, out, errs)
	}
	aws.secrets["text"] = "no JSON"
	if code, _, errs := start(t, "", "setup", "-app", app, "-secrets", "secretsmanager:text", "-apply"); code != exitWrong || !strings.Contains(errs, "not a JSON object") || aws.secrets["text"] != "no JSON" {
		t.Errorf("a secret of another form: exit code %d\n%s", code, errs)
	}
	for _, wrong := range []string{"secretsmanager:", "secretsmanager:missing"} {
		if code, _, errs := start(t, "", "doctor", "-env", wrong); code != exitMistake || !strings.Contains(errs, wrong) {
			t.Errorf("doctor -env %s: exit code %d\n%s", wrong, code, errs)
		}
	}
	if code, _, errs := start(t, "", "setup", "-app", app, "-secrets", "secretsmanager:", "-apply"); code != exitMistake {
		t.Errorf("no name: exit code %d\n%s", code, errs)
	}
	if code, out, _ := start(t, "", "doctor", "-env", "secretsmanager:shop/sign-in"); !strings.Contains(out, "the app client "+app) && !strings.Contains(out, "ok      settings") {
		t.Errorf("doctor: exit code %d\n%s", code, out)
	}
}

// TestSetup_ShowSecrets: secrets are printed where somebody asks for them.
func TestSetup_ShowSecrets(t *testing.T) {
	emulator(t)
	file := filepath.Join(t.TempDir(), ".env")
	args := []string{"setup", "-emulator", "-app", app, "-secrets", file}
	if code, _, errs := start(t, "", append(args, "-apply")...); code != exitOK {
		t.Fatal(errs)
	}
	secret := secretFile(t, file)["COGNITO_CLIENT_SECRET"]
	if code, out, _ := start(t, "", append(args, "-o", "env", "-show-secrets")...); code != exitOK || !strings.Contains(out, "export COGNITO_CLIENT_SECRET="+secret+"\n") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if code, _, errs := start(t, "", append(args, "-show-secrets")...); code != exitMistake || !strings.Contains(errs, "-show-secrets") {
		t.Errorf("without -o env: exit code %d\n%s", code, errs)
	}
}
