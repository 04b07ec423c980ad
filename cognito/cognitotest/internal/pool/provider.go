package pool

import (
	"fmt"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// FederatedName is the username of the account that a provider's user gets.
func FederatedName(idp *federation.Provider, id string) string { return idp.Name + "_" + id }

// FederatedGroup is the group that Cognito puts all users of a provider into.
func (p *Pool) FederatedGroup(idp *federation.Provider) string { return p.ID + "_" + idp.Name }

// LinkUser lets a user of an external provider sign in as an existing user, as
// AdminLinkProviderForUser does. A PreSignUp function of [trigger.Hooks] may
// call it during the first sign-in of the provider's user. That one sign-in
// then fails with "Already found an entry for username …", as on AWS, and the
// next succeeds.
//
// It fails if there is no such user or provider. It also fails if the
// provider's user has signed in before: then the pool already has a separate
// user for it.
func (p *Pool) LinkUser(username, provider, id string) error {
	idp := p.Provider(provider)
	if idp == nil {
		return fmt.Errorf("cognitotest: link %q: the pool has no identity provider %q", username, provider)
	}
	if a, taken := p.Users.FindIdentity(idp, id); taken {
		return fmt.Errorf("cognitotest: link %q: %s signs in as %q", username, FederatedName(idp, id), a.Username)
	}
	return p.Users.Update(username, func(a *directory.Account) error {
		a.Identities = append(a.Identities, directory.Identity{Provider: idp, UserID: id, Created: p.Now()})
		return nil
	})
}

// Provider returns nil if the pool has none of that name.
func (p *Pool) Provider(name string) *federation.Provider { return p.Rules().Provider(name) }

// ProvidersOf returns the external providers that a client offers, and
// whether it offers the pool's own directory.
func (p *Pool) ProvidersOf(client *clients.Client) (local bool, external []*federation.Provider) {
	if client.Providers == nil {
		return true, p.Rules().Idps
	}
	for _, idp := range p.Rules().Idps {
		if slices.Contains(client.Providers, idp.Name) {
			external = append(external, idp)
		}
	}
	return slices.Contains(client.Providers, settings.LocalProvider), external
}

// checkProviders reports a provider of a client's that the pool lacks.
func (p *Pool) checkProviders(client *clients.Client) error {
	for _, name := range client.Providers {
		known := func(idp *federation.Provider) bool { return idp.Name == name }
		if name != settings.LocalProvider && !slices.ContainsFunc(p.Rules().Idps, known) {
			return fmt.Errorf("the pool has no identity provider %q", name)
		}
	}
	return nil
}
