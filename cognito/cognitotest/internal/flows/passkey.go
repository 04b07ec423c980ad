package flows

import (
	"cmp"
	"errors"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// StartPasskey returns the options for another passkey of a user, through an
// app client.
func (c *Flow) StartPasskey(a *directory.Account, clientID string) (*passkeys.CreationOptions, error) {
	if !c.PasskeysOn() {
		return nil, passkeys.ErrOff
	}
	name := cmp.Or(a.Email(), a.Phone(), a.Username)
	user := passkeys.User{Sub: a.Sub, Name: name, DisplayName: cmp.Or(a.Attributes["name"], name), Keys: a.Passkeys}
	return c.NewPasskeys.Begin(user, c.RelyingParty(a), clientID, c.At)
}

// CompletePasskey checks the browser's answer to these options and keeps the
// passkey.
func (c *Flow) CompletePasskey(a *directory.Account, clientID string, credential []byte) error {
	if !c.PasskeysOn() {
		return passkeys.ErrOff
	}
	made, err := c.NewPasskeys.Finish(a.Sub, clientID, credential, c.At)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(c.Users.All(), func(a directory.Account) bool { return a.Passkeys.Has(made.ID) }) {
		return passkeys.ErrKnown
	}
	return c.Users.Update(a.Sub, func(a *directory.Account) error {
		if len(a.Passkeys) >= passkeys.Most {
			return passkeys.ErrFull
		}
		a.Passkeys = append(a.Passkeys, *made)
		return nil
	})
}

var errPasskeyServes = errors.New("no passkey may begin the sign-in")

// ProvePasskey checks the browser's answer to a sign-in. Only the event says
// why it is refused.
func (c *Flow) ProvePasskey(a *directory.Account, challenge, credential []byte) error {
	err := errPasskeyServes
	if c.PasskeyServes(a) {
		party := c.RelyingParty(a)
		err = c.Users.Update(a.Sub, func(a *directory.Account) (err error) {
			a.Passkeys, err = a.Passkeys.Prove(challenge, credential, party, a.Sub)
			return err
		})
	}
	if err != nil {
		c.Why = err.Error()
		return refusal.WrongPassword
	}
	return nil
}
