package cli_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/checks/programs"
)

const password = "Correct-horse-1"

// build compiles the four commands and the emulator once.
var build = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "cli"); err != nil {
		return "", err
	}
	return dir, programs.Build(dir, "examples/cli/signup", "examples/cli/confirm", "examples/cli/signin", "examples/cli/forgot",
		"cognito/cognitotest/cmd/cognito-emulator")
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := build(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

func program(t *testing.T, name string) string {
	t.Helper()
	dir, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

// A shell runs commands with the settings of a pool.
type shell struct {
	t   *testing.T
	env []string
}

// with is the same shell with another setting.
func (s shell) with(setting string) shell {
	return shell{s.t, append(s.env[:len(s.env):len(s.env)], setting)}
}

// start runs a command. What is written to the pipe are the answers to its
// questions; wait returns what it printed, and what it complained of.
func (s shell) start(name string, args ...string) (answers io.WriteCloser, wait func() (printed, complaint string)) {
	s.t.Helper()
	answers, _, wait = s.watch(name, args...)
	return answers, wait
}

// A screen has what a command has printed so far.
type screen struct {
	mu   sync.Mutex // guards text and more
	text string
	more chan struct{} // closed once there is more
}

// Write implements [io.Writer].
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text += string(p)
	close(s.more)
	s.more = make(chan struct{})
	return len(p), nil
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text
}

// waitFor waits until text is there.
func (s *screen) waitFor(t *testing.T, text string) {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		s.mu.Lock()
		found, more := strings.Contains(s.text, text), s.more
		s.mu.Unlock()
		if found {
			return
		}
		select {
		case <-more:
		case <-deadline:
			t.Fatalf("the command prints %q, want %q", s, text)
		}
	}
}

// watch is start for a test that looks at the screen meanwhile.
func (s shell) watch(name string, args ...string) (answers io.WriteCloser, out *screen, wait func() (printed, complaint string)) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), program(s.t, name), args...)
	cmd.Env = s.env
	out = &screen{more: make(chan struct{})}
	var complaints strings.Builder
	cmd.Stdout, cmd.Stderr = out, &complaints
	answers, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	return answers, out, func() (string, string) {
		answers.Close()
		err := cmd.Wait()
		_, complaint, failed := strings.Cut(complaints.String(), name+": ")
		if failed != (err != nil) || err != nil && cmd.ProcessState.ExitCode() != 1 {
			s.t.Errorf("%s %q ends with %v and says %q", name, args, err, complaints.String())
		}
		return out.String(), strings.TrimSpace(complaint)
	}
}

// run runs a command with these answers to its questions.
func (s shell) run(answers, name string, args ...string) (printed, complaint string) {
	s.t.Helper()
	in, wait := s.start(name, args...)
	io.WriteString(in, answers)
	return wait()
}

// prints runs a command that has to print want.
func (s shell) prints(want, answers, name string, args ...string) {
	s.t.Helper()
	if printed, complaint := s.run(answers, name, args...); !strings.Contains(printed, want) || complaint != "" {
		s.t.Errorf("%s %q = %q, %q, want %q", name, args, printed, complaint, want)
	}
}

// refuses runs a command that has to fail with want.
func (s shell) refuses(want, answers, name string, args ...string) {
	s.t.Helper()
	if printed, complaint := s.run(answers, name, args...); complaint != want {
		s.t.Errorf("%s %q = %q and fails with\n%q, want\n%q", name, args, printed, complaint, want)
	}
}

