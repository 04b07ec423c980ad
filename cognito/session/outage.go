package session

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/pace"
	"github.com/seed75762126/cognito-go/internal/web"
)

// errAway means that the Refresher has failed for a reason that will pass.
var errAway = errors.New("the refresh failed at Cognito")

// errStale is why a session that is served in an outage has no tokens.
var errStale = because(ErrRefresh, errors.New("the access token has ended while Cognito does not answer: the session is served without its tokens"))

// isAway reports whether a refresh has failed because of Cognito, and not
// because of the store, a lock, or the end of this process.
func isAway(err error) bool {
	return errors.Is(err, ErrRefresh) && (errors.Is(err, errAway) || errors.Is(err, pace.ErrHolding))
}

// usable returns the session that serves a request while its tokens cannot be
// refreshed: s, or the newest one that this process has instead. It is nil if
// the access token has ended. Renewed may be nil.
func (m *Manager) usable(s *Session, renewed *renewal) *Session {
	if renewed != nil && renewed.newest != nil {
		s = renewed.newest.forRequest()
	}
	if !m.now().Before(s.state.expiry) {
		return nil
	}
	return s
}

// staleSession returns the session that serves a request although its access
// token has ended, or nil. Why is the refresh's error. Renewed may be nil.
func (m *Manager) staleSession(w http.ResponseWriter, r *http.Request, s *Session, renewed *renewal, why error) *Session {
	now, current := m.now(), s
	if renewed != nil && renewed.newest != nil {
		current = renewed.newest.forRequest()
	}
	if m.cfg.OutageGrace == 0 || !isAway(why) || !now.Before(current.state.expiry.Add(m.cfg.OutageGrace)) || !m.inTime(current.state) {
		return nil
	}
	if current == s { // as the browser has it
		used, err := m.touch(w, r, s, now)
		if err != nil { // it has just ended
			return nil
		}
		current = used
	}
	web.NoCache(w.Header())
	m.tellStale(r.Context(), current, now, why)
	bare := current.forRequest()
	bare.outage = true
	return bare
}

// tellStale tells the Observer and the operator. A long outage must not fill the
// log.
func (m *Manager) tellStale(ctx context.Context, s *Session, now time.Time, why error) {
	if f := m.observer.Stale; f != nil {
		f(ctx, observe.Stale{Session: observe.SessionHandle(s.ID()), UserHash: userHash(s.Identity()), Since: now.Sub(s.state.expiry), Err: why})
	}
	leftOut, through := m.sampler.Take("stale")
	if !through {
		return
	}
	m.logger.WarnContext(ctx, "session: served without tokens, since Cognito cannot be reached", "op", "require", "user", s.state.identity,
		"ended", now.Sub(s.state.expiry).Truncate(time.Second).String(), "left", s.state.expiry.Add(m.cfg.OutageGrace).Sub(now).Truncate(time.Second).String(),
		"left_out", leftOut, "err", why)
}

// Stale reports whether the access token has ended and Cognito cannot be
// reached: see Options.OutageGrace. Then the session has no tokens, and its
// identity is from the last refresh.
func (s *Session) Stale() bool { return s.outage }
