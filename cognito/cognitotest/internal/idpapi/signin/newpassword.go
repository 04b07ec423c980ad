package signin

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// attributePrefix marks attributes among the parameters of
// NEW_PASSWORD_REQUIRED.
const attributePrefix = "userAttributes."

// alreadyProvided begins the refusal of a required attribute that the user has
// already, whatever value the answer gives it.
const alreadyProvided = "Cannot modify an already provided "

// askNewPassword asks a user with a temporary password for one of their own.
func (c *Handler) askNewPassword(s attempts.SignIn, a *directory.Account) (*authOutput, error) {
	if c.TemporaryOver(a, c.At) {
		return nil, refusal.TemporaryOver
	}
	required := []string{}
	for _, name := range directory.MissingAttributes(c.Rules().Required, a.Attributes) {
		required = append(required, attributePrefix+name)
	}
	readable := maps.Clone(a.Attributes)
	maps.DeleteFunc(readable, func(name, _ string) bool { return !s.Client.Reads(name) })
	return c.challenge(s, challengeNewPassword, map[string]string{
		"USER_ID_FOR_SRP": s.Username, "requiredAttributes": awsjson.Text(required), "userAttributes": awsjson.Text(readable),
	}), nil
}

// answerNewPassword is the answer to NEW_PASSWORD_REQUIRED.
func (c *Handler) answerNewPassword(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	password, err := r.need("NEW_PASSWORD")
	if err != nil {
		return nil, err
	}
	if a.Disabled {
		return nil, refusal.Disabled
	}
	if a.Status() != directory.StatusForceChangePassword {
		return nil, attempts.ErrNoSession
	}
	given, err := c.givenAttributes(s.Client, a, r)
	if err != nil {
		return nil, err
	}
	changed, err := c.ReplaceTemporary(a, password, given)
	if err != nil {
		return nil, err
	}
	s.Source = trigger.SourceNewPasswordChallenge
	return c.askSecondFactor(s, &changed)
}

// givenAttributes are the attributes in the answer. It must have all required
// attributes that the user lacks, and must not have required ones that the user
// has.
func (c *Handler) givenAttributes(client *clients.Client, a *directory.Account, r authParams) (map[string]string, error) {
	given := make(map[string]string)
	required := append([]string{"email"}, c.Rules().Required...)
	for name, value := range r {
		name, ok := strings.CutPrefix(name, attributePrefix)
		if !ok {
			continue
		}
		had := a.Attributes[name]
		switch {
		case had != "" && slices.Contains(required, name):
			return nil, refusal.New(refusal.NotAuthorizedException, alreadyProvided+name)
		case had != "" && had != value && slices.Contains(c.Rules().Fixed, name):
			return nil, flows.CannotUpdate(name)
		}
		given[name] = value
	}
	for _, name := range directory.MissingAttributes(c.Rules().Required, a.Attributes) {
		if given[name] == "" {
			return nil, refusal.New(refusal.InvalidParameterException, "Invalid attributes given, "+name+" is missing")
		}
	}
	return given, cmp.Or(flows.CheckWritten(client, given), c.CheckSchema(given))
}
