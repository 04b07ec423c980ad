package browser_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	tags    = regexp.MustCompile(`(?s)<style.*?</style>|<[^>]*>|\{\{[^}]*\}\}`)
	eMail   = regexp.MustCompile(`(?i)(by )?e-mails?( address)?`)
	refused = regexp.MustCompile(`(?i)\b(emails?|mails?|usernames?|user-names?|log ?in|log ?on|log ?out|is not right|present password)\b`)
)

// wordProblems are words in a text for visitors that the pages do not use. An
// e-mail address is called that, a user name too, and what is sent is sent "by
// e-mail".
func wordProblems(text string) (problems []string) {
	for _, m := range eMail.FindAllStringSubmatch(text, -1) {
		if m[1] == "" && m[2] == "" {
			problems = append(problems, m[0]+": write e-mail address, or by e-mail")
		}
	}
	for _, m := range refused.FindAllString(eMail.ReplaceAllString(text, ""), -1) {
		problems = append(problems, m+": write e-mail address, user name, sign in, sign out, is incorrect, current password")
	}
	return problems
}

// TestWords: the pages of the examples have one word for one thing.
func TestWords(t *testing.T) {
	for text, want := range map[string]int{
		"Your e-mail address, or a code by e-mail": 0, "E-mail": 1, "Email address": 1, "Your username is not right.": 2, "User name": 0, "Log in": 1,
	} {
		if got := wordProblems(text); len(got) != want {
			t.Errorf("wordProblems(%q) = %q, want %d", text, got, want)
		}
	}
	seen := 0
	for _, folder := range []string{"customlogin", "webapp", "webapp/account"} {
		pages, _ := filepath.Glob("../../" + folder + "/pages/*.html")
		for _, page := range pages {
			html, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			seen++
			for _, problem := range wordProblems(tags.ReplaceAllString(string(html), " ")) {
				t.Errorf("%s: %s", page, problem)
			}
		}
		sources, _ := filepath.Glob("../../" + folder + "/*.go")
		for _, source := range sources {
			if strings.HasSuffix(source, "_test.go") {
				continue
			}
			for _, text := range sentencesIn(t, source) {
				seen++
				for _, problem := range wordProblems(text) {
					t.Errorf("%s: %q: %s", source, text, problem)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d pages and texts were read", seen)
	}
}

// sentencesIn are the texts of a source file that visitors read: they begin with
// a capital letter and have a space. SQL and the names of flags are no words.
func sentencesIn(t *testing.T, path string) (texts []string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, _ := strconv.Unquote(lit.Value)
			if text != "" && text[0] >= 'A' && text[0] <= 'Z' && strings.Contains(text, " ") && !strings.HasPrefix(text, "SELECT ") && !strings.Contains(text, "-login") && !strings.Contains(text, " /") {
				texts = append(texts, text)
			}
		}
		return true
	})
	return texts
}
