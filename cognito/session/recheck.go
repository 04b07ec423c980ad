package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/pace"
	"github.com/seed75762126/cognito-go/internal/recheck"
)

// A checker is a [Refresher] that can ask Cognito about an access token.
type checker interface {
	CheckAccess(ctx context.Context, token cognito.AccessToken, who *cognito.Identity) error
}

const (
	minRecheck = time.Minute

	// recheckMargin is the time before the end of an access token in which
	// Cognito is not asked about it. A refusal could then mean that the token
	// has ended by Cognito's clock.
	recheckMargin = time.Minute
)

// recheck has Cognito asked whether a session's access token is still honoured,
// if that is due: see [Options.Recheck]. It returns the session with the time of
// the last answer, or [ErrNoSession].
func (m *Manager) recheck(ctx context.Context, s *Session) (*Session, error) {
	if m.checks == nil || s.state.expiry.Sub(m.now()) < recheckMargin {
		return s, nil
	}
	known := recheck.Latest(m.now(), s.state.created, s.state.marks.Checked)
	if m.now().Sub(known) < m.cfg.Recheck {
		return s, nil
	}
	found := s.forRequest() // the question may outlive the request
	good, refused := m.checks.Check(ctx, s.state.sid, known, func(ctx context.Context) (recheck.Verdict, time.Duration) { return m.askAbout(ctx, found) })
	if refused {
		return nil, ErrNoSession
	}
	if good.Sub(known) < m.cfg.Recheck/2 {
		return s, nil
	}
	st := *s.state // other processes are to know it too
	st.marks.Checked = good
	s.state, s.rechecked = &st, true
	return s, nil
}

// askAbout asks Cognito once, and ends the session if Cognito refuses it.
func (m *Manager) askAbout(ctx context.Context, s *Session) (verdict recheck.Verdict, wait time.Duration) {
	g, err := s.open(ctx)
	if err != nil {
		return recheck.Unknown, 0
	}
	handle := observe.SessionHandle(s.ID())
	began := time.Now()
	err = m.askChecker(ctx, g.tokens.Access, s.state.identity)
	m.tellRecheck(ctx, s, began, err)
	switch {
	case err == nil:
		return recheck.Good, 0
	case errors.Is(err, errors.ErrUnsupported):
		m.logger.WarnContext(ctx, "session: Cognito cannot be asked about an access token", "op", "recheck", "session", handle, "err", err)
		return recheck.Unaskable, 0
	case !errors.Is(err, cognito.ErrInvalidGrant):
		m.logger.WarnContext(ctx, "session: Cognito cannot be asked about an access token", "op", "recheck", "session", handle, "err", err)
		return recheck.Unknown, pace.AskedFor(err)
	}
	if err := m.end(ctx, s, observe.NotHonoured, err); err != nil { // this process refuses it all the same
		m.logger.ErrorContext(ctx, "session: a session that Cognito refuses could not be ended in the store", "op", "recheck", "session", handle, "err", err)
	}
	return recheck.Refused, 0
}

// askChecker is the Refresher's CheckAccess. A panic in it is its error.
func (m *Manager) askChecker(ctx context.Context, token cognito.AccessToken, who *cognito.Identity) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("session: a panic in CheckAccess: %T", v)
		}
	}()
	return m.cfg.Refresher.(checker).CheckAccess(ctx, token, who)
}

// checkRecheck says what is wrong with Options.Recheck.
func (c *Config) checkRecheck() error {
	switch _, ok := c.Refresher.(checker); {
	case c.Recheck == 0:
		return nil
	case c.Recheck < minRecheck:
		return fmt.Errorf("%v is shorter than a minute: zero means never", c.Recheck)
	case !ok:
		return errors.New("the Refresher has no method CheckAccess, so Cognito cannot be asked: hostedui.Client and userpool.Client have it")
	}
	return nil
}
