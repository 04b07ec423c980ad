package limits

import (
	"sync"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// Decoys are the codes for new passwords that were asked for and never sent,
// since there is nobody to send them to.
type Decoys struct {
	mu    sync.Mutex      // guards asked
	asked map[string]bool // by the name that was typed, as Put got it
}

// maxDecoys bounds the names of a pool that runs for days.
const maxDecoys = 10_000

func (d *Decoys) Put(key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked == nil || len(d.asked) == maxDecoys {
		d.asked = make(map[string]bool)
	}
	d.asked[key] = true
}

func (d *Decoys) Clear() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = nil
}

// Check returns the error for a code: a wrong code if a code was asked for, and
// otherwise an expired one.
func (d *Decoys) Check(key string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked[key] {
		return refusal.CodeMismatch
	}
	return refusal.CodeExpired
}
