package session

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/seed75762126/cognito-go/internal/wire"
)

// everyoneKept is how long a process goes without looking whether all users
// were signed out.
const everyoneKept = 3 * time.Second

// everyoneFormat is the first byte of the record. The number of the last
// EndEveryone follows.
const everyoneFormat = 1

// EndEveryone ends every session of this app: those of all users that its user
// pool, app client and cookie name are for. It is for an emergency in which you
// do not want to change the keys. Sign-ins that begin after it has returned are
// not affected.
//
// This process refuses the sessions at once. The other processes do so three
// seconds later at the most, since each reads the record every three seconds.
// Refresh tokens are not revoked, and nothing is signed out at Cognito. A user
// whose browser is still signed in there may come back without a password.
//
// The error is [ErrStore], and then the sessions go on, or
// [errors.ErrUnsupported] in cookie mode without SignOuts.
func (m *Manager) EndEveryone(ctx context.Context) error {
	if m.noted() == nil {
		return errNotNoted
	}
	id := m.handleOfApp().recordID(partEveryone)
	return m.exclusively(ctx, m.handleOfApp().recordID(partEveryoneLock), func(ctx context.Context) error {
		number, err := m.readEveryone(ctx)
		if err != nil {
			return err
		}
		now := m.now()
		number = max(number+1, uint64(max(0, now.UnixMilli())))
		record := wire.AppendUvarint([]byte{everyoneFormat}, number)
		if err := m.noted().Commit(ctx, id, record, now.Add(m.cfg.absolute())); err != nil {
			return because(ErrStore, err)
		}
		m.everyone.Set(number)
		m.ended(ctx, causeEveryone, nil, sid{}, nil)
		return nil
	})
}

// readEveryone reads the number of the last EndEveryone, which is 0 for none.
func (m *Manager) readEveryone(ctx context.Context) (uint64, error) {
	b, found, err := m.noted().Find(ctx, m.handleOfApp().recordID(partEveryone))
	if err != nil {
		return 0, because(ErrStore, err)
	}
	if !found {
		return 0, nil
	}
	r := wire.NewReader(string(b))
	format, number := r.Byte(), r.Uvarint()
	if format != everyoneFormat || number == 0 {
		return 0, because(ErrStore, errRecord)
	}
	return number, nil
}

// checkEveryone returns [ErrNoSession] for a session that has ended with all
// others.
func (m *Manager) checkEveryone(ctx context.Context, st *state) error {
	if m.noted() == nil {
		return nil
	}
	number, err := m.everyone.Get(ctx, m.readEveryone)
	if err != nil {
		return err
	}
	if st.everyone < number {
		return ErrNoSession
	}
	return nil
}

// handleOfApp is the handle of all sessions that this Manager's cookies can
// stand for.
func (m *Manager) handleOfApp() handle {
	return sha256.Sum256([]byte("cognito-go app\x00" + poolOf(m.issuers[0]) + "\x00" + m.clientID + "\x00" + m.cookies.Name))
}
