package session

import (
	"context"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
)

// In cookie mode an answer with new cookies may never reach the browser: the
// connection breaks, or the handler takes it over. The browser then comes back
// with the old cookies, whose refresh token may be used up. So the process
// holds what a refresh gave until a request has come with the new cookies.

// maxHeld is how many sessions are held in this way. Each takes some ten
// kilobytes. If there is one more, the session that was refreshed longest ago is
// no longer held.
const maxHeld = 4096

// What a process keeps has sealed tokens. A request, or a refresh, opens them.

// seal returns s as a process keeps it. A nil session is nil.
func (s *Session) seal() *Session {
	if s == nil || s.grant == nil {
		return s
	}
	kept := s.forRequest()
	kept.sealed = s.m.tokens.Seal(s.grant.encode(true), records.Held)
	return kept
}

// forRequest returns a copy of s for one request. The session s lives longer
// than the request, but tokens that the request opens are only in the copy.
func (s *Session) forRequest() *Session {
	return &Session{m: s.m, state: s.state, secret: s.secret, handle: s.handle, sent: s.sent, sealed: s.sealed}
}

// unseal returns a copy of a session that a process keeps, with its tokens
// open. A nil session is nil.
func (s *Session) unseal(ctx context.Context) (*Session, error) {
	if s == nil {
		return nil, nil
	}
	open := s.forRequest()
	_, err := open.open(ctx)
	return open, err
}

// heldUntil is when no browser can have older cookies of the session any more:
// their idle time is over.
func (m *Manager) heldUntil(s *Session) time.Time {
	now, end := m.now(), s.state.created.Add(m.absolute(s.state))
	if idle := now.Add(m.idle(s.state)); idle.Before(end) {
		return idle
	}
	return end
}

// hold keeps the outcome of a refresh until a request has come with its cookies,
// and no longer than until the given time.
func (n *renewals) hold(r *renewal, now, until time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.latest[r.kept().state.sid] != r { // the session has ended
		return
	}
	r.held, r.until = n.held.PushBack(r), later(until, now.Add(renewalKept))
	if n.held.Len() > maxHeld {
		n.letGo(n.held.Front().Value.(*renewal), now)
	}
}

// letGo keeps a record for one more minute: other requests may have left the
// browser before it had the new cookies. n.mu is held.
func (n *renewals) letGo(r *renewal, now time.Time) {
	n.unhold(r)
	if soon := now.Add(renewalKept); soon.Before(r.until) {
		r.until = soon
	}
}

// unhold takes a record off the list of those that are held. n.mu is held.
func (n *renewals) unhold(r *renewal) {
	if r.held != nil {
		n.held.Remove(r.held)
		r.held = nil
	}
}

// arrived notes that a request has come with the session's cookies of this
// version. It reports whether the session may be used: false if it was ended
// here.
func (n *renewals) arrived(id sid, version uint64, now func() time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r := n.latest[id]; r != nil && !r.running() && r.held != nil && version >= r.kept().state.version {
		n.letGo(r, now())
		n.prune(now())
	}
	_, ended := n.ended[id]
	return !ended
}

// serves reports whether the outcome of a refresh serves a session with older
// tokens. In cookie mode it does not if the new tokens are due as well.
func (r *renewal) serves(s *Session, now time.Time, stored bool) bool {
	return r.session != nil && r.session.state.version > s.state.version && now.Before(r.until) &&
		(stored || now.Before(r.session.state.refreshAt))
}

// kept returns the newest session that the process has after this refresh. It
// is nil if the refresh failed and the process has none of an earlier refresh.
func (r *renewal) kept() *Session {
	if r.session != nil {
		return r.session
	}
	return r.newest
}

// goOnFrom returns the session to refresh, where the request has the session
// s: the newest one that this process has. Its refresh token may be the only
// one that works.
func (r *renewal) goOnFrom(last *renewal, s *Session) *Session {
	newest := last.kept()
	if newest == nil || newest.state.version <= s.state.version {
		return s
	}
	r.newest = newest
	from := newest.forRequest()
	from.polled = s.polled
	return from
}
