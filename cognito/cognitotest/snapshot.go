package cognitotest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/keys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
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
	Servers []ResourceServer
	Clients []savedClient
	Groups  []savedGroup
	Users   []savedUser
	Grants  []savedGrant

	Disguise []byte         `json:",omitempty"` // what made-up names and salts follow from
	Visitors []savedVisitor `json:",omitempty"` // of the identity pool
	Settings *savedSettings `json:",omitempty"` // where the API has changed something
}

// savedSettings are the settings of a pool that the API made or changed.
type savedSettings struct {
	Policy    credential.Policy
	MFA       MFA
	Links     bool                   `json:",omitempty"`
	Required  []string               `json:",omitempty"`
	Fixed     []string               `json:",omitempty"`
	Verifies  []string               // nil and empty differ
	First     []string               `json:",omitempty"`
	WebAuthn  WebAuthn               `json:",omitzero"`
	Devices   *DeviceTracking        `json:",omitempty"`
	Providers []*federation.Provider `json:",omitempty"`
	Prefix    string                 `json:",omitempty"`
	Custom    string                 `json:",omitempty"`
	Updated   bool                   `json:",omitempty"`
	Profile   poolProfile
}

// A savedClient has its secrets as text: in [AppClient] they redact
// themselves.
type savedClient struct {
	AppClient
	Secret, SecondSecret string `json:",omitempty"` // always empty: they hide those of AppClient
	Secrets              []string
	Profile              *clientProfile `json:",omitempty"` // where the API made or changed the client
}

type savedGroup struct {
	Group
	Unranked bool      `json:",omitempty"`
	Created  time.Time `json:",omitzero"`
	Modified time.Time `json:",omitzero"`
}

type savedUser struct {
	Sub, Username string
	Salt, Sum     []byte                   `json:",omitempty"` // hash of the password
	SRP           credential.SavedVerifier `json:",omitzero"`  // the same, for SRP
	Confirmed     bool
	Pending       UserStatus `json:",omitempty"`
	Disabled      bool       `json:",omitempty"`
	Created       time.Time  `json:",omitzero"`
	Modified      time.Time  `json:",omitzero"`
	GivenOut      time.Time  `json:",omitzero"`
	Attributes    map[string]string
	Groups        []string                        `json:",omitempty"`
	Identities    []savedIdentity                 `json:",omitempty"`
	Factors       savedFactors                    `json:",omitzero"`
	Passkeys      passkeys.Keys                   `json:",omitempty"`
	Devices       []savedDevice                   `json:",omitempty"`
	SignUp, Reset credential.SavedCode            `json:",omitzero"`
	Dormant       []string                        `json:",omitempty"` // aliases that are no names
	Verify        map[string]credential.SavedCode `json:",omitempty"`
	Previous      []savedPassword                 `json:",omitempty"`
}

type savedPassword struct{ Salt, Sum []byte }

type savedIdentity struct {
	Provider string
	UserID   string
	Created  time.Time
	Primary  bool
}

type savedFactors struct {
	TOTP      []byte               `json:",omitempty"`
	TOTPUsed  int64                `json:",omitempty"`
	Pending   []byte               `json:",omitempty"`
	TOTPOff   bool                 `json:",omitempty"`
	TOTPName  string               `json:",omitempty"`
	Email     bool                 `json:",omitempty"`
	SMS       bool                 `json:",omitempty"`
	Passkey   bool                 `json:",omitempty"`
	Preferred string               `json:",omitempty"`
	Code      credential.SavedCode `json:",omitzero"`
}

// A savedGrant is a sign-in with all tokens that came of it.
type savedGrant struct {
	ClientID    string
	Sub         string
	Scopes      []string
	Resource    string `json:",omitempty"`
	AuthTime    time.Time
	OriginJTI   string
	Expires     time.Time
	Revoked     bool                   `json:",omitempty"`
	API         bool                   `json:",omitempty"`
	Tracked     bool                   `json:",omitempty"`
	Device      string                 `json:",omitempty"`
	DeviceGroup string                 `json:",omitempty"`
	ByPassword  bool                   `json:",omitempty"`
	Refresh     map[string]time.Time   // when each was rotated, by keys.Digest
	Access      map[string]savedAccess // by jti
}

