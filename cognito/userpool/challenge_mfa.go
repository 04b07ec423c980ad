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
	ChallengeInfo

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
// pool requires it. There are two ways:
//
//   - An authenticator app (TOTP): Enrol, show the secret, save the challenge
//     again, Answer with the first code.
//   - A code by e-mail: Email with the address, Answer without a code, and then
//     an [EmailCode]. AnswerEmail does both in one call.
//
// For a code by SMS, set the user's phone number first, with an access token or
// as an administrator. Then start the sign-in again.
type MFASetup struct {
	ChallengeInfo

	// Choices are Cognito's names of what can be set up: "SMS_MFA",
	// "SOFTWARE_TOKEN_MFA", "EMAIL_OTP".
	Choices []string
}

// Enrol has Cognito make the secret of an authenticator app. Called again it
// returns the same one, so that a page can be shown again after a wrong code.
//
// Enrol changes the challenge: it goes on with another session of Cognito's.
// An app that keeps the challenge between two requests must keep it again now,
// with [Pending.Save] or [Pending.Seal].
func (ch *MFASetup) Enrol(ctx context.Context) (SoftwareToken, error) {
	if ch.t == nil {
		return SoftwareToken{}, ch.refuse(errNotIssued)
	}
	t := ch.t
	t.byEmail = false
	if t.TOTP == "" {
		token, err := t.c.associate(ctx, &cip.AssociateSoftwareTokenInput{Session: optional(t.Session)}, t.Session)
		if err != nil {
			return SoftwareToken{}, err
		}
		t.TOTP = string(token.Secret)
		t.renew(token.Session)
	}
	return SoftwareToken{Secret: cognito.Secret(t.TOTP)}, nil
}

// Email chooses codes by e-mail to an address, in place of an authenticator
// app. An Answer with an empty code then sends the address to Cognito. Only
// this value has the address: [Pending] does not keep it.
func (ch *MFASetup) Email(address string) {
	if ch.t != nil {
		ch.t.email, ch.t.byEmail = address, true
	}
}

// AnswerEmail is Email and Answer in one call. [EmailCode] follows, whose code
// proves the address.
func (ch *MFASetup) AnswerEmail(ctx context.Context, address string, opts ...CallOption) (*Step, error) {
	ch.Email(address)
	return ch.Answer(ctx, "", "", opts...)
}

// sendEmail answers with the address that Email was given.
func (ch *MFASetup) sendEmail(ctx context.Context, opts []CallOption) (*Step, error) {
	address := ch.t.email
	switch {
	case address == "":
		return nil, ch.refuse(errors.New("the e-mail address is empty"))
	case len(ch.Choices) > 0 && !slices.Contains(ch.Choices, "EMAIL_OTP"):
		return nil, ch.refuse(fmt.Errorf("the choices are %s", strings.Join(ch.Choices, ", ")))
	}
	return ch.answer(ctx, map[string]string{"EMAIL": address}, &known{}, opts, address)
}

// renew replaces the session where Cognito sends a new one.
func (t *turn) renew(session cognito.Secret) {
	if session != "" {
		t.Session, t.Issued = string(session), t.c.pool.Now()
	}
}

// Answer checks the app's first code and signs the user in. Name is what the
// user calls the app or its device; it may be empty. After Email an empty code
// sends the address instead. The error is
// [ErrCodeMismatch] for a wrong code: another may be tried. It is
// [ErrSessionExpired] if the challenge was not saved again after Enrol.
func (ch *MFASetup) Answer(ctx context.Context, code, name string, opts ...CallOption) (*Step, error) {
	switch {
	case ch.t == nil:
		return nil, ch.refuse(errNotIssued)
	case ch.t.byEmail && code == "":
		return ch.sendEmail(ctx, opts)
	case code == "":
		return nil, ch.refuse(errNoCode)
	}
	if !ch.t.Enrolled {
		if err := ch.verify(ctx, code, name); err != nil {
			return nil, err
		}
	}
	return ch.answer(ctx, map[string]string{}, &known{}, opts)
}

func (ch *MFASetup) verify(ctx context.Context, code, name string) error {
	t := ch.t
	session, err := t.c.verifySoftwareToken(ctx, &cip.VerifySoftwareTokenInput{
		Session:            optional(t.Session),
		UserCode:           aws.String(code),
		FriendlyDeviceName: optional(name),
	}, t.Session, code)
	if e, ok := errors.AsType[*Error](err); ok && t.TOTP == "" && e.Fix == "" {
		e.Fix = "MFASetup.Enrol gives the challenge another session: keep the challenge again after it (Pending.Save, Pending.Seal)"
	}
	if err != nil {
		return err
	}
	t.renew(session)
	t.Enrolled = true
	return nil
}
