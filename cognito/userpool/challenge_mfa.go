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

// Choose selects one of Choices. The next step has its challenge.
func (ch *SelectMFA) Choose(ctx context.Context, choice string, opts ...CallOption) (*Step, error) {
	if len(ch.Choices) > 0 && !slices.Contains(ch.Choices, choice) {
		return nil, ch.refuse(fmt.Errorf("the choices are %s", strings.Join(ch.Choices, ", ")))
	}
	return ch.answer(ctx, map[string]string{"ANSWER": choice}, &known{}, opts)
}

// MFASetup asks a user who has no second factor to set one up, because the
// pool requires it. There are two ways:
//
//   - An authenticator app (TOTP): call Enrol, show the secret, save the
//     challenge again, and call Answer with the first code.
//   - A code by e-mail: call Email with the address, then Answer without a
//     code. An [EmailCode] follows. AnswerEmail makes both calls.
//
// For a code by SMS, set the user's phone number first, with an access token or
// as an administrator. Then start the sign-in again.
type MFASetup struct {
	ChallengeInfo

	// Choices are Cognito's names of what can be set up: "SMS_MFA",
	// "SOFTWARE_TOKEN_MFA", "EMAIL_OTP".
	Choices []string
}

// Enrol asks Cognito to make the secret for an authenticator app. A second call
// returns the same secret, for a page after a wrong code.
//
// Enrol changes the challenge, because Cognito returns a new session string.
// If your app keeps the challenge between two requests, keep it again after
// Enrol, with [Pending.Save] or [Pending.Seal].
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

// Email selects codes by e-mail to this address, instead of an authenticator
// app. An Answer with an empty code then sends the address to Cognito.
// [Pending] does not keep the address.
func (ch *MFASetup) Email(address string) {
	if ch.t != nil {
		ch.t.email, ch.t.byEmail = address, true
	}
}

// AnswerEmail is Email and Answer in one call. An [EmailCode] follows; its
// code proves the address.
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

// Answer checks the app's first code and signs the user in. The argument name
// is the user's name for the app or its device; it may be empty. After Email,
// an empty code sends the address instead. The error is [ErrCodeMismatch] for
// a wrong code; the user may then try another. It is [ErrSessionExpired] if
// the challenge was not saved again after Enrol.
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
