package cognitotest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A User is a user to add to the pool.
type User struct {
	// Username is the user's own name, such as "jane". Empty, or an e-mail
	// address, means that the user has none, as in a pool where people sign
	// in with their e-mail: then the username is the sub.
	Username string

	// Password is what the user signs in with, beside the username or the
	// e-mail. It is not held to the password policy. Empty means that the
	// user cannot sign in on the pages.
	Password string

	// Email is the user's address, unique in the pool. Empty means none,
	// unless Username is one.
	Email         string
	EmailVerified bool

	// Phone is the user's phone number, such as "+15550100".
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
}

// AddUser adds a confirmed user and returns the sub. It fails if the
// username, the e-mail or the sub is taken or not possible.
func (p *Pool) AddUser(u User) (sub string, err error) {
	a, err := u.account()
	if err != nil {
		return "", fmt.Errorf("cognitotest: add user: %w", err)
	}
	if err := p.users.add(a); err != nil {
		return "", fmt.Errorf("cognitotest: add user %q: %w", a.username, err)
	}
	return a.sub, nil
}

func (u User) account() (*account, error) {
	if u.Email == "" && strings.Contains(u.Username, "@") {
		u.Email = u.Username
	}
	if u.Sub == "" {
		u.Sub = newUUID()
	}
	if u.Username == "" && u.Email == "" {
		return nil, errors.New("neither a username nor an e-mail")
	}
	if u.Username == "" || strings.EqualFold(u.Username, u.Email) {
		u.Username = u.Sub
	}
	if len(u.Username) > 128 || strings.ContainsFunc(u.Username, unicode.IsSpace) {
		return nil, fmt.Errorf("username %q: at most 128 bytes and no spaces", u.Username)
	}
	a := &account{sub: u.Sub, username: u.Username, confirmed: true, attributes: u.allAttributes()}
	for _, g := range u.Groups {
		a.join(g)
	}
	if u.Password != "" {
		a.password = hashPassword(u.Password)
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
	password   passwordHash
	confirmed  bool
	attributes map[string]string
	groups     []string
	signUp     oneTimeCode // confirms the account
	reset      oneTimeCode // sets a new password
}

func (a *account) email() string { return a.attributes["email"] }

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
	return c
}
