package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestRun runs what the program runs, briefly, and looks for every contender
// in what it prints.
func TestRun(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out, []string{"verify", "session"}, settings{rounds: 3, batch: 100 * time.Microsecond}); err != nil {
		t.Fatal(err)
	}
	for _, v := range verifiers {
		if !strings.Contains(out.String(), "\n| "+v.name+" |") {
			t.Errorf("run printed no row for %s", v.name)
		}
	}
	for _, title := range []string{"Refuse a token", "Verifications with all cores"} {
		if !strings.Contains(out.String(), "\n### "+title) {
			t.Errorf("run printed no table %q", title)
		}
	}
	for _, p := range pages[1:] { // the first is in the note
		if !strings.Contains(out.String(), "\n| "+p.name+" |") {
			t.Errorf("run printed no row for %s", p.name)
		}
	}
}

func TestRatio(t *testing.T) {
	base := result{nanos: []float64{10, 20, 10}}
	r := result{nanos: []float64{15, 20, 40}}
	if mid, low, high := r.ratio(base); mid != 1.5 || low != 1.25 || high != 2.75 {
		t.Errorf("ratio = %v, %v, %v, want 1.5, 1.25, 2.75", mid, low, high)
	}
	if mid, low, high := r.above(base); mid != 5 || low != 2.5 || high != 17.5 {
		t.Errorf("above = %v, %v, %v, want 5, 2.5, 17.5", mid, low, high)
	}
	for q, want := range map[float64]float64{0: 1, 0.5: 2.5, 1: 4} {
		if got := quantile([]float64{4, 1, 3, 2}, q); got != want {
			t.Errorf("quantile(1 2 3 4, %v) = %v, want %v", q, got, want)
		}
	}
	if got := quantile([]float64{7}, 0.5); got != 7 {
		t.Errorf("quantile(7, 0.5) = %v, want 7", got)
	}
}

// TestMeasureInterleaves holds that in the rounds every contender has its
// turn before any has its next.
func TestMeasureInterleaves(t *testing.T) {
	synctest.Test(t, measureInterleaves)
}

func measureInterleaves(t *testing.T) {
	var turns []int
	var list []contender
	for i := range 3 {
		list = append(list, contender{name: "c", work: func() error {
			turns = append(turns, i)
			time.Sleep(time.Millisecond) // a batch: one operation fills it
			return nil
		}})
	}
	results, err := measure(list, settings{rounds: 3, batch: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	got := turns[len(turns)-9:]
	want := []int{0, 1, 2, 1, 2, 0, 2, 0, 1}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("turns = %v, want %v", got, want)
		}
	}
	for i, r := range results {
		if len(r.nanos) != 3 {
			t.Errorf("contender %d has %d rounds, want 3", i, len(r.nanos))
		}
	}
}
