// Package memory keeps records in memory until they expire.
package memory

import (
	"context"
	"sync"
	"time"
)

// A Store has records by id. It is safe for concurrent use.
type Store struct {
	now func() time.Time

	mu      sync.Mutex // guards the rest
	records map[string]record
	sweepAt int // sweep expired records when there are this many
}

type record struct {
	sealed []byte
	expiry time.Time
}

// minSweep is the number of records below which none is looked for that has
// expired.
const minSweep = 1024

// New returns an empty store. A nil now means [time.Now].
func New(now func() time.Time) *Store {
	if now == nil {
		now = time.Now
	}
	return &Store{now: now, records: map[string]record{}, sweepAt: minSweep}
}

// Find returns a record that has not expired.
func (s *Store) Find(_ context.Context, id string) ([]byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.records[id]
	if !ok || !s.now().Before(r.expiry) {
		return nil, false, nil
	}
	return r.sealed, true, nil
}

// Commit keeps a record until it expires, in place of one of the same id.
func (s *Store) Commit(_ context.Context, id string, sealed []byte, expiry time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[id] = record{sealed: append([]byte(nil), sealed...), expiry: expiry}
	if len(s.records) >= s.sweepAt {
		s.sweep()
	}
	return nil
}

// Delete drops a record.
func (s *Store) Delete(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.records, id)
	return nil
}

// Len is the number of records, expired ones included.
func (s *Store) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.records)
}

// sweep drops what has expired. It runs each time the number of records has
// doubled, so that its cost per record stays the same. s.mu is held.
func (s *Store) sweep() {
	now := s.now()
	for id, r := range s.records {
		if !now.Before(r.expiry) {
			delete(s.records, id)
		}
	}
	s.sweepAt = max(minSweep, 2*len(s.records))
}
