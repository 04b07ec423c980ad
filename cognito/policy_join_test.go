package cognito_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

func TestConditions(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	user := &cognito.Identity{Subject: "a334", Username: "jane", ClientID: "web", Scopes: []string{"openid", "orders/read"}}
	machine := &cognito.Identity{Subject: "batch", ClientID: "batch", Scopes: []string{"orders/read", "orders/write"}}
	neither := &cognito.Identity{Subject: "a334", ClientID: "web"}
	named := &cognito.Identity{Subject: "web", Username: "web", ClientID: "web"}
	tests := []struct {
		policy                        cognito.Policy
		user, machine, neither, named bool
		text                          string
	}{
		{cognito.AnyScope("orders/read"), true, true, false, false, "any scope of orders/read"},
		{cognito.AnyScope("orders/write", "openid"), true, true, false, false, "any scope of orders/write, openid"},
		{cognito.AllScopes("orders/read", "orders/write"), false, true, false, false, "all scopes of orders/read, orders/write"},
		{cognito.AllScopes("Orders/read"), false, false, false, false, "all scopes of Orders/read"},
		{cognito.FromClient("web"), true, false, true, true, "any client of web"},
		{cognito.FromClient("ios", "batch"), false, true, false, false, "any client of ios, batch"},
		{cognito.UserOnly(), true, false, true, true, "a user"},
		{cognito.MachineOnly(), false, true, false, false, "a machine"},
	}
	for _, tt := range tests {
		for _, c := range []struct {
			who  string
			id   *cognito.Identity
			want bool
		}{{"user", user, tt.user}, {"machine", machine, tt.machine}, {"neither", neither, tt.neither}, {"named as its client", named, tt.named}, {"nil", nil, false}} {
			if got := allows(tt.policy, c.id, now); got != c.want {
				t.Errorf("%v: Allows(%s) = %v, want %v", tt.policy, c.who, got, c.want)
			}
		}
		if got := tt.policy.String(); got != tt.text {
			t.Errorf("String() = %q, want %q", got, tt.text)
		}
	}
}

func TestPolicyText(t *testing.T) {
	g := func(name string) cognito.Policy { return cognito.AnyGroup(name) }
	two := cognito.AnyGroup("a", "b")
	odd := cognito.Satisfies("x or y", func(context.Context, *cognito.Identity) (bool, error) { return true, nil })
	tests := []struct {
		policy cognito.Policy
		want   string
	}{
		{cognito.And(g("a")), "any group of a"},
		{cognito.Or(cognito.And(g("a"), g("b"))), "any group of a and any group of b"},
		{cognito.And(two, g("c")), "(any group of a, b) and any group of c"},
		{cognito.And(g("c"), odd), "any group of c and (x or y)"},
		{cognito.And(g("a"), cognito.Or(g("b"), g("c"))), "any group of a and (any group of b or any group of c)"},
		{cognito.Or(g("a"), cognito.And(g("b"), g("c"))), "any group of a or (any group of b and any group of c)"},
		{cognito.And(cognito.And(cognito.Or(g("a"), g("b"))), g("c")), "(any group of a or any group of b) and any group of c"},
		{cognito.And(cognito.And(g("a"), g("b")), g("c")), "any group of a and any group of b and any group of c"},
		{cognito.And(cognito.Not(cognito.Or(g("a"), g("b"))), g("c")), "not (any group of a or any group of b) and any group of c"},
	}
	for _, tt := range tests {
		if got := tt.policy.String(); got != tt.want {
			t.Errorf("String() = %q, want %q", got, tt.want)
		}
	}
}

func TestPolicyKeepsItsParts(t *testing.T) {
	parts := []cognito.Policy{cognito.AnyGroup("admins"), cognito.AnyGroup("staff")}
	all, one := cognito.And(parts...), cognito.Or(parts...)
	parts[0], parts[1] = cognito.AnyGroup("guests"), cognito.AnyGroup("guests")
	guest := &cognito.Identity{Groups: []string{"guests"}}
	if allows(all, guest, time.Now()) || allows(one, guest, time.Now()) {
		t.Error("the policy changes with the caller's slice")
	}
}

