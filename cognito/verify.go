package cognito

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/seed75762126/cognito-go/cognito/internal/keyset"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/jws"
)

// A poolVerifier checks the tokens of one user pool.
type poolVerifier struct {
	issuers   []string
	clients   []string
	resources []string
	resource  string // the one that is demanded, or ""
	skew      time.Duration
	now       func() time.Time
	keys      *keyset.Set
	observer  *observe.Observer // never nil
}

func newPoolVerifier(cfg Config) (*poolVerifier, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.WithDefaults()
	return &poolVerifier{
		issuers:   cfg.Issuers(),
		clients:   append([]string{cfg.ClientID}, cfg.OtherClientIDs...),
		resources: slices.Clone(cfg.Resources),
		resource:  cfg.ForResource,
		skew:      cfg.ClockSkew,
		now:       cfg.Now,
		keys:      cfg.keySet(),
		observer:  cfg.Observer,
	}, nil
}

// A chooser finds the verifier for a token by its iss, which is not
// verified yet. A token that is not signed, in the sense of [jws.Token.Signed],
// must not cost anything.
type chooser interface {
	choose(ctx context.Context, issuer string, signed bool) (*poolVerifier, error)
	observed() *observe.Observer // never nil
	lastHeader() *lastHeader     // nil for none
}

// A lastHeader has the header of the last good access token. The next token
// most often has the same one, which is not read again.
type lastHeader struct{ header atomic.Pointer[jws.Header] }

func (l *lastHeader) get() *jws.Header {
	if l == nil {
		return nil
	}
	return l.header.Load()
}

// keep remembers the header of a token that is verified.
func (l *lastHeader) keep(h *jws.Header) {
	if l != nil && !h.Equal(l.get()) {
		l.header.Store(h.Clone())
	}
}

func foreignIssuer() error {
	return CheckIssuer.Failed("the token is not from a configured user pool")
}

// otherIssuer refuses a token whose iss is not among those of the configured
// pools.
func otherIssuer(got string, want []string) error {
	return &VerifyError{Check: CheckIssuer, Err: &issuerError{got, want}}
}

// An issuerError names both issuers, which are not secrets. The text is written
// only where somebody reads it: anybody can send foreign tokens.
type issuerError struct {
	got  string
	want []string
}

func (e *issuerError) Error() string {
	const most = 4 // there may be hundreds
	var known []string
	for _, iss := range e.want[:min(len(e.want), most)] {
		known = append(known, strconv.Quote(iss))
	}
	return fmt.Sprintf("the token is from %q and not from a configured user pool, %s: compare the user pool's id (COGNITO_USER_POOL_ID) and issuer (COGNITO_ISSUER)",
		hosts.Clip(e.got), strings.Join(known, " or "))
}

func verifyID(ctx context.Context, token IDToken, from chooser, opts []IDOption) (*IDClaims, error) {
	if from.observed().Verification == nil {
		return verifyIDInFull(ctx, token, from, opts)
	}
	began := time.Now()
	c, err := verifyIDInFull(ctx, token, from, opts)
	tellVerification(ctx, from.observed(), observe.IDToken, false, began, err)
	return c, err
}

func verifyIDInFull(ctx context.Context, token IDToken, from chooser, opts []IDOption) (*IDClaims, error) {
	var checks idChecks
	for _, o := range opts {
		o(&checks)
	}
	t, err := parse(string(token), "id", nil)
	if err != nil {
		return nil, err
	}
	c, err := decodeIDClaims(t.Payload)
	if err != nil {
		return nil, err
	}
	v, err := from.choose(ctx, c.Issuer, t.Signed())
	if err != nil {
		return nil, err
	}
	decision, err := v.decideID(ctx, &parsedToken{v: v, token: &t, patient: checks.afterGrant()}, c, token)
	if err != nil {
		return nil, err
	}
	if err := v.checkID(c, &checks); err != nil { // ours first: it names the check
		return nil, err
	}
	if decision != nil {
		return nil, decision
	}
	return c, nil
}