// emulator starts the emulator in a process of its own, and returns a shell
// with the settings that it prints, and its codes.
func emulator(t *testing.T, args ...string) (shell, <-chan string) {
	t.Helper()
	cmd := exec.Command(program(t, "cognito-emulator"), append([]string{"-addr", "127.0.0.1:0", "-codes"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	s := shell{t: t}
	for lines.Scan() && lines.Text() != "READY" {
		s.env = append(s.env, lines.Text())
	}
	if lines.Text() != "READY" {
		t.Fatalf("cognito-emulator %q ends with %v: %s", args, cmd.Wait(), &log)
	}
	codes, done := make(chan string, 16), make(chan struct{})
	go func() {
		defer close(done)
		for lines.Scan() {
			if line, ok := strings.CutPrefix(lines.Text(), "CODE "); ok {
				code, _, _ := strings.Cut(line, " ")
				codes <- code
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-done
		_ = cmd.Wait()
	})
	return s, codes
}

func next(t *testing.T, codes <-chan string) string {
	t.Helper()
	select {
	case code := <-codes:
		return code
	case <-time.After(time.Minute):
		t.Fatal("no code was sent")
		return ""
	}
}

// other is a code that is not this one.
func other(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

// TestCommands takes an account from sign-up to a new password, with the
// errors that a newcomer meets on the way.
func TestCommands(t *testing.T) {
	s, codes := emulator(t, "-client-id", "7exampleclientid0a1b2c3d", "-client-secret", "s3cr3tOfTheAppClient", "-user", "jane:"+password, "-group", "admins=jane")

	s.prints("A code went to l***@e*** (EMAIL)", password+"\n", "signup", "-user", "lee", "-attribute", "email=lee@example.com", "-attribute", "name=Lee")
	first := next(t, codes)
	s.refuses(`userpool: SignUp: UsernameExistsException ("User already exists")`, password+"\n", "signup", "-user", "lee", "-attribute", "email=lee@example.com")
	s.refuses(`userpool: SignUp: InvalidPasswordException ("Password did not conform with policy: Password not long enough")`, "short\n", "signup", "-user", "max")
	s.refuses(`userpool: RespondToAuthChallenge: UserNotConfirmedException ("User is not confirmed.")`, password+"\n", "signin", "-user", "lee")
	s.refuses(`userpool: ConfirmSignUp: CodeMismatchException ("Invalid verification code provided, please try again.")`, other(first)+"\n", "confirm", "-user", "lee")
	in, wait := s.start("confirm", "-user", "lee", "-resend")
	io.WriteString(in, next(t, codes)+"\n")
	if printed, complaint := wait(); !strings.Contains(printed, "The account is confirmed") {
		t.Errorf("confirm -resend = %q, %q, want that the account is confirmed", printed, complaint)
	}

	s.prints("Signed in as lee, groups [], second factors []. The attributes:\n\temail = lee@example.com\n\temail_verified = true\n\tname = Lee\n\tsub = ", password+"\n", "signin", "-user", "lee@example.com")
	s.prints(`Signed in as jane, groups ["admins"]`, password+"\n", "signin", "-user", "jane")
	const wrong = `userpool: RespondToAuthChallenge: NotAuthorizedException ("Incorrect username or password.")`
	s.refuses(wrong, "Wrong-horse-1\n", "signin", "-user", "jane")
	s.refuses(wrong, "Wrong-horse-1\n", "signin", "-user", "nobody") // U3
	s.refuses(`userpool: InitiateAuth: InvalidParameterException ("USER_PASSWORD_AUTH flow not enabled for this client"): `+
		`the app client does not allow this flow: add it to ExplicitAuthFlows; ALLOW_USER_PASSWORD_AUTH is missing for app client 7exampleclientid0a1b2c3d`, password+"\n", "signin", "-user", "jane", "-flow", "USER_PASSWORD_AUTH")

	s.refuses(`userpool: ConfirmForgotPassword: ExpiredCodeException ("Invalid code provided, please request a code again.")`, "New-horse-2\n", "forgot", "-user", "jane", "-code", "123456")
	for _, answer := range []func(string) string{other, func(code string) string { return code }} {
		in, wait := s.start("forgot", "-user", "jane")
		code := next(t, codes)
		io.WriteString(in, answer(code)+"\nNew-horse-2\n")
		printed, complaint := wait()
		if want := `userpool: ConfirmForgotPassword: CodeMismatchException ("Invalid verification code provided, please try again.")`; answer(code) != code && complaint != want {
			t.Errorf("forgot with a wrong code = %q, want %q", complaint, want)
		}
		if answer(code) == code && !strings.Contains(printed, "The password is changed") {
			t.Errorf("forgot = %q, %q, want that the password is changed", printed, complaint)
		}
	}
	s.prints("Signed in as jane", "New-horse-2\n", "signin", "-user", "jane")
	s.refuses(wrong, password+"\n", "signin", "-user", "jane")
}

// TestCommands_Settings: the settings are the first thing to go wrong.
func TestCommands_Settings(t *testing.T) {
	s, _ := emulator(t, "-client-id", "7exampleclientid0a1b2c3d", "-client-secret", "s3cr3tOfTheAppClient", "-user", "jane:"+password)
	for _, name := range []string{"signup", "confirm", "signin", "forgot"} {
		(shell{t: t}).refuses(cognito.ErrNotConfigured.Error(), "", name, "-user", "jane")
	}
	s.with("COGNITO_CLIENT_SECRET=").refuses(`userpool: InitiateAuth: NotAuthorizedException ("Client 7exampleclientid0a1b2c3d is configured with secret but SECRET_HASH was not received"): `+
		`the app client's secret is missing or wrong: compare ClientSecret of cognito.Config (COGNITO_CLIENT_SECRET) with it; for a public client, leave ClientSecret empty; app client 7exampleclientid0a1b2c3d has a secret, and none was configured`, password+"\n", "signin", "-user", "jane")
	s.with("COGNITO_CLIENT_ID=6mallory").refuses(`userpool: InitiateAuth: ResourceNotFoundException ("User pool client 6mallory does not exist."): `+
		`the user-pool API does not know the app client: compare COGNITO_CLIENT_ID, COGNITO_ENDPOINT and COGNITO_USER_POOL_ID, which contains the region; there is no app client 6mallory in region eu-west-1`, password+"\n", "signin", "-user", "jane")
	s.refuses("Password: no answer: EOF", "", "signin", "-user", "jane")
}

// onPool is a shell for a pool in this process, whose clock and outbox are
// the test's.
func onPool(t *testing.T, opts ...cognitotest.Option) (shell, *cognitotest.Pool) {
	t.Helper()
	pool := cognitotest.NewPool(opts...)
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	cfg := pool.Config()
	return shell{t, []string{"COGNITO_USER_POOL_ID=" + cfg.UserPoolID, "COGNITO_CLIENT_ID=" + cfg.ClientID, "COGNITO_ISSUER=" + cfg.Issuer, "COGNITO_ENDPOINT=" + cfg.Endpoint}}, pool
}

// TestCommands_Challenges: whatever Cognito asks is asked on the terminal.
func TestCommands_Challenges(t *testing.T) {
	s, pool := onPool(t,
		cognitotest.WithClient(cognitotest.AppClient{ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"}}),
		cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP"),
		cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true, SMS: true}))
	for _, u := range []cognitotest.User{
		{Username: "jane"},
		{Username: "sam", Status: cognitotest.StatusForceChangePassword},
		{Username: "kim", TOTPSecret: "JBSWY3DPEHPK3PXP", Phone: "+15550100", PhoneVerified: true, SMSMFA: true},
	} {
		u.Password, u.Email, u.EmailVerified = password, u.Username+"@example.com", true
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	s.prints("Signed in as sam", password+"\nshort\nMy-0wn-horse\n", "signin", "-user", "sam")
	s.prints("Signed in as sam", "My-0wn-horse\n", "signin", "-user", "sam")
	s.prints(`Signed in as kim, groups [], second factors ["SOFTWARE_TOKEN_MFA" "SMS_MFA"]`, password+"\nSOFTWARE_TOKEN_MFA\n000\n"+pool.TOTP("kim")+"\n", "signin", "-user", "kim")
	s.prints("Signed in as jane", "PASSWORD_SRP\n"+password+"\n", "signin", "-user", "jane", "-flow", "USER_AUTH")
}

// setup is a pool whose users can sign in with a code by e-mail.
const setup = `{"pools": [{
	"id": "eu-west-1_Emulator1",
	"clients": [{"id": "web", "explicitAuthFlows": ["ALLOW_USER_AUTH"]}],
	"firstAuthFactors": ["PASSWORD", "EMAIL_OTP"],
	"users": [{"username": "jane", "password": "Correct-horse-1", "email": "jane@example.com", "emailVerified": true}]
}]}`

// TestCommands_EmailCode signs in without a password.
func TestCommands_EmailCode(t *testing.T) {
	file := filepath.Join(t.TempDir(), "setup.json")
	if err := os.WriteFile(file, []byte(setup), 0o600); err != nil {
		t.Fatal(err)
	}
	s, codes := emulator(t, "-config", file)
	in, wait := s.start("signin", "-user", "jane", "-flow", "USER_AUTH")
	io.WriteString(in, "EMAIL_OTP\n")
	code := next(t, codes)
	io.WriteString(in, "000\n"+code+"\n")
	if printed, complaint := wait(); !strings.Contains(printed, "The code is incorrect") || !strings.Contains(printed, "Signed in as jane") {
		t.Errorf("signin with a code = %q, %q, want a second question and jane", printed, complaint)
	}
}

// TestCommands_AuthenticatorApp sets one up, where the pool requires it.
func TestCommands_AuthenticatorApp(t *testing.T) {
	s, pool := onPool(t, cognitotest.WithMFA(cognitotest.MFA{Mode: "ON", TOTP: true}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: password, Email: "jane@example.com", EmailVerified: true}); err != nil {
		t.Fatal(err)
	}
	in, out, wait := s.watch("signin", "-user", "jane")
	io.WriteString(in, password+"\n")
	out.waitFor(t, "Enter this key in your authenticator app: ")
	io.WriteString(in, other(pool.TOTP("jane"))+"\n")
	out.waitFor(t, "The code is incorrect")
	io.WriteString(in, pool.TOTP("jane")+"\n")
	if printed, complaint := wait(); !strings.Contains(printed, `Signed in as jane, groups [], second factors ["SOFTWARE_TOKEN_MFA"]`) {
		t.Errorf("signin = %q, %q, want jane with a second factor", printed, complaint)
	}
	pool.Advance(30 * time.Second) // each code counts once
	s.prints("Signed in as jane", password+"\n"+pool.TOTP("jane")+"\n", "signin", "-user", "jane")
}

// TestCommands_Limits: what takes too long, or is tried too often.
func TestCommands_Limits(t *testing.T) {
	s, pool := onPool(t)
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: password, Email: "jane@example.com", EmailVerified: true}); err != nil {
		t.Fatal(err)
	}
	s.prints("A code went to l***@e***", password+"\n", "signup", "-user", "lee", "-attribute", "email=lee@example.com")
	code := pool.LastCode("lee@example.com")
	pool.Advance(25 * time.Hour)
	s.refuses(`userpool: ConfirmSignUp: ExpiredCodeException ("Invalid code provided, please request a code again.")`, "", "confirm", "-user", "lee", "-code", code)
	const limit = `LimitExceededException ("Attempt limit exceeded, please try after some time.")`
	for range 20 {
		if _, complaint := s.run("", "confirm", "-user", "lee", "-resend"); complaint == "userpool: ResendConfirmationCode: "+limit {
			return
		}
	}
	t.Errorf("confirm -resend 20 times, want %q in the end", limit)
}
