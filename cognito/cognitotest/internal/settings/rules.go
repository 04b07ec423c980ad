package settings

import (
	"fmt"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
)

// Rules are the options that sign-ins follow, on the pages and through
// the API.
type Rules struct {
	MFA      MFA
	Links    bool     // sign-up mails carry a link
	Required []string // attributes that users must have
	Keeps    []string // attributes that change when the new value was verified
	Fixed    []string // attributes that do not change once they are set
	Verifies []string // attributes that a sign-up verifies, the phone number first; nil means email, else phone_number
	Idps     []*federation.Provider
	First    []string // first factors of USER_AUTH; nil means the password
	WebAuthn WebAuthn
	Devices  *DeviceTracking // nil means that devices are not tracked
}

// Checked returns s with the defaults filled in.
func (s Rules) Checked() (Rules, error) {
	if err := s.MFA.Validate(); err != nil {
		return s, fmt.Errorf("WithMFA: %w", err)
	}
	if err := passkeys.CheckConfiguration(s.WebAuthn.UserVerification, s.WebAuthn.FactorConfiguration); err != nil {
		return s, fmt.Errorf("WithWebAuthn: %w", err)
	}
	if err := validateFirstFactors(s.First); err != nil {
		return s, fmt.Errorf("WithFirstAuthFactors: %w", err)
	}
	if s.First == nil {
		s.First = []string{FirstFactorPassword}
	}
	s.First = slices.Clone(s.First)
	for _, name := range s.Required {
		if !directory.IsAttributeName(name) {
			return s, fmt.Errorf("WithRequiredAttributes: %q is no attribute that a user can enter", name)
		}
	}
	for _, name := range s.Fixed {
		if !directory.IsAttributeName(name) {
			return s, fmt.Errorf("WithImmutableAttributes: %q is no attribute that a user can enter", name)
		}
	}
	for _, name := range s.Keeps {
		if !slices.Contains(directory.AliasAttributes, name) {
			return s, fmt.Errorf("WithKeptUntilVerified: %q: it must be email or phone_number", name)
		}
	}
	for _, name := range s.Verifies {
		if !slices.Contains(directory.AliasAttributes, name) {
			return s, fmt.Errorf("WithAutoVerified: %q: it must be email or phone_number", name)
		}
	}
	if s.Verifies != nil {
		s.Verifies = slices.Clone(s.Verifies)
		slices.Sort(s.Verifies)
		slices.Reverse(s.Verifies) // the phone number comes first
	}
	idps := make([]*federation.Provider, 0, len(s.Idps))
	for _, given := range s.Idps {
		idp := ProviderWithDefaults(*given)
		if err := ValidateProvider(idp); err != nil {
			return s, fmt.Errorf("WithProvider: %q: %w", idp.Name, err)
		}
		if slices.ContainsFunc(idps, func(other *federation.Provider) bool { return other.Name == idp.Name }) {
			return s, fmt.Errorf("WithProvider: there are two named %q", idp.Name)
		}
		idps = append(idps, idp)
	}
	s.Idps = idps
	return s, nil
}
