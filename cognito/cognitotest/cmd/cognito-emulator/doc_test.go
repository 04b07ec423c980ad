package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
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
	want = strings.Replace(want, p.settings["SESSION_KEYS"], "…", 1) // another one in each run
	if got := docLines(t, "COGNITO_USER_POOL_ID="); got != want {
		t.Errorf("doc.go shows %q, want %q", got, want)
	}
}

// need ends the test where a tool is missing.
func need(t *testing.T, tool string, args ...string) {
	t.Helper()
	out, err := exec.Command(tool, args...).CombinedOutput()
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatalf("%s %s: %v: CI has to install it: %s", tool, strings.Join(args, " "), err, out)
	default:
		t.Skipf("no %s on this machine", tool)
	}
}

// runDocLines runs lines of the overview in a folder where the file settings
// has what the program prints.
func runDocLines(t *testing.T, first string, shell ...string) (out string) {
	t.Helper()
	dir := t.TempDir()
	settings, err := os.Create(filepath.Join(dir, "settings"))
	if err != nil {
		t.Fatal(err)
	}
	defer settings.Close()
	p := startTo(t, settings, "-codes")
	cmd := exec.Command(shell[0], append(shell[1:], docLines(t, first))...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "no_proxy=127.0.0.1", "NO_PROXY=127.0.0.1", "AWS_CONFIG_FILE=none", "AWS_SHARED_CREDENTIALS_FILE=none")
	for name, value := range p.settings {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var log strings.Builder
	cmd.Stderr = &log
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("the lines end with %v and print %s; %s; the log:\n%s", err, text, &log, p.stderr)
	}
	return string(text)
}

// The AWS CLI, unmodified, sets a pool up, signs up and signs in.
func TestDocCLI(t *testing.T) {
	need(t, "bash", "--version")
	need(t, "aws", "--version")
	got := runDocLines(t, "idp() {", "bash", "-eu", "-o", "pipefail", "-c")
	const want = "FORCE_CHANGE_PASSWORD\nBearer\ns***@e***\nsam\n\n" +
		"An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Incorrect username or password.\n"
	if got != want {
		t.Errorf("the lines print %q, want %q", got, want)
	}
}

// pythonWithBoto3 is a Python that has boto3. It looks for the package and does
// not load it, which takes long.
func pythonWithBoto3(t *testing.T) string {
	t.Helper()
	const find = "import importlib.util, sys; sys.exit(importlib.util.find_spec('boto3') is None)"
	const debian = "/usr/bin/python3" // which has Debian's boto3
	if exec.Command(debian, "-c", find).Run() == nil {
		return debian
	}
	need(t, "python3", "-c", find)
	return "python3"
}

// boto3, unmodified, signs up, confirms, signs in and meets the errors.
func TestDocBoto3(t *testing.T) {
	python := pythonWithBoto3(t)
	got := runDocLines(t, "import os, re", python, "-c")
	const want = "User is not confirmed.\nInvalid verification code provided, please try again.\nsam\nInvalid Access Token\n"
	if got != want {
		t.Errorf("the lines print %q, want %q", got, want)
	}
}

// The curl lines of the overview go through the whole code flow.
func TestDocCurl(t *testing.T) {
	need(t, "bash", "--version")
	need(t, "curl", "--version")
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
