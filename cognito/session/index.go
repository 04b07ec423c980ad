package session

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/internal/wire"
)

// An entry is what a user's index says of a session.
type entry struct {
	sid       sid
	handle    handle
	started   time.Time
	ends      time.Time // at the latest
	userAgent string
	address   string
}

const indexFormat = 2

// Texts of an entry are cut to these lengths, in bytes.
const (
	maxUserAgent = 64
	maxAddress   = 64
)

// encodeIndex writes each entry with its length, so that a reader passes over
// what it does not know of it.
func encodeIndex(list []*entry) []byte {
	b := wire.AppendUvarint([]byte{indexFormat}, uint64(len(list)))
	for _, e := range list {
		b = wire.AppendString(b, string(e.encode()))
	}
	return b
}

func (e *entry) encode() []byte {
	b := append(append([]byte(nil), e.sid[:]...), e.handle[:]...)
	b = wire.AppendTime(wire.AppendTime(b, e.started), e.ends)
	return wire.AppendString(wire.AppendString(b, e.userAgent), e.address)
}

func decodeIndex(b []byte) ([]*entry, error) {
	r := wire.NewReader(string(b))
	if r.Byte() != indexFormat {
		return nil, errRecord
	}
	list := make([]*entry, 0, min(r.Count(), maxSessionsLimit))
	for n := cap(list); n > 0 || r.More(); n-- {
		e, err := decodeEntry(r.String())
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func decodeEntry(s string) (*entry, error) {
	r, e := wire.NewReader(s), new(entry)
	copy(e.sid[:], r.Bytes(uint64(len(e.sid))))
	copy(e.handle[:], r.Bytes(uint64(len(e.handle))))
	e.started, e.ends = r.Time(), r.Time()
	e.userAgent, e.address = r.String(), r.String()
	skipFields(r)
	if !r.Done() {
		return nil, errRecord
	}
	return e, nil
}

// readIndex returns the sessions of a user, without those that have reached
// their end. Stale means that the record should be sealed again. One that
// cannot be opened, since its key was removed, is empty: sessions that are
// still in use enter themselves again.
func (m *Manager) readIndex(ctx context.Context, user handle) (list []*entry, stale bool, err error) {
	id := user.recordID(partIndex)
	sealed, err := m.find(ctx, id)
	if errors.Is(err, ErrNoSession) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	plain, stale, err := m.indexes.Open(ctx, sealed, id)
	if err != nil {
		return nil, true, nil
	}
	if list, err = decodeIndex(plain); err != nil {
		return nil, true, nil
	}
	now := m.now()
	return slices.DeleteFunc(list, func(e *entry) bool { return !now.Before(e.ends) }), stale, nil
}

// editIndex changes a user's index, while nobody else does.
func (m *Manager) editIndex(ctx context.Context, user handle, change func(context.Context, []*entry) ([]*entry, error)) error {
	return m.exclusively(ctx, user.recordID(partIndexLock), func(ctx context.Context) error {
		list, _, err := m.readIndex(ctx, user)
		if err != nil {
			return err
		}
		if list, err = change(ctx, list); err != nil {
			return err
		}
		return m.writeIndex(ctx, user, list)
	})
}

// writeIndex keeps an index until the last of its sessions ends.
func (m *Manager) writeIndex(ctx context.Context, user handle, list []*entry) error {
	id := user.recordID(partIndex)
	if len(list) == 0 {
		return m.erase(ctx, id)
	}
	last := slices.MaxFunc(list, func(a, b *entry) int { return a.ends.Compare(b.ends) })
	if err := m.store.Commit(ctx, id, m.indexes.Seal(encodeIndex(list), id), last.ends); err != nil {
		return because(ErrStore, err)
	}
	return nil
}

// enter adds a session to its user's index. Where the user has too many, it
// returns those to be ended: the ones that were used longest ago. The session
// that the new one replaces does not count. It may be nil.
func (m *Manager) enter(ctx context.Context, user handle, e *entry, replaced *Session) (over []*entry, err error) {
	err = m.editIndex(ctx, user, func(ctx context.Context, list []*entry) ([]*entry, error) {
		list = slices.DeleteFunc(list, func(x *entry) bool { return x.sid == e.sid })
		var leaves []*entry
		if i := slices.IndexFunc(list, func(x *entry) bool { return replaced != nil && x.sid == replaced.state.sid }); i >= 0 {
			leaves = []*entry{list[i]}
			list = slices.Delete(list, i, i+1)
		}
		if len(list) >= m.cfg.maxSessions() {
			var err error
			if list, over, err = m.makeRoom(ctx, list); err != nil {
				return nil, err
			}
		}
		return append(append(list, leaves...), e), nil
	})
	return over, err
}

// makeRoom drops the sessions that have ended from a list, and as many others
// that one more is allowed.
func (m *Manager) makeRoom(ctx context.Context, list []*entry) (rest, over []*entry, err error) {
	live, err := m.live(ctx, list)
	if err != nil {
		return nil, nil, err
	}
	for len(live) >= m.cfg.maxSessions() { // one round, unless the limit was lowered
		oldest := 0
		for i, l := range live {
			if l.state.seen.Before(live[oldest].state.seen) {
				oldest = i
			}
		}
		over = append(over, live[oldest].entry)
		live = slices.Delete(live, oldest, oldest+1)
	}
	for _, l := range live {
		rest = append(rest, l.entry)
	}
	return rest, over, nil
}

// A liveEntry is a session that has not ended.
type liveEntry struct {
	*entry
	state *state
}

// live returns the sessions of a list that can still be used.
func (m *Manager) live(ctx context.Context, list []*entry) ([]liveEntry, error) {
	var live []liveEntry
	for _, e := range list {
		st, err := m.storedState(ctx, e.handle)
		switch {
		case errors.Is(err, ErrStore):
			return nil, err
		case err == nil && st.sid == e.sid && m.inTime(st) && !m.renewals.hasEnded(st.sid):
			live = append(live, liveEntry{e, st})
		}
	}
	return live, nil
}

// mend enters a session into its user's index where the index has lost it. A
// process without a Locker may have overwritten it, or its key was removed. It
// also has an index sealed with the newest key. The error is [ErrNoSession] if
// the user was signed out everywhere since the session began, and that did not
// find it.
func (m *Manager) mend(ctx context.Context, s *Session) error {
	if err := m.checkSignedOut(ctx, s.state); err != nil {
		return err
	}
	user := handleOfUser(s.state.identity)
	list, stale, err := m.readIndex(ctx, user)
	if err != nil {
		return err
	}
	if !stale && slices.ContainsFunc(list, func(e *entry) bool { return e.sid == s.state.sid }) {
		return nil
	}
	return m.editIndex(ctx, user, func(_ context.Context, list []*entry) ([]*entry, error) {
		if slices.ContainsFunc(list, func(e *entry) bool { return e.sid == s.state.sid }) {
			return list, nil
		}
		return append(list, m.newEntry(s)), nil
	})
}

// newEntry is the entry of a session, without what only its sign-in knew.
func (m *Manager) newEntry(s *Session) *entry {
	return &entry{sid: s.state.sid, handle: s.handle, started: s.state.created, ends: s.state.created.Add(m.absolute(s.state))}
}

// leave takes sessions out of their user's index.
func (m *Manager) leave(ctx context.Context, user handle, gone ...sid) error {
	return m.editIndex(ctx, user, func(_ context.Context, list []*entry) ([]*entry, error) {
		return slices.DeleteFunc(list, func(e *entry) bool { return slices.Contains(gone, e.sid) }), nil
	})
}

// exclusively runs a change of a user's record, which reads and writes it. One
// change runs at a time in this process, and in all processes if there is a
// Locker. The context that change is given ends when the lock is lost.
func (m *Manager) exclusively(ctx context.Context, name string, change func(context.Context) error) error {
	leave, err := m.turns.Enter(ctx, name)
	if err != nil {
		return because(ErrStore, err)
	}
	defer leave()
	if m.locker == nil {
		return change(ctx)
	}
	held, unlock, err := m.locker.Lock(ctx, name)
	if err != nil {
		return because(ErrStore, err)
	}
	defer unlock()
	return change(held)
}
