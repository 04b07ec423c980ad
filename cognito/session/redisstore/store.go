package redisstore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// Config has the settings of a [Store]. The zero Config is good for production.
type Config struct {
	// Prefix is the beginning of every key. Apps that share a server need
	// different prefixes. Empty means "session:".
	Prefix string

	// Timeout limits each call to the server, with its retries. If the store
	// cannot be reached, a visitor waits this long for the answer 503. Zero
	// means 2 seconds.
	Timeout time.Duration

	// Lease is how long other processes wait for a lock after its holder has
	// died. Zero means 5 seconds; less than 100 milliseconds is an error.
	Lease time.Duration
}

const (
	defaultPrefix  = "session:"
	defaultTimeout = 2 * time.Second
	defaultLease   = 5 * time.Second
	minLease       = 100 * time.Millisecond
)

func (c Config) prefix() string {
	if c.Prefix == "" {
		return defaultPrefix
	}
	return c.Prefix
}

func (c Config) timeout() time.Duration {
	if c.Timeout == 0 {
		return defaultTimeout
	}
	return c.Timeout
}

func (c Config) lease() time.Duration {
	if c.Lease == 0 {
		return defaultLease
	}
	return c.Lease
}

// A Store keeps sessions and their locks in Redis. It is safe for concurrent
// use.
type Store struct {
	client  redis.UniversalClient
	prefix  string
	timeout time.Duration
	lease   time.Duration
}

var (
	_ session.Updater = (*Store)(nil)
	_ session.Locker  = (*Store)(nil)
)

// New returns a Store, or an error with every problem of cfg. It makes no
// network call, so an app can start while Redis cannot be reached.
func New(client redis.UniversalClient, cfg Config) (*Store, error) {
	errs := problems.New((&cognito.ConfigError{Package: "redisstore"}).At)
	if client == nil {
		errs.Add("client", "missing")
	}
	if cfg.Timeout < 0 {
		errs.Add("Timeout", "cannot be negative")
	}
	if lease := cfg.lease(); lease < minLease {
		errs.Add("Lease", "%v is shorter than %v", lease, minLease)
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return &Store{client: client, prefix: cfg.prefix(), timeout: cfg.timeout(), lease: cfg.lease()}, nil
}

// Find implements [session.Store].
func (s *Store) Find(ctx context.Context, id string) (sealed []byte, found bool, err error) {
	sealed, err = call(ctx, s.timeout, func(ctx context.Context) ([]byte, error) {
		return s.client.Get(ctx, s.prefix+id).Bytes()
	})
	if errors.Is(err, redis.Nil) {
		return nil, false, nil
	}
	return sealed, err == nil, wrap("get", err)
}

// Commit implements [session.Store]. It sends the time until expiry, not the
// date, so the server's clock may differ from this machine's.
func (s *Store) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	life := time.Until(expiry)
	if life < time.Millisecond {
		return s.Delete(ctx, id)
	}
	value := append([]byte(nil), sealed...) // the call may outlive ours
	_, err := call(ctx, s.timeout, func(ctx context.Context) (string, error) {
		return s.client.Set(ctx, s.prefix+id, value, life).Result()
	})
	return wrap("set", err)
}

// Update implements [session.Updater] with SET … XX.
func (s *Store) Update(ctx context.Context, id string, sealed []byte, expiry time.Time) (found bool, err error) {
	life := time.Until(expiry)
	if life < time.Millisecond {
		return false, s.Delete(ctx, id)
	}
	value := append([]byte(nil), sealed...) // the call may outlive ours
	_, err = call(ctx, s.timeout, func(ctx context.Context) (string, error) {
		return s.client.SetArgs(ctx, s.prefix+id, value, redis.SetArgs{Mode: "XX", TTL: life}).Result()
	})
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	return err == nil, wrap("set", err)
}

// Delete implements [session.Store].
func (s *Store) Delete(ctx context.Context, id string) error {
	_, err := call(ctx, s.timeout, func(ctx context.Context) (int64, error) {
		return s.client.Del(ctx, s.prefix+id).Result()
	})
	return wrap("del", err)
}

func wrap(command string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("redisstore: %s: %w", command, err)
}

// call runs a command for as long as ctx and timeout let it. While it waits for
// an answer, go-redis heeds a context only if its options have
// ContextTimeoutEnabled, and then only the deadline. So this function waits
// instead. A command that is given up ends by the client's own ReadTimeout.
func call[T any](ctx context.Context, timeout time.Duration, command func(context.Context) (T, error)) (T, error) {
	return callOr(ctx, timeout, command, func() {})
}

// callOr is call. If a command ends after it was given up, the function late
// runs.
func callOr[T any](ctx context.Context, timeout time.Duration, command func(context.Context) (T, error), late func()) (T, error) {
	var zero T
	if err := ctx.Err(); err != nil {
		return zero, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errTimeout)
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	var decided atomic.Bool // by the first of two: the answer, or the end of the wait
	go func() {
		defer cancel()
		value, err := command(ctx)
		if !decided.CompareAndSwap(false, true) {
			late()
			return
		}
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		if decided.CompareAndSwap(false, true) {
			return zero, context.Cause(ctx)
		}
		r := <-done
		return r.value, r.err
	}
}

// errTimeout is the error of a call that took longer than Config.Timeout.
var errTimeout = errors.New("the server did not answer in time")
