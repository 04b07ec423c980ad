package pool

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identitypool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// snapshotVersion is the version of what [Pool.Snapshot] writes.
const snapshotVersion = 1

// maxSnapshot bounds what [Pool.Restore] reads.
const maxSnapshot = 64 << 20

// A snapshot is a pool at rest.
type snapshot struct {
	Version int
	PoolID  string
	Offset  time.Duration // of the clock
	Keys    []keys.SavedPair
	Servers []clients.ResourceServer
	Clients []clients.Saved
	Groups  []directory.SavedGroup
	Users   []directory.SavedUser
	Grants  []grants.Saved

	Disguise []byte               `json:",omitempty"` // what made-up names and salts follow from
	Visitors []identitypool.Saved `json:",omitempty"` // of the identity pool
	Settings *settings.Saved      `json:",omitempty"` // where the API has changed something
}

// Snapshot returns the pool as it is now, as JSON for [Pool.Restore]. It has
// users with password verifiers, groups, app clients, resource servers, keys,
// and how far the clock is ahead. It also has sign-ins with the hashes of their
// refresh tokens. What browsers have begun (codes, page sessions, half-done
// sign-ups), the outbox, the events and the faults are not part of it.
//
// It holds private keys and client secrets, and belongs in a file that only
// its owner can read.
func (p *Pool) Snapshot() ([]byte, error) {
	signIns := p.Grants.Save(p.Now()) // before the clients, so that those of a client that is made now are left out
	s := snapshot{
		Version: snapshotVersion,
		PoolID:  p.ID,
		Offset:  time.Duration(p.Clock.Offset.Load()),
		Servers: p.Servers.All(),
		Clients: p.Clients.Save(),
		Grants:  signIns,

		Visitors: p.Identities.Save(),
		Settings: p.Settings.Now.Load().Save(),
	}
	s.endSignInsOfDeleted()
	s.Disguise = p.disguiseKey()
	s.Groups, s.Users = p.Users.Save(p.saveSRP)
	for _, pair := range p.Keys.Published() {
		saved, err := pair.Save()
		if err != nil {
			return nil, fmt.Errorf("cognitotest: snapshot: %w", err)
		}
		s.Keys = append(s.Keys, saved)
	}
	data, err := json.MarshalIndent(s, "", "\t")
	if err == nil && len(data) > maxSnapshot {
		return nil, fmt.Errorf("cognitotest: snapshot: it would have %d MiB, and Restore reads at most %d", len(data)>>20, maxSnapshot>>20)
	}
	return data, err
}

// endSignInsOfDeleted revokes the sign-ins of app clients that were deleted. An
// access token of such a sign-in stays refused after [Pool.Restore].
func (s *snapshot) endSignInsOfDeleted() {
	have := make(map[string]bool)
	for _, c := range s.Clients {
		have[c.ID] = true
	}
	for i := range s.Grants {
		if !have[s.Grants[i].ClientID] {
			s.Grants[i].Revoked = true
		}
	}
}

// Restore replaces what the pool has by what another one of the same id had
// when [Pool.Snapshot] was called, in any process. That is users, groups,
// resource servers, sign-ins and keys, so that tokens issued then verify and
// refresh now. An app client that both have keeps the settings it has here, and
// its secrets too. The others come from the snapshot, and [Pool.Config]
// describes its first. Page sessions and codes from before end.
//
// All unfinished attempts end too: steps, sessions of the API, lock-outs and
// quotas.
//
// What the user-pool API had changed before the snapshot comes from the
// snapshot in any case. That is each app client that was changed, and all
// settings of the pool if one was changed. So a pool that CreateUserPool made
// is restored into one made by NewPool with its id and nothing else.
//
// Where it fails, nothing has changed. It is meant to be called before the
// pool is used.
func (p *Pool) Restore(data []byte) error {
	if err := p.restore(data); err != nil {
		return fmt.Errorf("cognitotest: restore: %w", err)
	}
	return nil
}

