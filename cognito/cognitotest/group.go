package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
)

// A Group is a group of users.
type Group struct {
	Name string

	// RoleARN is the IAM role of the group's members; empty means none.
	RoleARN string

	// Precedence decides whose role is the preferred one: the group with the
	// lowest number.
	Precedence int

	// Description is for people: up to 2,048 characters.
	Description string `json:",omitempty"`
}

// AddGroup adds a group, or changes the one of that name.
func (p *Pool) AddGroup(g Group) { p.core.Users.AddGroup(directory.Group(g)) }

// AddUserToGroup puts a user into a group, which is created if there is none
// of that name. Tokens issued from then on name it.
func (p *Pool) AddUserToGroup(username, group string) error {
	return p.core.Users.Update(username, func(a *directory.Account) error { a.Join(group); return nil })
}

// RemoveUserFromGroup takes a user out of a group. Tokens issued before keep
// naming it.
func (p *Pool) RemoveUserFromGroup(username, group string) error {
	return p.core.Users.Update(username, func(a *directory.Account) error { a.Leave(group); return nil })
}

// Groups returns the pool's groups by name, those without a member too.
func (p *Pool) Groups() []Group {
	var groups []Group
	for _, g := range p.core.Users.AllGroups() {
		groups = append(groups, Group(g.Group))
	}
	return groups
}
