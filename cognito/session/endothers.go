package session

import (
	"errors"
	"net/http"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/signouts"
	"github.com/seed75762126/cognito-go/internal/web"
)

// EndOthers ends all sessions of the signed-in user except that of the request,
// in all processes, at once. It is for a button "Sign out on all other
// devices", and for the time after a new password. Refresh tokens are revoked
// as by [Manager.EndSession]. The session of the request goes on unchanged.
//
// Do not also call Cognito's GlobalSignOut, which would end this session too.
//
// The error is [ErrNoSession] for a guest, and for a session that has ended
// since the request came: it ends no other then. It is [ErrStore] if the store
// failed: some of the other sessions may go on. In cookie mode without
// SignOuts it is [errors.ErrUnsupported].
func (m *Manager) EndOthers(w http.ResponseWriter, r *http.Request) error {
	if m.signOutStore() == nil {
		return errNotNoted
	}
	s := FromContext(r.Context())
	if s == nil || s.m != m {
		var err error
		if s, err = m.Current(w, r); err != nil {
			return err
		}
	} else if _, err := m.FromRequest(r); err != nil { // it may have ended since the request came
		return err
	}
	web.NoCache(w.Header())
	ctx, user := r.Context(), handleOfUser(s.state.identity)
	over := false
	notNoted := m.editSignOuts(ctx, user, func(d *signouts.Record) bool {
		over = d.Cover(s.state.forSignOuts())
		return !over && d.AddAll(m.now(), s.state.sid)
	})
	if over {
		return ErrNoSession
	}
	if m.store == nil {
		return m.tellNoted(ctx, s.state.identity, sid{}, notNoted)
	}
	list, _, err := m.readIndex(ctx, user)
	if err != nil {
		return errors.Join(notNoted, err)
	}
	others := slices.DeleteFunc(list, func(e *entry) bool { return e.ID == s.state.sid })
	return errors.Join(notNoted, m.endEntries(ctx, s.state.identity, others, observe.SignedOut)) // a full store still deletes
}
