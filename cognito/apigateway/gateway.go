package apigateway

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/problems"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// Config configures a [Gateway].
type Config struct {
	// Pool is the user pool of the authorizer, with the app clients whose
	// tokens are accepted: ClientID and OtherClientIDs. A Gateway also uses
	// ClockSkew, Now, Resources and ForResource.
	Pool cognito.Config

	// IDTokens accepts the claims of ID tokens too. Set it if a REST API has a
	// Cognito authorizer on methods without authorization scopes: there the
	// authorizer accepts only ID tokens.
	IDTokens bool
}

// A Gateway reads the claims that API Gateway passes on. It is safe for
// concurrent use.
type Gateway struct {
	issuers   []string
	clients   []string
	resources []string
	resource  string // the one that is demanded, or ""
	idTokens  bool
	skew      time.Duration
	now       func() time.Time
}

func newProblems() *problems.List {
	return problems.New((&cognito.ConfigError{Package: "apigateway"}).At)
}

// New returns a Gateway, or an error with every problem of cfg. It makes no
// network call.
func New(cfg Config) (*Gateway, error) {
	errs := newProblems()
	errs.Join(cfg.Pool.Validate())
	if cfg.IDTokens && cfg.Pool.ForResource != "" {
		errs.Add("IDTokens", "an ID token is for no resource: drop IDTokens, or Pool.ForResource")
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	pool := cfg.Pool.WithDefaults()
	return &Gateway{
		issuers:   pool.Issuers(),
		clients:   append([]string{pool.ClientID}, pool.OtherClientIDs...),
		resources: slices.Clone(pool.Resources),
		resource:  pool.ForResource,
		idTokens:  cfg.IDTokens,
		skew:      pool.ClockSkew,
		now:       pool.Now,
	}, nil
}

// maxEvent bounds an event, in bytes: API Gateway passes 10 MB on at most.
const maxEvent = 12 << 20

// FromEvent returns the caller of a Lambda event. The event comes from a REST
// or WebSocket API, an HTTP API with either payload format, or an AppSync
// resolver. The claims come from API Gateway's own authorizer, or from an
// [Authorizer]. The error is [cognito.ErrNoCredentials] if the event has no
// claims. It is a [cognito.VerifyError] if the claims are refused; [errors.Is]
// finds [cognito.ErrExpired] in it if the token has expired since the
// authorizer ran.
func (g *Gateway) FromEvent(event []byte) (*cognito.Identity, error) {
	if len(event) > maxEvent {
		return nil, cognito.CheckSize.Failed("the event is longer than 12 MiB")
	}
	authorizer, err := member(rawjson.Value(event), "requestContext", "authorizer")
	if err != nil {
		return nil, err
	}
	resolver, err := member(rawjson.Value(event), "identity", "resolverContext")
	switch {
	case err != nil:
		return nil, err
	case authorizer != "" && resolver != "":
		return nil, cognito.CheckClaims.Failed("the event has claims in two places")
	}
	return g.fromAuthorizer(authorizer + resolver)
}

// FromAuthorizer returns the caller that requestContext.authorizer describes.
// The claims are in "claims" (REST), in "jwt" (HTTP), or in "lambda" if they
// come from an [Authorizer] of an HTTP API. Errors are as with
// [Gateway.FromEvent].
func (g *Gateway) FromAuthorizer(authorizer map[string]any) (*cognito.Identity, error) {
	doc, err := json.Marshal(authorizer)
	if err != nil {
		return nil, cognito.CheckClaims.Failed("the authorizer's data is not JSON")
	}
	return g.fromAuthorizer(rawjson.Value(doc))
}

// FromClaims returns the caller with these claims, in the form of
// requestContext.authorizer.jwt.claims. Errors are as with [Gateway.FromEvent].
func (g *Gateway) FromClaims(claims map[string]string) (*cognito.Identity, error) {
	if len(claims) == 0 {
		return nil, cognito.ErrNoCredentials
	}
	doc, err := json.Marshal(claims)
	if err != nil {
		return nil, cognito.CheckClaims.Failed("the claims are not JSON")
	}
	return g.identity(rawjson.Value(doc))
}

func (g *Gateway) fromAuthorizer(authorizer rawjson.Value) (*cognito.Identity, error) {
	var found rawjson.Value
	for _, path := range [][]string{{"claims"}, {"jwt", "claims"}, {"lambda", "claims"}} {
		claims, err := member(authorizer, path...)
		switch {
		case err != nil:
			return nil, err
		case claims != "" && found != "":
			return nil, cognito.CheckClaims.Failed("the event has claims in two places")
		}
		found += claims
	}
	if text, ok := found.String(); ok { // of an Authorizer: its context takes no objects
		found = rawjson.Value(text)
	}
	if found == "" {
		return nil, cognito.ErrNoCredentials
	}
	return g.identity(found)
}

// member returns the member of nested objects at path, or "" where there is
// none, or null.
func member(v rawjson.Value, path ...string) (rawjson.Value, error) {
	for _, want := range path {
		if v == "" || v == "null" {
			return "", nil
		}
		var found rawjson.Value
		err := rawjson.Object(string(v), func(name string, v rawjson.Value) error {
			if name == want {
				found = v
			}
			return nil
		})
		if err != nil {
			return "", &cognito.VerifyError{Check: cognito.CheckClaims, Err: err}
		}
		v = found
	}
	if v == "null" {
		return "", nil
	}
	return v, nil
}

// identity checks claims and returns whose they are.
func (g *Gateway) identity(doc rawjson.Value) (*cognito.Identity, error) {
	c, err := parseClaims(string(doc))
	if err != nil {
		return nil, err
	}
	if err := g.check(c); err != nil {
		return nil, err
	}
	id := new(cognito.Identity)
	if err := id.UnmarshalClaims(c.normal); err != nil {
		return nil, err
	}
	return id, nil
}

func (g *Gateway) check(c *claims) error {
	switch {
	case !slices.Contains(g.issuers, c.issuer):
		return cognito.CheckIssuer.Failed("the token is not from the configured user pool")
	case c.use != "access" && !(c.use == "id" && g.idTokens):
		return cognito.CheckTokenUse.Failed("this is not an access token; see Config.IDTokens")
	case c.expiry == 0:
		return cognito.CheckExpiry.Failed("the claim is missing")
	case !g.now().Before(time.Unix(c.expiry, 0).Add(g.skew)):
		return &cognito.VerifyError{Check: cognito.CheckExpiry, Err: cognito.ErrExpired}
	case c.use == "access":
		return g.checkAccess(c)
	case len(c.audience) != 1 || !slices.Contains(g.clients, c.audience[0]):
		return cognito.CheckAudience.Failed("the ID token is for another app client")
	}
	return nil
}

func (g *Gateway) checkAccess(c *claims) error {
	if !slices.Contains(g.clients, c.client) {
		return cognito.CheckClientID.Failed("the access token was issued to another app client")
	}
	if g.resource != "" {
		if len(c.audience) != 1 || c.audience[0] != g.resource {
			return cognito.CheckAudience.Failed("the access token is not for the resource that Config.Pool.ForResource demands")
		}
		return nil
	}
	for _, aud := range c.audience {
		if aud != c.client && !slices.Contains(g.resources, aud) {
			return cognito.CheckAudience.Failed("the access token is for a resource that Config.Pool.Resources does not list")
		}
	}
	return nil
}
