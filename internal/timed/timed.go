// Package timed tells how long the calls of a store and of a lock take. Its
// interfaces are those of package session, which says what they mean.
package timed

import (
	"context"
	"time"
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

// NewStore returns a store that tells of each call to s. Op is "find",
// "commit", "delete" or "update". It is an Updater if s is one.
func NewStore(s Store, told func(ctx context.Context, op string, took time.Duration, err error)) Store {
	timed := &store{s, told}
	if u, ok := s.(Updater); ok {
		return &updater{timed, u}
	}
	return timed
}

// NewLocker returns a locker that tells how long each lock was waited for.
func NewLocker(l Locker, told func(ctx context.Context, took time.Duration, err error)) Locker {
	return &locker{l, told}
}

type store struct {
	store Store
	told  func(ctx context.Context, op string, took time.Duration, err error)
}

func (t *store) Find(ctx context.Context, id string) ([]byte, bool, error) {
	began := time.Now()
	sealed, found, err := t.store.Find(ctx, id)
	t.told(ctx, "find", time.Since(began), err)
	return sealed, found, err
}

func (t *store) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	began := time.Now()
	err := t.store.Commit(ctx, id, sealed, expiry)
	t.told(ctx, "commit", time.Since(began), err)
	return err
}

func (t *store) Delete(ctx context.Context, id string) error {
	began := time.Now()
	err := t.store.Delete(ctx, id)
	t.told(ctx, "delete", time.Since(began), err)
	return err
}

// An updater is a store that can Update.
type updater struct {
	*store
	updater Updater
}

func (t *updater) Update(ctx context.Context, id string, sealed []byte, expiry time.Time) (bool, error) {
	began := time.Now()
	found, err := t.updater.Update(ctx, id, sealed, expiry)
	t.told(ctx, "update", time.Since(began), err)
	return found, err
}

type locker struct {
	locker Locker
	told   func(ctx context.Context, took time.Duration, err error)
}

func (t *locker) Lock(ctx context.Context, id string) (context.Context, func(), error) {
	began := time.Now()
	held, unlock, err := t.locker.Lock(ctx, id)
	t.told(ctx, time.Since(began), err)
	return held, unlock, err
}