// TestFreshSignInHelps: a new sign-in is proposed to whom it helps, alone.
func TestFreshSignInHelps(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	fresh, admins := cognito.SignedInWithin(time.Minute), cognito.AnyGroup("admins")
	user := &cognito.Identity{Subject: "u", AuthTime: now.Add(-time.Hour)}
	admin := &cognito.Identity{Subject: "a", AuthTime: now.Add(-time.Hour), Groups: []string{"admins"}}
	justIn := &cognito.Identity{Subject: "j", AuthTime: now, Groups: []string{"admins"}}
	tests := []struct {
		policy      cognito.Policy
		user, admin bool
	}{
		{fresh, true, true},
		{cognito.And(fresh, admins), false, true},
		{cognito.And(admins, fresh), false, true},
		{cognito.Or(fresh, admins), true, false},
		{cognito.Not(fresh), false, false},
		{cognito.Not(cognito.Not(fresh)), true, true},
		{cognito.And(cognito.Not(admins), fresh), true, false},
		{admins, false, false},
		{cognito.And(fresh, cognito.AnyGroup()), false, false},
		{cognito.Satisfies("fresh by its own measure", func(_ context.Context, id *cognito.Identity) (bool, error) { return !id.AuthTime.Before(now), nil }), false, false},
	}
	for _, tt := range tests {
		for _, c := range []struct {
			id   *cognito.Identity
			want bool
		}{{user, tt.user}, {admin, tt.admin}, {nil, false}} {
			if got := codeOf(tt.policy, c.id, now) == cognito.StaleSignIn; got != c.want {
				t.Errorf("%v: Check(%v) says that a new sign-in helps: %v, want %v", tt.policy, c.id, got, c.want)
			}
		}
		if codeOf(tt.policy, justIn, now) == cognito.StaleSignIn {
			t.Errorf("%v: Check says that a new sign-in helps right after one", tt.policy)
		}
	}
	if !admin.AuthTime.Equal(now.Add(-time.Hour)) {
		t.Error("Check changed the identity")
	}
}

func TestRefusedBy(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	a, b, c := cognito.AnyGroup("a"), cognito.AnyGroup("b"), cognito.AnyGroup("c")
	inA := &cognito.Identity{Groups: []string{"a"}}
	tests := []struct {
		policy cognito.Policy
		want   string
	}{
		{a, ""},
		{b, "any group of b"},
		{cognito.And(a, b, c), "any group of b"},
		{cognito.And(a, cognito.And(a, cognito.Or(b, c))), "any group of b or any group of c"},
		{cognito.And(a, cognito.Not(a)), "not (any group of a)"},
		{cognito.Or(b, cognito.And(a, c)), "any group of b or (any group of a and any group of c)"},
	}
	for _, tt := range tests {
		if got := refusedBy(tt.policy, inA, now); got != tt.want {
			t.Errorf("%v: RefusedBy = %q, want %q", tt.policy, got, tt.want)
		}
		if got, want := refusedBy(tt.policy, nil, now), tt.policy.String(); got != want {
			t.Errorf("%v: RefusedBy(nil) = %q, want all of it", want, got)
		}
	}
}

// A program is a policy in postfix notation: the fuzzer's bytes.
type program []byte

// A verdict is what a plain evaluation says of a policy: it holds, it has an
// error of its own, or a function fails.
type verdict struct{ holds, bad, fails bool }

const oneResource = "https://api.example.com"

// policy builds the policy and what a plain evaluation of the same program
// says, from left to right and no further than needed.
func (p program) policy(id *cognito.Identity, now time.Time) (cognito.Policy, verdict) {
	type item struct {
		policy cognito.Policy
		verdict
	}
	var stack []item
	pop := func() (top item) {
		if len(stack) == 0 {
			return item{policy: cognito.Policy{}, verdict: verdict{bad: true}}
		}
		top, stack = stack[len(stack)-1], stack[:len(stack)-1]
		return top
	}
	holds := func(ok bool) verdict { return verdict{holds: ok} }
	for _, c := range p[:min(len(p), 64)] {
		name := string('a' + rune(c>>4)%4)
		switch c % 16 {
		case 0:
			stack = append(stack, item{cognito.AnyGroup(name), holds(slices.Contains(id.Groups, name))})
		case 1:
			stack = append(stack, item{cognito.AllScopes(name), holds(slices.Contains(id.Scopes, name))})
		case 2:
			d := time.Duration(c>>4+1) * time.Minute
			stack = append(stack, item{cognito.SignedInWithin(d), holds(now.Sub(id.AuthTime) <= d)})
		case 3:
			x := pop()
			stack = append(stack, item{cognito.Not(x.policy), verdict{!x.holds && !x.fails, x.bad, x.fails}})
		case 4:
			y, x := pop(), pop()
			v := verdict{bad: x.bad || y.bad, fails: x.fails || x.holds && y.fails, holds: x.holds && y.holds}
			stack = append(stack, item{cognito.And(x.policy, y.policy), v})
		case 5:
			y, x := pop(), pop()
			v := verdict{bad: x.bad || y.bad, fails: x.fails || !x.holds && y.fails, holds: x.holds || !x.fails && y.holds}
			stack = append(stack, item{cognito.Or(x.policy, y.policy), v})
		case 6:
			x := pop()
			stack = append(stack, item{cognito.And(x.policy), x.verdict})
		case 7:
			stack = append(stack, item{cognito.Or(), verdict{bad: true}})
		case 8:
			stack = append(stack, item{cognito.ForResource(oneResource), holds(slices.Equal(id.Audience, []string{oneResource}))})
		case 9:
			stack = append(stack, item{cognito.UserOnly(), holds(!id.Machine())})
		case 10:
			stack = append(stack, item{cognito.MachineOnly(), holds(id.Machine())})
		case 11:
			stack = append(stack, item{cognito.AnyScope(name, "z"), holds(slices.Contains(id.Scopes, name))})
		case 12, 13:
			ok := c>>4%2 == 1
			stack = append(stack, item{cognito.Satisfies("asked", func(context.Context, *cognito.Identity) (bool, error) { return ok, nil }), holds(ok)})
		default:
			ok := c>>4%2 == 1
			stack = append(stack, item{cognito.Satisfies("fails", func(context.Context, *cognito.Identity) (bool, error) { return ok, errors.New("down") }), verdict{fails: true}})
		}
	}
	top := pop()
	return top.policy, top.verdict
}

