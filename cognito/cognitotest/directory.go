package cognitotest

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A directory holds the pool's users and groups. It hands out copies.
type directory struct {
	mu     sync.Mutex // guards everything below
	bySub  map[string]*account
	byName map[string]string // username, sub, e-mail or phone number, folded → sub
	groups map[string]groupRecord
	now    func() time.Time // the pool's clock, for dates; set once
}

// fold makes names comparable: Cognito's pools ignore case unless told
// otherwise.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// add adds an account. The e-mail and the phone number of users of external
// providers are no names, so that they need not be unique.
func (d *directory) add(a *account) error { return d.create(a, false) }

// create is add that may take aliases from others who have them.
func (d *directory) create(a *account, steal bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.init()
	if _, taken := d.bySub[a.sub]; taken {
		return refusal.UserExists
	}
	if a.status() == StatusExternalProvider {
		a.sleep()
	}
	return d.commit(nil, a, steal)
}

// commit puts an account in the place of what it was, which is nil for a new
// one, and keeps the names unique. An alias that is a name of somebody else's
// is an error; but if it may be stolen and is no more than an alias of theirs,
// they lose it.
func (d *directory) commit(was, a *account, steal bool) error {
	names := a.names()
	for _, n := range names {
		owner := d.byName[fold(n.value)]
		if owner != "" && owner != a.sub && !(steal && d.bySub[owner].hasAlias(n)) {
			return n.taken()
		}
	}
	for _, n := range names {
		if other := d.bySub[d.byName[fold(n.value)]]; other != nil && other.sub != a.sub {
			d.rob(other, n)
		}
	}
	if was != nil {
		for _, n := range was.names() {
			delete(d.byName, fold(n.value))
		}
	}
	for _, n := range names {
		d.byName[fold(n.value)] = a.sub
	}
	if a.created.IsZero() {
		a.created = d.now()
		a.modified = a.created
	}
	d.bySub[a.sub] = a
	d.createGroups(a)
	return nil
}

// rob takes a name from its owner, who keeps the attribute, unverified.
func (d *directory) rob(owner *account, n signInName) {
	after := owner.clone()
	after.dormant = append(after.dormant, n.attribute)
	after.attributes[n.attribute+"_verified"] = "false"
	after.modified = d.now()
	delete(d.byName, fold(n.value))
	d.bySub[owner.sub] = &after
}

func (d *directory) init() {
	if d.bySub == nil {
		d.bySub = make(map[string]*account)
		d.byName = make(map[string]string)
		d.groups = make(map[string]groupRecord)
	}
}

// find returns the user of a username, e-mail, phone number or sub.
func (d *directory) find(name string) (account, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a := d.bySub[d.byName[fold(name)]]
	if a == nil {
		return account{}, false
	}
	return a.clone(), true
}

// all returns every user.
func (d *directory) all() []account {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []account
	for _, a := range d.bySub {
		all = append(all, a.clone())
	}
	return all
}

// update changes the user of a username, e-mail, phone number or sub. Where
// change fails, nothing has changed.
func (d *directory) update(name string, change func(*account) error) error {
	return d.change(name, false, change)
}

// change is update that may take aliases from others who have them.
func (d *directory) change(name string, steal bool, change func(*account) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	was := d.bySub[d.byName[fold(name)]]
	if was == nil {
		return unknownUser(name)
	}
	after := was.clone()
	if err := change(&after); err != nil {
		return err
	}
	after.modified = d.now()
	return d.commit(was, &after, steal)
}

// remove forgets the user of a username, e-mail, phone number or sub.
func (d *directory) remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	sub := d.byName[fold(name)]
	if d.bySub[sub] == nil {
		return unknownUser(name)
	}
	delete(d.bySub, sub)
	maps.DeleteFunc(d.byName, func(_, owner string) bool { return owner == sub })
	return nil
}

// setAttribute changes an attribute; e-mails and phone numbers stay unique,
// since people sign in with them.
func (d *directory) setAttribute(name, attribute, value string) error {
	return d.update(name, func(a *account) error {
		a.set(attribute, value)
		return nil
	})
}

func (d *directory) addGroup(g Group) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.putGroup(groupRecord{Group: g})
}

// putGroup adds a group, or changes the one of that name.
func (d *directory) putGroup(g groupRecord) groupRecord {
	d.init()
	g.modified = d.now()
	g.created = d.groups[g.Name].created
	if g.created.IsZero() {
		g.created = g.modified
	}
	d.groups[g.Name] = g
	return g
}

func (d *directory) createGroups(a *account) {
	for _, name := range a.groups {
		if _, ok := d.groups[name]; !ok {
			d.putGroup(groupRecord{Group: Group{Name: name}, unranked: true})
		}
	}
}

func (d *directory) groupsOf(a *account) []groupRecord {
	d.mu.Lock()
	defer d.mu.Unlock()
	var groups []groupRecord
	for _, name := range a.groups {
		groups = append(groups, d.groups[name])
	}
	return groups
}

// allGroups returns all groups by name.
func (d *directory) allGroups() []groupRecord {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.SortedFunc(maps.Values(d.groups), func(a, b groupRecord) int { return strings.Compare(a.Name, b.Name) })
}

// count is the number of users.
func (d *directory) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.bySub)
}