// checkID is all that is checked of an ID token after iss and the signature.
func (v *poolVerifier) checkID(c *IDClaims, checks *idChecks) error {
	if err := v.check(&c.RegisteredClaims, "id"); err != nil {
		return err
	}
	switch {
	case !slices.Contains(v.clients, c.Audience):
		return CheckAudience.Failed("the ID token is for another app client")
	case c.azp != nil && *c.azp != c.Audience:
		return CheckAuthorizedParty.Failed("the ID token was issued to another app client")
	}
	return checks.check(c)
}

func verifyAccess(ctx context.Context, token AccessToken, from chooser, cache *tokenCache) (*AccessClaims, error) {
	if from.observed().Verification == nil {
		c, _, err := verifyAccessCached(ctx, token, from, cache)
		return c, err
	}
	began := time.Now()
	c, cached, err := verifyAccessCached(ctx, token, from, cache)
	tellVerification(ctx, from.observed(), observe.AccessToken, cached, began, err)
	return c, err
}

// verifyAccessCached asks the cache, if there is one, before it verifies.
func verifyAccessCached(ctx context.Context, token AccessToken, from chooser, cache *tokenCache) (claims *AccessClaims, cached bool, err error) {
	if cache == nil || len(token) > jws.MaxToken {
		c, _, err := verifyAccessInFull(ctx, token, from)
		return c, false, err
	}
	sum := jws.Hash(string(token))
	if kept, ok := cache.Find(sum); ok {
		c, err := kept.verifyAgain(ctx, from)
		if c != nil {
			return c, true, nil
		}
		cache.Drop(sum, kept)
		if err != nil {
			return nil, true, err
		}
	}
	c, proof, err := verifyAccessInFull(ctx, token, from)
	if err != nil {
		return nil, false, err
	}
	cache.Keep(sum, &verified{claims: c.clone(), proof: proof})
	return c, false, nil
}

// A proof is what the verification of a signature rested on.
type proof struct {
	by  *poolVerifier
	kid string
	key *rsa.PublicKey
}

func verifyAccessInFull(ctx context.Context, token AccessToken, from chooser) (*AccessClaims, proof, error) {
	t, err := parse(string(token), "access", from.lastHeader().get())
	if err != nil {
		return nil, proof{}, err
	}
	c, err := decodeAccessClaims(t.Payload)
	if err != nil {
		return nil, proof{}, err
	}
	v, err := from.choose(ctx, c.Issuer, t.Signed())
	if err != nil {
		return nil, proof{}, err
	}
	key, err := v.checkSignature(ctx, &t, false)
	if err != nil {
		return nil, proof{}, err
	}
	if err := v.checkAccess(c); err != nil {
		return nil, proof{}, err
	}
	from.lastHeader().keep(&t.Header)
	return c, proof{v, t.KeyID, key}, nil
}

// parse reads a token, whose typ must not name another kind of token (RFC 8725
// section 3.11).
func parse(token, use string, known *jws.Header) (jws.Token, error) {
	t, err := jws.ParseKnown(token, known)
	if err != nil {
		return jws.Token{}, wrapJWS(err)
	}
	if !isType(t.Type, use) {
		return jws.Token{}, CheckType.Failed("the header says that this is another kind of token")
	}
	return t, nil
}

// isType accepts no typ, JWT (RFC 7519 section 5.1) and, for access tokens,
// at+jwt (RFC 9068 section 2.1). Case and "application/" do not matter (RFC
// 7515 section 4.1.9).
func isType(typ, use string) bool {
	if typ == "" {
		return true
	}
	switch strings.TrimPrefix(strings.ToLower(typ), "application/") {
	case "jwt":
		return true
	case "at+jwt":
		return use == "access"
	}
	return false
}

func wrapJWS(err error) error {
	if e, ok := err.(*jws.Error); ok { // as package jws returns all
		return &VerifyError{Check: Check(e.Check), Err: e.Err}
	}
	return &VerifyError{Check: CheckFormat, Err: err}
}

