package flows

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// RequestReset sends a user a code for a new password. A client may keep secret
// which users exist. To such a client an unknown name looks like one whose code
// was sent. So does a user who is disabled or cannot be reached.
func (c *Flow) RequestReset(client *clients.Client, name string) (directory.Contact, error) {
	a, known := c.FindTyped(name)
	c.Event.Username = a.Username
	if !c.Quotas.Take("reset", c.NameKey(name), ResetLimit, c.At) {
		return directory.Contact{}, refusal.LimitExceeded
	}
	if !known && c.Triggers().UserMigration != nil {
		migrated, err := c.migrateUser(trigger.SourceMigrateOnForgotPassword, client, name, "")
		if a, known = migrated, err == nil; known {
			c.Event.Username = a.Username
		}
	}
	to, unreachable := c.RecoveryContact(&a)
	var refused error
	switch {
	case !known:
		refused = refusal.UnknownName
	case a.Disabled:
		refused = refusal.Disabled
	case a.Pending == directory.StatusForceChangePassword, a.Pending == directory.StatusExternalProvider:
		c.Decoys.Put(a.Sub)
		return directory.Contact{}, refusal.CannotReset
	case unreachable != nil:
		refused = unreachable
	}
	if refused == nil {
		return to, c.SendResetCode(&a, to)
	}
	if client.RevealUserExistence {
		return directory.Contact{}, refused
	}
	c.Decoys.Put(c.NameKey(name))
	return c.SimulatedContact(name), nil
}

func (c *Flow) SendResetCode(a *directory.Account, to directory.Contact) error {
	code := random.Digits(6)
	err := c.Users.Update(a.Sub, func(a *directory.Account) error {
		a.Reset = credential.Code{Code: code, Expires: c.At.Add(credential.ResetCodeLife), Attribute: to.Attribute}
		return nil
	})
	if err != nil {
		return err
	}
	return c.Send(a, Letter{Purpose: outbox.ForgotPassword, Source: trigger.SourceMessageForgotPassword, To: to, Code: code})
}

// named finds the user of a step. The pages name a user by the sub, and a
// request of the API names one by a name to sign in with.
func (c *Flow) named(name string) (directory.Account, bool) {
	if c.API {
		return c.FindTyped(name)
	}
	return c.Users.Find(name)
}

// ResetPassword gives a user a new password for a code. An unknown name looks
// like one whose code is wrong, unless reveal is set.
func (c *Flow) ResetPassword(reveal bool, name, code, password string) error {
	a, known := c.named(name)
	c.Event.Username = a.Username
	key := c.NameKey(name)
	switch {
	case !c.Quotas.Take("reset", key, ResetLimit, c.At):
		return refusal.LimitExceeded
	case !known && reveal:
		return refusal.UnknownName
	}
	if err := c.CheckPassword(password); err != nil {
		return err
	}
	if !known || a.Reset.Code == "" {
		return c.Decoys.Check(key)
	}
	err := c.Users.Update(a.Sub, func(a *directory.Account) error {
		if err := a.Reset.Check(code, c.At); err != nil {
			return err
		}
		if a.Disabled {
			return refusal.Disabled
		}
		if err := c.NewPassword(a, password); err != nil {
			return err
		}
		a.Pending = ""
		a.Reset = credential.Code{}
		return nil
	})
	if err != nil {
		return err
	}
	c.Lockout.Succeed(a.Sub)
	return c.PostConfirmation(trigger.SourceConfirmForgotPassword, &a)
}
