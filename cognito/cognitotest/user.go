package cognitotest

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
)

// LinkUser lets a user of an external provider sign in as an existing user,
// as AdminLinkProviderForUser does. A [trigger.Hooks] PreSignUp function may call it
// during the provider's user's first sign-in. That one sign-in then fails with
// "Already found an entry for username …", as on AWS, and the next succeeds.
//
// It fails if there is no such user or provider. It also fails if the
// provider's user has signed in before and is a user of its own.
func (p *Pool) LinkUser(username, provider, id string) error {
	return p.core.LinkUser(username, provider, id)
}

// A User is a user to add to the pool.
type User struct {
	// Username is the user's own name, such as "jane". Empty, an e-mail address
	// or a phone number means that the user has none. That is so in a pool
	// where people sign in with these, and the username is then the sub.
	Username string

	// Password is what the user signs in with, beside the username or a
	// verified e-mail or phone number. It is not held to the password policy. Empty means that the
	// user cannot sign in on the pages.
	Password string

	// Email is the user's address, unique in the pool. Empty means none,
	// unless Username is one. EmailVerified sets email_verified to "true", and
	// lets a user who has a username sign in with the address too. Without it
	// the user has no such attribute, as after AdminCreateUser; Attributes can
	// set it to "false", as a sign-up does.
	Email         string
	EmailVerified bool

	// Phone is the user's phone number, such as "+15550100", unique in the
	// pool, since it signs in as the e-mail does. Empty means none, unless
	// Username is one. PhoneVerified is to it what EmailVerified is to Email.
	Phone         string
	PhoneVerified bool

	// Attributes are further attributes by their Cognito names: "name",
	// "given_name", "custom:department". Every value is a string.
	Attributes map[string]string

	// Groups are the groups the user is in. One that the pool does not have
	// is created.
	Groups []string

	// Sub is the user's fixed id. Empty means a new one.
	Sub string

	// Status is the state the user is in. Empty means [StatusConfirmed].
	Status UserStatus

	// Disabled users cannot sign in or refresh. [Pool.EnableUser] ends it.
	Disabled bool

	// TOTPSecret is the secret that the user's authenticator app shares with
	// the pool, in base32, which turns that factor on; see [Pool.TOTP].
	TOTPSecret string

	// EmailMFA turns codes by e-mail on as a second factor.
	EmailMFA bool

	// SMSMFA turns codes by text message on as a second factor.
	SMSMFA bool

	// PreferredMFA is the factor that is asked for where the user has several:
	// [FactorTOTP], [FactorEmail] or [FactorSMS]. Empty means that the user is
	// asked which.
	PreferredMFA string
}

// A UserStatus is a state of a user, as Cognito names it.
type UserStatus string

// The states of a user.
const (
	StatusUnconfirmed         UserStatus = "UNCONFIRMED"           // has to enter the code of the sign-up
	StatusConfirmed           UserStatus = "CONFIRMED"             // can sign in
	StatusForceChangePassword UserStatus = "FORCE_CHANGE_PASSWORD" // the password is a temporary one
	StatusResetRequired       UserStatus = "RESET_REQUIRED"        // has to set a new password with a code
	StatusExternalProvider    UserStatus = "EXTERNAL_PROVIDER"     // signs in through an identity provider
)

// AddUser adds a confirmed user and returns the sub. It fails if the
// username, the e-mail or the sub is taken or not possible.
func (p *Pool) AddUser(u User) (sub string, err error) { return p.core.AddUser(userFactsOf(u)) }

// userFactsOf is u as the directory takes it.
func userFactsOf(u User) directory.User {
	return directory.User{
		Username: u.Username, Password: u.Password, Email: u.Email, EmailVerified: u.EmailVerified, Phone: u.Phone, PhoneVerified: u.PhoneVerified,
		Attributes: u.Attributes, Groups: u.Groups, Sub: u.Sub, Status: directory.Status(u.Status), Disabled: u.Disabled,
		TOTPSecret: u.TOTPSecret, EmailMFA: u.EmailMFA, SMSMFA: u.SMSMFA, PreferredMFA: u.PreferredMFA,
	}
}

