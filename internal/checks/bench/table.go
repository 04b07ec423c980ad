package main

import (
	"fmt"
	"io"
	"strings"
)

// A table is one budget of the design, or part of one.
type table struct {
	title  string
	note   string // what was measured, in a sentence or two
	head   []string
	rows   [][]string
	budget string // what the design asks for, and whether it was met
}

// write prints the table as Markdown. The first two columns are text, the
// others numbers.
func (t table) write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n%s\n\n", t.title, t.note)
	line(&b, t.head)
	b.WriteString("|---|---" + strings.Repeat("|---:", len(t.head)-2) + "|\n")
	for _, r := range t.rows {
		line(&b, r)
	}
	fmt.Fprintf(&b, "\n%s\n\n", t.budget)
	_, err := io.WriteString(w, b.String())
	return err
}

func line(b *strings.Builder, cells []string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// verdict says whether a budget was met.
func verdict(budget string, met bool) string {
	if met {
		return "Budget: " + budget + ": met."
	}
	return "Budget: " + budget + ": **missed**."
}
