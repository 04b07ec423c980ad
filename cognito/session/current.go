package session

import (
	"errors"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/web"
)

// Current returns the session of a request. It refreshes the tokens if that is
// due, and sets the session's cookies and headers on w. [Manager.Require] and
// [Manager.Optional] call it before the handler, so new tokens are saved
// whatever the handler does. The error is [ErrNoSession], [ErrRefresh] or
// [ErrStore].
func (m *Manager) Current(w http.ResponseWriter, r *http.Request) (*Session, error) {
	s, err := m.FromRequest(r)
	if err != nil {
		return nil, err
	}
	now := m.now()
	s.polled = isPolling(r.Context())
	if now.Before(s.state.refreshAt) {
		if s, err = m.recheck(r.Context(), s); err != nil {
			web.NoCache(w.Header())
			m.cookies.Clear(w, r)
			return nil, err
		}
		return m.touch(w, r, s, now)
	}
	if m.cfg.Refresher == nil {
		if !now.Before(s.state.expiry) {
			return nil, ErrNoSession
		}
		return m.touch(w, r, s, now)
	}
	renewed, err := m.renew(r.Context(), s)
	switch {
	case err == nil:
		return m.answerRenewed(w, r, renewed)
	case errors.Is(err, ErrNoSession):
		web.NoCache(w.Header())
		m.cookies.Clear(w, r)
	default: // an outage: the tokens may still serve
		if good := m.usable(s, renewed); good != nil {
			web.NoCache(w.Header())
			return good, nil
		}
		if stale := m.staleSession(w, r, s, renewed, err); stale != nil {
			return stale, nil
		}
	}
	return nil, err
}

// touch notes that the session is in use, every few minutes. In store mode it
// then also updates the user's index. The error is [ErrNoSession] if the user
// was signed out everywhere and this session was missed: see mendIndex.
func (m *Manager) touch(w http.ResponseWriter, r *http.Request, s *Session, now time.Time) (*Session, error) {
	web.NoCache(w.Header())
	if isPolling(r.Context()) || !s.rechecked && !m.useDue(s.state, now) {
		return s, nil
	}
	if m.store != nil {
		err := m.mendIndex(r.Context(), s)
		switch {
		case errors.Is(err, ErrNoSession):
			m.cookies.Clear(w, r)
			return nil, m.endWith(r.Context(), s, observe.SignedOut, err)
		case err != nil: // the session was read: it is good, and this can wait
			m.logger.WarnContext(r.Context(), "session: the time of its last use could not be saved", "op", "touch", "err", err)
			return s, nil
		}
	}
	st := *s.state
	st.seen = now
	s.state = &st
	list, err := m.save(r.Context(), s, identityOnly)
	if errors.Is(err, ErrNoSession) { // it was ended a moment ago
		return s, nil
	}
	if err != nil { // the session was read: it is good, it may only end early
		m.logger.WarnContext(r.Context(), "session: the time of its last use could not be saved", "op", "touch", "err", err)
		return s, nil
	}
	m.setCookies(w, r, list, identityOnly)
	return s, nil
}

// answerRenewed sets the cookies of a refreshed session. The refresh may have
// been some minutes ago, or for a polling request: then the use is noted here.
func (m *Manager) answerRenewed(w http.ResponseWriter, r *http.Request, renewed *renewal) (*Session, error) {
	s := renewed.session.forRequest()
	s.polled = isPolling(r.Context())
	m.setCookies(w, r, renewed.cookies, renewed.parts)
	return m.touch(w, r, s, m.now())
}

// useDue reports whether it is time to note that a session is in use.
func (m *Manager) useDue(st *state, now time.Time) bool {
	return now.Sub(st.seen) >= min(m.idle(st)/20, 5*time.Minute)
}
