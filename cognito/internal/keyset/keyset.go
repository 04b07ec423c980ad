// Package keyset holds the signing keys of one user pool, and decides when they
// are fetched.
package keyset

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed75762126/cognito-go/cognito/keycache"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/jws"
)

const (
	// keyRetry is the least time after a fetch that failed.
	keyRetry = time.Second

	// keyMaxAge is when keys in use are fetched again in the background, so
	// that a withdrawn key goes.
	keyMaxAge = 30 * time.Minute

	// keyMaxIdle is how long keys may be unused. After that, tokens wait for
	// a try to fetch them.
	keyMaxIdle = time.Hour

	// maxAbsent bounds how many unknown kids are remembered.
	maxAbsent = 256
)

var (
	// ErrUnavailable means that the keys could not be fetched: there may be one
	// of that kid. Package cognito exports it as ErrKeysUnavailable.
	ErrUnavailable = errors.New("the user pool's signing keys are not available")

	// ErrUnknown means that the pool has no key of that kid.
	ErrUnknown = errors.New("no key of the user pool has this kid")

	errKeyDue = errors.New("no key has this kid yet, and the next fetch of the keys may bring it")
)

// A Config says where the keys of a pool are. All fields but Cache are
// required.
type Config struct {
	// Issuer names the pool in the Cache.
	Issuer string

	// Cache keeps the keys for the next process. Nil means that none are kept.
	Cache keycache.Cache

	// URLs are the places of the JWKS document, the preferred one first.
	URLs []string

	Client   *http.Client
	Logger   *slog.Logger
	Observer *observe.Observer
	Now      func() time.Time
}

// A Set holds a pool's signing keys by kid. It fetches them when first needed,
// when a kid is unknown, and in the background when they have grown old. One
// fetch is in flight at a time, and a failed one keeps the keys there are. It
// is safe for concurrent use.
type Set struct {
	cfg     Config // without URLs for fixed keys
	now     func() time.Time
	changed func(byID map[string]*rsa.PublicKey) // see OnFetch

	current atomic.Pointer[keys] // nil before the first; written with mu held

	mu       sync.Mutex           // guards the rest; never held across a fetch
	budget   budget               // of fetches
	begun    uint64               // counts the fetches
	settled  uint64               // the newest fetch that brought keys, by its count
	tried    time.Time            // when the last fetch ended
	failed   bool                 // whether it failed
	inflight *flight.Flight       // the fetch under way, or nil
	absent   map[string]time.Time // kids that a fetch did not bring, and when
	first    int                  // of the URLs: the one that answered last
}

// keys are what one fetch brought. They never change.
type keys struct {
	byID    map[string]*rsa.PublicKey
	fetched time.Time
}

// New returns a Set that fetches its keys when first asked for one.
func New(cfg Config) *Set { return &Set{cfg: cfg, now: cfg.Now} }

// Fixed returns a Set of the keys of a JWKS document, which is known to be
// good. It never fetches any.
func Fixed(doc []byte) *Set {
	byID, _ := jws.ParseKeys(doc)
	s := &Set{now: time.Now}
	s.current.Store(&keys{byID: byID})
	return s
}

// fixed reports whether s never fetches.
func (s *Set) fixed() bool { return len(s.cfg.URLs) == 0 }

// OnFetch has f called after each fetch that brought keys, with all of them.
// Call it before Key.
func (s *Set) OnFetch(f func(byID map[string]*rsa.PublicKey)) { s.changed = f }

// Inherit takes over the keys of a Set that fetched them from the same places.
func (s *Set) Inherit(from *Set) {
	if !s.fixed() && slices.Equal(s.cfg.URLs, from.cfg.URLs) {
		s.current.Store(from.current.Load())
	}
}

// Warm waits until there are keys, or a fetch has failed, or ctx ends.
func (s *Set) Warm(ctx context.Context) {
	if !s.empty() {
		return
	}
	s.mu.Lock()
	if s.inflight == nil && s.due(false) {
		s.start(ctx, "")
	}
	wait := s.inflight
	s.mu.Unlock()
	if wait != nil {
		_ = wait.Wait(ctx)
	}
}

