package session

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
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
	crossing   *web.CrossOrigin // nil where the app turned the check off
	identities *seal.Box
	tokens     *seal.Box
	indexes    *seal.Box
	store      Store  // Config.Store, timed if need be; nil in cookie mode
	signOuts   Store  // Options.SignOuts, likewise
	locker     Locker // Config.Locker, likewise
	logger     *slog.Logger
	now        func() time.Time
	renewals   *renewals
	turns      *turnstile
	revoking   *atomic.Int64 // revocations that wait to be tried again
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
	indexes, err := seal.NewBox(cfg.Keys, "session index")
	if err != nil {
		return nil, err
	}
	cfg.Keys = nil // nothing needs them any more
	var crossing *web.CrossOrigin
	if !cfg.InsecureSkipCrossOriginCheck {
		crossing = web.NewCrossOrigin(cfg.BaseURL)
	}
	return &Manager{
		cfg:        cfg,
		cookies:    newCookies(&cfg),
		crossing:   crossing,
		identities: identities,
		tokens:     tokens,
		indexes:    indexes,
		store:      cfg.Metrics.store(cfg.Store),
		signOuts:   cfg.Metrics.store(cfg.SignOuts),
		locker:     cfg.Metrics.locker(cfg.Locker),
		logger:     cfg.logger(),
		now:        cfg.clock(),
		renewals:   newRenewals(),
		revoking:   new(atomic.Int64),
		turns:      &turnstile{passing: map[string]chan struct{}{}},
	}, nil
}

// Format implements [fmt.Formatter]: a Manager prints nothing of its
// configuration.
func (m *Manager) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "session.Manager") }

// Start signs the visitor in: it starts a session for the verified identity
// and its tokens, with an id of its own, and ends the session that was there
// before. The refresh token of that one is revoked, if it is another and the
// Refresher is a [Revoker]. The error is [ErrTooLarge] or [ErrStore], and then nothing has
// changed. At most one options value counts.
func (m *Manager) Start(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens, options ...StartOptions) error {
	began := time.Now()
	var chosen StartOptions
	if len(options) > 0 {
		chosen = options[0]
	}
	err := m.start(w, r, id, tokens, chosen)
	if m.cfg.Metrics.Login != nil {
		m.cfg.Metrics.Login(r.Context(), time.Since(began), err)
	}
	return err
}

// StartOptions are what an app chooses for one session, such as whether the
// visitor wants to stay signed in. The zero value is a session as
// [Options] has them.
type StartOptions struct {
	// IdleTimeout and AbsoluteTimeout shorten the lifetimes of Options. Zero,
	// or more than those, means those.
	IdleTimeout     time.Duration
	AbsoluteTimeout time.Duration

	// UntilBrowserCloses has the browser forget the session's cookies when it
	// is closed. Browsers that restore their windows keep them all the same.
	UntilBrowserCloses bool
}

func (m *Manager) start(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens, chosen StartOptions) error {
	if id == nil {
		return errNoIdentity
	}
	if !m.ours(id) {
		return errBinding
	}
	ctx := r.Context()
	before, err := m.FromRequest(r)
	if errors.Is(err, ErrStore) { // it could not be ended
		return err
	}
	list, err := m.create(r, id, tokens, chosen)
	if errors.Is(err, ErrNoSession) { // signed out everywhere meanwhile: this sign-in is later
		list, err = m.create(r, id, tokens, chosen)
	}
	if err != nil {
		return err
	}
	if before != nil {
		old := m.lastRefreshToken(ctx, before)
		err := m.forget(ctx, before)
		if old != tokens.Refresh {
			m.revoke(ctx, old)
		}
		if err != nil {
			m.logger.WarnContext(ctx, "session: the session before the new one could not be deleted", "op", "start", "err", err)
		}
	}
	m.answer(w, r, list, true)
	return nil
}

