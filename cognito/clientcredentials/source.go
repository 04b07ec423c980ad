package clientcredentials

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	ccgrant "golang.org/x/oauth2/clientcredentials"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/clientsecret"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/oauth"
	"github.com/seed75762126/cognito-go/internal/observed"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// Config configures [New].
type Config struct {
	// Pool has the app client. Its secret is required, because only a
	// confidential client can get its own tokens. If Pool has a domain, tokens
	// come from /oauth2/token, and the client's AllowedOAuthFlows must be only
	// client_credentials. Otherwise tokens come from the API operation
	// GetClientToken, and the client's ExplicitAuthFlows must be only
	// ALLOW_CLIENT_TOKEN_AUTH.
	Pool cognito.Config

	// Scopes are the custom scopes to ask for, each of the form <resource
	// server>/<scope>. They must be enabled on the app client. Empty means all
	// scopes of the app client.
	Scopes []string

	// Metadata is passed to the pool's pre-token-generation trigger
	// (aws_client_metadata, or ClientMetadata without a domain).
	Metadata map[string]string
}

// A Source gets and keeps a service's own access token (the client_credentials
// grant, RFC 6749 section 4.4). Cognito bills each token request, so all
// callers share one token: create one Source for the whole process. A Source is
// safe for concurrent use. It is an [oauth2.TokenSource]:
//
//	api := &http.Client{Transport: &oauth2.Transport{Source: tokens}}
//
// (Do not use oauth2.NewClient: it keeps each token until the token expires.)
//
// A new token is fetched when a tenth to a fifth of the old token's lifetime is
// left. If tokens last longer than 50 minutes, this is five to ten minutes
// before the end. The moment is random, so that many processes do not fetch at
// the same time. Callers get the old token until there is a new one or the old
// one expires. A failed fetch is repeated after one second, then two, and so on
// up to a minute, while there are callers. If Cognito asks for a longer pause
// (Retry-After), the fetch is repeated after that. There is one fetch at a time.
// No other goroutine runs in the background.
type Source struct {
	ask    func(ctx context.Context, secret string) (*oauth2.Token, error) // once; the error is a cognito.OAuthError
	secret *clientsecret.Keeper
	logger *slog.Logger
	told   *observe.Observer // never nil
	now    func() time.Time

	mu       sync.Mutex // guards the rest; never held across a fetch
	token    string
	expiry   time.Time      // end of token
	usable   time.Time      // until when it is handed out
	renewAt  time.Time      // from when on a new one is fetched
	failures int            // in a row
	retryAt  time.Time      // no fetch before, after a failure
	err      error          // of the last fetch
	inflight *flight.Flight // the fetch under way, or nil
}

var _ oauth2.TokenSource = (*Source)(nil)

const (
	maxTokenLife  = 24 * time.Hour // of an access token, by Cognito's rules
	maxRenewEarly = 5 * time.Minute
	maxTokenPause = time.Minute
)

// New returns a Source, or an error with every problem of cfg. It makes no
// network call: the first token is fetched when it is needed.
func New(cfg Config) (*Source, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	pool := cfg.Pool.WithDefaults()
	client := fetch.New(pool.HTTPClient, pool.Timeout)
	c := &Source{
		secret: clientsecret.New(pool.ClientSecret, pool.ClientSecretSource, clientsecret.Options{Timeout: pool.Timeout, Now: pool.Now, Logger: pool.Logger}),
		logger: pool.Logger, told: pool.Observer, now: pool.Now,
	}
	if pool.Domain == "" {
		call := clientTokenCall{client: client, url: pool.EndpointURL() + "/", clientID: pool.ClientID, scopes: slices.Clone(cfg.Scopes), metadata: maps.Clone(cfg.Metadata)}
		c.ask = call.token
		return c, nil
	}
	grant, err := cfg.grant(pool)
	if err != nil {
		return nil, err
	}
	c.ask = func(ctx context.Context, secret string) (*oauth2.Token, error) {
		as := *grant
		as.ClientSecret = secret
		return askGrant(ctx, client, &as)
	}
	return c, nil
}

// grant is the request to the token endpoint, without the secret.
func (c Config) grant(pool cognito.Config) (*ccgrant.Config, error) {
	params := url.Values{}
	if len(c.Metadata) > 0 {
		metadata, err := json.Marshal(c.Metadata)
		if err != nil {
			return nil, err
		}
		params.Set("aws_client_metadata", string(metadata))
	}
	return &ccgrant.Config{
		ClientID:       pool.ClientID,
		TokenURL:       pool.DomainURL() + "/oauth2/token",
		Scopes:         slices.Clone(c.Scopes),
		EndpointParams: params,
		AuthStyle:      oauth2.AuthStyleInHeader, // fixed: a probe would be billed
	}, nil
}

func askGrant(ctx context.Context, client *http.Client, grant *ccgrant.Config) (*oauth2.Token, error) {
	ctx, call := oauth.NewCall(ctx, client)
	token, err := grant.Token(ctx)
	if err != nil {
		f := call.Failure(err)
		return nil, &cognito.OAuthError{Op: op, Code: cognito.OAuthCode(f.Code), Description: f.Description, Status: f.Status, Wait: f.Wait, Err: f.Err}
	}
	return token, nil
}

