package scsstore

import (
	"context"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// SCS has the methods of scs.Store, which every store of scs has.
type SCS interface {
	Find(token string) (b []byte, found bool, err error)
	Commit(token string, b []byte, expiry time.Time) error
	Delete(token string) error
}

// scsCtx has the further methods of scs.CtxStore. A store that has them is
// called with a context.
type scsCtx interface {
	FindCtx(ctx context.Context, token string) (b []byte, found bool, err error)
	CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error
	DeleteCtx(ctx context.Context, token string) error
}

// Config has the settings of a [Store]. The zero Config is good for production.
type Config struct {
	// Timeout limits each call. If the store cannot be reached, a visitor waits
	// this long for the answer 503. Zero means 2 seconds.
	Timeout time.Duration

	// MaxCalls is how many calls run at the same time, with those that go on in
	// the background after Timeout. Zero means 100.
	MaxCalls int
}

const (
	defaultTimeout  = 2 * time.Second
	defaultMaxCalls = 100
)

func (c Config) timeout() time.Duration {
	if c.Timeout == 0 {
		return defaultTimeout
	}
	return c.Timeout
}

func (c Config) maxCalls() int {
	if c.MaxCalls == 0 {
		return defaultMaxCalls
	}
	return c.MaxCalls
}

// A Store keeps sessions in a store of scs. It is safe for concurrent use.
type Store struct {
	scs     scsCtx
	timeout time.Duration
	slots   chan struct{} // has room for the calls that may run
}

var _ session.Store = (*Store)(nil)

// New returns a Store, or an error with every problem of cfg. It makes no call
// to the database.
func New(store SCS, cfg Config) (*Store, error) {
	errs := problems.New((&cognito.ConfigError{Package: "scsstore"}).At)
	if store == nil {
		errs.Add("store", "missing")
	}
	if cfg.Timeout < 0 {
		errs.Add("Timeout", "cannot be negative")
	}
	if cfg.MaxCalls < 0 {
		errs.Add("MaxCalls", "cannot be negative")
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	with, ok := store.(scsCtx)
	if !ok {
		with = plain{store}
	}
	return &Store{scs: with, timeout: cfg.timeout(), slots: make(chan struct{}, cfg.maxCalls())}, nil
}

// plain gives a store without context methods those methods.
type plain struct{ scs SCS }

func (p plain) FindCtx(_ context.Context, id string) ([]byte, bool, error) { return p.scs.Find(id) }
func (p plain) DeleteCtx(_ context.Context, id string) error               { return p.scs.Delete(id) }
func (p plain) CommitCtx(_ context.Context, id string, sealed []byte, expiry time.Time) error {
	return p.scs.Commit(id, sealed, expiry)
}

// Find implements session.Store.
func (s *Store) Find(ctx context.Context, id string) (sealed []byte, found bool, err error) {
	type record struct {
		sealed []byte
		found  bool
	}
	r, err := call(ctx, s, "find", func(ctx context.Context) (r record, err error) {
		r.sealed, r.found, err = s.scs.FindCtx(ctx, id)
		return r, err
	})
	return r.sealed, r.found, err
}

// Commit implements session.Store.
func (s *Store) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	_, err := call(ctx, s, "commit", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.scs.CommitCtx(ctx, id, sealed, expiry)
	})
	return err
}

// Delete implements session.Store.
func (s *Store) Delete(ctx context.Context, id string) error {
	_, err := call(ctx, s, "delete", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.scs.DeleteCtx(ctx, id)
	})
	return err
}