// create makes a session, and returns the cookies to set for it. In store mode
// it is entered into its user's index before there is anything to open: who
// signs the user out everywhere finds it there, or is found by it.
func (m *Manager) create(r *http.Request, id *cognito.Identity, tokens cognito.Tokens, chosen StartOptions) ([]*http.Cookie, error) {
	ctx, now := r.Context(), m.now()
	g := &grant{sid: newSID(), version: 1, tokens: tokens, refreshAt: refreshAt(now, tokens)}
	st := &state{
		sid: g.sid, version: g.version, created: now, seen: now,
		refreshAt: g.refreshAt, expiry: tokens.Expiry, identity: id,
		idle: max(0, chosen.IdleTimeout), absolute: max(0, chosen.AbsoluteTimeout), transient: chosen.UntilBrowserCloses,
	}
	s := m.newSession(newSecret(), st, g)
	s.isNew = true
	user := handleOfUser(id)
	var over []*entry
	if m.store != nil {
		e := m.newEntry(s)
		e.userAgent, e.address = summary(r), m.address(r)
		var err error
		if over, err = m.enter(ctx, user, e); err != nil {
			return nil, err
		}
	}
	if m.noted() != nil {
		d, err := m.readSignOuts(ctx, user)
		if err != nil {
			return nil, err
		}
		st.everywhere = d.everywhere
	}
	list, err := m.save(ctx, s, true)
	if err != nil {
		return nil, err
	}
	if len(over) > 0 {
		m.logger.InfoContext(ctx, "session: a user has too many, so the ones used longest ago end", "op", "start", "ended", len(over), "user", id)
		if err := m.endEntries(ctx, user, over); err != nil {
			m.logger.WarnContext(ctx, "session: a session too many could not be ended", "op", "start", "err", err)
		}
	}
	return list, nil
}

// newSession returns a session with both parts. In cookie mode secret is not
// used.
func (m *Manager) newSession(secret string, st *state, g *grant) *Session {
	s := &Session{m: m, state: st, grant: g}
	if m.store != nil {
		s.secret, s.handle = secret, handleOf(secret)
	}
	return s
}

// address is what the app wants to be kept of where a visitor is.
func (m *Manager) address(r *http.Request) string {
	if m.cfg.Address == nil {
		return ""
	}
	a := m.cfg.Address(r)
	return a[:min(len(a), maxAddress)]
}

// End signs the visitor out of the app: the session is gone from store and
// browser, every chunk of it, and is not found again however its cookies come
// back. Its refresh token is revoked as by Start; if that fails, it is tried once
// more a minute later. Without a Store or SignOuts only this process knows of that. A request
// without a session is fine. The error is [ErrStore], and then the session may
// not have ended: the visitor has to try again.
func (m *Manager) End(w http.ResponseWriter, r *http.Request) error {
	s, err := m.FromRequest(r)
	switch {
	case errors.Is(err, ErrStore):
		if err := m.removeUnread(r, err); err != nil {
			return err
		}
	case err == nil:
		refresh := m.lastRefreshToken(r.Context(), s)
		if err := m.forget(r.Context(), s); err != nil {
			m.renewals.revive(s.state.sid)
			return err
		}
		m.revoke(r.Context(), refresh)
	default: // no session, but perhaps records of one: an earlier End may have failed
		if secret, ok := readCookie(r.Header["Cookie"], m.cookies.name); ok && m.store != nil {
			if err := m.removeRest(r.Context(), handleOf(secret)); err != nil {
				return err
			}
		}
	}
	noCache(w.Header())
	m.cookies.clear(w, r)
	return nil
}

// removeUnread deletes the records of a session that could not be read. It
// returns why, unless the deletions worked.
func (m *Manager) removeUnread(r *http.Request, why error) error {
	secret, ok := readCookie(r.Header["Cookie"], m.cookies.name)
	if m.store == nil || !ok {
		return why
	}
	if err := m.remove(r.Context(), handleOf(secret)); err != nil {
		return errors.Join(why, err)
	}
	m.logger.WarnContext(r.Context(), "session: ended without being read", "op", "end", "err", why)
	return nil
}

// forget ends a session on the server.
func (m *Manager) forget(ctx context.Context, s *Session) error {
	m.renewals.end(s.state.sid, m.now(), s.state.expiry)
	if m.store == nil {
		return m.noteEnd(ctx, s.state.identity, s.state.sid)
	}
	if err := m.remove(ctx, s.handle); err != nil {
		return err
	}
	if err := m.leave(ctx, handleOfUser(s.state.identity), s.state.sid); err != nil {
		m.logger.WarnContext(ctx, "session: a session that has ended is still listed", "op", "end", "err", err)
	}
	return nil
}

