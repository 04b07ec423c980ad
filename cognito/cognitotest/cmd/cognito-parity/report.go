package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// A report is what a run found.
type report struct {
	Pool      string   `json:"pool"`
	Same      int      `json:"same"`
	Different int      `json:"different"`
	NotRun    int      `json:"notRun"`
	Notes     []string `json:"notes,omitempty"` // how the two sides were not set up alike
	Results   []result `json:"results"`
}

func (r *report) count() {
	r.Same, r.Different, r.NotRun = 0, 0, 0
	for _, res := range r.Results {
		switch res.Outcome {
		case same:
			r.Same++
		case different:
			r.Different++
		default:
			r.NotRun++
		}
	}
}

func (r *report) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

// writeText prints each difference, why requests were not run, and the sums.
func (r *report) writeText(w io.Writer) error {
	var b strings.Builder
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	often := r.often()
	for _, d := range sortedDifferences(often) {
		fmt.Fprintf(&b, "\non %d requests\n", often[d])
		d.write(&b)
	}
	reasons := make(map[string][]string)
	for _, res := range r.Results {
		switch res.Outcome {
		case different:
			own := slices.DeleteFunc(slices.Clone(res.Differences), func(d difference) bool { return often[d] > 0 })
			if len(own) > 0 {
				fmt.Fprintf(&b, "\n%s  %s\n", res.ID, res.Op)
			}
			for _, d := range own {
				d.write(&b)
			}
		case notRun:
			reasons[res.Why] = append(reasons[res.Why], res.ID)
		}
	}
	if len(reasons) > 0 {
		fmt.Fprintf(&b, "\nnot run:\n")
	}
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		fmt.Fprintf(&b, "  %s\n    %s\n", why, strings.Join(reasons[why], " "))
	}
	fmt.Fprintf(&b, "\n%d requests: %d same, %d different, %d not run\n", len(r.Results), r.Same, r.Different, r.NotRun)
	_, err := io.WriteString(w, b.String())
	return err
}

func (d difference) write(w io.Writer) {
	fmt.Fprintf(w, "  %s\n    pool      %s\n    emulator  %s\n", strings.TrimSpace(d.Kind+" "+d.At), shown(d.Pool), shown(d.Emulator))
}

// manyTimes is how often a difference of a header is printed by its requests.
// One that is there more often is printed once, with its count.
const manyTimes = 10

// often counts the differences of headers that are there more than manyTimes.
func (r *report) often() map[difference]int {
	counts := make(map[difference]int)
	for _, res := range r.Results {
		for _, d := range res.Differences {
			if d.Kind == "header" {
				counts[d]++
			}
		}
	}
	maps.DeleteFunc(counts, func(_ difference, n int) bool { return n <= manyTimes })
	return counts
}

func sortedDifferences(m map[difference]int) []difference {
	return slices.SortedFunc(maps.Keys(m), func(a, b difference) int {
		return cmp.Or(m[b]-m[a], cmp.Compare(a.At+a.Pool+a.Emulator, b.At+b.Pool+b.Emulator))
	})
}

// shown is a value in a report. What a server sends cannot move the cursor.
func shown(value string) string {
	if value == "" {
		return "(absent)"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, value)
}
