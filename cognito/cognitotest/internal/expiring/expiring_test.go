package expiring_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

// A value is there until its time and no longer, whatever the order of the
// deadlines was and however often they were moved. The reference is a plain
// map whose entries are all checked.
func TestMapAgainstPlainMap(t *testing.T) {
	type kept struct {
		value int
		until time.Time
	}
	random := rand.New(rand.NewPCG(1, 2))
	var m expiring.Map[int, int]
	plain := make(map[int]kept)
	live := func(key int, now time.Time) (int, bool) {
		k, ok := plain[key]
		return k.value, ok && now.Before(k.until)
	}
	for i := range 20_000 {
		now, key := at(i/10), random.IntN(500)
		until := now.Add(time.Duration(random.IntN(120)+1) * time.Second)
		want, there := live(key, now)
		switch random.IntN(5) {
		case 0, 1:
			m.Put(key, i, until, now)
			plain[key] = kept{i, until}
		case 2:
			if got, ok := m.Take(key, now); ok != there || ok && got != want {
				t.Fatalf("step %d: Take(%d) = %d, %v, want %d, %v", i, key, got, ok, want, there)
			}
			delete(plain, key)
		case 3:
			m.Update(key, now, func(got int, ok bool) (int, time.Time) {
				if ok != there || ok && got != want {
					t.Fatalf("step %d: Update(%d) with %d, %v, want %d, %v", i, key, got, ok, want, there)
				}
				return i, until
			})
			plain[key] = kept{i, until}
		default:
			if got, ok := m.Get(key, now); ok != there || ok && got != want {
				t.Fatalf("step %d: Get(%d) = %d, %v, want %d, %v", i, key, got, ok, want, there)
			}
		}
	}
}

// Values that nobody asks for again go with the next Put after their time.
func TestMapForgets(t *testing.T) {
	var m expiring.Map[int, string]
	for i := range 1000 {
		m.Put(i, "x", at(i%60+1), at(0))
	}
	m.Put(7, "longer", at(120), at(1)) // moved
	m.Delete(8)
	m.Put(1000, "new", at(90), at(60))
	if n := m.Len(); n != 2 {
		t.Errorf("Len() = %d after all have expired but the moved one and the new one, want 2", n)
	}
	m.Put(1001, "newer", at(200), at(120))
	if n := m.Len(); n != 1 {
		t.Errorf("Len() = %d a minute later, want 1", n)
	}
	m.Clear()
	if _, ok := m.Get(1001, at(120)); ok || m.Len() != 0 {
		t.Error("Get finds a value after Clear")
	}
}

// A Put among 200,000 entries costs about what one among 1,000 costs. A map
// that looked at every entry would take 200 times as long; the test allows 20,
// because the machine may be busy.
func TestMapPutDoesNotGrow(t *testing.T) {
	var m expiring.Map[int, int]
	next := 0
	fastest := func() time.Duration {
		best := time.Hour
		for range 20 {
			before := time.Now()
			for range 50 {
				m.Put(next, next, at(3600), at(0))
				next++
			}
			best = min(best, time.Since(before))
		}
		return best
	}
	first := fastest()
	for ; next < 200_000; next++ {
		m.Put(next, next, at(3600), at(0))
	}
	if last := fastest(); last > 20*first {
		t.Errorf("50 Puts took %v among 1,000 entries and %v among 200,000, want about the same", first, last)
	}
}
