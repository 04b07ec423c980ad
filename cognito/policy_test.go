package cognito_test

import (
	"context"
	"errors"
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
		{name: "a predicate", policy: cognito.Satisfies("is b", func(_ context.Context, id *cognito.Identity) (bool, error) { return id.Subject == "b", nil }), both: true, text: "is b"},
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
				if got := allows(tt.policy, c.id, now); got != c.want {
					t.Errorf("Allows(%s) = %v, want %v", c.who, got, c.want)
				}
			}
			if got := tt.policy.String(); got != tt.text {
				t.Errorf("String() = %q, want %q", got, tt.text)
			}
			if got := codeOf(tt.policy, nobody, now) == cognito.StaleSignIn; got != tt.fresh {
				t.Errorf("Check(nobody) = %v, want %s: %v", tt.policy.Check(t.Context(), nobody, now), cognito.StaleSignIn, tt.fresh)
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
		"Satisfies, no text":   cognito.Satisfies("", func(context.Context, *cognito.Identity) (bool, error) { return true, nil }),
		"AnyScope()":           cognito.AnyScope(),
		"AllScopes(none...)":   cognito.AllScopes(none...),
		`AllScopes("")`:        cognito.AllScopes(""),
		"two scopes in one":    cognito.AllScopes("orders/read orders/write"),
		"a scope with a quote": cognito.AnyScope("orders/read", "x\"y"),
		"FromClient()":         cognito.FromClient(),
		`FromClient("")`:       cognito.FromClient(""),
		`ForResource("")`:      cognito.ForResource(""),
		"no URL":               cognito.ForResource("api.example.com"),
		"a fragment":           cognito.ForResource("https://api.example.com#a"),
		"an empty fragment":    cognito.ForResource("https://api.example.com#"),
		"a resource in clear":  cognito.ForResource("http://api.example.com"),
		"Not(ForResource())":   cognito.Not(cognito.ForResource("")),
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
		if allows(p, user, now) || allows(p, &cognito.Identity{}, now) || allows(p, nil, now) {
			t.Errorf("%s: Allows = true, want nobody to pass", name)
		}
		for _, who := range []*cognito.Identity{user, nil} {
			err := p.Check(t.Context(), who, now)
			if cognito.CodeOf(err) != cognito.PolicyMistake || !errors.Is(err, p.Err()) {
				t.Errorf("%s: Check = %v, want %s and the policy's error: no sign-in mends a policy", name, err, cognito.PolicyMistake)
			}
		}
	}
}

// allows reports whether a policy lets a user pass.
func allows(p cognito.Policy, id *cognito.Identity, now time.Time) bool {
	return p.Check(context.Background(), id, now) == nil
}

// codeOf is why a policy refuses a user, or "".
func codeOf(p cognito.Policy, id *cognito.Identity, now time.Time) cognito.RefusalCode {
	if err := p.Check(context.Background(), id, now); err != nil {
		return cognito.CodeOf(err)
	}
	return ""
}

// refusedBy is the part of a policy that refuses a user, or "".
func refusedBy(p cognito.Policy, id *cognito.Identity, now time.Time) string {
	refused, _ := errors.AsType[*cognito.PolicyError](p.Check(context.Background(), id, now))
	if refused == nil {
		return ""
	}
	return refused.RefusedBy
}

// TestT9_AFailureNeverAllows: where a function fails, nobody passes, whatever
// it returns beside the error and whatever stands around it. What decides
// before it is asked decides.
func TestT9_AFailureNeverAllows(t *testing.T) {
	now := time.Now()
	down := errors.New("the policy store is down")
	jane := &cognito.Identity{Subject: "a", Groups: []string{"admins"}, Scopes: []string{"read"}}
	yes, no := cognito.AnyGroup("admins"), cognito.AnyGroup("staff")
	for _, said := range []bool{false, true} {
		fails := cognito.Satisfies("asked", func(context.Context, *cognito.Identity) (bool, error) { return said, down })
		for name, tt := range map[string]struct {
			policy cognito.Policy
			code   cognito.RefusalCode
		}{
			"alone":         {fails, cognito.PolicyUnchecked},
			"Not":           {cognito.Not(fails), cognito.PolicyUnchecked},
			"Not Not":       {cognito.Not(cognito.Not(fails)), cognito.PolicyUnchecked},
			"And, last":     {cognito.And(yes, fails), cognito.PolicyUnchecked},
			"And, first":    {cognito.And(fails, yes), cognito.PolicyUnchecked},
			"Or, first":     {cognito.Or(fails, yes), cognito.PolicyUnchecked},
			"Or, last":      {cognito.Or(no, fails), cognito.PolicyUnchecked},
			"Or, not asked": {cognito.Or(yes, fails), ""},
			"And, decided":  {cognito.And(no, fails), cognito.Forbidden},
			"not of an And": {cognito.Not(cognito.And(fails, no)), cognito.PolicyUnchecked},
			"a hint":        {cognito.And(cognito.AllScopes("write"), fails), cognito.PolicyUnchecked},
			"a fresh hint":  {cognito.And(cognito.SignedInWithin(time.Minute), fails), cognito.PolicyUnchecked},
		} {
			if got := codeOf(tt.policy, jane, now); got != tt.code {
				t.Errorf("%s, with %v beside the error: Check = %q, want %q", name, said, got, tt.code)
			}
			if err := tt.policy.Check(t.Context(), jane, now); tt.code == cognito.PolicyUnchecked && !errors.Is(err, down) {
				t.Errorf("%s: Check = %v, want the function's error in it", name, err)
			}
		}
	}
}

