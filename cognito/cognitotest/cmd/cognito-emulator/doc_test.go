package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// docLines returns the indented lines of doc.go from one that begins with
// first on, up to the next that is not indented.
func docLines(t *testing.T, first string) string {
	t.Helper()
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var block strings.Builder
	for line := range strings.Lines(string(source)) {
		code, indented := strings.CutPrefix(line, "//\t")
		switch {
		case indented && (block.Len() > 0 || strings.HasPrefix(code, first)):
			block.WriteString(code)
		case !indented && block.Len() > 0:
			return block.String()
		}
	}
	t.Fatalf("doc.go has no indented line %q", first)
	return ""
}

// The set-up that the overview shows is the one the tests use.
func TestDocConfig(t *testing.T) {
	file, err := os.ReadFile("testdata/config.json")
	if err != nil {
		t.Fatal(err)
	}
	if docLines(t, "{") != string(file) {
		t.Error("the set-up in doc.go differs from testdata/config.json")
	}
}

// The settings that the overview shows are those of a run without flags.
func TestDocSettings(t *testing.T) {
	p := start(t)
	want := strings.ReplaceAll(p.stdout.String(), p.url(), "http://"+defaultAddr)
	if got := docLines(t, "COGNITO_USER_POOL_ID="); got != want {
		t.Errorf("doc.go shows %q, want %q", got, want)
	}
}

// The curl lines of the overview go through the whole code flow.
func TestDocCurl(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("no %s on this machine: CI has to install it", tool)
			}
			t.Skipf("no %s on this machine", tool)
		}
	}
	p := start(t, "-user", "jane:Correct-horse-1")
	cmd := exec.Command("bash", "-eu", "-o", "pipefail", "-c", docLines(t, "app=")+"\necho \"$back\"\nrm $jar\n")
	cmd.Env = append(os.Environ(), "no_proxy=127.0.0.1", "NO_PROXY=127.0.0.1")
	for name, value := range p.settings {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the lines end with %v and print %s; the log:\n%s", err, out, p.stderr)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	var user struct{ Username, Email string }
	var refreshed struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	var refused struct{ Error string }
	for _, into := range []any{&user, &refreshed, &refused} {
		if err := dec.Decode(into); err != nil {
			t.Fatalf("the lines print %s: %v", out, err)
		}
	}
	if user.Username != "jane" || user.Email != "jane@example.com" {
		t.Errorf("userInfo = %+v, want jane", user)
	}
	if refreshed.Access == "" || refreshed.Refresh != "" {
		t.Errorf("refresh = %+v, want an access token and no refresh token", refreshed)
	}
	if refused.Error != "invalid_grant" {
		t.Errorf("refresh after the revocation = %q, want invalid_grant", refused.Error)
	}
	rest := strings.Fields(string(out[dec.InputOffset():]))
	if len(rest) != 3 || rest[0] != defaultLogout || !strings.HasPrefix(rest[1], p.url()+"/login?") {
		t.Errorf("logout and authorize lead to %q, want %s and the sign-in page", rest, defaultLogout)
	} else if !strings.HasPrefix(rest[2], defaultCallback+"?code=") || !strings.Contains(rest[2], "state=s1") {
		t.Errorf("the sign-in led to %s, want the callback with code and state", rest[2])
	}
}
