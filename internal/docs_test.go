package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDocs_NamedTests: a test that a page of docs names is there.
func TestDocs_NamedTests(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages in docs: %v", err)
	}
	named := regexp.MustCompile("`((?:Test|Example|Fuzz)[A-Z][A-Za-z0-9_]*)`")
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range named.FindAllStringSubmatch(string(text), -1) {
			if !isTest(t, name[1]) {
				t.Errorf("%s names %s, which is no test", filepath.Base(page), name[1])
			}
		}
	}
}

// TestDocs_Code: the code in these pages is that of examples, which run.
func TestDocs_Code(t *testing.T) {
	tests := treeFiles(t, func(f *treeFile) bool { return f.is("_test.go") })
	for _, page := range []string{"own-forms.md", "lambda-authorizers.md", "deploying.md"} {
		text, err := os.ReadFile("../docs/" + page)
		if err != nil {
			t.Fatal(err)
		}
		blocks := strings.Split(string(text), "```go\n")[1:]
		if len(blocks) == 0 {
			t.Errorf("docs/%s has no Go code", page)
		}
		for _, block := range blocks {
			code, _, _ := strings.Cut(block, "```")
			if !slices.ContainsFunc(tests, func(f *treeFile) bool { return strings.Contains(f.text, code) }) {
				t.Errorf("docs/%s has code that no example has:\n%s", page, code)
			}
		}
	}
}