type savedAccess struct{ Expires time.Time }

// Snapshot returns the pool as it is now, as JSON for [Pool.Restore]: users
// with password verifiers, groups, app clients, resource servers, sign-ins
// with their refresh tokens (of which it holds no more than hashes), keys, and
// how far the clock is ahead. What browsers have begun (codes, page sessions,
// half-done sign-ups), the outbox, the events and the faults are not part of
// it.
//
// It holds private keys and client secrets, and belongs in a file that only
// its owner can read.
func (p *Pool) Snapshot() ([]byte, error) {
	s := snapshot{
		Version: snapshotVersion,
		PoolID:  p.id,
		Offset:  time.Duration(p.clock.offset.Load()),
		Servers: p.servers.all(),
		Clients: p.clients.save(),
		Grants:  p.grants.save(p.Now()),

		Visitors: p.identities.save(),
		Settings: p.settings.now.Load().save(),
	}
	s.Disguise = p.disguiseKey()
	s.Groups, s.Users = p.users.save(p.saveSRP)
	for _, pair := range p.keys.Published() {
		saved, err := pair.Save()
		if err != nil {
			return nil, fmt.Errorf("cognitotest: snapshot: %w", err)
		}
		s.Keys = append(s.Keys, saved)
	}
	return json.MarshalIndent(s, "", "\t")
}

// Restore replaces what the pool has by what another one of the same id had
// when [Pool.Snapshot] was called, in whichever process: users, groups,
// resource servers, sign-ins and keys, so that tokens issued then verify and
// refresh now. An app client that both have keeps the settings it has here,
// and its secrets too; the others come from the snapshot, and [Pool.Config]
// describes its first. Page sessions and codes of before end.
//
// All attempts of before end too: steps, sessions of the API, lock-outs and
// quotas.
//
// What the user-pool API has changed while the pool ran comes from the
// snapshot all the same: an app client that was changed, and all settings of
// the pool if one was. So a pool that CreateUserPool made is restored into one
// made by NewPool with its id and nothing else.
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
	if s.PoolID != p.id {
		return fmt.Errorf("the snapshot is of pool %q, not of %q", s.PoolID, p.id)
	}
	keys, err := keys.ReadSaved(s.Keys)
	if err != nil {
		return err
	}
	next, err := s.Settings.read(p.settings.now.Load())
	if err != nil {
		return err
	}
	users, err := p.readUsers(s, next)
	if err != nil {
		return err
	}
	for _, server := range s.Servers {
		if err := server.validate(); err != nil {
			return err
		}
	}
	clients, secrets, err := p.readClients(s)
	if err != nil {
		return err
	}
	grants, err := readGrants(s.Grants, clients)
	if err != nil {
		return err
	}
	p.servers.replace(s.Servers)
	p.identities.replace(s.Visitors)
	p.clients.replace(clients, secrets, s.profiles())
	p.settings.now.Store(next)
	p.users.replace(users)
	p.keys.Replace(keys)
	p.grants.replace(grants)
	p.endAttempts()
	if len(s.Disguise) > 0 {
		p.setDisguiseKey(s.Disguise)
	}
	p.clock.offset.Store(int64(s.Offset))
	return nil
}

// endAttempts forgets what browsers and API clients have begun, and what they
// have failed at.
func (p *Pool) endAttempts() {
	p.pageSessions.byID.Clear()
	p.steps.byID.Clear()
	p.authSessions.byKey.Clear()
	p.newPasskeys.Clear()
	p.flights.byState.Clear()
	p.lockout.Tries.Clear()
	p.quotas.Uses.Clear()
	p.decoys.Clear()
}

// profiles are the profiles of the clients that have one, by id.
func (s *snapshot) profiles() map[string]clientProfile {
	all := make(map[string]clientProfile)
	for _, c := range s.Clients {
		if c.Profile != nil {
			all[c.ID] = *c.Profile
		}
	}
	return all
}

