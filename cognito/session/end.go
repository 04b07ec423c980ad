package session

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
	"github.com/seed75762126/cognito-go/internal/cookies"
	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/web"
)

// End signs the visitor out of the app. It removes the session from the store
// and all its cookies from the browser. A copy of the cookies does not open the
// session again; without a Store or SignOuts, only this process refuses such a
// copy. The refresh token is revoked as by Start. If that fails, it is tried
// once more a minute later. For a request without a session, End does nothing.
// If the request's context ends, End waits no longer, but its work goes on.
// The error is [ErrStore]: the session may not have ended, and the visitor has
// to try again.
func (m *Manager) End(w http.ResponseWriter, r *http.Request) error {
	own := r.WithContext(r.Context()) // a copy
	if err := m.finish(r.Context(), func(ctx context.Context) error { return m.endOf(own.WithContext(ctx)) }); err != nil {
		return err
	}
	web.NoCache(w.Header())
	m.cookies.Clear(w, r)
	return nil
}

// endOf ends the session of a request on the server.
func (m *Manager) endOf(r *http.Request) error {
	s, err := m.FromRequest(r)
	switch {
	case errors.Is(err, ErrStore):
		return m.removeUnread(r, err)
	case err == nil:
		refresh := m.lastRefreshToken(r.Context(), s)
		if err := m.end(r.Context(), s, observe.SignedOut, nil); err != nil {
			m.renewals.revive(s.state.sid)
			return err
		}
		m.revocations.Revoke(r.Context(), refresh)
	default: // no session, but perhaps records of one: an earlier End may have failed
		if secret, ok := cookies.Read(r.Header["Cookie"], m.cookies.Name); ok && m.store != nil {
			return m.removeLeftovers(r.Context(), records.Of(secret))
		} else if s, err := m.fromCookies(r); err == nil { // it was ended with others, without its tokens
			refresh := m.lastRefreshToken(r.Context(), s)
			m.renewals.end(s.state.sid, m.now(), s.state.expiry)
			m.revocations.Revoke(r.Context(), refresh)
		}
	}
	return nil
}

// finishTimeout bounds work that goes on after its request has ended.
const finishTimeout = 10 * time.Second

// finish carries out work that must not stop half way. If ctx ends, finish
// returns [ErrStore], and the work goes on: a visitor who closes the tab must
// not stay signed in.
func (m *Manager) finish(ctx context.Context, work func(context.Context) error) error {
	m.renewals.working.Add(1)
	err := flight.Finish(ctx, finishTimeout, func(ctx context.Context) error {
		defer m.renewals.working.Add(-1)
		return work(ctx)
	})
	if err != nil && !errors.Is(err, ErrStore) {
		return because(ErrStore, err)
	}
	return err
}

// removeUnread deletes the records of a session that could not be read. It
// returns why, unless the deletions worked.
func (m *Manager) removeUnread(r *http.Request, why error) error {
	secret, ok := cookies.Read(r.Header["Cookie"], m.cookies.Name)
	if m.store == nil || !ok {
		return why
	}
	if err := m.removeRecords(r.Context(), records.Of(secret)); err != nil {
		return errors.Join(why, err)
	}
	m.ended(r.Context(), observe.SignedOut, nil, sid{}, why)
	return nil
}

// end ends a session on the server. Err says more about the cause, or is nil.
func (m *Manager) end(ctx context.Context, s *Session, cause observe.Cause, err error) error {
	m.renewals.end(s.state.sid, m.now(), s.state.expiry)
	if err := m.endRecords(ctx, s); err != nil {
		return err
	}
	m.ended(ctx, cause, s.state.identity, s.state.sid, err)
	return nil
}

// endRecords deletes a session from the store, or notes its end.
func (m *Manager) endRecords(ctx context.Context, s *Session) error {
	if m.store == nil {
		return m.noteEnd(ctx, s.state.identity, s.state.sid)
	}
	if err := m.removeRecords(ctx, s.handle); err != nil {
		return err
	}
	if err := m.leaveIndex(ctx, handleOfUser(s.state.identity), s.state.sid); err != nil {
		m.logger.WarnContext(ctx, "session: a session that has ended is still listed", "op", "end", "err", err)
	}
	return nil
}

// endWith ends a session for a cause that err explains, and revokes its refresh
// token. It returns err, with what went wrong.
func (m *Manager) endWith(ctx context.Context, s *Session, cause observe.Cause, err error) error {
	refresh := m.lastRefreshToken(ctx, s)
	failed := m.end(ctx, s, cause, err)
	m.revocations.Revoke(ctx, refresh)
	return errors.Join(err, failed)
}

// endedMark is what is stored to say that a session has ended.
var endedMark = []byte{1}

// markLife is how long endedMark is stored. No request that has read a session
// takes longer to write that session.
const markLife = time.Hour

// removeRecords deletes a session's records, and leaves a mark for a process
// that is writing them at this moment: see checkEnded. A store that is full
// takes no mark, but still deletes. With an [Updater] that is enough, since no
// write can create the records again.
func (m *Manager) removeRecords(ctx context.Context, h records.Handle) error {
	var mark error
	if err := m.store.Commit(ctx, h.ID(records.Ended), endedMark, m.now().Add(markLife)); err != nil {
		mark = because(ErrStore, err)
		if _, ok := m.store.(Updater); ok {
			m.logger.WarnContext(ctx, "session: the mark of a session that ends could not be written", "op", "end", "err", err)
			mark = nil
		}
	}
	return errors.Join(mark, m.deleteRecord(ctx, h.ID(records.Tokens)), m.deleteRecord(ctx, h.ID(records.Identity)))
}

// removeLeftovers deletes what is left of a session that cannot be found. It
// leaves a mark only where there was something: anybody can make up cookies.
func (m *Manager) removeLeftovers(ctx context.Context, h records.Handle) error {
	for _, part := range []string{records.Tokens, records.Identity} {
		_, err := m.find(ctx, h.ID(part))
		if err == nil {
			return m.removeRecords(ctx, h)
		}
		if errors.Is(err, ErrStore) {
			return err
		}
	}
	return nil
}

// deleteRecord deletes a record.
func (m *Manager) deleteRecord(ctx context.Context, id string) error {
	if err := m.store.Delete(ctx, id); err != nil {
		return because(ErrStore, err)
	}
	return nil
}

// lastRefreshToken returns the newest refresh token of a session that is known
// here, or "". Without a Refresher that revokes tokens nobody needs it.
func (m *Manager) lastRefreshToken(ctx context.Context, s *Session) cognito.RefreshToken {
	if !m.revocations.Possible() {
		return ""
	}
	if newest := m.renewals.newest(s.state.sid); newest != nil && newest.state.version > s.state.version {
		s = newest.forRequest()
	}
	g, err := s.open(ctx)
	if err != nil {
		return ""
	}
	return g.tokens.Refresh
}
