package tenancy

import (
	"hash/maphash"
	"math/bits"
	"time"
)

const (
	// newPerSecond and againPerSecond bound the calls of Resolve for keys that
	// are not kept. The first is for new keys; the second is for the refused
	// keys of each lane. As many may come at once.
	newPerSecond   = 100
	againPerSecond = 25
	againLanes     = 5

	// turnedAwayFor is how long a key that was turned away is remembered at
	// least. At most twice maxTurnedAway such keys are remembered.
	turnedAwayFor = 10 * time.Second
	maxTurnedAway = 1 << 15
)

// An admission says which keys Resolve is asked for while junk tokens of many
// issuers come. A key that comes again has a better chance each time: a tenant
// comes again, and junk would have to as well. The mutex of its Kept
// guards it.
type admission struct {
	seed     maphash.Seed
	lanes    [1 + againLanes]lane
	recent   map[uint64]uint32 // how often a key was turned away, by its hash
	previous map[uint64]uint32
	since    time.Time // when recent began
}

func newAdmission() admission {
	return admission{seed: maphash.MakeSeed(), recent: map[uint64]uint32{}}
}

// lane returns the lane of a key. It is 0 for a new key, and rises by one each
// time that the number of the key's refusals has doubled.
func (a *admission) lane(key string, now time.Time) int {
	a.age(now)
	return min(bits.Len32(a.count(a.hash(key))), againLanes)
}

// admit takes a place in a lane, unless all are taken.
func (a *admission) admit(lane int, now time.Time) bool {
	if lane == 0 {
		return a.lanes[0].take(now, newPerSecond)
	}
	return a.lanes[lane].take(now, againPerSecond)
}

// turnAway remembers a key that was not admitted.
func (a *admission) turnAway(key string) {
	h := a.hash(key)
	a.recent[h] = a.count(h) + 1
}

func (a *admission) hash(key string) uint64 { return maphash.String(a.seed, key) }

func (a *admission) count(h uint64) uint32 {
	if n, ok := a.recent[h]; ok {
		return n
	}
	return a.previous[h]
}

// age forgets what has not come for a while.
func (a *admission) age(now time.Time) {
	if now.Sub(a.since) < turnedAwayFor && len(a.recent) < maxTurnedAway {
		return
	}
	if now.Sub(a.since) >= 2*turnedAwayFor {
		clear(a.recent)
	}
	a.previous, a.recent, a.since = a.recent, map[uint64]uint32{}, now
}

// A lane lets so many through each second, and as many at once after a rest.
type lane struct{ next time.Time }

func (l *lane) take(now time.Time, perSecond int) bool {
	if l.next.Before(now) {
		l.next = now
	}
	pause := time.Second / time.Duration(perSecond)
	if l.next.Sub(now) > time.Second-pause {
		return false
	}
	l.next = l.next.Add(pause)
	return true
}
