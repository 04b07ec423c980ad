package journal

import (
	"slices"
	"sync"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
)

// Faults is the faults of a pool, oldest first.
type Faults struct {
	mu   sync.Mutex // guards list
	list []fault.Fault
}

func (l *Faults) Add(f fault.Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, f)
}

func (l *Faults) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = nil
}

// Take returns the fault that happens to a request, and counts it.
func (l *Faults) Take(match func(fault.Fault) bool) (fault.Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.list, match)
	if i < 0 {
		return fault.Fault{}, false
	}
	f := l.list[i]
	if f.Times > 0 {
		l.list[i].Times--
		if l.list[i].Times == 0 {
			l.list = slices.Delete(l.list, i, i+1)
		}
	}
	return f, true
}
