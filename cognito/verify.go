package cognito

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/hosts"
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
	cache     *tokenCache // nil for none
}

// NewVerifier returns a Verifier for the pool and app clients of cfg. It
// calls nobody: keys are fetched when the first token is verified.
func NewVerifier(cfg Config) (*Verifier, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.WithDefaults()
	set := &keySet{
		url:    cfg.JWKSURL(),
		client: fetch.New(cfg.HTTPClient, cfg.Timeout),
		logger: cfg.Logger,
		now:    cfg.Now,
	}
	if cfg.JWKS != nil {
		set.fix(cfg.JWKS)
	}
	v := &Verifier{
		issuers:   cfg.Issuers(),
		clients:   append([]string{cfg.ClientID}, cfg.OtherClientIDs...),
		resources: slices.Clone(cfg.Resources),
		skew:      cfg.ClockSkew,
		now:       cfg.Now,
		keys:      set,
	}
	v.remember(cfg.TokenCache)
	return v, nil
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

// VerifyID verifies an ID token in full: form and RS256 signature, iss, aud,
// token_use, exp, iat, nbf and sub, and what the options add. The error is a
// [VerifyError], and [ErrExpired] or [ErrKeysUnavailable] where that is the
// reason.
func (v *Verifier) VerifyID(ctx context.Context, token IDToken, opts ...IDOption) (*IDClaims, error) {
	return verifyID(ctx, token, v, opts)
}

// VerifyAccess verifies an access token in full: form and RS256 signature,
// iss, client_id, token_use, exp, iat, nbf and sub, and aud where it has one.
// Errors are as with [Verifier.VerifyID].
func (v *Verifier) VerifyAccess(ctx context.Context, token AccessToken) (*AccessClaims, error) {
	return verifyAccess(ctx, token, v, v.cache)
}

// A chooser finds the verifier for a token by its iss, which nobody has
// verified yet.
type chooser interface {
	choose(ctx context.Context, issuer string) (*Verifier, error)
}

// choose implements chooser: there is one pool. That iss is looked at before
// anything else has a reason: another pool's token never costs a key fetch.
func (v *Verifier) choose(_ context.Context, issuer string) (*Verifier, error) {
	if !slices.Contains(v.issuers, issuer) {
		return nil, otherIssuer(issuer, v.issuers)
	}
	return v, nil
}

func foreignIssuer() error { return refuse("iss", "the token is not from a configured user pool") }

// otherIssuer refuses a token whose iss is not among those of the configured
// pools.
func otherIssuer(got string, want []string) error {
	return &VerifyError{Check: "iss", Err: &issuerError{got, want}}
}

// An issuerError names both issuers, which are no secrets. The text is written
// only where somebody reads it: anybody can send foreign tokens.
type issuerError struct {
	got  string
	want []string
}

func (e *issuerError) Error() string {
	const most = 4 // of Pools there may be hundreds
	var known []string
	for _, iss := range e.want[:min(len(e.want), most)] {
		known = append(known, strconv.Quote(iss))
	}
	return fmt.Sprintf("the token is from %q and not from a configured user pool, %s: compare the user pool's id (COGNITO_USER_POOL_ID) and issuer (COGNITO_ISSUER)",
		hosts.Clip(e.got), strings.Join(known, " or "))
}

func verifyID(ctx context.Context, token IDToken, from chooser, opts []IDOption) (*IDClaims, error) {
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
	v, err := from.choose(ctx, c.Issuer)
	if err != nil {
		return nil, err
	}
	if err := v.decideID(ctx, &t, c, token); err != nil {
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

// verifyAccess asks the cache, if there is one, before it verifies.
func verifyAccess(ctx context.Context, token AccessToken, from chooser, cache *tokenCache) (*AccessClaims, error) {
	if cache == nil || len(token) > jws.MaxToken {
		c, _, err := verifyAccessInFull(ctx, token, from)
		return c, err
	}
	sum := jws.Hash(string(token))
	if kept := cache.find(sum); kept != nil {
		c, err := kept.verifyAgain(ctx, from)
		if c != nil {
			return c, nil
		}
		cache.drop(sum, kept)
		if err != nil {
			return nil, err
		}
	}
	c, proof, err := verifyAccessInFull(ctx, token, from)
	if err != nil {
		return nil, err
	}
	cache.keep(sum, &verified{claims: c.clone(), proof: proof})
	return c, nil
}

// A proof is what the verification of a signature rested on.
type proof struct {
	by  *Verifier
	kid string
	key *rsa.PublicKey
}

func verifyAccessInFull(ctx context.Context, token AccessToken, from chooser) (*AccessClaims, proof, error) {
	t, err := parse(string(token))
	if err != nil {
		return nil, proof{}, err
	}
	c, err := decodeAccessClaims(t.Payload)
	if err != nil {
		return nil, proof{}, err
	}
	v, err := from.choose(ctx, c.Issuer)
	if err != nil {
		return nil, proof{}, err
	}
	key, err := v.checkSignature(ctx, &t)
	if err != nil {
		return nil, proof{}, err
	}
	if err := v.checkAccess(c); err != nil {
		return nil, proof{}, err
	}
	return c, proof{v, t.KeyID, key}, nil
}

func parse(token string) (jws.Token, error) {
	t, err := jws.Parse(token)
	if err != nil {
		return jws.Token{}, wrapJWS(err)
	}
	return t, nil
}

func wrapJWS(err error) error {
	if e, ok := err.(*jws.Error); ok { // as package jws returns all
		return &VerifyError{Check: e.Check, Err: e.Err}
	}
	return &VerifyError{Check: "format", Err: err}
}

func (v *Verifier) checkSignature(ctx context.Context, t *jws.Token) (*rsa.PublicKey, error) {
	key, err := v.keys.key(ctx, t.KeyID)
	if err != nil {
		return nil, err
	}
	if err := t.Verify(key); err != nil {
		return nil, wrapJWS(err)
	}
	return key, nil
}

// checkAccess is all that is checked of an access token after iss and the
// signature.
func (v *Verifier) checkAccess(c *AccessClaims) error {
	if err := v.check(&c.RegisteredClaims, "access"); err != nil {
		return err
	}
	if !slices.Contains(v.clients, c.ClientID) {
		return refuse("client_id", "the access token was issued to another app client")
	}
	for _, aud := range c.Audience {
		if !slices.Contains(v.resources, aud) && aud != c.ClientID {
			return refuse("aud", "the access token is for a resource that Config.Resources does not list")
		}
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

// decideID has go-oidc decide on the ID token.
func (v *Verifier) decideID(ctx context.Context, t *jws.Token, c *IDClaims, token IDToken) error {
	keys := &checkedClaims{v: v, token: t, claims: c}
	decider := oidc.NewVerifier(c.Issuer, keys, &oidc.Config{
		SkipClientIDCheck: true, // aud must be one of several clients, and alone: VerifyID looks
		Now:               func() time.Time { return v.now().Add(-v.skew) },
	})
	_, err := decider.Verify(ctx, string(token))
	_, expired := errors.AsType[*oidc.TokenExpiredError](err)
	switch {
	case err == nil:
		return nil
	case keys.err != nil:
		return keys.err
	case expired:
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
	if _, k.err = k.v.checkSignature(ctx, k.token); k.err != nil {
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
