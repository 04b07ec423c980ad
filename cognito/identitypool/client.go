package identitypool

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	ci "github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/awscall"
)

// A Client gets AWS credentials from one identity pool. It is safe for
// concurrent use; create one for the whole app.
type Client struct {
	cfg       Config // with its defaults
	sdk       *ci.Client
	sts       *sts.Client
	providers []string // names for the user pool in Logins, to be tried in turn
	provider  atomic.Int32
	visitors  *visitors
}

// New returns a Client, or an error with every problem of cfg. It makes no
// network call, so the app can start while Cognito cannot be reached.
func New(cfg Config) (*Client, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	return &Client{
		cfg:       cfg,
		sdk:       newSDK(cfg),
		sts:       newSTS(cfg),
		providers: loginProviders(cfg),
		visitors:  newVisitors(cfg.MaxUsers),
	}, nil
}

func newSDK(cfg Config) *ci.Client {
	options := ci.Options{Region: cfg.region(), HTTPClient: cfg.Pool.HTTPClient}
	if cfg.SDK != nil {
		options = cfg.SDK.Options()
	}
	if cfg.Endpoint != "" {
		options.BaseEndpoint = aws.String(cfg.Endpoint)
	}
	options.HTTPClient = awscall.JSON(options.HTTPClient, cfg.Pool.Timeout)
	options.Retryer = newRetryer()
	return ci.New(options)
}

func newSTS(cfg Config) *sts.Client {
	options := sts.Options{Region: cfg.region(), HTTPClient: cfg.Pool.HTTPClient}
	if cfg.STS != nil {
		options = cfg.STS.Options()
	}
	if cfg.STSEndpoint != "" {
		options.BaseEndpoint = aws.String(cfg.STSEndpoint)
	}
	options.HTTPClient = awscall.Any(options.HTTPClient, cfg.Pool.Timeout) // it answers in XML
	options.Retryer = newRetryer()
	return sts.New(options)
}

// newRetryer repeats what failed for a reason that passes, as the SDK decides
// it: none of these calls uses anything up.
func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = 3, 2*time.Second
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			if awscall.Unusable(err) != nil { // it would be the same again
				return aws.FalseTernary
			}
			return aws.UnknownTernary
		})}, o.Retryables...)
	})
}

// region is the identity pool's, which its id begins with.
func (c Config) region() string {
	region, _, _ := strings.Cut(c.Pool.IdentityPoolID, ":")
	return region
}

// loginProviders are the names that the user pool may have in Logins.
func loginProviders(cfg Config) []string {
	if cfg.LoginProvider != "" {
		return []string{cfg.LoginProvider}
	}
	pool := cfg.Pool
	pool.Issuer = "" // an emulator's pool goes by the name of AWS here
	var names []string
	for _, issuer := range pool.Issuers()[:2] {
		names = append(names, strings.TrimPrefix(issuer, "https://"))
	}
	return names
}

// ForSession returns a Provider of the signed-in user's credentials. It takes
// the ID token from the session. A session in cookies has an ID token only with
// KeepIDToken in [session.Options]; without one, the error is [ErrLogin]. Make a
// Provider for each request; the Client keeps the credentials between requests.
//
// Without a session (nil) the error is [session.ErrNoSession].
func (c *Client) ForSession(s *session.Session, opts ...Option) *Provider {
	if s == nil {
		return c.ForUser(nil, nil)
	}
	return c.ForUser(s.Identity(), func(ctx context.Context) (cognito.IDToken, error) {
		tokens, err := s.Fresh(ctx)
		if err == nil && tokens.ID == "" {
			err = c.refused("GetId", observe.CodeNoIDToken, "the session has no ID token: set KeepIDToken in session.Options, or configure a Store")
		}
		return tokens.ID, err
	}, opts...)
}

// ForUser is [Client.ForSession] for apps that keep tokens in another way. Your
// function idToken returns an ID token of this user that has not expired. The
// function's context has the values of the call that needs new credentials. It
// does not end with that call, but after a minute: an answer that comes later
// does not count. If the token is of another user, the error is [ErrLogin] and
// the token is not sent.
//
// Without a user (nil) the error is [session.ErrNoSession].
func (c *Client) ForUser(who *cognito.Identity, idToken func(context.Context) (cognito.IDToken, error), opts ...Option) *Provider {
	switch {
	case who == nil:
		return c.failing(session.ErrNoSession)
	case idToken == nil: // which would be a guest
		return c.failing(c.refused("GetId", observe.CodeNoIDToken, "ForUser needs a function that returns the ID token"))
	}
	o := apply(opts)
	key := visitorKey{issuer: who.Issuer, subject: who.Subject, role: o.role}
	return &Provider{client: c, visitor: c.visitors.get(key), options: o, idToken: idToken, subject: who.Subject}
}

// maxIdentityID is the length of an identity id, in bytes. A longer text, which
// a visitor may have put into a cookie, is not kept.
const maxIdentityID = 55

// failing returns a Provider for nobody.
func (c *Client) failing(err error) *Provider {
	return &Provider{client: c, visitor: new(visitor), idToken: func(context.Context) (cognito.IDToken, error) { return "", err }}
}

// ForGuest returns a Provider of credentials for a visitor who has not signed
// in. The argument identityID is what [Provider.IdentityID] returned at an
// earlier visit. An empty id creates a new guest. If the app needs guest
// credentials only for itself, to read public data, make one Provider and keep
// it.
func (c *Client) ForGuest(identityID string) *Provider {
	v := new(visitor)
	if identityID != "" && len(identityID) <= maxIdentityID {
		v = c.visitors.get(visitorKey{subject: identityID})
	}
	return &Provider{client: c, visitor: v, options: options{guest: identityID}}
}

// An Option is a setting for the credentials of a user.
type Option func(*options)

type options struct {
	role  string
	guest string // identity id to keep
}

func apply(opts []Option) options {
	var o options
	for _, set := range opts {
		set(&o)
	}
	return o
}

// WithRole asks for a role, which must be one of cognito:roles in the user's ID
// token (CustomRoleArn). In the basic flow it replaces Config.RoleARN. The
// error is [ErrRole] if the user may not have the role.
func WithRole(arn string) Option { return func(o *options) { o.role = arn } }

// FromGuest lets the user keep the identity id that they had as a guest, if
// Cognito allows it. A user who already has an identity keeps that identity. An
// id that does not belong to a guest is ignored. An empty id means no guest.
func FromGuest(identityID string) Option { return func(o *options) { o.guest = identityID } }

// Format implements [fmt.Formatter]: a Client prints nothing of what it
// keeps.
func (*Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "identitypool.Client") }
