package cognitotest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// A User is a user to add to the pool.
type User struct {
	// Username is the user's own name, such as "jane". Empty, an e-mail
	// address or a phone number means that the user has none, as in a pool
	// where people sign in with these: then the username is the sub.
	Username string

	// Password is what the user signs in with, beside the username or the
	// e-mail. It is not held to the password policy. Empty means that the
	// user cannot sign in on the pages.
	Password string

	// Email is the user's address, unique in the pool. Empty means none,
	// unless Username is one.
	Email         string
	EmailVerified bool

	// Phone is the user's phone number, such as "+15550100", unique in the
	// pool, since it signs in as the e-mail does. Empty means none, unless
	// Username is one.
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
func (p *Pool) AddUser(u User) (sub string, err error) {
	a, err := u.account()
	if err != nil {
		return "", fmt.Errorf("cognitotest: add user: %w", err)
	}
	a.givenOut = p.Now()
	if err := p.users.add(a); err != nil {
		return "", fmt.Errorf("cognitotest: add user %q: %w", a.username, err)
	}
	return a.sub, nil
}

func (u User) account() (*account, error) {
	if u.Email == "" && strings.Contains(u.Username, "@") {
		u.Email = u.Username
	}
	if u.Phone == "" && isPhone(u.Username) {
		u.Phone = u.Username
	}
	if u.Sub == "" {
		u.Sub = random.UUID()
	}
	if u.Username == "" && u.Email == "" && u.Phone == "" {
		return nil, errors.New("no username, no e-mail and no phone number")
	}
	if u.Username == "" || strings.EqualFold(u.Username, u.Email) || u.Username == u.Phone {
		u.Username = u.Sub
	}
	if len(u.Username) > 128 || strings.ContainsFunc(u.Username, unicode.IsSpace) {
		return nil, fmt.Errorf("username %q: at most 128 bytes and no spaces", u.Username)
	}
	a := &account{sub: u.Sub, username: u.Username, disabled: u.Disabled, attributes: u.allAttributes()}
	if err := a.setStatus(u.Status); err != nil {
		return nil, err
	}
	if err := u.setFactors(a); err != nil {
		return nil, err
	}
	for _, g := range u.Groups {
		a.join(g)
	}
	if u.Password != "" {
		a.password = credential.HashPassword(u.Password)
	}
	return a, nil
}

func (u User) allAttributes() map[string]string {
	all := make(map[string]string)
	if u.Email != "" {
		all["email"] = u.Email
		all["email_verified"] = strconv.FormatBool(u.EmailVerified)
	}
	if u.Phone != "" {
		all["phone_number"] = u.Phone
		all["phone_number_verified"] = strconv.FormatBool(u.PhoneVerified)
	}
	maps.Copy(all, u.Attributes)
	return all
}

// SignOutUser signs a user out everywhere, as GlobalSignOut does: the refresh
// tokens end, and userInfo refuses the access tokens. Verification of a
// token's signature cannot notice, and the page session of a browser
// survives, as on AWS.
func (p *Pool) SignOutUser(username string) error {
	a, ok := p.users.find(username)
	if !ok {
		return unknownUser(username)
	}
	p.grants.revokeUser(a.sub)
	return nil
}

func unknownUser(username string) error {
	return fmt.Errorf("cognitotest: no user %q", username)
}

// mustUser is find for callers that mint tokens.
func (p *Pool) mustUser(username string) account {
	a, ok := p.users.find(username)
	if !ok {
		panic(unknownUser(username).Error() + ": add it with AddUser")
	}
	return a
}

// An account is a user in the directory.
type account struct {
	sub        string
	username   string
	password   credential.Hash
	confirmed  bool
	pending    UserStatus // what stands before a sign-in of a confirmed user; "" means nothing
	disabled   bool
	created    time.Time
	modified   time.Time // when anything of it was changed last
	givenOut   time.Time // when the temporary password was; zero means never
	factors    factors   // of MFA
	passkeys   passkeys.Keys
	devices    []device
	identities []identity // at external providers
	attributes map[string]string
	dormant    []string // aliases that are no names to sign in with, by attribute
	groups     []string
	signUp     credential.Code            // confirms the account
	reset      credential.Code            // sets a new password
	verify     map[string]credential.Code // verify attributes, by their names
	previous   []credential.Hash          // the newest first, as many as the policy wants
}

func (a *account) email() string { return a.attributes["email"] }

func (a *account) phone() string { return a.attributes["phone_number"] }

func (a *account) join(group string) {
	if !slices.Contains(a.groups, group) {
		a.groups = append(a.groups, group)
	}
}

// clone returns a copy that shares nothing that changes.
func (a *account) clone() account {
	c := *a
	c.attributes = maps.Clone(a.attributes)
	c.groups = slices.Clone(a.groups)
	c.dormant = slices.Clone(a.dormant)
	c.verify = maps.Clone(a.verify)
	c.previous = slices.Clone(a.previous)
	c.passkeys = slices.Clone(a.passkeys)
	c.devices = slices.Clone(a.devices)
	c.identities = slices.Clone(a.identities)
	return c
}

// status is the user's state as Cognito names it.
func (a *account) status() UserStatus {
	switch {
	case !a.confirmed:
		return StatusUnconfirmed
	case a.pending != "":
		return a.pending
	}
	return StatusConfirmed
}

// setStatus brings the account into a state; "" means confirmed.
func (a *account) setStatus(s UserStatus) error {
	switch s {
	case StatusUnconfirmed:
		a.confirmed, a.pending = false, ""
	case "", StatusConfirmed:
		a.confirmed, a.pending = true, ""
	case StatusForceChangePassword, StatusResetRequired, StatusExternalProvider:
		a.confirmed, a.pending = true, s
	default:
		return fmt.Errorf("status %q: no state of a user", s)
	}
	return nil
}

// UserStatus returns the state of a user, and whether the user is disabled.
func (p *Pool) UserStatus(username string) (status UserStatus, disabled bool, err error) {
	a, ok := p.users.find(username)
	if !ok {
		return "", false, unknownUser(username)
	}
	return a.status(), a.disabled, nil
}

// SetUserStatus brings a user into another state.
func (p *Pool) SetUserStatus(username string, s UserStatus) error {
	return p.users.update(username, func(a *account) error {
		a.givenOut = p.Now()
		return a.setStatus(s)
	})
}

// SetPassword gives a user a new password, which is not held to the password
// policy, and a state of [StatusConfirmed].
func (p *Pool) SetPassword(username, password string) error {
	hash := credential.HashPassword(password)
	return p.users.update(username, func(a *account) error {
		a.password = hash
		return a.setStatus(StatusConfirmed)
	})
}

// SetAttribute sets an attribute of a user by its Cognito name, such as
// "custom:team"; an empty value takes it away. Tokens issued from then on and
// userInfo show it.
func (p *Pool) SetAttribute(username, name, value string) error {
	return p.users.setAttribute(username, name, value)
}

// DisableUser keeps a user from signing in, and ends the user's tokens for
// good: refresh tokens end, and userInfo refuses the access tokens.
func (p *Pool) DisableUser(username string) error {
	return p.setDisabled(username, true)
}

// EnableUser lets a disabled user sign in again. Tokens that were ended stay
// so.
func (p *Pool) EnableUser(username string) error {
	return p.setDisabled(username, false)
}

func (p *Pool) setDisabled(username string, disabled bool) error {
	err := p.users.update(username, func(a *account) error { a.disabled = disabled; return nil })
	if err != nil || !disabled {
		return err
	}
	return p.SignOutUser(username)
}

// DeleteUser removes a user and ends the user's tokens.
func (p *Pool) DeleteUser(username string) error {
	if err := p.SignOutUser(username); err != nil {
		return err
	}
	return p.users.remove(username)
}
