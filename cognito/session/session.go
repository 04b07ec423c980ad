package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
	"github.com/seed75762126/cognito-go/internal/cookies"
)

// Errors to compare with [errors.Is].
var (
	// ErrNoSession means that a request belongs to no session: the visitor
	// has not signed in, or the session has ended.
	ErrNoSession = errors.New("session: nobody is signed in")

	// ErrStore means that the [Store] failed, so it is not known whether
	// somebody is signed in. Answer 503.
	ErrStore = errors.New("session: the store cannot be reached")

	// ErrRefresh means that the access token has ended and Cognito gives no
	// new one at the moment. The session has not ended. Answer 503.
	ErrRefresh = errors.New("session: the tokens cannot be refreshed at the moment")

	// ErrLockLost is the [context.Cause] of a context that a [Locker] has
	// cancelled because it could not renew the lease of the lock. Another
	// process may hold the lock now, so write nothing more.
	ErrLockLost = errors.New("session: the lock was lost")

	// ErrTooLarge means that a session does not fit into cookies. No cookie
	// was set, because a browser would silently drop some of them.
	ErrTooLarge = cookies.ErrTooLarge
)

// because returns one of the errors above, with what has caused it.
func because(what, cause error) error { return fmt.Errorf("%w: %w", what, cause) }

// A Session is the session of a signed-in visitor, as it was when the request
// came. It is safe for concurrent use.
type Session struct {
	m      *Manager
	state  *state
	secret string         // the cookie in store mode
	handle records.Handle // of secret
	sent   []string       // lines of the Cookie header, which have the tokens part in cookie mode
	sealed []byte         // the tokens part, where a refresh of this process has left it
	isNew  bool           // its records are not in the store yet

	polled    bool // the request does not count as use
	rechecked bool // state.marks.Checked is newer than what is saved
	outage    bool // see Stale

	mu    sync.Mutex // guards the rest
	grant *grant     // nil until somebody needs it
	newer *Session   // what Fresh has got since; nil for nothing
}

type contextKey struct{}

// FromContext returns the session of the request that ctx belongs to, or nil
// if nobody is signed in. It works in handlers behind [Manager.Require] and
// [Manager.Optional].
func FromContext(ctx context.Context) *Session {
	s, _ := ctx.Value(contextKey{}).(*Session)
	return s
}

// Identity returns who is signed in.
func (s *Session) Identity() *cognito.Identity { return s.state.identity }

// ID returns the name of the session for [Manager.Sessions] and
// [Manager.EndSession]. It is not a secret, and it does not change while the
// session lasts.
func (s *Session) ID() string { return s.state.sid.String() }

// Started returns when the user signed in to the app.
func (s *Session) Started() time.Time { return s.state.created }

// AccessExpiry returns when the access token ends. The Manager refreshes the
// tokens before that.
func (s *Session) AccessExpiry() time.Time { return s.state.expiry }

// Tokens returns the session's tokens. Behind [Manager.Require] the access
// token was valid when the handler began. The error is [ErrNoSession] if the
// cookie with the tokens was altered, or if another process has ended the
// session since the handler began. It is [ErrStore] if the store cannot be
// read. It is [ErrRefresh] if the session is served in an outage: see
// [Session.Stale].
func (s *Session) Tokens(ctx context.Context) (cognito.Tokens, error) {
	if s.outage {
		return cognito.Tokens{}, errStale
	}
	return s.tokens(ctx)
}

func (s *Session) tokens(ctx context.Context) (cognito.Tokens, error) {
	g, err := s.open(ctx)
	if err != nil {
		return cognito.Tokens{}, err
	}
	return g.tokens, nil
}

