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
	// one that another process has traded meanwhile. It is not told of those
	// that do not get their turn: see Options.MaxRefreshes. The error is nil,
	// [ErrNoSession] if the session has ended, [ErrRefresh] or [ErrStore].
	Refresh func(ctx context.Context, took time.Duration, err error)

	// Ended is told of each session that has ended, by its cause:
	//
	//	signed_out  by the user, with this session or from another one
	//	replaced    by the next sign-in in the same browser
	//	too_many    the user had more than Options.MaxSessions
	//	revoked     Cognito no longer honours the refresh token
	//	refused     the refreshed tokens can never be accepted
	//	app         Config.OnRefresh said so
	//	too_large   the refreshed tokens do not fit into cookies
	//
	// "Sign out everywhere" in cookie mode is told once, since the
	// number of sessions that it ends is unknown. Lifetimes that pass unused are not told.
	Ended func(ctx context.Context, cause string)

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