// FuzzT9_PolicyAlgebra holds And, Or and Not to a plain evaluation. A policy
// with an error anywhere within lets nobody pass. Nobody passes where a
// function fails. All others are what their operators say.
func FuzzT9_PolicyAlgebra(f *testing.F) {
	f.Add([]byte{0, 16, 4}, byte(1), byte(0), byte(5))
	f.Add([]byte{0, 3, 18, 5, 1, 4}, byte(2), byte(1), byte(1))
	f.Add([]byte{7, 3}, byte(0), byte(0), byte(0))
	f.Add([]byte{0, 7, 5, 3}, byte(0), byte(0), byte(0))
	f.Add([]byte{8, 1, 4, 12, 5}, byte(0), byte(3), byte(0))
	f.Add([]byte{2, 28, 4}, byte(0), byte(0), byte(90))
	f.Add([]byte{14, 9, 5, 3}, byte(0), byte(128), byte(0))
	f.Add([]byte{9, 10, 4, 30, 5}, byte(0), byte(64), byte(0))
	f.Fuzz(func(t *testing.T, p []byte, groups, scopes, age byte) {
		now := time.Unix(1_800_000_000, 0)
		id := &cognito.Identity{Subject: "s", Groups: letters(groups), Scopes: letters(scopes), AuthTime: now.Add(-time.Duration(age) * time.Minute)}
		if scopes>>6&1 == 1 {
			id.ClientID = "s"
		}
		if scopes>>7 == 1 {
			id.Audience = []string{oneResource}
		}
		policy, plain := program(p).policy(id, now)
		if got := policy.Err() != nil; got != plain.bad {
			t.Fatalf("%v: Err() = %v, want an error: %v", policy, policy.Err(), plain.bad)
		}
		err := policy.Check(t.Context(), id, now)
		if want := plain.holds && !plain.bad && !plain.fails; (err == nil) != want {
			t.Fatalf("%v: Check(%v) = %v, want it to pass: %v", policy, id, err, want)
		}
		checkRefusal(t, policy, plain, err, func(edit func(*cognito.Identity)) verdict {
			with := *id
			edit(&with)
			_, v := program(p).policy(&with, now)
			return v
		}, now)
		not := cognito.Not(policy)
		if allows(not, id, now) != (!plain.holds && !plain.bad && !plain.fails) || allows(not, nil, now) || allows(policy, nil, now) {
			t.Fatalf("%v: Not allows what it should not", policy)
		}
		if text := policy.String(); strings.Count(text, "(") != strings.Count(text, ")") {
			t.Fatalf("String() = %q: parentheses do not match", text)
		}
	})
}

