package session

import (
	"context"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session/internal/memory"
)

// A MemoryStore is a [Store] for a service that runs as one process. The
// sessions are lost when the process ends. It is safe for concurrent use.
type MemoryStore struct{ records *memory.Store }

// NewMemoryStore returns an empty store. A nil now means [time.Now].
func NewMemoryStore(now func() time.Time) *MemoryStore { return &MemoryStore{memory.New(now)} }

// Find implements [Store].
func (s *MemoryStore) Find(ctx context.Context, id string) ([]byte, bool, error) {
	return s.records.Find(ctx, id)
}

// Commit implements [Store].
func (s *MemoryStore) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	return s.records.Commit(ctx, id, sealed, expiry)
}

// Delete implements [Store].
func (s *MemoryStore) Delete(ctx context.Context, id string) error { return s.records.Delete(ctx, id) }

// Len returns the number of records, with expired ones. A session has two
// records, and a user has one or two. A session that has ended has one record
// for an hour.
func (s *MemoryStore) Len() int { return s.records.Len() }

var _ Store = (*MemoryStore)(nil)
