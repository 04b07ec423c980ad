package frameworks_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var docComment = regexp.MustCompile(`(?m)^//.*\n`)

// docs/frameworks.md quotes each recipe: what follows the imports, without its
// doc comments.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/frameworks.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```") // every second one is code
	if len(blocks)%2 == 0 {
		t.Fatal("docs/frameworks.md has a block without end")
	}
	var quoted []string
	for i := 1; i < len(blocks); i += 2 {
		quoted = append(quoted, strings.TrimPrefix(blocks[i], "go\n"))
	}
	tokens, _ := filepath.Glob("*/recipe.go")
	signIns, _ := filepath.Glob("signin/*/recipe.go")
	if len(tokens) != 6 || len(signIns) != 6 {
		t.Fatalf("recipes for tokens: %v, for sign-in: %v, want six of each", tokens, signIns)
	}
	for _, file := range append(signIns, tokens...) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, code, _ := strings.Cut(string(source), "\n)\n\n")
		code = docComment.ReplaceAllString(code, "")
		at := slices.Index(quoted, code)
		if at < 0 {
			t.Errorf("docs/frameworks.md has no block with what %s holds now:\n%s", file, code)
			continue
		}
		quoted = slices.Delete(quoted, at, at+1)
	}
	if len(quoted) > 0 {
		t.Errorf("docs/frameworks.md has code that no recipe has: %q", quoted)
	}
}
