package main

import (
	"context"
	"errors"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// resource is the API that the access token is for. Cognito writes aud where
// the login asked for a resource; the token here has it because auth0's
// middleware takes none without.
const resource = "https://api.example.com"

// address is the user's.
const address = "jane@example.com"

// A world is what all contenders share: a user pool, a user, and tokens of a
// realistic size.
type world struct {
	pool   *cognitotest.Pool
	cfg    cognito.Config
	tokens cognito.Tokens
	access string // the access token to verify
}

func newWorld() *world {
	pool := cognitotest.NewPool()
	for _, name := range []string{"editors", "eu-staff"} {
		pool.AddGroup(cognitotest.Group{Name: name, RoleARN: "arn:aws:iam::123456789012:role/" + name, Precedence: len(name)})
	}
	_, err := pool.AddUser(cognitotest.User{
		Username:      "jane",
		Email:         address,
		EmailVerified: true,
		Groups:        []string{"editors", "eu-staff"},
		Attributes: map[string]string{
			"name": "Jane Doe", "given_name": "Jane", "family_name": "Doe",
			"locale": "en-GB", "custom:department": "Research",
		},
	})
	if err != nil {
		panic(err) // the user above is possible
	}
	cfg := pool.Config()
	cfg.Now = nil // the clock of production
	cfg.JWKS = pool.JWKS()
	cfg.Resources = []string{resource}
	w := &world{pool: pool, cfg: cfg, tokens: pool.Tokens("jane")}
	w.access = w.accessToken(nil)
	return w
}

// accessToken signs an access token; edit may change its claims before.
func (w *world) accessToken(edit func(cognitotest.Claims)) string {
	return string(w.pool.AccessToken("jane", func(c cognitotest.Claims) {
		c["aud"] = resource
		if edit != nil {
			edit(c)
		}
	}))
}

// otherIssuer makes a token another pool's.
func otherIssuer(c cognitotest.Claims) { c["iss"] = c["iss"].(string) + "x" }

// A caller is what a handler wants to know of a verified access token.
type caller struct {
	subject, username string
	groups            []string
}

// A verify function decides on an access token and tells whose it is.
type verify func(ctx context.Context, token string) (caller, error)

// accessClaims are the claims of Cognito's own in an access token, for the
// libraries that decode into a struct.
type accessClaims struct {
	TokenUse string   `json:"token_use"`
	ClientID string   `json:"client_id"`
	Username string   `json:"username"`
	Scope    string   `json:"scope"`
	Groups   []string `json:"cognito:groups"`
	AuthTime int64    `json:"auth_time"`
}

var errClaims = errors.New("not an access token of this app client")

// caller does what these libraries leave to their user: token_use and
// client_id.
func (c *accessClaims) caller(subject, clientID string) (caller, error) {
	if c.TokenUse != "access" || c.ClientID != clientID {
		return caller{}, errClaims
	}
	return caller{subject: subject, username: c.Username, groups: c.Groups}, nil
}

// identity is the user of the ID token, verified.
func (w *world) identity() (*cognito.Identity, error) {
	v, err := cognito.NewVerifier(w.cfg)
	if err != nil {
		return nil, err
	}
	c, err := v.VerifyID(context.Background(), w.tokens.ID)
	if err != nil {
		return nil, err
	}
	return c.Identity(), nil
}
