package session

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/web"
)

// Require passes a request on to h only if its user is signed in and
// satisfies every policy. In h, [cognito.FromContext] returns the user and
// [FromContext] returns the session. The tokens were refreshed if that was
// due.
//
// Without a session, a page navigation is sent to the login (302), which leads
// back. Every other request gets 401. If a person will see the answer, it is a
// page: after a form was sent, or in a frame. A program gets a JSON problem
// that names the login's URL. A user who does not satisfy a policy gets 403; if
// a policy cannot be decided, the answer is 503. These are pages or JSON
// problems too. A policy whose Err is not nil refuses every request.
//
// A request with an unsafe method, or a WebSocket handshake, gets 403 with the
// code cross_origin if a page of another origin caused it. See
// Options.InsecureSkipCrossOriginCheck. The check needs the true Origin header
// of the page. A service worker that forwards form posts can hide it. So your
// service worker must not answer navigations with the method POST.
func (m *Manager) Require(h http.Handler, policies ...cognito.Policy) http.Handler {
	return m.require(h, requirement{policies: policies})
}

// Requiring is [Manager.Require] as a middleware, for routers that take one:
//
//	r.With(sessions.Requiring(cognito.AnyGroup("admins"))).Get("/admin", admin)
func (m *Manager) Requiring(policies ...cognito.Policy) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler { return m.Require(h, policies...) }
}

// A requirement is what a request needs to get to a handler.
type requirement struct {
	policies []cognito.Policy

	// For routes that take tokens as well:
	mapUser    func(*http.Request, *cognito.Identity) error // nil for none
	challenges func(error) []string                         // for programs; nil for none
}

func (m *Manager) require(h http.Handler, need requirement) http.Handler {
	policy := cognito.And(need.policies...)
	if err := policy.Err(); len(need.policies) > 0 && err != nil {
		m.logger.Error("session: this policy refuses every request", "op", "require", "err", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m.crosses(w, r) {
			return
		}
		s, err := m.Current(w, r)
		if err != nil {
			if errors.Is(err, ErrNoSession) {
				need.challenge(w, r, cognito.ErrNoCredentials, "Cookie")
			}
			m.turnAway(w, r, err)
			return
		}
		r, id := s.attach(r), s.state.identity
		if need.mapUser != nil {
			mapped := *id // requests share id
			mapped.Groups, mapped.Roles, mapped.Scopes = slices.Clone(id.Groups), slices.Clone(id.Roles), slices.Clone(id.Scopes)
			id = &mapped
			if err := need.mapUser(r, id); err != nil {
				need.challenge(w, r, err)
				m.mapFailed(w, r, id, err)
				return
			}
			r = r.WithContext(cognito.NewContext(r.Context(), id))
		}
		if len(need.policies) > 0 {
			if err := policy.Check(r.Context(), id, m.now()); err != nil {
				need.challenge(w, r, err)
				m.deny(w, r, id, err)
				return
			}
		}
		h.ServeHTTP(w, r)
	})
}

// challenge tells programs, but not pages, what would help.
func (need *requirement) challenge(w http.ResponseWriter, r *http.Request, err error, first ...string) {
	if need.challenges == nil || web.IsNavigation(r) {
		return
	}
	if list := append(first, need.challenges(err)...); len(list) > len(first) {
		w.Header()["Www-Authenticate"] = list
	}
}

// Optional passes every request on to h. In h, [cognito.FromContext] returns
// the user, or nil if nobody is signed in. If the access token has ended and
// cannot be refreshed at the moment, the visitor counts as a guest. If the
// store cannot be reached, the answer is 503. Requests that a page of another
// origin has caused are refused as by [Manager.Require].
func (m *Manager) Optional(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m.crosses(w, r) {
			return
		}
		s, err := m.Current(w, r)
		switch {
		case err == nil:
			r = s.attach(r)
		case errors.Is(err, ErrStore) && !errors.Is(err, ErrNoSession): // one that has ended is a guest's
			m.turnAway(w, r, err)
			return
		default:
			web.NoCache(w.Header())
		}
		h.ServeHTTP(w, r)
	})
}

// crosses reports whether a page of another origin has caused a request that
// may change things. It has answered then.
func (m *Manager) crosses(w http.ResponseWriter, r *http.Request) bool {
	if m.crossing == nil {
		return false
	}
	err := m.crossing.Check(r)
	if err == nil {
		return false
	}
	m.logger.InfoContext(r.Context(), "session: cross-origin request refused", "op", "require", "code", cognito.CrossOrigin, "err", err, "origin", r.Header.Get("Origin"))
	m.refuse(w, r, Refusal{Status: http.StatusForbidden, Code: cognito.CrossOrigin})
	return true
}

// attach returns the request with the session in its context.
func (s *Session) attach(r *http.Request) *http.Request {
	ctx := context.WithValue(r.Context(), contextKey{}, s)
	return r.WithContext(cognito.NewContext(ctx, s.state.identity))
}
