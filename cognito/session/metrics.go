package session

import (
	"context"
	"time"
)

// Metrics are functions that are told what happens, for counters and
// histograms. Each may be nil, and costs nothing then. They may be called
// concurrently, and must not wait: whoever is being served waits with them.
type Metrics struct {
	// Login is told of each [Manager.Start].
	Login func(ctx context.Context, took time.Duration, err error)

	// Refresh is told of each refresh that this process carries out, however
	// many requests wait for it: of a refresh token that was traded, and of
	// one that another process has traded meanwhile. The error is nil,
	// [ErrNoSession] if the session has ended, [ErrRefresh] or [ErrStore].
	Refresh func(ctx context.Context, took time.Duration, err error)

	// LockWait is told how long each lock was waited for.
	LockWait func(ctx context.Context, took time.Duration, err error)

	// StoreCall is told of each call to the store. Op is "find", "commit" or
	// "delete".
	StoreCall func(ctx context.Context, op string, took time.Duration, err error)
}

// store returns s, timed if anybody wants to know.
func (m Metrics) store(s Store) Store {
	if s == nil || m.StoreCall == nil {
		return s
	}
	timed := &timedStore{s, m.StoreCall}
	if u, ok := s.(Updater); ok {
		return &timedUpdater{timed, u}
	}
	return timed
}

// locker returns l, timed if anybody wants to know.
func (m Metrics) locker(l Locker) Locker {
	if l == nil || m.LockWait == nil {
		return l
	}
	return &timedLocker{l, m.LockWait}
}

type timedStore struct {
	store Store
	told  func(ctx context.Context, op string, took time.Duration, err error)
}

func (t *timedStore) Find(ctx context.Context, id string) ([]byte, bool, error) {
	began := time.Now()
	sealed, found, err := t.store.Find(ctx, id)
	t.told(ctx, "find", time.Since(began), err)
	return sealed, found, err
}

func (t *timedStore) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	began := time.Now()
	err := t.store.Commit(ctx, id, sealed, expiry)
	t.told(ctx, "commit", time.Since(began), err)
	return err
}

func (t *timedStore) Delete(ctx context.Context, id string) error {
	began := time.Now()
	err := t.store.Delete(ctx, id)
	t.told(ctx, "delete", time.Since(began), err)
	return err
}

// A timedUpdater is a timedStore that can Update.
type timedUpdater struct {
	*timedStore
	updater Updater
}

func (t *timedUpdater) Update(ctx context.Context, id string, sealed []byte, expiry time.Time) (bool, error) {
	began := time.Now()
	found, err := t.updater.Update(ctx, id, sealed, expiry)
	t.told(ctx, "update", time.Since(began), err)
	return found, err
}

type timedLocker struct {
	locker Locker
	told   func(ctx context.Context, took time.Duration, err error)
}

func (t *timedLocker) Lock(ctx context.Context, id string) (context.Context, func(), error) {
	began := time.Now()
	held, unlock, err := t.locker.Lock(ctx, id)
	t.told(ctx, time.Since(began), err)
	return held, unlock, err
}
