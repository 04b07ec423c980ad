package userpool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
)

// A Challenge is a question that Cognito asks in a sign-in. The types are:
//
//   - [*NewPasswordRequired]: a new password in place of a temporary one
//   - [*SMSCode], [*EmailCode], [*TOTPCode]: a one-time code
//   - [*SelectMFA]: which second factor to use
//   - [*MFASetup]: set up a second factor
//   - [*SelectFactor]: which first factor to use
//   - [*PasswordChallenge], [*WebAuthn]: the password or a passkey
//   - [*CustomChallenge]: a question of a Lambda trigger
//   - [*DeviceChallenge]: the proof of a remembered device
//   - [*UnknownChallenge]: any other challenge
//
// Each has a method to answer it, which returns the next [Step]. After an
// error, a Challenge can be answered again if [CanAnswerAgain] reports true;
// otherwise the sign-in has to start again. A Challenge holds no password and
// no code, and prints as its name. It is not safe for concurrent use.
//
// To keep a challenge from one HTTP request to the next, use [Pending].
type Challenge interface {
	// Name is Cognito's name of the challenge, such as "SMS_MFA".
	Name() string

	// ID returns an id for a hidden field of the challenge's form. It tells the
	// visitor's challenges apart. It is not a secret.
	ID() string

	// Issued returns when Cognito sent the challenge.
	Issued() time.Time

	open() *turn
}

// A TextChallenge is a challenge whose answer is a single text: [*SMSCode],
// [*EmailCode], [*TOTPCode] or [*CustomChallenge]. One form and one handler
// can serve all of them.
type TextChallenge interface {
	Challenge

	// Answer sends the text. The error is [ErrCodeMismatch] for a wrong code;
	// the user may then try another.
	Answer(ctx context.Context, text string, opts ...CallOption) (*Step, error)
}

var (
	_ TextChallenge = (*SMSCode)(nil)
	_ TextChallenge = (*EmailCode)(nil)
	_ TextChallenge = (*TOTPCode)(nil)
	_ TextChallenge = (*CustomChallenge)(nil)
)

// ChallengeInfo is the part that all challenges have in common: it implements
// [Challenge]. A challenge comes from [Client.SignIn], from [Pending] or from
// the answer to another challenge. A challenge that your code makes itself
// cannot be answered or saved.
type ChallengeInfo struct{ t *turn }

// Name implements [Challenge].
func (i ChallengeInfo) Name() string { return i.open().Name }

// ID implements [Challenge].
func (i ChallengeInfo) ID() string { return i.open().ID }

// Issued implements [Challenge].
func (i ChallengeInfo) Issued() time.Time { return i.open().Issued }

// open never returns nil: what an app makes itself has an empty turn.
func (i ChallengeInfo) open() *turn {
	if i.t == nil {
		return &turn{}
	}
	return i.t
}

// Format implements [fmt.Formatter]: a challenge prints only its name.
func (i ChallengeInfo) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, i.printed()) }

// LogValue implements [slog.LogValuer].
func (i ChallengeInfo) LogValue() slog.Value { return slog.StringValue(i.printed()) }

func (i ChallengeInfo) printed() string {
	return strings.TrimSpace("userpool challenge " + i.open().Name)
}

// refuse is the error for an answer that was not sent, since it must fail.
func (i ChallengeInfo) refuse(err error) error {
	t := i.open()
	return t.c.ownError(t.op(), observe.CodeBadRequest, err)
}

// answer sends the responses and goes on. The challenge stays as it is, so
// that it can be answered again where the error allows it.
func (i ChallengeInfo) answer(ctx context.Context, responses map[string]string, k *known, opts []CallOption, secrets ...string) (*Step, error) {
	if i.t == nil {
		return nil, i.refuse(errNotIssued)
	}
	return i.t.answer(ctx, responses, k, opts, secrets...)
}

// errNotIssued refuses an answer to a challenge that Cognito never asked.
var errNotIssued = errors.New("the challenge does not come from SignIn, Pending or an answer")

// A turn has the data to answer a challenge. [Pending] keeps its record.
type turn struct {
	c *Client
	record.Turn

	email   string // the address for codes, of MFASetup.Email
	byEmail bool   // MFASetup.Email was called
}

