package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A Manager starts, finds, refreshes and ends sessions. It is safe for
// concurrent use; an app has one.
type Manager struct {
	cfg        Config
	cookies    cookies
	identities *seal.Box
	tokens     *seal.Box
	logger     *slog.Logger
	now        func() time.Time
	renewals   *renewals
}

// New returns a Manager, or every problem of cfg at once.
func New(cfg Config) (*Manager, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	identities, err := seal.NewBox(cfg.Keys, "session identity")
	if err != nil {
		return nil, err
	}
	tokens, err := seal.NewBox(cfg.Keys, "session tokens")
	if err != nil {
		return nil, err
	}
	cfg.Keys = nil // nothing needs them any more
	return &Manager{
		cfg:        cfg,
		cookies:    newCookies(cfg),
		identities: identities,
		tokens:     tokens,
		logger:     cfg.logger(),
		now:        cfg.clock(),
		renewals:   newRenewals(),
	}, nil
}

// Format implements [fmt.Formatter]: a Manager prints nothing of its
// configuration.
func (m *Manager) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "session.Manager") }

// Start signs the visitor in: it starts a session for the verified identity
// and its tokens, with an id of its own, and ends the session that was there
// before. The error is [ErrTooLarge] or [ErrStore], and then nothing has
// changed.
func (m *Manager) Start(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens) error {
	if !m.ours(id) {
		return errIssuer
	}
	before, err := m.FromRequest(r)
	if errors.Is(err, ErrStore) { // it could not be ended
		return err
	}
	now := m.now()
	g := &grant{sid: newSID(), version: 1, tokens: tokens, refreshAt: refreshAt(now, tokens)}
	s := &Session{
		m:      m,
		secret: newSecret(),
		grant:  g,
		state: &state{
			sid: g.sid, version: g.version, created: now, seen: now,
			refreshAt: g.refreshAt, expiry: tokens.Expiry, identity: id,
		},
	}
	list, err := m.save(r.Context(), s, true)
	if err != nil {
		return err
	}
	if before != nil {
		if err := m.forget(r.Context(), before); err != nil {
			m.logger.Warn("session: the session before the new one could not be deleted", "op", "start", "err", err)
		}
	}
	m.answer(w, r, list, true)
	return nil
}

// End signs the visitor out of the app: the session is gone from store and
// browser, every chunk of it, and is not found again by this process however
// its cookies come back. A request without a session is fine. The error is
// [ErrStore], and then the session may not have ended: the visitor has to try
// again.
func (m *Manager) End(w http.ResponseWriter, r *http.Request) error {
	s, err := m.FromRequest(r)
	switch {
	case errors.Is(err, ErrStore):
		return err
	case err == nil:
		if err := m.forget(r.Context(), s); err != nil {
			m.renewals.revive(s.state.sid)
			return err
		}
	default: // no session, but perhaps records of one: an earlier End may have failed
		if secret, ok := readCookie(r.Header, m.cookies.name); ok {
			if err := m.remove(r.Context(), secret); err != nil {
				return err
			}
		}
	}
	noCache(w.Header())
	m.cookies.clear(w, r)
	return nil
}

// forget ends a session on the server.
func (m *Manager) forget(ctx context.Context, s *Session) error {
	m.renewals.end(s.state.sid, m.now(), s.state.expiry)
	return m.remove(ctx, s.secret)
}

// remove deletes a session's records. The tokens part goes first: whoever
// writes the identity part and finds no tokens part afterwards knows that the
// session has ended meanwhile.
func (m *Manager) remove(ctx context.Context, secret string) error {
	if m.cfg.Store == nil {
		return nil
	}
	var errs []error
	for _, part := range []string{"tokens", "identity"} {
		if err := m.cfg.Store.DeleteCtx(ctx, storeID(secret, part)); err != nil {
			errs = append(errs, fmt.Errorf("%w: %w", ErrStore, err))
		}
	}
	return errors.Join(errs...)
}

// FromRequest returns the session a request belongs to, as it is: it
// refreshes nothing. The error is [ErrNoSession] or [ErrStore].
func (m *Manager) FromRequest(r *http.Request) (*Session, error) {
	value, ok := readCookie(r.Header, m.cookies.name)
	if !ok {
		return nil, ErrNoSession
	}
	s := &Session{m: m, header: r.Header}
	if m.cfg.Store != nil {
		s.secret = value
	}
	var err error
	if s.state, err = m.readState(r.Context(), value); err != nil {
		return nil, err
	}
	if !m.alive(s) {
		return nil, ErrNoSession
	}
	return s, nil
}

// readState opens the identity part that belongs to a cookie's value: it is
// the value, or is stored under it.
func (m *Manager) readState(ctx context.Context, value string) (*state, error) {
	name := m.cookies.name
	var sealed []byte
	var err error
	if m.cfg.Store == nil {
		sealed, err = seal.Decode(value)
	} else {
		name = storeID(value, "identity")
		sealed, err = m.find(ctx, name)
	}
	if err != nil {
		return nil, orNoSession(err)
	}
	plain, _, err := m.identities.Open(sealed, name)
	if err != nil {
		return nil, ErrNoSession
	}
	st, err := decodeState(plain)
	if err != nil || !m.ours(st.identity) {
		return nil, ErrNoSession
	}
	return st, nil
}

