package cause

import "slices"

// Signs are what a log line or an error has where this is the cause. They are
// error codes, names of checks, and parts of Cognito's description.
func (c Cause) Signs() (codes, texts []string) {
	return slices.Clone(c.match.codes), slices.Clone(c.match.texts)
}

// Steps are the steps that can have this cause. It is empty if every step can.
func (c Cause) Steps() []string { return slices.Clone(c.match.ops) }
