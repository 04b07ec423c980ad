package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A signIn is a sign-in by the default browser, which comes back to a loopback
// address that is registered as a callback URL.
type signIn struct {
	client   *hostedui.Protocol
	callback *url.URL
	open     func(url string) error // opens the browser
	say      io.Writer              // where the person reads what to do
}

// defaultCallback is registered by "cognito setup" for a developer's machine.
const defaultCallback = "http://localhost:8080/auth/callback"

// loginTimeout is how long a person has to sign in.
const loginTimeout = 5 * time.Minute

// loginFlags are the flags of the commands that sign in.
type loginFlags struct {
	envFile, callback string
	noBrowser         bool
}

func (l *loginFlags) add(flags *flag.FlagSet) {
	flags.SetOutput(io.Discard)
	flags.StringVar(&l.envFile, "env", "", "")
	flags.StringVar(&l.callback, "callback", defaultCallback, "")
	flags.BoolVar(&l.noBrowser, "no-browser", false, "")
}

// signIn is the sign-in of those flags.
func (l *loginFlags) signIn(ctx context.Context, say io.Writer) (*signIn, error) {
	if l.envFile != "" {
		if err := readEnvFile(ctx, l.envFile); err != nil {
			return nil, err
		}
	}
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		return nil, err
	}
	callback, err := url.Parse(l.callback)
	if err != nil || callback.Scheme != "http" || !isLoopback(callback.Hostname()) || callback.Port() == "" {
		return nil, fmt.Errorf("-callback: %q is not a loopback URL with a port, such as %s", l.callback, defaultCallback)
	}
	client, err := hostedui.NewProtocol(hostedui.ProtocolConfig{
		Pool: pool, CallbackURL: l.callback,
		SignedOutURL: callback.Scheme + "://" + callback.Host + "/", // required, and not used: nobody signs out here
	})
	if err != nil {
		return nil, err
	}
	s := &signIn{client: client, callback: callback, say: say, open: openBrowser}
	if l.noBrowser {
		s.open = func(string) error { return errors.New("-no-browser") }
	}
	return s, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// run waits for the browser to come back, and trades the code.
func (s *signIn) run(ctx context.Context) (*hostedui.Login, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, loginTimeout, fmt.Errorf("nobody signed in within %v", loginTimeout))
	defer cancel()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.callback.Host)
	if err != nil {
		return nil, fmt.Errorf("%w: end the program that listens there, or register another callback URL and name it with -callback", err)
	}
	attempt := hostedui.NewAttempt()
	answers := make(chan url.Values, 1)
	server := &http.Server{Handler: s.callbackHandler(attempt, answers), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Shutdown(context.WithoutCancel(ctx)) }()

	where := s.client.LoginURL(attempt)
	if err := s.open(where); err != nil {
		fmt.Fprintf(s.say, "Open this page in a browser of this machine:\n\n  %s\n\n", where)
	} else {
		fmt.Fprintln(s.say, "The browser is open. Sign in there.")
	}
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case q := <-answers:
		if q.Get("error") != "" {
			return nil, &cognito.OAuthError{Op: "callback", Code: cognito.OAuthCode(q.Get("error")), Description: q.Get("error_description")}
		}
		return s.client.Exchange(ctx, q.Get("code"), attempt)
	}
}

// callbackHandler takes the one answer with the attempt's state.
func (s *signIn) callbackHandler(attempt hostedui.Attempt, answers chan<- url.Values) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		q := r.URL.Query()
		if r.Method != http.MethodGet || r.URL.Path != s.callback.Path || q.Get("state") != attempt.State {
			page := &web.Page{Title: "There is no such page", Text: []string{"This address only takes the sign-in that the program cognito has begun."}}
			page.Write(w, http.StatusNotFound)
			return
		}
		select {
		case answers <- q:
		default: // it has its answer
		}
		page := &web.Page{Title: "Go back to the terminal", Text: []string{"The program cognito has the answer. You can close this page."}}
		page.Write(w, http.StatusOK)
	})
}

// openBrowser opens a page in the default browser. Tests change it.
var openBrowser = func(where string) error {
	name, args := "xdg-open", []string{where}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", where}
	}
	command := exec.Command(name, args...)
	if err := command.Start(); err != nil {
		return err
	}
	go func() { _ = command.Wait() }()
	return nil
}

// examineLogin is "cognito doctor login".
func examineLogin(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var l loginFlags
	flags := flag.NewFlagSet("cognito doctor login", flag.ContinueOnError)
	l.add(flags)
	if err := flags.Parse(args); err != nil {
		return mistake(err, stdout, stderr)
	}
	s, err := l.signIn(ctx, stdout)
	if err != nil {
		return mistake(err, stdout, stderr)
	}
	login, err := s.run(ctx)
	if err != nil {
		return explain(err, stdout)
	}
	fmt.Fprintf(stdout, "ok: signed in, and the ID token is verified\n\n")
	if code := printJSON(login.Identity, stdout, stderr); code != exitOK {
		return code
	}
	if _, err := s.client.Verifier().VerifyAccess(ctx, login.Tokens.Access); err != nil {
		return explain(err, stdout)
	}
	fmt.Fprintf(stdout, "\nok: the access token is verified, until %s\n", login.Tokens.Expiry.UTC().Format(time.RFC3339))
	return exitOK
}

// explain prints a refusal and what mends it.
func explain(err error, stdout io.Writer) int {
	fmt.Fprintln(stdout, "refused:", err)
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) && hinted.Hint() != "" {
		fmt.Fprintln(stdout, "        "+hinted.Hint())
	}
	return exitWrong
}

// userCacheDir is where kept tokens are. Tests change it.
var userCacheDir = os.UserCacheDir
