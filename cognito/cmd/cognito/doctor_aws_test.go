package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDoctor_AWS: with credentials the doctor reads what cannot be seen from
// outside, and names the command that mends it.
func TestDoctor_AWS(t *testing.T) {
	server := emulator(t)
	file := filepath.Join(t.TempDir(), ".env")
	if code, out, errs := start(t, "", "setup", "-emulator", "-app", app, "-apply", "-secrets", file); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	s := secretFile(t, file)
	call(t, server, "UpdateUserPool", map[string]any{"UserPoolId": s["COGNITO_USER_POOL_ID"], "DeletionProtection": "INACTIVE"})
	if err := os.Unsetenv("COGNITO_ENDPOINT"); err != nil {
		t.Fatal(err)
	}
	code, out, errs := start(t, "", "doctor", "-aws", "-env", file)
	mend := "cognito setup -app " + app + " -import " + s["COGNITO_USER_POOL_ID"] + "/" + s["COGNITO_CLIENT_ID"] + " -mend deletion-protection"
	if code != exitOK || !strings.Contains(out, "ok      aws-access: ") || !strings.Contains(out, "warn    aws-deletion-protection: INACTIVE") || !strings.Contains(out, mend) {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if strings.Contains(out, s["COGNITO_CLIENT_SECRET"]) {
		t.Error("the secret is printed")
	}
	call(t, server, "DeleteUserPoolClient", map[string]any{"UserPoolId": s["COGNITO_USER_POOL_ID"], "ClientId": s["COGNITO_CLIENT_ID"]})
	if code, out, _ := start(t, "", "doctor", "-aws"); code != exitWrong || !strings.Contains(out, "fail    aws-access: ") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

// TestPolicy: the policies are IAM's, and the doctor's only reads.
func TestPolicy(t *testing.T) {
	for command, writes := range map[string]bool{"doctor": false, "setup": true} {
		code, out, errs := start(t, "", command, "-policy")
		var policy struct {
			Version   string
			Statement []struct {
				Effect, Resource string
				Action           []string
			}
		}
		if err := json.Unmarshal([]byte(out), &policy); code != exitOK || err != nil || len(policy.Statement) != 1 {
			t.Fatalf("%s: exit code %d, %v\n%s%s", command, code, err, out, errs)
		}
		for _, action := range policy.Statement[0].Action {
			_, verb, _ := strings.Cut(action, ":")
			reads := strings.HasPrefix(verb, "List") || strings.HasPrefix(verb, "Describe") || strings.HasPrefix(verb, "Get")
			if !reads && !writes || strings.HasPrefix(verb, "Delete") {
				t.Errorf("%s: the policy allows %s", command, action)
			}
		}
	}
}