// setChallenge makes t the challenge of an outcome. What Cognito leaves out
// stays out: sessions are not used again.
func (t *turn) setChallenge(out *outcome) {
	t.Name, t.Session, t.Params = out.name, out.session, out.params
	t.ID, t.Issued = record.NewID(), t.c.pool.Now()
	t.Available = nil
	for _, name := range out.available {
		t.Available = append(t.Available, string(name))
	}
	for _, key := range []string{"USER_ID_FOR_SRP", "USERNAME"} {
		if name := out.params[key]; name != "" {
			t.Username = name
			return
		}
	}
}

// answer sends the responses and goes on. A decoy goes to Cognito too, which
// refuses its session: a visitor cannot tell it by the time it takes.
func (t *turn) answer(ctx context.Context, responses map[string]string, k *known, opts []CallOption, secrets ...string) (*Step, error) {
	began := time.Now()
	step, err := t.answerOnce(ctx, responses, k, opts, secrets)
	t.c.tellStep(ctx, began, step, err)
	return step, err
}

func (t *turn) answerOnce(ctx context.Context, responses map[string]string, k *known, opts []CallOption, secrets []string) (*Step, error) {
	o := gather(opts)
	out, err := t.respond(ctx, responses, o, secrets...)
	if err != nil {
		return nil, t.disguise(err)
	}
	next := &turn{c: t.c, Turn: record.Turn{Username: t.Username, DeviceKey: t.DeviceKey, Admin: t.Admin}}
	return next.proceed(ctx, out, k, o)
}

// op is the operation that answers t.
func (t *turn) op() observe.Op {
	if t.Admin {
		return opAdminRespond
	}
	return opRespond
}

// challenge returns the typed challenge of t.
func (t *turn) challenge() (Challenge, error) {
	switch t.Name {
	case "NEW_PASSWORD_REQUIRED":
		return newPasswordRequired(t)
	case "SMS_MFA", "SMS_OTP":
		return &SMSCode{ChallengeInfo: ChallengeInfo{t}, Delivery: t.delivered()}, nil
	case "EMAIL_OTP":
		return &EmailCode{ChallengeInfo: ChallengeInfo{t}, Delivery: t.delivered()}, nil
	case "SOFTWARE_TOKEN_MFA":
		return &TOTPCode{ChallengeInfo: ChallengeInfo{t}, DeviceName: t.Params["FRIENDLY_DEVICE_NAME"]}, nil
	case "SELECT_MFA_TYPE":
		choices, err := t.List("MFAS_CAN_CHOOSE")
		return &SelectMFA{ChallengeInfo: ChallengeInfo{t}, Choices: choices}, err
	case "MFA_SETUP":
		choices, err := t.List("MFAS_CAN_SETUP")
		return &MFASetup{ChallengeInfo: ChallengeInfo{t}, Choices: choices}, err
	case "SELECT_CHALLENGE":
		return selectFactor(t), nil
	case "PASSWORD", "PASSWORD_SRP":
		return &PasswordChallenge{ChallengeInfo: ChallengeInfo{t}}, nil
	case nameWebAuthn:
		return webAuthn(t)
	case "CUSTOM_CHALLENGE":
		return &CustomChallenge{ChallengeInfo: ChallengeInfo{t}, Parameters: t.Public()}, nil
	case "DEVICE_SRP_AUTH":
		return &DeviceChallenge{ChallengeInfo: ChallengeInfo{t}}, nil
	}
	return &UnknownChallenge{ChallengeInfo: ChallengeInfo{t}, Parameters: maps.Clone(t.Params)}, nil
}

// delivered is where Cognito says it has sent a code, or nil.
func (t *turn) delivered() *Delivery {
	d := Delivery{Medium: t.Params["CODE_DELIVERY_DELIVERY_MEDIUM"], Destination: t.Params["CODE_DELIVERY_DESTINATION"]}
	if d == (Delivery{}) {
		return nil
	}
	return &d
}

// poolName is the part of the pool's id after the underscore.
func (c *Client) poolName() string {
	_, name, _ := strings.Cut(c.pool.UserPoolID, "_")
	return name
}
