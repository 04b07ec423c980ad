package cognito

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Policy is a condition that a user must satisfy. It is one of the
// conditions of this package, such as [AnyGroup] or [AllScopes], or several of
// them combined by [And], [Or] and [Not]. It means the same for sessions and
// for tokens. The zero Policy, and a policy without conditions, does not mean
// "everybody": it is a mistake, see [Policy.Err].
//
// The parts of And and Or are checked from left to right, and only until the
// result is known. So put conditions that ask a server last.
type Policy struct {
	text string
	err  error

	// A condition has a check or a question, and may have the other fields of
	// this group.
	check    func(id *Identity, now time.Time) bool
	ask      *question
	plain    bool          // the text is within a longer one without parentheses
	scopes   []string      // scopes that the access token needs
	anyScope bool          // one of them is enough
	maxAge   time.Duration // how old the sign-in may be
	resource string        // the resource that the access token must be for

	// And, Or and Not have an operator and parts.
	op    string
	parts []Policy
}

// A question is what [Satisfies] asks. Its address identifies it, so that it
// is asked once for each decision.
type question struct {
	ok func(context.Context, *Identity) (bool, error)
}

// And is satisfied by a user who satisfies every one of the policies.
func And(policies ...Policy) Policy { return join("and", policies) }

// Or is satisfied by a user who satisfies at least one of the policies.
func Or(policies ...Policy) Policy { return join("or", policies) }

// Not is satisfied by a user who does not satisfy p. If p has an error or
// cannot be decided, the same is true of Not(p). A request without a user
// satisfies no policy, not even Not.
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

// Err returns an error if the policy is a mistake, such as a group policy
// without groups. It also looks at the policies that p is made of. If Err is
// not nil, Check refuses every user. Call Err once at the start of a program,
// to find a mistake before the first request.
func (p Policy) Err() error {
	if p.err == nil && p.check == nil && p.ask == nil && p.op == "" {
		return errEmptyPolicy
	}
	return p.err
}

var errEmptyPolicy = errors.New("cognito: the empty Policy: name a condition")

// A PolicyError says why a policy does not let a user pass.
type PolicyError struct {
	// Code says what the caller can do. [Forbidden]: nothing.
	// [InsufficientScope]: get a token with more scopes, and with a new sign-in
	// if there is a MaxAge. [StaleSignIn]: sign in again. [InvalidToken]: get a
	// token for this resource.
	// [CredentialsRequired]: sign in, there is no user. [PolicyUnchecked]: try
	// again; Err says why. [PolicyMistake]: the policy is wrong, and Err is
	// its Policy.Err.
	Code RefusalCode

	Policy    string        // the whole policy, as Policy.String returns it
	RefusedBy string        // the part that refuses; in an And, the first one
	Scopes    []string      // with InsufficientScope: scopes that would be enough
	MaxAge    time.Duration // if the sign-in is too old: the shortest time that a policy allows
	Err       error         // error of a function of Satisfies, or of the policy itself
}

func (e *PolicyError) Error() string {
	text := "cognito: policy (" + e.Policy + "): " + string(e.Code)
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", text, e.Err)
	}
	return text
}

// Unwrap returns e.Err.
func (e *PolicyError) Unwrap() error { return e.Err }

// Check returns nil if id satisfies p at the time now, and a [PolicyError]
// otherwise. It also returns a PolicyError for a nil identity, for a policy
// whose Err is not nil, and if a function of [Satisfies] fails. These
// functions get ctx.
func (p Policy) Check(ctx context.Context, id *Identity, now time.Time) error {
	if err := p.Err(); err != nil {
		return p.refuses(p, PolicyMistake, err)
	}
	if id == nil {
		return p.refuses(p, CredentialsRequired, nil)
	}
	d := &decision{ctx: ctx, id: id, now: now}
	switch holds, err := d.holds(&p, id); {
	case err != nil:
		return p.refuses(p, PolicyUnchecked, err)
	case holds:
		return nil
	}
	return d.refusal(&p)
}

func (p *Policy) refuses(part Policy, code RefusalCode, err error) *PolicyError {
	return &PolicyError{Code: code, Policy: p.text, RefusedBy: part.text, Err: err}
}

// A decision is one call of Check. It asks each question only once, about the
// real user, even while it tries out which changes would help.
type decision struct {
	ctx     context.Context
	id      *Identity
	now     time.Time
	answers map[*question]outcome
}

type outcome struct {
	ok  bool
	err error
}

// holds decides a policy that has no error, about id.
func (d *decision) holds(p *Policy, id *Identity) (bool, error) {
	switch {
	case p.ask != nil:
		return d.answer(p.ask)
	case p.op == "":
		return p.check(id, d.now), nil
	case p.op == "not":
		holds, err := d.holds(&p.parts[0], id)
		return !holds && err == nil, err
	}
	for i := range p.parts {
		holds, err := d.holds(&p.parts[i], id)
		if err != nil {
			return false, err
		}
		if holds == (p.op == "or") { // which decides
			return holds, nil
		}
	}
	return p.op == "and", nil
}

