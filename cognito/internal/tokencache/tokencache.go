// Package tokencache remembers a bounded number of tokens that were verified.
package tokencache

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	shards        = 16 // the parts a cache is split in, so that cores rarely wait for each other
	leastForSplit = 64 // entries below which one part is enough
	samples       = 8  // entries looked at for the one to forget
)

// A Sum is the SHA-256 of a whole token, signature included.
type Sum = [sha256.Size]byte

// An Entry is what is remembered of a token.
type Entry interface {
	comparable
	Expires() time.Time
}

// A Cache remembers what was found out about tokens. It is safe for concurrent
// use.
type Cache[E Entry] struct{ shards []shard[E] }

type shard[E Entry] struct {
	most int

	mu      sync.RWMutex // guards entries
	entries map[Sum]E
}

// New returns a Cache for that many tokens, or nil for none.
func New[E Entry](size int) *Cache[E] {
	if size <= 0 {
		return nil
	}
	n := shards
	if size < leastForSplit {
		n = 1
	}
	c := &Cache[E]{shards: make([]shard[E], n)}
	for i := range c.shards {
		c.shards[i].most = size / n
		if i < size%n {
			c.shards[i].most++
		}
		c.shards[i].entries = map[Sum]E{}
	}
	return c
}

func (c *Cache[E]) shard(sum Sum) *shard[E] { return &c.shards[int(sum[0])%len(c.shards)] }

// Find returns the entry of a token, if there is one.
func (c *Cache[E]) Find(sum Sum) (entry E, found bool) {
	s := c.shard(sum)
	s.mu.RLock()
	defer s.mu.RUnlock()
	entry, found = s.entries[sum]
	return entry, found
}

// Keep adds an entry, in place of another if there is no room: of a few, the
// one that expires first.
func (c *Cache[E]) Keep(sum Sum, entry E) {
	s := c.shard(sum)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, again := s.entries[sum]; !again && len(s.entries) >= s.most {
		delete(s.entries, s.first())
	}
	s.entries[sum] = entry
}

// first returns, of a few entries, the one that expires first. s.mu is held.
func (s *shard[E]) first() (first Sum) {
	var expires time.Time
	seen := 0
	for sum, entry := range s.entries { // which begins anywhere
		if at := entry.Expires(); seen == 0 || at.Before(expires) {
			first, expires = sum, at
		}
		if seen++; seen == samples {
			break
		}
	}
	return first
}

// Drop forgets an entry, unless another has taken its place.
func (c *Cache[E]) Drop(sum Sum, entry E) {
	s := c.shard(sum)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries[sum] == entry {
		delete(s.entries, sum)
	}
}

// DropIf forgets all entries that are no longer good.
func (c *Cache[E]) DropIf(spoiled func(E) bool) {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		for sum, entry := range s.entries {
			if spoiled(entry) {
				delete(s.entries, sum)
			}
		}
		s.mu.Unlock()
	}
}
