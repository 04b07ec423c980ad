package cognitotest

import (
	"sync"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// requestReset sends a user a code for a new password. To a client that keeps
// secret who exists, a name that is nobody's looks like one whose code was
// sent, and so does a user who is disabled or cannot be reached.
func (c *call) requestReset(client *AppClient, name string) (contact, error) {
	a, known := c.users.find(name)
	c.event.Username = a.username
	if !c.quotas.take("reset", c.nameKey(name), resetLimit, c.at) {
		return contact{}, errLimitExceeded
	}
	if !known && c.hooks.UserMigration != nil {
		migrated, err := c.migrateUser(trigger.SourceMigrateOnForgotPassword, client, name, "")
		if a, known = migrated, err == nil; known {
			c.event.Username = a.username
		}
	}
	to, reachable := a.verifiedContact()
	var refusal error
	switch {
	case !known:
		refusal = errUnknownName
	case a.disabled:
		refusal = errDisabled
	case a.pending == StatusForceChangePassword, a.pending == StatusExternalProvider:
		c.decoys.put(a.sub)
		return contact{}, errCannotReset
	case !reachable:
		refusal = errNoContact
	}
	if refusal == nil {
		return to, c.sendResetCode(&a, to)
	}
	if client.RevealUserExistence {
		return contact{}, refusal
	}
	c.decoys.put(c.nameKey(name))
	return c.simulatedContact(name), nil
}

func (c *call) sendResetCode(a *account, to contact) error {
	code := newDigits(6)
	err := c.users.update(a.sub, func(a *account) error {
		a.reset = oneTimeCode{code: code, expires: c.at.Add(resetCodeLife), attribute: to.attribute}
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
	a, known := c.users.find(name)
	c.event.Username = a.username
	key := c.nameKey(name)
	switch {
	case !c.quotas.take("reset", key, resetLimit, c.at):
		return errLimitExceeded
	case !known && reveal:
		return errUnknownName
	}
	if err := c.checkPassword(password); err != nil {
		return err
	}
	if !known || a.reset.code == "" {
		return c.decoys.check(key)
	}
	err := c.users.update(a.sub, func(a *account) error {
		if err := a.reset.check(code, c.at); err != nil {
			return err
		}
		if a.disabled {
			return errDisabled
		}
		if err := c.newPassword(a, password); err != nil {
			return err
		}
		a.pending = ""
		a.reset = oneTimeCode{}
		return nil
	})
	if err != nil {
		return err
	}
	c.lockout.succeed(a.sub)
	return c.postConfirmation(trigger.SourceConfirmForgotPassword, &a)
}

// decoys are the codes for new passwords that were asked for and never sent,
// since there is nobody to send them to.
type decoys struct {
	mu    sync.Mutex      // guards asked
	asked map[string]bool // by nameKey
}

// maxDecoys bounds the names of a pool that runs for days.
const maxDecoys = 10_000

func (d *decoys) put(key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked == nil || len(d.asked) == maxDecoys {
		d.asked = make(map[string]bool)
	}
	d.asked[key] = true
}

func (d *decoys) clear() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = nil
}

// check is what a code gets: it is wrong if one was asked for.
func (d *decoys) check(key string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked[key] {
		return errCodeMismatch
	}
	return errCodeExpired
}
