package relyingparties

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestJavaScriptUserPool runs npm/user-pool.mjs. The JavaScript SDK,
// amazon-cognito-identity-js and Amplify sign in through the user-pool API, the
// last two with SRP. They meet a wrong password, a temporary one, a second
// factor and a sign-up.
func TestJavaScriptUserPool(t *testing.T) {
	dir := npmFolder(t)
	pool := cognitotest.NewPool(
		cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true}),
		cognitotest.WithClient(cognitotest.AppClient{
			ID: clientID, ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		}),
	)
	const newUser, temporary, mfaUser = "sam", "For-now-123", "max"
	sub, err := pool.AddUser(cognitotest.User{Username: username, Password: password, Email: email, EmailVerified: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []cognitotest.User{
		{Username: newUser, Password: temporary, Status: cognitotest.StatusForceChangePassword},
		{Username: mfaUser, Password: password, TOTPSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"},
	} {
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	out := askedScript(t, pool, filepath.Join(dir, "user-pool.mjs"), []string{
		"COGNITO_ENDPOINT=" + pool.URL(), "COGNITO_USER_POOL_ID=" + pool.ID(), "COGNITO_CLIENT_ID=" + clientID,
		"USER_NAME=" + username, "USER_PASSWORD=" + password, "NEW_USER=" + newUser, "NEW_USER_PASSWORD=" + temporary,
		"MFA_USER=" + mfaUser, "MFA_CODE=" + pool.TOTP(mfaUser),
	})
	var found struct{ SDK, IdentityJS, Amplify string }
	if err := json.Unmarshal([]byte(out), &found); err != nil || found.SDK != sub || found.IdentityJS != sub || found.Amplify != sub {
		t.Errorf("user-pool.mjs printed %q, want %s three times", out, sub)
	}
	if n := len(pool.Events(cognitotest.Event{Op: "RespondToAuthChallenge", Status: 200})); n < 5 {
		t.Errorf("%d challenges were answered, want those of SRP", n)
	}
}

// askedScript runs a script that asks for a code with the line CODE?, and
// returns what it prints last.
func askedScript(t *testing.T, pool *cognitotest.Pool, script string, env []string) (last string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", script)
	cmd.Env = append(os.Environ(), env...)
	var log strings.Builder
	cmd.Stderr = &log
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if last = lines.Text(); last == "CODE?" {
			fmt.Fprintln(in, pool.LastCode("amplified@example.com"))
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, &log)
	}
	return last
}
