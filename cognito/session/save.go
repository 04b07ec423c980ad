package session

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A parts says which parts of a session are written.
type parts bool

const (
	identityOnly parts = false
	bothParts    parts = true
)

// save seals a session, keeps it in the store if there is one, and returns the
// cookies to set. The tokens part is written first. An identity part that is
// older than its tokens part mends itself at the next refresh. The other order
// could lose a refresh token.
func (m *Manager) save(ctx context.Context, s *Session, which parts) ([]*http.Cookie, error) {
	if m.store != nil {
		return m.commit(ctx, s, which)
	}
	plain, err := s.state.encode()
	if err != nil {
		return nil, err
	}
	list := []*http.Cookie{m.cookies.Make(m.cookies.Name, seal.Encode(m.identities.Seal(plain, m.cookies.Name)), m.idleLife(s))}
	if which == bothParts {
		list = append(list, m.cookies.Chunks(s.state.sid, m.tokens.Seal(s.grant.encode(m.cfg.KeepIDToken), m.cookies.Name), m.tokensLife(s))...)
	}
	return lasting(s.state, list), m.cookies.Fit(list)
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

func (m *Manager) commit(ctx context.Context, s *Session, which parts) ([]*http.Cookie, error) {
	put := func(part string, box *seal.Box, plain []byte, life time.Duration) error {
		id := s.handle.ID(part)
		return m.put(ctx, id, box.Seal(plain, id), m.now().Add(max(time.Second, life)), s.isNew)
	}
	plain, err := s.state.encode()
	if err != nil {
		return nil, err
	}
	if which == bothParts {
		if err := put(records.Tokens, m.tokens, s.grant.encode(true), m.tokensLife(s)); err != nil {
			return nil, err
		}
	}
	if err := put(records.Identity, m.identities, plain, m.idleLife(s)); err != nil {
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
	case !found: // it was ended in between
		return ErrNoSession
	}
	return nil
}

// checkEnded undoes a commit that has brought back a session which was ended
// while it ran. Code that ends a session sets a mark before it deletes the
// session, and this code looks for the mark after it writes. So either this
// code sees the mark, or the other code deletes what was written here.
func (m *Manager) checkEnded(ctx context.Context, s *Session) error {
	if !m.renewals.hasEnded(s.state.sid) {
		_, err := m.find(ctx, s.handle.ID(records.Ended))
		if errors.Is(err, ErrNoSession) { // no mark
			return nil
		}
		if err != nil {
			return err
		}
	}
	if err := m.removeRecords(ctx, s.handle); err != nil {
		return err
	}
	return ErrNoSession
}

// idCookie is all that the browser keeps of a session in a store.
func (m *Manager) idCookie(s *Session) []*http.Cookie {
	return lasting(s.state, []*http.Cookie{m.cookies.Make(m.cookies.Name, s.secret, m.tokensLife(s))})
}

// idleLife is how long the identity part lives if the session is not used.
func (m *Manager) idleLife(s *Session) time.Duration {
	return min(m.idle(s.state), s.state.created.Add(m.absolute(s.state)).Sub(m.now()))
}

// tokensLife is how long the tokens part lives. It is written only at a
// refresh. For a session in use, the next refresh comes at the latest one idle
// time after the access token's end.
func (m *Manager) tokensLife(s *Session) time.Duration {
	now := m.now()
	return min(max(0, s.state.expiry.Sub(now))+m.cfg.OutageGrace+m.idle(s.state), s.state.created.Add(m.absolute(s.state)).Sub(now))
}

// setCookies sets cookies, and the headers that go with them.
func (m *Manager) setCookies(w http.ResponseWriter, r *http.Request, list []*http.Cookie, which parts) {
	web.NoCache(w.Header())
	m.cookies.Write(w, r, list, which == bothParts)
}