// forgetOver forgets a session that err says is over, and returns err, with
// what went wrong.
func (m *Manager) forgetOver(ctx context.Context, s *Session, err error) error {
	return errors.Join(err, m.forget(ctx, s))
}

// endedMark is what is stored to say that a session has ended.
var endedMark = []byte{1}

// markLife is how long it is said. No request that has read a session takes
// longer to write it.
const markLife = time.Hour

// remove deletes a session's records, and leaves a mark for a process that is
// writing them at this moment: see checkEnded. A store that is full takes no
// mark, but still deletes. With an [Updater] that is enough, since no write
// can create the records again.
func (m *Manager) remove(ctx context.Context, h handle) error {
	var mark error
	if err := m.store.Commit(ctx, h.id(partEnded), endedMark, m.now().Add(markLife)); err != nil {
		mark = because(ErrStore, err)
		if _, ok := m.store.(Updater); ok {
			m.logger.WarnContext(ctx, "session: the mark of a session that ends could not be written", "op", "end", "err", err)
			mark = nil
		}
	}
	return errors.Join(mark, m.erase(ctx, h.id(partTokens)), m.erase(ctx, h.id(partIdentity)))
}

// removeRest deletes what is left of a session that is not to be found. It
// leaves a mark only where there was something: anybody can make up cookies.
func (m *Manager) removeRest(ctx context.Context, h handle) error {
	for _, part := range []string{partTokens, partIdentity} {
		_, err := m.find(ctx, h.id(part))
		if err == nil {
			return m.remove(ctx, h)
		}
		if errors.Is(err, ErrStore) {
			return err
		}
	}
	return nil
}

// erase deletes a record.
func (m *Manager) erase(ctx context.Context, id string) error {
	if err := m.store.Delete(ctx, id); err != nil {
		return because(ErrStore, err)
	}
	return nil
}

