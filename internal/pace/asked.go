package pace

import (
	"errors"
	"time"
)

// maxAsked is the longest pause that a server gets when it asks for time.
// Tokens that are due are still good for as long.
const maxAsked = 5 * time.Minute

// AskedFor is how long the error of a call asks for a pause. It is zero for an
// error that has no method RetryAfter, and five minutes at most.
func AskedFor(err error) time.Duration {
	asked, ok := errors.AsType[interface {
		error
		RetryAfter() time.Duration
	}](err)
	if !ok {
		return 0
	}
	return min(maxAsked, max(0, asked.RetryAfter()))
}
