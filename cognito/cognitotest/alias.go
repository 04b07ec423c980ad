package cognitotest

import (
	"regexp"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// aliasAttributes are the attributes that people sign in with beside their
// username.
var aliasAttributes = []string{"email", "phone_number"}

// A signInName is one of the names that an account is found by.
type signInName struct {
	value     string
	attribute string // that it is; "" for the username and the sub
}

// taken is the refusal of a name that somebody else has.
func (n signInName) taken() error {
	switch n.attribute {
	case "email":
		return refusal.EmailExists
	case "phone_number":
		return refusal.PhoneExists
	}
	return refusal.UserExists
}

// names are the names that a is found by.
func (a *account) names() []signInName {
	names := []signInName{{value: a.username}, {value: a.sub}}
	for _, attribute := range aliasAttributes {
		if value := a.attributes[attribute]; value != "" && !slices.Contains(a.dormant, attribute) {
			names = append(names, signInName{value, attribute})
		}
	}
	return names
}

// hasAlias reports whether n is an alias of a's, rather than its username.
func (a *account) hasAlias(n signInName) bool {
	return n.attribute != "" && fold(a.username) != fold(n.value) && !slices.Contains(a.dormant, n.attribute) && fold(a.attributes[n.attribute]) == fold(n.value)
}

// set gives an attribute a value; "" takes it away. A new e-mail or phone
// number is a name to sign in with, and ends the code that was to verify the
// one before.
func (a *account) set(attribute, value string) {
	if slices.Contains(aliasAttributes, attribute) && a.attributes[attribute] != value {
		delete(a.verify, attribute)
		if a.status() != StatusExternalProvider {
			a.wake(attribute)
		}
	}
	if value == "" {
		delete(a.attributes, attribute)
		return
	}
	a.attributes[attribute] = value
}

// sleep makes no alias a name to sign in with.
func (a *account) sleep() { a.dormant = slices.Clone(aliasAttributes) }

// wake makes an alias a name to sign in with.
func (a *account) wake(attribute string) {
	a.dormant = slices.DeleteFunc(a.dormant, func(other string) bool { return other == attribute })
}

// verified marks an e-mail or phone number as the user's own, which makes it
// a name to sign in with.
func (a *account) verified(attribute string) {
	a.attributes[attribute+"_verified"] = "true"
	a.wake(attribute)
}

// hasVerified reports whether an e-mail or phone number is verified.
func (a *account) hasVerified(attribute string) bool {
	return a.attributes[attribute] != "" && a.attributes[attribute+"_verified"] == "true"
}

// hasOwnName reports whether a has a username that is not the sub.
func (a *account) hasOwnName() bool { return a.username != a.sub }

var phoneFormat = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)

// isPhone reports whether s is a phone number as Cognito wants them (E.164).
func isPhone(s string) bool { return phoneFormat.MatchString(s) }
