package cognito

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

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/jws"
)

const (
	// keyBurst is how many fetches unknown kids may cause at once. After
	// them keyCoolDown brings one more, so that forged tokens cannot make us
	// flood the pool.
	keyBurst    = 3
	keyCoolDown = 10 * time.Second

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
	errUnknownKey = errors.New("no key of the user pool has this kid")
	errKeyDue     = errors.New("no key has this kid yet, and the next fetch of the keys may bring it")
)

// A keySet holds a pool's signing keys by kid. It fetches them when first
// needed, when a kid is unknown, and in the background when they have grown
// old; one fetch is in flight at a time and a failed one keeps the keys there
// are. It is safe for concurrent use.
type keySet struct {
	urls    []string // none for fixed keys
	client  *http.Client
	logger  *slog.Logger
	told    *observe.Observer // never nil
	now     func() time.Time
	changed func(keys) // called after each fetch that brought keys, if set

	current atomic.Pointer[keys] // nil before the first; written with mu held

	mu       sync.Mutex           // guards the rest; never held across a fetch
	budget   budget               // of fetches
	begun    uint64               // counts the fetches
	settled  uint64               // the newest fetch that brought keys, by its count
	tried    time.Time            // when the last fetch ended
	failed   bool                 // whether it failed
	inflight *flight.Flight       // the fetch under way, or nil
	absent   map[string]time.Time // kids that a fetch did not bring, and when
	first    int                  // of urls: the one that answered last
}

// keys are what one fetch brought. They never change.
type keys struct {
	byID    map[string]*rsa.PublicKey
	fetched time.Time
}

// A budget lets keyBurst fetches begin at once, and then one per keyCoolDown.
type budget struct {
	spent int       // of the burst
	since time.Time // when the next one of the burst began to come back
}

// refill brings back what time has.
func (b *budget) refill(now time.Time) {
	for b.spent > 0 && now.Sub(b.since) >= keyCoolDown {
		b.spent--
		b.since = b.since.Add(keyCoolDown)
	}
}

func (b *budget) empty(now time.Time) bool { b.refill(now); return b.spent >= keyBurst }

func (b *budget) spend(now time.Time) {
	if b.refill(now); b.spent == 0 {
		b.since = now
	}
	b.spent = min(b.spent+1, keyBurst)
}

// next is when an empty budget has a fetch again.
func (b *budget) next() time.Time { return b.since.Add(keyCoolDown) }

// fix makes the keys of a JWKS document, which is known to be good, the only
// ones.
func (s *keySet) fix(doc []byte) {
	byID, _ := jws.ParseKeys(doc)
	s.urls = nil
	s.current.Store(&keys{byID: byID})
}

// inherit takes over the keys of a set that fetched them from the same places.
func (s *keySet) inherit(from *keySet) {
	if s.urls != nil && slices.Equal(s.urls, from.urls) {
		s.current.Store(from.current.Load())
	}
}

// warm waits until there are keys, or a fetch has failed, or ctx ends.
func (s *keySet) warm(ctx context.Context) {
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

// key returns the key named kid. While a fetch that may bring it is under
// way, it waits until ctx ends. A patient caller waits for the next fetch, too:
// its token came from a code or refresh token that cannot be used again.
func (s *keySet) key(ctx context.Context, kid string, patient bool) (*rsa.PublicKey, error) {
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
				return nil, keysUnavailable(err)
			}
		case a.pause > 0 && patient:
			patient = false
			if err := sleep(ctx, a.pause); err != nil {
				return nil, keysUnavailable(err)
			}
		default:
			return a.key, a.err
		}
	}
}

// sleep waits for d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func keysUnavailable(cause error) error {
	return &VerifyError{Check: CheckKeys, Err: fmt.Errorf("%w: %w", ErrKeysUnavailable, cause)}
}

