package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
)

// A Group is a group of users.
type Group struct {
	Name string

	// RoleARN is the ARN of the IAM role of the group's members; empty means
	// none.
	RoleARN string

	// Precedence decides which role is preferred if a user is in several
	// groups: that of the group with the lowest number.
	Precedence int

	// Description is a text of up to 2,048 characters. It has no effect.
	Description string `json:",omitempty"`
}

// AddGroup adds a group, or changes the settings of the group with that name.
func (p *Pool) AddGroup(g Group) { p.core.Users.AddGroup(directory.Group(g)) }

// AddUserToGroup adds a user to a group. It creates the group if it does not
// exist. Tokens that are issued later name the group.
func (p *Pool) AddUserToGroup(username, group string) error {
	return p.core.Users.Update(username, func(a *directory.Account) error { a.Join(group); return nil })
}

// RemoveUserFromGroup removes a user from a group. Tokens that were issued
// before still name the group.
func (p *Pool) RemoveUserFromGroup(username, group string) error {
	return p.core.Users.Update(username, func(a *directory.Account) error { a.Leave(group); return nil })
}

// Groups returns the pool's groups sorted by name, also those without members.
func (p *Pool) Groups() []Group {
	var groups []Group
	for _, g := range p.core.Users.AllGroups() {
		groups = append(groups, Group(g.Group))
	}
	return groups
}
