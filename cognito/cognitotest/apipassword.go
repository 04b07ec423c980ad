package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// changePasswordLimit is how often an hour a user may change the password.
const changePasswordLimit = 5

type changePasswordInput struct {
	AccessToken      string `api:"required,secret,pattern=token"`
	PreviousPassword string `api:"secret,max=256"`
	ProposedPassword string `api:"required,secret,max=256,pattern=password"`
}

// apiChangePassword is ChangePassword.
func (c *call) apiChangePassword(in *changePasswordInput) (awsjson.Empty, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.replacePassword(&a, in.PreviousPassword, in.ProposedPassword)
}

// replacePassword gives a user another password for the present one, which a
// user without a password need not have. Wrong ones count as those of a
// sign-in do.
func (c *call) replacePassword(a *account, previous, proposed string) error {
	switch {
	case !c.quotas.Take("change", a.sub, changePasswordLimit, c.at):
		return refusal.LimitExceeded
	case c.lockout.Locked(a.sub, c.at):
		return refusal.LockedOut
	case a.status() == StatusExternalProvider:
		return refusal.CannotReset
	case a.password.Sum != nil && !a.password.Matches(previous):
		c.lockout.Fail(a.sub, c.at)
		return refusal.WrongPassword
	}
	if err := c.checkPassword(proposed); err != nil {
		return err
	}
	if err := c.users.update(a.sub, func(a *account) error { return c.newPassword(a, proposed) }); err != nil {
		return err
	}
	c.lockout.Succeed(a.sub)
	return nil
}
