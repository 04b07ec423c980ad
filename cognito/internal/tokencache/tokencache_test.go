package tokencache_test

import (
	"crypto/sha256"
	"strconv"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/internal/tokencache"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// An entry expires at a time, in seconds.
type entry struct{ at int64 }

func (e *entry) Expires() time.Time { return time.Unix(e.at, 0) }

func sumOf(i int) tokencache.Sum { return sha256.Sum256([]byte(strconv.Itoa(i))) }

// count is how many of the first n entries are there.
func count(c *tokencache.Cache[*entry], n int) (there int) {
	for i := range n {
		if _, ok := c.Find(sumOf(i)); ok {
			there++
		}
	}
	return there
}

// TestTokenCacheIsBounded: never more entries than its size, whatever comes,
// and all of them where they fit.
func TestTokenCacheIsBounded(t *testing.T) {
	for _, size := range []int{1, 2, 63, 64, 65, 1000} {
		c := tokencache.New[*entry](size)
		for i := range 5000 {
			c.Keep(sumOf(i), &entry{1})
			c.Keep(sumOf(i), &entry{1})
			if _, ok := c.Find(sumOf(i)); !ok {
				t.Fatalf("a cache of %d does not know the last token", size)
			}
			if i%thorough.Or(499, 97) != 0 && i > 130 {
				continue
			}
			if n := count(c, i+1); n > size || n < min(i+1, size)/2 {
				t.Fatalf("a cache of %d has %d entries after %d tokens", size, n, i+1)
			}
		}
		if n := count(c, 5000); n != size {
			t.Errorf("a cache of %d is full with %d entries", size, n)
		}
	}
	for _, size := range []int{0, -1} {
		if tokencache.New[*entry](size) != nil {
			t.Errorf("New(%d) != nil, want none", size)
		}
	}
}

// TestTokenCacheForgetsWhatExpires: of a few entries the one that expires
// first makes room.
func TestTokenCacheForgetsWhatExpires(t *testing.T) {
	const few = 8
	c := tokencache.New[*entry](few)
	for i := range few {
		c.Keep(sumOf(i), &entry{int64(100 + i)})
	}
	for i := range few {
		c.Keep(sumOf(1000+i), &entry{1000})
		for j := range few {
			if _, there := c.Find(sumOf(j)); there != (j > i) {
				t.Errorf("after %d more: entry %d is there: %v, want %v", i+1, j, there, j > i)
			}
		}
	}
}

// TestTokenCacheDrops: DropIf forgets what it is told, and Drop forgets nothing
// that has been replaced.
func TestTokenCacheDrops(t *testing.T) {
	c := tokencache.New[*entry](1000)
	entries := []*entry{{1}, {2}, {3}}
	for i, e := range entries {
		c.Keep(sumOf(i), e)
	}
	c.DropIf(func(e *entry) bool { return e.at == 1 })
	c.Drop(sumOf(1), &entry{2}) // another of the same token
	c.Drop(sumOf(2), entries[2])
	for i, want := range []bool{false, true, false} {
		if _, got := c.Find(sumOf(i)); got != want {
			t.Errorf("entry %d is there: %v, want %v", i, got, want)
		}
	}
}
