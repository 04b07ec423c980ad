package alb

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/flight"
)

const (
	maxPEM = 4 << 10 // bytes
	maxAge = 30 * time.Minute

	// A key that does not exist is not asked for again for absentFor, one
	// that could not be fetched not for coolDown.
	absentFor = time.Minute
	coolDown  = time.Second

	// In each span of window at most burst fetches begin, whatever key ids are
	// made up. There is no list of keys: each has a URL of its own.
	window = 10 * time.Second
	burst  = 10

	maxEntries = 128
)

// A keyCache holds public keys by URL. One fetch of a key is in flight at a
// time. A failed fetch keeps the key there is. An answer that the key is gone
// drops it. It is safe for concurrent use.
type keyCache struct {
	client *http.Client
	logger *slog.Logger
	now    func() time.Time

	mu      sync.Mutex // guards the rest; never held across a fetch
	entries map[string]*entry
	began   time.Time // of the window
	fetches int       // in the window
}

// An entry is what is known of one key.
type entry struct {
	key      *ecdsa.PublicKey // nil: none, or none yet
	absent   bool             // it does not exist
	fetched  time.Time        // when key or absent was learnt
	tried    time.Time        // when the last fetch ended
	inflight *flight.Flight   // the fetch under way, or nil
}

func newKeyCache(client *http.Client, logger *slog.Logger, now func() time.Time) *keyCache {
	return &keyCache{client: client, logger: logger, now: now, entries: map[string]*entry{}}
}

var errUnknownKey = errors.New("load balancers have no key with this id")

// key returns the key at url. While a fetch of it is under way, it waits until
// ctx ends.
func (c *keyCache) key(ctx context.Context, url string) (*ecdsa.PublicKey, error) {
	key, absent, wait := c.lookup(ctx, url)
	if key == nil && wait != nil {
		if err := wait.Wait(ctx); err != nil {
			return nil, unavailable(err)
		}
		key, absent, _ = c.lookup(ctx, url)
	}
	switch {
	case key != nil:
		return key, nil
	case absent:
		return nil, &cognito.VerifyError{Check: cognito.CheckKeyID, Err: errUnknownKey}
	}
	return nil, unavailable(nil)
}

func unavailable(cause error) error {
	err := cognito.ErrKeysUnavailable
	if cause != nil {
		err = fmt.Errorf("%w: %w", err, cause)
	}
	return &cognito.VerifyError{Check: cognito.CheckKeys, Err: err}
}

// lookup returns what is known, and the fetch that may change it: one under
// way, or one it starts.
func (c *keyCache) lookup(ctx context.Context, url string) (key *ecdsa.PublicKey, absent bool, wait *flight.Flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	e := c.entries[url]
	if e == nil {
		if !c.mayFetch(now) {
			return nil, false, nil
		}
		e = &entry{}
		c.makeRoom()
		c.entries[url] = e
		c.start(ctx, url, e)
	} else if e.inflight == nil && e.due(now) && c.mayFetch(now) {
		c.start(ctx, url, e)
	}
	return e.key, e.absent, e.inflight
}

// due reports whether to fetch again.
func (e *entry) due(now time.Time) bool {
	switch {
	case now.Sub(e.tried) < coolDown:
		return false
	case e.key != nil:
		return now.Sub(e.fetched) >= maxAge && now.Sub(e.tried) >= window
	case e.absent:
		return now.Sub(e.fetched) >= absentFor
	}
	return true
}

// mayFetch counts a fetch, if there is one left. c.mu is held.
func (c *keyCache) mayFetch(now time.Time) bool {
	if now.Sub(c.began) >= window || c.began.IsZero() {
		c.began, c.fetches = now, 0
	}
	c.fetches++
	return c.fetches <= burst
}

// makeRoom forgets the entry that was tried first, one without a key if there
// is any. c.mu is held.
func (c *keyCache) makeRoom() {
	if len(c.entries) < maxEntries {
		return
	}
	var oldest string
	for url, e := range c.entries {
		if e.inflight != nil {
			continue
		}
		best := c.entries[oldest]
		if best == nil || best.key != nil && e.key == nil || (best.key == nil) == (e.key == nil) && e.tried.Before(best.tried) {
			oldest = url
		}
	}
	delete(c.entries, oldest)
}

// start begins a fetch that is detached from the request that caused it: its
// deadline is the client's own. c.mu is held.
func (c *keyCache) start(ctx context.Context, url string, e *entry) {
	detached := context.WithoutCancel(ctx)
	e.inflight = flight.Start(func() { c.refetch(detached, url, e) })
}

func (c *keyCache) refetch(ctx context.Context, url string, e *entry) {
	key, err := c.fetch(ctx, url)
	absent := isAbsent(err)
	if err != nil && !absent { // without the lock: a log may be slow
		c.logger.WarnContext(ctx, "alb: a load balancer's key could not be fetched", "op", "keys", "url", url, "err", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e.tried = c.now()
	if err == nil || absent {
		e.key, e.absent, e.fetched = key, absent, e.tried
	}
	e.inflight = nil
}

// isAbsent reports whether err says that there is no such key: the endpoint is
// a bucket, which answers 403 or 404.
func isAbsent(err error) bool {
	var status *fetch.StatusError
	return errors.As(err, &status) && (status.Status == http.StatusForbidden || status.Status == http.StatusNotFound)
}

func (c *keyCache) fetch(ctx context.Context, url string) (*ecdsa.PublicKey, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	doc, err := fetch.Read(c.client, req, maxPEM)
	if err != nil {
		return nil, err
	}
	return parseKey(doc)
}

// parseKey reads a P-256 public key in PEM.
func parseKey(doc []byte) (*ecdsa.PublicKey, error) {
	block, rest := pem.Decode(doc)
	if block == nil || block.Type != "PUBLIC KEY" || len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("the answer is not one public key in PEM")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	key, ok := parsed.(*ecdsa.PublicKey)
	if err != nil || !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("the answer is not a P-256 public key")
	}
	return key, nil
}
