package cognitotest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// A poolProfile is what only the API says of a pool. That of a pool made by
// [NewPool] is empty until the API changes the pool.
type poolProfile struct {
	Name               string                     `json:",omitempty"`
	Created            time.Time                  `json:",omitzero"`
	Modified           time.Time                  `json:",omitzero"`
	Schema             []schemaAttribute          `json:",omitempty"` // nil: every attribute is allowed
	UsernameAttributes []string                   `json:",omitempty"`
	AliasAttributes    []string                   `json:",omitempty"`
	CaseSensitive      bool                       `json:",omitempty"` // of the names to sign in with
	AdminOnly          bool                       `json:",omitempty"` // nobody signs up
	ManagedLogin       bool                       `json:",omitempty"` // the domain's pages need a style
	TemporaryDays      int                        `json:",omitempty"` // how long a temporary password is good; 0 means 7
	Texts              messageTexts               `json:",omitempty"`
	Providers          map[string]providerProfile `json:",omitempty"` // by name
	Kept               map[string]awsjson.Kept    `json:",omitempty"` // parameters that mean nothing here
}

// profile is what only the API says of the pool.
func (p *Pool) profile() poolProfile { return p.settings.now.Load().profile }

// signsIn reports whether a is signed in by a name that was typed. In a pool
// made by the API that is the username and, in a pool with aliases, an alias
// that is verified; the sub is no name. An account without a username of its
// own goes by its e-mail or phone number. In a pool made by [NewPool] every name
// of the account counts.
func (p poolProfile) signsIn(a *account, typed string) bool {
	same := func(name string) bool {
		return name != "" && (name == typed || !p.CaseSensitive && fold(name) == fold(typed))
	}
	if p.Created.IsZero() || same(a.username) {
		return true
	}
	return slices.ContainsFunc(aliasAttributes, func(attribute string) bool {
		alias := slices.Contains(p.AliasAttributes, attribute) && a.hasVerified(attribute)
		return same(a.attributes[attribute]) && (alias || !a.hasOwnName())
	})
}

// findTyped returns the user who signs in by a name.
func (p *Pool) findTyped(name string) (account, bool) {
	a, known := p.users.find(name)
	if !known || !p.profile().signsIn(&a, name) {
		return account{}, false
	}
	return a, true
}

// temporaryLife is how long a temporary password is good.
func (p *Pool) temporaryLife() time.Duration {
	if days := p.profile().TemporaryDays; days > 0 {
		return time.Duration(days) * 24 * time.Hour
	}
	return credential.TemporaryPasswordLife
}

// messageTexts are words of messages in place of Cognito's, by purpose.
type messageTexts map[outbox.Purpose]messageText

// A messageText is the words of a message; what is empty stays as it is.
type messageText struct{ Subject, Email, SMS string }

func (t *messageText) override(by messageText) {
	t.Subject, t.Email, t.SMS = cmp.Or(by.Subject, t.Subject), cmp.Or(by.Email, t.Email), cmp.Or(by.SMS, t.SMS)
}

// set leaves out what has no words.
func (t messageTexts) set(purpose outbox.Purpose, text messageText) {
	if text != (messageText{}) {
		t[purpose] = text
	}
}

// cloneOf is maps.Clone, but never nil.
func cloneOf[M ~map[K]V, K comparable, V any](m M) M {
	all := make(M)
	maps.Copy(all, m)
	return all
}

var (
	errNoSignUp   = refusal.New(refusal.NotAuthorizedException, "SignUp is not permitted for this user pool")
	errNameFormat = map[string]refusal.Message{
		"email":              refusal.New(refusal.InvalidParameterException, "Username should be an email."),
		"phone_number":       refusal.New(refusal.InvalidParameterException, "Username should be a phone number."),
		"email phone_number": refusal.New(refusal.InvalidParameterException, "Username should be either an email or a phone number."),
	}
	errAliasName = refusal.New(refusal.InvalidParameterException, "Username cannot be of email format, since user pool is configured for email alias.")
)

// admits refuses a sign-up where only administrators make users, and a
// username that the pool's settings forbid.
func (c *call) admits(username string) error {
	if c.profile().AdminOnly {
		return errNoSignUp
	}
	return c.admitsName(username)
}

// admitsName refuses a username that the pool's settings forbid. The pages
// ask for an e-mail in every pool.
func (c *call) admitsName(username string) error {
	p := c.profile()
	wanted := slices.Sorted(slices.Values(p.UsernameAttributes))
	switch {
	case !c.api:
	case slices.Contains(wanted, "email") && isEmail(username), slices.Contains(wanted, "phone_number") && isPhone(username):
	case len(wanted) > 0:
		return errNameFormat[strings.Join(wanted, " ")]
	case slices.Contains(p.AliasAttributes, "email") && isEmail(username):
		return errAliasName
	}
	return nil
}
