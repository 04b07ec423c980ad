// Command forgot sets a new password with a code that Cognito sends.
//
//	go run ./examples/cli/forgot -user jane
//
// It asks Cognito to send a code, and then asks you for the code and for the
// new password. With -code it sends no new code.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/cli/internal/terminal"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("forgot: ")
	var reset userpool.PasswordReset
	flag.StringVar(&reset.Username, "user", "", "user `name`, or e-mail address")
	flag.StringVar(&reset.Code, "code", "", "a `code` that was sent already")
	flag.Parse()
	if err := forgot(context.Background(), reset); err != nil {
		log.Fatal(err)
	}
}

func forgot(ctx context.Context, reset userpool.PasswordReset) error {
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		return err
	}
	client, err := userpool.New(userpool.Config{Pool: pool})
	if err != nil {
		return err
	}
	if reset.Code == "" {
		sent, err := client.ForgotPassword(ctx, reset.Username)
		if err != nil {
			return err
		}
		if sent != nil {
			fmt.Printf("If there is such an account, a code went to %s (%s).\n", sent.Destination, sent.Medium)
		}
		if reset.Code, err = terminal.Ask("Code"); err != nil {
			return err
		}
	}
	if reset.NewPassword, err = terminal.AskSecret("New password"); err != nil {
		return err
	}
	if err := client.ConfirmForgotPassword(ctx, reset); err != nil {
		return err
	}
	fmt.Println("The password is changed: sign in with it.")
	return nil
}