// checkRefusal checks what a refusal says would help.
func checkRefusal(t *testing.T, policy cognito.Policy, plain verdict, err error, with func(func(*cognito.Identity)) verdict, now time.Time) {
	t.Helper()
	if err == nil {
		return
	}
	refused, _ := errors.AsType[*cognito.PolicyError](err)
	if refused == nil {
		t.Fatalf("%v: Check = %v, want a PolicyError", policy, err)
	}
	switch refused.Code {
	case cognito.PolicyMistake:
		if !plain.bad {
			t.Fatalf("%v: %v, though it has no error", policy, err)
		}
	case cognito.PolicyUnchecked:
		if !strings.Contains(policy.String(), "fails") {
			t.Fatalf("%v: %v, though nothing fails", policy, err)
		}
	case cognito.InsufficientScope:
		enough := func(scopes []string, fresh bool) bool {
			return with(func(id *cognito.Identity) {
				id.Scopes = scopes
				if fresh {
					id.AuthTime = now
				}
			}).holds
		}
		fresh := refused.MaxAge > 0
		if !enough(refused.Scopes, fresh) {
			t.Fatalf("%v: it does not hold with the scopes %v, signed in again: %v", policy, refused.Scopes, fresh)
		}
		if fresh && enough(refused.Scopes, false) {
			t.Fatalf("%v: a new sign-in is asked for, and the scopes %v would do", policy, refused.Scopes)
		}
		for i := range refused.Scopes {
			fewer := slices.Delete(slices.Clone(refused.Scopes), i, i+1)
			if enough(fewer, fresh) {
				t.Fatalf("%v: %v would do, and %v is named", policy, fewer, refused.Scopes)
			}
		}
	case cognito.StaleSignIn:
		if v := with(func(id *cognito.Identity) { id.AuthTime = now }); !v.holds {
			t.Fatalf("%v: it does not hold after a new sign-in", policy)
		}
	case cognito.InvalidToken:
		if !strings.Contains(policy.String(), oneResource) {
			t.Fatalf("%v: %v, though it names no resource", policy, err)
		}
	case cognito.Forbidden:
		if v := with(func(id *cognito.Identity) { id.AuthTime = now }); v.holds {
			t.Fatalf("%v: Check = %v, though a new sign-in helps", policy, err)
		}
	default:
		t.Fatalf("%v: Check has the code %q", policy, refused.Code)
	}
	if plain.bad != (refused.Code == cognito.PolicyMistake) || plain.fails && refused.Code != cognito.PolicyUnchecked && !plain.bad {
		t.Fatalf("%v: Check = %v, plain evaluation %+v", policy, err, plain)
	}
}

func letters(bits byte) (list []string) {
	for i := range 4 {
		if bits>>i&1 == 1 {
			list = append(list, string(rune('a'+i)))
		}
	}
	return list
}

// Four tiers: everybody, signed-in users, paying ones, and admins, who have
// shown who they are a short while ago.
func ExampleAnd_tiers() {
	// Guests need no policy: a handler behind Optional asks FromContext.
	var (
		authenticated = cognito.UserOnly()
		premium       = cognito.Or(cognito.AnyGroup("premium", "admins"), cognito.Satisfies("trial", func(_ context.Context, user *cognito.Identity) (bool, error) {
			return user.Attribute("custom:plan") == "trial", nil
		}))
		admin = cognito.And(cognito.AnyGroup("admins"), cognito.SignedInWithin(15*time.Minute))
	)

	now := time.Now()
	jane := &cognito.Identity{Subject: "a334", Username: "jane", Groups: []string{"premium"}, AuthTime: now}
	root := &cognito.Identity{Subject: "b445", Username: "root", Groups: []string{"admins"}, AuthTime: now.Add(-time.Hour)}
	for _, user := range []*cognito.Identity{jane, root} {
		var passes []bool
		for _, policy := range []cognito.Policy{authenticated, premium, admin} {
			passes = append(passes, policy.Check(context.Background(), user, now) == nil)
		}
		fmt.Println(user.Username, passes)
	}
	fmt.Println(admin.Check(context.Background(), root, now))
	// Output:
	// jane [true true false]
	// root [true true false]
	// cognito: policy (any group of admins and signed in within 15m0s): stale_sign_in
}

func ExampleOr() {
	report := cognito.Or(cognito.AllScopes("reports/read"), cognito.AnyGroup("auditors", "admins"))
	fmt.Println(report)
	fmt.Println(report.Check(context.Background(), &cognito.Identity{Scopes: []string{"reports/read"}}, time.Now()) == nil)
	// Output:
	// all scopes of reports/read or (any group of auditors, admins)
	// true
}

func ExampleNot() {
	noTrainees := cognito.And(cognito.AnyGroup("staff"), cognito.Not(cognito.AnyGroup("trainees")))
	fmt.Println(noTrainees)
	fmt.Println(cognito.Not(cognito.AnyGroup()).Err()) // and not: everybody
	// Output:
	// any group of staff and not (any group of trainees)
	// cognito: a group policy needs at least one group
}

func ExampleAllScopes() {
	write := cognito.AllScopes("orders/read", "orders/write")
	fmt.Println(write.Check(context.Background(), &cognito.Identity{Scopes: []string{"orders/read"}}, time.Now()) == nil)
	// Output: false
}

// A token from the client_credentials grant is no person's.
func ExampleMachineOnly() {
	batch := &cognito.Identity{Subject: "5batchclient", ClientID: "5batchclient"}
	fmt.Println(batch.Machine(), cognito.MachineOnly().Check(context.Background(), batch, time.Now()) == nil, cognito.UserOnly().Check(context.Background(), batch, time.Now()) == nil)
	// Output: true true false
}
