package session

import (
	"context"
	"errors"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
	"github.com/seed75762126/cognito-go/cognito/session/internal/userindex"
)

// An entry is what a user's index says of a session.
type entry = userindex.Entry

// readIndex returns the sessions of a user, without those that have reached
// their end. Stale means that the record should be sealed again. A record that
// cannot be opened, because its key was removed, counts as empty: sessions that
// are still in use enter themselves again.
func (m *Manager) readIndex(ctx context.Context, user records.Handle) (list []*entry, stale bool, err error) {
	id := user.ID(records.Index)
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
	if list, err = userindex.Decode(plain); err != nil {
		return nil, true, nil
	}
	now := m.now()
	return slices.DeleteFunc(list, func(e *entry) bool { return !now.Before(e.Ends) }), stale, nil
}

// editIndex changes a user's index, while nobody else does.
func (m *Manager) editIndex(ctx context.Context, user records.Handle, change func(context.Context, []*entry) ([]*entry, error)) error {
	return m.exclusively(ctx, user.ID(records.IndexLock), func(ctx context.Context) error {
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
func (m *Manager) writeIndex(ctx context.Context, user records.Handle, list []*entry) error {
	id := user.ID(records.Index)
	if len(list) == 0 {
		return m.deleteRecord(ctx, id)
	}
	if err := m.store.Commit(ctx, id, m.indexes.Seal(userindex.Encode(list), id), userindex.Last(list)); err != nil {
		return because(ErrStore, err)
	}
	return nil
}

// enterIndex adds a session to its user's index. Where the user has too many,
// it returns those to be ended: the ones that were used longest ago. The session
// replaced does not count, because the new one replaces it; it may be nil.
func (m *Manager) enterIndex(ctx context.Context, user records.Handle, e *entry, replaced *Session) (over []*entry, err error) {
	err = m.editIndex(ctx, user, func(ctx context.Context, list []*entry) ([]*entry, error) {
		list = userindex.Without(list, e.ID)
		var leaves []*entry
		if i := slices.IndexFunc(list, func(x *entry) bool { return replaced != nil && x.ID == replaced.state.sid }); i >= 0 {
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

// makeRoom drops the sessions that have ended from a list. It then drops others
// until one more session is allowed.
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
		st, err := m.storedState(ctx, records.Handle(e.Handle))
		switch {
		case errors.Is(err, ErrStore):
			return nil, err
		case err == nil && st.sid == e.ID && m.inTime(st) && !m.renewals.hasEnded(st.sid) && m.checkEveryone(ctx, st) == nil:
			live = append(live, liveEntry{e, st})
		}
	}
	return live, nil
}

// mendIndex enters a session into its user's index if the index has lost it. A
// process without a Locker may have overwritten the index, or the index's key
// was removed. mendIndex also seals the index with the newest key if that is
// due. The error is [ErrNoSession] if the user was signed out everywhere since
// the session began. That sign-out missed the session, because the index did not
// list it.
func (m *Manager) mendIndex(ctx context.Context, s *Session) error {
	if err := m.checkSignedOut(ctx, s.state); err != nil {
		return err
	}
	user := handleOfUser(s.state.identity)
	list, stale, err := m.readIndex(ctx, user)
	if err != nil {
		return err
	}
	if !stale && userindex.Has(list, s.state.sid) {
		return nil
	}
	return m.editIndex(ctx, user, func(_ context.Context, list []*entry) ([]*entry, error) {
		if userindex.Has(list, s.state.sid) {
			return list, nil
		}
		return append(list, m.newEntry(s)), nil
	})
}

// newEntry is the entry of a session, without what only its sign-in knew.
func (m *Manager) newEntry(s *Session) *entry {
	return &entry{ID: s.state.sid, Handle: s.handle, Started: s.state.created, Ends: s.state.created.Add(m.absolute(s.state))}
}

// leaveIndex takes sessions out of their user's index.
func (m *Manager) leaveIndex(ctx context.Context, user records.Handle, gone ...sid) error {
	return m.editIndex(ctx, user, func(_ context.Context, list []*entry) ([]*entry, error) {
		return userindex.Without(list, gone...), nil
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