// save returns nil for settings that the API has not touched: they come from
// the program, and count as it says.
func (s *settings) save() *savedSettings {
	if !s.byAPI {
		return nil
	}
	return &savedSettings{
		Policy: s.policy, MFA: s.rules.mfa, Links: s.rules.links, Required: s.rules.required, Fixed: s.rules.fixed,
		Verifies: s.rules.verifies, First: s.rules.first, WebAuthn: s.rules.webAuthn, Devices: s.rules.devices, Providers: s.rules.idps,
		Prefix: s.names.prefix, Custom: s.names.custom, Updated: s.names.updated, Profile: s.profile,
	}
}

// read returns the settings of a snapshot, or else those that the pool has.
func (s *savedSettings) read(own *settings) (*settings, error) {
	if s == nil {
		return own, nil
	}
	rules, err := poolRules{
		mfa: s.MFA, links: s.Links, required: s.Required, fixed: s.Fixed, verifies: s.Verifies, first: s.First,
		webAuthn: s.WebAuthn, devices: s.Devices, idps: s.Providers,
	}.checked()
	if err == nil {
		err = s.Policy.Validate()
	}
	if err != nil {
		return nil, err
	}
	names := poolNames{prefix: s.Prefix, custom: s.Custom, updated: s.Updated}
	return &settings{policy: s.Policy, rules: rules, names: names, profile: s.Profile, byAPI: true}, nil
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

func (s *clientSet) save() []savedClient {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []savedClient
	for _, c := range s.list {
		saved := savedClient{AppClient: *c}
		saved.AppClient.Secret, saved.AppClient.SecondSecret = "", ""
		for _, secret := range s.current[c.ID] {
			saved.Secrets = append(saved.Secrets, string(secret))
		}
		if profile, changed := s.profiles[c.ID]; changed {
			saved.Profile = &profile
		}
		all = append(all, saved)
	}
	return all
}

// readClients returns the clients that the pool has after a restore: those of
// the snapshot in its order, then the others that the test has given it.
func (p *Pool) readClients(snap *snapshot) (list []*AppClient, secrets map[string][]cognito.Secret, err error) {
	if len(snap.Clients) == 0 && snap.Settings == nil {
		return nil, nil, errors.New("no app clients")
	}
	secrets = make(map[string][]cognito.Secret)
	for _, s := range snap.Clients {
		if _, twice := secrets[s.ID]; twice {
			return nil, nil, fmt.Errorf("app client %q is there twice", s.ID)
		}
		if own := p.clients.find(s.ID); own != nil && s.Profile == nil {
			list, secrets[s.ID] = append(list, own), p.clients.secrets(s.ID)
			continue
		}
		c, err := s.read()
		if err != nil {
			return nil, nil, fmt.Errorf("app client %q: %w", s.ID, err)
		}
		list, secrets[c.ID] = append(list, c), s.secrets()
	}
	for _, own := range p.clients.all() {
		if _, saved := secrets[own.ID]; !saved && own.ID != p.ownClient {
			list, secrets[own.ID] = append(list, own), p.clients.secrets(own.ID)
		}
	}
	return list, secrets, nil
}

func (s savedClient) secrets() []cognito.Secret {
	all := []cognito.Secret{} // not nil, since the client is there
	for _, secret := range s.Secrets {
		all = append(all, cognito.Secret(secret))
	}
	return all
}

func (s savedClient) read() (*AppClient, error) {
	if s.ID == "" || len(s.Secrets) > maxSecrets || slices.Contains(s.Secrets, "") {
		return nil, errors.New("no id, or secrets that cannot be")
	}
	c := s.AppClient
	if len(s.Secrets) > 0 {
		c.Secret = cognito.Secret(s.Secrets[0])
	}
	c = c.withDefaults()
	return &c, c.validate()
}

func (s *clientSet) all() []*AppClient {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// replace keeps the profile of a client that had one and keeps its settings.
func (s *clientSet) replace(list []*AppClient, secrets map[string][]cognito.Secret, profiles map[string]clientProfile) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range list {
		if own, had := s.profiles[c.ID]; had && slices.Contains(s.list, c) {
			profiles[c.ID] = own
		}
	}
	s.list, s.current, s.profiles = list, secrets, profiles
}

func (d *directory) save(saveSRP func(string, *credential.SRPSecret) credential.SavedVerifier) (groups []savedGroup, users []savedUser) {
	for _, g := range d.allGroups() {
		groups = append(groups, savedGroup{g.Group, g.unranked, g.created, g.modified})
	}
	for _, a := range d.all() {
		saved := a.save()
		saved.SRP = saveSRP(a.username, a.password.SRP) // not under the lock: it takes its time
		users = append(users, saved)
	}
	slices.SortFunc(users, func(a, b savedUser) int { return strings.Compare(a.Sub, b.Sub) })
	return groups, users
}

func (a *account) save() savedUser {
	s := savedUser{
		Sub: a.sub, Username: a.username, Salt: a.password.Salt, Sum: a.password.Sum,
		Confirmed: a.confirmed, Pending: a.pending, Disabled: a.disabled, GivenOut: a.givenOut,
		Created: a.created, Modified: a.modified,
		Attributes: maps.Clone(a.attributes), Groups: slices.Clone(a.groups),
		Passkeys: slices.Clone(a.passkeys), SignUp: a.signUp.Save(), Reset: a.reset.Save(), Dormant: slices.Clone(a.dormant),
		Factors: savedFactors{
			TOTP: a.factors.totp.Key, TOTPUsed: a.factors.totp.Used, TOTPOff: a.factors.totpOff, TOTPName: a.factors.name, Pending: a.factors.pending,
			Email: a.factors.email, SMS: a.factors.sms, Passkey: a.factors.passkey, Preferred: a.factors.preferred, Code: a.factors.code.Save(),
		},
	}
	for attribute, code := range a.verify {
		if s.Verify == nil {
			s.Verify = make(map[string]credential.SavedCode)
		}
		s.Verify[attribute] = code.Save()
	}
	for _, h := range a.previous {
		s.Previous = append(s.Previous, savedPassword{h.Salt, h.Sum})
	}
	for _, d := range a.devices {
		s.Devices = append(s.Devices, d.save())
	}
	for _, i := range a.identities {
		s.Identities = append(s.Identities, savedIdentity{i.provider.Name, i.userID, i.created, i.primary})
	}
	return s
}

// readUsers makes a directory of what a snapshot has.
func (p *Pool) readUsers(s *snapshot, with *settings) (*directory, error) {
	d := &directory{now: p.Now}
	d.init()
	for _, g := range s.Groups {
		d.groups[g.Name] = groupRecord{g.Group, g.Unranked, g.Created, g.Modified}
	}
	for _, u := range s.Users {
		a, err := readUser(u, with)
		if err == nil {
			err = d.add(a)
		}
		if err != nil {
			return nil, fmt.Errorf("user %q: %w", u.Username, err)
		}
	}
	return d, nil
}

func readUser(s savedUser, with *settings) (*account, error) {
	if s.Sub == "" || s.Username == "" {
		return nil, errors.New("no sub or username")
	}
	a := &account{
		sub: s.Sub, username: s.Username, password: credential.Hash{Salt: s.Salt, Sum: s.Sum, SRP: s.SRP.Read()},
		disabled: s.Disabled, givenOut: s.GivenOut, created: s.Created, modified: s.Modified, attributes: s.Attributes, groups: s.Groups,
		passkeys: s.Passkeys, signUp: s.SignUp.Read(), reset: s.Reset.Read(), dormant: s.Dormant,
		factors: factors{
			totp: credential.TOTP{Key: s.Factors.TOTP, Used: s.Factors.TOTPUsed}, totpOff: s.Factors.TOTPOff, name: s.Factors.TOTPName, pending: s.Factors.Pending,
			email: s.Factors.Email, sms: s.Factors.SMS, passkey: s.Factors.Passkey, preferred: s.Factors.Preferred, code: s.Factors.Code.Read(),
		},
	}
	if a.attributes == nil {
		a.attributes = make(map[string]string)
	}
	for attribute, code := range s.Verify {
		a.expectCode(attribute, code.Read())
	}
	for _, p := range s.Previous {
		a.previous = append(a.previous, credential.Hash{Salt: p.Salt, Sum: p.Sum})
	}
	if err := a.setStatus(s.Pending); err != nil {
		return nil, err
	}
	a.confirmed = s.Confirmed
	for _, d := range s.Devices {
		a.devices = append(a.devices, d.read())
	}
	for _, i := range s.Identities {
		idp := with.rules.provider(i.Provider)
		if idp == nil {
			return nil, fmt.Errorf("the pool has no provider %q", i.Provider)
		}
		a.identities = append(a.identities, identity{idp, i.UserID, i.Created, i.Primary})
	}
	return a, nil
}

func (d *directory) replace(by *directory) {
	by.init()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bySub, d.byName, d.groups = by.bySub, by.byName, by.groups
}

// save leaves out what has expired.
func (s *grantStore) save(now time.Time) []savedGrant {
	s.mu.Lock()
	defer s.mu.Unlock()
	byGrant := make(map[*grant]*savedGrant)
	saved := func(g *grant) *savedGrant {
		if byGrant[g] == nil {
			byGrant[g] = g.save()
		}
		return byGrant[g]
	}
	for key, r := range s.refresh {
		if now.Before(r.grant.expires) {
			saved(r.grant).Refresh[key] = r.rotated
		}
	}
	for jti, n := range s.access {
		if now.Before(n.expires) {
			saved(n.grant).Access[jti] = savedAccess{n.expires}
		}
	}
	var all []savedGrant
	for _, g := range byGrant {
		all = append(all, *g)
	}
	slices.SortFunc(all, func(a, b savedGrant) int { return strings.Compare(a.OriginJTI, b.OriginJTI) })
	return all
}

func (g *grant) save() *savedGrant {
	return &savedGrant{
		ClientID: g.client.ID, Sub: g.sub, Scopes: g.scopes, Resource: g.resource, AuthTime: g.authTime,
		OriginJTI: g.originJTI, Expires: g.expires, Revoked: g.revoked,
		API: g.api, Tracked: g.tracked, Device: g.device, DeviceGroup: g.deviceGroup, ByPassword: g.byPassword,
		Refresh: make(map[string]time.Time), Access: make(map[string]savedAccess),
	}
}

// readGrants makes a store of what a snapshot has.
func readGrants(saved []savedGrant, clients []*AppClient) (*grantStore, error) {
	store := new(grantStore)
	store.init()
	for _, s := range saved {
		i := slices.IndexFunc(clients, func(c *AppClient) bool { return c.ID == s.ClientID })
		if i < 0 || s.Sub == "" || s.OriginJTI == "" {
			return nil, fmt.Errorf("a sign-in of app client %q that cannot be", s.ClientID)
		}
		g := &grant{
			client: clients[i], sub: s.Sub, scopes: s.Scopes, resource: s.Resource,
			authTime: s.AuthTime, originJTI: s.OriginJTI, expires: s.Expires, revoked: s.Revoked,
			api: s.API, tracked: s.Tracked, device: s.Device, deviceGroup: s.DeviceGroup, byPassword: s.ByPassword,
		}
		for key, rotated := range s.Refresh {
			store.refresh[key] = &refreshToken{g, rotated}
			store.index(g)
		}
		for jti, access := range s.Access {
			store.access[jti] = accessNote{g, access.Expires}
			store.index(g)
		}
	}
	return store, nil
}

func (s *grantStore) replace(by *grantStore) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh, s.access, s.byUser, s.sweepAt = by.refresh, by.access, by.byUser, by.sweepAt
	s.codes.Clear()
}