func (c Config) validate() error {
	errs := problems.New((&cognito.ConfigError{Package: "clientcredentials"}).At)
	errs.Join(c.Pool.Validate())
	if c.Pool.ClientSecret == "" && c.Pool.ClientSecretSource == nil {
		errs.Add("Pool.ClientSecret", "missing: only an app client with a secret has tokens of its own")
	}
	for _, s := range c.Scopes {
		if !oauth.IsScope(s) || !strings.Contains(s, "/") {
			errs.Add("Scopes", "%q is not a custom scope, which has the form <resource server>/<scope>: without a user, Cognito grants only custom scopes", hosts.Clip(s))
		}
	}
	return errs.Err()
}

// Format implements [fmt.Formatter]: a Source prints neither its
// secret nor its token.
func (c *Source) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "clientcredentials.Source")
}

// Token implements [oauth2.TokenSource]. It may wait for a fetch, for the
// pool's Timeout at most. In a handler, call [Source.TokenContext] with the
// context of the request.
func (c *Source) Token() (*oauth2.Token, error) {
	return c.TokenContext(context.Background())
}

// TokenContext returns a token that has not expired. It waits for a fetch only
// if there is no such token. When ctx ends, the caller stops waiting, but the
// fetch goes on. The error is a [cognito.OAuthError], or wraps the cause of
// ctx.
func (c *Source) TokenContext(ctx context.Context) (*oauth2.Token, error) {
	token, wait, err := c.lookup(ctx)
	if token == nil && wait != nil {
		if err := wait.Wait(ctx); err != nil {
			return nil, &cognito.OAuthError{Op: op, Code: cognito.CodeUnreachable, Err: err}
		}
		token, _, err = c.lookup(ctx)
	}
	switch {
	case token != nil:
		return token, nil
	case err == nil:
		err = &cognito.OAuthError{Op: op, Code: cognito.CodeBadAnswer}
	}
	return nil, err
}

// lookup returns the token, the fetch under way, which it may have started,
// and why the last one failed.
func (c *Source) lookup(ctx context.Context) (*oauth2.Token, *flight.Flight, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	usable := c.token != "" && now.Before(c.usable) && now.Before(c.usable.Round(0)) // the monotonic clock stops while a machine sleeps
	if c.inflight == nil && !(usable && now.Before(c.renewAt)) && !now.Before(c.retryAt) {
		ctx = context.WithoutCancel(ctx)
		c.inflight = flight.Start(func() { c.fetch(ctx) })
	}
	if !usable {
		return nil, c.inflight, c.err
	}
	return &oauth2.Token{AccessToken: c.token, TokenType: "Bearer", Expiry: c.expiry}, c.inflight, nil
}

// fetch runs detached from the request that caused it; it keeps only the values
// of its context. Its deadline is the client's own.
func (c *Source) fetch(ctx context.Context) {
	asked := c.now()
	token, life, err := c.request(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		early := min(life/10, maxRenewEarly)
		c.token, c.expiry = token, asked.Add(life)
		c.usable = c.expiry.Add(-min(life/20, 10*time.Second))
		c.renewAt = c.expiry.Add(-early - rand.N(early))
		c.failures, c.retryAt, c.err = 0, time.Time{}, nil
	} else {
		pause := min(time.Second<<min(c.failures, 10), maxTokenPause)
		c.failures++
		pause = pause/2 + rand.N(pause/2)
		if failed, ok := errors.AsType[*cognito.OAuthError](err); ok {
			pause = max(pause, failed.Wait)
		}
		c.retryAt, c.err = c.now().Add(pause), err
	}
	c.inflight = nil
}

// op is the Op of a [cognito.OAuthError] here.
const op = observe.OpClientCredentials

// request asks Cognito for a token once, and once more if the secret has
// changed.
func (c *Source) request(ctx context.Context) (token string, life time.Duration, err error) {
	var answer *oauth2.Token
	err = c.secret.Do(ctx, func(secret string) error {
		answer, life, err = c.askOnce(ctx, secret)
		return err
	}, func(err error) bool {
		refused, ok := errors.AsType[*cognito.OAuthError](err)
		return ok && refused.Code == cognito.CodeInvalidClient
	})
	if errors.Is(err, clientsecret.ErrUnavailable) {
		err = &cognito.OAuthError{Op: op, Code: cognito.CodeUnreachable, Err: err}
	}
	if err != nil {
		c.logger.WarnContext(ctx, "cognito: no new token for this client", "op", op, "err", err)
		return "", 0, err
	}
	return answer.AccessToken, life, nil
}

func (c *Source) askOnce(ctx context.Context, secret string) (answer *oauth2.Token, life time.Duration, err error) {
	calling, ended := observed.Call(ctx, c.told, observe.OAuth, op)
	answer, err = c.ask(calling, secret)
	if err == nil {
		life, err = lifeOf(answer)
	}
	failed, _ := errors.AsType[*cognito.OAuthError](err)
	if failed == nil {
		failed = &cognito.OAuthError{}
	}
	ended(observe.Code(failed.Code), failed.Status, err)
	return answer, life, err
}

// lifeOf is how long an answer's token lives. One that does not say is of no
// use: it would be kept for ever.
func lifeOf(answer *oauth2.Token) (time.Duration, error) {
	seconds, _ := answer.Extra("expires_in").(float64)
	switch {
	case seconds < 1 || seconds > maxTokenLife.Seconds():
		return 0, &cognito.OAuthError{Op: op, Code: cognito.CodeBadAnswer, Err: errors.New("expires_in is not between one second and a day")}
	case !strings.EqualFold(answer.TokenType, "Bearer"):
		return 0, &cognito.OAuthError{Op: op, Code: cognito.CodeBadAnswer, Err: errors.New("the token_type is not Bearer")}
	}
	return time.Duration(seconds) * time.Second, nil
}