func (d *decision) answer(q *question) (bool, error) {
	a, known := d.answers[q]
	if !known {
		a.ok, a.err = q.ok(d.ctx, d.id)
		a.ok = a.ok && a.err == nil
		if d.answers == nil {
			d.answers = map[*question]outcome{}
		}
		d.answers[q] = a
	}
	return a.ok, a.err
}

// refusal says why p, which does not hold, refuses, and what would help. A
// function that fails on the way leaves the answer open.
func (d *decision) refusal(p *Policy) error {
	part, err := d.refusing(p)
	if err != nil {
		return p.refuses(*p, PolicyUnchecked, err)
	}
	e := p.refuses(*part, Forbidden, nil)
	if d.wrongResource(p) {
		e.Code = InvalidToken
		return e
	}
	if e.Scopes, err = d.neededScopes(p, d.id); err != nil {
		return p.refuses(*part, PolicyUnchecked, err)
	}
	if len(e.Scopes) > 0 {
		e.Code = InsufficientScope
		return e
	}
	again := *d.id
	again.AuthTime = d.now
	switch helps, err := d.holds(p, &again); {
	case err != nil:
		return p.refuses(*part, PolicyUnchecked, err)
	case helps:
		e.Code, e.MaxAge = StaleSignIn, p.maxSignInAge()
		return e
	}
	if e.Scopes, err = d.neededScopes(p, &again); err != nil {
		return p.refuses(*part, PolicyUnchecked, err)
	}
	if len(e.Scopes) > 0 { // both together help
		e.Code, e.MaxAge = InsufficientScope, p.maxSignInAge()
	}
	return e
}

// refusing is the part of p that refuses: within And the first that does,
// otherwise all of p.
func (d *decision) refusing(p *Policy) (*Policy, error) {
	if p.op != "and" {
		return p, nil
	}
	for i := range p.parts {
		holds, err := d.holds(&p.parts[i], d.id)
		if err != nil {
			return nil, err
		}
		if !holds {
			return d.refusing(&p.parts[i])
		}
	}
	return p, nil
}

// wrongResource reports whether p refuses because the token is for another
// resource, whatever else it asks for.
func (d *decision) wrongResource(p *Policy) bool {
	switch p.op {
	case "":
		return p.resource != "" && !p.check(d.id, d.now)
	case "and":
		return slices.ContainsFunc(p.parts, func(part Policy) bool { return d.wrongResource(&part) })
	case "or":
		return !slices.ContainsFunc(p.parts, func(part Policy) bool { return !d.wrongResource(&part) })
	}
	return false
}

// neededScopes returns the scopes that the user id lacks to satisfy p, if scopes
// are all that is missing. They are the scope attribute of RFC 6750 section 3.
// If several sets would be enough, it returns one without a needless scope.
func (d *decision) neededScopes(p *Policy, id *Identity) ([]string, error) {
	var names []string
	p.conditions(func(c *Policy) { names = append(names, c.scopes...) })
	slices.Sort(names)
	names = slices.Compact(names)
	would := func(scopes []string) (bool, error) {
		with := *id
		with.Scopes = scopes
		return d.holds(p, &with)
	}
	if len(names) == 0 {
		return nil, nil
	}
	if helps, err := would(names); !helps || err != nil {
		return nil, err
	}
	for removed := true; removed; { // under Not, leaving out one scope can make another needless
		removed = false
		for i := len(names) - 1; i >= 0; i-- {
			fewer := slices.Delete(slices.Clone(names), i, i+1)
			enough, err := would(fewer)
			if err != nil {
				return nil, err
			}
			if enough {
				names, removed = fewer, true
			}
		}
	}
	return names, nil
}

// namedScopes returns scopes that p asks every token for, as far as that can be
// said without a token. Of alternatives it takes the first that names any
// scope.
func (p *Policy) namedScopes() []string {
	var names []string
	switch p.op {
	case "":
		names = p.scopes
		if p.anyScope {
			names = names[:1]
		}
	case "and":
		for i := range p.parts {
			names = append(names, p.parts[i].namedScopes()...)
		}
	case "or":
		for i := 0; i < len(p.parts) && len(names) == 0; i++ {
			names = p.parts[i].namedScopes()
		}
	}
	names = slices.Sorted(slices.Values(names))
	return slices.Compact(names)
}

// maxSignInAge is the shortest age of a sign-in that p asks for, or 0.
func (p *Policy) maxSignInAge() time.Duration {
	var shortest time.Duration
	p.conditions(func(c *Policy) {
		if c.maxAge > 0 && (shortest == 0 || c.maxAge < shortest) {
			shortest = c.maxAge
		}
	})
	return shortest
}

// conditions calls visit for each condition in p.
func (p *Policy) conditions(visit func(*Policy)) {
	if p.op == "" {
		visit(p)
	}
	for i := range p.parts {
		p.parts[i].conditions(visit)
	}
}

// String returns a description of p, for logs.
func (p Policy) String() string { return p.text }
