package session

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
	"github.com/seed75762126/cognito-go/cognito/session/internal/revocations"
	"github.com/seed75762126/cognito-go/internal/cookies"
	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/observed"
	"github.com/seed75762126/cognito-go/internal/pace"
	"github.com/seed75762126/cognito-go/internal/recheck"
	"github.com/seed75762126/cognito-go/internal/sampled"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/signouts"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A Manager starts, finds, refreshes and ends sessions. It is safe for
// concurrent use; create one for the whole app.
type Manager struct {
	cfg         Config
	issuers     []string // of the pool that the sessions are for
	clientID    string   // of the app client
	site        web.Site
	cookies     cookies.Set
	crossing    *web.CrossOrigin // nil where the app turned the check off
	identities  *seal.Box
	tokens      *seal.Box
	indexes     *seal.Box
	store       Store  // Config.Store, observed if need be; nil in cookie mode
	signOuts    Store  // Options.SignOuts, likewise
	locker      Locker // Config.Locker, likewise
	logger      *slog.Logger
	observer    *observe.Observer // never nil
	now         func() time.Time
	renewals    *renewals
	checks      *recheck.Checks // nil without Options.Recheck
	everyone    *signouts.Everyone
	gate        *pace.Gate // of token requests
	turns       *flight.Turns[string]
	sampler     *sampled.Sampler // of lines that each request of an outage can cause
	revocations *revocations.Revocations
}

// New returns a Manager, or an error with every problem of cfg. It calls
// KeySource for the keys, if that is set. It makes no network call itself.
func New(cfg Config) (*Manager, error) {
	keys, err := cfg.validate()
	if err != nil {
		return nil, err
	}
	pool := cfg.Pool.WithDefaults()
	identities, err := keys.Box("session identity", pool.UserPoolID, pool.ClientID)
	if err != nil {
		return nil, err
	}
	tokens, err := keys.Box("session tokens", pool.UserPoolID, pool.ClientID)
	if err != nil {
		return nil, err
	}
	indexes, err := keys.Box("session index")
	if err != nil {
		return nil, err
	}
	cfg.Keys, cfg.KeySource, cfg.Pool = nil, nil, cognito.Config{} // nothing needs them any more
	site := web.NewSite(cfg.BaseURL)
	var crossing *web.CrossOrigin
	if !cfg.InsecureSkipCrossOriginCheck {
		crossing = web.NewCrossOrigin(cfg.BaseURL)
	}
	var checks *recheck.Checks
	if cfg.Recheck > 0 {
		checks = recheck.New(cfg.Recheck, maxRechecks, pool.Now)
	}
	m := &Manager{
		checks:      checks,
		cfg:         cfg,
		issuers:     pool.Issuers(),
		clientID:    pool.ClientID,
		site:        site,
		cookies:     cookies.New(site, site.SessionCookie(cfg.CookieName), cfg.KeepIDToken),
		crossing:    crossing,
		identities:  identities,
		tokens:      tokens,
		indexes:     indexes,
		store:       observed.NewStore(cfg.Store, pool.Observer),
		signOuts:    observed.NewStore(cfg.SignOuts, pool.Observer),
		locker:      observed.NewLocker(cfg.Locker, pool.Observer),
		logger:      pool.Logger,
		observer:    pool.Observer,
		now:         pool.Now,
		renewals:    newRenewals(cfg.OutageGrace),
		gate:        pace.NewGate(cfg.maxRefreshes(), pool.Now),
		revocations: revocations.New(cfg.Refresher, pool.Logger),
		turns:       new(flight.Turns[string]),
		sampler:     &sampled.Sampler{Now: pool.Now, PerMinute: 10},
	}
	if kept := m.signOutStore(); kept != nil {
		m.everyone = signouts.NewEveryone(kept, m.handleOfApp().ID(records.Everyone), m.now)
	}
	return m, nil
}

// Format implements [fmt.Formatter]: a Manager prints nothing of its
// configuration.
func (m *Manager) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "session.Manager") }

// newSession returns a session with both parts. In cookie mode secret is not
// used.
func (m *Manager) newSession(secret string, st *state, g *grant) *Session {
	s := &Session{m: m, state: st, grant: g}
	if m.store != nil {
		s.secret, s.handle = secret, records.Of(secret)
	}
	return s
}

// FromRequest returns the session of a request. It does not refresh the
// tokens. The error is [ErrNoSession] or [ErrStore].
func (m *Manager) FromRequest(r *http.Request) (*Session, error) {
	s, err := m.fromCookies(r)
	if err == nil {
		err = m.checkEveryone(r.Context(), s.state)
	}
	if err == nil && m.signOuts != nil {
		err = m.checkSignedOut(r.Context(), s.state)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// fromCookies is FromRequest without a look at the sign-outs that are noted.
func (m *Manager) fromCookies(r *http.Request) (*Session, error) {
	value, ok := cookies.Read(r.Header["Cookie"], m.cookies.Name)
	if !ok {
		return nil, ErrNoSession
	}
	s := &Session{m: m, sent: r.Header["Cookie"]}
	if m.store != nil {
		s.secret, s.handle = value, records.Of(value)
	}
	var err error
	if s.state, err = m.readState(r.Context(), s, value); err != nil {
		return nil, err
	}
	if !m.alive(s) {
		return nil, ErrNoSession
	}
	return s, nil
}

// readState opens the identity part that belongs to a cookie's value. In cookie
// mode the value is that part. In store mode the part is stored under a hash of
// the value.
func (m *Manager) readState(ctx context.Context, s *Session, value string) (*state, error) {
	if m.store != nil {
		return m.storedState(ctx, s.handle)
	}
	sealed, err := seal.Decode(value)
	if err != nil {
		return nil, ErrNoSession
	}
	return m.openState(ctx, sealed, m.cookies.Name)
}

// storedState reads the identity part of a session in the store.
func (m *Manager) storedState(ctx context.Context, h records.Handle) (*state, error) {
	name := h.ID(records.Identity)
	sealed, err := m.find(ctx, name)
	if err != nil {
		return nil, err
	}
	return m.openState(ctx, sealed, name)
}

// openState opens an identity part that was sealed under name.
func (m *Manager) openState(ctx context.Context, sealed []byte, name string) (*state, error) {
	plain, _, err := m.identities.Open(ctx, sealed, name)
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
		(m.store != nil || m.cookies.Complete(s.sent, s.state.sid)) &&
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
	return min(configured, cmp.Or(chosen, maxLifetime), maxLifetime)
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
