// Package expiring keeps what the emulator must remember for a limited time:
// half-done sign-ins, page sessions, codes, failed attempts.
package expiring

import (
	"container/heap"
	"maps"
	"sync"
	"time"
)

// A Map holds values until their time is over. Each Put drops what has
// expired by then, at a cost of O(log n), so that a map nobody reads does not
// grow for ever. The zero value is ready for use, and its methods may be
// called concurrently.
//
// The caller passes the time with each call, because pools have clocks of
// their own.
type Map[K comparable, V any] struct {
	mu      sync.Mutex // guards everything below
	entries map[K]entry[V]
	due     queue[K]
}

type entry[V any] struct {
	value  V
	until  time.Time
	queued time.Time // its place in the queue, which is until or earlier
}

// Put keeps value under key until that time. It replaces what was there.
func (m *Map[K, V]) Put(key K, value V, until, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop(now)
	m.put(key, value, until)
}

func (m *Map[K, V]) put(key K, value V, until time.Time) {
	if m.entries == nil {
		m.entries = make(map[K]entry[V])
	}
	e := entry[V]{value, until, until}
	old, known := m.entries[key]
	if known && !until.Before(old.queued) {
		e.queued = old.queued // drop will see that it moved
	} else {
		heap.Push(&m.due, deadline[K]{key, until})
	}
	m.entries[key] = e
}

// drop removes what has expired. An entry whose time was moved since it was
// queued goes back into the queue. Places of entries that are gone, or have
// another place by now, are skipped.
func (m *Map[K, V]) drop(now time.Time) {
	for len(m.due) > 0 && !now.Before(m.due[0].at) {
		d := heap.Pop(&m.due).(deadline[K])
		e, known := m.entries[d.key]
		switch {
		case !known || !e.queued.Equal(d.at):
		case now.Before(e.until):
			e.queued = e.until
			m.entries[d.key] = e
			heap.Push(&m.due, deadline[K]{d.key, e.until})
		default:
			delete(m.entries, d.key)
		}
	}
}

// Get returns the value under key, unless its time is over.
func (m *Map[K, V]) Get(key K, now time.Time) (value V, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.get(key, now)
}

func (m *Map[K, V]) get(key K, now time.Time) (value V, ok bool) {
	e, known := m.entries[key]
	if !known || !now.Before(e.until) {
		return value, false
	}
	return e.value, true
}

// Take returns the value under key, unless its time is over, and removes it.
func (m *Map[K, V]) Take(key K, now time.Time) (value V, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok = m.get(key, now)
	delete(m.entries, key)
	return value, ok
}

// Update calls change with the value under key, or with the zero value and
// false. It keeps what change returns until the time that change returns; the
// zero time removes the entry.
func (m *Map[K, V]) Update(key K, now time.Time, change func(value V, ok bool) (V, time.Time)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop(now)
	next, until := change(m.get(key, now))
	if until.IsZero() {
		delete(m.entries, key)
		return
	}
	m.put(key, next, until)
}

// Delete removes the value under key.
func (m *Map[K, V]) Delete(key K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.entries, key)
}

// DeleteFunc removes all values that match. It looks at each.
func (m *Map[K, V]) DeleteFunc(match func(K, V) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.entries, func(key K, e entry[V]) bool { return match(key, e.value) })
}

// Clear removes everything.
func (m *Map[K, V]) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries, m.due = nil, nil
}

// Len is the number of values, those that expired since the last Put included.
func (m *Map[K, V]) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.entries)
}

// A deadline is when to look whether an entry has expired.
type deadline[K comparable] struct {
	key K
	at  time.Time
}

// A queue is a heap of deadlines, the earliest first.
type queue[K comparable] []deadline[K]

func (q queue[K]) Len() int           { return len(q) }
func (q queue[K]) Less(i, j int) bool { return q[i].at.Before(q[j].at) }
func (q queue[K]) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue[K]) Push(x any)        { *q = append(*q, x.(deadline[K])) }

func (q *queue[K]) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = deadline[K]{}
	*q = old[:len(old)-1]
	return last
}
