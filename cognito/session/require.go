package session

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/pace"
	"github.com/seed75762126/cognito-go/internal/web"
)

// Require lets only signed-in users who satisfy every policy through to h.
// Behind it, [cognito.FromContext] has the user, [FromContext] the session,
// and the tokens are fresh.
//
// Without a session, a page navigation is sent to the login (302), which leads
// back. Every other request gets 401. A person gets it as a page: a form sent
// after the session ended, or a frame. A program gets a JSON problem that names
// the login's URL. A user who does not satisfy a policy gets 403, and 503 where
// a policy cannot be decided: as a page or a JSON problem. A policy whose Err
// is not nil lets nobody pass.
//
// A request with an unsafe method, or a WebSocket handshake, gets 403 with the
// code cross_origin if a page of another origin caused it. See
// Options.InsecureSkipCrossOriginCheck. The check needs the page's true Origin.
// A service worker that passes on form posts can hide it, so your service
// worker must not answer navigations with POST.
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
		m.logger.Error("session: a policy that lets nobody pass", "op", "require", "err", err)
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

// Optional lets everybody through to h and tells it who is signed in, if
// somebody is: [cognito.FromContext] is nil otherwise. While tokens that have
// ended cannot be refreshed, the visitor counts as a guest; while the store
// cannot be reached, the answer is 503. Requests that a page of another origin
// has caused are refused as by [Manager.Require].
func (m *Manager) Optional(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m.crosses(w, r) {
			return
		}
		s, err := m.Current(w, r)
		switch {
		case err == nil:
			r = s.attach(r)
		case errors.Is(err, ErrStore):
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

// Current returns the request's session, refreshed if that was due, and sets
// the cookies and headers that go with it. [Manager.Require] and
// [Manager.Optional] call it before the handler, so that whatever the handler
// answers, new tokens are already saved. The error is [ErrNoSession],
// [ErrRefresh] or [ErrStore].
func (m *Manager) Current(w http.ResponseWriter, r *http.Request) (*Session, error) {
	s, err := m.FromRequest(r)
	if err != nil {
		return nil, err
	}
	now := m.now()
	if now.Before(s.state.refreshAt) {
		if s, err = m.recheck(r.Context(), s); err != nil {
			web.NoCache(w.Header())
			m.cookies.Clear(w, r)
			return nil, err
		}
		return m.touch(w, r, s, now)
	}
	if m.cfg.Refresher == nil {
		if !now.Before(s.state.expiry) {
			return nil, ErrNoSession
		}
		return m.touch(w, r, s, now)
	}
	s.polled = isPolling(r.Context())
	renewed, err := m.renew(r.Context(), s)
	switch {
	case err == nil:
		return m.answerRenewed(w, r, renewed, s.polled), nil
	case errors.Is(err, ErrNoSession):
		web.NoCache(w.Header())
		m.cookies.Clear(w, r)
	default: // an outage: the tokens may still serve
		if good := m.usable(s, renewed); good != nil {
			web.NoCache(w.Header())
			return good, nil
		}
		if stale := m.stale(w, r, s, renewed, err); stale != nil {
			return stale, nil
		}
	}
	return nil, err
}

// touch notes that the session is in use, every few minutes. In store mode it
// then also updates the user's index. The error is [ErrNoSession] if the
// session should have ended with others and was not found.
func (m *Manager) touch(w http.ResponseWriter, r *http.Request, s *Session, now time.Time) (*Session, error) {
	web.NoCache(w.Header())
	if isPolling(r.Context()) || !s.rechecked && !m.isStale(s.state, now) {
		return s, nil
	}
	if m.store != nil {
		err := m.mend(r.Context(), s)
		switch {
		case errors.Is(err, ErrNoSession):
			m.cookies.Clear(w, r)
			return nil, m.endWith(r.Context(), s, causeSignedOut, err)
		case err != nil: // the session was read: it is good, and this can wait
			m.logger.WarnContext(r.Context(), "session: its use could not be noted", "op", "touch", "err", err)
			return s, nil
		}
	}
	st := *s.state
	st.seen = now
	s.state = &st
	list, err := m.save(r.Context(), s, false)
	if errors.Is(err, ErrNoSession) { // it was ended a moment ago
		return s, nil
	}
	if err != nil { // the session was read: it is good, it may only end early
		m.logger.WarnContext(r.Context(), "session: its use could not be noted", "op", "touch", "err", err)
		return s, nil
	}
	m.cookies.Write(w, r, list, false)
	return s, nil
}

// errAway means that the Refresher has failed for a reason that will pass.
var errAway = errors.New("the refresh failed at Cognito")

// errStale is why a session that is served in an outage has no tokens.
var errStale = because(ErrRefresh, errors.New("the access token has ended while Cognito is away: the session is served without its tokens"))

// isAway reports whether a refresh has failed because of Cognito, and not
// because of the store, a lock, or the end of this process.
func isAway(err error) bool {
	return errors.Is(err, ErrRefresh) && (errors.Is(err, errAway) || errors.Is(err, pace.ErrHolding))
}

// stale returns the session that serves a request although its access token
// has ended, or nil. Why is the refresh's error. R may be nil.
func (m *Manager) stale(w http.ResponseWriter, r *http.Request, s *Session, renewed *renewal, why error) *Session {
	now, current := m.now(), s
	if renewed != nil && renewed.newest != nil {
		current = renewed.newest.again()
	}
	if m.cfg.OutageGrace == 0 || !isAway(why) || !now.Before(current.state.expiry.Add(m.cfg.OutageGrace)) || !m.inTime(current.state) {
		return nil
	}
	if current == s { // as the browser has it
		used, err := m.touch(w, r, s, now)
		if err != nil { // it has just ended
			return nil
		}
		current = used
	}
	web.NoCache(w.Header())
	m.logStale(r.Context(), current, now, why)
	bare := current.again()
	bare.sent, bare.outage = current.sent, true
	return bare
}

// logStale tells the operator. A long outage must not fill the log.
func (m *Manager) logStale(ctx context.Context, s *Session, now time.Time, why error) {
	leftOut, through := m.sampler.Take("stale")
	if !through {
		return
	}
	m.logger.WarnContext(ctx, "session: served without tokens, since Cognito is away", "op", "require", "user", s.state.identity,
		"ended", now.Sub(s.state.expiry).Truncate(time.Second).String(), "left", s.state.expiry.Add(m.cfg.OutageGrace).Sub(now).Truncate(time.Second).String(),
		"left_out", leftOut, "err", why)
}

// Stale reports whether the access token has ended while Cognito is away: see
// Options.OutageGrace. Then only the identity is there, as Cognito told it last.
func (s *Session) Stale() bool { return s.outage }