// alive checks the lifetimes, that the session was not ended here, and in
// cookie mode that the tokens part is there.
func (m *Manager) alive(s *Session) bool {
	now := m.now()
	return now.Sub(s.state.seen) < m.cfg.idle() &&
		now.Sub(s.state.created) < m.cfg.absolute() &&
		(m.cfg.Store != nil || m.cookies.complete(s.header, s.state.sid)) &&
		!m.renewals.hasEnded(s.state.sid)
}

func orNoSession(err error) error {
	if errors.Is(err, ErrStore) {
		return err
	}
	return ErrNoSession
}

// find reads a part from the store.
func (m *Manager) find(ctx context.Context, id string) ([]byte, error) {
	sealed, found, err := m.cfg.Store.FindCtx(ctx, id)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	case !found:
		return nil, ErrNoSession
	}
	return sealed, nil
}

// save seals a session, keeps it in the store if there is one, and returns
// the cookies to set. The tokens part is written only where withTokens says
// so, and first: an identity part older than its tokens part mends itself at
// the next refresh, the reverse would lose a refresh token.
func (m *Manager) save(ctx context.Context, s *Session, withTokens bool) ([]*http.Cookie, error) {
	if m.cfg.Store != nil {
		return m.commit(ctx, s, withTokens)
	}
	plain, err := s.state.encode()
	if err != nil {
		return nil, err
	}
	list := []*http.Cookie{m.cookies.make(m.cookies.name, seal.Encode(m.identities.Seal(plain, m.cookies.name)), m.idleLife(s))}
	if withTokens {
		list = append(list, m.cookies.chunks(s.state.sid, m.tokens.Seal(s.grant.encode(), m.cookies.name), m.tokensLife(s))...)
	}
	return list, m.cookies.fit(list)
}

func (m *Manager) commit(ctx context.Context, s *Session, withTokens bool) ([]*http.Cookie, error) {
	put := func(part string, box *seal.Box, plain []byte, life time.Duration) error {
		id := storeID(s.secret, part)
		if err := m.cfg.Store.CommitCtx(ctx, id, box.Seal(plain, id), m.now().Add(life)); err != nil {
			return fmt.Errorf("%w: %w", ErrStore, err)
		}
		return nil
	}
	if withTokens {
		if err := put("tokens", m.tokens, s.grant.encode(), m.tokensLife(s)); err != nil {
			return nil, err
		}
	}
	plain, err := s.state.encode()
	if err != nil {
		return nil, err
	}
	if err := put("identity", m.identities, plain, m.idleLife(s)); err != nil {
		return nil, err
	}
	if err := m.endedMeanwhile(ctx, s, withTokens); err != nil {
		return nil, err
	}
	return m.idCookie(s), nil
}

// endedMeanwhile undoes a commit that has brought back a session which was
// ended while it ran: here, or in another process, which deletes the tokens
// part before the identity part. Where the tokens part was written too, the
// store can no longer tell.
func (m *Manager) endedMeanwhile(ctx context.Context, s *Session, withTokens bool) error {
	ended := m.renewals.hasEnded(s.state.sid)
	if !ended && !withTokens {
		_, err := m.find(ctx, storeID(s.secret, "tokens"))
		ended = errors.Is(err, ErrNoSession)
	}
	if !ended {
		return nil
	}
	if err := m.remove(ctx, s.secret); err != nil {
		return err
	}
	return ErrNoSession
}

// idCookie is all that the browser keeps of a session in a store.
func (m *Manager) idCookie(s *Session) []*http.Cookie {
	return []*http.Cookie{m.cookies.make(m.cookies.name, s.secret, m.tokensLife(s))}
}

// idleLife is how long the identity part lives if the session is not used.
func (m *Manager) idleLife(s *Session) time.Duration {
	return min(m.cfg.idle(), s.state.created.Add(m.cfg.absolute()).Sub(m.now()))
}

// tokensLife is how long the tokens part lives. It is written at a refresh
// only, and a session that is used within its idle time has the next refresh
// an idle time after the access token's end at the latest.
func (m *Manager) tokensLife(s *Session) time.Duration {
	now := m.now()
	return min(max(0, s.state.expiry.Sub(now))+m.cfg.idle(), s.state.created.Add(m.cfg.absolute()).Sub(now))
}

// answer sets cookies, and the headers that go with them.
func (m *Manager) answer(w http.ResponseWriter, r *http.Request, list []*http.Cookie, whole bool) {
	noCache(w.Header())
	m.cookies.write(w, r, list, whole)
}

// noCache keeps an answer that depends on the session out of every cache,
// unless the handler sets headers of its own.
func noCache(h http.Header) {
	web.NoStore(h)
	for _, v := range h["Vary"] {
		if v == "Cookie" {
			return
		}
	}
	h["Vary"] = append(h["Vary"], "Cookie")
}

// refreshAt is when tokens that arrive now are due: five minutes before their
// end, or a tenth of their life if that is less. Without a refresh token they
// are due when they end, and the session ends with them.
func refreshAt(now time.Time, tokens cognito.Tokens) time.Time {
	if tokens.Refresh == "" {
		return tokens.Expiry
	}
	return tokens.Expiry.Add(-max(0, min(5*time.Minute, tokens.Expiry.Sub(now)/10)))
}

// newSecret is a session's cookie in store mode: 32 random bytes.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// storeID is the id under which a part of the session is stored. It is a hash
// of the cookie, so that whoever reads the store cannot make the cookie.
func storeID(secret, part string) string {
	sum := sha256.Sum256([]byte("cognito-go session " + part + "\x00" + secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
