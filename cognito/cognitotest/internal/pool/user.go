package pool

import (
	"fmt"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
)

// NameKey is what a name is counted by: the sub of its user, or the name itself
// if no user has it.
func (p *Pool) NameKey(name string) string {
	if a, known := p.FindTyped(name); known {
		return a.Sub
	}
	return directory.Fold(name)
}

// MustUser finds a user for whom a test makes tokens. It panics if there is no
// such user.
func (p *Pool) MustUser(username string) directory.Account {
	a, ok := p.Users.Find(username)
	if !ok {
		panic(directory.NoUser(username).Error() + ": add it with AddUser")
	}
	return a
}

func (p *Pool) SetDisabled(username string, disabled bool) error {
	err := p.Users.Update(username, func(a *directory.Account) error { a.Disabled = disabled; return nil })
	if err != nil || !disabled {
		return err
	}
	return p.SignOutUser(username)
}

// AddUser adds a confirmed user and returns the sub. It fails if the username,
// the e-mail or the sub is taken or not valid.
func (p *Pool) AddUser(u directory.User) (sub string, err error) {
	a, err := u.Account()
	if err != nil {
		return "", fmt.Errorf("cognitotest: add user: %w", err)
	}
	a.GivenOut = p.Now()
	if err := p.Users.Add(a); err != nil {
		return "", fmt.Errorf("cognitotest: add user %q: %w", a.Username, err)
	}
	return a.Sub, nil
}

// SignOutUser signs a user out everywhere, as GlobalSignOut does: the refresh
// tokens end, and userInfo refuses the access tokens. Verification of a
// token's signature cannot notice, and the page session of a browser
// survives, as on AWS.
func (p *Pool) SignOutUser(username string) error {
	a, ok := p.Users.Find(username)
	if !ok {
		return directory.NoUser(username)
	}
	p.Grants.RevokeUser(a.Sub)
	return nil
}

// DeleteUser removes a user and ends the user's tokens.
func (p *Pool) DeleteUser(username string) error {
	if err := p.SignOutUser(username); err != nil {
		return err
	}
	return p.Users.Remove(username)
}
