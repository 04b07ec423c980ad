package pool

import (
	"cmp"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// adminOnly is the mechanism of pools whose users cannot reset a password.
const adminOnly = "admin_only"

// errAdminOnly is the refusal of a pool whose users cannot reset a password.
var errAdminOnly = refusal.New(refusal.NotAuthorizedException, "Contact administrator to reset password.")

// RecoveryContact is where a code for a new password goes: the first verified
// contact in the order of AccountRecoverySetting. A contact that is a second
// factor of the user does not count there. Without the setting, a pool that
// CreateUserPool made prefers the phone number, and one made in Go the e-mail.
func (p *Pool) RecoveryContact(a *directory.Account) (directory.Contact, error) {
	mechanisms := p.recoveryMechanisms()
	if slices.Equal(mechanisms, []string{adminOnly}) {
		return directory.Contact{}, errAdminOnly
	}
	factors := map[string]string{"email": directory.FactorEmail, "phone_number": directory.FactorSMS}
	for _, attribute := range contactsOf(mechanisms) {
		if a.HasVerified(attribute) && !slices.Contains(a.Factors.On(), factors[attribute]) {
			return a.Contact(attribute), nil
		}
	}
	if mechanisms == nil {
		order := directory.AliasAttributes
		if !p.Profile().Created.IsZero() {
			order = []string{"phone_number", "email"}
		}
		for _, attribute := range order {
			if a.HasVerified(attribute) {
				return a.Contact(attribute), nil
			}
		}
	}
	return directory.Contact{}, refusal.NoContact
}

// ResetContact is RecoveryContact for an administrator, who may reset a password
// also where users may not.
func (p *Pool) ResetContact(a *directory.Account) (directory.Contact, error) {
	to, err := p.RecoveryContact(a)
	if err == errAdminOnly {
		if verified, ok := a.VerifiedContact(); ok {
			return verified, nil
		}
		return to, refusal.NoContact
	}
	return to, err
}

// A recoveryMechanism is one of AccountRecoverySetting.
type recoveryMechanism struct {
	Priority int
	Name     string
}

// recoveryMechanisms are those of AccountRecoverySetting in their order, or nil.
func (p *Pool) recoveryMechanisms() (names []string) {
	var setting struct{ RecoveryMechanisms []recoveryMechanism }
	awsjson.DecodeKept(p.Profile().Kept["AccountRecoverySetting"], &setting)
	all := setting.RecoveryMechanisms
	slices.SortStableFunc(all, func(a, b recoveryMechanism) int { return cmp.Compare(a.Priority, b.Priority) })
	for _, m := range all {
		names = append(names, m.Name)
	}
	return names
}

// contactsOf are the attributes that mechanisms send a code to.
func contactsOf(mechanisms []string) (attributes []string) {
	for _, name := range mechanisms {
		switch name {
		case "verified_email":
			attributes = append(attributes, "email")
		case "verified_phone_number":
			attributes = append(attributes, "phone_number")
		}
	}
	return attributes
}
