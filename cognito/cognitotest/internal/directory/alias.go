package directory

import (
	"net/mail"
	"regexp"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// AliasAttributes are the attributes that people sign in with beside their
// username.
var AliasAttributes = []string{"email", "phone_number"}

// A SignInName is one of the names that an account is found by.
type SignInName struct {
	Value     string
	Attribute string // that it is; "" for the username and the sub
}

// Taken is the refusal of a name that another user has.
func (n SignInName) Taken() error {
	switch n.Attribute {
	case "email":
		return refusal.EmailExists
	case "phone_number":
		return refusal.PhoneExists
	}
	return refusal.UserExists
}

// names are the names that a is found by.
func (a *Account) names() []SignInName {
	names := []SignInName{{Value: a.Username}, {Value: a.Sub}}
	for _, attribute := range AliasAttributes {
		if value := a.Attributes[attribute]; value != "" && !slices.Contains(a.dormant, attribute) {
			names = append(names, SignInName{value, attribute})
		}
	}
	return names
}

// hasAlias reports whether n is an alias of a's, rather than its username.
func (a *Account) hasAlias(n SignInName) bool {
	return n.Attribute != "" && Fold(a.Username) != Fold(n.Value) && !slices.Contains(a.dormant, n.Attribute) && Fold(a.Attributes[n.Attribute]) == Fold(n.Value)
}

// Set gives an attribute a value; "" takes it away. A new e-mail or phone
// number is a name to sign in with, and ends the code that was to verify the
// one before.
func (a *Account) Set(attribute, value string) {
	if slices.Contains(AliasAttributes, attribute) && a.Attributes[attribute] != value {
		delete(a.Verify, attribute)
		if a.Status() != StatusExternalProvider {
			a.Wake(attribute)
		}
	}
	if value == "" {
		delete(a.Attributes, attribute)
		return
	}
	a.Attributes[attribute] = value
}

// Sleep ends the use of all aliases as names to sign in with.
func (a *Account) Sleep() { a.dormant = slices.Clone(AliasAttributes) }

// Wake makes an alias a name to sign in with.
func (a *Account) Wake(attribute string) {
	a.dormant = slices.DeleteFunc(a.dormant, func(other string) bool { return other == attribute })
}

// Verified marks an e-mail or phone number as the user's own, which makes it
// a name to sign in with.
func (a *Account) Verified(attribute string) {
	a.Attributes[attribute+"_verified"] = "true"
	a.Wake(attribute)
}

// HasVerified reports whether an e-mail or phone number is verified.
func (a *Account) HasVerified(attribute string) bool {
	return a.Attributes[attribute] != "" && a.Attributes[attribute+"_verified"] == "true"
}

// HasOwnName reports whether a has a username that is not the sub.
func (a *Account) HasOwnName() bool { return a.Username != a.Sub }

var phoneFormat = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)

// IsPhone reports whether s is a phone number as Cognito wants them (E.164).
func IsPhone(s string) bool { return phoneFormat.MatchString(s) }

// Unverify marks a contact that changes as not verified. If the contact is
// removed (stays is false), the mark is removed too.
func (a *Account) Unverify(contact string, stays bool) {
	delete(a.Attributes, contact+"_verified")
	if stays {
		a.Attributes[contact+"_verified"] = "false"
	}
}

func IsEmail(s string) bool {
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s && len(s) <= 2048
}