// Key returns the key named kid. While a fetch that may bring it is under
// way, it waits until ctx ends. A patient caller waits for the next fetch, too:
// its token came from a code or refresh token that cannot be used again. The
// error is [ErrUnknown], or wraps [ErrUnavailable].
func (s *Set) Key(ctx context.Context, kid string, patient bool) (*rsa.PublicKey, error) {
	if key := s.fresh(kid); key != nil {
		return key, nil
	}
	s.mu.Lock()
	arrived := s.begun
	s.mu.Unlock()
	for {
		a := s.ask(ctx, kid, arrived)
		switch {
		case a.wait != nil:
			if err := a.wait.Wait(ctx); err != nil {
				return nil, unavailable(err)
			}
		case a.pause > 0 && patient:
			patient = false
			if err := flight.Sleep(ctx, a.pause); err != nil {
				return nil, unavailable(err)
			}
		default:
			return a.key, a.err
		}
	}
}

func unavailable(cause error) error { return fmt.Errorf("%w: %w", ErrUnavailable, cause) }

// fresh returns the key if it is there and there is nothing else to do.
func (s *Set) fresh(kid string) *rsa.PublicKey {
	k := s.current.Load()
	if k == nil || !s.fixed() && s.now().Sub(k.fetched) >= keyMaxAge {
		return nil
	}
	return k.byID[kid]
}

func (s *Set) known(kid string) *rsa.PublicKey {
	if k := s.current.Load(); k != nil {
		return k.byID[kid]
	}
	return nil
}

// An answer is the key or the reason why there is none. It is not final where
// there is a fetch to wait for, or a pause until one may begin.
type answer struct {
	key   *rsa.PublicKey
	err   error
	wait  *flight.Flight
	pause time.Duration
}

// ask answers a caller that came when that many fetches had begun. A kid is
// unknown for certain if a fetch that began later did not bring it.
func (s *Set) ask(ctx context.Context, kid string, arrived uint64) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, now := s.known(kid), s.now()
	switch {
	case key != nil:
	case s.fixed():
		return answer{err: ErrUnknown}
	case s.settled > arrived:
		s.miss(kid, now)
		return answer{err: ErrUnknown}
	}
	if !s.fixed() && s.inflight == nil && s.due(key != nil) {
		s.start(ctx, kid)
	}
	switch {
	case key != nil && (s.inflight == nil || !s.idle()):
		return answer{key: key}
	case s.inflight != nil:
		return answer{wait: s.inflight}
	case s.failed || s.empty():
		return answer{err: ErrUnavailable}
	case s.missed(kid, now):
		return answer{err: ErrUnknown}
	}
	return answer{err: unavailable(errKeyDue), pause: s.budget.next().Sub(now)}
}

// miss remembers for a while that a fetch did not bring a kid. So tokens signed
// with a withdrawn key are not taken for tokens of a new one. s.mu is held.
func (s *Set) miss(kid string, now time.Time) {
	if s.absent == nil {
		s.absent = map[string]time.Time{}
	}
	if len(s.absent) >= maxAbsent {
		maps.DeleteFunc(s.absent, func(_ string, at time.Time) bool { return now.Sub(at) >= keyCoolDown })
	}
	if _, again := s.absent[kid]; again || len(s.absent) < maxAbsent {
		s.absent[kid] = now
	}
}

func (s *Set) missed(kid string, now time.Time) bool {
	at, ok := s.absent[kid]
	return ok && now.Sub(at) < keyCoolDown
}

// due reports whether to fetch now. s.mu is held.
func (s *Set) due(known bool) bool {
	now, k := s.now(), s.current.Load()
	pause := keyRetry
	switch {
	case known && now.Sub(k.fetched) < keyMaxAge:
		return false
	case known, s.failed && k != nil:
		pause = keyCoolDown
	case !s.failed:
		pause = 0
	}
	if !s.tried.IsZero() && now.Sub(s.tried) < pause {
		return false
	}
	return known || k == nil || !s.budget.empty(now)
}

// idle reports whether the keys are old because nobody used them, and not
// because they could not be fetched. s.mu is held.
func (s *Set) idle() bool {
	return !s.failed && s.now().Sub(s.current.Load().fetched) >= keyMaxIdle
}

func (s *Set) empty() bool { return s.current.Load() == nil }
