package session

import (
	"context"
	"sync"
	"time"
)

// A MemoryStore is a [Store] for a service that runs as one process: its
// sessions end with it. It is safe for concurrent use.
type MemoryStore struct {
	now func() time.Time

	mu      sync.Mutex // guards the rest
	records map[string]memoryRecord
	sweepAt int // sweep expired records when there are this many
}

type memoryRecord struct {
	sealed []byte
	expiry time.Time
}

// minSweep is the number of records below which none is looked for that has
// expired.
const minSweep = 1024

// NewMemoryStore returns an empty store. A nil now means [time.Now].
func NewMemoryStore(now func() time.Time) *MemoryStore {
	if now == nil {
		now = time.Now
	}
	return &MemoryStore{now: now, records: map[string]memoryRecord{}, sweepAt: minSweep}
}

// Find implements [Store].
func (s *MemoryStore) Find(_ context.Context, id string) ([]byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.records[id]
	if !ok || !s.now().Before(r.expiry) {
		return nil, false, nil
	}
	return r.sealed, true, nil
}

// Commit implements [Store].
func (s *MemoryStore) Commit(_ context.Context, id string, sealed []byte, expiry time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[id] = memoryRecord{sealed: append([]byte(nil), sealed...), expiry: expiry}
	if len(s.records) >= s.sweepAt {
		s.sweep()
	}
	return nil
}

// Delete implements [Store].
func (s *MemoryStore) Delete(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.records, id)
	return nil
}

// Len is the number of records, expired ones included. A session has two, and a
// user one or two. A session that was ended has one for an hour.
func (s *MemoryStore) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.records)
}

// sweep drops what has expired. It runs each time the number of records has
// doubled, so that its cost per record stays the same. s.mu is held.
func (s *MemoryStore) sweep() {
	now := s.now()
	for id, r := range s.records {
		if !now.Before(r.expiry) {
			delete(s.records, id)
		}
	}
	s.sweepAt = max(minSweep, 2*len(s.records))
}

var _ Store = (*MemoryStore)(nil)
