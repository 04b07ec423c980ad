package cognitotest

// changePasswordLimit is how often an hour a user may change the password.
const changePasswordLimit = 5

type changePasswordInput struct {
	AccessToken      string `api:"required,secret,pattern=token"`
	PreviousPassword string `api:"secret,max=256"`
	ProposedPassword string `api:"required,secret,max=256,pattern=password"`
}

// apiChangePassword is ChangePassword.
func (c *call) apiChangePassword(in *changePasswordInput) (emptyObject, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return emptyObject{}, err
	}
	return emptyObject{}, c.replacePassword(&a, in.PreviousPassword, in.ProposedPassword)
}

// replacePassword gives a user another password for the present one, which a
// user without a password need not have. Wrong ones count as those of a
// sign-in do.
func (c *call) replacePassword(a *account, previous, proposed string) error {
	switch {
	case !c.quotas.take("change", a.sub, changePasswordLimit, c.at):
		return errLimitExceeded
	case c.lockout.locked(a.sub, c.at):
		return errLockedOut
	case a.status() == StatusExternalProvider:
		return errCannotReset
	case a.password.sum != nil && !a.password.matches(previous):
		c.lockout.fail(a.sub, c.at)
		return errWrongPassword
	}
	if err := c.checkPassword(proposed); err != nil {
		return err
	}
	if err := c.users.update(a.sub, func(a *account) error { return c.newPassword(a, proposed) }); err != nil {
		return err
	}
	c.lockout.succeed(a.sub)
	return nil
}
