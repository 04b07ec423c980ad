package apigateway

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/isnil"
)

// AuthorizerConfig configures [NewAuthorizer].
type AuthorizerConfig struct {
	// Verifier verifies the access tokens. Required.
	Verifier cognito.TokenVerifier

	// TokenFrom is called if a request has no token in its Authorization field.
	// It returns the access token from another place, or "". A WebSocket of a
	// browser needs it, because a browser can send that token only in the query
	// or as a subprotocol. Nil means that only the Authorization field and the
	// authorizer's token source are read. AppSync and authorizers of the type
	// TOKEN do not use it.
	TokenFrom func(Request) cognito.AccessToken

	// Fields are additional policies for GraphQL fields in AppSync. A key is a
	// field, such as "Query.salaries", or a field's ARN. If the policy refuses
	// the user, AppSync returns null for that field. Nil means no additional
	// policies.
	Fields map[string]cognito.Policy

	// Logger receives why requests were refused. Nil means [slog.Default].
	Logger *slog.Logger

	// Observer is told of refusals. Nil means that nothing is told.
	Observer *observe.Observer

	// Now is the clock for policies. Nil means [time.Now].
	Now func() time.Time
}

// An Authorizer is the code of a Lambda authorizer for API Gateway or AppSync.
// Pass one of its methods to lambda.Start of aws-lambda-go:
//
//	API                       method
//	REST API                  Authorizer.REST
//	WebSocket API, $connect   Authorizer.REST
//	HTTP API, simple answer   Authorizer.HTTP
//	HTTP API, IAM answer      Authorizer.REST
//	AppSync                   Authorizer.AppSync
//
// The token must be a valid access token, and its user must satisfy every
// policy. The answer is one of four:
//
//	                API Gateway                 AppSync              cached
//	allowed         Allow, isAuthorized         isAuthorized         yes
//	no good token   error "Unauthorized": 401   not isAuthorized     no
//	policy refuses  Deny: 403                   not isAuthorized     API Gateway only
//	unchecked       another error: 500          error                no
//
// "Unchecked" means that the pool's keys could not be fetched, or that a policy
// could not be decided. Such an answer is never cached.
//
// An Authorizer is safe for concurrent use.
type Authorizer struct {
	cfg    AuthorizerConfig
	policy cognito.Policy // unless there is none
	some   bool           // there is one
	fields []string       // the keys of cfg.Fields, in order
	logger *slog.Logger
	now    func() time.Time
}

// NewAuthorizer returns an Authorizer, or an error with every problem of cfg
// and the policies. Without policies every valid access token is accepted.
func NewAuthorizer(cfg AuthorizerConfig, policies ...cognito.Policy) (*Authorizer, error) {
	a := &Authorizer{cfg: cfg, some: len(policies) > 0, policy: cognito.And(policies...), logger: cfg.Logger, now: cfg.Now}
	if err := a.validate(); err != nil {
		return nil, err
	}
	if a.logger == nil {
		a.logger = slog.Default()
	}
	if a.now == nil {
		a.now = time.Now
	}
	return a, nil
}

// fieldName is a GraphQL field as AppSync's deniedFields name it: Type.field,
// or an ARN.
var fieldName = regexp.MustCompile(`^([_A-Za-z][_0-9A-Za-z]*\.[_A-Za-z][_0-9A-Za-z]*|arn:aws[a-z-]*:appsync:.+/types/[^/]+/fields/[^/]+)$`)

func (a *Authorizer) validate() error {
	errs := newProblems()
	if isnil.Value(a.cfg.Verifier) {
		errs.Add("Verifier", "missing: use cognito.NewVerifier")
	}
	if a.some {
		errs.Check("policies", a.policy.Err())
	}
	for name, policy := range a.cfg.Fields {
		if !fieldName.MatchString(name) {
			errs.Add("Fields", "each field needs the form Type.field, or its ARN")
		}
		errs.Check("Fields", policy.Err())
		a.fields = append(a.fields, name)
	}
	slices.Sort(a.fields)
	return errs.Err()
}

// A caller is the user of a token that was verified.
type caller struct {
	id     *cognito.Identity
	expiry time.Time
	claims string // the token's payload, for the functions behind the authorizer
}

// verify returns the caller, or why there is none.
func (a *Authorizer) verify(ctx context.Context, token cognito.AccessToken) (*caller, error) {
	claims, err := a.cfg.Verifier.VerifyAccess(ctx, token)
	switch {
	case err != nil:
		return nil, err
	case claims == nil:
		return nil, errors.New("apigateway: the Verifier returned neither claims nor an error")
	}
	var payload json.RawMessage
	if err := claims.Claims(&payload); err != nil { // of a Verifier of one's own
		return nil, &cognito.VerifyError{Check: cognito.CheckClaims, Err: errors.New("the token's payload is not JSON")}
	}
	return &caller{claims.Identity(), claims.Expiry, string(payload)}, nil
}

// An outcome is what becomes of a request.
type outcome int

const (
	allowed      outcome = iota
	unauthorized         // no good token: a new one may help
	denied               // the policies refuse
	unchecked            // not the caller's fault, and not to be cached
)

// outcomeOf says what an error leads to.
func outcomeOf(err error) outcome {
	if err == nil {
		return allowed
	}
	switch status := cognito.CodeOf(err).Status(); {
	case status >= http.StatusInternalServerError:
		return unchecked
	case status == http.StatusForbidden:
		return denied
	}
	return unauthorized
}

// decide finds the caller of a token, which err says may not be there, and asks
// the policies of the API. It logs why it refuses.
func (a *Authorizer) decide(ctx context.Context, token cognito.AccessToken, err error) (*caller, outcome, error) {
	var user *caller
	if err == nil {
		user, err = a.verify(ctx, token)
	}
	if err == nil && a.some {
		err = a.policy.Check(ctx, user.id, a.now())
	}
	result := outcomeOf(err)
	if err != nil {
		a.log(ctx, result, "apigateway: request refused", err)
		a.tell(ctx, user, err)
	}
	return user, result, err
}

// tell tells of a request that was not let through. The user may be nil.
func (a *Authorizer) tell(ctx context.Context, user *caller, err error) {
	if a.cfg.Observer == nil || a.cfg.Observer.Refusal == nil {
		return
	}
	code := cognito.CodeOf(err)
	e := observe.Refusal{Guard: observe.AuthorizerGuard, Code: observe.Code(code), Status: code.Status(), Err: err}
	if user != nil {
		e.UserHash = observe.UserHash(user.id.Issuer, user.id.Subject)
	}
	a.cfg.Observer.Refusal(ctx, e)
}

func (a *Authorizer) log(ctx context.Context, result outcome, msg string, err error) {
	level := slog.LevelInfo
	if result == unchecked {
		level = slog.LevelError
	}
	args := []any{"op", "authorize", "code", cognito.CodeOf(err), "err", err}
	if refused, ok := errors.AsType[*cognito.VerifyError](err); ok {
		args = append(args, "hint", refused.Hint())
	}
	a.logger.Log(ctx, level, msg, args...)
}

// unauthorizedError is what API Gateway answers with 401: it looks for this
// text, and for no other.
type unauthorizedError struct{ cause error }

func (*unauthorizedError) Error() string   { return "Unauthorized" }
func (e *unauthorizedError) Unwrap() error { return e.cause }
