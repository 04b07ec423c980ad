// The program cognito sets up a user pool, an app client and a domain for an
// app. It also checks them, with the app's settings from the environment:
//
//	cognito setup -app https://app.example.com -apply
//	cognito doctor                              # pool, client, domain, login, logout
//	cognito doctor -url https://app.example.com # the running app too
//	cognito doctor login                        # sign in for real
//	cognito doctor token < token.txt            # why is this token refused?
//	cognito token                               # an access token for a script
//
// Only setup and "doctor -aws" need AWS credentials. "cognito help" lists the
// flags. The exit code is 0 if nothing is wrong and 1 if something is wrong. It
// is 2 after a mistake in the flags or the settings.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes.
const (
	exitOK      = 0
	exitWrong   = 1
	exitMistake = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

const usage = `cognito sets up an Amazon Cognito user pool for an app, and checks it.

  cognito setup -app URL [flags]   print what the app needs; with -apply, create it
  cognito doctor [flags]           check pool, app client, domain, login and logout
  cognito doctor login [flags]     sign in with a browser, and verify the tokens
  cognito doctor token [flags]     read a token from standard input, and say why it is refused
  cognito token [flags]            sign in and print the access token, for scripts and kubectl
  cognito help                     print this text

The settings are the app's settings in the environment: COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID,
COGNITO_CLIENT_SECRET, COGNITO_DOMAIN, APP_URL and so on. -env FILE also reads them from a file
of NAME=value lines, or from secretsmanager:NAME; a variable in the environment has priority.

cognito setup changes nothing without -apply, never deletes anything, and may run again:
  -app URL          the app's public base URL (APP_URL)
  -local URL        its URL on a developer's machine (http://localhost:8080); none means no such URL
  -name, -domain    name of the pool, and prefix of its domain; without them, both are made from -app
  -forms            the app draws its own sign-in forms
  -group NAME       create a group; may be repeated
  -resource URI, -scope NAME, -machine
                    an API, its scopes, and an app client for the client credentials grant
  -user EMAIL       create a test user; the password goes to the place that -secrets names; may be repeated
  -bucket NAME      create an identity pool; each user reaches a separate prefix of this S3 bucket
  -store            the app keeps sessions in a store with a lock, so rotation needs no grace period
  -apply            create it, and write the settings to the place that -secrets names
  -secrets FILE     file for the settings, with mode 0600 (.env), or
                    secretsmanager:NAME for a secret in AWS Secrets Manager
  -show-secrets     print secrets too, with -o env or -o dotenv
  -o FORMAT         plan, env, dotenv, cli, terraform, cdk-go or cloudformation
  -import POOL/CLIENT, -mend ID
                    compare an existing pool with the right settings; correct those you name with -mend
  -emulator         use the emulator at COGNITO_ENDPOINT, or at http://127.0.0.1:9229
  -region REGION    the AWS region, unless the environment names it
  -policy           print the IAM policy that setup needs

cognito doctor:
  -url URL   also check the app that runs at URL; URL replaces APP_URL
  -prefix, -login, -callback, -signed-out, -me
             paths of the app's endpoints that are not below /auth/
  -pool ID, -client ID, -domain NAME, -issuer URL, -endpoint URL, -identity-pool ID
             replace COGNITO_USER_POOL_ID and so on; there is no flag for a secret
  -resource URL
             also check the metadata of this API, and its answer to a request without a token
  -forms     the app draws its own sign-in forms
  -guests    the app gives AWS credentials to visitors who have not signed in
  -store     the app keeps sessions in a store with a lock
  -aws       also check what is visible only with AWS credentials; read access is enough
  -policy    print the IAM policy that -aws needs
  -json      print the results as JSON, one object per line
  -watch     check again every ten seconds until nothing is wrong, and print the changes

cognito doctor login, cognito token:
  -callback URL      a registered callback URL on this machine (http://localhost:8080/auth/callback)
  -no-browser        print the URL instead of opening a browser
  -id                print the ID token
  -exec-credential   print kubectl's ExecCredential
  -forget            revoke and remove the sign-in that the program has kept
`

// run is the program.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	command, rest := "help", args
	if len(args) > 0 {
		command, rest = args[0], args[1:]
	}
	switch command {
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return exitOK
	case "setup":
		return setUp(ctx, rest, stdin, stdout, stderr)
	case "token":
		return printToken(ctx, rest, stdout, stderr)
	case "doctor":
		return runDoctor(ctx, rest, stdin, stdout, stderr)
	}
	fmt.Fprintf(stderr, "cognito: there is no command %q\n\n%s", command, usage)
	return exitMistake
}

func runDoctor(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch args[0] {
		case "token":
			return examineToken(ctx, args[1:], stdin, stdout, stderr)
		case "login":
			return examineLogin(ctx, args[1:], stdout, stderr)
		}
	}
	return examine(ctx, args, stdout, stderr)
}
