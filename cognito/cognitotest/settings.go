package cognitotest

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

// Settings are the rules of a pool: set by the options of [NewPool] and changed
// by the user-pool API.
type Settings struct {
	PasswordPolicy   PasswordPolicy
	MFA              MFA
	FirstAuthFactors []string // see [WithFirstAuthFactors]

	// AutoVerified are the attributes that a sign-up verifies. Nil means the
	// e-mail address, or the phone number of a user without one.
	AutoVerified []string

	Required  []string // attributes that every user must have
	Immutable []string // see [WithImmutableAttributes]

	// Devices is nil if the pool tracks no devices.
	Devices *DeviceTracking

	// Providers are the external identity providers, by name.
	Providers []federation.Provider
}

// Settings returns the rules of the pool as they are now.
func (p *Pool) Settings() Settings {
	now := p.core.Settings.Now.Load()
	s := Settings{
		PasswordPolicy:   PasswordPolicy(now.Policy),
		MFA:              MFA(now.Rules.MFA),
		FirstAuthFactors: slices.Clone(now.Rules.First),
		AutoVerified:     slices.Clone(now.Rules.Verifies),
		Required:         slices.Clone(now.Rules.Required),
		Immutable:        slices.Clone(now.Rules.Fixed),
	}
	if now.Rules.Devices != nil {
		devices := DeviceTracking(*now.Rules.Devices)
		s.Devices = &devices
	}
	for _, provider := range now.Rules.Idps {
		s.Providers = append(s.Providers, *provider)
	}
	return s
}
