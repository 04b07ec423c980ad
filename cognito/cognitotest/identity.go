package cognitotest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

// An identity is a user's account at an external provider.
type identity struct {
	provider *federation.Provider
	userID   string
	created  time.Time // when it was linked, or the account made
	primary  bool      // the account came from it
}

// is reports whether i is the account of that id at idp.
func (i identity) is(idp *federation.Provider, id string) bool {
	return i.provider.Name == idp.Name && i.userID == id
}

// claim is the entry in the identities claim: dateCreated and primary are
// strings, and an issuer that is not known is null.
func (i identity) claim() map[string]any {
	var issuer any
	if i.provider.Issuer != "" {
		issuer = i.provider.Issuer
	}
	return map[string]any{
		"userId":       i.userID,
		"providerName": i.provider.Name,
		"providerType": string(i.provider.Type),
		"issuer":       issuer,
		"primary":      strconv.FormatBool(i.primary),
		"dateCreated":  strconv.FormatInt(i.created.UnixMilli(), 10),
	}
}

// identitiesClaim is the identities claim of an ID token; nil if a has none.
func (a *account) identitiesClaim() []map[string]any {
	var all []map[string]any
	for _, i := range a.identities {
		all = append(all, i.claim())
	}
	return all
}

// identitiesAttribute is the same as the attribute that userInfo shows: a
// string of JSON, or "".
func (a *account) identitiesAttribute() string {
	if len(a.identities) == 0 {
		return ""
	}
	text, err := json.Marshal(a.identitiesClaim())
	if err != nil {
		panic("cognitotest: identities: " + err.Error())
	}
	return string(text)
}

// federatedName is the username of the account that a provider's user gets.
func federatedName(idp *federation.Provider, id string) string { return idp.Name + "_" + id }

// federatedGroup is the group that Cognito puts all users of a provider into.
func (p *Pool) federatedGroup(idp *federation.Provider) string { return p.id + "_" + idp.Name }

// findIdentity returns the account that a provider's user signs in to.
func (d *directory) findIdentity(idp *federation.Provider, id string) (account, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.bySub {
		for _, i := range a.identities {
			if i.is(idp, id) {
				return a.clone(), true
			}
		}
	}
	return account{}, false
}

// LinkUser lets a user of an external provider sign in as an existing user,
// as AdminLinkProviderForUser does. A [trigger.Hooks] PreSignUp function may call it
// during the provider's user's first sign-in; that one sign-in then fails
// with "Already found an entry for username …", as on AWS, and the next
// succeeds.
//
// It fails if there is no such user or provider, or if the provider's user
// has signed in before and is a user of its own.
func (p *Pool) LinkUser(username, provider, id string) error {
	idp := p.provider(provider)
	if idp == nil {
		return fmt.Errorf("cognitotest: link %q: the pool has no identity provider %q", username, provider)
	}
	if a, taken := p.users.findIdentity(idp, id); taken {
		return fmt.Errorf("cognitotest: link %q: %s signs in as %q", username, federatedName(idp, id), a.username)
	}
	return p.users.update(username, func(a *account) error {
		a.identities = append(a.identities, identity{provider: idp, userID: id, created: p.Now()})
		return nil
	})
}

// provider returns nil if the pool has none of that name.
func (p *Pool) provider(name string) *federation.Provider { return p.rules().provider(name) }

func (s poolRules) provider(name string) *federation.Provider {
	for _, idp := range s.idps {
		if idp.Name == name {
			return idp
		}
	}
	return nil
}
