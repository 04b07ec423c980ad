package flows

import (
	"cmp"
	"maps"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// TriggerEvent describes what a is about to do in the call. The attributes
// of an account that exists have its sub and status beside them.
func (c *Flow) TriggerEvent(source trigger.Source, a *directory.Account) trigger.Event {
	return trigger.Event{
		TriggerSource:  source,
		Region:         c.Region(),
		UserPoolID:     c.ID,
		UserName:       a.Username,
		ClientID:       cmp.Or(c.Event.ClientID, c.Query.Get("client_id"), c.Form.Get("client_id")),
		UserAttributes: maps.Clone(a.Attributes),
		ClientMetadata: maps.Clone(c.Metadata),
	}
}

// PreSignUp asks the hook about an account that is not in the directory yet,
// and sets on it what the hook decides. The source is [trigger.SourceSignUp] or
// [trigger.SourceExternalProvider].
func (c *Flow) PreSignUp(source trigger.Source, a *directory.Account, validation map[string]string) error {
	if c.Triggers().PreSignUp == nil {
		return nil
	}
	e := &trigger.PreSignUp{Event: c.TriggerEvent(source, a), ValidationData: validation}
	if err := c.Triggers().PreSignUp(c.R.Context(), e); err != nil {
		return refusal.HookFailed("PreSignUp", err)
	}
	if e.AutoConfirmUser {
		a.Confirmed = true
	}
	if e.AutoVerifyEmail && a.Email() != "" {
		a.Attributes["email_verified"] = "true"
	}
	if e.AutoVerifyPhone && a.Attributes["phone_number"] != "" {
		a.Attributes["phone_number_verified"] = "true"
	}
	return nil
}

// PostConfirmation tells the hook that an account was confirmed. The source
// is [trigger.SourceConfirmSignUp] or [trigger.SourceConfirmForgotPassword].
func (c *Flow) PostConfirmation(source trigger.Source, a *directory.Account) error {
	if c.Triggers().PostConfirmation == nil {
		return nil
	}
	e := &trigger.PostConfirmation{Event: c.Existing(source, a)}
	return refusal.HookFailed("PostConfirmation", c.Triggers().PostConfirmation(c.R.Context(), e))
}

// PreAuthentication asks the hook before a password is looked at. A nil
// account means that nobody goes by the name that was typed.
func (c *Flow) PreAuthentication(name string, a *directory.Account) error {
	if c.Triggers().PreAuthentication == nil {
		return nil
	}
	e := &trigger.PreAuthentication{ValidationData: maps.Clone(c.Validation)}
	if a == nil {
		e.Event, e.UserNotFound = c.TriggerEvent(trigger.SourcePreAuthentication, &directory.Account{Username: name}), true
	} else {
		e.Event = c.Existing(trigger.SourcePreAuthentication, a)
	}
	return refusal.HookFailed("PreAuthentication", c.Triggers().PreAuthentication(c.R.Context(), e))
}

// PostAuthentication asks the hook when a user has signed in.
func (c *Flow) PostAuthentication(a *directory.Account, newDevice bool) error {
	if c.Triggers().PostAuthentication == nil {
		return nil
	}
	e := &trigger.PostAuthentication{Event: c.Existing(trigger.SourcePostAuthentication, a), NewDeviceUsed: newDevice}
	return refusal.HookFailed("PostAuthentication", c.Triggers().PostAuthentication(c.R.Context(), e))
}

// Existing is TriggerEvent for an account in the directory.
func (c *Flow) Existing(source trigger.Source, a *directory.Account) trigger.Event {
	e := c.TriggerEvent(source, a)
	e.UserAttributes = a.TriggerAttributes()
	return e
}
