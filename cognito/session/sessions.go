package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
	"github.com/seed75762126/cognito-go/internal/signouts"
)

// An Info describes one session of a user, for a page that lists them.
type Info struct {
	ID        string    // for [Manager.EndSession], and to compare with [Session.ID]; not a secret
	Started   time.Time // when the user signed in
	LastSeen  time.Time // when it was last used, accurate to about five minutes
	UserAgent string    // such as "Firefox on Windows", as of the sign-in; may be empty
	Address   string    // what Options.Address returned at the sign-in
}

// errListing is the error where sessions are not kept together.
var errListing = fmt.Errorf("session: sessions in cookies cannot be listed, because only the browsers know them: configure a Store: %w", errors.ErrUnsupported)

// errNotNoted is the error where nothing can be noted about a session.
var errNotNoted = fmt.Errorf("session: sessions in cookies cannot be ended in other browsers: configure SignOuts or a Store: %w", errors.ErrUnsupported)

// Sessions lists the sessions of a user. The session that was used last comes
// first. Only Issuer and Subject of who are used. The error is [ErrStore], or
// [errors.ErrUnsupported] without a Store.
func (m *Manager) Sessions(ctx context.Context, who *cognito.Identity) ([]Info, error) {
	if m.store == nil {
		return nil, errListing
	}
	list, _, err := m.readIndex(ctx, handleOfUser(who))
	if err != nil {
		return nil, err
	}
	live, err := m.live(ctx, list)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(live, func(a, b liveEntry) int { return b.state.seen.Compare(a.state.seen) })
	infos := make([]Info, len(live))
	for i, l := range live {
		infos[i] = Info{l.ID.String(), l.state.created, l.state.seen, l.UserAgent, l.Address}
	}
	return infos, nil
}

// EndSession ends one session of a user, in any browser. The argument id is
// an [Info.ID] or a [Session.ID]. The refresh token is revoked if the
// Refresher has the method Revoke. In cookie mode it is not, because only the
// browser has it. If the session has ended already, or belongs to another
// user, EndSession does nothing. If the store fails, the error is [ErrStore],
// and the session may go on. In cookie mode without SignOuts it is
// [errors.ErrUnsupported].
func (m *Manager) EndSession(ctx context.Context, who *cognito.Identity, id string) error {
	named, err := signouts.ParseID(id)
	if err != nil {
		return nil // belongs to no user
	}
	if m.store == nil {
		if m.signOuts == nil {
			return errNotNoted
		}
		return m.tellNoted(ctx, who, named, m.noteEnd(ctx, who, named)) // each request reads it, and it counts only for this user
	}
	user := handleOfUser(who)
	list, _, err := m.readIndex(ctx, user)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(e *entry) bool { return e.ID != named })
	if len(list) == 0 { // if the index has lost it, it ends when it enters itself again
		now := m.now()
		return m.editSignOuts(ctx, user, func(d *signouts.Record) bool { return d.Add(named, now, now.Add(m.cfg.absolute())) })
	}
	return m.endEntries(ctx, who, list, observe.SignedOut)
}

// EndAll ends every session of a user, in all processes, at once: "sign out
// everywhere". Only Issuer and Subject of who are used. Refresh tokens are
// revoked as by [Manager.EndSession]. To end the user's sign-ins to other
// apps as well, call Cognito's GlobalSignOut or AdminUserGlobalSignOut.
// EndAll does not clear the cookies of the browser that made the request:
// call [Manager.End] after it.
//
// If the store fails, the error is [ErrStore], and some sessions may go on. In
// cookie mode without SignOuts it is [errors.ErrUnsupported].
func (m *Manager) EndAll(ctx context.Context, who *cognito.Identity) error {
	if m.signOutStore() == nil {
		return errNotNoted
	}
	user := handleOfUser(who)
	notNoted := m.editSignOuts(ctx, user, func(d *signouts.Record) bool { return d.AddAll(m.now(), sid{}) })
	if m.store == nil {
		return m.tellNoted(ctx, who, sid{}, notNoted)
	}
	list, _, err := m.readIndex(ctx, user)
	if err != nil {
		return errors.Join(notNoted, err)
	}
	return errors.Join(notNoted, m.endEntries(ctx, who, list, observe.SignedOut)) // a full store still deletes
}

// tellNoted tells that sessions in cookies were noted as ended, if they were,
// and returns err.
func (m *Manager) tellNoted(ctx context.Context, who *cognito.Identity, id sid, err error) error {
	if err == nil {
		m.ended(ctx, observe.SignedOut, who, id, nil)
	}
	return err
}

// endEntries ends sessions that the user's index names, and revokes their
// refresh tokens.
func (m *Manager) endEntries(ctx context.Context, who *cognito.Identity, list []*entry, cause observe.Cause) error {
	var errs []error
	var gone []sid
	var tokens []cognito.RefreshToken
	for _, e := range list {
		if g, err := m.storedGrant(ctx, records.Handle(e.Handle), e.ID); err == nil && g.tokens.Refresh != "" {
			tokens = append(tokens, g.tokens.Refresh)
		}
		m.renewals.end(e.ID, m.now(), m.now().Add(renewalTimeout))
		if err := m.removeRecords(ctx, records.Handle(e.Handle)); err != nil {
			m.renewals.revive(e.ID)
			errs = append(errs, err)
			continue
		}
		gone = append(gone, e.ID)
		m.ended(ctx, cause, who, e.ID, nil)
	}
	if len(gone) > 0 {
		if err := m.leaveIndex(ctx, handleOfUser(who), gone...); err != nil {
			m.logger.WarnContext(ctx, "session: sessions that have ended are still listed", "op", "end", "err", err)
		}
	}
	m.revocations.Revoke(ctx, tokens...)
	return errors.Join(errs...)
}
