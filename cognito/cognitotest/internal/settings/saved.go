package settings

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
)

// Saved are the settings of a pool that the API made or changed.
type Saved struct {
	Policy    credential.Policy
	MFA       MFA
	Links     bool                   `json:",omitempty"`
	Required  []string               `json:",omitempty"`
	Fixed     []string               `json:",omitempty"`
	Verifies  []string               // nil and empty differ
	First     []string               `json:",omitempty"`
	WebAuthn  WebAuthn               `json:",omitzero"`
	Devices   *DeviceTracking        `json:",omitempty"`
	Providers []*federation.Provider `json:",omitempty"`
	Prefix    string                 `json:",omitempty"`
	Custom    string                 `json:",omitempty"`
	Updated   bool                   `json:",omitempty"`
	Profile   Profile
}

// Save returns nil for settings that the API has not touched: they come from
// the program, and count as it says.
func (s *Settings) Save() *Saved {
	if !s.ByAPI {
		return nil
	}
	return &Saved{
		Policy: s.Policy, MFA: s.Rules.MFA, Links: s.Rules.Links, Required: s.Rules.Required, Fixed: s.Rules.Fixed,
		Verifies: s.Rules.Verifies, First: s.Rules.First, WebAuthn: s.Rules.WebAuthn, Devices: s.Rules.Devices, Providers: s.Rules.Idps,
		Prefix: s.Names.Prefix, Custom: s.Names.Custom, Updated: s.Names.Updated, Profile: s.Profile,
	}
}

// Read returns the settings of a snapshot, or else those that the pool has.
func (s *Saved) Read(own *Settings) (*Settings, error) {
	if s == nil {
		return own, nil
	}
	rules, err := Rules{
		MFA: s.MFA, Links: s.Links, Required: s.Required, Fixed: s.Fixed, Verifies: s.Verifies, First: s.First,
		WebAuthn: s.WebAuthn, Devices: s.Devices, Idps: s.Providers,
	}.Checked()
	if err == nil {
		err = s.Policy.Validate()
	}
	if err != nil {
		return nil, err
	}
	names := Names{Prefix: s.Prefix, Custom: s.Custom, Updated: s.Updated}
	return &Settings{Policy: s.Policy, Rules: rules, Names: names, Profile: s.Profile, ByAPI: true}, nil
}
