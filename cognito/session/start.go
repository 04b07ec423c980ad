package session

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/base64url"
	"github.com/seed75762126/cognito-go/internal/signouts"
	"github.com/seed75762126/cognito-go/internal/web"
)

// Start signs the visitor in. It starts a session with a new id for the
// verified identity and its tokens. If the browser had a session before, that
// session ends. Its refresh token is revoked if it is not the new one and the
// Refresher has the method Revoke. After [ErrTooLarge] or [ErrStore] nothing
// has changed. Pass at most one StartOptions.
func (m *Manager) Start(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens, options ...StartOptions) error {
	began := time.Now()
	var chosen StartOptions
	if len(options) > 0 {
		chosen = options[0]
	}
	name, err := m.start(w, r, id, tokens, chosen)
	m.started(r.Context(), id, name, began, err)
	return err
}

// StartOptions are the settings of a single session, for example because the
// visitor does not want to stay signed in. The zero value means the settings
// of [Options].
type StartOptions struct {
	// IdleTimeout and AbsoluteTimeout shorten the lifetimes of Options. Zero,
	// or a longer time, means the lifetime of Options.
	IdleTimeout     time.Duration
	AbsoluteTimeout time.Duration

	// UntilBrowserCloses makes the browser delete the session's cookies when
	// it is closed. A browser that restores its windows may keep them.
	UntilBrowserCloses bool
}

func (m *Manager) start(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens, chosen StartOptions) (name string, err error) {
	if id == nil {
		return "", errNoIdentity
	}
	if !m.ours(id) {
		return "", errBinding
	}
	ctx := r.Context()
	before, err := m.FromRequest(r)
	if errors.Is(err, ErrStore) { // it could not be ended
		return "", err
	}
	s, list, err := m.create(r, id, tokens, chosen, before)
	if errors.Is(err, ErrNoSession) { // signed out everywhere in between: this sign-in is later
		s, list, err = m.create(r, id, tokens, chosen, before)
	}
	if err != nil {
		return "", err
	}
	if before != nil {
		err := m.finish(ctx, func(ctx context.Context) error {
			old := m.lastRefreshToken(ctx, before)
			err := m.end(ctx, before, observe.Replaced, nil)
			if old != tokens.Refresh {
				m.revocations.Revoke(ctx, old)
			}
			return err
		})
		if err != nil {
			m.logger.WarnContext(ctx, "session: the session before the new one could not be deleted", "op", "start", "err", err)
		}
	}
	m.setCookies(w, r, list, bothParts)
	return s.ID(), nil
}

// create makes a session, and returns the cookies to set for it. The argument
// replaced is the session that it replaces, or nil. In store mode, create enters
// the session into its user's index before it saves the session. So a sign-out
// everywhere finds the session there, or create finds the sign-out.
func (m *Manager) create(r *http.Request, id *cognito.Identity, tokens cognito.Tokens, chosen StartOptions, replaced *Session) (*Session, []*http.Cookie, error) {
	ctx, now := r.Context(), m.now()
	g := &grant{sid: signouts.NewID(), version: 1, tokens: tokens, refreshAt: refreshAt(now, tokens)}
	st := &state{
		sid: g.sid, version: g.version, created: now, seen: now,
		refreshAt: g.refreshAt, expiry: tokens.Expiry, identity: id, marks: signouts.Marks{Issued: issuedAt(tokens.Access)},
		idle: max(0, chosen.IdleTimeout), absolute: max(0, chosen.AbsoluteTimeout), transient: chosen.UntilBrowserCloses,
	}
	s := m.newSession(base64url.Random(), st, g)
	s.isNew = true
	user := handleOfUser(id)
	var over []*entry
	if m.store != nil {
		e := m.newEntry(s)
		e.UserAgent, e.Address = web.BrowserName(r), m.address(r)
		var err error
		if over, err = m.enterIndex(ctx, user, e, replaced); err != nil {
			return nil, nil, err
		}
	}
	if m.signOutStore() != nil {
		d, err := m.readSignOuts(ctx, user)
		if err != nil {
			return nil, nil, err
		}
		st.everywhere, st.marks.Knew = d.Everywhere, d.Before.Knew(st.marks.Issued)
		if d.Cover(st.forSignOuts()) {
			return nil, nil, errEndedMeanwhile
		}
		if st.marks.Everyone, err = m.everyone.Number(ctx); err != nil {
			return nil, nil, because(ErrStore, err)
		}
	}
	list, err := m.save(ctx, s, bothParts)
	if err != nil {
		return nil, nil, err
	}
	if len(over) > 0 {
		m.logger.InfoContext(ctx, "session: a user has too many sessions, so those used longest ago end", "op", "start", "ended", len(over), "user", id)
		if err := m.endEntries(ctx, id, over, observe.TooMany); err != nil {
			m.logger.WarnContext(ctx, "session: a session above MaxSessions could not be ended", "op", "start", "err", err)
		}
	}
	return s, list, nil
}

// maxAddress is how much of an address is kept, in bytes.
const maxAddress = 64

// address is the visitor's address as the app wants to keep it.
func (m *Manager) address(r *http.Request) string {
	if m.cfg.Address == nil {
		return ""
	}
	a := m.cfg.Address(r)
	return a[:min(len(a), maxAddress)]
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
