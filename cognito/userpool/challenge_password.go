package userpool

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
)

const attributePrefix = "userAttributes."

// NewPasswordRequired asks a user who has signed in with a temporary password
// for one of their own.
type NewPasswordRequired struct {
	ChallengeInfo

	// Required are the attributes that the pool requires and the user has
	// not, such as "given_name": the answer must have them.
	Required []string

	// Attributes are the user's present attributes. They may be missing in a
	// challenge that a cookie was too small to keep.
	Attributes map[string]string
}

func newPasswordRequired(t *turn) (*NewPasswordRequired, error) {
	required, err := t.List("requiredAttributes")
	if err != nil {
		return nil, err
	}
	for i, name := range required {
		required[i] = strings.TrimPrefix(name, attributePrefix)
	}
	attributes, err := t.Attributes("userAttributes")
	return &NewPasswordRequired{ChallengeInfo: ChallengeInfo{t}, Required: required, Attributes: attributes}, err
}

// Answer sets the new password, the required attributes and, where wanted,
// others that the app client may write. Attributes whose value stays the same
// are not sent: Cognito refuses any attribute that the user already has. A
// changed one fails with [ReasonAttributeSet]. The error is
// [ErrInvalidPassword] where the pool's policy refuses the password: another
// may be tried.
func (ch *NewPasswordRequired) Answer(ctx context.Context, password cognito.Secret, attributes map[string]string, opts ...CallOption) (*Step, error) {
	missing := slices.DeleteFunc(slices.Clone(ch.Required), func(name string) bool { return attributes[name] != "" })
	switch {
	case password == "":
		return nil, ch.refuse(errors.New("the new password is empty"))
	case len(missing) > 0:
		return nil, ch.refuse(fmt.Errorf("the required attributes %s are missing", strings.Join(missing, ", ")))
	}
	responses := map[string]string{"NEW_PASSWORD": string(password)}
	for name, value := range attributes {
		if present, ok := ch.Attributes[name]; ok && present == value {
			continue
		}
		responses[attributePrefix+name] = value
	}
	return ch.answer(ctx, responses, &known{}, opts, append(slices.Collect(maps.Values(attributes)), string(password))...)
}

// PasswordChallenge asks for the password: the first factor that was chosen
// (PASSWORD or PASSWORD_SRP).
type PasswordChallenge struct{ ChallengeInfo }

// Answer proves the password. Where Cognito asks for PASSWORD it is sent, as
// with [FactorPassword]; for PASSWORD_SRP it stays here.
func (ch *PasswordChallenge) Answer(ctx context.Context, password cognito.Secret, opts ...CallOption) (*Step, error) {
	if password == "" {
		return nil, ch.refuse(errNoPassword)
	}
	k, responses := &known{}, map[string]string{}
	if ch.open().Name == "PASSWORD_SRP" {
		responses["SRP_A"] = k.proves(password)
	} else {
		responses["PASSWORD"] = string(password)
	}
	return ch.answer(ctx, responses, k, opts, string(password))
}

var errNoPassword = errors.New("the password is empty")
