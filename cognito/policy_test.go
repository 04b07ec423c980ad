package cognito_test

import (
	"math"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

func TestT9_Policies(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	nobody := &cognito.Identity{Subject: "g"}
	admin := &cognito.Identity{Subject: "a", Groups: []string{"admins"}, AuthTime: now.Add(-time.Hour)}
	both := &cognito.Identity{Subject: "b", Groups: []string{"editors", "admins", ""}, AuthTime: now}
	future := &cognito.Identity{Subject: "f", AuthTime: now.Add(30 * time.Second)}
	tests := []struct {
		name                        string
		policy                      cognito.Policy
		nobody, admin, both, future bool
		text                        string
		fresh                       bool // of nobody
		zero                        bool
	}{
		{name: "any of one", policy: cognito.AnyGroup("admins"), admin: true, both: true, text: "any group of admins"},
		{name: "any of two", policy: cognito.AnyGroup("editors", "admins"), admin: true, both: true, text: "any group of editors, admins"},
		{name: "any, in capitals", policy: cognito.AnyGroup("Admins"), text: "any group of Admins"},
		{name: "all of one", policy: cognito.AllGroups("admins"), admin: true, both: true, text: "all groups of admins"},
		{name: "all of two", policy: cognito.AllGroups("admins", "editors"), both: true, text: "all groups of admins, editors"},
		{name: "all of a group twice", policy: cognito.AllGroups("admins", "admins"), admin: true, both: true, text: "all groups of admins, admins"},
		{name: "an hour and less", policy: cognito.SignedInWithin(time.Hour), admin: true, both: true, future: true, text: "signed in within 1h0m0s", fresh: true},
		{name: "less than an hour", policy: cognito.SignedInWithin(time.Hour - 1), both: true, future: true, text: "signed in within 59m59.999999999s", fresh: true},
		{name: "ever, if auth_time says so", policy: cognito.SignedInWithin(math.MaxInt64), admin: true, both: true, future: true, text: "signed in within 2562047h47m16.854775807s", fresh: true},
		{name: "not", policy: cognito.Not(cognito.AnyGroup("admins")), nobody: true, future: true, zero: true, text: "not (any group of admins)"},
		{name: "not not", policy: cognito.Not(cognito.Not(cognito.AnyGroup("admins"))), admin: true, both: true, text: "not (not (any group of admins))"},
		{name: "and", policy: cognito.And(cognito.AnyGroup("admins"), cognito.AnyGroup("editors")), both: true, text: "any group of admins and any group of editors"},
		{name: "or", policy: cognito.Or(cognito.AnyGroup("editors"), cognito.SignedInWithin(time.Hour)), admin: true, both: true, future: true, text: "any group of editors or signed in within 1h0m0s", fresh: true},
		{name: "not fresh", policy: cognito.Not(cognito.SignedInWithin(time.Minute)), nobody: true, admin: true, zero: true, text: "not (signed in within 1m0s)"},
		{name: "a predicate", policy: cognito.Satisfies("is b", func(id *cognito.Identity) bool { return id.Subject == "b" }), both: true, text: "is b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.policy.Err(); err != nil {
				t.Fatalf("Err() = %v, want nil", err)
			}
			for _, c := range []struct {
				who  string
				id   *cognito.Identity
				want bool
			}{{"nobody special", nobody, tt.nobody}, {"admin", admin, tt.admin}, {"both", both, tt.both}, {"future", future, tt.future}, {"nil", nil, false}, {"zero", &cognito.Identity{}, tt.zero}} {
				if got := tt.policy.Allows(c.id, now); got != c.want {
					t.Errorf("Allows(%s) = %v, want %v", c.who, got, c.want)
				}
			}
			if got := tt.policy.String(); got != tt.text {
				t.Errorf("String() = %q, want %q", got, tt.text)
			}
			if got := tt.policy.NeedsFreshSignIn(nobody, now); got != tt.fresh {
				t.Errorf("NeedsFreshSignIn(nobody) = %v, want %v", got, tt.fresh)
			}
		})
	}
}

