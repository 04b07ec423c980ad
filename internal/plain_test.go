package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// riddles are phrases that readers had to read twice, each with what to write
// in its place.
var riddles = []struct{ phrase, write string }{
	{`whoever`, "the user, a caller, anybody who"},
	{`nobody has`, "it is not …, no user has"},
	{`is no page`, "is not a page"},
	{`'s to (tell|set|refuse|choose|decide|say|mend)`, "who does it: leave it empty, the Client sets it"},
	{`are the \w+'s to \w+`, "who does it: the Client sets them"},
	{`anew`, "again"},
	{`(by|for|with) that much`, "by how much"},
	{`stands? in (its|their) place`, "replaces it"},
	{`what stands`, "what it is"},
	{`gives? nobody`, "reveals no …"},
	{`is the price of`, "depends on"},
	{`are no session`, "are rejected"},
	{`none is named`, "leave it out"},
	{`by the clock of that time`, "on every use"},
	{`stands with the`, "is stored with"},
	{`wherefore|thereof|therein|whereby|whence|thereupon|hence|shall|meanwhile`, "a common word"},
	{`nobody's`, "of an unknown name, of no user"},
	{`pass(ed|es)? over`, "skip"},
	{`at hand`, "of the request"},
	{`be had`, "be fetched, be reached, be found"},
	{`of before`, "old, from before"},
	{`whose part`, "stands for"},
	{`Cognito (is|was) away`, "Cognito does not answer"},
	{`does without`, "needs no"},
	{`no more than`, "only, at most"},
	{`(is|are) not to be`, "must not be"},
	{`(it|which|that|this) (is|are) no [a-z]+`, "is not a"},
}

// TestPlainEnglish: README, docs, comments, error texts and pages have none of
// the phrases that make sentences riddles.
func TestPlainEnglish(t *testing.T) {
	var all []string
	for _, r := range riddles {
		all = append(all, r.phrase)
	}
	// A phrase may begin on one line of a comment and end on the next.
	spaced := strings.ReplaceAll(strings.Join(all, "|"), " ", `(?:\s+|\s*\n\s*// ?)`)
	riddle := regexp.MustCompile(`(?i)\b(?:` + spaced + `)\b`)
	if got := riddle.FindAllString("// Whoever it was, nobody\n// has what is\n the Client's to set anew.", -1); len(got) != 4 {
		t.Fatalf("the pattern finds %q only", got)
	}
	seen := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || !slices.Contains([]string{".md", ".go", ".html", ".js"}, filepath.Ext(path)) {
			return err
		}
		seen++
		text, err := os.ReadFile(path)
		for _, at := range riddle.FindAllIndex(text, -1) {
			line := 1 + strings.Count(string(text[:at[0]]), "\n")
			found := oneLine(string(text[at[0]:at[1]]))
			if strings.HasSuffix(found, "no longer") || strings.HasSuffix(found, "no more") {
				continue
			}
			t.Errorf("%s:%d says %q: write %s", strings.TrimPrefix(path, "../"), line, found, instead(found))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 300 {
		t.Errorf("read %d files only: the test looks in the wrong place", seen)
	}
}

func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "//", " ")), " ")
}

func instead(found string) string {
	for _, r := range riddles {
		if regexp.MustCompile(`(?i)(` + r.phrase + `)`).MatchString(found) {
			return r.write
		}
	}
	return "it in plain words"
}
