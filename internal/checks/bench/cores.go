package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
)

// inParallel is the work of n verifications, shared by so many goroutines.
func inParallel(check verify, token string, n, goroutines int) func() error {
	ctx := context.Background()
	return func() error {
		errs := make([]error, goroutines)
		var all sync.WaitGroup
		for i := range goroutines {
			all.Go(func() {
				for range n / goroutines {
					if _, err := check(ctx, token); err != nil {
						errs[i] = err
					}
				}
			})
		}
		all.Wait()
		for _, err := range errs {
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// coresTable shows how many more verifications all cores make: a lock that is
// held too long would show here. RAW has no lock, and shows what the machine
// can do.
func coresTable(w *world, s settings) (table, error) {
	cores := runtime.GOMAXPROCS(0)
	n := 120 * cores // verifications in one operation
	t := table{
		title: "Verifications with all cores",
		note:  fmt.Sprintf("How many verifications %d goroutines make in the time in which one goroutine makes one.", cores),
		head:  []string{"", "", "× one core", "half of the rounds"},
	}
	var list []contender
	contending := verifiers[:3]
	for _, v := range contending {
		check, err := v.make(w)
		if err != nil {
			return table{}, fmt.Errorf("%s: %w", v.name, err)
		}
		list = append(list, contender{v.name, v.module, inParallel(check, w.access, n, 1)}, contender{v.name, v.module, inParallel(check, w.access, n, cores)})
	}
	results, err := measure(list, s)
	if err != nil {
		return table{}, err
	}
	for i := range contending {
		one, all := results[2*i], results[2*i+1]
		mid, low, high := one.ratio(all)
		t.rows = append(t.rows, []string{one.name, "", fmt.Sprintf("%.2f", mid), fmt.Sprintf("%.2f–%.2f", low, high)})
	}
	raw, _, _ := results[0].ratio(results[1])
	ours, _, _ := results[2].ratio(results[3])
	t.budget = verdict("at least 0.9 times the factor of RAW", ours >= 0.9*raw)
	return t, nil
}
