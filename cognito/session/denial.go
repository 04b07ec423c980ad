package session

import (
	"context"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/wire"
)

// A denial is the record of a user that says which sessions are over though
// somebody may still have what opens them. It has no secret and is not sealed:
// it must outlast the key that sealed the sessions.
type denial struct {
	// everywhere is the number of the last "sign out everywhere". A session
	// that began before knows a smaller one. It is a time in milliseconds
	// where the clock allows, but what counts is that it grows.
	everywhere uint64

	// ended are single sessions, in cookie mode alone: in store mode each has
	// a mark of its own.
	ended []endedSession
}

type endedSession struct {
	sid   sid
	until time.Time // nobody can have cookies of it after this
}

const (
	denialFormat = 1

	// maxEnded bounds a denial. The session that was ended longest ago goes:
	// its refresh token was revoked, so it ends with its access token.
	maxEnded = 1000
)

func (d *denial) encode() []byte {
	b := wire.AppendUvarint([]byte{denialFormat}, d.everywhere)
	for _, e := range d.ended {
		b = wire.AppendTime(append(b, e.sid[:]...), e.until)
	}
	return b
}

// decodeDenial reads a denial. One that cannot be read is one that a newer or
// broken program has written: better an error than a session that is over.
func decodeDenial(b []byte) (*denial, error) {
	r := wire.NewReader(string(b))
	if r.Byte() != denialFormat {
		return nil, errRecord
	}
	d := &denial{everywhere: r.Uvarint()}
	for !r.Done() {
		var e endedSession
		if n := copy(e.sid[:], r.Bytes(uint64(len(e.sid)))); n < len(e.sid) {
			return nil, errRecord
		}
		e.until = r.Time()
		d.ended = append(d.ended, e)
	}
	return d, nil
}

// denies reports whether a session is over.
func (d *denial) denies(st *state) bool {
	return st.everywhere < d.everywhere ||
		slices.ContainsFunc(d.ended, func(e endedSession) bool { return e.sid == st.sid })
}

// add notes that a session was ended.
func (d *denial) add(id sid, now, until time.Time) {
	kept := make([]endedSession, 0, len(d.ended)+1)
	for _, e := range d.ended {
		if e.sid != id && now.Before(e.until) {
			kept = append(kept, e)
		}
	}
	d.ended = append(kept, endedSession{id, until})
	if n := len(d.ended); n > maxEnded {
		d.ended = d.ended[n-maxEnded:]
	}
}

// denials is where a Manager keeps denials: nil in cookie mode, unless the app
// has said where.
func (m *Manager) denials() Store {
	if m.store != nil {
		return m.store
	}
	return m.denied
}

// readDenial returns a user's denial, which is empty for most.
func (m *Manager) readDenial(ctx context.Context, user handle) (*denial, error) {
	b, found, err := m.denials().FindCtx(ctx, user.id(partDenial))
	if err != nil {
		return nil, because(ErrStore, err)
	}
	if !found {
		return new(denial), nil
	}
	d, err := decodeDenial(b)
	if err != nil {
		return nil, because(ErrStore, err)
	}
	return d, nil
}

// editDenial changes a user's denial. It is kept for as long as a session that it is
// about could be.
func (m *Manager) editDenial(ctx context.Context, user handle, change func(*denial)) error {
	return m.exclusively(ctx, user.id(partDenialLock), func(ctx context.Context) error {
		d, err := m.readDenial(ctx, user)
		if err != nil {
			return err
		}
		change(d)
		if err := m.denials().CommitCtx(ctx, user.id(partDenial), d.encode(), m.now().Add(m.cfg.absolute())); err != nil {
			return because(ErrStore, err)
		}
		return nil
	})
}

// denyAll ends all sessions of a user that have begun.
func (m *Manager) denyAll(ctx context.Context, user handle) error {
	return m.editDenial(ctx, user, func(d *denial) {
		d.everywhere = max(d.everywhere+1, uint64(max(0, m.now().UnixMilli())))
		d.ended = nil // they are among them
	})
}

// denyOne ends one session in cookie mode.
func (m *Manager) denyOne(ctx context.Context, who *cognito.Identity, id sid) error {
	if m.denied == nil {
		return nil
	}
	now := m.now()
	return m.editDenial(ctx, handleOfUser(who), func(d *denial) { d.add(id, now, now.Add(m.cfg.idle())) })
}

// checkDenied returns [ErrNoSession] for a session that its user's denial
// names.
func (m *Manager) checkDenied(ctx context.Context, st *state) error {
	d, err := m.readDenial(ctx, handleOfUser(st.identity))
	if err != nil {
		return err
	}
	if d.denies(st) {
		return ErrNoSession
	}
	return nil
}
