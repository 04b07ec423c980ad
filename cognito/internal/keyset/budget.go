package keyset

import "time"

const (
	// keyBurst is how many fetches unknown kids may cause at once. After
	// them keyCoolDown brings one more, so that forged tokens cannot make us
	// flood the pool.
	keyBurst    = 3
	keyCoolDown = 10 * time.Second
)

// A budget lets keyBurst fetches begin at once, and then one per keyCoolDown.
type budget struct {
	spent int       // of the burst
	since time.Time // when the next one of the burst began to come back
}

// refill adds the fetches that the passed time allows.
func (b *budget) refill(now time.Time) {
	for b.spent > 0 && now.Sub(b.since) >= keyCoolDown {
		b.spent--
		b.since = b.since.Add(keyCoolDown)
	}
}

func (b *budget) empty(now time.Time) bool { b.refill(now); return b.spent >= keyBurst }

func (b *budget) spend(now time.Time) {
	if b.refill(now); b.spent == 0 {
		b.since = now
	}
	b.spent = min(b.spent+1, keyBurst)
}

// next is when an empty budget has a fetch again.
func (b *budget) next() time.Time { return b.since.Add(keyCoolDown) }
