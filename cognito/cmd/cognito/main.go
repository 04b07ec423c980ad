// The program cognito checks the set-up of a user pool, an app client and an
// app, with the settings of the app in the environment:
//
//	cognito doctor                             # pool, client, domain, login, logout
//	cognito doctor -url https://app.example.com # the running app too
//	cognito doctor token < token.txt           # why is this token refused?
//
// It needs no AWS credentials. "cognito help" lists the flags. The exit code is
// 0 where nothing is wrong, 1 where something is, and 2 for a mistake in the
// flags or the settings.
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

const usage = `cognito checks the set-up of an Amazon Cognito user pool and of an app.

  cognito doctor [flags]         check pool, app client, domain, login and logout
  cognito doctor token [flags]   read a token from standard input, and say what refuses it
  cognito help                   print this text

The settings are those of the app, in the environment: COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID,
COGNITO_CLIENT_SECRET, COGNITO_DOMAIN, APP_URL and so on. Flags:

  -env FILE   read the settings from a file of NAME=value lines; the environment wins
  -url URL    check the app that runs there too, and take URL in place of APP_URL
  -forms      the app draws its own sign-in forms
  -json       print the results as JSON, one object in a line
  -watch      check again every ten seconds until nothing is wrong
`

// run is the program.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	switch {
	case len(args) == 0, args[0] == "help", args[0] == "-h", args[0] == "-help", args[0] == "--help":
		fmt.Fprint(stdout, usage)
		return exitOK
	case args[0] != "doctor":
		fmt.Fprintf(stderr, "cognito: there is no command %q\n\n%s", args[0], usage)
		return exitMistake
	case len(args) > 1 && args[1] == "token":
		return examineToken(ctx, args[2:], stdin, stdout, stderr)
	default:
		return examine(ctx, args[1:], stdout, stderr)
	}
}
