package cognito

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/jws"
)

// A Verifier checks the ID and access tokens of one user pool. It is safe for
// concurrent use; share one.
type Verifier struct {
	issuers   []string
	clients   []string
	resources []string
	skew      time.Duration
	now       func() time.Time
	keys      *keySet
}

// NewVerifier returns a Verifier for the pool and app clients of cfg. It
// calls nobody: keys are fetched when the first token is verified.
func NewVerifier(cfg Config) (*Verifier, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.WithDefaults()
	keys := &keySet{
		url:    cfg.JWKSURL(),
		client: fetch.New(cfg.HTTPClient, cfg.Timeout),
		logger: cfg.Logger,
		now:    cfg.Now,
	}
	if cfg.JWKS != nil {
		keys.url = ""
		keys.keys, _ = parseJWKS(cfg.JWKS) // Validate has read it
	}
	return &Verifier{
		issuers:   cfg.Issuers(),
		clients:   append([]string{cfg.ClientID}, cfg.OtherClientIDs...),
		resources: slices.Clone(cfg.Resources),
		skew:      cfg.ClockSkew,
		now:       cfg.Now,
		keys:      keys,
	}, nil
}

// Warm fetches the pool's keys unless they are there, so that the first
// request need not wait for them. It returns when that is done or has failed,
// which is logged and harmless: the next token tries again. To start serving
// meanwhile, call it in a goroutine.
func (v *Verifier) Warm(ctx context.Context) {
	if v.keys.empty() {
		_, _ = v.keys.key(ctx, "")
	}
}

// An IDOption adds a check to [Verifier.VerifyID].
type IDOption func(*idChecks)

// idChecks are the checks the options ask for; nil is none.
type idChecks struct {
	nonce    func(got string) bool
	atHash   func(got string) bool
	clientID func(got string) bool
}

// Nonce demands that the ID token carries exactly this nonce, which is the
// one sent with the login (OpenID Connect Core section 3.1.3.7 item 11). No
// token satisfies the empty one.
func Nonce(nonce string) IDOption {
	return func(c *idChecks) {
		c.nonce = func(got string) bool { return nonce != "" && equal(got, nonce) }
	}
}

// RefreshedNonce demands that the ID token carries either no nonce or this
// one, as a refreshed ID token does (OpenID Connect Core section 12.2). The
// empty one demands none.
func RefreshedNonce(nonce string) IDOption {
	return func(c *idChecks) {
		c.nonce = func(got string) bool { return got == "" || equal(got, nonce) }
	}
}

// IssuedWith checks at_hash, where the ID token has one, against the access
// token it came with (OpenID Connect Core section 3.1.3.6).
func IssuedWith(t AccessToken) IDOption {
	return func(c *idChecks) {
		c.atHash = func(got string) bool { return got == "" || equal(got, accessTokenHash(t)) }
	}
}

// IssuedTo demands that the ID token is for this app client, and not for
// another of the configured ones.
func IssuedTo(clientID string) IDOption {
	return func(c *idChecks) {
		c.clientID = func(got string) bool { return got == clientID }
	}
}

// VerifyID verifies an ID token in full: form and RS256 signature, iss, aud,
// token_use, exp, iat, nbf and sub, and what the options add. The error is a
// [VerifyError], and [ErrExpired] or [ErrKeysUnavailable] where that is the
// reason.
func (v *Verifier) VerifyID(ctx context.Context, token IDToken, opts ...IDOption) (*IDClaims, error) {
	var checks idChecks
	for _, o := range opts {
		o(&checks)
	}
	t, err := parse(string(token))
	if err != nil {
		return nil, err
	}
	c, err := decodeIDClaims(t.Payload)
	if err != nil {
		return nil, err
	}
	if err := v.checkIssuer(&c.RegisteredClaims); err != nil {
		return nil, err
	}
	if err := v.decideID(ctx, t, c, token); err != nil {
		return nil, err
	}
	if err := v.check(&c.RegisteredClaims, "id"); err != nil {
		return nil, err
	}
	if !slices.Contains(v.clients, c.Audience) || refuses(checks.clientID, c.Audience) {
		return nil, refuse("aud", "the ID token is for another app client")
	}
	if err := checks.check(c); err != nil {
		return nil, err
	}
	return c, nil
}