// userOf is what may be told of a user in the directory.
func userOf(u directory.User) User {
	return User{
		Username: u.Username, Email: u.Email, EmailVerified: u.EmailVerified, Phone: u.Phone, PhoneVerified: u.PhoneVerified,
		Attributes: u.Attributes, Groups: u.Groups, Sub: u.Sub, Status: UserStatus(u.Status), Disabled: u.Disabled,
		EmailMFA: u.EmailMFA, SMSMFA: u.SMSMFA, PreferredMFA: u.PreferredMFA,
	}
}

// UserStatus returns the state of a user, and whether the user is disabled.
func (p *Pool) UserStatus(username string) (status UserStatus, disabled bool, err error) {
	a, ok := p.core.Users.Find(username)
	if !ok {
		return "", false, directory.NoUser(username)
	}
	return UserStatus(a.Status()), a.Disabled, nil
}

// SecondFactors returns the factors that a user has turned on, of
// [FactorTOTP], [FactorEmail] and [FactorSMS].
func (p *Pool) SecondFactors(username string) ([]string, error) {
	a, ok := p.core.Users.Find(username)
	if !ok {
		return nil, directory.NoUser(username)
	}
	return a.Factors.On(), nil
}

// SetUserStatus brings a user into another state.
func (p *Pool) SetUserStatus(username string, s UserStatus) error {
	return p.core.Users.Update(username, func(a *directory.Account) error {
		a.GivenOut = p.Now()
		return a.SetStatus(directory.Status(s))
	})
}

// SetPassword gives a user a new password, which is not held to the password
// policy, and a state of [StatusConfirmed].
func (p *Pool) SetPassword(username, password string) error {
	hash := credential.HashPassword(password)
	return p.asAdmin("AdminSetUserPassword", username, func() error {
		return p.core.Users.Update(username, func(a *directory.Account) error {
			a.Password = hash
			return a.SetStatus(directory.StatusConfirmed)
		})
	})
}

// SetAttribute sets an attribute of a user by its Cognito name, such as
// "custom:team"; an empty value takes it away. Tokens issued from then on and
// userInfo show it.
func (p *Pool) SetAttribute(username, name, value string) error {
	return p.core.Users.SetAttribute(username, name, value)
}

// DisableUser keeps a user from signing in, and ends the user's tokens for
// ever: refresh tokens end, and userInfo refuses the access tokens.
func (p *Pool) DisableUser(username string) error {
	return p.asAdmin("AdminDisableUser", username, func() error { return p.core.SetDisabled(username, true) })
}

// EnableUser lets a disabled user sign in again. Tokens that were ended stay
// ended.
func (p *Pool) EnableUser(username string) error {
	return p.asAdmin("AdminEnableUser", username, func() error { return p.core.SetDisabled(username, false) })
}

// SignOutUser signs a user out everywhere, as GlobalSignOut does: the refresh
// tokens end, and userInfo refuses the access tokens. Verification of a
// token's signature cannot notice, and the page session of a browser
// survives, as on AWS.
func (p *Pool) SignOutUser(username string) error {
	return p.asAdmin("AdminUserGlobalSignOut", username, func() error { return p.core.SignOutUser(username) })
}

// DeleteUser removes a user and ends the user's tokens.
func (p *Pool) DeleteUser(username string) error {
	return p.asAdmin("AdminDeleteUser", username, func() error { return p.core.DeleteUser(username) })
}

// Users returns the pool's users by username, as copies. They have no passwords
// and no TOTP secrets. The Username of a user without a name of their own is
// the sub.
func (p *Pool) Users() []User {
	var all []User
	for _, a := range p.core.Users.All() {
		all = append(all, userOf(a.User()))
	}
	slices.SortFunc(all, func(a, b User) int { return strings.Compare(a.Username, b.Username) })
	return all
}
