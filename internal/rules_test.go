package internal_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the table of rules in CONTRIBUTING.md")

// rules are those that what is built so far must hold, with what they are
// about.
var rules = []struct{ name, about string }{
	{"L1", "state, nonce and PKCE verifier"},
	{"L2", "attempts live in the browser, five at most"},
	{"L3", "only a page navigation starts a login"},
	{"L4", "return paths"},
	{"L5", "no request header decides a URL"},
	{"L6", "typed options, allow-lists for visitors"},
	{"C1", "callbacks without an attempt"},
	{"C2", "an attempt is used once"},
	{"C3", "errors from Cognito are not shown"},
	{"C4", "nothing is believed before the ID token"},
	{"C5", "a code is sent once"},
	{"C6", "a new session at every login"},
	{"C7", "headers of every answer"},
	{"C8", "calls to Cognito are bounded"},
	{"T1", "RS256 with the pool's keys"},
	{"T2", "ID and access tokens are not interchangeable"},
	{"T3", "issuers"},
	{"T4", "times"},
	{"T5", "exact claim names, none twice"},
	{"T6", "sizes before decoding"},
	{"T7", "one error, which quotes nothing"},
	{"T8", "email_verified"},
	{"T9", "policies without conditions"},
	{"T10", "foreign claims of any type"},
	{"S1", "cookie attributes"},
	{"S2", "sealed, and what was changed is no session"},
	{"S3", "key rotation"},
	{"S4", "the cookies' budget"},
	{"S5", "lifetimes"},
	{"S6", "ResponseWriter is not wrapped"},
	{"S7", "caching of answers behind a session"},
	{"S8", "a store that cannot be reached"},
	{"S9", "large tokens"},
	{"R1", "one refresh at a time"},
	{"R2", "saved before the handler, detached"},
	{"R3", "old and new refresh tokens"},
	{"R4", "what ends a session, and what does not"},
	{"R5", "refreshed ID tokens"},
	{"R6", "locks with a lease"},
	{"O1", "logout is a guarded POST"},
	{"O2", "the order of a logout"},
	{"O3", "signing out everywhere"},
	{"U1", "the username and its hash"},
	{"U3", "a visitor cannot learn of accounts"},
	{"E1", "secrets print as [redacted]"},
	{"E2", "errors can be told apart"},
	{"E3", "no panic on any input"},
	{"E4", "no global state, no goroutine left"},
	{"E5", "a context ends its own wait"},
	{"E6", "starting with Cognito unreachable"},
}

const (
	tableBegins = "<!-- rules: go test ./internal -run Rules -update -->\n"
	tableEnds   = "<!-- end of rules -->\n"
)

var testName = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)(?:Browser_)?([LCTSROUE][0-9]+)_\w+)\(`)

// TestRules: every rule has a test named for it, and the table in
// CONTRIBUTING.md says where.
func TestRules(t *testing.T) {
	found := testsByRule(t)
	var table strings.Builder
	table.WriteString("| rule | about | tests |\n|---|---|---|\n")
	for _, r := range rules {
		if len(found[r.name]) == 0 {
			t.Errorf("rule %s (%s) has no test named for it", r.name, r.about)
		}
		slices.Sort(found[r.name])
		fmt.Fprintf(&table, "| %s | %s | %s |\n", r.name, r.about, strings.Join(found[r.name], "; "))
	}
	path := filepath.Join("..", "CONTRIBUTING.md")
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(doc), tableBegins)
	_, after, ok2 := strings.Cut(rest, tableEnds)
	if !ok || !ok2 {
		t.Fatalf("CONTRIBUTING.md has no table of rules between %q and %q", tableBegins, tableEnds)
	}
	want := before + tableBegins + table.String() + tableEnds + after
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(doc) != want {
		t.Error("the table of rules in CONTRIBUTING.md is out of date: go test ./internal -run Rules -update")
	}
}

// testsByRule finds tests by the rule in their name: "`Name` in folder".
func testsByRule(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string]map[string][]string{} // rule → folder → tests
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), ".."+string(filepath.Separator)))
		for _, m := range testName.FindAllStringSubmatch(string(src), -1) {
			if found[m[2]] == nil {
				found[m[2]] = map[string][]string{}
			}
			found[m[2]][folder] = append(found[m[2]][folder], "`"+m[1]+"`")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	list := map[string][]string{}
	for rule, folders := range found {
		for folder, tests := range folders {
			slices.Sort(tests)
			list[rule] = append(list[rule], folder+": "+strings.Join(tests, ", "))
		}
	}
	return list
}
