package cognitotest

// Snapshot returns the pool as it is now, as JSON for [Pool.Restore]. It has
// users with password verifiers, groups, app clients, resource servers, keys,
// and how far the clock is ahead. It also has sign-ins with the hashes of their
// refresh tokens. What browsers have begun (codes, page sessions, half-done
// sign-ups), the outbox, the events and the faults are not part of it.
//
// It holds private keys and client secrets, and belongs in a file that only
// its owner can read.
func (p *Pool) Snapshot() ([]byte, error) { return p.core.Snapshot() }

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
// What the user-pool API has changed while the pool ran comes from the snapshot
// all the same. That is an app client that was changed, and all settings of the
// pool if one was. So a pool that CreateUserPool made is restored into one made
// by NewPool with its id and nothing else.
//
// Where it fails, nothing has changed. It is meant to be called before the
// pool is used.
func (p *Pool) Restore(data []byte) error { return p.core.Restore(data) }
