package internal_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// asvsItems is how many items each section of the ASVS 5.0 chapters V7, V9 and
// V10 has.
var asvsItems = map[string]int{
	"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2,
	"9.1": 3, "9.2": 4,
	"10.1": 2, "10.2": 3, "10.3": 5, "10.4": 16, "10.5": 5, "10.6": 2, "10.7": 3,
}

// TestDocs_ASVS: docs/asvs.md has one row for each item. Each names rules that
// there are, and a test, unless the item is Cognito's. TestDocs_NamedTests
// checks that there are such tests.
func TestDocs_ASVS(t *testing.T) {
	page, err := os.ReadFile("../docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := os.ReadFile(rulesPage)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		item, _, _ := strings.Cut(strings.TrimSpace(cells[0]), " ")
		if !regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$`).MatchString(item) {
			continue
		}
		if rows[item] != nil || len(cells) != 5 {
			t.Errorf("%s has %d columns, or two rows: want one row with 5", item, len(cells))
			continue
		}
		rows[item] = cells
	}
	for section, n := range asvsItems {
		for i := 1; i <= n; i++ {
			item := fmt.Sprintf("%s.%d", section, i)
			if rows[item] == nil {
				t.Errorf("docs/asvs.md has no row for %s", item)
				continue
			}
			checkASVSRow(t, item, rows[item], string(rules))
			delete(rows, item)
		}
	}
	for item := range rows {
		t.Errorf("docs/asvs.md has a row for %s, which ASVS 5.0 does not have", item)
	}
}

func checkASVSRow(t *testing.T, item string, cells []string, rules string) {
	t.Helper()
	const none = "–"
	named := 0
	for rule := range strings.SplitSeq(strings.TrimSpace(cells[3]), ", ") {
		if rule == none {
			continue
		}
		named++
		if !strings.Contains(rules, "\n| "+rule+" |") {
			t.Errorf("%s names the rule %s, which docs/rules.md does not have", item, rule)
		}
	}
	tests := strings.Count(cells[4], "`Test")
	cognito := strings.Contains(cells[1], "Cognito") || strings.HasPrefix(strings.TrimSpace(cells[1]), "As 10.7.1")
	if (named == 0) != (tests == 0) || tests == 0 && !cognito {
		t.Errorf("%s has %d rules and %d tests: want both, unless the item is Cognito's", item, named, tests)
	}
}
