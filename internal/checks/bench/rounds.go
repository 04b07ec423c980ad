package main

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// A contender does one piece of work in one way.
type contender struct {
	name   string // as a table shows it
	module string // what it is from, for the version; "" for this repository and the standard library
	work   func() error
}

// A result is what the rounds say about a contender.
type result struct {
	contender
	nanos  []float64 // per operation, one for each round
	allocs float64   // per operation
}

// measure has the contenders work in turn, round after round. Each does as
// many operations at a time as filled a batch when they were tried out.
func measure(contenders []contender, s settings) ([]result, error) {
	results := make([]result, len(contenders))
	sizes := make([]int, len(contenders))
	for i, c := range contenders {
		var err error
		if sizes[i], err = batchSize(c, s.batch); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		results[i] = result{contender: c, allocs: testing.AllocsPerRun(100, func() { _ = c.work() })}
	}
	for round := range s.rounds {
		for i := range contenders {
			i = (i + round) % len(contenders)
			took, err := timeBatch(contenders[i], sizes[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", contenders[i].name, err)
			}
			results[i].nanos = append(results[i].nanos, float64(took.Nanoseconds())/float64(sizes[i]))
		}
	}
	return results, nil
}

// batchSize is how many operations fill a batch, after a warm-up of the same
// length.
func batchSize(c contender, batch time.Duration) (int, error) {
	for n := 1; ; n *= 2 {
		took, err := timeBatch(c, n)
		if err != nil {
			return 0, err
		}
		if took >= batch {
			return max(1, int(float64(n)*float64(batch)/float64(took))), nil
		}
	}
}

func timeBatch(c contender, n int) (time.Duration, error) {
	start := time.Now()
	for range n {
		if err := c.work(); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// time is the median over the rounds, in nanoseconds.
func (r result) time() float64 { return quantile(r.nanos, 0.5) }

// ratio is the time of r in units of base's. Each round is compared with
// itself: mid is the median, and half of the rounds are between low and high.
func (r result) ratio(base result) (mid, low, high float64) {
	each := make([]float64, len(r.nanos))
	for i := range each {
		each[i] = r.nanos[i] / base.nanos[i]
	}
	return middle(each)
}

// above is the time by which r exceeds base, in nanoseconds, as ratio has it.
func (r result) above(base result) (mid, low, high float64) {
	each := make([]float64, len(r.nanos))
	for i := range each {
		each[i] = r.nanos[i] - base.nanos[i]
	}
	return middle(each)
}

// middle is the median of list, its first quartile and its third.
func middle(list []float64) (mid, low, high float64) {
	return quantile(list, 0.5), quantile(list, 0.25), quantile(list, 0.75)
}

// quantile is the median for q = 0.5, the least for 0 and the largest for 1.
func quantile(list []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}
