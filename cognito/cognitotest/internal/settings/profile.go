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

// SignsIn reports whether typed is a name to sign in to a with. The username is
// such a name and, in a pool with aliases, so is a verified alias. The sub is
// not. For an account without its own username, the e-mail and the phone number
// are such names. A pool made by NewPool has both aliases.
func (p Profile) SignsIn(a *directory.Account, typed string) bool {
	if p.same(a.Username, typed) {
		return true
	}
	aliases := p.AliasAttributes
	if p.Created.IsZero() {
		aliases = directory.AliasAttributes
	}
	return slices.ContainsFunc(directory.AliasAttributes, func(attribute string) bool {
		alias := slices.Contains(aliases, attribute) && a.HasVerified(attribute)
		return p.same(a.Attributes[attribute], typed) && (alias || !a.HasOwnName())
	})
}

// Names reports whether an administrator may use this name for a. It is a name
// to sign in with, or the sub.
func (p Profile) Names(a *directory.Account, name string) bool {
	return a.Sub == name || p.SignsIn(a, name)
}

// same reports whether a name of an account is the one that was typed.
func (p Profile) same(name, typed string) bool {
	return name != "" && (name == typed || !p.CaseSensitive && directory.Fold(name) == directory.Fold(typed))
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
