package directory

import (
	"strings"
	"unicode/utf8"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// FactorContact is where the codes of a factor go.
func (a *Account) FactorContact(factor string) Contact {
	if factor == FactorSMS {
		return a.Contact("phone_number")
	}
	return a.Contact("email")
}

// A Contact is where a code goes: the value of one of a user's attributes.
type Contact struct{ Attribute, Value string }

func (k Contact) Medium() outbox.Medium {
	if k.Attribute == "phone_number" {
		return outbox.SMS
	}
	return outbox.Email
}

// Masked is the contact as an answer may show it.
func (k Contact) Masked() string {
	if k.Medium() == outbox.SMS {
		return MaskPhone(k.Value)
	}
	return Mask(k.Value)
}

// A CodeDelivery is CodeDeliveryDetails in the API.
type CodeDelivery struct{ AttributeName, DeliveryMedium, Destination string }

func (k Contact) Delivery() *CodeDelivery {
	return &CodeDelivery{AttributeName: k.Attribute, DeliveryMedium: string(string(k.Medium())), Destination: k.Masked()}
}

// Contact is one of a user's attributes to send a code to.
func (a *Account) Contact(attribute string) Contact {
	return Contact{attribute, a.Attributes[attribute]}
}

// VerifiedContact is where a code for a new password goes.
func (a *Account) VerifiedContact() (to Contact, ok bool) {
	for _, attribute := range AliasAttributes {
		if a.HasVerified(attribute) {
			return a.Contact(attribute), true
		}
	}
	return Contact{}, false
}

// Mask hides an e-mail address as Cognito does: j***@e***.
func Mask(email string) string {
	local, domain, ok := strings.Cut(email, "@")
	if !ok {
		return ""
	}
	first := func(s string) string {
		r, _ := utf8.DecodeRuneInString(s)
		return string(r)
	}
	return first(local) + "***@" + first(domain) + "***"
}

// MaskPhone hides a phone number but its last four digits: +*******0100.
func MaskPhone(number string) string {
	digits, ok := strings.CutPrefix(number, "+")
	if !ok || len(digits) <= 4 {
		return ""
	}
	return "+" + strings.Repeat("*", len(digits)-4) + digits[len(digits)-4:]
}
