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

// NewPasswordRequired asks for a new password in place of a temporary one.
type NewPasswordRequired struct {
	ChallengeInfo

	// Required are the attributes that the pool requires and the user does
	// not have yet, such as "given_name". The answer must have them.
	Required []string

	// Attributes are the user's current attributes. A challenge that [Pending]
	// has kept may not have them, if they did not fit into the cookie.
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

// Answer sets the new password, the required attributes and any others that the
// app client may write. Cognito refuses every attribute that the user already
// has, so Answer does not send attributes whose value stays the same. If you
// change such a value, the error has [ReasonAttributeSet]. The error is
// [ErrInvalidPassword] if the pool's policy refuses the password.
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

// PasswordChallenge asks for the password, because it is the first factor
// that was chosen (PASSWORD or PASSWORD_SRP).
type PasswordChallenge struct{ ChallengeInfo }

// Answer proves the password. If Cognito asks for PASSWORD, it is sent, as with
// [FactorPassword]. For PASSWORD_SRP it does not leave this process.
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
