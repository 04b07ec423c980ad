package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	ruleRow   = regexp.MustCompile(`(?m)^\| ([LCTSROUE][0-9]+[a-z]?) \| .+ \|$`)
	testName  = regexp.MustCompile(`^func ((?:Test|Fuzz)(?:Browser_)?([LCTSROUE][0-9]+[a-z]?)_\w+)\(`)
	rulesPage = filepath.Join("..", "docs", "rules.md")
)

// TestRules holds docs/rules.md to the tests: every rule has a test named for
// it, and every numbered test names a rule.
func TestRules(t *testing.T) {
	page, err := os.ReadFile(rulesPage)
	if err != nil {
		t.Fatal(err)
	}
	rules := map[string]bool{}
	for _, m := range ruleRow.FindAllStringSubmatch(string(page), -1) {
		if rules[m[1]] {
			t.Errorf("docs/rules.md has %s twice", m[1])
		}
		rules[m[1]] = true
	}
	if len(rules) == 0 {
		t.Fatal("docs/rules.md has no rule")
	}
	tested := map[string]bool{}
	for name, rule := range numberedTests(t) {
		tested[rule] = true
		if !rules[rule] {
			t.Errorf("%s holds rule %s, which docs/rules.md does not have", name, rule)
		}
	}
	for rule := range rules {
		if !tested[rule] {
			t.Errorf("rule %s has no test named for it", rule)
		}
	}
}

// numberedTests maps the tests that hold a rule, with their folder, to its
// number.
func numberedTests(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, f := range treeFiles(t, func(f *treeFile) bool { return f.is("_test.go") }) {
		for line := range strings.Lines(f.text) {
			if !strings.HasPrefix(line, "func ") {
				continue
			}
			if m := testName.FindStringSubmatch(line); m != nil {
				found[f.dir()+": "+m[1]] = m[2]
			}
		}
	}
	return found
}
