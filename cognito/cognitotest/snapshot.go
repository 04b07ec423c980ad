package cognitotest

// Snapshot returns the pool as it is now, as JSON for [Pool.Restore]. The JSON
// has users with password verifiers, groups, app clients, resource servers,
// keys, and how far the clock is ahead. It also has sign-ins with the hashes of
// their refresh tokens. It does not have codes, page sessions, unfinished
// sign-ups, the outbox, the events and the faults.
//
// The JSON holds private keys and client secrets: write it only to a file that
// no other user can read.
func (p *Pool) Snapshot() ([]byte, error) { return p.core.Snapshot() }

// Restore replaces the contents of the pool with a snapshot of a pool with the
// same id, from this process or another. It replaces users, groups, resource
// servers, sign-ins and keys, so tokens that were issued before the snapshot
// verify and refresh again. An app client that is in both keeps the settings
// and secrets of this pool. Other app clients come from the snapshot, and
// [Pool.Config] describes its first. Page sessions and codes of this pool end.
//
// Everything unfinished ends too: steps of a sign-in, session strings of the
// API, lock-outs and quotas.
//
// There is one exception: if the user-pool API has changed an app client, its
// settings come from the snapshot. If it has changed a setting of the pool, all
// settings come from the snapshot. So to restore a pool of CreateUserPool, call
// NewPool with its id and no other option.
//
// After an error nothing has changed. Call Restore before you use the pool.
func (p *Pool) Restore(data []byte) error { return p.core.Restore(data) }
