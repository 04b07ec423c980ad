package pace

import (
	"sync"
	"time"
)

// A Budget lets Burst calls be made at once, and then one in every Each. It is
// for calls that strangers can cause. It is safe for concurrent use.
type Budget struct {
	Burst int
	Each  time.Duration

	mu    sync.Mutex // guards the rest
	spent int        // of the burst
	since time.Time  // when the next one of the burst began to come back
}

// Spend reports whether a call may be made now, and counts it.
func (b *Budget) Spend(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.spent > 0 && now.Sub(b.since) >= b.Each {
		b.spent--
		b.since = b.since.Add(b.Each)
	}
	if b.spent >= b.Burst {
		return false
	}
	if b.spent == 0 {
		b.since = now
	}
	b.spent++
	return true
}
