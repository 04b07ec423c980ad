// Package terminal asks questions on the terminal.
package terminal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/seed75762126/cognito-go/cognito"
)

var input = bufio.NewReader(os.Stdin)

// Ask returns the line that is typed after label.
func Ask(label string) (string, error) {
	fmt.Fprintf(os.Stderr, "%s: ", label)
	line, err := input.ReadString('\n')
	if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
		fmt.Fprintln(os.Stderr)
		return "", fmt.Errorf("%s: no answer: %w", label, err)
	}
	return strings.TrimSpace(line), nil
}

// AskSecret is Ask for text that must not be seen. Where standard input is not
// a terminal, it reads a line of it. A script can pipe a password in, so no
// password needs to be in the arguments, which everybody on the machine can
// read.
func AskSecret(label string) (cognito.Secret, error) {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		line, err := Ask(label)
		return cognito.Secret(line), err
	}
	fmt.Fprintf(os.Stderr, "%s: ", label)
	secret, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(os.Stderr)
	return cognito.Secret(secret), err
}
