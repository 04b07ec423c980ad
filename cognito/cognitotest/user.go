package cognitotest

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
)

// LinkUser lets a user of an external provider sign in as an existing user of
// the pool, as AdminLinkProviderForUser does. A PreSignUp function of
// [trigger.Hooks] may call it during the first sign-in of the provider's user.
// That sign-in then fails with "Already found an entry for username …", as on
// AWS. The next sign-in succeeds.
//
// It fails if there is no such user or provider. It also fails if the
// provider's user has signed in before: then the pool already has a separate
// user for it.
func (p *Pool) LinkUser(username, provider, id string) error {
	return p.core.LinkUser(username, provider, id)
}

// A User is a user to add to the pool.
type User struct {
	// Username is the user's own name, such as "jane". It may be empty, an
	// e-mail address or a phone number. Then the user has no name, as in a pool
	// where users sign in with an address. The username in Cognito is then the
	// sub.
	Username string

	// Password is the user's password. The password policy does not apply to
	// it. Empty means that the user cannot sign in on the pages.
	Password string

	// Email is the user's address, unique in the pool. Empty means none, unless
	// Username is an e-mail address. EmailVerified sets the attribute
	// email_verified to "true", and lets a user who has a username also sign in
	// with the address. Without it the user has no attribute email_verified, as
	// after AdminCreateUser. To set it to "false", as a sign-up does, use
	// Attributes.
	Email         string
	EmailVerified bool

	// Phone is the user's phone number, such as "+15550100". It is unique in
	// the pool, because users can sign in with it. Empty means none, unless
	// Username is a phone number. PhoneVerified has the same effect as
	// EmailVerified.
	Phone         string
	PhoneVerified bool

	// Attributes are further attributes by their Cognito names: "name",
	// "given_name", "custom:department". Every value is a string.
	Attributes map[string]string

	// Groups are the groups of the user. A group that the pool does not have is
	// created.
	Groups []string

	// Sub is the user's fixed id. Empty means a new one.
	Sub string

	// Status is the state of the user. Empty means [StatusConfirmed].
	Status UserStatus

	// Disabled means that the user cannot sign in or refresh tokens.
	// [Pool.EnableUser] changes that.
	Disabled bool

	// TOTPSecret is the secret of the user's authenticator app, in base32. If
	// it is set, the user has this second factor: see [Pool.TOTP].
	TOTPSecret string

	// EmailMFA turns codes by e-mail on as a second factor.
	EmailMFA bool

	// SMSMFA turns codes by text message on as a second factor.
	SMSMFA bool

	// PreferredMFA is the factor that the pool asks for if the user has
	// several: [FactorTOTP], [FactorEmail] or [FactorSMS]. Empty means that the
	// user chooses.
	PreferredMFA string
}

// A UserStatus is a state of a user, as Cognito names it.
type UserStatus string

// The states of a user.
const (
	StatusUnconfirmed         UserStatus = "UNCONFIRMED"           // must enter the code of the sign-up
	StatusConfirmed           UserStatus = "CONFIRMED"             // can sign in
	StatusForceChangePassword UserStatus = "FORCE_CHANGE_PASSWORD" // the password is a temporary one
	StatusResetRequired       UserStatus = "RESET_REQUIRED"        // must set a new password with a code
	StatusExternalProvider    UserStatus = "EXTERNAL_PROVIDER"     // signs in through an identity provider
)

// AddUser adds a user, confirmed unless u.Status says otherwise, and returns
// the sub. It fails if the username, the e-mail or the sub is taken or not
// valid.
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

// SecondFactors returns the second factors that are on for a user:
// [FactorTOTP], [FactorEmail], [FactorSMS].
func (p *Pool) SecondFactors(username string) ([]string, error) {
	a, ok := p.core.Users.Find(username)
	if !ok {
		return nil, directory.NoUser(username)
	}
	return a.Factors.On(), nil
}

// SetUserStatus sets the state of a user.
func (p *Pool) SetUserStatus(username string, s UserStatus) error {
	return p.core.Users.Update(username, func(a *directory.Account) error {
		a.GivenOut = p.Now()
		return a.SetStatus(directory.Status(s))
	})
}

// SetPassword sets a new password of a user, and the state [StatusConfirmed].
// The password policy does not apply.
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
// "custom:team". An empty value removes it. userInfo and tokens that are issued
// later have the new value.
func (p *Pool) SetAttribute(username, name, value string) error {
	return p.core.Users.SetAttribute(username, name, value)
}

// DisableUser stops a user from signing in. It also ends the user's tokens for
// ever: refresh tokens end, and userInfo refuses the access tokens.
func (p *Pool) DisableUser(username string) error {
	return p.asAdmin("AdminDisableUser", username, func() error { return p.core.SetDisabled(username, true) })
}

// EnableUser lets a disabled user sign in again. Tokens that have ended stay
// ended.
func (p *Pool) EnableUser(username string) error {
	return p.asAdmin("AdminEnableUser", username, func() error { return p.core.SetDisabled(username, false) })
}

// SignOutUser signs a user out everywhere, as GlobalSignOut does: the refresh
// tokens end, and userInfo refuses the access tokens. As on AWS, an access
// token still verifies until it expires, and a session of the hosted pages does
// not end.
func (p *Pool) SignOutUser(username string) error {
	return p.asAdmin("AdminUserGlobalSignOut", username, func() error { return p.core.SignOutUser(username) })
}

// DeleteUser removes a user and ends the user's tokens.
func (p *Pool) DeleteUser(username string) error {
	return p.asAdmin("AdminDeleteUser", username, func() error { return p.core.DeleteUser(username) })
}

// Users returns copies of the pool's users, sorted by username. They have no
// passwords and no TOTP secrets. If a user has no own name, Username is the
// sub.
func (p *Pool) Users() []User {
	var all []User
	for _, a := range p.core.Users.All() {
		all = append(all, userOf(a.User()))
	}
	slices.SortFunc(all, func(a, b User) int { return strings.Compare(a.Username, b.Username) })
	return all
}
