package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/trail"
)

// DeliverTrail calls your function for each event that CloudTrail would record
// about the pool. The event is as EventBridge delivers it: a JSON object
// with the record as its detail. A test can pass the events on to the app's
// receiver late, twice or in another order. An [eventbridge.Destination] posts
// them to a URL. Nil ends the delivery.
//
//	pool.DeliverTrail(func(event []byte) { received = append(received, event) })
//
// Events come from operations of the user-pool API that change something, forms
// of the hosted pages, the token endpoint, and sign-outs. A refused operation
// also gives an event, with an errorCode. [Pool.DisableUser],
// [Pool.EnableUser], [Pool.DeleteUser], [Pool.SignOutUser] and
// [Pool.SetPassword] give the events of AdminDisableUser, AdminEnableUser,
// AdminDeleteUser, AdminUserGlobalSignOut and AdminSetUserPassword.
//
// Your function is called in the goroutine that makes the change; for an
// operation, this is before its answer is written. docs/emulator-events.md
// describes the events.
func (p *Pool) DeliverTrail(to func(event []byte)) { p.core.Trail.Set(to) }

// DeliverTrail is [Pool.DeliverTrail] for all pools of the server, also for
// those that are added later.
func (s *Server) DeliverTrail(to func(event []byte)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trail.Set(to)
	for _, p := range s.pools {
		p.DeliverTrail(to)
	}
}

// asAdmin makes a change to a user that CloudTrail records as an operation of
// an administrator's.
func (p *Pool) asAdmin(operation, username string, change func() error) error {
	a, known := p.core.Users.Find(username)
	if !known {
		return directory.NoUser(username)
	}
	if err := change(); err != nil {
		return err
	}
	if deliver := p.core.Trail.Get(); deliver != nil {
		deliver(trail.Record{
			Name: operation, PoolID: p.core.ID, Region: p.core.Region(), At: p.Now(), Sub: a.Sub,
			Params: map[string]any{"userPoolId": p.core.ID, "username": username},
		}.Event())
	}
	return nil
}
