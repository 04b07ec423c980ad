package cognitotest

import (
	"cmp"
	"maps"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// WithHooks sets the pool's hooks.
func WithHooks(h trigger.Hooks) Option { return func(o *options) { o.hooks = h } }

// triggerEvent describes what a is about to do in the call. The attributes
// of an account that exists have its sub and status beside them.
func (c *call) triggerEvent(source trigger.Source, a *account) trigger.Event {
	return trigger.Event{
		TriggerSource:  source,
		Region:         c.region(),
		UserPoolID:     c.id,
		UserName:       a.username,
		ClientID:       cmp.Or(c.event.ClientID, c.query.Get("client_id"), c.form.Get("client_id")),
		UserAttributes: maps.Clone(a.attributes),
		ClientMetadata: maps.Clone(c.metadata),
	}
}

// preSignUp asks the hook about an account that is not in the directory yet,
// and sets on it what the hook decides. The source is [trigger.SourceSignUp] or
// [trigger.SourceExternalProvider].
func (c *call) preSignUp(source trigger.Source, a *account, validation map[string]string) error {
	if c.hooks.PreSignUp == nil {
		return nil
	}
	e := &trigger.PreSignUp{Event: c.triggerEvent(source, a), ValidationData: validation}
	if err := c.hooks.PreSignUp(c.r.Context(), e); err != nil {
		return refusal.HookFailed("PreSignUp", err)
	}
	if e.AutoConfirmUser {
		a.confirmed = true
	}
	if e.AutoVerifyEmail && a.email() != "" {
		a.attributes["email_verified"] = "true"
	}
	if e.AutoVerifyPhone && a.attributes["phone_number"] != "" {
		a.attributes["phone_number_verified"] = "true"
	}
	return nil
}

// postConfirmation tells the hook that an account was confirmed. The source
// is [trigger.SourceConfirmSignUp] or [trigger.SourceConfirmForgotPassword].
func (c *call) postConfirmation(source trigger.Source, a *account) error {
	if c.hooks.PostConfirmation == nil {
		return nil
	}
	e := &trigger.PostConfirmation{Event: c.existing(source, a)}
	return refusal.HookFailed("PostConfirmation", c.hooks.PostConfirmation(c.r.Context(), e))
}

// preAuthentication asks the hook before a password is looked at. A nil
// account means that nobody goes by the name that was typed.
func (c *call) preAuthentication(name string, a *account) error {
	if c.hooks.PreAuthentication == nil {
		return nil
	}
	e := &trigger.PreAuthentication{ValidationData: maps.Clone(c.validation)}
	if a == nil {
		e.Event, e.UserNotFound = c.triggerEvent(trigger.SourcePreAuthentication, &account{username: name}), true
	} else {
		e.Event = c.existing(trigger.SourcePreAuthentication, a)
	}
	return refusal.HookFailed("PreAuthentication", c.hooks.PreAuthentication(c.r.Context(), e))
}

// postAuthentication asks the hook when a user has signed in.
func (c *call) postAuthentication(a *account, newDevice bool) error {
	if c.hooks.PostAuthentication == nil {
		return nil
	}
	e := &trigger.PostAuthentication{Event: c.existing(trigger.SourcePostAuthentication, a), NewDeviceUsed: newDevice}
	return refusal.HookFailed("PostAuthentication", c.hooks.PostAuthentication(c.r.Context(), e))
}

// existing is triggerEvent for an account in the directory.
func (c *call) existing(source trigger.Source, a *account) trigger.Event {
	e := c.triggerEvent(source, a)
	e.UserAttributes = a.triggerAttributes()
	return e
}

func (a *account) triggerAttributes() map[string]string {
	all := maps.Clone(a.attributes)
	if all == nil {
		all = make(map[string]string)
	}
	all["sub"] = a.sub
	all["cognito:user_status"] = string(a.status())
	return all
}

// refuseHook takes a hook's refusal to the app.
func (c *call) refuseHook(req *authRequest, err error) {
	c.refuse(req, "invalid_request", err.Error())
}