// Fresh returns the session's tokens and refreshes them first if that is due.
// It is for a handler that runs for a long time. It can refresh only a session
// in a store. In cookie mode, new tokens could no longer reach the browser:
// Fresh returns the old tokens while they are valid, and [ErrRefresh] after
// that. It returns [ErrNoSession] if tokens are due and the session has ended or
// its lifetime is over.
func (s *Session) Fresh(ctx context.Context) (cognito.Tokens, error) {
	known := s.newest(nil)
	tokens, err := known.tokens(ctx)
	if err != nil || s.m.now().Before(known.state.refreshAt) {
		return tokens, err
	}
	outage := ErrRefresh
	if s.m.store != nil && s.m.cfg.Refresher != nil {
		next, err := s.readAgain(ctx)
		if err == nil {
			return s.newest(next).tokens(ctx)
		}
		if errors.Is(err, ErrNoSession) {
			return cognito.Tokens{}, err
		}
		outage = err
	}
	if s.m.now().Before(tokens.Expiry) {
		return tokens, nil
	}
	return cognito.Tokens{}, outage
}

// newest returns the session that Fresh has got last, which is next if that is
// not nil. It is s before the first.
func (s *Session) newest(next *Session) *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newer = cmp.Or(next, s.newer)
	return cmp.Or(s.newer, s)
}

// readAgain returns the session as the store has it now, with tokens that are
// not due. Since the request came, other requests may have used, refreshed or
// ended the session.
func (s *Session) readAgain(ctx context.Context) (*Session, error) {
	st, err := s.m.storedState(ctx, s.handle)
	if err != nil {
		return nil, err
	}
	if st.sid != s.state.sid || !s.m.inTime(st) {
		return nil, ErrNoSession
	}
	now := &Session{m: s.m, state: st, secret: s.secret, handle: s.handle, polled: s.polled}
	if s.m.now().Before(st.refreshAt) {
		if err := s.m.endIfSignedOut(ctx, now); err != nil {
			return nil, err
		}
		_, err := now.open(ctx)
		return now, err
	}
	next, err := s.m.renew(ctx, now)
	if err != nil {
		return nil, err
	}
	return next.session.forRequest(), nil
}

// open returns the tokens part. The first caller opens it.
func (s *Session) open(ctx context.Context) (*grant, error) {
	if g := s.opened(nil); g != nil {
		return g, nil
	}
	g, err := s.read(ctx) // may wait for the store: no lock is held
	if err != nil {
		return nil, err
	}
	return s.opened(g), nil
}

// opened returns the tokens part, which is g if it is not open yet.
func (s *Session) opened(g *grant) *grant {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.grant == nil {
		s.grant = g
	}
	return s.grant
}

// read reads the tokens part from where it is kept. The store may have a
// newer one than this session was found with.
func (s *Session) read(ctx context.Context) (*grant, error) {
	if s.sealed != nil {
		return s.m.openGrant(ctx, s.sealed, records.Held, s.state.sid)
	}
	if s.m.store != nil {
		return s.m.storedGrant(ctx, s.handle, s.state.sid)
	}
	sealed, ok := s.m.cookies.Join(s.sent, s.state.sid)
	if !ok {
		return nil, ErrNoSession
	}
	return s.m.openGrant(ctx, sealed, s.m.cookies.Name, s.state.sid)
}

// storedGrant reads the tokens part of a session in the store.
func (m *Manager) storedGrant(ctx context.Context, h records.Handle, id sid) (*grant, error) {
	name := h.ID(records.Tokens)
	sealed, err := m.find(ctx, name)
	if err != nil {
		return nil, err
	}
	return m.openGrant(ctx, sealed, name, id)
}

// openGrant opens a tokens part that was sealed under name.
func (m *Manager) openGrant(ctx context.Context, sealed []byte, name string, id sid) (*grant, error) {
	plain, _, err := m.tokens.Open(ctx, sealed, name)
	if err != nil {
		return nil, ErrNoSession
	}
	g, err := decodeGrant(plain)
	if err != nil || g.sid != id {
		return nil, ErrNoSession
	}
	return g, nil
}

// Format implements [fmt.Formatter]: a session prints only its user.
func (s *Session) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "session of %s", s.state.identity.Subject)
}
