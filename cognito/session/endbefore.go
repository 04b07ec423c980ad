package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/signouts"
	"github.com/seed75762126/cognito-go/internal/unverified"
)

// errEndedMeanwhile means that Cognito has ended the sign-ins of a user while
// one was on its way.
var errEndedMeanwhile = fmt.Errorf("%w: the user was signed out while the sign-in was under way", ErrNoSession)

// EndBefore ends the sessions of a user that began at a time or before it, in
// all processes, at once. It is for events at Cognito, such as the disabling of
// a user: package poolevents calls it. At is the time of the event and event its
// name. Of who only Issuer and Subject count.
//
// Events may come late, twice and in any order: a session that began after the
// event goes on. When a session began is told by the first access token of its
// sign-in, so Cognito's clock alone counts, in whole seconds. A session of the
// event's own second ends if it began before the event arrived.
//
// Refresh tokens are revoked as by [Manager.EndSession]. The errors are those of
// [Manager.EndAll]. Call it again after an error.
func (m *Manager) EndBefore(ctx context.Context, who *cognito.Identity, at time.Time, event string) error {
	if m.signOutStore() == nil {
		return errNotNoted
	}
	user := handleOfUser(who)
	var noted signouts.Record
	isNew := false
	failed := m.editSignOuts(ctx, user, func(d *signouts.Record) bool {
		isNew = d.Before.Add(at, event)
		noted = *d
		return isNew
	})
	if m.store == nil {
		if failed == nil && isNew {
			m.ended(ctx, observe.ByEvent, who, sid{}, nil)
		}
		return failed
	}
	list, _, err := m.readIndex(ctx, user)
	if err != nil {
		return errors.Join(failed, err)
	}
	list, err = m.covered(ctx, list, &noted)
	return errors.Join(failed, err, m.endEntries(ctx, who, list, observe.ByEvent))
}

// covered returns the sessions of a list that a record of sign-outs ends.
func (m *Manager) covered(ctx context.Context, list []*entry, by *signouts.Record) ([]*entry, error) {
	var errs []error
	list = slices.DeleteFunc(list, func(e *entry) bool {
		st, err := m.storedState(ctx, handle(e.Handle))
		if errors.Is(err, ErrStore) {
			errs = append(errs, err)
		}
		return err != nil || st.sid != e.ID || !by.Cover(st.forSignOuts())
	})
	return list, errors.Join(errs...)
}

// issuedAt is when Cognito issued an access token.
func issuedAt(token cognito.AccessToken) time.Time { return unverified.Time(string(token), "iat") }
