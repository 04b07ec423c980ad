package main

import (
	"fmt"
	"slices"
	"strings"
)

// A place says where in a set-up something is: a path such as
// pools[0].clients[1].id.
type place = string

// A mistake is one thing wrong with a set-up, in the words that its author
// knows the place by.
type mistake struct {
	Where string // a file, line and field, or a flag
	Err   error  // what is wrong and what to write
}

func (m *mistake) Error() string { return m.Where + ": " + m.Err.Error() }
func (m *mistake) Unwrap() error { return m.Err }

// A document is a JSON file with the line of every value in it.
type document struct {
	name  string
	ends  []int // offsets of the ends of lines
	lines map[place]int
	errs  []error
}

func lineEnds(text []byte) (ends []int) {
	for i, c := range text {
		if c == '\n' {
			ends = append(ends, i)
		}
	}
	return ends
}

// lineAt is the line of an offset in the text.
func (d *document) lineAt(offset int) int {
	before, _ := slices.BinarySearch(d.ends, offset)
	return 1 + before
}

// where is how a mistake names a place: file, line and field. One that is not
// there has the line of what it is missing in.
func (d *document) where(p place) string {
	within := p
	for d.lines[within] == 0 && within != "" {
		within = within[:max(strings.LastIndexAny(within, ".["), 0)]
	}
	at := fmt.Sprintf("%s:%d", d.name, max(d.lines[within], 1))
	if p == "" {
		return at
	}
	return at + ": " + p
}

func (d *document) report(p place, err error) {
	d.errs = append(d.errs, &mistake{d.where(p), err})
}
