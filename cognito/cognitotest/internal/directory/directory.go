// Package directory has a pool's users and groups, with their attributes,
// aliases, devices, second factors and identities at external providers.
package directory

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A Directory holds the pool's users and groups. It hands out copies.
type Directory struct {
	mu     sync.Mutex // guards everything below
	bySub  map[string]*Account
	byName map[string]string // username, sub, e-mail or phone number, folded → sub
	Groups map[string]GroupRecord
	Now    func() time.Time // the pool's clock, for dates; set once
}

// Fold makes names comparable: Cognito's pools ignore case unless told
// otherwise.
func Fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// Add adds an account. The e-mail and the phone number of users of external
// providers are not names, so that they need not be unique.
func (d *Directory) Add(a *Account) error { return d.Create(a, false) }

// Create is Add. If steal is set, the account may take aliases from other
// users.
func (d *Directory) Create(a *Account, steal bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Init()
	if _, taken := d.bySub[a.Sub]; taken {
		return refusal.UserExists
	}
	if a.Status() == StatusExternalProvider {
		a.Sleep()
	}
	return d.commit(nil, a, steal)
}

// commit puts an account in the place of what it was, which is nil for a new
// one, and keeps the names unique. An alias that is another user's name is an
// error. But if it may be stolen and is only an alias of that user, that user
// loses it.
func (d *Directory) commit(was, a *Account, steal bool) error {
	names := a.names()
	for _, n := range names {
		owner := d.byName[Fold(n.Value)]
		if owner != "" && owner != a.Sub && !(steal && d.bySub[owner].hasAlias(n)) {
			return n.Taken()
		}
	}
	for _, n := range names {
		if other := d.bySub[d.byName[Fold(n.Value)]]; other != nil && other.Sub != a.Sub {
			d.rob(other, n)
		}
	}
	if was != nil {
		for _, n := range was.names() {
			delete(d.byName, Fold(n.Value))
		}
	}
	for _, n := range names {
		d.byName[Fold(n.Value)] = a.Sub
	}
	if a.Created.IsZero() {
		a.Created = d.Now()
		a.Modified = a.Created
	}
	d.bySub[a.Sub] = a
	d.createGroups(a)
	return nil
}

// rob takes a name from its owner, who keeps the attribute, unverified.
func (d *Directory) rob(owner *Account, n SignInName) {
	after := owner.Clone()
	after.dormant = append(after.dormant, n.Attribute)
	after.Attributes[n.Attribute+"_verified"] = "false"
	after.Modified = d.Now()
	delete(d.byName, Fold(n.Value))
	d.bySub[owner.Sub] = &after
}

func (d *Directory) Init() {
	if d.bySub == nil {
		d.bySub = make(map[string]*Account)
		d.byName = make(map[string]string)
		d.Groups = make(map[string]GroupRecord)
	}
}

// Find returns the user of a username, e-mail, phone number or sub.
func (d *Directory) Find(name string) (Account, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a := d.bySub[d.byName[Fold(name)]]
	if a == nil {
		return Account{}, false
	}
	return a.Clone(), true
}

// All returns every user.
func (d *Directory) All() []Account {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []Account
	for _, a := range d.bySub {
		all = append(all, a.Clone())
	}
	return all
}

// Update changes the user of a username, e-mail, phone number or sub. Where
// change fails, nothing has changed.
func (d *Directory) Update(name string, change func(*Account) error) error {
	return d.Change(name, false, change)
}

// Change is Update. If steal is set, the user may take aliases from other
// users.
func (d *Directory) Change(name string, steal bool, change func(*Account) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	was := d.bySub[d.byName[Fold(name)]]
	if was == nil {
		return NoUser(name)
	}
	after := was.Clone()
	if err := change(&after); err != nil {
		return err
	}
	after.Modified = d.Now()
	return d.commit(was, &after, steal)
}

// Remove forgets the user of a username, e-mail, phone number or sub.
func (d *Directory) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	sub := d.byName[Fold(name)]
	if d.bySub[sub] == nil {
		return NoUser(name)
	}
	delete(d.bySub, sub)
	maps.DeleteFunc(d.byName, func(_, owner string) bool { return owner == sub })
	return nil
}

// SetAttribute changes an attribute; e-mails and phone numbers stay unique,
// since people sign in with them.
func (d *Directory) SetAttribute(name, attribute, value string) error {
	return d.Update(name, func(a *Account) error {
		a.Set(attribute, value)
		return nil
	})
}

func (d *Directory) AddGroup(g Group) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.putGroup(GroupRecord{Group: g})
}

// putGroup adds a group, or changes the one of that name.
func (d *Directory) putGroup(g GroupRecord) GroupRecord {
	d.Init()
	g.Modified = d.Now()
	g.Created = d.Groups[g.Name].Created
	if g.Created.IsZero() {
		g.Created = g.Modified
	}
	d.Groups[g.Name] = g
	return g
}

func (d *Directory) createGroups(a *Account) {
	for _, name := range a.Groups {
		if _, ok := d.Groups[name]; !ok {
			d.putGroup(GroupRecord{Group: Group{Name: name}, Unranked: true})
		}
	}
}

func (d *Directory) GroupsOf(a *Account) []GroupRecord {
	d.mu.Lock()
	defer d.mu.Unlock()
	var groups []GroupRecord
	for _, name := range a.Groups {
		groups = append(groups, d.Groups[name])
	}
	return groups
}

// AllGroups returns all groups by name.
func (d *Directory) AllGroups() []GroupRecord {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.SortedFunc(maps.Values(d.Groups), func(a, b GroupRecord) int { return strings.Compare(a.Name, b.Name) })
}

// Count is the number of users.
func (d *Directory) Count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.bySub)
}
