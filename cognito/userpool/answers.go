package userpool

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
)

// Answers are the answers that a client may send to a challenge, with the
// names they have in JSON. Each kind of challenge reads the fields it needs
// and ignores the others: see [Client.Answer].
type Answers struct {
	Code       string            `json:"code,omitempty"`       // a one-time code, or the answer to a custom challenge
	Password   cognito.Secret    `json:"password,omitempty"`   // the password, or a new one
	Choice     string            `json:"choice,omitempty"`     // a factor, by Cognito's name
	Email      string            `json:"email,omitempty"`      // address for codes; sets up MFA by e-mail
	AppName    string            `json:"app_name,omitempty"`   // the user's name for a new authenticator app
	Attributes map[string]string `json:"attributes,omitempty"` // attributes that must come with a new password; or the responses to an unknown challenge
	Credential json.RawMessage   `json:"credential,omitempty"` // the credential of a passkey, as its toJSON returns it
	Device     *Device           `json:"device,omitempty"`     // a remembered device
}

// Answer answers a challenge of any kind with the fields of Answers that it
// needs. So one handler of a form or an API can serve all challenges:
//
//	ch, err := pending.Open(state)
//	if err != nil {
//		…
//	}
//	step, err := client.Answer(ctx, ch, answers)
//
// [SelectFactor] reads Choice and, for a password, Password. If Choice is
// empty, SRP proves the password. [MFASetup] reads Email or Code. Without both,
// it starts the set-up of an authenticator app. The step then has the same
// challenge with a secret, and you must keep the challenge again.
// [Pending.Reply] does so and returns the secret.
//
// Errors are those of the kind's own methods. [CanAnswerAgain] reports
// whether the same challenge can be answered once more.
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
		return ch.answerWith(ctx, with, opts)
	case *MFASetup:
		return ch.answerWith(ctx, with, opts)
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

func (ch *SelectFactor) answerWith(ctx context.Context, a Answers, opts []CallOption) (*Step, error) {
	switch choice := Factor(a.Choice); {
	case choice == FactorPassword:
		return ch.Password(ctx, a.Password, opts...)
	case choice == FactorPasswordSRP, choice == "" && a.Password != "":
		return ch.PasswordSRP(ctx, a.Password, opts...)
	default:
		return ch.Choose(ctx, choice, opts...)
	}
}

func (ch *MFASetup) answerWith(ctx context.Context, a Answers, opts []CallOption) (*Step, error) {
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
