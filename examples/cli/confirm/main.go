// Command confirm confirms an account with the code that was sent at sign-up.
//
//	go run ./examples/cli/confirm -user jane
//	go run ./examples/cli/confirm -user jane -resend
//
// It asks for the code. With -resend it first asks Cognito to send a new one.
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
	log.SetPrefix("confirm: ")
	name := flag.String("user", "", "user `name`, as at sign-up")
	code := flag.String("code", "", "the `code` that was sent; asked for if empty")
	resend := flag.Bool("resend", false, "have another code sent")
	flag.Parse()
	if err := confirm(context.Background(), *name, *code, *resend); err != nil {
		log.Fatal(err)
	}
}

func confirm(ctx context.Context, name, code string, resend bool) error {
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		return err
	}
	client, err := userpool.New(userpool.Config{Pool: pool})
	if err != nil {
		return err
	}
	if resend {
		sent, err := client.ResendConfirmationCode(ctx, name)
		if err != nil {
			return err
		}
		if sent != nil {
			fmt.Printf("A code went to %s (%s).\n", sent.Destination, sent.Medium)
		}
	}
	if code == "" {
		if code, err = terminal.Ask("Code"); err != nil {
			return err
		}
	}
	if _, err := client.ConfirmSignUp(ctx, userpool.Confirmation{Username: name, Code: code}); err != nil {
		return err
	}
	fmt.Println("The account is confirmed: sign in.")
	return nil
}
