package cognito

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/internal/web"
)

// Errors of an [Authenticator], told apart with [errors.Is].
var (
	// ErrNoCredentials means that a request carries nothing that says who it
	// comes from.
	ErrNoCredentials = errors.New("the request carries no credentials")

	// ErrMalformed means that what a request carries cannot be read, such as
	// a token given twice. Whoever sends that has a mistake to mend.
	ErrMalformed = errors.New("the request's credentials are malformed or given twice")
)

// An Authenticator says who is behind a request, by what the request itself
// carries. Its identity is the request's own: nobody else holds it. The error
// is [ErrNoCredentials], [ErrMalformed], a [VerifyError] where the credentials
// are refused, or another one where they could not be checked. Its methods may
// run concurrently.
//
// One that also has the method Challenge() string names the WWW-Authenticate
// challenge of its refusals. Where that is Bearer, the parameters of RFC 6750
// section 3 are added.
type Authenticator interface {
	Authenticate(r *http.Request) (*Identity, error)
}

// A Guard protects handlers by what each request itself carries: an access
// token ([Bearer]), or what an AWS service in front of the app has added
// (packages alb and apigateway). For sessions see package session, whose
// Manager also takes a Guard for routes that accept either.
//
// Refusals are JSON problems (RFC 9457) with a stable code:
//
//	status  code                      error of a Bearer challenge
//	400     invalid_request           invalid_request
//	401     credentials_required
//	401     token_expired             invalid_token
//	401     wrong_token               invalid_token: an ID or refresh token
//	401     invalid_token             invalid_token
//	401     stale_sign_in             insufficient_user_authentication (RFC 9470)
//	403     insufficient_scope        insufficient_scope, with the scopes that would do
//	403     forbidden                 insufficient_scope
//	403     refused                   insufficient_scope: MapUser refused
//	500     policy_error, guard_error
//	503     credentials_unchecked
//
// The ResponseWriter is passed on as it is. A CORS preflight carries no
// credentials: answer it before a Guard.
type Guard struct {
	// Authenticator says who is there. Required.
	Authenticator Authenticator

	// MapUser, where set, maps each request's user to the app's own record,
	// as OnLogin does at a sign-in, and puts its key into id.UserID. It runs
	// for each request, before the policies: keep it fast. An error made with
	// [Refuse] refuses the user with 403 and its text, any other is the app's
	// own failure (500).
	MapUser func(ctx context.Context, id *Identity) error

	// Logger receives why requests were refused. Nil means [slog.Default].
	Logger *slog.Logger

	// Now is the clock for policies. Nil means [time.Now].
	Now func() time.Time
}

// Require lets only users who satisfy every policy through to h. Behind it,
// [FromContext] has the user. A policy whose Err is not nil lets nobody pass.
func (g Guard) Require(h http.Handler, policies ...Policy) http.Handler {
	return g.RequireOr(h, nil, policies...)
}

// Optional lets requests without credentials through to h as well: there
// [FromContext] is nil. Credentials that are there must be good all the same.
func (g Guard) Optional(h http.Handler) http.Handler { return g.RequireOr(h, h) }

// RequireOr is [Guard.Require], but has otherwise answer requests without
// credentials. Those whose credentials are refused never get there.
func (g Guard) RequireOr(h, otherwise http.Handler, policies ...Policy) http.Handler {
	s := &guarded{Guard: g, policies: len(policies) > 0, policy: And(policies...), logger: g.Logger, now: g.Now}
	if s.logger == nil {
		s.logger = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	if c, ok := g.Authenticator.(interface{ Challenge() string }); ok {
		s.challenge = c.Challenge()
	}
	if err := s.mistake(); err != nil {
		s.logger.Error("cognito: a guard that lets nobody pass", "op", "require", "err", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, h, otherwise) })
}

// guarded is a Guard at work.
type guarded struct {
	Guard
	policies  bool // there are some
	policy    Policy
	challenge string
	logger    *slog.Logger
	now       func() time.Time
}

// mistake is what a developer has to mend.
func (s *guarded) mistake() error {
	b, isBearer := s.Authenticator.(Bearer)
	switch {
	case s.Authenticator == nil:
		return errors.New("cognito: Guard has no Authenticator")
	case isBearer && b.Verifier == nil:
		return errNoVerifier
	case s.policies:
		return s.policy.Err()
	}
	return nil
}

func (s *guarded) serve(w http.ResponseWriter, r *http.Request, h, otherwise http.Handler) {
	if err := s.mistake(); err != nil {
		code := "guard_error"
		if s.policies && s.policy.Err() != nil {
			code = "policy_error"
		}
		s.refuse(w, refusal{status: http.StatusInternalServerError, code: code, detail: "Something is set up wrong here. The people who run this API find the details in its log."})
		return
	}
	id, err := s.authenticate(r)
	switch {
	case errors.Is(err, ErrNoCredentials) && otherwise != nil:
		s.private(w.Header())
		otherwise.ServeHTTP(w, r)
		return
	case err != nil:
		s.turnAway(w, r, err)
		return
	}
	if s.MapUser != nil {
		if err := s.MapUser(r.Context(), id); err != nil {
			s.mapFailed(w, r, err)
			return
		}
	}
	if s.policies && !s.policy.Allows(id, s.now()) {
		s.deny(w, r, id)
		return
	}
	s.private(w.Header())
	h.ServeHTTP(w, r.WithContext(NewContext(r.Context(), id)))
}

// private keeps an answer to one user out of the caches that others use,
// unless the handler sets headers of its own.
func (s *guarded) private(h http.Header) {
	web.NoStore(h)
	if s.challenge != "" {
		h.Add("Vary", "Authorization")
	}
}

func (s *guarded) authenticate(r *http.Request) (*Identity, error) {
	id, err := s.Authenticator.Authenticate(r)
	if err == nil && id == nil {
		err = errors.New("cognito: the Authenticator returned neither an identity nor an error")
	}
	return id, err
}