func (p *Pool) restore(data []byte) error {
	s, err := readSnapshot(data)
	if err != nil {
		return err
	}
	if s.PoolID != p.ID {
		return fmt.Errorf("the snapshot is of pool %q, not of %q", s.PoolID, p.ID)
	}
	keys, err := keys.ReadSaved(s.Keys)
	if err != nil {
		return err
	}
	next, err := s.Settings.Read(p.Settings.Now.Load())
	if err != nil {
		return err
	}
	users, err := p.readUsers(s, next)
	if err != nil {
		return err
	}
	for _, server := range s.Servers {
		if err := server.Validate(); err != nil {
			return err
		}
	}
	clients, secrets, err := p.readClients(s)
	if err != nil {
		return err
	}
	grants, err := grants.ReadSaved(s.Grants, clients)
	if err != nil {
		return err
	}
	p.Servers.Replace(s.Servers)
	p.Identities.Replace(s.Visitors)
	p.Clients.Replace(clients, secrets, s.profiles())
	p.Settings.Now.Store(next)
	p.Users.Replace(users)
	p.Keys.Replace(keys)
	p.Grants.Replace(grants)
	p.endAttempts()
	if len(s.Disguise) > 0 {
		p.setDisguiseKey(s.Disguise)
	}
	p.Clock.Offset.Store(int64(s.Offset))
	return nil
}

// endAttempts forgets what browsers and API clients have begun, and what they
// have failed at.
func (p *Pool) endAttempts() {
	p.PageSessions.ByID.Clear()
	p.Steps.ByID.Clear()
	p.AuthSessions.ByKey.Clear()
	p.NewPasskeys.Clear()
	p.Flights.ByState.Clear()
	p.Lockout.Tries.Clear()
	p.Quotas.Uses.Clear()
	p.Decoys.Clear()
}

// profiles are the profiles of the clients that have one, by id.
func (s *snapshot) profiles() map[string]clients.Profile {
	all := make(map[string]clients.Profile)
	for _, c := range s.Clients {
		if c.Profile != nil {
			all[c.ID] = *c.Profile
		}
	}
	return all
}

func readSnapshot(data []byte) (*snapshot, error) {
	if len(data) > maxSnapshot {
		return nil, fmt.Errorf("more than %d MiB", maxSnapshot>>20)
	}
	var version struct{ Version int }
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, err
	}
	if version.Version != snapshotVersion {
		return nil, fmt.Errorf("the snapshot has version %d, and this package reads %d", version.Version, snapshotVersion)
	}
	s := new(snapshot)
	return s, json.Unmarshal(data, s)
}

// readClients returns the clients that the pool has after a restore. They are
// those of the snapshot in its order, then the others that the test has given
// it.
func (p *Pool) readClients(snap *snapshot) (list []*clients.Client, secrets map[string][]cognito.Secret, err error) {
	secrets = make(map[string][]cognito.Secret)
	for _, s := range snap.Clients {
		if _, twice := secrets[s.ID]; twice {
			return nil, nil, fmt.Errorf("app client %q is there twice", s.ID)
		}
		if own := p.Clients.Find(s.ID); own != nil && s.Profile == nil {
			list, secrets[s.ID] = append(list, own), p.Clients.Secrets(s.ID)
			continue
		}
		c, err := s.Read()
		if err != nil {
			return nil, nil, fmt.Errorf("app client %q: %w", s.ID, err)
		}
		list, secrets[c.ID] = append(list, c), s.Typed()
	}
	for _, own := range p.Clients.All() {
		if _, saved := secrets[own.ID]; !saved && own.ID != p.ownClient {
			list, secrets[own.ID] = append(list, own), p.Clients.Secrets(own.ID)
		}
	}
	return list, secrets, nil
}

// readUsers makes a directory of what a snapshot has.
func (p *Pool) readUsers(s *snapshot, with *settings.Settings) (*directory.Directory, error) {
	d := &directory.Directory{Now: p.Now}
	d.Init()
	for _, g := range s.Groups {
		d.Groups[g.Name] = directory.GroupRecord(g)
	}
	for _, u := range s.Users {
		a, err := directory.ReadUser(u, with.Rules.Provider)
		if err == nil {
			err = d.Add(a)
		}
		if err != nil {
			return nil, fmt.Errorf("user %q: %w", u.Username, err)
		}
	}
	return d, nil
}
