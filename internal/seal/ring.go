package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/pace"
)

const (
	// AskEvery is how old the keys of a source become before it is asked
	// again. That needs a caller: a process that is idle asks nobody.
	AskEvery = time.Minute

	// maxAge is when a caller waits for the keys, because the process was
	// idle. So a key that was taken away opens nothing after that time.
	maxAge = 2 * time.Minute

	// What no key opens may cause this many asks at once, and one in every
	// askEach after that.
	askBurst = 3
	askEach  = 5 * time.Second

	// askTimeout bounds one ask.
	askTimeout = 10 * time.Second
)

// A Ring is the keys of several Boxes. Those of a source may change while the
// program runs. It is safe for concurrent use.
type Ring struct {
	ask    func(context.Context) ([][]byte, error) // nil for fixed keys
	now    func() time.Time
	logger *slog.Logger
	budget pace.Budget // of asks because of what no key opens

	current atomic.Pointer[generation] // written with mu held
	tried   atomic.Int64               // when the source was last asked, in Unix nanoseconds
	settled atomic.Int64               // likewise, of the last ask that has ended

	mu       sync.Mutex // guards the rest; never held while the source is asked
	inflight *flight.Flight
	err      error // of the last ask
}

// A generation is what one ask brought. It never changes.
type generation struct{ keys [][]byte }

// FixedRing returns a Ring of keys that do not change.
func FixedRing[K ~[]byte](keys []K) (*Ring, error) {
	plain := plainKeys(keys)
	if err := checkKeys(plain); err != nil {
		return nil, err
	}
	r := &Ring{}
	r.current.Store(&generation{plain})
	return r, nil
}

var errBoth = errors.New("there are fixed keys as well: set one of the two")

// RingOf returns a Ring of fixed keys, or of a source: not of both.
func RingOf[K ~[]byte](keys []K, source Source[K], now func() time.Time, logger *slog.Logger) (*Ring, error) {
	switch {
	case source == nil:
		return FixedRing(keys)
	case len(keys) > 0:
		return nil, errBoth
	}
	return NewRing(source, now, logger)
}

// Source is where the keys of a Ring come from.
type Source[K ~[]byte] func(context.Context) ([]K, error)

// NewRing returns a Ring whose keys come from a source. It asks once and
// waits for the answer.
func NewRing[K ~[]byte](source Source[K], now func() time.Time, logger *slog.Logger) (*Ring, error) {
	r := &Ring{now: now, logger: logger, budget: pace.Budget{Burst: askBurst, Each: askEach}}
	r.ask = func(ctx context.Context) ([][]byte, error) {
		keys, err := source(ctx)
		return plainKeys(keys), err
	}
	keys, err := r.asked(context.Background())
	if err != nil {
		return nil, err
	}
	r.current.Store(&generation{keys})
	r.tried.Store(now().UnixNano())
	r.settled.Store(r.tried.Load())
	return r, nil
}

func plainKeys[K ~[]byte](keys []K) [][]byte {
	plain := make([][]byte, len(keys))
	for i, key := range keys {
		plain[i] = bytes.Clone(key)
	}
	return plain
}

func checkKeys(keys [][]byte) error {
	if len(keys) == 0 {
		return errors.New("no session key: generate one with openssl rand -base64 32")
	}
	for i, key := range keys {
		if len(key) < MinKey {
			return fmt.Errorf("session key %d has %d bytes, of %d at least: generate one with openssl rand -base64 32", i+1, len(key), MinKey)
		}
	}
	return nil
}

// Keys asks the source again and returns the keys. Another Ring can use it as
// its source. Calls at the same time share one ask.
func (r *Ring) Keys(ctx context.Context) ([][]byte, error) {
	if err := r.renew(ctx, true).Wait(ctx); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current.Load().keys, r.err
}

// fresh returns the keys, and asks the source in the background if they are
// due.
func (r *Ring) fresh() *generation {
	if r.ask != nil && r.age() >= AskEvery {
		r.renew(context.Background(), false)
	}
	return r.current.Load()
}

// sure is fresh for a caller that opens something. If the process was idle for
// so long that the keys may be wrong, each caller waits for the answer, until
// its ctx ends.
func (r *Ring) sure(ctx context.Context) *generation {
	if r.ask != nil && r.since(&r.settled) >= maxAge {
		_ = r.renew(ctx, false).Wait(ctx)
	}
	return r.fresh()
}

// age is the time since the source was last asked.
func (r *Ring) age() time.Duration { return r.since(&r.tried) }

// since is the time since then. A clock that was set back does not tell how
// long ago that was, so it counts as very long.
func (r *Ring) since(then *atomic.Int64) time.Duration {
	passed := time.Duration(r.now().UnixNano() - then.Load())
	if passed < 0 {
		return math.MaxInt64
	}
	return passed
}

// after returns the keys after those of a generation did not open a text, and
// whether they are others. Texts that strangers make up must not flood the
// source.
func (r *Ring) after(ctx context.Context, old *generation) (*generation, bool) {
	if r.ask == nil {
		return old, false
	}
	if now := r.current.Load(); now != old {
		return now, true
	}
	if !r.budget.Spend(r.now()) {
		return old, false
	}
	_ = r.renew(ctx, true).Wait(ctx)
	now := r.current.Load()
	return now, now != old
}

// renew returns the ask under way, which it starts if there is none. If not
// forced, it starts none while the keys are not due.
func (r *Ring) renew(ctx context.Context, force bool) *flight.Flight {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inflight != nil {
		return r.inflight
	}
	if !force && r.age() < AskEvery { // another caller was faster
		return flight.Landed()
	}
	r.tried.Store(r.now().UnixNano())
	detached := context.WithoutCancel(ctx)
	r.inflight = flight.Start(func() { r.settle(detached) })
	return r.inflight
}

// settle asks the source once. An ask that fails keeps the keys there are.
func (r *Ring) settle(ctx context.Context) {
	keys, err := r.asked(ctx)
	r.mu.Lock()
	r.inflight, r.err = nil, err
	r.settled.Store(r.tried.Load())
	changed := err == nil && !slices.EqualFunc(keys, r.current.Load().keys, bytes.Equal)
	if changed {
		r.current.Store(&generation{keys})
	}
	r.mu.Unlock()
	switch { // a log may be slow: no lock is held
	case err != nil:
		r.logger.WarnContext(ctx, "session: the session keys could not be read; the old ones stay", "op", "session_keys", "err", err)
	case changed:
		r.logger.InfoContext(ctx, "session: the session keys have changed", "op", "session_keys", "keys", len(keys))
	}
}

func (r *Ring) asked(ctx context.Context) ([][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	keys, err := flight.Ask(ctx, r.ask)
	if err != nil {
		return nil, err
	}
	return keys, checkKeys(keys)
}
