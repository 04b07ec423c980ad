package keyset

import (
	"context"
	"crypto/rsa"
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/jws"
)

// start begins a fetch that is to bring kid. It runs detached from the request
// that caused it, and keeps only the values of its context. Its deadline is the
// client's own. s.mu is held.
func (s *Set) start(ctx context.Context, kid string) {
	s.begun++
	count := s.begun
	s.budget.spend(s.now())
	ctx = context.WithoutCancel(ctx)
	var got *keys
	s.inflight = flight.StartThen(func() { got = s.refetch(ctx, kid, count) }, func() {
		if got != nil { // nobody waits for the cache
			s.keep(ctx, got.byID, got.fetched)
		}
	})
}

// refetch returns the keys that a fetch has brought, or nil.
func (s *Set) refetch(ctx context.Context, kid string, count uint64) *keys {
	byID, err := s.fetch(ctx, kid)
	if err != nil {
		kept, found := s.recall(ctx)
		s.missedFetch(kept, found)
		return nil
	}
	got := s.settle(byID, count)
	if s.changed != nil {
		s.changed(got.byID)
	}
	return got
}

// missedFetch ends a fetch that failed. Where an earlier process has kept keys,
// those are in use from now on.
func (s *Set) missedFetch(kept keys, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inflight = nil
	s.tried, s.failed = s.now(), true
	if found {
		s.current.Store(&kept)
	}
}

// settle ends a fetch that has brought keys. A key that was there before stays the same pointer.
func (s *Set) settle(byID map[string]*rsa.PublicKey, count uint64) *keys {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inflight = nil
	s.tried, s.failed = s.now(), false
	for kid, key := range byID {
		if old := s.known(kid); old != nil && old.Equal(key) {
			byID[kid] = old
		}
	}
	s.settled = count
	got := &keys{byID: byID, fetched: s.tried}
	s.current.Store(got)
	return got
}

// fetch asks the places in turn, the one that answered last first, until one
// has answered with a JWKS that has kid. Where several have answered, all their
// keys count. The empty kid is in every JWKS.
func (s *Set) fetch(ctx context.Context, kid string) (map[string]*rsa.PublicKey, error) {
	all := map[string]*rsa.PublicKey{}
	var errs []error
	first := s.first // only the fetch under way writes it
	for i := range s.cfg.URLs {
		at := (first + i) % len(s.cfg.URLs)
		byID, err := s.fetchFrom(ctx, s.cfg.URLs[at])
		if err != nil { // logged without the lock: a log may be slow
			s.cfg.Logger.WarnContext(ctx, "cognito: the user pool's keys could not be fetched", "op", "jwks", "url", s.cfg.URLs[at], "err", err, "kept", !s.empty())
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

func (s *Set) fetchFrom(ctx context.Context, url string) (map[string]*rsa.PublicKey, error) {
	began := time.Now()
	ctx = s.cfg.Observer.Start(ctx, observe.JWKS, observe.OpFetch)
	byID, err := s.read(ctx, url)
	if s.cfg.Observer.KeyFetch != nil {
		s.cfg.Observer.KeyFetch(ctx, observe.KeyFetch{URL: url, Keys: len(byID), Took: time.Since(began), Err: err})
	}
	return byID, err
}

func (s *Set) read(ctx context.Context, url string) (map[string]*rsa.PublicKey, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	doc, err := fetch.Read(s.cfg.Client, req, jws.MaxJWKS)
	if err != nil {
		return nil, err
	}
	return jws.ParseKeys(doc)
}
