// Package problemstest checks that the configuration errors of constructors are
// as the module promises.
package problemstest

import (
	"errors"
	"slices"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

// Check fails the test unless err is one or more [cognito.ConfigError] values,
// joined, each with a field and a cause. They are of the package that made
// them: pkg, or package cognito, whose Config the others have as a field.
// Fields are those that must be among them.
func Check(t testing.TB, constructor, pkg string, err error, fields ...string) {
	t.Helper()
	var got []string
	for _, e := range leaves(err) {
		problem, ok := errors.AsType[*cognito.ConfigError](e)
		if !ok || problem.Field == "" || problem.Err == nil || problem.Package != "" && problem.Package != pkg {
			t.Errorf("%s reports %q, want a ConfigError of %q with a field", constructor, e, pkg)
			continue
		}
		got = append(got, problem.Field)
		if ours := pkg == "" || problem.Package == pkg; slices.Contains(fields, problem.Field) && !ours {
			t.Errorf("%s reports %q, want it of the package %q", constructor, e, pkg)
		}
	}
	for _, field := range fields {
		if !slices.Contains(got, field) {
			t.Errorf("%s reports %q, want %s among them", constructor, got, field)
		}
	}
	if len(got) == 0 {
		t.Errorf("%s accepts what it should not", constructor)
	}
}

// leaves are the errors that err joins.
func leaves(err error) []error {
	if err == nil {
		return nil
	}
	var all []error
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			all = append(all, leaves(part)...)
		}
		return all
	case *cognito.ConfigError:
		return []error{err}
	}
	if inner := errors.Unwrap(err); inner != nil {
		return leaves(inner)
	}
	return []error{err}
}
