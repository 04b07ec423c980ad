package session

import (
	"context"
	"time"
)

// A Store keeps the sealed parts of sessions between requests. Its methods
// may run concurrently. Each returns when ctx ends. An id has 43 characters of
// base64url. Package scsstore makes a store of github.com/alexedwards/scs/v2
// one of these.
type Store interface {
	// Find reports false for an id that is unknown, deleted or expired.
	Find(ctx context.Context, id string) (sealed []byte, found bool, err error)

	// Commit keeps sealed under id until expiry, which lies ahead,
	// replacing what was there. The caller does not use sealed again.
	Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error

	// Delete forgets id; forgetting an unknown id is not an error.
	Delete(ctx context.Context, id string) error
}

// An Updater is a [Store] that can replace a record and never creates one. A
// [Manager] uses Update for every session that has begun. A write that a slow
// network delivers after a logout then brings nothing back, and a logout works
// while the store is full.
type Updater interface {
	Store

	// Update is Commit for an id that is there. It reports false, and writes
	// nothing, for an id that is unknown, deleted or expired.
	Update(ctx context.Context, id string, sealed []byte, expiry time.Time) (found bool, err error)
}

// A Locker keeps a session from being refreshed by two processes at a time.
// It is optional: without one, the processes of a service that rotates
// refresh tokens may each send the same one.
type Locker interface {
	// Lock waits until the lock named id is this caller's, or ctx ends. The
	// lock has a lease that is renewed while it is held. If the lease is lost
	// all the same, held is cancelled with [ErrLockLost] as its cause. unlock
	// gives the lock back and may be called after it was lost.
	Lock(ctx context.Context, id string) (held context.Context, unlock func(), err error)
}
