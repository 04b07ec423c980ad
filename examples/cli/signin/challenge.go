package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/examples/cli/internal/terminal"
)

// answer asks on the terminal what a challenge wants to know, again after a
// wrong code or a weak password.
func answer(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
	for {
		step, err := answerOnce(ctx, ch)
		if !errors.Is(err, userpool.ErrCodeMismatch) && !errors.Is(err, userpool.ErrInvalidPassword) {
			return step, err
		}
		fmt.Println(userpool.NoticeFor(err).Text)
	}
}

func answerOnce(ctx context.Context, ch userpool.Challenge) (*userpool.Step, error) {
	switch ch := ch.(type) {
	case *userpool.SMSCode:
		return with("Code from the phone", func(code string) (*userpool.Step, error) { return ch.Answer(ctx, code) })
	case *userpool.EmailCode:
		return with("Code from the e-mail", func(code string) (*userpool.Step, error) { return ch.Answer(ctx, code) })
	case *userpool.TOTPCode:
		return with("Code of the authenticator app", func(code string) (*userpool.Step, error) { return ch.Answer(ctx, code) })
	case *userpool.SelectMFA:
		return with("One of "+strings.Join(ch.Choices, ", "), func(choice string) (*userpool.Step, error) { return ch.Choose(ctx, choice) })
	case *userpool.CustomChallenge:
		return with(fmt.Sprintf("Answer to %q", ch.Parameters), func(text string) (*userpool.Step, error) { return ch.Answer(ctx, text) })
	case *userpool.NewPasswordRequired:
		return newPassword(ctx, ch)
	case *userpool.MFASetup:
		return enrol(ctx, ch)
	case *userpool.SelectFactor:
		return selectFactor(ctx, ch)
	case *userpool.PasswordChallenge:
		password, err := terminal.AskSecret("Password")
		if err != nil {
			return nil, err
		}
		return ch.Answer(ctx, password)
	}
	return nil, fmt.Errorf("the challenge %s cannot be answered on a terminal", ch.Name())
}

// with asks for a line and answers with it.
func with(label string, answer func(string) (*userpool.Step, error)) (*userpool.Step, error) {
	text, err := terminal.Ask(label)
	if err != nil {
		return nil, err
	}
	return answer(text)
}

// newPassword takes the place of a temporary password.
func newPassword(ctx context.Context, ch *userpool.NewPasswordRequired) (*userpool.Step, error) {
	attributes := map[string]string{}
	var err error
	for _, name := range ch.Required {
		if attributes[name], err = terminal.Ask("Your " + name); err != nil {
			return nil, err
		}
	}
	password, err := terminal.AskSecret("New password")
	if err != nil {
		return nil, err
	}
	return ch.Answer(ctx, password, attributes)
}

// enrol sets up an authenticator app.
func enrol(ctx context.Context, ch *userpool.MFASetup) (*userpool.Step, error) {
	token, err := ch.Enrol(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Println("Enter this key in your authenticator app:", string(token.Secret))
	return with("The code that the app shows", func(code string) (*userpool.Step, error) { return ch.Answer(ctx, code, "") })
}

// selectFactor chooses how to sign in.
func selectFactor(ctx context.Context, ch *userpool.SelectFactor) (*userpool.Step, error) {
	choice, err := terminal.Ask(fmt.Sprintf("How to sign in: one of %s", ch.Available))
	if err != nil {
		return nil, err
	}
	factor := userpool.Factor(choice)
	if factor != userpool.FactorPassword && factor != userpool.FactorPasswordSRP {
		return ch.Choose(ctx, factor)
	}
	password, err := terminal.AskSecret("Password")
	if err != nil {
		return nil, err
	}
	if factor == userpool.FactorPassword {
		return ch.Password(ctx, password)
	}
	return ch.PasswordSRP(ctx, password)
}
