package settings

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// A Profile is what only the API says of a pool. That of a pool made by
// [NewPool] is empty until the API changes the pool.
type Profile struct {
	Name               string                     `json:",omitempty"`
	Created            time.Time                  `json:",omitzero"`
	Modified           time.Time                  `json:",omitzero"`
	Schema             []Attribute                `json:",omitempty"` // nil: every attribute is allowed
	UsernameAttributes []string                   `json:",omitempty"`
	AliasAttributes    []string                   `json:",omitempty"`
	CaseSensitive      bool                       `json:",omitempty"` // of the names to sign in with
	AdminOnly          bool                       `json:",omitempty"` // nobody signs up
	ManagedLogin       bool                       `json:",omitempty"` // the domain's pages need a style
	TemporaryDays      int                        `json:",omitempty"` // how long a temporary password is good; 0 means 7
	Texts              MessageTexts               `json:",omitempty"`
	Providers          map[string]ProviderProfile `json:",omitempty"` // by name
	Kept               map[string]awsjson.Kept    `json:",omitempty"` // parameters that mean nothing here
	Beside             map[string]awsjson.Kept    `json:",omitempty"` // what operations of their own keep, by name and app client
}

// SignsIn reports whether a is signed in by a name that was typed. In a pool
// made by the API that is the username and, in a pool with aliases, an alias
// that is verified. The sub does not count as a name. An account without a
// username of its own goes by its e-mail or phone number. In a pool made by
// [NewPool] every name of the account counts but the sub.
func (p Profile) SignsIn(a *directory.Account, typed string) bool {
	same := func(name string) bool {
		return name != "" && (name == typed || !p.CaseSensitive && directory.Fold(name) == directory.Fold(typed))
	}
	switch {
	case same(a.Username):
		return true
	case p.Created.IsZero():
		return !same(a.Sub)
	}
	return slices.ContainsFunc(directory.AliasAttributes, func(attribute string) bool {
		alias := slices.Contains(p.AliasAttributes, attribute) && a.HasVerified(attribute)
		return same(a.Attributes[attribute]) && (alias || !a.HasOwnName())
	})
}

// MessageTexts are words of messages in place of Cognito's, by purpose.
type MessageTexts map[outbox.Purpose]MessageText

// A MessageText is the words of a message; what is empty stays as it is.
type MessageText struct{ Subject, Email, SMS string }

func (t *MessageText) Override(by MessageText) {
	t.Subject, t.Email, t.SMS = cmp.Or(by.Subject, t.Subject), cmp.Or(by.Email, t.Email), cmp.Or(by.SMS, t.SMS)
}

// Set leaves out what has no words.
func (t MessageTexts) Set(purpose outbox.Purpose, text MessageText) {
	if text != (MessageText{}) {
		t[purpose] = text
	}
}

// CloneMap is maps.Clone, but never nil.
func CloneMap[M ~map[K]V, K comparable, V any](m M) M {
	all := make(M)
	maps.Copy(all, m)
	return all
}
