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
	"github.com/seed75762126/cognito-go/internal/unverified"
)

// errEndedMeanwhile means that Cognito has ended the sign-ins of a user while
// one was on its way.
var errEndedMeanwhile = fmt.Errorf("%w: the user was signed out while the sign-in was under way", ErrNoSession)

// EndBefore ends the sessions of a user that began before the time at, or at
// that time. It ends them in all processes, at once. It is for events at
// Cognito, for example that a user was disabled: package poolevents calls it.
// The argument at is the time of the event, and event is its name. Only Issuer
// and Subject of who are used.
//
// Events may come late, twice and in any order: a session that began after the
// event goes on. The beginning of a session is the time of its first access
// token, so only Cognito's clock counts, in whole seconds. If a session began
// in the same second as the event, it ends only if it began before the event
// arrived here.
//
// Refresh tokens are revoked as by [Manager.EndSession]. The errors are those
// of [Manager.EndAll]. Call EndBefore again after an error.
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
		st, err := m.storedState(ctx, records.Handle(e.Handle))
		if errors.Is(err, ErrStore) {
			errs = append(errs, err)
		}
		return err != nil || st.sid != e.ID || !by.Cover(st.forSignOuts())
	})
	return list, errors.Join(errs...)
}

// issuedAt is when Cognito issued an access token.
func issuedAt(token cognito.AccessToken) time.Time { return unverified.Time(string(token), "iat") }
