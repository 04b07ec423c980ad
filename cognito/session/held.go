package session

import (
	"net/http"
	"time"
)

// In cookie mode an answer with new cookies may never reach the browser: the
// connection breaks, or the handler takes it over. The browser then comes back
// with the old cookies, whose refresh token may be used up. So the process
// holds what a refresh gave until a request has come with the new cookies.

// maxHeld is how many sessions are held so. Each takes some ten kilobytes. One
// more lets go of the session that was refreshed longest ago.
const maxHeld = 4096

// heldUntil is when no browser can have older cookies of the session any more:
// their idle time is over.
func (m *Manager) heldUntil(s *Session) time.Time {
	now, end := m.now(), s.state.created.Add(m.absolute(s.state))
	if idle := now.Add(m.idle(s.state)); idle.Before(end) {
		return idle
	}
	return end
}

// hold keeps the outcome of a refresh until then, or until a request has come
// with its cookies.
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

// letGo has a record go in a minute: other requests may have left the browser
// before it had the new cookies. n.mu is held.
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
// tokens. In cookie mode tokens that are due themselves do not.
func (r *renewal) serves(s *Session, now time.Time, stored bool) bool {
	return r.session != nil && r.session.state.version > s.state.version && now.Before(r.until) &&
		(stored || now.Before(r.session.state.refreshAt))
}

// kept returns the newest session that the process has after this refresh. It
// is nil if the refresh failed and none before it was lost.
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
	from := s.m.newSession("", newest.state, newest.grant)
	from.polled = s.polled
	return from
}

// answerRenewed sets the cookies of a refreshed session. One that was held for
// some minutes is written again, since it is in use now.
func (m *Manager) answerRenewed(w http.ResponseWriter, r *http.Request, n *renewal, polled bool) *Session {
	now, s := m.now(), n.session
	if m.store == nil && !polled && m.isStale(s.state, now) {
		st := *s.state
		st.seen = now
		fresh := m.newSession("", &st, s.grant)
		if list, err := m.save(r.Context(), fresh, true); err == nil {
			m.answer(w, r, list, true)
			return fresh
		}
	}
	m.answer(w, r, n.cookies, n.whole)
	return s
}

// isStale reports whether it is time to note that a session is in use.
func (m *Manager) isStale(st *state, now time.Time) bool {
	return now.Sub(st.seen) >= min(m.idle(st)/20, 5*time.Minute)
}