// fresh returns the key if it is there and there is nothing else to do.
func (s *keySet) fresh(kid string) *rsa.PublicKey {
	k := s.current.Load()
	if k == nil || s.urls != nil && s.now().Sub(k.fetched) >= keyMaxAge {
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
func (s *keySet) ask(ctx context.Context, kid string, arrived uint64) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, now := s.known(kid), s.now()
	unknown := answer{err: &VerifyError{Check: CheckKeyID, Err: errUnknownKey}}
	switch {
	case key != nil:
	case s.urls == nil:
		return unknown
	case s.settled > arrived:
		s.miss(kid, now)
		return unknown
	}
	if s.urls != nil && s.inflight == nil && s.due(key != nil) {
		s.start(ctx, kid)
	}
	switch {
	case key != nil && (s.inflight == nil || !s.idle()):
		return answer{key: key}
	case s.inflight != nil:
		return answer{wait: s.inflight}
	case s.failed || s.empty():
		return answer{err: &VerifyError{Check: CheckKeys, Err: ErrKeysUnavailable}}
	case s.missed(kid, now):
		return unknown
	}
	return answer{err: keysUnavailable(errKeyDue), pause: s.budget.next().Sub(now)}
}

// miss remembers for a while that a fetch did not bring a kid, so that tokens
// signed with a withdrawn key are not taken for tokens of a new one. s.mu is
// held.
func (s *keySet) miss(kid string, now time.Time) {
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

func (s *keySet) missed(kid string, now time.Time) bool {
	at, ok := s.absent[kid]
	return ok && now.Sub(at) < keyCoolDown
}

// due reports whether to fetch now. s.mu is held.
func (s *keySet) due(known bool) bool {
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

// start begins a fetch that is to bring kid. It runs detached from the request
// that caused it, but for what its context carries: its deadline is the client's
// own. s.mu is held.
func (s *keySet) start(ctx context.Context, kid string) {
	s.begun++
	count := s.begun
	s.budget.spend(s.now())
	ctx = context.WithoutCancel(ctx)
	s.inflight = flight.Start(func() { s.refetch(ctx, kid, count) })
}

// idle reports whether the keys are old because nobody used them, and not
// because they could not be fetched. s.mu is held.
func (s *keySet) idle() bool {
	return !s.failed && s.now().Sub(s.current.Load().fetched) >= keyMaxIdle
}

func (s *keySet) empty() bool { return s.current.Load() == nil }

func (s *keySet) refetch(ctx context.Context, kid string, count uint64) {
	byID, err := s.fetch(ctx, kid)
	s.settle(byID, err, count)
	if err == nil && s.changed != nil {
		s.changed(*s.current.Load())
	}
}

// settle ends a fetch. A key that was there before stays the same pointer.
func (s *keySet) settle(byID map[string]*rsa.PublicKey, err error, count uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inflight = nil
	s.tried, s.failed = s.now(), err != nil
	if err != nil {
		return
	}
	for kid, key := range byID {
		if old := s.known(kid); old != nil && old.Equal(key) {
			byID[kid] = old
		}
	}
	s.settled = count
	s.current.Store(&keys{byID: byID, fetched: s.tried})
}

// fetch asks the places in turn, the one that answered last first, until one
// has answered with a JWKS that has kid. Where several have answered, all their
// keys count. The empty kid is in every JWKS.
func (s *keySet) fetch(ctx context.Context, kid string) (map[string]*rsa.PublicKey, error) {
	all := map[string]*rsa.PublicKey{}
	var errs []error
	first := s.first // only the fetch under way writes it
	for i := range s.urls {
		at := (first + i) % len(s.urls)
		byID, err := s.fetchFrom(ctx, s.urls[at])
		if err != nil { // logged without the lock: a log may be slow
			s.logger.WarnContext(ctx, "cognito: the user pool's keys could not be fetched", "op", "jwks", "url", s.urls[at], "err", err, "kept", !s.empty())
			errs = append(errs, err)
			continue
		}
		if len(all) == 0 {
			s.first = at
		}
		maps.Copy(all, byID)
		if kid == "" || all[kid] != nil {
			break
		}
	}
	if len(all) == 0 {
		return nil, errors.Join(errs...)
	}
	return all, nil
}

func (s *keySet) fetchFrom(ctx context.Context, url string) (map[string]*rsa.PublicKey, error) {
	began := time.Now()
	ctx = s.told.Start(ctx, observe.JWKS, "fetch")
	byID, err := s.read(ctx, url)
	if s.told.KeyFetch != nil {
		s.told.KeyFetch(ctx, observe.KeyFetch{URL: url, Keys: len(byID), Took: time.Since(began), Err: err})
	}
	return byID, err
}

func (s *keySet) read(ctx context.Context, url string) (map[string]*rsa.PublicKey, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	doc, err := fetch.Read(s.client, req, jws.MaxJWKS)
	if err != nil {
		return nil, err
	}
	return jws.ParseKeys(doc)
}
