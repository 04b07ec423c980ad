package limits

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
)

// Quotas count what a user may do only so many times an hour: ask for codes
// and enter them.
type Quotas struct {
	Uses expiring.Map[quotaKey, []time.Time]
}

type quotaKey struct{ op, name string }

// Take reports whether one more op is within limit for the hour before now,
// and counts it.
func (q *Quotas) Take(op, name string, limit int, now time.Time) (within bool) {
	q.Uses.Update(quotaKey{op, name}, now, func(uses []time.Time, _ bool) ([]time.Time, time.Time) {
		var recent []time.Time
		for _, at := range uses {
			if now.Sub(at) < time.Hour {
				recent = append(recent, at)
			}
		}
		if within = len(recent) < limit; within {
			recent = append(recent, now)
		}
		return recent, now.Add(time.Hour)
	})
	return within
}
