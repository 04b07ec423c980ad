package userpool

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/awscall"
	"github.com/seed75762126/cognito-go/internal/clientsecret"
)

// A Client calls the API of one user pool for one app client. It is safe for
// concurrent use; create one for the whole app.
type Client struct {
	pool      cognito.Config // with its defaults, and without the secret
	secret    *clientsecret.Keeper
	sdk       *cip.Client
	once      *cip.Client // repeats nothing
	verifier  *cognito.Verifier
	signInAge time.Duration // see Config.PasskeySignInAge
	refreshes *refreshes

	relyingParty string // see Config.RelyingPartyID
}

// New returns a Client, or an error with every problem of cfg. It makes no
// network call, so the app can start while Cognito cannot be reached.
func New(cfg Config) (*Client, error) {
	verifier, err := cognito.NewVerifier(cfg.Pool)
	errs := newProblems()
	errs.Join(err)
	cfg.validate(errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	pool := cfg.Pool.WithDefaults()
	sdk := newSDK(cfg, pool)
	once := cip.New(sdk.Options(), func(o *cip.Options) { o.Retryer = aws.NopRetryer{} })
	secret := clientsecret.New(pool.ClientSecret, pool.ClientSecretSource, clientsecret.Options{Timeout: pool.Timeout, Now: pool.Now, Logger: pool.Logger})
	pool.ClientSecret, pool.ClientSecretSource = "", nil
	return &Client{pool: pool, secret: secret, sdk: sdk, once: once, verifier: verifier, signInAge: cfg.passkeySignInAge(), refreshes: new(refreshes), relyingParty: cfg.RelyingPartyID}, nil
}

// newSDK derives the SDK client that makes the calls from the caller's, or
// makes one without credentials.
func newSDK(cfg Config, pool cognito.Config) *cip.Client {
	options := cip.Options{Region: pool.Region(), HTTPClient: pool.HTTPClient}
	if pool.Endpoint != "" {
		options.BaseEndpoint = aws.String(pool.EndpointURL())
	}
	if cfg.SDK != nil {
		options = cfg.SDK.Options()
	}
	if cfg.HTTPClient != nil {
		options.HTTPClient = cfg.HTTPClient
	}
	options.HTTPClient = awscall.JSON(options.HTTPClient, pool.Timeout)
	options.Retryer = awscall.Retryer()
	return cip.New(options)
}

// call makes one call, op, within the time limit of Config.Pool. Whatever
// goes wrong comes back as an [*Error], from which the secrets named are
// removed: Cognito's complaint about a value may quote it.
func call[In, Out any](ctx context.Context, c *Client, op observe.Op, send func(context.Context, *In, ...func(*cip.Options)) (*Out, error), in *In, secrets ...string) (*Out, error) {
	ctx, cancel := context.WithTimeout(ctx, c.pool.Timeout)
	defer cancel()
	ctx, called := c.calling(ctx, op)
	out, err := send(ctx, in)
	if err != nil {
		refused := c.fail(op, err, secrets...)
		called(refused)
		return nil, refused
	}
	called(nil)
	return out, nil
}

// callSigned is call for an operation that wants the client secret, or a hash
// made with it: sign puts that into the input. It is not called for a public
// client. If Cognito refuses the secret, and the source has another one, the
// call is made once more.
func callSigned[In, Out any](ctx context.Context, c *Client, op observe.Op, send func(context.Context, *In, ...func(*cip.Options)) (*Out, error), in *In, sign func(secret string), secrets ...string) (out *Out, err error) {
	err = c.secret.Do(ctx, func(secret string) error {
		if secret != "" {
			sign(secret)
		}
		out, err = call(ctx, c, op, send, in, secrets...)
		return err
	}, secretRefused)
	if errors.Is(err, clientsecret.ErrUnavailable) {
		return nil, c.ownError(op, observe.CodeUnreachable, err)
	}
	return out, err
}

func secretRefused(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Reason == ReasonSecretWrong
}

// SecretHash returns the parameter SECRET_HASH, for calls that your app makes
// with the SDK itself. It is the HMAC-SHA256 of username and app client id, in
// base64. Pass the username that you send in the same request. In the answer to
// a challenge, pass the username that Cognito returned. In a refresh, pass the
// username of the access token.
func SecretHash(username, clientID string, clientSecret cognito.Secret) string {
	mac := hmac.New(sha256.New, []byte(clientSecret))
	_, _ = io.WriteString(mac, username+clientID) // never fails
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// secretHash is [SecretHash] for the Client's app client.
func (c *Client) secretHash(username, secret string) *string {
	return aws.String(SecretHash(username, c.pool.ClientID, cognito.Secret(secret)))
}

// Verifier returns the Client's token verifier.
func (c *Client) Verifier() *cognito.Verifier { return c.verifier }

// Format implements [fmt.Formatter]. It prints no part of the configuration.
func (Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "userpool.Client") }

var _ session.Refresher = (*Client)(nil)
