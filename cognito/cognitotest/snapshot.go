package cognitotest

// Snapshot returns the pool as it is now, as JSON for [Pool.Restore]. The JSON
// has users with password verifiers, groups, app clients, resource servers,
// identities of the identity pool, keys, and how far the clock is ahead. It
// also has sign-ins with the hashes of their refresh tokens. It does not have
// codes, page sessions, unfinished sign-ups, the outbox, the events and the
// faults. A pool that is larger than Restore accepts, 64 MiB, is an error.
//
// The JSON holds private keys and client secrets: write it only to a file that
// no other user can read.
func (p *Pool) Snapshot() ([]byte, error) { return p.core.Snapshot() }

// Restore replaces the contents of the pool with a snapshot of a pool with the
// same id, from this process or another. It replaces users, groups, resource
// servers, identities of the identity pool, sign-ins and keys. So tokens that
// were issued before the snapshot verify and refresh again.
//
// An app client that is in both keeps the settings and secrets of this pool.
// But if the user-pool API had changed it before the snapshot, they come from
// the snapshot. Other app clients come from the snapshot, and [Pool.Config]
// describes its first. The settings of this pool stay too. But if the user-pool
// API had changed one before the snapshot, all settings come from the snapshot.
// So to restore a pool of CreateUserPool, call NewPool with its id and no other
// option.
//
// Everything unfinished in this pool ends: page sessions, codes, steps of a
// sign-in, session strings of the API, lock-outs and quotas.
//
// After an error nothing has changed. Call Restore before you use the pool.
func (p *Pool) Restore(data []byte) error { return p.core.Restore(data) }
