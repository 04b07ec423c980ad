package cognito

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/challenge"
	"github.com/seed75762126/cognito-go/internal/isnil"
	"github.com/seed75762126/cognito-go/internal/web"
)

// An Authenticator says which user made a request, from credentials in the
// request itself. Each call returns a new identity, which the caller may
// change. The error is [ErrNoCredentials] or [ErrMalformed]. It is a
// [VerifyError] if the credentials are refused, and any other error if they
// could not be checked. Its methods may run concurrently.
//
// If an Authenticator also has the method Challenge() string, that method
// returns the WWW-Authenticate challenge of its refusals. A Guard adds these
// parameters to a Bearer challenge (RFC 6750 section 3): error,
// error_description, scope, max_age and resource_metadata. The Guard's value
// replaces a value of the same name.
type Authenticator interface {
	Authenticate(r *http.Request) (*Identity, error)
}

// A Guard protects handlers that get credentials with each request. These are
// an access token ([Bearer]), or headers that an AWS service in front of the
// app has added (packages alb and apigateway). For sessions see package
// session. Its Manager also takes a Guard, for routes that accept a session or
// a token.
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
//	403     insufficient_scope        insufficient_scope, with the scopes that would be enough
//	403     forbidden                 insufficient_scope
//	403     refused                   insufficient_scope: MapUser refused
//	500     policy_error, guard_error
//	503     credentials_unchecked, policy_unchecked
//
// A 401 names the scopes that the policies ask for, if there are any. With a
// Resource, every 400, 401 and 403 also names the URL of its metadata. It names
// the scopes of the Resource if the policies ask for no scope.
//
// The handler gets the ResponseWriter unchanged. A CORS preflight request has
// no credentials: answer it before it reaches a Guard.
type Guard struct {
	// Authenticator finds the user of a request. Required.
	Authenticator Authenticator

	// Resource describes the API that this Guard protects. If it is set, a
	// token whose aud is not its URL is refused with 401. Refusals then tell
	// clients where to find its metadata. Nil means that aud is not compared
	// here.
	Resource *Resource

	// MapUser finds the app's own record of the user and puts its key into
	// id.UserID, as OnLogin does at a sign-in. It runs for each request,
	// before the policies, so it must be fast. If it returns a [Refuse], the
	// user gets 403 with that text. If it returns a [PolicyError], the Guard
	// answers with its code: use [PolicyUnchecked] (503) while your database
	// cannot be reached. Any other error is the app's own failure (500), and so
	// is a PolicyError with a code that is not in the table above. Nil means no
	// call.
	MapUser func(r *http.Request, id *Identity) error

	// Logger receives why requests were refused. Nil means [slog.Default].
	Logger *slog.Logger

	// Observer is told of refusals. Nil means the Observer of a Bearer's
	// Verifier.
	Observer *observe.Observer

	// Now is the clock for policies. Nil means [time.Now].
	Now func() time.Time
}

// Require passes a request on to h only if its user satisfies every policy.
// In h, [FromContext] returns the user. A policy whose Err is not nil refuses
// every request.
func (g Guard) Require(h http.Handler, policies ...Policy) http.Handler {
	return g.RequireOr(h, nil, policies...)
}

// Requiring is [Guard.Require] as a middleware, for routers that take one:
//
//	r.With(guard.Requiring(cognito.AllScopes("orders/read"))).Get("/orders", orders)
func (g Guard) Requiring(policies ...Policy) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler { return g.Require(h, policies...) }
}

// Optional also passes requests without credentials on to h. [FromContext]
// then returns nil. If a request has credentials, they must be valid.
func (g Guard) Optional(h http.Handler) http.Handler { return g.RequireOr(h, h) }

// RequireOr is like [Guard.Require], except that the handler otherwise
// answers requests without credentials. A request whose credentials are
// refused does not reach otherwise.
func (g Guard) RequireOr(h, otherwise http.Handler, policies ...Policy) http.Handler {
	s := g.work(policies)
	if err := s.mistake; err != nil {
		s.logger.Error("cognito: this guard refuses every request", "op", "require", "err", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, h, otherwise) })
}

// guarded is a Guard at work.
type guarded struct {
	Guard
	policies   bool // there are some
	policy     Policy
	challenges []challenge.Challenge // of the Authenticator
	mistake    error                 // for a developer to mend
	logger     *slog.Logger
	told       *observe.Observer // never nil
	now        func() time.Time
}

func (g Guard) work(policies []Policy) *guarded {
	s := &guarded{Guard: g, policies: len(policies) > 0, policy: And(policies...), logger: g.Logger, told: g.observer(), now: g.Now}
	if s.logger == nil {
		s.logger = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.mistake = s.findMistake()
	if c, ok := g.Authenticator.(interface{ Challenge() string }); ok && !isnil.Value(g.Authenticator) {
		s.challenges = challenge.Parse(c.Challenge())
	}
	return s
}

func (s *guarded) findMistake() error {
	if isnil.Value(s.Authenticator) {
		return errors.New("cognito: Guard has no Authenticator")
	}
	b, isBearer := s.Authenticator.(Bearer)
	if p, ok := s.Authenticator.(*Bearer); ok {
		b, isBearer = *p, true
	}
	switch {
	case isBearer && isnil.Value(b.Verifier):
		return errNoVerifier
	case s.policies && s.policy.Err() != nil:
		return s.policy.Err()
	case s.Resource != nil:
		return s.Resource.Validate()
	}
	return nil
}

func (s *guarded) serve(w http.ResponseWriter, r *http.Request, h, otherwise http.Handler) {
	if s.mistake != nil {
		code := GuardMistake
		if s.policies && s.policy.Err() != nil {
			code = PolicyMistake
		}
		s.refuse(w, r, refusal{code: code, err: s.mistake})
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
		if err := s.MapUser(r, id); err != nil {
			s.mapFailed(w, r, id, err)
			return
		}
	}
	if s.policies {
		if err := s.policy.Check(r.Context(), id, s.now()); err != nil {
			s.deny(w, r, id, err)
			return
		}
	}
	s.private(w.Header())
	h.ServeHTTP(w, r.WithContext(NewContext(r.Context(), id)))
}

// private keeps an answer to one user out of the caches that others use,
// unless the handler sets headers of its own.
func (s *guarded) private(h http.Header) {
	web.NoStore(h)
	if len(s.challenges) > 0 {
		h.Add("Vary", "Authorization")
	}
}

func (s *guarded) authenticate(r *http.Request) (*Identity, error) {
	id, err := s.Authenticator.Authenticate(r)
	switch {
	case err != nil:
		return nil, err
	case id == nil:
		return nil, errors.New("cognito: the Authenticator returned neither an identity nor an error")
	case s.Resource != nil && !isFor(id.Audience, s.Resource.URL):
		return nil, CheckAudience.Failed("the access token is not for this resource: the login has to ask for it (resource)")
	}
	return id, nil
}
