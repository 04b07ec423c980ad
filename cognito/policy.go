package cognito

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// A Policy is a condition on who may pass: one of the conditions of this
// package, such as [AnyGroup] or [AllScopes], or several joined by [And], [Or]
// and [Not]. It means the same whichever way the user came. The zero Policy,
// and one made without conditions, is not "everybody" but an error: see
// [Policy.Err].
type Policy struct {
	text string
	err  error

	// A condition has a check; of the rest, what it has.
	check  func(id *Identity, now time.Time) bool
	plain  bool          // the text stands within a longer one without parentheses
	scopes []string      // what the condition asks of the access token
	maxAge time.Duration // how old the sign-in may be

	// And, Or and Not have an operator and parts.
	op    string
	parts []Policy
}

// And is satisfied by a user who satisfies every one of the policies.
func And(policies ...Policy) Policy { return join("and", policies) }

// Or is satisfied by a user who satisfies at least one of the policies.
func Or(policies ...Policy) Policy { return join("or", policies) }

// Not is satisfied by a user who does not satisfy p. A p whose Err is not nil
// makes an error, not "everybody"; nobody who is not signed in ever passes.
func Not(p Policy) Policy {
	return Policy{op: "not", parts: []Policy{p}, text: "not (" + p.text + ")", err: p.Err()}
}

// join makes one policy of several.
func join(op string, policies []Policy) Policy {
	switch len(policies) {
	case 0:
		return Policy{err: errors.New("cognito: And and Or need at least one policy")}
	case 1:
		return policies[0]
	}
	p := Policy{op: op, parts: slices.Clone(policies)}
	errs := make([]error, len(policies))
	texts := make([]string, len(policies))
	for i := range p.parts {
		part := &p.parts[i]
		errs[i], texts[i] = part.Err(), part.within(op)
	}
	p.err, p.text = errors.Join(errs...), strings.Join(texts, " "+op+" ")
	return p
}

// within is p's text as an operand of op.
func (p *Policy) within(op string) string {
	if p.plain || p.op == op || p.op == "not" {
		return p.text
	}
	return "(" + p.text + ")"
}

// Err reports a policy that cannot mean what its author meant, such as a
// group policy without groups, or one that has such a policy anywhere within.
// Whoever enforces a policy asks it first, and lets nobody pass if it is not
// nil.
func (p Policy) Err() error {
	if p.err == nil && p.check == nil && p.op == "" {
		return errors.New("cognito: the empty Policy: name a condition")
	}
	return p.err
}

// Allows reports whether id satisfies p at the time now. A nil identity and a
// policy whose Err is not nil never pass.
func (p Policy) Allows(id *Identity, now time.Time) bool {
	return id != nil && p.Err() == nil && p.holds(id, now)
}

// holds decides a policy that has no error.
func (p *Policy) holds(id *Identity, now time.Time) bool {
	if p.op == "" {
		return p.check(id, now)
	}
	for i := range p.parts {
		holds := p.parts[i].holds(id, now)
		switch {
		case p.op == "not":
			return !holds
		case holds == (p.op == "or"): // which decides
			return holds
		}
	}
	return p.op == "and"
}

// RefusedBy returns the part of p that refuses id, for logs: within And the
// first that does, otherwise all of p. It is the zero Policy where p allows
// id.
func (p Policy) RefusedBy(id *Identity, now time.Time) Policy {
	if p.Allows(id, now) {
		return Policy{}
	}
	if p.Err() != nil || id == nil || p.op != "and" {
		return p
	}
	for i := range p.parts {
		if part := &p.parts[i]; !part.holds(id, now) {
			return part.RefusedBy(id, now)
		}
	}
	return p
}

// NeedsFreshSignIn reports whether id, who does not satisfy p, would by
// signing in again, and by that alone.
func (p Policy) NeedsFreshSignIn(id *Identity, now time.Time) bool {
	if id == nil || p.Allows(id, now) {
		return false
	}
	again := *id
	again.AuthTime = now
	return p.Allows(&again, now)
}

// neededScopes returns the scopes with which id would satisfy p, which it
// does not, if scopes alone can help: the scope attribute of RFC 6750 section
// 3. Where several sets would do, it is one that has no scope too many.
func (p Policy) neededScopes(id *Identity, now time.Time) []string {
	var names []string
	p.conditions(func(c Policy) { names = append(names, c.scopes...) })
	slices.Sort(names)
	names = slices.Compact(names)
	would := func(scopes []string) bool {
		with := *id
		with.Scopes = scopes
		return p.Allows(&with, now)
	}
	if len(names) == 0 || !would(names) {
		return nil
	}
	for i := len(names) - 1; i >= 0; i-- {
		if fewer := slices.Delete(slices.Clone(names), i, i+1); would(fewer) {
			names = fewer
		}
	}
	return names
}

// maxSignInAge is the shortest age of a sign-in that p asks for, or 0.
func (p Policy) maxSignInAge() time.Duration {
	var shortest time.Duration
	p.conditions(func(c Policy) {
		if c.maxAge > 0 && (shortest == 0 || c.maxAge < shortest) {
			shortest = c.maxAge
		}
	})
	return shortest
}

// conditions calls visit for each condition in p.
func (p Policy) conditions(visit func(Policy)) {
	if p.op == "" {
		visit(p)
	}
	for _, part := range p.parts {
		part.conditions(visit)
	}
}

// String says what p asks for, for logs.
func (p Policy) String() string { return p.text }
