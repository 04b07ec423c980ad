package main

import (
	"context"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// counting is a store that counts its calls.
type counting struct {
	*session.MemoryStore
	finds int
}

func (c *counting) Find(ctx context.Context, id string) ([]byte, bool, error) {
	c.finds++
	return c.MemoryStore.Find(ctx, id)
}

// TestStoreReads holds that the page of "session.Manager, MemoryStore" reads
// one record, which the time it takes does not show: in memory a read is
// cheap.
func TestStoreReads(t *testing.T) {
	store := &counting{MemoryStore: session.NewMemoryStore(nil)}
	p, err := newSession(newWorld(), store)
	if err != nil {
		t.Fatal(err)
	}
	look := visit(p)
	store.finds = 0
	for range 100 {
		if err := look(); err != nil {
			t.Fatal(err)
		}
	}
	if store.finds != 100 {
		t.Errorf("100 requests read the store %d times, want once each", store.finds)
	}
}