// VerifyAccess verifies an access token in full: form and RS256 signature,
// iss, client_id, token_use, exp, iat, nbf and sub, and aud where it has one.
// Errors are as with [Verifier.VerifyID].
func (v *Verifier) VerifyAccess(ctx context.Context, token AccessToken) (*AccessClaims, error) {
	t, err := parse(string(token))
	if err != nil {
		return nil, err
	}
	c, err := decodeAccessClaims(t.Payload)
	if err != nil {
		return nil, err
	}
	if err := v.checkIssuer(&c.RegisteredClaims); err != nil {
		return nil, err
	}
	if err := v.checkSignature(ctx, t); err != nil {
		return nil, err
	}
	if err := v.check(&c.RegisteredClaims, "access"); err != nil {
		return nil, err
	}
	if !slices.Contains(v.clients, c.ClientID) {
		return nil, refuse("client_id", "the access token was issued to another app client")
	}
	for _, aud := range c.Audience {
		if !slices.Contains(v.resources, aud) && aud != c.ClientID {
			return nil, refuse("aud", "the access token is for a resource that Config.Resources does not list")
		}
	}
	return c, nil
}

func parse(token string) (*jws.Token, error) {
	t, err := jws.Parse(token)
	if err != nil {
		return nil, wrapJWS(err)
	}
	return t, nil
}

func wrapJWS(err error) error {
	var e *jws.Error
	if errors.As(err, &e) {
		return &VerifyError{Check: e.Check, Err: e.Err}
	}
	return &VerifyError{Check: "format", Err: err}
}

// checkIssuer comes first, so that another pool's token never costs a key
// fetch. iss chooses nothing and builds no URL.
func (v *Verifier) checkIssuer(c *RegisteredClaims) error {
	if !slices.Contains(v.issuers, c.Issuer) {
		return refuse("iss", "the token is not from the configured user pool")
	}
	return nil
}

func (v *Verifier) checkSignature(ctx context.Context, t *jws.Token) error {
	key, err := v.keys.key(ctx, t.KeyID)
	if err != nil {
		return err
	}
	if err := t.Verify(key); err != nil {
		return wrapJWS(err)
	}
	return nil
}

// check is what ID and access tokens have in common, after the signature.
func (v *Verifier) check(c *RegisteredClaims, use string) error {
	now := v.now()
	switch {
	case c.tokenUse != use:
		return refuse("token_use", "this is not an "+use+" token")
	case !now.Before(c.Expiry.Add(v.skew)):
		return &VerifyError{Check: "exp", Err: ErrExpired}
	case c.IssuedAt.After(now.Add(v.skew)):
		return refuse("iat", "the token was issued in the future: check this machine's clock")
	case c.NotBefore.After(now.Add(v.skew)):
		return refuse("nbf", "the token is not valid yet")
	}
	return nil
}

func (k *idChecks) check(c *IDClaims) error {
	switch {
	case refuses(k.nonce, c.Nonce):
		return refuse("nonce", "the ID token belongs to another login")
	case refuses(k.atHash, c.AccessTokenHash):
		return refuse("at_hash", "the ID token belongs to another access token")
	}
	return nil
}

func refuses(check func(string) bool, got string) bool { return check != nil && !check(got) }

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// accessTokenHash is the left half of the SHA-256 of an access token (OpenID
// Connect Core section 3.1.3.6).
func accessTokenHash(t AccessToken) string {
	sum := sha256.Sum256([]byte(t))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

// decideID has go-oidc decide on the ID token.
func (v *Verifier) decideID(ctx context.Context, t *jws.Token, c *IDClaims, token IDToken) error {
	keys := &checkedClaims{v: v, token: t, claims: c}
	decider := oidc.NewVerifier(c.Issuer, keys, &oidc.Config{
		SkipClientIDCheck: true, // aud must be one of several clients, and alone: VerifyID looks
		Now:               func() time.Time { return v.now().Add(-v.skew) },
	})
	_, err := decider.Verify(ctx, string(token))
	var expired *oidc.TokenExpiredError
	switch {
	case err == nil:
		return nil
	case keys.err != nil:
		return keys.err
	case errors.As(err, &expired):
		return &VerifyError{Check: "exp", Err: ErrExpired}
	}
	return refuse("format", "go-oidc refuses the token") // its text may quote it
}

// checkedClaims is the [oidc.KeySet] of one ID token that is already parsed.
// The payload it hands to go-oidc is written anew from the claims as we read
// them, with exact names: go-oidc decodes with encoding/json, which would
// take "AUD" for aud, and a trigger's odd claim must not fail a token. It
// lacks nbf, for which go-oidc has a leeway of its own: check looks at it.
type checkedClaims struct {
	v      *Verifier
	token  *jws.Token
	claims *IDClaims
	err    error // what VerifySignature returned; go-oidc keeps only its text
}

// VerifySignature implements [oidc.KeySet].
func (k *checkedClaims) VerifySignature(ctx context.Context, _ string) ([]byte, error) {
	if k.err = k.v.checkSignature(ctx, k.token); k.err != nil {
		return nil, k.err
	}
	c := k.claims
	return json.Marshal(map[string]any{
		"iss": c.Issuer, "sub": c.Subject, "aud": c.Audience,
		"exp": unix(c.Expiry), "iat": unix(c.IssuedAt),
	})
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

var _ oidc.KeySet = (*checkedClaims)(nil)
