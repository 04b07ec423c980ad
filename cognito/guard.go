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

// An Authenticator says who is behind a request, by what the request itself
// carries. Each call returns an identity of its own, which nothing else uses.
// The error is [ErrNoCredentials], [ErrMalformed], a [VerifyError] where the
// credentials are refused, or another one where they could not be checked. Its
// methods may run concurrently.
//
// One that also has the method Challenge() string names the WWW-Authenticate
// challenge of its refusals. A Guard adds to a Bearer challenge what it knows
// (RFC 6750 section 3): error, error_description, scope, max_age and
// resource_metadata. Its value replaces one of the same name.
type Authenticator interface {
	Authenticate(r *http.Request) (*Identity, error)
}

// A Guard protects handlers by what each request itself carries. That is an
// access token ([Bearer]), or what an AWS service in front of the app has added
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
//	503     credentials_unchecked, policy_unchecked
//
// A 401 names the scopes that the policies ask for, where they ask for any.
// With a Resource every 400, 401 and 403 names its metadata and scopes.
//
// The ResponseWriter is passed on as it is. A CORS preflight carries no
// credentials: answer it before a Guard.
type Guard struct {
	// Authenticator says who is there. Required.
	Authenticator Authenticator

	// Resource, where set, is the API that this Guard protects. Tokens whose
	// aud is not its URL are refused with 401, and refusals tell clients where
	// to find its metadata.
	Resource *Resource

	// MapUser, where set, maps each request's user to the app's own record,
	// as OnLogin does at a sign-in, and puts its key into id.UserID. It runs
	// for each request, before the policies: keep it fast. An error made with
	// [Refuse] refuses the user with 403 and its text. A [PolicyError], such
	// as one of Policy.Check, is answered by its code: return one with
	// [PolicyUnchecked] while a database is away (503). Any other error is the
	// app's own failure (500).
	MapUser func(r *http.Request, id *Identity) error

	// Logger receives why requests were refused. Nil means [slog.Default].
	Logger *slog.Logger

	// Observer is told of refusals. Nil means that of a Bearer's Verifier.
	Observer *observe.Observer

	// Now is the clock for policies. Nil means [time.Now].
	Now func() time.Time
}

// Require lets only users who satisfy every policy through to h. Behind it,
// [FromContext] has the user. A policy whose Err is not nil lets nobody pass.
func (g Guard) Require(h http.Handler, policies ...Policy) http.Handler {
	return g.RequireOr(h, nil, policies...)
}

// Requiring is [Guard.Require] as a middleware, for routers that take one:
//
//	r.With(guard.Requiring(cognito.AllScopes("orders/read"))).Get("/orders", orders)
func (g Guard) Requiring(policies ...Policy) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler { return g.Require(h, policies...) }
}

// Optional lets requests without credentials through to h as well: there
// [FromContext] is nil. If there are credentials, they must be valid.
func (g Guard) Optional(h http.Handler) http.Handler { return g.RequireOr(h, h) }

// RequireOr is [Guard.Require], except that otherwise answers requests without
// credentials. Those whose credentials are refused never get there.
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
