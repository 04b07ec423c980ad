package cli_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// shellBlocks are the lines for the shell in docs/own-forms.md that make a pool.
func shellBlocks(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../docs/own-forms.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```sh\n")[1:]
	for i := range blocks {
		blocks[i], _, _ = strings.Cut(blocks[i], "```")
	}
	return slices.DeleteFunc(blocks, func(block string) bool { return !strings.Contains(block, "create-user-pool ") })
}

// setUp runs lines for the AWS CLI on the emulator. It returns a shell with the
// settings of the pool and the app client that they make.
func (s shell) setUp(lines string) shell {
	s.t.Helper()
	const before = `aws() { command aws --endpoint-url "$COGNITO_ENDPOINT" --region eu-west-1 "$@"; }
secret=
`
	const after = `
echo COGNITO_USER_POOL_ID=$pool
echo COGNITO_CLIENT_ID=$client
echo COGNITO_CLIENT_SECRET=$secret
echo COGNITO_ISSUER=$COGNITO_ENDPOINT/$pool
`
	cmd := exec.Command("bash", "-eu", "-o", "pipefail", "-c", before+lines+after)
	cmd.Env = append(append(os.Environ(), s.env...), "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "AWS_PAGER=",
		"AWS_ACCESS_KEY_ID=any", "AWS_SECRET_ACCESS_KEY=any", "AWS_CONFIG_FILE=none", "AWS_SHARED_CREDENTIALS_FILE=none")
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("the lines end with %v: %s\n%s", err, &log, lines)
	}
	for line := range strings.Lines(string(out)) {
		s = s.with(strings.TrimSpace(line)) // the last of a name counts
	}
	return s
}

// TestOwnFormsDoc: the set-ups in docs/own-forms.md serve the four commands.
func TestOwnFormsDoc(t *testing.T) {
	if out, err := exec.Command("aws", "--version").CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI has to install awscli: %v: %s", err, out)
		}
		t.Skip("no aws on this machine")
	}
	blocks := shellBlocks(t)
	if len(blocks) != 2 {
		t.Fatalf("docs/own-forms.md has %d set-ups, want 2", len(blocks))
	}
	s, codes := emulator(t)
	const user = "jane@example.com"

	withPasswords := s.setUp(blocks[0])
	withPasswords.prints("A code went to j***@e*** (EMAIL)", password+"\n", "signup", "-user", user)
	withPasswords.prints("The account is confirmed", "", "confirm", "-user", user, "-code", next(t, codes))
	withPasswords.prints("email = "+user, password+"\n", "signin", "-user", user)

	withCodes := s.setUp(blocks[1])
	withCodes.prints("A code went to j***@e*** (EMAIL)", password+"\n", "signup", "-user", user)
	withCodes.prints("The account is confirmed", "", "confirm", "-user", user, "-code", next(t, codes))
	in, wait := withCodes.start("signin", "-user", user, "-flow", "USER_AUTH")
	in.Write([]byte("EMAIL_OTP\n"))
	in.Write([]byte(next(t, codes) + "\n"))
	if printed, complaint := wait(); !strings.Contains(printed, "email = "+user) {
		t.Errorf("signin with a code = %q, %q", printed, complaint)
	}
}
