package identitypool

import (
	"maps"
	"slices"
)

// A Saved is a Visitor at rest. Credentials are not kept.
type Saved struct {
	ID     string
	Logins map[string]string `json:",omitempty"`
}

// Save returns nil for a pool without an identity pool.
func (ip *Pool) Save() []Saved {
	if ip == nil {
		return nil
	}
	ip.mu.Lock()
	defer ip.mu.Unlock()
	var all []Saved
	for _, id := range slices.Sorted(maps.Keys(ip.Identities)) {
		all = append(all, Saved{id, maps.Clone(ip.Identities[id].logins)})
	}
	return all
}

func (ip *Pool) Replace(visitors []Saved) {
	if ip == nil {
		return
	}
	ip.mu.Lock()
	defer ip.mu.Unlock()
	ip.Identities, ip.Logins, ip.guests = make(map[string]*Visitor), make(map[Login]string), nil
	ip.Credentials.Clear()
	for _, saved := range visitors {
		v := &Visitor{id: saved.ID, logins: make(map[string]string)}
		ip.Identities[v.id] = v
		for provider, subject := range saved.Logins {
			ip.link(v, []Login{{provider, subject}})
		}
		if len(v.logins) == 0 {
			ip.addGuest(v.id)
		}
	}
}
