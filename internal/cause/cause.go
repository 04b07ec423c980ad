// Package cause knows why a call to Cognito, or a sign-in, fails, and what a
// developer can do about it. Errors, logs and checks take their advice from its
// table.
package cause

import (
	"slices"
	"strings"
)

// An ID names a cause. It stays the same between releases.
type ID string

// A Cause is one reason for a failure.
type Cause struct {
	ID ID

	// Advice says what is wrong and what to change, in Cognito's words.
	Advice string

	match match
}

// A match says which refusals a cause stands for. They come from the steps in
// ops, or from any, and have one of the codes or one of the texts.
type match struct {
	ops   []string
	codes []string
	texts []string // parts of the description, in lower case
}

// A Refusal is what is known about a call that failed.
type Refusal struct {
	Op          string // the step, such as "callback" or "exchange"
	Code        string // the error code, or the check of a token
	Description string // Cognito's error_description
}

// Find returns the cause of a refusal: the first row of the table that matches.
func Find(r Refusal) (Cause, bool) {
	text := strings.ToLower(r.Description)
	return first(func(c *Cause) bool { return c.match.fits(r, text) })
}

func (m match) fits(r Refusal, text string) bool {
	if m.ops != nil && !slices.Contains(m.ops, r.Op) {
		return false
	}
	contained := func(part string) bool { return strings.Contains(text, part) }
	return slices.Contains(m.codes, r.Code) || slices.ContainsFunc(m.texts, contained)
}

// Get returns the cause with an ID.
func Get(id ID) (Cause, bool) {
	return first(func(c *Cause) bool { return c.ID == id })
}

func first(fits func(*Cause) bool) (Cause, bool) {
	for _, part := range [][]Cause{tokenTable, table} {
		for i := range part {
			if fits(&part[i]) {
				return part[i], true
			}
		}
	}
	return Cause{}, false
}

// All returns the whole table: what [Find] reads, in its order, and then the
// causes of set-ups.
func All() []Cause { return slices.Concat(tokenTable, table, setupTable) }

// Advice is the advice of the cause with an ID, or "" for an unknown ID.
func Advice(id ID) string {
	c, _ := Get(id)
	return c.Advice
}
