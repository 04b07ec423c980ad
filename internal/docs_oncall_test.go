package internal_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDocs_OnCall: docs/operations.md has a section for each alert, in the order
// of the rules, and none for another.
func TestDocs_OnCall(t *testing.T) {
	rules, err := os.ReadFile("../cognito/otelcognito/monitoring/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, found := strings.Cut(string(page), "\n## On call\n")
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	if !found {
		t.Fatal("docs/operations.md has no chapter \"On call\"")
	}
	names := func(pattern, text string) (list []string) {
		for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			list = append(list, match[1])
		}
		return list
	}
	alerts, sections := names(`(?m)^ *- alert: (\w+)$`, string(rules)), names(`(?m)^### (\w+)$`, chapter)
	if len(alerts) == 0 || !slices.Equal(alerts, sections) {
		t.Errorf("the alerts are %q, the sections %q", alerts, sections)
	}
	for i, section := range strings.Split(chapter, "\n### ")[1:] {
		if len(strings.Fields(section)) < 25 {
			t.Errorf("the section %s says too little", sections[i])
		}
	}
	for _, summary := range names(`summary: (.+)`, string(rules)) {
		if !strings.HasSuffix(summary, ".") {
			t.Errorf("the summary %q is not a sentence", summary)
		}
	}
}
