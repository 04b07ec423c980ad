package flows

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// Authenticate checks a password. The error is in Cognito's words. A user whom
// the pool does not know may come from the UserMigration hook.
func (c *Flow) Authenticate(client *clients.Client, name, password string) (directory.Account, error) {
	a, known := c.FindTyped(name)
	if c.Lockout.Locked(LockoutKey(&a, name), c.At) {
		return a, refusal.LockedOut
	}
	asked := &a
	if !known {
		asked = nil
	}
	if err := c.PreAuthentication(name, asked); err != nil {
		return a, err
	}
	err := c.CheckCredentials(&a, name, password)
	if known || err != refusal.WrongPassword {
		return a, err
	}
	migrated, unknown := c.migrateUser(trigger.SourceMigrateOnSignIn, client, name, password)
	switch {
	case unknown == nil:
		c.Lockout.Succeed(directory.Fold(name))
		return migrated, nil
	case client.RevealUserExistence:
		return a, unknown
	}
	return a, refusal.WrongPassword
}

// CheckCredentials checks the password of a user. For a name that no user has,
// a is the zero Account: the check takes as long, and fails.
func (c *Flow) CheckCredentials(a *directory.Account, name, password string) error {
	key := LockoutKey(a, name)
	if c.Lockout.Locked(key, c.At) {
		return refusal.LockedOut
	}
	if !a.Password.Matches(password) {
		c.Lockout.Fail(key, c.At)
		return refusal.WrongPassword
	}
	c.Lockout.Succeed(key)
	if a.Disabled {
		return refusal.Disabled
	}
	if a.Password.SRP == nil { // of a snapshot made before SRP was known
		a.Password.SRP = &credential.SRPSecret{Password: password}
		return c.Users.Update(a.Sub, func(stored *directory.Account) error { stored.Password.SRP = a.Password.SRP; return nil })
	}
	return nil
}

// LockoutKey is what the failures of a sign-in are counted by.
func LockoutKey(a *directory.Account, name string) string {
	if a.Sub == "" {
		return directory.Fold(name)
	}
	return a.Sub
}

// ReplaceTemporary gives a user with a temporary password one of their own,
// and attributes that were asked for with it.
func (c *Flow) ReplaceTemporary(a *directory.Account, password string, values map[string]string) (changed directory.Account, err error) {
	if err := c.CheckPassword(password); err != nil {
		return *a, err
	}
	err = c.Users.Update(a.Sub, func(a *directory.Account) error {
		for name, value := range values {
			a.Set(name, value)
		}
		if err := c.NewPassword(a, password); err != nil {
			return err
		}
		err := a.SetStatus(directory.StatusConfirmed)
		changed = a.Clone()
		return err
	})
	return changed, err
}
