package cognitotest

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// A directory holds the pool's users and groups. It hands out copies.
type directory struct {
	mu     sync.Mutex // guards everything below
	bySub  map[string]*account
	byName map[string]string // user name or e-mail, folded → sub
	groups map[string]groupRecord
	now    func() time.Time // the pool's clock, for dates; set once
}

// fold makes names comparable: Cognito's pools ignore case unless told
// otherwise.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

func (d *directory) add(a *account) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.init()
	if _, taken := d.bySub[a.sub]; taken {
		return errUserExists
	}
	if _, taken := d.byName[fold(a.username)]; taken {
		return errUserExists
	}
	if _, taken := d.byName[fold(a.email())]; taken && a.ownsEmail() {
		return errEmailExists
	}
	if a.created.IsZero() {
		a.created = d.now()
		a.modified = a.created
	}
	d.bySub[a.sub] = a
	d.byName[fold(a.username)] = a.sub
	d.byName[fold(a.sub)] = a.sub
	if a.ownsEmail() {
		d.byName[fold(a.email())] = a.sub
	}
	d.createGroups(a)
	return nil
}

func (d *directory) init() {
	if d.bySub == nil {
		d.bySub = make(map[string]*account)
		d.byName = make(map[string]string)
		d.groups = make(map[string]groupRecord)
	}
}

// find returns the user of a username, e-mail or sub.
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

// update changes the user of a username, e-mail or sub.
func (d *directory) update(name string, change func(*account) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	a := d.bySub[d.byName[fold(name)]]
	if a == nil {
		return unknownUser(name)
	}
	if err := change(a); err != nil {
		return err
	}
	a.modified = d.now()
	d.createGroups(a)
	return nil
}

// remove forgets the user of a username, e-mail or sub.
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

// setAttribute changes an attribute; the e-mail stays unique, since people
// sign in with it.
func (d *directory) setAttribute(name, attribute, value string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	a := d.bySub[d.byName[fold(name)]]
	if a == nil {
		return unknownUser(name)
	}
	if attribute == "email" && a.status() != StatusExternalProvider {
		if owner, taken := d.byName[fold(value)]; taken && owner != a.sub {
			return errEmailExists
		}
		if old := fold(a.email()); old != fold(a.username) && old != fold(a.sub) {
			delete(d.byName, old)
		}
		if value != "" {
			d.byName[fold(value)] = a.sub
		}
	}
	a.modified = d.now()
	if value == "" {
		delete(a.attributes, attribute)
	} else {
		a.attributes[attribute] = value
	}
	return nil
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
