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
)

// errRefused means that the refresh token was refused, but may have been
// replaced by a process that has yet to save.
var errRefused = errors.New("session: the refresh token was refused")

// errHalfWritten means that the store has new tokens without the identity that
// goes with them.
var errHalfWritten = errors.New("session: another process has refreshed the tokens, and has not saved their identity yet")

// refreshFailed decides what a failed refresh means. Only a permanent refusal
// ends the session. A refresh token that is no longer honoured ends it only if
// no other process has replaced that token, or is about to.
func (m *Manager) refreshFailed(ctx, held context.Context, s *Session, sent *grant, r *renewal, err error) (*Session, error) {
	if !permanent.Is(err) {
		return nil, because(because(ErrRefresh, errAway), err)
	}
	if m.store != nil && errors.Is(err, cognito.ErrInvalidGrant) {
		now, readErr := s.latest(ctx)
		switch {
		case errors.Is(readErr, ErrStore):
			return nil, readErr
		case readErr == nil && now.version > sent.version && m.now().Before(now.refreshAt):
			next, err := m.adopt(ctx, s, now, r)
			if next != nil || err != nil {
				return next, err
			}
			return nil, errHalfWritten
		case readErr == nil && now.version > sent.version:
			return nil, fmt.Errorf("%w: another process has refreshed them", ErrRefresh)
		case readErr == nil && sent.tokens.Refresh != "":
			r.refusedVersion = sent.version
			return nil, errRefused
		}
	}
	return nil, m.endRefused(ctx, held, s, err)
}

// endRefused ends a session whose refresh token is no longer honoured, or gives
// tokens that can never be accepted.
func (m *Manager) endRefused(ctx, held context.Context, s *Session, err error) error {
	if held.Err() != nil { // another process has the lock, and may have sent the same token
		return because(ErrRefresh, context.Cause(held))
	}
	cause := observe.Refused
	if errors.Is(err, cognito.ErrInvalidGrant) {
		cause = observe.Revoked
	}
	if err := m.end(ctx, s, cause, err); err != nil {
		return err
	}
	return because(ErrNoSession, err)
}

// publish saves new tokens and tells the app of them.
func (m *Manager) publish(ctx, held context.Context, next *Session, r *renewal) (*Session, error) {
	if err := m.saveRenewed(ctx, held, next, r); err != nil {
		return nil, m.giveBack(ctx, next, err)
	}
	r.unsaved, r.saveBy, r.givenUp = nil, time.Time{}, false
	if err := m.tellApp(ctx, next); err != nil {
		return nil, err
	}
	return next, nil
}

// giveBack revokes new tokens, or nil, of a session that has ended: nobody else
// has them. It returns err, which says whether the session has ended.
func (m *Manager) giveBack(ctx context.Context, next *Session, err error) error {
	if next != nil && errors.Is(err, ErrNoSession) {
		m.revocations.Revoke(ctx, next.grant.tokens.Refresh)
	}
	return err
}

// saveRenewed saves a renewed session, unless it was ended in between or the
// lock was lost.
func (m *Manager) saveRenewed(ctx, held context.Context, next *Session, r *renewal) error {
	if m.renewals.hasEnded(next.state.sid) {
		return ErrNoSession
	}
	if held.Err() != nil {
		return because(ErrRefresh, context.Cause(held))
	}
	var err error
	r.parts = bothParts
	r.cookies, err = m.save(held, next, bothParts)
	if errors.Is(err, ErrTooLarge) {
		m.logger.ErrorContext(ctx, "session: the refreshed tokens do not fit into cookies", "op", "refresh", "err", err, "user", next.state.identity)
		m.ended(ctx, observe.TooLarge, next.state.identity, next.state.sid, nil)
		return because(ErrNoSession, err)
	}
	return err
}

// tellApp calls OnRefresh, which may end the session: the error is
// ErrNoSession. A panic there must not lose the new tokens: in cookie mode they
// are only in the cookies that this answer sets.
func (m *Manager) tellApp(ctx context.Context, next *Session) error {
	err := m.onRefresh(ctx, next)
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, ErrNoSession):
		m.logger.ErrorContext(ctx, "session: OnRefresh failed", "op", "refresh", "err", err, "user", next.state.identity)
		return nil
	}
	return m.endWith(ctx, next, observe.ByApp, err)
}

func (m *Manager) onRefresh(ctx context.Context, next *Session) (err error) {
	if m.cfg.OnRefresh == nil {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			m.logger.ErrorContext(ctx, "session: panic in OnRefresh", "op", "refresh", "panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
		}
	}()
	return m.cfg.OnRefresh(ctx, next.state.identity, next.grant.tokens)
}
