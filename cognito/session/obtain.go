package session

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session/internal/permanent"
	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/pace"
)

// obtainSafely is obtainWithRetry, with a panic in a Refresher, a Store, a
// Locker or OnRefresh turned into an error. No http.Server stands behind this
// goroutine to catch the panic.
func (m *Manager) obtainSafely(ctx context.Context, s *Session, r *renewal) (next *Session, err error) {
	defer func() {
		if v := recover(); v != nil {
			m.logger.ErrorContext(ctx, "session: panic in a refresh", "op", "refresh", "panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			next, err = nil, fmt.Errorf("%w: there was a panic, which is in the log", ErrRefresh)
		}
	}()
	return m.obtainWithRetry(ctx, s, r)
}

// obtainWithRetry tries twice where Cognito refused the refresh token, or the
// store has new tokens without their identity. In between it lets go of the
// lock, so that another process can save what it may have got for the token.
func (m *Manager) obtainWithRetry(ctx context.Context, s *Session, r *renewal) (*Session, error) {
	next, err := m.obtainLocked(ctx, s, r)
	if !errors.Is(err, errRefused) && !errors.Is(err, errHalfWritten) {
		return next, err
	}
	if err := flight.Sleep(ctx, replacedWait); err != nil {
		return nil, because(ErrRefresh, err)
	}
	next, err = m.obtainLocked(ctx, s, r)
	if errors.Is(err, errHalfWritten) || errors.Is(err, errRefused) {
		err = because(ErrRefresh, err)
	}
	return next, err
}

// obtainLocked is obtain under the session's lock, if there is a Locker.
func (m *Manager) obtainLocked(ctx context.Context, s *Session, r *renewal) (*Session, error) {
	if m.locker == nil || m.store == nil {
		return m.obtain(ctx, ctx, s, r)
	}
	held, unlock, err := m.locker.Lock(ctx, s.handle.ID(records.Lock))
	if err != nil {
		return nil, because(ErrStore, err)
	}
	defer unlock()
	return m.obtain(ctx, held, s, r)
}

// obtain gets new tokens and saves them. They are those that another process
// got in between, those that could not be saved last time, or Cognito's.
// Nothing is written once held has ended.
func (m *Manager) obtain(ctx, held context.Context, s *Session, r *renewal) (*Session, error) {
	var err error
	if r.unsaved, err = r.unsaved.unseal(ctx); err != nil {
		return nil, err
	}
	current, err := s.latest(ctx)
	if err != nil {
		return nil, m.giveBack(ctx, r.unsaved, err)
	}
	if err := m.endIfSignedOut(ctx, s); err != nil {
		return nil, m.giveBack(ctx, r.unsaved, err)
	}
	if r.unsaved != nil && r.unsaved.replacedBy(current) {
		r.unsaved, r.saveBy, r.givenUp = nil, time.Time{}, false
	}
	switch {
	case r.refusedVersion != 0 && current.version == r.refusedVersion:
		return nil, m.endRefused(ctx, held, s, cognito.ErrInvalidGrant)
	case r.unsaved != nil && !m.renewals.needsCognito(r, m.now()):
		return m.publish(ctx, held, r.unsaved, r)
	case r.unsaved != nil: // due again before they could be saved
		s, current = r.unsaved, r.unsaved.grant
	case current.version > s.state.version && m.now().Before(current.refreshAt):
		next, err := m.adopt(ctx, s, current, r)
		if next != nil || err != nil {
			return next, err
		}
		if m.store != nil && r.halfWrittenVersion != current.version {
			r.halfWrittenVersion = current.version // another process may be writing the identity
			return nil, errHalfWritten
		}
	}
	next, err := m.refresh(ctx, s, current, r)
	if err != nil {
		return m.refreshFailed(ctx, held, s, current, r, err)
	}
	r.unsaved = next
	if m.store != nil { // it may have been ended elsewhere while Cognito was asked
		if _, err := s.latest(ctx); err != nil {
			return nil, m.giveBack(ctx, next, err)
		}
	}
	return m.publish(ctx, held, next, r)
}

// endIfSignedOut returns [ErrNoSession] for a session in the store whose user
// was signed out everywhere, even if the sign-out missed the session: see
// mendIndex.
func (m *Manager) endIfSignedOut(ctx context.Context, s *Session) error {
	if m.store == nil { // every request asks
		return nil
	}
	err := m.checkSignedOut(ctx, s.state)
	if errors.Is(err, ErrNoSession) {
		return m.endWith(ctx, s, observe.SignedOut, err)
	}
	if err == nil {
		err = m.checkEveryone(ctx, s.state)
	}
	return err
}

// latest returns the tokens part as it is now: in store mode another process
// may have written it since.
func (s *Session) latest(ctx context.Context) (*grant, error) {
	if s.m.store == nil {
		return s.open(ctx)
	}
	return s.m.storedGrant(ctx, s.handle, s.state.sid) // s may have kept an older one
}

// replacedBy reports whether the stored tokens replace those of s: they have a
// higher version, or the same version with another access token.
func (s *Session) replacedBy(stored *grant) bool {
	return stored.version > s.grant.version ||
		stored.version == s.grant.version && stored.tokens.Access != s.grant.tokens.Access
}

// adopt returns a session whose tokens part is newer than the identity part it
// was found with. Another process has refreshed it in the store, and has
// written the identity that belongs to it. It returns nil where there is no
// such identity: then the session has to be refreshed. An older identity is
// never used with newer tokens, since it may have rights that the user has
// lost.
func (m *Manager) adopt(ctx context.Context, s *Session, g *grant, r *renewal) (*Session, error) {
	if m.store == nil {
		return nil, nil
	}
	st, err := m.storedState(ctx, s.handle)
	if err != nil {
		return nil, err
	}
	if st.sid != g.sid || st.version != g.version {
		return nil, nil
	}
	next := m.newSession(s.secret, st, g)
	r.cookies = m.idCookie(next)
	return next, nil
}

// with returns a copy of s that has other tokens.
func (s *Session) with(g *grant, id *cognito.Identity) *Session {
	st := *s.state
	st.version, st.refreshAt, st.expiry, st.identity = g.version, g.refreshAt, g.tokens.Expiry, id
	if !s.polled {
		st.seen = s.m.now()
	}
	if s.m.checks != nil { // a refresh is an answer too
		st.marks.Checked = s.m.now()
	}
	return s.m.newSession(s.secret, &st, g)
}

// refresh trades the refresh token.
func (m *Manager) refresh(ctx context.Context, s *Session, current *grant, r *renewal) (*Session, error) {
	old, who := current.tokens, s.state.identity
	if old.Refresh == "" {
		return nil, fmt.Errorf("%w: there is no refresh token", cognito.ErrInvalidGrant)
	}
	tokens, id, err := m.ask(ctx, r, old, who)
	if err != nil {
		return nil, err
	}
	if id == nil { // Cognito sent no ID token
		id = who
	}
	if !m.sameUser(who, id) {
		return nil, &cognito.VerifyError{Check: cognito.CheckSubject, Err: errOtherUser}
	}
	if tokens.Refresh == "" {
		tokens.Refresh = old.Refresh
	}
	tokens.Nonce = old.Nonce
	kept := *id
	kept.UserID = who.UserID // which no token has
	g := &grant{
		sid:       current.sid,
		version:   max(current.version, s.state.version) + 1,
		refreshAt: refreshAt(m.now(), tokens),
		tokens:    tokens,
	}
	return s.with(g, &kept), nil
}

// ask asks Cognito once, in the renewal's place, and notes for other sessions
// whether Cognito works.
func (m *Manager) ask(ctx context.Context, r *renewal, old cognito.Tokens, who *cognito.Identity) (tokens cognito.Tokens, id *cognito.Identity, err error) {
	place := r.place
	r.place = nil
	if place == nil { // it has asked before, and another process's tokens are due as well
		if m.renewals.closing.Load() {
			return tokens, nil, errClosing
		}
		if place, err = m.gate.Enter(ctx); err != nil {
			return tokens, nil, err
		}
	}
	works := false // also after a panic
	defer func() {
		if works {
			place.Answered()
		} else {
			place.Failed(pace.AskedFor(err))
		}
	}()
	tokens, id, err = m.cfg.Refresher.Refresh(ctx, old, who)
	works = err == nil || permanent.Is(err)
	return tokens, id, err
}

var errOtherUser = errors.New("the refreshed tokens are another user's, or another app client's")
