package keyset

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"time"

	"github.com/seed75762126/cognito-go/cognito/keycache"
	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/jws"
)

const (
	// cacheTimeout bounds each call of a cache.
	cacheTimeout = 10 * time.Second

	// cacheAhead is how far the clock of the process that saved the keys may
	// be ahead of this one's.
	cacheAhead = 5 * time.Minute
)

var errNotKept = errors.New("nothing is kept of this user pool")

// recall returns the keys that an earlier process has kept, and when it had
// them. It is for a Set that has none, after a fetch that failed.
func (s *Set) recall(ctx context.Context) (keys, bool) {
	if s.cfg.Cache == nil || !s.empty() {
		return keys{}, false
	}
	k, err := s.readKept(ctx)
	if err != nil {
		s.cfg.Logger.WarnContext(ctx, "cognito: the saved signing keys of an earlier process cannot be used", "op", "jwks", "issuer", s.cfg.Issuer, "err", err)
		return keys{}, false
	}
	s.cfg.Logger.WarnContext(ctx, "cognito: the signing keys of an earlier process are used, since the user pool's cannot be fetched", "op", "jwks",
		"issuer", s.cfg.Issuer, "age", s.now().Sub(k.fetched).Truncate(time.Second).String(), "keys", len(k.byID))
	return k, true
}

func (s *Set) readKept(ctx context.Context) (keys, error) {
	ctx, cancel := context.WithTimeout(ctx, cacheTimeout)
	defer cancel()
	kept, err := flight.Ask(ctx, func(ctx context.Context) (*keycache.Keys, error) { return s.cfg.Cache.Load(ctx, s.cfg.Issuer) })
	if err != nil {
		return keys{}, err
	}
	if kept == nil {
		return keys{}, errNotKept
	}
	switch age := s.now().Sub(kept.Fetched); {
	case age > keycache.MaxAge:
		return keys{}, fmt.Errorf("the kept keys are %v old, and at most %v is allowed", age.Truncate(time.Minute), keycache.MaxAge)
	case age < -cacheAhead:
		return keys{}, fmt.Errorf("the time of the kept keys, %s, is in the future", kept.Fetched.UTC().Format(time.RFC3339))
	}
	byID, err := jws.ParseKeys(kept.JWKS)
	return keys{byID: byID, fetched: kept.Fetched}, err
}

// keep saves the keys that a fetch has brought.
func (s *Set) keep(ctx context.Context, byID map[string]*rsa.PublicKey, fetched time.Time) {
	if s.cfg.Cache == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, cacheTimeout)
	defer cancel()
	_, err := flight.Ask(ctx, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.cfg.Cache.Save(ctx, s.cfg.Issuer, keycache.Keys{JWKS: jws.WriteKeys(byID), Fetched: fetched})
	})
	if err != nil {
		s.cfg.Logger.WarnContext(ctx, "cognito: the signing keys could not be kept for the next process", "op", "jwks", "issuer", s.cfg.Issuer, "err", err)
	}
}
