package alb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/fetch"
)

// The header fields of a load balancer that are read.
const (
	dataHeader  = "X-Amzn-Oidc-Data"
	tokenHeader = "X-Amzn-Oidc-Accesstoken"
)

// Checks of a [cognito.VerifyError] that only this package makes.
const (
	CheckSigner      cognito.Check = "signer"       // signed by a load balancer that is not in Config.LoadBalancers
	CheckAccessToken cognito.Check = "access_token" // access token missing, or of another user
)

// A Verifier checks the headers in which load balancers describe users. It is a
// [cognito.Authenticator]: use it in a [cognito.Guard] to protect handlers. It
// is safe for concurrent use; create one and share it.
type Verifier struct {
	signers map[string]string // ARN → where its keys are
	issuers []string
	clients []string
	access  cognito.TokenVerifier
	skew    time.Duration
	now     func() time.Time
	keys    *keyCache
}

var _ cognito.Authenticator = (*Verifier)(nil)

// New returns a Verifier, or an error with every problem of cfg. It makes no
// network call: keys are fetched when the first request needs them.
func New(cfg Config) (*Verifier, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	pool := cfg.Pool.WithDefaults()
	signers := map[string]string{}
	for _, arn := range cfg.LoadBalancers {
		signers[arn], _ = cfg.keysURL(arn) // validate has read it
	}
	return &Verifier{
		signers: signers,
		issuers: pool.Issuers(),
		clients: append([]string{pool.ClientID}, pool.OtherClientIDs...),
		access:  cfg.AccessTokens,
		skew:    pool.ClockSkew,
		now:     pool.Now,
		keys:    newKeyCache(fetch.NewAny(pool.HTTPClient, pool.Timeout), pool.Logger, pool.Now),
	}, nil
}

// Authenticate implements [cognito.Authenticator]. It reads the headers that
// the load balancer adds.
func (v *Verifier) Authenticate(r *http.Request) (*cognito.Identity, error) {
	data := r.Header[dataHeader]
	switch {
	case len(data) == 0:
		return nil, cognito.ErrNoCredentials
	case len(data) > 1:
		return nil, cognito.ErrMalformed
	}
	id, err := v.Verify(r.Context(), data[0])
	if err != nil || v.access == nil {
		return id, err
	}
	if err := v.addAccess(r, id); err != nil {
		return nil, err
	}
	return id, nil
}

// addAccess adds what the access token says.
func (v *Verifier) addAccess(r *http.Request, id *cognito.Identity) error {
	tokens := r.Header[tokenHeader]
	switch {
	case len(tokens) > 1:
		return cognito.ErrMalformed
	case len(tokens) == 0:
		return CheckAccessToken.Failed("the load balancer has sent no x-amzn-oidc-accesstoken")
	}
	claims, err := v.access.VerifyAccess(r.Context(), cognito.AccessToken(tokens[0]))
	switch {
	case err != nil:
		return err
	case claims == nil:
		return errors.New("alb: the TokenVerifier returned neither claims nor an error")
	case claims.Issuer != id.Issuer || claims.Subject != id.Subject || claims.ClientID != id.ClientID:
		return CheckAccessToken.Failed("the access token belongs to another user")
	}
	id.Groups, id.Scopes, id.Audience, id.AuthTime = claims.Groups, claims.Scopes, claims.Audience, claims.AuthTime
	return nil
}

// Verify checks the value of x-amzn-oidc-data: its ES256 signature, signer,
// client, iss, exp and sub. The error is a [cognito.VerifyError]. [errors.Is]
// finds [cognito.ErrExpired] or [cognito.ErrKeysUnavailable] in it if that is
// the reason.
func (v *Verifier) Verify(ctx context.Context, data string) (*cognito.Identity, error) {
	t, err := parse(data)
	if err != nil {
		return nil, err
	}
	keys, known := v.signers[t.signer]
	switch {
	case !known:
		return nil, CheckSigner.Failed("the data is signed by a load balancer that Config.LoadBalancers does not list")
	case !slices.Contains(v.issuers, t.issuer):
		return nil, cognito.CheckIssuer.Failed("the user is not from the configured user pool")
	case !slices.Contains(v.clients, t.client):
		return nil, cognito.CheckClientID.Failed("the user has signed in with another app client")
	case v.expired(t.expiry):
		return nil, &cognito.VerifyError{Check: cognito.CheckExpiry, Err: cognito.ErrExpired}
	}
	key, err := v.keys.key(ctx, keys+t.keyID)
	if err != nil {
		return nil, err
	}
	if !t.signedBy(key) {
		return nil, cognito.CheckSignature.Failed("the signature does not belong to the data")
	}
	return v.identity(t)
}

// identity is the user whom the verified data describes.
func (v *Verifier) identity(t *token) (*cognito.Identity, error) {
	expiry, err := t.payloadExpiry()
	if err != nil {
		return nil, err
	}
	id := new(cognito.Identity)
	switch err := id.UnmarshalClaims([]byte(t.payload)); {
	case err != nil:
		return nil, err
	case id.Issuer != "" && id.Issuer != t.issuer:
		return nil, cognito.CheckIssuer.Failed("the claims are from another issuer than the data")
	case id.ClientID != "" && id.ClientID != t.client:
		return nil, cognito.CheckClientID.Failed("the claims are for another app client than the data")
	case expiry != 0 && v.expired(expiry):
		return nil, &cognito.VerifyError{Check: cognito.CheckExpiry, Err: cognito.ErrExpired}
	}
	id.Issuer, id.ClientID = t.issuer, t.client
	return id, nil
}

func (v *Verifier) expired(seconds int64) bool {
	return !v.now().Before(time.Unix(seconds, 0).Add(v.skew))
}
