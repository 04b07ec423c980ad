package userpool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
)

// SelectMFA asks which of the user's second factors to use.
type SelectMFA struct {
	*turn

	// Choices are Cognito's names: "SMS_MFA", "SOFTWARE_TOKEN_MFA",
	// "EMAIL_OTP".
	Choices []string
}

// Choose picks one of Choices; its own challenge follows.
func (ch *SelectMFA) Choose(ctx context.Context, choice string, opts ...CallOption) (*Step, error) {
	if len(ch.Choices) > 0 && !slices.Contains(ch.Choices, choice) {
		return nil, ch.refuse(fmt.Errorf("the choices are %s", strings.Join(ch.Choices, ", ")))
	}
	return ch.answer(ctx, map[string]string{"ANSWER": choice}, &known{}, opts)
}

// MFASetup asks a user who has no second factor to set one up, because the
// pool requires it. The way here is an authenticator app (TOTP): Enrol, show
// the secret, Answer with the first code. For the other Choices the user's
// phone number or address has to be set first, with an access token or as an
// administrator, and the sign-in to start again.
type MFASetup struct {
	*turn

	// Choices are Cognito's names of what can be set up: "SMS_MFA",
	// "SOFTWARE_TOKEN_MFA", "EMAIL_OTP".
	Choices []string
}

// Enrol has Cognito make the secret of an authenticator app. Called again it
// returns the same one, so that a page can be shown again after a wrong code.
func (ch *MFASetup) Enrol(ctx context.Context) (SoftwareToken, error) {
	if ch.totp == "" {
		token, err := ch.c.associate(ctx, &cip.AssociateSoftwareTokenInput{Session: optional(ch.session)}, ch.session)
		if err != nil {
			return SoftwareToken{}, err
		}
		ch.totp = string(token.Secret)
		ch.renew(token.Session)
	}
	return SoftwareToken{Secret: cognito.Secret(ch.totp)}, nil
}

// renew replaces the session where Cognito sends a new one.
func (t *turn) renew(session cognito.Secret) {
	if session != "" {
		t.session, t.issued = string(session), t.c.pool.Now()
	}
}

// Answer checks the app's first code and signs the user in. Name is what the
// user calls the app or its device; it may be empty. The error is
// [ErrCodeMismatch] for a wrong code: another may be tried.
func (ch *MFASetup) Answer(ctx context.Context, code, name string, opts ...CallOption) (*Step, error) {
	switch {
	case code == "":
		return nil, ch.refuse(errNoCode)
	case ch.totp == "":
		return nil, ch.refuse(errors.New("no authenticator app is being set up: call Enrol first"))
	}
	if !ch.enrolled {
		if err := ch.verify(ctx, code, name); err != nil {
			return nil, err
		}
	}
	return ch.answer(ctx, map[string]string{}, &known{}, opts)
}

func (ch *MFASetup) verify(ctx context.Context, code, name string) error {
	session, err := ch.c.verifySoftwareToken(ctx, &cip.VerifySoftwareTokenInput{
		Session:            optional(ch.session),
		UserCode:           aws.String(code),
		FriendlyDeviceName: optional(name),
	}, ch.session, code)
	if err != nil {
		return err
	}
	ch.renew(session)
	ch.enrolled = true
	return nil
}
