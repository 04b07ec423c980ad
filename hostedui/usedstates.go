package hostedui

import (
	"crypto/sha256"
	"sync"
	"time"
)

// usedStates remembers the states whose code this process has sent to Cognito,
// for as long as their attempt lives. A double click sends the same cookie
// twice. It only says which logins are over; the cookie says which may be
// finished.
type usedStates struct {
	now func() time.Time

	mu    sync.Mutex // guards the rest
	until map[[sha256.Size]byte]time.Time
	order [][sha256.Size]byte // oldest first
}

// maxUsed bounds usedStates; the oldest go first.
const maxUsed = 10000

func newUsedStates(now func() time.Time) *usedStates {
	return &usedStates{now: now, until: map[[sha256.Size]byte]time.Time{}}
}

// claim reports whether the caller is the first to use state.
func (u *usedStates) claim(state string) bool {
	key := sha256.Sum256([]byte(state))
	u.mu.Lock()
	defer u.mu.Unlock()
	now := u.now()
	if until, used := u.until[key]; used && !now.After(until) {
		return false
	}
	for len(u.order) > 0 && (len(u.order) >= maxUsed || now.After(u.until[u.order[0]])) {
		delete(u.until, u.order[0])
		u.order = u.order[1:]
	}
	u.until[key] = now.Add(attemptLife)
	u.order = append(u.order, key)
	return true
}
