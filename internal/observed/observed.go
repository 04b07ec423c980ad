// Package observed reports the calls of a store and of a lock to an observer.
// Its interfaces are those of package session, which says what they mean.
package observed

import (
	"context"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
)

// A Store keeps records: see session.Store.
type Store interface {
	Find(ctx context.Context, id string) (sealed []byte, found bool, err error)
	Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error
	Delete(ctx context.Context, id string) error
}

// An Updater is a Store that can replace a record: see session.Updater.
type Updater interface {
	Store
	Update(ctx context.Context, id string, sealed []byte, expiry time.Time) (found bool, err error)
}

// A Locker hands out locks: see session.Locker.
type Locker interface {
	Lock(ctx context.Context, id string) (held context.Context, unlock func(), err error)
}

// NewStore returns s, whose calls are told to o if it wants to know. It is an
// Updater if s is one.
func NewStore(s Store, o *observe.Observer) Store {
	if s == nil || o.Begin == nil && o.StoreCall == nil {
		return s
	}
	told := &store{s, o}
	if u, ok := s.(Updater); ok {
		return &updater{told, u}
	}
	return told
}

// NewLocker returns l, whose waits are told to o if it wants to know.
func NewLocker(l Locker, o *observe.Observer) Locker {
	if l == nil || o.Begin == nil && o.LockWait == nil {
		return l
	}
	return &locker{l, o}
}

type store struct {
	store    Store
	observer *observe.Observer
}

// begin tells that a call begins. The context is that of the call, and the
// function is for its end.
func (t *store) begin(ctx context.Context, op observe.Op) (context.Context, func(error)) {
	began := time.Now()
	ctx = t.observer.Start(ctx, observe.Store, op)
	return ctx, func(err error) {
		if t.observer.StoreCall != nil {
			t.observer.StoreCall(ctx, observe.StoreCall{Op: op, Took: time.Since(began), Err: err})
		}
	}
}

func (t *store) Find(ctx context.Context, id string) ([]byte, bool, error) {
	ctx, called := t.begin(ctx, observe.OpFind)
	sealed, found, err := t.store.Find(ctx, id)
	called(err)
	return sealed, found, err
}

func (t *store) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	ctx, called := t.begin(ctx, observe.OpCommit)
	err := t.store.Commit(ctx, id, sealed, expiry)
	called(err)
	return err
}

func (t *store) Delete(ctx context.Context, id string) error {
	ctx, called := t.begin(ctx, observe.OpDelete)
	err := t.store.Delete(ctx, id)
	called(err)
	return err
}

// An updater is a store that can Update.
type updater struct {
	*store
	updater Updater
}

func (t *updater) Update(ctx context.Context, id string, sealed []byte, expiry time.Time) (bool, error) {
	ctx, called := t.begin(ctx, observe.OpUpdate)
	found, err := t.updater.Update(ctx, id, sealed, expiry)
	called(err)
	return found, err
}

type locker struct {
	locker   Locker
	observer *observe.Observer
}

// Lock gives the lock the caller's context, not the operation's: what it
// returns lives longer than the wait.
func (t *locker) Lock(ctx context.Context, id string) (context.Context, func(), error) {
	began := time.Now()
	waiting := t.observer.Start(ctx, observe.Lock, observe.OpWait)
	held, unlock, err := t.locker.Lock(ctx, id)
	if t.observer.LockWait != nil {
		t.observer.LockWait(waiting, observe.LockWait{Took: time.Since(began), Err: err})
	}
	return held, unlock, err
}
