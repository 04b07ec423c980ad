package account

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// changePasswordLimit is how often an hour a user may change the password.
const changePasswordLimit = 5

type changePasswordInput struct {
	idpapi.TokenRef
	PreviousPassword string
	ProposedPassword string
}

// changePassword is the operation ChangePassword.
func (c *Handler) changePassword(in *changePasswordInput) (awsjson.Empty, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.replacePassword(&a, in.PreviousPassword, in.ProposedPassword)
}

// replacePassword gives a user a new password. The previous one must be right,
// unless the user has none. Wrong passwords count as at a sign-in.
func (c *Handler) replacePassword(a *directory.Account, previous, proposed string) error {
	switch {
	case !c.Quotas.Take("change", a.Sub, changePasswordLimit, c.At):
		return refusal.LimitExceeded
	case c.Lockout.Locked(a.Sub, c.At):
		return refusal.LockedOut
	case a.Status() == directory.StatusExternalProvider:
		return refusal.CannotReset
	case a.Password.Sum != nil && !a.Password.Matches(previous):
		c.Lockout.Fail(a.Sub, c.At)
		return refusal.WrongPassword
	}
	if err := c.CheckPassword(proposed); err != nil {
		return err
	}
	if err := c.Users.Update(a.Sub, func(a *directory.Account) error { return c.NewPassword(a, proposed) }); err != nil {
		return err
	}
	c.Lockout.Succeed(a.Sub)
	return nil
}