// TestT9_PoliciesWithoutConditions: each is an error and lets nobody pass, not
// even a user whose token names an empty group.
func TestT9_PoliciesWithoutConditions(t *testing.T) {
	now := time.Now()
	user := &cognito.Identity{Subject: "a", Groups: []string{"", "admins"}, AuthTime: now}
	var none []string
	for name, p := range map[string]cognito.Policy{
		"the zero Policy":      {},
		"AnyGroup()":           cognito.AnyGroup(),
		"AllGroups()":          cognito.AllGroups(),
		"AnyGroup(none...)":    cognito.AnyGroup(none...),
		"AllGroups([]...)":     cognito.AllGroups([]string{}...),
		`AnyGroup("")`:         cognito.AnyGroup(""),
		`AllGroups("")`:        cognito.AllGroups(""),
		`AnyGroup with ""`:     cognito.AnyGroup("admins", ""),
		`AllGroups with ""`:    cognito.AllGroups("", "admins"),
		"SignedInWithin(0)":    cognito.SignedInWithin(0),
		"SignedInWithin(-1)":   cognito.SignedInWithin(-time.Hour),
		"Satisfies(nil)":       cognito.Satisfies("anybody", nil),
		"Satisfies without it": cognito.Satisfies("", nil),
		"Satisfies, no text":   cognito.Satisfies("", func(*cognito.Identity) bool { return true }),
		"AnyScope()":           cognito.AnyScope(),
		"AllScopes(none...)":   cognito.AllScopes(none...),
		`AllScopes("")`:        cognito.AllScopes(""),
		"two scopes in one":    cognito.AllScopes("orders/read orders/write"),
		"a scope with a quote": cognito.AnyScope("orders/read", "x\"y"),
		"FromClient()":         cognito.FromClient(),
		`FromClient("")`:       cognito.FromClient(""),
		"And()":                cognito.And(),
		"Or()":                 cognito.Or(),
		"Not(zero)":            cognito.Not(cognito.Policy{}),
		"Not(And())":           cognito.Not(cognito.And()),
		"Not(AnyGroup())":      cognito.Not(cognito.AnyGroup()),
		"Not(Not(AnyGroup()))": cognito.Not(cognito.Not(cognito.AnyGroup())),
		"And of one":           cognito.And(cognito.AnyGroup()),
		"And with a bad one":   cognito.And(cognito.AnyGroup("admins"), cognito.AnyGroup()),
		"Or with a bad one":    cognito.Or(cognito.AnyGroup("admins"), cognito.Not(cognito.Or())),
		"deep within":          cognito.Or(cognito.AnyGroup("admins"), cognito.And(cognito.AnyGroup("admins"), cognito.Or(cognito.AllGroups(), cognito.AnyGroup("x")))),
	} {
		if p.Err() == nil {
			t.Errorf("%s: Err() = nil, want an error", name)
		}
		if p.Allows(user, now) || p.Allows(&cognito.Identity{}, now) || p.Allows(nil, now) {
			t.Errorf("%s: Allows = true, want nobody to pass", name)
		}
		if p.NeedsFreshSignIn(user, now) {
			t.Errorf("%s: NeedsFreshSignIn = true, want false: no sign-in mends a policy", name)
		}
		if got := p.RefusedBy(user, now).Err(); got == nil {
			t.Errorf("%s: RefusedBy has no error, want the policy itself", name)
		}
	}
}

func TestPolicyKeepsItsGroups(t *testing.T) {
	names := []string{"admins"}
	anyOf, all := cognito.AnyGroup(names...), cognito.AllGroups(names...)
	names[0] = "guests"
	guest := &cognito.Identity{Groups: []string{"guests"}}
	if anyOf.Allows(guest, time.Now()) || all.Allows(guest, time.Now()) || anyOf.String() != "any group of admins" {
		t.Errorf("the policy changes with the caller's slice: %v, %v", anyOf, all)
	}
}
