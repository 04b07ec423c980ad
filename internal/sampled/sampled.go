// Package sampled limits the number of log lines that anonymous visitors can
// cause.
package sampled

import (
	"sync"
	"time"
)

// A Sampler lets a number of lines of each kind through in a minute, and counts
// the others. The zero value lets none through.
type Sampler struct {
	// Now is the clock.
	Now func() time.Time

	// PerMinute is how many lines of a kind are let through.
	PerMinute int

	mu    sync.Mutex        // guards kinds
	kinds map[string]*count // kinds come from code, so that they are few
}

type count struct {
	began   time.Time
	lines   int
	leftOut int
}

// Take reports whether a line of that kind is let through, and how many were
// left out since the last one that was.
func (s *Sampler) Take(kind string) (leftOut int, through bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now()
	c := s.kinds[kind]
	if c == nil {
		if s.kinds == nil {
			s.kinds = make(map[string]*count)
		}
		c = &count{began: now}
		s.kinds[kind] = c
	}
	if now.Sub(c.began) >= time.Minute {
		c.began, c.lines = now, 0
	}
	if c.lines >= s.PerMinute {
		c.leftOut++
		return 0, false
	}
	c.lines++
	leftOut, c.leftOut = c.leftOut, 0
	return leftOut, true
}
