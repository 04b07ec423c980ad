// Command signin signs a user in and prints the user's attributes.
//
//	go run ./examples/cli/signin -user jane
//	go run ./examples/cli/signin -user jane -flow USER_PASSWORD_AUTH
//
// It asks for the password, and for the answers to Cognito's challenges. The
// app client must allow the flow: ExplicitAuthFlows has its name with the
// prefix ALLOW_.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"maps"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/cli/internal/terminal"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("signin: ")
	name := flag.String("user", "", "user `name`, or an e-mail address or phone number")
	flow := flag.String("flow", string(userpool.FlowSRP), "`flow`: USER_SRP_AUTH, USER_PASSWORD_AUTH, USER_AUTH (choose how) or CUSTOM_AUTH")
	flag.Parse()
	if err := signIn(context.Background(), *name, userpool.Flow(*flow)); err != nil {
		log.Fatal(err)
	}
}

func signIn(ctx context.Context, name string, flow userpool.Flow) error {
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		return err
	}
	client, err := userpool.New(userpool.Config{Pool: pool})
	if err != nil {
		return err
	}
	who := userpool.Credentials{Username: name, Flow: flow}
	if flow == userpool.FlowSRP || flow == userpool.FlowPassword {
		if who.Password, err = terminal.AskSecret("Password"); err != nil {
			return err
		}
	}
	step, err := client.SignIn(ctx, who)
	if err != nil {
		return err
	}
	for step.Challenge != nil {
		if step, err = answer(ctx, step.Challenge); err != nil {
			return err
		}
	}
	user, err := client.GetUser(ctx, step.Tokens.Access)
	if err != nil {
		return err
	}
	fmt.Printf("Signed in as %s, groups %q, second factors %q. The attributes:\n", user.Username, step.Identity.Groups, user.MFA)
	for _, name := range slices.Sorted(maps.Keys(user.Attributes)) {
		fmt.Printf("\t%s = %s\n", name, user.Attributes[name])
	}
	return nil
}
