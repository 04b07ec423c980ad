package cognitotest

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// attributePrefix marks attributes among the parameters of
// NEW_PASSWORD_REQUIRED.
const attributePrefix = "userAttributes."

// askNewPassword asks a user with a temporary password for one of their own.
func (c *call) askNewPassword(s authSession, a *account) (*authOutput, error) {
	if c.temporaryOver(a, c.at) {
		return nil, refusal.TemporaryOver
	}
	required := []string{}
	for _, name := range missingAttributes(c.rules().required, a.attributes) {
		required = append(required, attributePrefix+name)
	}
	readable := maps.Clone(a.attributes)
	maps.DeleteFunc(readable, func(name, _ string) bool { return !s.client.reads(name) })
	return c.challenge(s, challengeNewPassword, map[string]string{
		"USER_ID_FOR_SRP": s.username, "requiredAttributes": awsjson.Text(required), "userAttributes": awsjson.Text(readable),
	}), nil
}

// answerNewPassword is the answer to NEW_PASSWORD_REQUIRED.
func (c *call) answerNewPassword(s authSession, a *account, r authParams) (*authOutput, error) {
	password, err := r.need("NEW_PASSWORD")
	if err != nil {
		return nil, err
	}
	if a.disabled {
		return nil, refusal.Disabled
	}
	if a.status() != StatusForceChangePassword {
		return nil, errNoSession
	}
	given, err := c.givenAttributes(s.client, a, r)
	if err != nil {
		return nil, err
	}
	changed, err := c.replaceTemporary(a, password, given)
	if err != nil {
		return nil, err
	}
	s.source = trigger.SourceNewPasswordChallenge
	return c.askSecondFactor(s, &changed)
}

// givenAttributes are the attributes in the answer, which must have all that
// are required and missing, and must leave the required ones that are there.
func (c *call) givenAttributes(client *AppClient, a *account, r authParams) (map[string]string, error) {
	given := make(map[string]string)
	required := append([]string{"email"}, c.rules().required...)
	for name, value := range r {
		name, ok := strings.CutPrefix(name, attributePrefix)
		if !ok {
			continue
		}
		if had := a.attributes[name]; had != "" && had != value && slices.Contains(required, name) {
			return nil, refusal.New(refusal.InvalidParameterException, "Cannot modify an already provided "+name)
		}
		given[name] = value
	}
	for _, name := range missingAttributes(c.rules().required, a.attributes) {
		if given[name] == "" {
			return nil, refusal.New(refusal.InvalidParameterException, "Invalid attributes given, "+name+" is missing")
		}
	}
	return given, checkWritten(client, given)
}
