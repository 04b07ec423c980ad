package session

import (
	"context"
	"errors"
	"time"

	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/pace"
)

const (
	// renewalTimeout bounds one refresh altogether, with locking and saving.
	renewalTimeout = time.Minute

	// turnWait is how long a request waits for a refresh that has no turn yet.
	turnWait = 10 * time.Second

	// After a failed refresh the next try waits: five seconds, then twice as
	// long each time, up to a minute. Each of these is spread.
	firstPause = 5 * time.Second
	maxPause   = time.Minute

	// After a failure of the store or the lock the next try waits for this long
	// at most: Cognito was not asked, or has answered.
	storePause = 500 * time.Millisecond

	// New tokens that could not be saved are saved by later attempts, without
	// any request. The first comes a quarter of a second later; each wait
	// doubles, up to a second. They go on for as long as Cognito's longest
	// grace period. From then on each request of the session tries.
	firstSavePause = 250 * time.Millisecond
	maxSavePause   = time.Second
	saveFor        = time.Minute

	// replacedWait is how long, in a store, a session with a refused refresh
	// token is kept. Another process may have used the token first, and be
	// about to save what it got. It is longer than maxSavePause.
	replacedWait = 2 * time.Second
)

// renew returns the session with tokens that are not due: the outcome of a
// refresh under way or lately done, or of one it starts. It waits until ctx
// ends. If the refresh itself waits in a queue, renew waits for turnWait at
// most, and not at all if the tokens are still valid. The refresh goes on
// without it. The error is [ErrNoSession], [ErrRefresh] or [ErrStore].
func (m *Manager) renew(ctx context.Context, s *Session) (*renewal, error) {
	if m.store == nil { // cookies that do not open belong to no user
		if _, err := s.open(ctx); err != nil {
			return nil, err
		}
	}
	r := m.join(ctx, s)
	if err := m.awaitTurn(ctx, s, r); err != nil {
		return r, err
	}
	if err := r.flight.Wait(ctx); err != nil {
		return r, because(ErrRefresh, err)
	}
	if m.renewals.hasEnded(s.state.sid) {
		return nil, ErrNoSession
	}
	return r, r.err
}

// awaitTurn waits until a renewal has begun. A request that can be served with
// the tokens there are does not wait.
func (m *Manager) awaitTurn(ctx context.Context, s *Session, r *renewal) error {
	select {
	case <-r.turn:
		return nil
	default:
	}
	if m.usable(s, r) != nil {
		return because(ErrRefresh, pace.ErrBusy)
	}
	patience := time.NewTimer(turnWait)
	defer patience.Stop()
	select {
	case <-r.turn:
		return nil
	case <-patience.C:
		return because(ErrRefresh, pace.ErrBusy)
	case <-ctx.Done():
		return because(ErrRefresh, context.Cause(ctx))
	}
}

// join returns the renewal that serves s, and starts it if there is none.
func (m *Manager) join(ctx context.Context, s *Session) *renewal {
	n := m.renewals
	n.mu.Lock()
	defer n.mu.Unlock()
	now := m.now()
	last := n.latest[s.state.sid]
	if _, ended := n.ended[s.state.sid]; ended { // since the request came in
		return overAtOnce(ErrNoSession, nil)
	}
	next := &renewal{turn: make(chan struct{})}
	if last != nil {
		switch {
		case last.running():
			return last
		case last.serves(s, now, m.store != nil):
			return last
		case last.err != nil && now.Before(last.retryAt):
			return last
		}
		next.failures, next.unsaved, next.saveBy, next.givenUp = last.failures, last.unsaved, last.saveBy, last.givenUp
		if m.store == nil {
			s = next.goOnFrom(last, s)
		}
	}
	var busy error
	if n.needsCognito(next, now) {
		if n.closing.Load() {
			return overAtOnce(because(ErrRefresh, errClosing), next.newest)
		}
		if next.place, busy = m.gate.Try(); errors.Is(busy, pace.ErrHolding) { // nothing has changed
			return overAtOnce(because(ErrRefresh, busy), next.newest)
		}
	}
	if busy == nil {
		close(next.turn)
	}
	n.working.Add(1)
	m.begin(context.WithoutCancel(ctx), s, next)
	n.drop(s.state.sid)
	n.latest[s.state.sid] = next
	n.prune(now)
	return next
}

// overAtOnce is a renewal that has failed before it began.
func overAtOnce(err error, newest *Session) *renewal {
	over := make(chan struct{})
	close(over)
	return &renewal{turn: over, flight: flight.Landed(), err: err, newest: newest}
}

// needsCognito reports whether the renewal needs Cognito: it does, unless it
// has tokens that only need to be saved. When the process is about to end,
// tokens that are due again are saved all the same.
func (n *renewals) needsCognito(r *renewal, now time.Time) bool {
	return r.unsaved == nil || !n.closing.Load() && !now.Before(r.unsaved.state.refreshAt)
}

