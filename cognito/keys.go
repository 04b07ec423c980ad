package cognito

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/internal/fetch"
)

const (
	// keyCoolDown is the least time between two fetches that an unknown kid
	// triggers, so that forged tokens cannot make us flood the pool.
	keyCoolDown = 10 * time.Second

	// coldCoolDown is the same while there are no keys at all: nothing can
	// be verified until a fetch succeeds.
	coldCoolDown = time.Second

	// keyMaxAge is when keys in use are fetched again in the background, so
	// that a withdrawn key goes.
	keyMaxAge = 30 * time.Minute
)

var errUnknownKey = errors.New("no key of the user pool has this kid")

// A keySet holds a pool's signing keys by kid. It fetches them when first
// needed, when a kid is unknown, and in the background when they have grown
// old; one fetch is in flight at a time and a failed one keeps the keys there
// are. It is safe for concurrent use.
type keySet struct {
	url    string // "" for fixed keys
	client *http.Client
	logger *slog.Logger
	now    func() time.Time

	mu       sync.Mutex // guards the rest; never held across a fetch
	keys     map[string]*rsa.PublicKey
	fetched  time.Time     // when keys arrived
	tried    time.Time     // when the last fetch ended
	failed   bool          // whether it failed
	inflight chan struct{} // closed when the fetch under way has ended
}

// key returns the key named kid. While a fetch that may bring it is under
// way, it waits until ctx ends.
func (s *keySet) key(ctx context.Context, kid string) (*rsa.PublicKey, error) {
	key, wait := s.lookup(kid)
	if key == nil && wait != nil {
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, &VerifyError{Check: "keys", Err: fmt.Errorf("%w: %w", ErrKeysUnavailable, context.Cause(ctx))}
		}
		key, _ = s.lookup(kid)
	}
	switch {
	case key != nil:
		return key, nil
	case s.outdated():
		return nil, &VerifyError{Check: "keys", Err: ErrKeysUnavailable}
	}
	return nil, &VerifyError{Check: "kid", Err: errUnknownKey}
}

// lookup returns the key, or the fetch that may bring it: one under way, or
// one it starts. Both are nil where kid is unknown and a fetch is not due.
func (s *keySet) lookup(kid string) (*rsa.PublicKey, chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.keys[kid]
	if s.url == "" {
		return key, nil
	}
	if s.inflight == nil && s.due(key != nil) {
		s.inflight = make(chan struct{})
		go s.refetch(s.inflight)
	}
	return key, s.inflight
}

// due reports whether to fetch now. s.mu is held.
func (s *keySet) due(known bool) bool {
	now := s.now()
	pause := keyCoolDown
	if s.keys == nil {
		pause = coldCoolDown
	}
	if !s.tried.IsZero() && now.Sub(s.tried) < pause {
		return false
	}
	return !known || now.Sub(s.fetched) >= keyMaxAge
}

func (s *keySet) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys == nil
}

// outdated reports whether a key that is not there may exist all the same:
// the last fetch has failed, or there was none.
func (s *keySet) outdated() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed || s.keys == nil
}

// refetch runs detached from the request that caused it: its deadline is the
// client's own.
func (s *keySet) refetch(done chan struct{}) {
	keys, err := s.fetch()
	if err != nil { // without the lock: a log may be slow
		s.logger.Warn("cognito: the user pool's keys could not be fetched", "op", "jwks", "url", s.url, "err", err, "kept", !s.empty())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried, s.failed = s.now(), err != nil
	if err == nil {
		s.keys, s.fetched = keys, s.tried
	}
	s.inflight = nil
	close(done)
}

func (s *keySet) fetch() (map[string]*rsa.PublicKey, error) {
	req, err := http.NewRequest(http.MethodGet, s.url, nil)
	if err != nil {
		return nil, err
	}
	doc, err := fetch.Read(s.client, req, maxJWKS)
	if err != nil {
		return nil, err
	}
	return parseJWKS(doc)
}
