package pool

import (
	"crypto/sha256"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
)

// SignUpContact is where the code of a sign-up goes. It goes to the e-mail, or
// to the phone number of a user without one, unless the pool was told which
// attributes to verify. Then the phone number comes first, as on AWS.
func (p *Pool) SignUpContact(a *directory.Account) (to directory.Contact, ok bool) {
	order := p.Rules().Verifies
	if order == nil {
		order = []string{"email", "phone_number"}
	}
	for _, attribute := range order {
		if a.Attributes[attribute] != "" {
			return a.Contact(attribute), true
		}
	}
	return directory.Contact{}, false
}

// SimulatedContact replaces the contact of a user who does not exist. It is the
// same for a name each time.
func (p *Pool) SimulatedContact(name string) directory.Contact {
	sum := sha256.Sum256([]byte(p.ID + "\x00" + directory.Fold(name)))
	letter := func(b byte) string { return string(rune('a' + b%26)) }
	return directory.Contact{Attribute: "email", Value: letter(sum[0]) + "@" + letter(sum[1])}
}
