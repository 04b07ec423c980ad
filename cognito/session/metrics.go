package session

import (
	"context"
	"time"

	"github.com/seed75762126/cognito-go/internal/timed"
)

// Metrics are functions that are told what happens, for counters and
// histograms. Each may be nil, and costs nothing then. They may be called
// concurrently, and must not wait: the visitor who is being served waits with them.
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

	// StoreCall is told of each call to the store. Op is "find", "commit",
	// "update" or "delete".
	StoreCall func(ctx context.Context, op string, took time.Duration, err error)
}

// store returns s, timed if anybody wants to know.
func (m Metrics) store(s Store) Store {
	if s == nil || m.StoreCall == nil {
		return s
	}
	return timed.NewStore(s, m.StoreCall)
}

// locker returns l, timed if anybody wants to know.
func (m Metrics) locker(l Locker) Locker {
	if l == nil || m.LockWait == nil {
		return l
	}
	return timed.NewLocker(l, m.LockWait)
}
