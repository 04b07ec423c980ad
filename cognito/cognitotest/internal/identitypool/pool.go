// Package identitypool has the identities of an identity pool, their roles and
// their credentials.
package identitypool

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// noRole is an AuthenticatedRole or UnauthenticatedRole that is missing.
const noRole = "none"

// maxRoleRules is how many rules AWS allows.
const maxRoleRules = 25

// WithDefaults returns a copy with every default filled in.
func (ip Settings) WithDefaults(region string) Settings {
	if ip.ID == "" {
		ip.ID = region + ":" + random.UUID()
	}
	ip.AuthenticatedRole = cmp.Or(ip.AuthenticatedRole, "arn:aws:iam::123456789012:role/CognitoAuthenticated")
	ip.UnauthenticatedRole = cmp.Or(ip.UnauthenticatedRole, "arn:aws:iam::123456789012:role/CognitoGuest")
	ip.RoleMapping.AmbiguousRoleResolution = cmp.Or(ip.RoleMapping.AmbiguousRoleResolution, "AuthenticatedRole")
	ip.RoleMapping.Rules = slices.Clone(ip.RoleMapping.Rules)
	ip.ClientIDs = slices.Clone(ip.ClientIDs)
	return ip
}

func (ip *Settings) Validate(region string) error {
	if !awsjson.IdentityPoolID.MatchString(ip.ID) || !strings.HasPrefix(ip.ID, region+":") {
		return fmt.Errorf("%q is no identity pool id of %s", ip.ID, region)
	}
	m := ip.RoleMapping
	if m.Type != "" && m.Type != "Token" && m.Type != "Rules" {
		return fmt.Errorf("a role mapping of type %q: it must be Token or Rules", m.Type)
	}
	if m.AmbiguousRoleResolution != "AuthenticatedRole" && m.AmbiguousRoleResolution != "Deny" {
		return fmt.Errorf("an AmbiguousRoleResolution of %q: it must be AuthenticatedRole or Deny", m.AmbiguousRoleResolution)
	}
	if (m.Type == "Rules") != (len(m.Rules) > 0) || len(m.Rules) > maxRoleRules {
		return fmt.Errorf("%d rules: a mapping of type Rules has 1 to %d, and no other has any", len(m.Rules), maxRoleRules)
	}
	for _, rule := range m.Rules {
		if _, ok := roleMatches[rule.MatchType]; !ok || rule.Claim == "" || rule.RoleARN == "" {
			return fmt.Errorf("the rule %+v: it needs a claim, a role, and a match of Equals, NotEqual, StartsWith or Contains", rule)
		}
	}
	return nil
}

// roleMatches compare a claim with the value of a rule.
var roleMatches = map[string]func(claim, value string) bool{
	"Equals":     func(claim, value string) bool { return claim == value },
	"NotEqual":   func(claim, value string) bool { return claim != value },
	"StartsWith": strings.HasPrefix,
	"Contains":   strings.Contains,
}

// A Pool is an IdentityPool at work.
type Pool struct {
	Settings // with defaults

	mu         sync.Mutex          // guards the rest
	Identities map[string]*Visitor // by id
	Logins     map[Login]string    // id of the identity that has a login
	guests     []string            // ids of those that began as guests, the oldest first

	Credentials expiring.Map[string, Owner] // by access key id
}

// A Visitor is one visitor, as the identity pool knows them.
type Visitor struct {
	id     string
	logins map[string]string // provider → subject there
}

// A Login is somebody at a provider.
type Login struct{ Provider, Subject string }

// newIdentity adds an identity with logins. ip.mu is held.
func (ip *Pool) newIdentity(logins []Login) string {
	region, _, _ := strings.Cut(ip.ID, ":")
	v := &Visitor{id: region + ":" + random.UUID(), logins: make(map[string]string)}
	ip.Identities[v.id] = v
	ip.link(v, logins)
	if len(logins) == 0 {
		ip.addGuest(v.id)
	}
	return v.id
}

// maxGuests bounds the guests of a pool that runs for days.
const maxGuests = 10_000

// addGuest notes a guest, and forgets the oldest one if there are too many.
// Guests who have signed in since then stay.
func (ip *Pool) addGuest(id string) {
	ip.guests = append(ip.guests, id)
	if len(ip.guests) <= maxGuests {
		return
	}
	if v := ip.Identities[ip.guests[0]]; v != nil && len(v.logins) == 0 {
		delete(ip.Identities, v.id)
	}
	ip.guests = ip.guests[1:]
}

