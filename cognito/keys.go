package cognito

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/jws"
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

	// keyMaxIdle is when keys that nobody has asked for meanwhile serve no
	// longer without a try to fetch them, for which tokens then wait.
	keyMaxIdle = time.Hour
)

var errUnknownKey = errors.New("no key of the user pool has this kid")

// A keySet holds a pool's signing keys by kid. It fetches them when first
// needed, when a kid is unknown, and in the background when they have grown
// old; one fetch is in flight at a time and a failed one keeps the keys there
// are. It is safe for concurrent use.
type keySet struct {
	url     string // "" for fixed keys
	client  *http.Client
	logger  *slog.Logger
	now     func() time.Time
	changed func(keys) // called after each fetch that brought keys, if set

	current atomic.Pointer[keys] // nil before the first; written with mu held

	mu       sync.Mutex    // guards the rest; never held across a fetch
	tried    time.Time     // when the last fetch ended
	failed   bool          // whether it failed
	inflight chan struct{} // closed when the fetch under way has ended
}

// keys are what one fetch brought. They never change.
type keys struct {
	byID    map[string]*rsa.PublicKey
	fetched time.Time
}

// fix makes the keys of a JWKS document, which is known to be good, the only
// ones.
func (s *keySet) fix(doc []byte) {
	byID, _ := jws.ParseKeys(doc)
	s.url = ""
	s.current.Store(&keys{byID: byID})
}

// inherit takes over the keys of a set that fetched them from the same place.
func (s *keySet) inherit(from *keySet) {
	if s.url != "" && s.url == from.url {
		s.current.Store(from.current.Load())
	}
}

// key returns the key named kid. While a fetch that may bring it is under
// way, it waits until ctx ends.
func (s *keySet) key(ctx context.Context, kid string) (*rsa.PublicKey, error) {
	if key := s.fresh(kid); key != nil {
		return key, nil
	}
	key, wait := s.lookup(kid)
	if key == nil && wait != nil {
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, &VerifyError{Check: CheckKeys, Err: fmt.Errorf("%w: %w", ErrKeysUnavailable, context.Cause(ctx))}
		}
		key = s.known(kid)
	}
	switch {
	case key != nil:
		return key, nil
	case s.outdated():
		return nil, &VerifyError{Check: CheckKeys, Err: ErrKeysUnavailable}
	}
	return nil, &VerifyError{Check: CheckKeyID, Err: errUnknownKey}
}

// fresh returns the key if it is there and there is nothing else to do.
func (s *keySet) fresh(kid string) *rsa.PublicKey {
	k := s.current.Load()
	if k == nil || s.url != "" && s.now().Sub(k.fetched) >= keyMaxAge {
		return nil
	}
	return k.byID[kid]
}

func (s *keySet) known(kid string) *rsa.PublicKey {
	if k := s.current.Load(); k != nil {
		return k.byID[kid]
	}
	return nil
}

// lookup returns the key, or the fetch that may bring it: one under way, or
// one it starts. Both are nil where kid is unknown and a fetch is not due.
func (s *keySet) lookup(kid string) (*rsa.PublicKey, chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.known(kid)
	if s.url == "" {
		return key, nil
	}
	if s.inflight == nil && s.due(key != nil) {
		s.inflight = make(chan struct{})
		go s.refetch(s.inflight)
	}
	if key != nil && s.inflight != nil && s.idle() {
		return nil, s.inflight
	}
	return key, s.inflight
}

// due reports whether to fetch now. s.mu is held.
func (s *keySet) due(known bool) bool {
	now, k := s.now(), s.current.Load()
	pause := keyCoolDown
	if k == nil {
		pause = coldCoolDown
	}
	if !s.tried.IsZero() && now.Sub(s.tried) < pause {
		return false
	}
	return !known || now.Sub(k.fetched) >= keyMaxAge
}

// idle reports whether the keys are old because nobody used them, and not
// because they could not be fetched. s.mu is held.
func (s *keySet) idle() bool {
	return !s.failed && s.now().Sub(s.current.Load().fetched) >= keyMaxIdle
}

func (s *keySet) empty() bool { return s.current.Load() == nil }

// outdated reports whether a key that is not there may exist all the same:
// the last fetch has failed, or there was none.
func (s *keySet) outdated() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed || s.empty()
}

// refetch runs detached from the request that caused it: its deadline is the
// client's own.
func (s *keySet) refetch(done chan struct{}) {
	byID, err := s.fetch()
	if err != nil { // without the lock: a log may be slow
		s.logger.Warn("cognito: the user pool's keys could not be fetched", "op", "jwks", "url", s.url, "err", err, "kept", !s.empty())
	}
	s.settle(byID, err, done)
	if err == nil && s.changed != nil {
		s.changed(*s.current.Load())
	}
}

// settle ends a fetch. A key that was there before stays the same pointer.
func (s *keySet) settle(byID map[string]*rsa.PublicKey, err error, done chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried, s.failed = s.now(), err != nil
	if err == nil {
		for kid, key := range byID {
			if old := s.known(kid); old != nil && old.Equal(key) {
				byID[kid] = old
			}
		}
		s.current.Store(&keys{byID: byID, fetched: s.tried})
	}
	s.inflight = nil
	close(done)
}

func (s *keySet) fetch() (map[string]*rsa.PublicKey, error) {
	req, err := http.NewRequest(http.MethodGet, s.url, nil)
	if err != nil {
		return nil, err
	}
	doc, err := fetch.Read(s.client, req, jws.MaxJWKS)
	if err != nil {
		return nil, err
	}
	return jws.ParseKeys(doc)
}
