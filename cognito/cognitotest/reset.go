package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// requestReset sends a user a code for a new password. To a client that keeps
// secret who exists, a name that is nobody's looks like one whose code was
// sent, and so does a user who is disabled or cannot be reached.
func (c *call) requestReset(client *AppClient, name string) (contact, error) {
	a, known := c.findTyped(name)
	c.event.Username = a.username
	if !c.quotas.Take("reset", c.nameKey(name), resetLimit, c.at) {
		return contact{}, refusal.LimitExceeded
	}
	if !known && c.hooks.UserMigration != nil {
		migrated, err := c.migrateUser(trigger.SourceMigrateOnForgotPassword, client, name, "")
		if a, known = migrated, err == nil; known {
			c.event.Username = a.username
		}
	}
	to, reachable := a.verifiedContact()
	var refused error
	switch {
	case !known:
		refused = refusal.UnknownName
	case a.disabled:
		refused = refusal.Disabled
	case a.pending == StatusForceChangePassword, a.pending == StatusExternalProvider:
		c.decoys.Put(a.sub)
		return contact{}, refusal.CannotReset
	case !reachable:
		refused = refusal.NoContact
	}
	if refused == nil {
		return to, c.sendResetCode(&a, to)
	}
	if client.RevealUserExistence {
		return contact{}, refused
	}
	c.decoys.Put(c.nameKey(name))
	return c.simulatedContact(name), nil
}

func (c *call) sendResetCode(a *account, to contact) error {
	code := random.Digits(6)
	err := c.users.update(a.sub, func(a *account) error {
		a.reset = credential.Code{Code: code, Expires: c.at.Add(credential.ResetCodeLife), Attribute: to.attribute}
		return nil
	})
	if err != nil {
		return err
	}
	return c.send(a, letter{purpose: outbox.ForgotPassword, source: trigger.SourceMessageForgotPassword, to: to, code: code})
}

// resetPassword gives a user a new password for a code. A name that is
// nobody's looks like one whose code is wrong, unless reveal is set.
func (c *call) resetPassword(reveal bool, name, code, password string) error {
	a, known := c.findTyped(name)
	c.event.Username = a.username
	key := c.nameKey(name)
	switch {
	case !c.quotas.Take("reset", key, resetLimit, c.at):
		return refusal.LimitExceeded
	case !known && reveal:
		return refusal.UnknownName
	}
	if err := c.checkPassword(password); err != nil {
		return err
	}
	if !known || a.reset.Code == "" {
		return c.decoys.Check(key)
	}
	err := c.users.update(a.sub, func(a *account) error {
		if err := a.reset.Check(code, c.at); err != nil {
			return err
		}
		if a.disabled {
			return refusal.Disabled
		}
		if err := c.newPassword(a, password); err != nil {
			return err
		}
		a.pending = ""
		a.reset = credential.Code{}
		return nil
	})
	if err != nil {
		return err
	}
	c.lockout.Succeed(a.sub)
	return c.postConfirmation(trigger.SourceConfirmForgotPassword, &a)
}
