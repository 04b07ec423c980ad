package directory

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// User is what may be told of an account.
func (a *Account) User() User {
	u := User{
		Username:      a.Username,
		Email:         a.Email(),
		EmailVerified: a.Attributes["email_verified"] == "true",
		Phone:         a.Attributes["phone_number"],
		PhoneVerified: a.Attributes["phone_number_verified"] == "true",
		Attributes:    maps.Clone(a.Attributes),
		Groups:        slices.Clone(a.Groups),
		Sub:           a.Sub,
		Status:        a.Status(),
		Disabled:      a.Disabled,
		EmailMFA:      a.Factors.Email,
		SMSMFA:        a.Factors.SMS,
		PreferredMFA:  a.Factors.Preferred,
	}
	for _, name := range []string{"email", "email_verified", "phone_number", "phone_number_verified"} {
		delete(u.Attributes, name) // they have fields of their own
	}
	return u
}

// ExpectCode keeps the code that is to verify an attribute.
func (a *Account) ExpectCode(attribute string, code credential.Code) {
	if a.Verify == nil {
		a.Verify = make(map[string]credential.Code)
	}
	a.Verify[attribute] = code
}

func (u User) Account() (*Account, error) {
	if u.Email == "" && strings.Contains(u.Username, "@") {
		u.Email = u.Username
	}
	if u.Phone == "" && IsPhone(u.Username) {
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
	a := &Account{Sub: u.Sub, Username: u.Username, Disabled: u.Disabled, Attributes: u.allAttributes()}
	if err := a.SetStatus(u.Status); err != nil {
		return nil, err
	}
	if err := u.setFactors(a); err != nil {
		return nil, err
	}
	for _, g := range u.Groups {
		a.Join(g)
	}
	if u.Password != "" {
		a.Password = credential.HashPassword(u.Password)
	}
	return a, nil
}

// allAttributes are those of a new account. A contact that is not verified has
// no attribute that says so, as after AdminCreateUser on AWS. The attribute is
// there only once something has set it.
func (u User) allAttributes() map[string]string {
	all := make(map[string]string)
	for _, contact := range []struct {
		attribute, value string
		verified         bool
	}{{"email", u.Email, u.EmailVerified}, {"phone_number", u.Phone, u.PhoneVerified}} {
		if contact.value == "" {
			continue
		}
		all[contact.attribute] = contact.value
		if contact.verified {
			all[contact.attribute+"_verified"] = "true"
		}
	}
	maps.Copy(all, u.Attributes)
	return all
}

func NoUser(username string) error {
	return fmt.Errorf("cognitotest: no user %q", username)
}

// An Account is a user in the directory.
type Account struct {
	Sub        string
	Username   string
	Password   credential.Hash
	Confirmed  bool
	Pending    Status // what a confirmed user must do before a sign-in; "" means nothing
	Disabled   bool
	Created    time.Time
	Modified   time.Time // when anything of it was changed last
	GivenOut   time.Time // when the temporary password was; zero means never
	Factors    Factors   // of MFA
	Passkeys   passkeys.Keys
	Devices    []Device
	Identities []Identity // at external providers
	Attributes map[string]string
	dormant    []string // aliases that are not names to sign in with, by attribute
	Groups     []string
	SignUp     credential.Code            // confirms the account
	Reset      credential.Code            // sets a new password
	Verify     map[string]credential.Code // verify attributes, by their names
	Previous   []credential.Hash          // the newest first, as many as the policy wants
}

func (a *Account) Email() string { return a.Attributes["email"] }

func (a *Account) Phone() string { return a.Attributes["phone_number"] }

func (a *Account) Join(group string) {
	if !slices.Contains(a.Groups, group) {
		a.Groups = append(a.Groups, group)
	}
}

// Clone returns a copy that shares nothing that changes.
func (a *Account) Clone() Account {
	c := *a
	c.Attributes = maps.Clone(a.Attributes)
	c.Groups = slices.Clone(a.Groups)
	c.dormant = slices.Clone(a.dormant)
	c.Verify = maps.Clone(a.Verify)
	c.Previous = slices.Clone(a.Previous)
	c.Passkeys = slices.Clone(a.Passkeys)
	c.Devices = slices.Clone(a.Devices)
	c.Identities = slices.Clone(a.Identities)
	return c
}

// Status is the user's state as Cognito names it.
func (a *Account) Status() Status {
	switch {
	case !a.Confirmed:
		return StatusUnconfirmed
	case a.Pending != "":
		return a.Pending
	}
	return StatusConfirmed
}

// SetStatus brings the account into a state; "" means confirmed.
func (a *Account) SetStatus(s Status) error {
	switch s {
	case StatusUnconfirmed:
		a.Confirmed, a.Pending = false, ""
	case "", StatusConfirmed:
		a.Confirmed, a.Pending = true, ""
	case StatusForceChangePassword, StatusResetRequired, StatusExternalProvider:
		a.Confirmed, a.Pending = true, s
	default:
		return fmt.Errorf("status %q: no state of a user", s)
	}
	return nil
}

// A User has the fields of cognitotest.User.
type User struct {
	Username      string
	Password      string
	Email         string
	EmailVerified bool
	Phone         string
	PhoneVerified bool
	Attributes    map[string]string
	Groups        []string
	Sub           string
	Status        Status
	Disabled      bool
	TOTPSecret    string
	EmailMFA      bool
	SMSMFA        bool
	PreferredMFA  string
}

// A UserStatus is a state of a user, as Cognito names it.
type Status string

// The states of a user.
const (
	StatusUnconfirmed         Status = "UNCONFIRMED"           // has to enter the code of the sign-up
	StatusConfirmed           Status = "CONFIRMED"             // can sign in
	StatusForceChangePassword Status = "FORCE_CHANGE_PASSWORD" // the password is a temporary one
	StatusResetRequired       Status = "RESET_REQUIRED"        // has to set a new password with a code
	StatusExternalProvider    Status = "EXTERNAL_PROVIDER"     // signs in through an identity provider
)
