package pool

import (
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// ConfiguredFactors are the first factors that a user can begin a sign-in
// with, of those that the pool allows.
func (p *Pool) ConfiguredFactors(a *directory.Account) []string {
	has := map[string]bool{
		settings.FirstFactorPassword: a.Password.Sum != nil,
		settings.FirstFactorEmail:    a.Email() != "",
		settings.FirstFactorSMS:      a.Phone() != "",
		settings.FirstFactorPasskey:  len(a.Passkeys) > 0,
	}
	return slices.DeleteFunc(slices.Clone(p.Rules().First), func(factor string) bool { return !has[factor] })
}

// FactorsOf returns the factors to choose from when a signs in.
func (p *Pool) FactorsOf(a *directory.Account) []string {
	on := a.Factors.On()
	all := slices.DeleteFunc(p.Rules().MFA.Offered(), func(f string) bool { return !slices.Contains(on, f) || !a.Reaches(f) })
	if slices.Contains(all, a.Factors.Preferred) {
		return []string{a.Factors.Preferred}
	}
	return all
}

// FactorsToSetUp returns the factors a may enrol in, where the pool demands
// one and a has none.
func (p *Pool) FactorsToSetUp(a *directory.Account) []string {
	if p.Rules().MFA.Mode != "ON" || len(p.FactorsOf(a)) > 0 {
		return nil
	}
	return slices.DeleteFunc(p.Rules().MFA.Offered(), func(f string) bool { return f != directory.FactorTOTP && !a.Reaches(f) })
}
