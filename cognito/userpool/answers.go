package userpool

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
)

// Answers are what a client may send in answer to a challenge, by the names of
// the JSON. Each kind of challenge takes what it asks for, and ignores the
// rest: see [Client.Answer].
type Answers struct {
	Code       string            `json:"code,omitempty"`       // a one-time code, or the answer to a custom challenge
	Password   cognito.Secret    `json:"password,omitempty"`   // the password, or a new one
	Choice     string            `json:"choice,omitempty"`     // a factor, by Cognito's name
	Email      string            `json:"email,omitempty"`      // where to send codes: sets up MFA by e-mail
	AppName    string            `json:"app_name,omitempty"`   // what the user calls a new authenticator app
	Attributes map[string]string `json:"attributes,omitempty"` // that a new password requires; the responses to an unknown challenge
	Credential json.RawMessage   `json:"credential,omitempty"` // of a passkey, as toJSON returns it
	Device     *Device           `json:"device,omitempty"`     // a remembered device
}

// Answer answers a challenge of any kind, with the member of Answers that its
// kind takes. One handler of a form or an API serves them all:
//
//	ch, err := pending.Open(state)
//	if err != nil {
//		…
//	}
//	step, err := client.Answer(ctx, ch, answers)
//
// [SelectFactor] takes Password, by SRP unless Choice is [FactorPassword], or
// only Choice. [MFASetup] takes Email, or Code. With neither, it enrols an
// authenticator app. The step has the same challenge, which now has a secret
// and must be kept again ([Pending.Reply] does so and shows the secret).
//
// Errors are those of the kind's own methods. [CanAnswerAgain] tells whether
// the same challenge can be answered once more.
func (c *Client) Answer(ctx context.Context, ch Challenge, with Answers, opts ...CallOption) (*Step, error) {
	switch ch := ch.(type) {
	case TextChallenge:
		return ch.Answer(ctx, with.Code, opts...)
	case *NewPasswordRequired:
		return ch.Answer(ctx, with.Password, with.Attributes, opts...)
	case *PasswordChallenge:
		return ch.Answer(ctx, with.Password, opts...)
	case *SelectMFA:
		return ch.Choose(ctx, with.Choice, opts...)
	case *SelectFactor:
		return ch.with(ctx, with, opts)
	case *MFASetup:
		return ch.with(ctx, with, opts)
	case *WebAuthn:
		return ch.Answer(ctx, with.Credential, opts...)
	case *DeviceChallenge:
		return ch.Answer(ctx, with.Device, opts...)
	case *UnknownChallenge:
		return ch.Answer(ctx, with.Attributes, opts...)
	}
	return nil, c.ownError(opRespond, observe.CodeBadRequest, errNoChallengeGiven)
}

var errNoChallengeGiven = errors.New("there is no challenge to answer")

func (ch *SelectFactor) with(ctx context.Context, a Answers, opts []CallOption) (*Step, error) {
	switch choice := Factor(a.Choice); {
	case choice == FactorPassword:
		return ch.Password(ctx, a.Password, opts...)
	case choice == FactorPasswordSRP, choice == "" && a.Password != "":
		return ch.PasswordSRP(ctx, a.Password, opts...)
	default:
		return ch.Choose(ctx, choice, opts...)
	}
}

func (ch *MFASetup) with(ctx context.Context, a Answers, opts []CallOption) (*Step, error) {
	switch {
	case a.Email != "":
		return ch.AnswerEmail(ctx, a.Email, opts...)
	case a.Code != "":
		return ch.Answer(ctx, a.Code, a.AppName, opts...)
	}
	if _, err := ch.Enrol(ctx); err != nil {
		return nil, err
	}
	return &Step{Challenge: ch}, nil
}
