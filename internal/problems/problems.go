// Package problems collects what is wrong with a configuration, for the
// constructors of all packages: each reports every problem at once.
package problems

import (
	"errors"
	"fmt"
	"slices"
)

// A List is the problems that were found so far.
type List struct {
	at  func(field string, err error) error
	all []error
}

// New returns an empty List whose errors at makes: the method At of a
// cognito.ConfigError, which names the package.
func New(at func(field string, err error) error) *List { return &List{at: at} }

// Add adds a problem of a field.
func (l *List) Add(field, format string, args ...any) { l.Check(field, fmt.Errorf(format, args...)) }

// Check adds what is wrong with a field, unless err is nil.
func (l *List) Check(field string, err error) {
	if err != nil {
		l.keep(l.at(field, err))
	}
}

// Join adds what another constructor or Validate has returned.
func (l *List) Join(err error) {
	for _, e := range Split(err) {
		l.keep(e)
	}
}

// keep adds a problem, unless it is there: several packages check some of the
// same fields, and each problem counts once.
func (l *List) keep(err error) {
	known := func(other error) bool { return other.Error() == err.Error() }
	if !slices.ContainsFunc(l.all, known) {
		l.all = append(l.all, err)
	}
}

// Split returns the errors that err joins, or only err. A nil error gives no
// errors.
func Split(err error) (all []error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			all = append(all, Split(e)...)
		}
		return all
	}
	if err != nil {
		all = append(all, err)
	}
	return all
}

// Err returns all problems as one error, or nil.
func (l *List) Err() error { return errors.Join(l.all...) }