// begin carries out one renewal, in its turn, and publishes its outcome. If new
// tokens could not be saved, it also begins the next attempt. The mutex of the
// renewals is held.
func (m *Manager) begin(ctx context.Context, s *Session, r *renewal) {
	r.flight = flight.StartThen(
		func() { m.carryOut(ctx, s, r, m.takeTurn(ctx, r)) },
		func() { m.follow(ctx, s, r) })
}

func (m *Manager) follow(ctx context.Context, s *Session, r *renewal) {
	defer m.renewals.working.Add(-1)
	if r.unsaved == nil || errors.Is(r.err, ErrNoSession) || !m.now().Before(r.saveBy) {
		return
	}
	time.Sleep(r.savePause())
	m.join(ctx, s)
}

// takeTurn waits for the renewal's turn to ask Cognito, if that has not come.
// Nothing is locked during that time.
func (m *Manager) takeTurn(ctx context.Context, r *renewal) error {
	select {
	case <-r.turn:
		return nil
	default:
	}
	defer close(r.turn)
	ctx, cancel := context.WithTimeout(ctx, renewalTimeout)
	defer cancel()
	var err error
	r.place, err = m.gate.Enter(ctx)
	return err
}

// carryOut carries out one renewal and publishes its outcome. If the renewal did
// not get its turn, the outcome is the error noTurn.
func (m *Manager) carryOut(ctx context.Context, s *Session, r *renewal, noTurn error) {
	ctx, cancel := context.WithTimeout(ctx, renewalTimeout)
	defer cancel()
	if noTurn != nil {
		r.err = because(ErrRefresh, noTurn)
	} else {
		m.attempt(ctx, s, r)
	}
	now := m.now()
	r.until = now.Add(renewalKept)
	if kept := r.kept(); kept != nil && m.store == nil && !errors.Is(r.err, ErrNoSession) {
		m.renewals.hold(r, now, m.heldUntil(kept))
	}
	switch {
	case noTurn != nil:
		r.retryAt = now.Add(pace.Spread(storePause))
	case r.err == nil:
		r.failures = 0
	case errors.Is(r.err, ErrNoSession):
		r.retryAt = r.until
	case r.unsaved != nil: // nobody else has this refresh token
		r.failures++
		r.until = s.state.created.Add(m.absolute(s.state))
		m.notSaved(ctx, s, r, now)
	case errors.Is(r.err, ErrStore) || errors.Is(r.err, ErrLockLost):
		r.retryAt = now.Add(pace.Spread(storePause))
		m.logger.WarnContext(ctx, "session: the tokens could not be refreshed while the store or the lock failed", "op", "refresh", "err", r.err, "user", s.state.identity)
	default:
		r.failures++
		r.retryAt = now.Add(pace.Spread(min(maxPause, firstPause<<min(r.failures-1, 8))))
		if asked := pace.AskedFor(r.err); asked > 0 {
			r.retryAt = now.Add(asked + pace.Spread(firstPause))
		}
		m.logger.WarnContext(ctx, "session: the tokens could not be refreshed", "op", "refresh", "err", r.err, "user", s.state.identity, "failures", r.failures)
	}
}

// attempt carries out one renewal that has its turn.
func (m *Manager) attempt(ctx context.Context, s *Session, r *renewal) {
	ctx, ended := m.beginRefresh(ctx, s)
	session, err := m.obtainSafely(ctx, s, r)
	r.session, r.unsaved, r.err = session.seal(), r.unsaved.seal(), err
	if r.place != nil {
		r.place.Unused() // unless Cognito was asked
	}
	ended(r.err)
}

// notSaved plans the next attempt at saving new tokens, and reports once that
// they are not saved, and once that it is given up.
func (m *Manager) notSaved(ctx context.Context, s *Session, r *renewal, now time.Time) {
	if r.saveBy.IsZero() {
		r.failures = 1
		r.saveBy = now.Add(saveFor)
		m.logger.WarnContext(ctx, "session: new tokens could not be saved, which is tried again", "op", "refresh", "err", r.err, "user", s.state.identity)
	}
	r.retryAt = now.Add(r.savePause())
	if now.Before(r.saveBy) {
		return
	}
	r.retryAt = now.Add(maxSavePause)
	if !r.givenUp {
		r.givenUp = true
		m.logger.ErrorContext(ctx, "session: new tokens could not be saved for a minute; only this process has them, and it saves them when the session is used",
			"op", "refresh", "err", r.err, "user", s.state.identity)
	}
}

// savePause is how long to wait before new tokens are saved again.
func (r *renewal) savePause() time.Duration {
	return min(maxSavePause, firstSavePause<<min(r.failures-1, 8))
}