type contextKey struct{}

// TestSatisfiesIsAskedOnce: a function gets the request's context and the user
// as they are, once for each decision. It does so however often its policy is
// there and whatever would help.
func TestSatisfiesIsAskedOnce(t *testing.T) {
	now := time.Now()
	jane := &cognito.Identity{Subject: "a", AuthTime: now.Add(-time.Hour)}
	asked := 0
	ask := cognito.Satisfies("asked", func(ctx context.Context, id *cognito.Identity) (bool, error) {
		asked++
		if id != jane || ctx.Value(contextKey{}) != "the request's" {
			t.Errorf("asked about %+v with %v, want jane and the request's context", id, ctx.Value(contextKey{}))
		}
		return true, nil
	})
	ctx := context.WithValue(t.Context(), contextKey{}, "the request's")
	p := cognito.And(ask, cognito.Or(cognito.Not(ask), ask), cognito.SignedInWithin(time.Minute), cognito.Or(cognito.AllScopes("read"), ask))
	if err := p.Check(ctx, jane, now); cognito.CodeOf(err) != cognito.StaleSignIn || asked != 1 {
		t.Errorf("Check = %v after %d questions, want %s after one", err, asked, cognito.StaleSignIn)
	}
	if _ = p.Check(ctx, jane, now); asked != 2 {
		t.Errorf("%d questions after a second Check, want another one", asked)
	}
}

// TestT2_ForResourcePolicy: a missing aud, another one, and a further one
// refuse, and the caller is told that the token is the wrong one.
func TestT2_ForResourcePolicy(t *testing.T) {
	now := time.Now()
	const api, mail = "https://api.example.com", "https://mail.example.com"
	id := func(aud ...string) *cognito.Identity {
		return &cognito.Identity{Subject: "a", ClientID: "web", Audience: aud, Scopes: []string{"read"}}
	}
	for _, tt := range []struct {
		name   string
		policy cognito.Policy
		id     *cognito.Identity
		code   cognito.RefusalCode
	}{
		{"ours", cognito.ForResource(api), id(api), ""},
		{"none", cognito.ForResource(api), id(), cognito.InvalidToken},
		{"empty", cognito.ForResource(api), id(""), cognito.InvalidToken},
		{"another", cognito.ForResource(api), id(mail), cognito.InvalidToken},
		{"ours and another", cognito.ForResource(api), id(api, mail), cognito.InvalidToken},
		{"ours twice", cognito.ForResource(api), id(api, api), cognito.InvalidToken},
		{"ours and the client", cognito.ForResource(api), id(api, "web"), cognito.InvalidToken},
		{"the client", cognito.ForResource(api), id("web"), cognito.InvalidToken},
		{"with a slash", cognito.ForResource(api), id(api + "/"), cognito.InvalidToken},
		{"in capitals", cognito.ForResource(api), id("https://API.example.com"), cognito.InvalidToken},
		{"one of two", cognito.Or(cognito.ForResource(api), cognito.ForResource(mail)), id(mail), ""},
		{"none of two", cognito.Or(cognito.ForResource(api), cognito.ForResource(mail)), id(), cognito.InvalidToken},
		{"and a scope it has", cognito.And(cognito.AllScopes("read"), cognito.ForResource(api)), id(), cognito.InvalidToken},
		{"and a scope it lacks", cognito.And(cognito.AllScopes("write"), cognito.ForResource(api)), id(), cognito.InvalidToken},
		{"ours, and a scope it lacks", cognito.And(cognito.AllScopes("write"), cognito.ForResource(api)), id(api), cognito.InsufficientScope},
		{"not for it", cognito.Not(cognito.ForResource(api)), id(api), cognito.Forbidden},
	} {
		if got := codeOf(tt.policy, tt.id, now); got != tt.code {
			t.Errorf("%s: Check = %q, want %q", tt.name, got, tt.code)
		}
	}
}

func TestPolicyKeepsItsGroups(t *testing.T) {
	names := []string{"admins"}
	anyOf, all := cognito.AnyGroup(names...), cognito.AllGroups(names...)
	names[0] = "guests"
	guest := &cognito.Identity{Groups: []string{"guests"}}
	if allows(anyOf, guest, time.Now()) || allows(all, guest, time.Now()) || anyOf.String() != "any group of admins" {
		t.Errorf("the policy changes with the caller's slice: %v, %v", anyOf, all)
	}
}
