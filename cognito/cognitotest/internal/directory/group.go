package directory

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A GroupRecord is a group in the directory.
type GroupRecord struct {
	Group
	Unranked          bool // it has no precedence and comes after those that do
	Created, Modified time.Time
}

// Rank orders groups by precedence.
func (g GroupRecord) Rank() int {
	if g.Unranked {
		return math.MaxInt
	}
	return g.Precedence
}

// Roles returns the role ARNs of groups, by precedence, and the preferred role.
// That is the role of the lowest number, unless two groups with different roles
// share that number.
func Roles(groups []GroupRecord) (all []string, preferred string) {
	groups = slices.DeleteFunc(slices.Clone(groups), func(g GroupRecord) bool { return g.RoleARN == "" })
	if len(groups) == 0 {
		return nil, ""
	}
	slices.SortStableFunc(groups, func(a, b GroupRecord) int { return cmp.Compare(a.Rank(), b.Rank()) })
	preferred = groups[0].RoleARN
	for _, g := range groups {
		if g.Rank() == groups[0].Rank() && g.RoleARN != groups[0].RoleARN {
			preferred = ""
		}
		if !slices.Contains(all, g.RoleARN) {
			all = append(all, g.RoleARN)
		}
	}
	return all, preferred
}

// A Group has the fields of cognitotest.Group.
type Group struct {
	Name        string
	RoleARN     string
	Precedence  int
	Description string `json:",omitempty"`
}

// CreateGroup adds a group that has no precedence until edit gives it one.
func (d *Directory) CreateGroup(name string, edit func(*GroupRecord)) (GroupRecord, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, taken := d.Groups[name]; taken {
		return GroupRecord{}, errGroupExists
	}
	g := GroupRecord{Group: Group{Name: name}, Unranked: true}
	edit(&g)
	return d.putGroup(g), nil
}

// ChangeGroup changes a group that exists.
func (d *Directory) ChangeGroup(name string, edit func(*GroupRecord)) (GroupRecord, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g, known := d.Groups[name]
	if !known {
		return GroupRecord{}, errUnknownGroup
	}
	edit(&g)
	return d.putGroup(g), nil
}

func (d *Directory) Group(name string) (GroupRecord, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g, known := d.Groups[name]
	if !known {
		return g, errUnknownGroup
	}
	return g, nil
}

func (d *Directory) RemoveGroup(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.Groups[name]; !known {
		return errUnknownGroup
	}
	delete(d.Groups, name)
	for _, a := range d.bySub {
		a.Leave(name)
	}
	return nil
}

func (a *Account) Leave(group string) {
	a.Groups = slices.DeleteFunc(slices.Clone(a.Groups), func(g string) bool { return g == group })
}

var (
	errGroupExists  = refusal.New("GroupExistsException", "A group with the name already exists.")
	errUnknownGroup = refusal.New(refusal.NotFoundException, "Group not found.")
)
