package cognitotest

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
)

// Users returns the pool's users by username, as copies. Passwords and TOTP
// secrets are not among what it tells, and a user without a name of their own
// has the sub for a Username.
func (p *Pool) Users() []User {
	p.users.mu.Lock()
	defer p.users.mu.Unlock()
	var all []User
	for _, a := range p.users.bySub {
		all = append(all, a.user())
	}
	slices.SortFunc(all, func(a, b User) int { return strings.Compare(a.Username, b.Username) })
	return all
}

// Clients returns the pool's app clients with all defaults filled in and with
// the secrets they have now, in the order in which they came.
func (p *Pool) Clients() []AppClient {
	var all []AppClient
	for _, c := range p.clients.all() {
		client := c.withDefaults() // a copy
		secrets := append(p.clients.secrets(c.ID), cognito.Secret(""), cognito.Secret(""))
		client.Secret, client.SecondSecret = secrets[0], secrets[1]
		all = append(all, client)
	}
	return all
}

// Groups returns the pool's groups by name, those without a member too.
func (p *Pool) Groups() []Group {
	var groups []Group
	for _, g := range p.users.allGroups() {
		groups = append(groups, g.Group)
	}
	return groups
}

// user is what may be told of an account.
func (a *account) user() User {
	u := User{
		Username:      a.username,
		Email:         a.email(),
		EmailVerified: a.attributes["email_verified"] == "true",
		Phone:         a.attributes["phone_number"],
		PhoneVerified: a.attributes["phone_number_verified"] == "true",
		Attributes:    maps.Clone(a.attributes),
		Groups:        slices.Clone(a.groups),
		Sub:           a.sub,
		Status:        a.status(),
		Disabled:      a.disabled,
		EmailMFA:      a.factors.email,
		SMSMFA:        a.factors.sms,
		PreferredMFA:  a.factors.preferred,
	}
	for _, name := range []string{"email", "email_verified", "phone_number", "phone_number_verified"} {
		delete(u.Attributes, name) // they have fields of their own
	}
	return u
}
