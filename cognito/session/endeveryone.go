package session

import (
	"context"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
)

// EndEveryone ends the sessions of all users of this app. "This app" means the
// user pool, the app client and the cookie name of m. It is for an emergency in
// which you do not want to change the keys. Sign-ins that begin after it has
// returned are not affected.
//
// This process refuses the sessions at once. Other processes refuse them at
// most three seconds later, because each reads the store again by then.
// Refresh tokens are not revoked, and users are not signed out at Cognito. A
// user whose browser still has a session at Cognito can sign in again without a
// password.
//
// If the store fails, the error is [ErrStore] and the sessions go on. In
// cookie mode without SignOuts it is [errors.ErrUnsupported].
func (m *Manager) EndEveryone(ctx context.Context) error {
	if m.signOutStore() == nil {
		return errNotNoted
	}
	return m.exclusively(ctx, m.handleOfApp().ID(records.EveryoneLock), func(ctx context.Context) error {
		if err := m.everyone.End(ctx, m.cfg.absolute()); err != nil {
			return because(ErrStore, err)
		}
		m.ended(ctx, observe.Everyone, nil, sid{}, nil)
		return nil
	})
}

// checkEveryone returns [ErrNoSession] for a session that has ended with all
// others.
func (m *Manager) checkEveryone(ctx context.Context, st *state) error {
	if m.signOutStore() == nil {
		return nil
	}
	switch ended, err := m.everyone.Has(ctx, st.marks.Everyone); {
	case err != nil:
		return because(ErrStore, err)
	case ended:
		return ErrNoSession
	}
	return nil
}

// handleOfApp is the handle of all sessions that this Manager's cookies can
// stand for.
func (m *Manager) handleOfApp() records.Handle {
	return records.OfApp(poolOf(m.issuers[0]), m.clientID, m.cookies.Name)
}
