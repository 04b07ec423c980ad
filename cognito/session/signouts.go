package session

import (
	"context"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/wire"
)

// signOuts is the record of a user that names the sessions which have ended.
// A browser may still have their cookies. The record holds no secret and is
// not sealed: it must outlast the key that sealed the sessions.
type signOuts struct {
	// everywhere is the number of the last "sign out everywhere". A session
	// that began before knows a smaller one. It is a time in milliseconds
	// where the clock allows, but what counts is that it grows.
	everywhere uint64

	// kept is the one session of those before everywhere that goes on: the one
	// whose user has ended all others. The zero sid is no session.
	kept sid

	// ended are single sessions, only in cookie mode: in store mode each has a
	// mark of its own.
	ended []endedSession
}

type endedSession struct {
	sid   sid
	until time.Time // nobody can have cookies of it after this
}

const (
	signOutsFormat = 2

	// maxEnded bounds the list. The session that was ended longest ago goes:
	// its refresh token was revoked, so it ends with its access token.
	maxEnded = 1000
)

// fieldKept is a field that may be missing: signOuts.kept.
const fieldKept = 1

func (d *signOuts) encode() []byte {
	b := wire.AppendUvarint([]byte{signOutsFormat}, d.everywhere)
	b = wire.AppendUvarint(b, uint64(len(d.ended)))
	for _, e := range d.ended {
		b = wire.AppendTime(append(b, e.sid[:]...), e.until)
	}
	if d.kept != (sid{}) {
		b = appendField(b, fieldKept, d.kept[:])
	}
	return b
}

// decodeSignOuts reads the record. One that cannot be read was written by a
// broken program: an error is better than a session that has ended.
func decodeSignOuts(b []byte) (*signOuts, error) {
	r := wire.NewReader(string(b))
	if r.Byte() != signOutsFormat {
		return nil, errRecord
	}
	d := &signOuts{everywhere: r.Uvarint()}
	for range r.Count() {
		var e endedSession
		copy(e.sid[:], r.Bytes(uint64(len(e.sid))))
		e.until = r.Time()
		d.ended = append(d.ended, e)
	}
	for r.More() {
		if field, value := r.Uvarint(), r.String(); field == fieldKept {
			if len(value) != len(d.kept) {
				return nil, errRecord
			}
			copy(d.kept[:], value)
		}
	}
	if !r.Done() {
		return nil, errRecord
	}
	return d, nil
}

// cover reports whether a session has ended.
func (d *signOuts) cover(st *state) bool {
	return st.everywhere < d.everywhere && st.sid != d.kept ||
		slices.ContainsFunc(d.ended, func(e endedSession) bool { return e.sid == st.sid })
}

// add notes that a session was ended.
func (d *signOuts) add(id sid, now, until time.Time) {
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

// noted is where a Manager notes sign-outs. It is nil in cookie mode without
// Options.SignOuts.
func (m *Manager) noted() Store {
	if m.store != nil {
		return m.store
	}
	return m.signOuts
}

// readSignOuts returns what is noted of a user, which is nothing for most.
func (m *Manager) readSignOuts(ctx context.Context, user handle) (*signOuts, error) {
	b, found, err := m.noted().Find(ctx, user.recordID(partSignOuts))
	if err != nil {
		return nil, because(ErrStore, err)
	}
	if !found {
		return new(signOuts), nil
	}
	d, err := decodeSignOuts(b)
	if err != nil {
		return nil, because(ErrStore, err)
	}
	return d, nil
}

// editSignOuts changes what is noted of a user. The record is kept for as long
// as a session that it names could last.
func (m *Manager) editSignOuts(ctx context.Context, user handle, change func(*signOuts)) error {
	return m.exclusively(ctx, user.recordID(partSignOutsLock), func(ctx context.Context) error {
		d, err := m.readSignOuts(ctx, user)
		if err != nil {
			return err
		}
		change(d)
		if err := m.noted().Commit(ctx, user.recordID(partSignOuts), d.encode(), m.now().Add(m.cfg.absolute())); err != nil {
			return because(ErrStore, err)
		}
		return nil
	})
}

// endAllOf ends all sessions of a user that have begun, but the one that is
// kept. The zero sid keeps none.
func (m *Manager) endAllOf(ctx context.Context, user handle, kept sid) error {
	return m.editSignOuts(ctx, user, func(d *signOuts) {
		d.everywhere = max(d.everywhere+1, uint64(max(0, m.now().UnixMilli())))
		d.kept = kept
		d.ended = slices.DeleteFunc(d.ended, func(e endedSession) bool { return e.sid != kept }) // the number covers the others
	})
}

// noteEnd ends one session in cookie mode.
func (m *Manager) noteEnd(ctx context.Context, who *cognito.Identity, id sid) error {
	if m.signOuts == nil {
		return nil
	}
	now := m.now()
	return m.editSignOuts(ctx, handleOfUser(who), func(d *signOuts) { d.add(id, now, now.Add(m.cfg.idle())) })
}

// checkSignedOut returns [ErrNoSession] for a session that is noted as ended.
func (m *Manager) checkSignedOut(ctx context.Context, st *state) error {
	d, err := m.readSignOuts(ctx, handleOfUser(st.identity))
	if err != nil {
		return err
	}
	if d.cover(st) {
		return ErrNoSession
	}
	return nil
}
