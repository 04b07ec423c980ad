package cognitotest

import (
	"cmp"
	"slices"
)

// A Group is a group of users.
type Group struct {
	Name string

	// RoleARN is the IAM role of the group's members; empty means none.
	RoleARN string

	// Precedence decides whose role is the preferred one: the group with the
	// lowest number.
	Precedence int
}

// AddGroup adds a group, or changes the one of that name.
func (p *Pool) AddGroup(g Group) { p.users.addGroup(g) }

// AddUserToGroup puts a user into a group, which is created if there is none
// of that name. Tokens issued from then on name it.
func (p *Pool) AddUserToGroup(username, group string) error {
	return p.users.update(username, func(a *account) error { a.join(group); return nil })
}

// RemoveUserFromGroup takes a user out of a group. Tokens issued before keep
// naming it.
func (p *Pool) RemoveUserFromGroup(username, group string) error {
	return p.users.update(username, func(a *account) error {
		a.groups = slices.DeleteFunc(a.groups, func(g string) bool { return g == group })
		return nil
	})
}

// roles returns the role ARNs of groups, by precedence, and the preferred
// one: that of the lowest number, unless two groups with different roles
// share it.
func roles(groups []Group) (all []string, preferred string) {
	groups = slices.DeleteFunc(slices.Clone(groups), func(g Group) bool { return g.RoleARN == "" })
	if len(groups) == 0 {
		return nil, ""
	}
	slices.SortStableFunc(groups, func(a, b Group) int { return cmp.Compare(a.Precedence, b.Precedence) })
	preferred = groups[0].RoleARN
	for _, g := range groups {
		if g.Precedence == groups[0].Precedence && g.RoleARN != groups[0].RoleARN {
			preferred = ""
		}
		if !slices.Contains(all, g.RoleARN) {
			all = append(all, g.RoleARN)
		}
	}
	return all, preferred
}