func (ip *Pool) link(v *Visitor, logins []Login) {
	for _, l := range logins {
		v.logins[l.Provider] = l.Subject
		ip.Logins[l] = v.id
	}
}

// Resolve returns the identity of a visitor with the given logins. It is a new
// identity, the identity of a login, or the guest with that id, who has now
// signed in. If id and a login belong to two identities, these are merged into
// that of the login. An empty id means that the visitor has not sent one.
func (ip *Pool) Resolve(id string, logins []Login) (string, error) {
	ip.mu.Lock()
	defer ip.mu.Unlock()
	v, err := ip.named(id, logins)
	if err != nil {
		return "", err
	}
	for _, l := range logins {
		known := ip.Identities[ip.Logins[l]]
		if known == nil || known == v {
			continue
		}
		if v != nil {
			if err := ip.merge(v, known); err != nil {
				return "", err
			}
		}
		v = known
	}
	if v == nil {
		return ip.newIdentity(logins), nil
	}
	if v.conflicts(logins) {
		return "", ErrTwoLogins
	}
	ip.link(v, logins)
	return v.id, nil
}

// named returns the identity of an id, for a request with the given logins;
// nil for the empty id.
func (ip *Pool) named(id string, logins []Login) (*Visitor, error) {
	if id == "" {
		return nil, nil
	}
	v := ip.Identities[id]
	switch {
	case v == nil:
		return nil, refusal.New(refusal.NotFoundException, "Identity '"+id+"' not found.")
	case len(v.logins) == 0:
		return v, nil
	case len(logins) == 0:
		return nil, refusal.New(refusal.NotAuthorizedException, "Access to Identity '"+id+"' is forbidden.")
	}
	for _, l := range logins {
		if v.logins[l.Provider] == l.Subject {
			return v, nil
		}
	}
	return nil, refusal.New(refusal.NotAuthorizedException, "Logins don't match. Please include at least one valid login for this identity or identity pool.")
}

// ErrTwoLogins refuses two logins at one provider for one identity.
var ErrTwoLogins = refusal.New("ResourceConflictException", "The identity has another login of this provider.")

// conflicts reports whether the identity is another user at a provider.
func (v *Visitor) conflicts(logins []Login) bool {
	return slices.ContainsFunc(logins, func(l Login) bool {
		subject, ok := v.logins[l.Provider]
		return ok && subject != l.Subject
	})
}

// merge puts an identity's logins into another, and forgets it.
func (ip *Pool) merge(v, into *Visitor) error {
	var logins []Login
	for provider, subject := range v.logins {
		logins = append(logins, Login{provider, subject})
	}
	if into.conflicts(logins) {
		return ErrTwoLogins
	}
	ip.link(into, logins)
	delete(ip.Identities, v.id)
	return nil
}

// A Settings has the fields of cognitotest.IdentityPool.
type Settings struct {
	ID                                     string
	Guests                                 bool
	ClassicFlow                            bool
	AuthenticatedRole, UnauthenticatedRole string
	RoleMapping                            RoleMapping
	ClientIDs                              []string
	ServerSideTokenCheck                   bool
	DeveloperProvider                      string
}

// A RoleMapping has the fields of cognitotest.RoleMapping.
type RoleMapping struct {
	Type                    string
	AmbiguousRoleResolution string
	Rules                   []RoleRule
}

// A RoleRule has the fields of cognitotest.RoleRule.
type RoleRule struct {
	Claim     string
	MatchType string
	Value     string
	RoleARN   string
}

// LoginsOf are the logins that an identity has.
func (ip *Pool) LoginsOf(id string) (logins []Login, known bool) {
	ip.mu.Lock()
	defer ip.mu.Unlock()
	v := ip.Identities[id]
	if v == nil {
		return nil, false
	}
	for provider, subject := range v.logins {
		logins = append(logins, Login{provider, subject})
	}
	return logins, true
}

// SubjectOf is the subject that an identity has at a provider, or "".
func (ip *Pool) SubjectOf(id, provider string) string {
	ip.mu.Lock()
	defer ip.mu.Unlock()
	if v := ip.Identities[id]; v != nil {
		return v.logins[provider]
	}
	return ""
}

func (ip *Pool) Has(identityID string) bool {
	ip.mu.Lock()
	defer ip.mu.Unlock()
	return ip.Identities[identityID] != nil
}
