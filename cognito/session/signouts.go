package session

import (
	"context"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
	"github.com/seed75762126/cognito-go/internal/signouts"
)

// signOutStore is where a Manager notes sign-outs. It is nil in cookie mode
// without Options.SignOuts.
func (m *Manager) signOutStore() Store {
	if m.store != nil {
		return m.store
	}
	return m.signOuts
}

// readSignOuts returns what is noted of a user, which is nothing for most.
func (m *Manager) readSignOuts(ctx context.Context, user records.Handle) (*signouts.Record, error) {
	b, found, err := m.signOutStore().Find(ctx, user.ID(records.SignOuts))
	if err != nil {
		return nil, because(ErrStore, err)
	}
	if !found {
		return new(signouts.Record), nil
	}
	d, err := signouts.Decode(b)
	if err != nil {
		return nil, because(ErrStore, err)
	}
	return d, nil
}

// editSignOuts changes what is noted of a user, unless change reports that
// nothing is new. The record is kept for as long as a session that it names could
// last.
func (m *Manager) editSignOuts(ctx context.Context, user records.Handle, change func(*signouts.Record) (isNew bool)) error {
	return m.exclusively(ctx, user.ID(records.SignOutsLock), func(ctx context.Context) error {
		d, err := m.readSignOuts(ctx, user)
		if err != nil {
			return err
		}
		if !change(d) {
			return nil
		}
		if err := m.signOutStore().Commit(ctx, user.ID(records.SignOuts), d.Encode(), m.now().Add(m.cfg.absolute())); err != nil {
			return because(ErrStore, err)
		}
		return nil
	})
}

// noteEnd ends one session in cookie mode.
func (m *Manager) noteEnd(ctx context.Context, who *cognito.Identity, id sid) error {
	if m.signOuts == nil {
		return nil
	}
	now := m.now()
	return m.editSignOuts(ctx, handleOfUser(who), func(d *signouts.Record) bool { return d.Add(id, now, now.Add(m.cfg.idle())) })
}

// checkSignedOut returns [ErrNoSession] for a session that is noted as ended.
func (m *Manager) checkSignedOut(ctx context.Context, st *state) error {
	d, err := m.readSignOuts(ctx, handleOfUser(st.identity))
	if err != nil {
		return err
	}
	if d.Cover(st.forSignOuts()) {
		return ErrNoSession
	}
	return nil
}

// forSignOuts is what the record of sign-outs asks of a session.
func (st *state) forSignOuts() signouts.Session {
	began := st.marks.Issued
	if began.IsZero() { // of an earlier release, or unknown
		began = st.created
	}
	return signouts.Session{ID: st.sid, Everywhere: st.everywhere, Began: began, Knew: st.marks.Knew}
}
