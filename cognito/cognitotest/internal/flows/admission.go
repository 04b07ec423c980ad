package flows

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

var (
	errNoSignUp   = refusal.New(refusal.NotAuthorizedException, "SignUp is not permitted for this user pool").Keyed("refusal.noSignUp", "")
	errNameFormat = map[string]refusal.Message{
		"email":              refusal.New(refusal.InvalidParameterException, "Username should be an email."),
		"phone_number":       refusal.New(refusal.InvalidParameterException, "Username should be a phone number."),
		"email phone_number": refusal.New(refusal.InvalidParameterException, "Username should be either an email or a phone number."),
	}
)

// admits refuses a sign-up where only administrators make users, and a
// username that the pool's settings forbid.
func (c *Flow) admits(username string) error {
	if c.Profile().AdminOnly {
		return errNoSignUp
	}
	return c.AdmitsName(username)
}

// AdmitsName refuses a username that the pool's settings forbid. The pages
// ask for an e-mail in every pool.
func (c *Flow) AdmitsName(username string) error {
	p := c.Profile()
	wanted := slices.Sorted(slices.Values(p.UsernameAttributes))
	switch {
	case !c.API:
	case slices.Contains(wanted, "email") && directory.IsEmail(username), slices.Contains(wanted, "phone_number") && directory.IsPhone(username):
	case len(wanted) > 0:
		return errNameFormat[strings.Join(wanted, " ")]
	case slices.Contains(p.AliasAttributes, "email") && directory.IsEmail(username):
		return refusal.EmailUsername
	}
	return nil
}
