package session

import (
	"context"
	"time"
)

// A Store keeps the sealed parts of sessions between requests. Its methods may
// run concurrently. Each returns when ctx ends. An id has 43 characters of
// base64url. Package scsstore makes a Store from a store of
// github.com/alexedwards/scs/v2.
type Store interface {
	// Find reports false for an id that is unknown, deleted or expired.
	Find(ctx context.Context, id string) (sealed []byte, found bool, err error)

	// Commit keeps sealed under id until expiry, which is in the future. It
	// replaces an existing record. The caller does not use sealed again.
	Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error

	// Delete removes the record of id. An unknown id is not an error.
	Delete(ctx context.Context, id string) error
}

// An Updater is a [Store] that can also replace a record without ever creating
// one. A [Manager] calls Update to save a session that has begun. So a write
// that arrives late, after a logout, does not bring the session back. A logout
// also works while the store is full.
type Updater interface {
	Store

	// Update is Commit for an id that exists. It reports false, and writes
	// nothing, for an id that is unknown, deleted or expired.
	Update(ctx context.Context, id string, sealed []byte, expiry time.Time) (found bool, err error)
}

// A Locker makes sure that only one process at a time refreshes a session. It
// is optional. Without it, two processes may send the same refresh token,
// which fails if refresh tokens rotate.
type Locker interface {
	// Lock waits until the caller holds the lock named id, or ctx ends. The
	// Locker renews the lock's lease while the lock is held. If it cannot
	// renew the lease, it cancels the context held, with [ErrLockLost] as the
	// cause. unlock releases the lock. It may also be called after the lock
	// was lost.
	Lock(ctx context.Context, id string) (held context.Context, unlock func(), err error)
}
