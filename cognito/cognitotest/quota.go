package cognitotest

import (
	"sync"
	"time"
)

// quotas count what a user may do only so many times an hour: ask for codes
// and enter them.
type quotas struct {
	mu   sync.Mutex // guards uses
	uses map[quotaKey][]time.Time
}

type quotaKey struct{ op, name string }

// take reports whether one more op is within limit for the hour before now,
// and counts it.
func (q *quotas) take(op, name string, limit int, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.uses == nil {
		q.uses = make(map[quotaKey][]time.Time)
	}
	key := quotaKey{op, name}
	var recent []time.Time
	for _, at := range q.uses[key] {
		if now.Sub(at) < time.Hour {
			recent = append(recent, at)
		}
	}
	if len(recent) < limit {
		q.uses[key] = append(recent, now)
		return true
	}
	q.uses[key] = recent
	return false
}
