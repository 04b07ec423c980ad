// Command signup creates an account in a user pool.
//
//	go run ./examples/cli/signup -user jane -attribute email=jane@example.com
//
// It asks for the password, and says where Cognito has sent the code for
// command confirm.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/cli/internal/terminal"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("signup: ")
	who := userpool.NewUser{Attributes: map[string]string{}}
	flag.StringVar(&who.Username, "user", "", "user `name`, or an e-mail address if the pool accepts it as a name")
	flag.Func("attribute", "attribute of the user, as `name=value`; repeatable", func(text string) error {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return errors.New("write it as name=value, such as email=jane@example.com")
		}
		who.Attributes[name] = value
		return nil
	})
	flag.Parse()
	if err := signUp(context.Background(), who); err != nil {
		log.Fatal(err)
	}
}

func signUp(ctx context.Context, who userpool.NewUser) error {
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		return err
	}
	client, err := userpool.New(userpool.Config{Pool: pool})
	if err != nil {
		return err
	}
	if who.Password, err = terminal.AskSecret("New password"); err != nil {
		return err
	}
	up, err := client.SignUp(ctx, who)
	if err != nil {
		return err
	}
	fmt.Printf("%s has signed up and is the user %s.\n", up.Username, up.Sub)
	switch {
	case up.Confirmed:
		fmt.Println("The account is confirmed: sign in.")
	case up.Delivery != nil:
		fmt.Printf("A code went to %s (%s): confirm the account with it.\n", up.Delivery.Destination, up.Delivery.Medium)
	default:
		fmt.Println("No code was sent: an administrator has to confirm the account.")
	}
	return nil
}
