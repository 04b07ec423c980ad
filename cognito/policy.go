package cognito

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Policy is a condition on who may pass. The zero Policy, and one made
// without conditions, is not "everybody" but an error: see [Policy.Err].
type Policy struct {
	text  string
	check func(id *Identity, now time.Time) bool
	fresh bool // a new sign-in would satisfy it
	err   error
}

// AnyGroup is satisfied by a user in at least one of the groups.
func AnyGroup(names ...string) Policy {
	names = slices.Clone(names)
	return groupPolicy("any group of", names, func(id *Identity, _ time.Time) bool {
		for _, name := range names {
			if id.HasGroup(name) {
				return true
			}
		}
		return false
	})
}

// AllGroups is satisfied by a user in every one of the groups.
func AllGroups(names ...string) Policy {
	names = slices.Clone(names)
	return groupPolicy("all groups of", names, func(id *Identity, _ time.Time) bool {
		for _, name := range names {
			if !id.HasGroup(name) {
				return false
			}
		}
		return true
	})
}

func groupPolicy(what string, names []string, check func(*Identity, time.Time) bool) Policy {
	p := Policy{text: what + " " + strings.Join(names, ", "), check: check}
	if len(names) == 0 {
		p.err = errors.New("cognito: a group policy needs at least one group")
	}
	for _, name := range names {
		if name == "" {
			p.err = errors.New("cognito: a group policy names an empty group")
		}
	}
	return p
}

// SignedInWithin is satisfied by a user whose last sign-in (auth_time, which
// a refresh does not renew) is no older than d. A user without auth_time does
// not satisfy it.
func SignedInWithin(d time.Duration) Policy {
	p := Policy{
		text:  fmt.Sprintf("signed in within %v", d),
		fresh: true,
		check: func(id *Identity, now time.Time) bool {
			return !id.AuthTime.IsZero() && now.Sub(id.AuthTime) <= d
		},
	}
	if d <= 0 {
		p.err = errors.New("cognito: SignedInWithin needs a positive duration")
	}
	return p
}

// Satisfies is satisfied by a user for whom ok returns true. The text says
// what is asked for, in the log when it refuses.
func Satisfies(text string, ok func(*Identity) bool) Policy {
	p := Policy{text: text}
	if ok == nil {
		p.err = errors.New("cognito: Satisfies needs a function")
		return p
	}
	p.check = func(id *Identity, _ time.Time) bool { return ok(id) }
	return p
}

// Err reports a policy that cannot mean what its author meant, such as a
// group policy without groups. Whoever enforces a policy asks it first, and
// lets nobody pass if it is not nil.
func (p Policy) Err() error {
	if p.err == nil && p.check == nil {
		return errors.New("cognito: the empty Policy: name a condition")
	}
	return p.err
}

// Allows reports whether id satisfies p at the time now. A nil identity and a
// policy whose Err is not nil never pass.
func (p Policy) Allows(id *Identity, now time.Time) bool {
	return id != nil && p.Err() == nil && p.check(id, now)
}

// NeedsFreshSignIn reports whether a user who does not satisfy p would by
// signing in again.
func (p Policy) NeedsFreshSignIn() bool { return p.fresh }

// String says what p asks for, for logs.
func (p Policy) String() string { return p.text }