// FromRequest returns the session a request belongs to, as it is: it
// refreshes nothing. The error is [ErrNoSession] or [ErrStore].
func (m *Manager) FromRequest(r *http.Request) (*Session, error) {
	value, ok := readCookie(r.Header["Cookie"], m.cookies.name)
	if !ok {
		return nil, ErrNoSession
	}
	s := &Session{m: m, sent: r.Header["Cookie"]}
	if m.store != nil {
		s.secret, s.handle = value, handleOf(value)
	}
	var err error
	if s.state, err = m.readState(r.Context(), s, value); err != nil {
		return nil, err
	}
	if !m.alive(s) {
		return nil, ErrNoSession
	}
	if m.signOuts != nil {
		if err := m.checkSignedOut(r.Context(), s.state); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// readState opens the identity part that belongs to a cookie's value: it is
// the value, or is stored under it.
func (m *Manager) readState(ctx context.Context, s *Session, value string) (*state, error) {
	if m.store != nil {
		return m.storedState(ctx, s.handle)
	}
	sealed, err := seal.Decode(value)
	if err != nil {
		return nil, ErrNoSession
	}
	return m.openState(sealed, m.cookies.name)
}

// storedState reads the identity part of a session in the store.
func (m *Manager) storedState(ctx context.Context, h handle) (*state, error) {
	name := h.id(partIdentity)
	sealed, err := m.find(ctx, name)
	if err != nil {
		return nil, err
	}
	return m.openState(sealed, name)
}

// openState opens an identity part that was sealed under name.
func (m *Manager) openState(sealed []byte, name string) (*state, error) {
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
	return m.inTime(s.state) &&
		(m.store != nil || m.cookies.complete(s.sent, s.state.sid)) &&
		m.renewals.arrived(s.state.sid, s.state.version, m.now)
}

// inTime checks the lifetimes.
func (m *Manager) inTime(st *state) bool {
	now := m.now()
	return now.Sub(st.seen) < m.idle(st) && now.Sub(st.created) < m.absolute(st)
}

// idle and absolute are the lifetimes of a session.
func (m *Manager) idle(st *state) time.Duration     { return shorter(m.cfg.idle(), st.idle) }
func (m *Manager) absolute(st *state) time.Duration { return shorter(m.cfg.absolute(), st.absolute) }

// shorter returns the configured lifetime, or the chosen one if that is
// shorter. Zero chooses nothing.
func shorter(configured, chosen time.Duration) time.Duration {
	if chosen > 0 {
		return min(configured, chosen)
	}
	return configured
}

// find reads a part from the store.
func (m *Manager) find(ctx context.Context, id string) ([]byte, error) {
	sealed, found, err := m.store.Find(ctx, id)
	switch {
	case err != nil:
		return nil, because(ErrStore, err)
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
	if m.store != nil {
		return m.commit(ctx, s, withTokens)
	}
	plain, err := s.state.encode()
	if err != nil {
		return nil, err
	}
	list := []*http.Cookie{m.cookies.make(m.cookies.name, seal.Encode(m.identities.Seal(plain, m.cookies.name)), m.idleLife(s))}
	if withTokens {
		list = append(list, m.cookies.chunks(s.state.sid, m.tokens.Seal(s.grant.encode(m.cfg.KeepIDToken), m.cookies.name), m.tokensLife(s))...)
	}
	return lasting(s.state, list), m.cookies.fit(list)
}

// lasting takes the lifetime from cookies that end with the browser.
func lasting(st *state, list []*http.Cookie) []*http.Cookie {
	if st.transient {
		for _, k := range list {
			k.MaxAge = 0
		}
	}
	return list
}

func (m *Manager) commit(ctx context.Context, s *Session, withTokens bool) ([]*http.Cookie, error) {
	put := func(part string, box *seal.Box, plain []byte, life time.Duration) error {
		id := s.handle.id(part)
		return m.put(ctx, id, box.Seal(plain, id), m.now().Add(max(time.Second, life)), s.isNew)
	}
	if withTokens {
		if err := put(partTokens, m.tokens, s.grant.encode(true), m.tokensLife(s)); err != nil {
			return nil, err
		}
	}
	plain, err := s.state.encode()
	if err != nil {
		return nil, err
	}
	if err := put(partIdentity, m.identities, plain, m.idleLife(s)); err != nil {
		return nil, err
	}
	if err := m.checkEnded(ctx, s); err != nil {
		return nil, err
	}
	return m.idCookie(s), nil
}

// put writes a record. Only a new session creates records, if the store can
// tell the difference: see [Updater].
func (m *Manager) put(ctx context.Context, id string, sealed []byte, expiry time.Time, isNew bool) error {
	updater, ok := m.store.(Updater)
	if !ok || isNew {
		if err := m.store.Commit(ctx, id, sealed, expiry); err != nil {
			return because(ErrStore, err)
		}
		return nil
	}
	switch found, err := updater.Update(ctx, id, sealed, expiry); {
	case err != nil:
		return because(ErrStore, err)
	case !found: // it was ended meanwhile
		return ErrNoSession
	}
	return nil
}

// checkEnded undoes a commit that has brought back a session which was ended
// while it ran. Whoever ends a session marks that before deleting it, and this
// looks for the mark after writing: so either the mark is seen here, or what
// was written here is deleted there.
func (m *Manager) checkEnded(ctx context.Context, s *Session) error {
	if !m.renewals.hasEnded(s.state.sid) {
		_, err := m.find(ctx, s.handle.id(partEnded))
		if errors.Is(err, ErrNoSession) { // no mark
			return nil
		}
		if err != nil {
			return err
		}
	}
	if err := m.remove(ctx, s.handle); err != nil {
		return err
	}
	return ErrNoSession
}

// idCookie is all that the browser keeps of a session in a store.
func (m *Manager) idCookie(s *Session) []*http.Cookie {
	return lasting(s.state, []*http.Cookie{m.cookies.make(m.cookies.name, s.secret, m.tokensLife(s))})
}

// idleLife is how long the identity part lives if the session is not used.
func (m *Manager) idleLife(s *Session) time.Duration {
	return min(m.idle(s.state), s.state.created.Add(m.absolute(s.state)).Sub(m.now()))
}

// tokensLife is how long the tokens part lives. It is written at a refresh
// only, and a session that is used within its idle time has the next refresh
// an idle time after the access token's end at the latest.
func (m *Manager) tokensLife(s *Session) time.Duration {
	now := m.now()
	return min(max(0, s.state.expiry.Sub(now))+m.idle(s.state), s.state.created.Add(m.absolute(s.state)).Sub(now))
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
