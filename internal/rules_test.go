package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	ruleRow   = regexp.MustCompile(`(?m)^\| ([LCTSROUE][0-9]+[a-z]?) \| .+ \|$`)
	testName  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)(?:Browser_)?([LCTSROUE][0-9]+[a-z]?)_\w+)\(`)
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
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range testName.FindAllStringSubmatch(string(src), -1) {
			found[filepath.ToSlash(filepath.Dir(path))+": "+m[1]] = m[2]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
