package internal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A block is code in a page, between two lines of three backquotes.
type block struct{ page, kind, code string }

// pagesForUsers are README.md, the pages of docs, and the READMEs of examples.
func pagesForUsers(t *testing.T) []string {
	t.Helper()
	var pages []string
	for _, pattern := range []string{"../README.md", "../docs/*.md", "../examples/README.md", "../examples/*/README.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no pages %s: %v", pattern, err)
		}
		pages = append(pages, found...)
	}
	return pages
}

func blocksOf(t *testing.T, page string) []block {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split("\n"+string(text), "\n```")
	if len(parts)%2 == 0 {
		t.Fatalf("%s has a block without end", page)
	}
	var blocks []block
	for i := 1; i < len(parts); i += 2 {
		kind, code, _ := strings.Cut(parts[i], "\n")
		blocks = append(blocks, block{strings.TrimPrefix(page, "../"), kind, code})
	}
	return blocks
}

// linesOf is a text without indentation, empty lines and lines of comments:
// recipes are quoted without theirs.
func linesOf(text string) string {
	var kept strings.Builder
	kept.WriteString("\n")
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			kept.WriteString(line)
			kept.WriteByte('\n')
		}
	}
	return kept.String()
}

// TestDocs_CodeIsCompiled: every block of code in a page for users is in a file
// that is compiled or run. Such a file is an example, a test or an app.
func TestDocs_CodeIsCompiled(t *testing.T) {
	in := func(code string, ends ...string) bool {
		long := longestLine(code)
		return slices.ContainsFunc(treeFiles(t, func(f *treeFile) bool { return f.is(ends...) }), func(f *treeFile) bool {
			return strings.Contains(f.text, long) && strings.Contains(linesOf(f.text), code)
		})
	}
	files := map[string][]string{"go": {".go"}, "js": {".js", ".mjs", ".html"}}
	seen := 0
	for _, page := range pagesForUsers(t) {
		for _, b := range blocksOf(t, page) {
			ends := files[b.kind]
			if ends == nil {
				continue
			}
			seen++
			if code := linesOf(b.code); code != linesOf(firstProgram(t)) && !in(code, ends...) {
				t.Errorf("%s has code that no file has, whatever the indentation:\n%s", b.page, b.code)
			}
		}
	}
	if seen < 25 {
		t.Errorf("found %d blocks of code: the test looks in the wrong place", seen)
	}
}

// longestLine is the line of a text that the fewest other texts have.
func longestLine(text string) (longest string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); len(line) > len(longest) {
			longest = line
		}
	}
	return longest
}

// Programs and tests that pages tell the reader to run, and what runs them.
var commands = map[string]string{
	"go get github.com/seed75762126/cognito-go": "TestReadme_ProgramSignsIn", // by a replace, and internal/checks/release from a proxy
	"go run ./examples/hostedui":                "TestDocs_CommandsRun",
	"go run ./cognito/cognitotest/cmd/cognito-emulator -user jane:Passw0rd! -group admins=jane":   "TestDocs_CommandsRun",
	"go run ./cognito/cmd/cognito doctor":                                                         "TestDocs_CommandsRun",
	"go run ./cognito/cmd/cognito setup -app http://localhost:8080 -user jane@example.com -apply": "TestSetup_ReadmeLines",
	"go run ./cognito/cmd/cognito doctor -env .env":                                               "TestSetup_ReadmeLines",
	"set -a; . ./.env; set +a":                                                                    "TestSetup_ReadmeLines",
	"go test ./...":                                                                               ".ci/run",
}

// TestDocs_Commands: each command in README.md is one that something runs, and
// each `go run` in any page names a program of the repository.
func TestDocs_Commands(t *testing.T) {
	ci, err := os.ReadFile("../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocksOf(t, "../README.md") {
		if b.kind != "sh" {
			continue
		}
		for line := range strings.Lines(b.code) {
			by, ok := commands[strings.TrimSpace(line)]
			if !ok || by != ".ci/run" && !isTest(t, by) || by == ".ci/run" && !strings.Contains(string(ci), "go test -race work") {
				t.Errorf("README.md has the command %q, which nothing runs", line)
			}
		}
	}
	run := regexp.MustCompile(`go run (\./[a-z/-]+)`)
	for _, page := range append(pagesForUsers(t), "../CONTRIBUTING.md", "../AGENTS.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range run.FindAllStringSubmatch(string(text), -1) {
			if files, _ := filepath.Glob(filepath.Join("..", m[1], "*.go")); len(files) == 0 {
				t.Errorf("%s has the command %q, and there is no such program", page, m[0])
			}
		}
	}
}

// TestDocs_Links: links between the pages lead to a file, and to a heading
// where they name one.
func TestDocs_Links(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	pages := append(pagesForUsers(t), "../CONTRIBUTING.md", "../SECURITY.md", "../RELEASING.md", "../AGENTS.md", "../CHANGELOG.md")
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			target, heading, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := page
			if target != "" {
				file = filepath.Join(filepath.Dir(page), target)
			}
			info, err := os.Stat(file)
			if err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
				continue
			}
			if heading == "" || info.IsDir() {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil || !slices.Contains(anchors(string(text)), heading) {
				t.Errorf("%s links to %s, and there is no such heading", page, m[1])
			}
		}
	}
}

// anchors are the headings of a page as links name them.
func anchors(text string) (names []string) {
	times := map[string]int{}
	for line := range strings.Lines(text) {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			name := strings.Map(func(r rune) rune {
				switch {
				case r == ' ':
					return '-'
				case r == '-' || r == '_' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
					return r
				}
				return -1
			}, strings.ToLower(strings.TrimSpace(title)))
			times[name]++
			if n := times[name]; n > 1 {
				name = fmt.Sprint(name, "-", n-1)
			}
			names = append(names, name)
		}
	}
	return names
}

// TestDocs_Index: docs/README.md names every page beside it.
func TestDocs_Index(t *testing.T) {
	index, err := os.ReadFile("../docs/README.md")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil || len(pages) < 10 {
		t.Fatalf("pages: %v, %v", pages, err)
	}
	for _, page := range pages {
		if name := filepath.Base(page); name != "README.md" && !strings.Contains(string(index), "]("+name+")") {
			t.Errorf("docs/README.md does not name %s", name)
		}
	}
}
