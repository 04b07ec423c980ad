package cognitotest

import (
	"cmp"
	"math"
	"slices"
	"time"
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

// A groupRecord is a group in the directory.
type groupRecord struct {
	Group
	unranked          bool // it has no precedence and comes after those that do
	created, modified time.Time
}

// rank orders groups by precedence.
func (g groupRecord) rank() int {
	if g.unranked {
		return math.MaxInt
	}
	return g.Precedence
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
func roles(groups []groupRecord) (all []string, preferred string) {
	groups = slices.DeleteFunc(slices.Clone(groups), func(g groupRecord) bool { return g.RoleARN == "" })
	if len(groups) == 0 {
		return nil, ""
	}
	slices.SortStableFunc(groups, func(a, b groupRecord) int { return cmp.Compare(a.rank(), b.rank()) })
	preferred = groups[0].RoleARN
	for _, g := range groups {
		if g.rank() == groups[0].rank() && g.RoleARN != groups[0].RoleARN {
			preferred = ""
		}
		if !slices.Contains(all, g.RoleARN) {
			all = append(all, g.RoleARN)
		}
	}
	return all, preferred
}