func (v *poolVerifier) checkSignature(ctx context.Context, t *jws.Token, patient bool) (*rsa.PublicKey, error) {
	key, err := v.key(ctx, t.KeyID, patient)
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
func (v *poolVerifier) checkAccess(c *AccessClaims) error {
	if err := v.check(&c.RegisteredClaims, "access"); err != nil {
		return err
	}
	if !slices.Contains(v.clients, c.ClientID) || c.azp != nil && *c.azp != c.ClientID {
		return CheckClientID.Failed("the access token was issued to another app client")
	}
	if v.resource != "" {
		if !isFor(c.Audience, v.resource) {
			return CheckAudience.Failed("the access token is not for the resource that Config.ForResource demands: the login has to ask for it (resource)")
		}
		return nil
	}
	for _, aud := range c.Audience {
		if !slices.Contains(v.resources, aud) && aud != c.ClientID {
			return CheckAudience.Failed("the access token is for a resource that Config.Resources does not list")
		}
	}
	return nil
}

// check is what ID and access tokens have in common, after the signature.
func (v *poolVerifier) check(c *RegisteredClaims, use string) error {
	now := v.now()
	switch {
	case c.tokenUse != use:
		return CheckTokenUse.Failed("this is not an " + use + " token")
	case !now.Before(c.Expiry.Add(v.skew)):
		return &VerifyError{Check: CheckExpiry, Err: ErrExpired}
	case c.IssuedAt.After(now.Add(v.skew)):
		return CheckIssuedAt.Failed("the token was issued in the future: check this machine's clock")
	case c.NotBefore.After(now.Add(v.skew)):
		return CheckNotBefore.Failed("the token is not valid yet")
	}
	return nil
}

// plainHeader is {"alg":"RS256"}. go-oidc gets it in place of the token's own
// header, which [jws.Parse] has read: go-oidc's own parser refuses some members
// that nobody knows.
const plainHeader = "eyJhbGciOiJSUzI1NiJ9"

// decideID has go-oidc decide on the ID token: on the token's own payload, with
// the configured issuer and app client. The error is that of the signature.
func (v *poolVerifier) decideID(ctx context.Context, keys *parsedToken, c *IDClaims, token IDToken) (decision, err error) {
	decider := oidc.NewVerifier(v.issuers[slices.Index(v.issuers, c.Issuer)], keys, &oidc.Config{
		ClientID: v.clients[max(0, slices.Index(v.clients, c.Audience))],
		Now:      func() time.Time { return v.kindNow(c.Expiry) },
	})
	if _, decision = decider.Verify(ctx, plainHeader+string(token)[strings.IndexByte(string(token), '.'):]); decision == nil || keys.err != nil {
		return nil, keys.err
	}
	return &VerifyError{Check: CheckClaims, Err: errUndecided}, nil // go-oidc's text may quote the token
}

// errUndecided is why a token fails that our own reading accepts: go-oidc
// decodes with encoding/json, which takes "AUD" for aud.
var errUndecided = errors.New("go-oidc reads the claims in another way: do two names differ in case only?")

// kindNow is the clock for go-oidc, which allows no skew for exp, and five
// minutes for nbf. It is the true time, unless exp has passed within the skew.
// So go-oidc accepts at least what [poolVerifier.check] accepts, and check
// decides.
func (v *poolVerifier) kindNow(expiry time.Time) time.Time {
	now := v.now()
	if expiry.After(now) {
		return now
	}
	return now.Add(-v.skew)
}

// parsedToken is the [oidc.KeySet] of one ID token that is already parsed.
type parsedToken struct {
	v       *poolVerifier
	token   *jws.Token
	patient bool  // as [keyset.Set.Key] has it
	err     error // what VerifySignature returned; go-oidc keeps only its text
}

// VerifySignature implements [oidc.KeySet].
func (k *parsedToken) VerifySignature(ctx context.Context, _ string) ([]byte, error) {
	if _, k.err = k.v.checkSignature(ctx, k.token, k.patient); k.err != nil {
		return nil, k.err
	}
	return []byte(k.token.Payload), nil
}

var _ oidc.KeySet = (*parsedToken)(nil)
