package cognito_test

import (
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
		{cognito.UserOnly(), true, false, false, false, "a user"},
		{cognito.MachineOnly(), false, true, false, false, "a machine"},
	}
	for _, tt := range tests {
		for _, c := range []struct {
			who  string
			id   *cognito.Identity
			want bool
		}{{"user", user, tt.user}, {"machine", machine, tt.machine}, {"neither", neither, tt.neither}, {"named as its client", named, tt.named}, {"nil", nil, false}} {
			if got := tt.policy.Allows(c.id, now); got != c.want {
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
	odd := cognito.Satisfies("x or y", func(*cognito.Identity) bool { return true })
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
	if all.Allows(guest, time.Now()) || one.Allows(guest, time.Now()) {
		t.Error("the policy changes with the caller's slice")
	}
}

// TestNeedsFreshSignIn: a new sign-in is proposed to whom it helps, alone.
func TestNeedsFreshSignIn(t *testing.T) {
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
		{cognito.Satisfies("fresh by its own measure", func(id *cognito.Identity) bool { return !id.AuthTime.Before(now) }), true, true},
	}
	for _, tt := range tests {
		for _, c := range []struct {
			id   *cognito.Identity
			want bool
		}{{user, tt.user}, {admin, tt.admin}, {nil, false}} {
			if got := tt.policy.NeedsFreshSignIn(c.id, now); got != c.want {
				t.Errorf("%v: NeedsFreshSignIn(%v) = %v, want %v", tt.policy, c.id, got, c.want)
			}
		}
		if tt.policy.Allows(justIn, now) && tt.policy.NeedsFreshSignIn(justIn, now) {
			t.Errorf("%v: NeedsFreshSignIn of somebody it allows", tt.policy)
		}
	}
	if !admin.AuthTime.Equal(now.Add(-time.Hour)) {
		t.Error("NeedsFreshSignIn changed the identity")
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
		if got := tt.policy.RefusedBy(inA, now).String(); got != tt.want {
			t.Errorf("%v: RefusedBy = %q, want %q", tt.policy, got, tt.want)
		}
		if got, want := tt.policy.RefusedBy(nil, now).String(), tt.policy.String(); got != want {
			t.Errorf("%v: RefusedBy(nil) = %q, want all of it", want, got)
		}
	}
}

// A program is a policy in postfix notation: the fuzzer's bytes.
type program []byte

// policy builds the policy and what a plain evaluation of the same program
// says; bad reports that a part of it is an error.
func (p program) policy(id *cognito.Identity, now time.Time) (policy cognito.Policy, holds, bad bool) {
	type item struct {
		policy     cognito.Policy
		holds, bad bool
	}
	var stack []item
	pop := func() (top item) {
		if len(stack) == 0 {
			return item{policy: cognito.Policy{}, bad: true}
		}
		top, stack = stack[len(stack)-1], stack[:len(stack)-1]
		return top
	}
	for _, c := range p[:min(len(p), 64)] {
		name := string('a' + rune(c>>3)%4)
		switch c % 8 {
		case 0:
			stack = append(stack, item{cognito.AnyGroup(name), slices.Contains(id.Groups, name), false})
		case 1:
			stack = append(stack, item{cognito.AllScopes(name), slices.Contains(id.Scopes, name), false})
		case 2:
			d := time.Duration(c>>3+1) * time.Minute
			stack = append(stack, item{cognito.SignedInWithin(d), now.Sub(id.AuthTime) <= d, false})
		case 3:
			x := pop()
			stack = append(stack, item{cognito.Not(x.policy), !x.holds, x.bad})
		case 4:
			y, x := pop(), pop()
			stack = append(stack, item{cognito.And(x.policy, y.policy), x.holds && y.holds, x.bad || y.bad})
		case 5:
			y, x := pop(), pop()
			stack = append(stack, item{cognito.Or(x.policy, y.policy), x.holds || y.holds, x.bad || y.bad})
		case 6:
			x := pop()
			stack = append(stack, item{cognito.And(x.policy), x.holds, x.bad})
		default:
			stack = append(stack, item{cognito.Or(), false, true})
		}
	}
	top := pop()
	return top.policy, top.holds, top.bad
}

// FuzzT9_PolicyAlgebra holds And, Or and Not to a plain evaluation: a policy
// with an error anywhere within lets nobody pass, and all others are what
// their operators say.
func FuzzT9_PolicyAlgebra(f *testing.F) {
	f.Add([]byte{0, 8, 4}, byte(1), byte(0), byte(5))
	f.Add([]byte{0, 3, 10, 5, 1, 4}, byte(2), byte(1), byte(1))
	f.Add([]byte{7, 3}, byte(0), byte(0), byte(0))
	f.Add([]byte{0, 7, 5, 3}, byte(0), byte(0), byte(0))
	f.Fuzz(func(t *testing.T, p []byte, groups, scopes, age byte) {
		now := time.Unix(1_800_000_000, 0)
		id := &cognito.Identity{Subject: "s", Groups: letters(groups), Scopes: letters(scopes), AuthTime: now.Add(-time.Duration(age) * time.Minute)}
		policy, holds, bad := program(p).policy(id, now)
		if got := policy.Err() != nil; got != bad {
			t.Fatalf("%v: Err() = %v, want an error: %v", policy, policy.Err(), bad)
		}
		want := holds && !bad
		if got := policy.Allows(id, now); got != want {
			t.Fatalf("%v: Allows(%v) = %v, want %v", policy, id, got, want)
		}
		if not := cognito.Not(policy); not.Allows(id, now) != (!holds && !bad) || not.Allows(nil, now) || policy.Allows(nil, now) {
			t.Fatalf("%v: Not allows what it should not", policy)
		}
		if part := policy.RefusedBy(id, now); want != (part.String() == "" && part.Err() != nil) && !bad {
			t.Fatalf("%v: RefusedBy = %v with Allows %v", policy, part, want)
		}
		again := *id
		again.AuthTime = now
		_, then, _ := program(p).policy(&again, now)
		if got, want := policy.NeedsFreshSignIn(id, now), !bad && !holds && then; got != want {
			t.Fatalf("%v: NeedsFreshSignIn = %v, want %v", policy, got, want)
		}
		if text := policy.String(); strings.Count(text, "(") != strings.Count(text, ")") {
			t.Fatalf("String() = %q: parentheses do not match", text)
		}
	})
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
		premium       = cognito.Or(cognito.AnyGroup("premium", "admins"), cognito.Satisfies("trial", func(user *cognito.Identity) bool {
			return user.Attribute("custom:plan") == "trial"
		}))
		admin = cognito.And(cognito.AnyGroup("admins"), cognito.SignedInWithin(15*time.Minute))
	)

	now := time.Now()
	jane := &cognito.Identity{Subject: "a334", Username: "jane", Groups: []string{"premium"}, AuthTime: now}
	root := &cognito.Identity{Subject: "b445", Username: "root", Groups: []string{"admins"}, AuthTime: now.Add(-time.Hour)}
	fmt.Println(authenticated.Allows(jane, now), premium.Allows(jane, now), admin.Allows(jane, now))
	fmt.Println(authenticated.Allows(root, now), premium.Allows(root, now), admin.Allows(root, now))
	fmt.Println(admin.RefusedBy(root, now), "- to sign in again helps:", admin.NeedsFreshSignIn(root, now))
	// Output:
	// true true false
	// true true false
	// signed in within 15m0s - to sign in again helps: true
}

func ExampleOr() {
	report := cognito.Or(cognito.AllScopes("reports/read"), cognito.AnyGroup("auditors", "admins"))
	fmt.Println(report)
	fmt.Println(report.Allows(&cognito.Identity{Scopes: []string{"reports/read"}}, time.Now()))
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
	fmt.Println(write.Allows(&cognito.Identity{Scopes: []string{"orders/read"}}, time.Now()))
	// Output: false
}

// A token from the client_credentials grant is no person's.
func ExampleMachineOnly() {
	batch := &cognito.Identity{Subject: "5batchclient", ClientID: "5batchclient"}
	fmt.Println(batch.Machine(), cognito.MachineOnly().Allows(batch, time.Now()), cognito.UserOnly().Allows(batch, time.Now()))
	// Output: true true false
}
