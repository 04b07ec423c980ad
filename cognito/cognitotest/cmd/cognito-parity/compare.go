package main

import (
	"cmp"
	"slices"
)

// A difference is one fact on which the two sides do not agree.
type difference struct {
	Kind     string `json:"kind"`         // as in [fact]
	At       string `json:"at,omitempty"` // which field, header or claim
	Pool     string `json:"pool"`         // "" means that it is absent
	Emulator string `json:"emulator"`
}

// order is how a report lists the kinds.
var order = []string{"status", "error code", "message", "field", "claim", "header"}

// compare lists the facts that differ, the most telling kinds first.
func compare(pool, emulator shape) []difference {
	onlyOneRefuses := (pool[fact{Kind: "error code"}] == "") != (emulator[fact{Kind: "error code"}] == "")
	var all []difference
	for f, want := range pool {
		if got := emulator[f]; got != want {
			all = append(all, difference{Kind: f.Kind, At: f.At, Pool: want, Emulator: got})
		}
	}
	for f, got := range emulator {
		if _, ok := pool[f]; !ok {
			all = append(all, difference{Kind: f.Kind, At: f.At, Emulator: got})
		}
	}
	if onlyOneRefuses { // all else differs too, and says nothing more
		all = slices.DeleteFunc(all, func(d difference) bool { return slices.Index(order, d.Kind) > 2 })
	}
	slices.SortFunc(all, func(a, b difference) int {
		return cmp.Or(slices.Index(order, a.Kind)-slices.Index(order, b.Kind), cmp.Compare(a.At, b.At))
	})
	return all
}
