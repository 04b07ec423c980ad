package session

import (
	"context"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
)

// beginRefresh tells that a refresh begins. The context is the refresh's, and
// the function is for its end.
func (m *Manager) beginRefresh(ctx context.Context, s *Session) (context.Context, func(error)) {
	began := time.Now()
	ctx = m.observer.Start(ctx, observe.Sessions, observe.OpRefresh)
	return ctx, func(err error) {
		if m.observer.Refresh != nil {
			m.observer.Refresh(ctx, observe.Refresh{
				Session: observe.SessionHandle(s.ID()), UserHash: userHash(s.Identity()), Took: time.Since(began), Err: err,
			})
		}
	}
}

// started tells the operator of a sign-in that has become a session, or has
// not: err says why.
func (m *Manager) started(ctx context.Context, who *cognito.Identity, id string, began time.Time, err error) {
	var name string
	if err == nil {
		name = observe.SessionHandle(id)
		m.logger.InfoContext(ctx, "session: signed in", "op", "start", "session", name, "user", who, "client_id", m.clientID, "provider", who.Provider())
	}
	if m.observer.SessionStart != nil {
		m.observer.SessionStart(ctx, observe.SessionStart{Session: name, UserHash: userHash(who), ClientID: m.clientID, Took: time.Since(began), Err: err})
	}
}

// ended tells the operator that a session has ended. Who may be nil. The sid
// is zero where it is unknown, or all sessions of the user have ended. Err says
// more, or is nil.
func (m *Manager) ended(ctx context.Context, cause observe.Cause, who *cognito.Identity, id sid, err error) {
	var name string
	if id != (sid{}) {
		name = observe.SessionHandle(id.String())
	}
	attributes := []any{"op", "end", "cause", cause, "client_id", m.clientID}
	if name != "" {
		attributes = append(attributes, "session", name)
	}
	if who != nil {
		attributes = append(attributes, "user", who, "provider", who.Provider())
	}
	if err != nil {
		attributes = append(attributes, "err", err)
	}
	m.logger.InfoContext(ctx, "session: ended", attributes...)
	if m.observer.SessionEnd != nil {
		m.observer.SessionEnd(ctx, observe.SessionEnd{Cause: cause, Session: name, UserHash: userHash(who)})
	}
}

// tellRefusal tells of a request that was not let through.
func (m *Manager) tellRefusal(r *http.Request, code cognito.RefusalCode, status int) {
	if f := m.observer.Refusal; f != nil {
		f(r.Context(), observe.Refusal{Guard: observe.SessionGuard, Code: observe.Code(code), Status: status, UserHash: userHash(cognito.FromContext(r.Context()))})
	}
}

// tellRecheck tells what Cognito has said of a session's access token.
func (m *Manager) tellRecheck(ctx context.Context, s *Session, began time.Time, err error) {
	if f := m.observer.Recheck; f != nil {
		f(ctx, observe.Recheck{Session: observe.SessionHandle(s.ID()), UserHash: userHash(s.Identity()), Took: time.Since(began), Err: err})
	}
}

// userHash names a user in events; "" for nobody.
func userHash(who *cognito.Identity) string {
	if who == nil {
		return ""
	}
	return observe.UserHash(who.Issuer, who.Subject)
}
