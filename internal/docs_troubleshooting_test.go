package internal_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/cause"
)

var update = flag.Bool("update", false, "write the tables of docs/troubleshooting.md")

// TestDocs_Troubleshooting: docs/troubleshooting.md has every code that a page
// shows, with its text, and every cause that a log line's hint can name. With
// -update it is written again.
func TestDocs_Troubleshooting(t *testing.T) {
	const page = "../docs/troubleshooting.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	for name, table := range map[string]string{"pages": pagesTable(t), "causes": causesTable(t)} {
		begin, end := "<!-- "+name+" -->\n", "<!-- end of "+name+" -->"
		head, rest, ok := strings.Cut(want, begin)
		_, tail, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("%s has no place for the table of %s", page, name)
		}
		want = head + begin + "\n" + table + "\n" + end + tail
	}
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s has other tables: run this test with -update", page)
	}
	if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func causesTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| cause | in the log, the error or the result of the doctor | step | look at | what to do |\n|---|---|---|---|---|\n")
	for _, c := range cause.All() {
		codes, texts := c.Signs()
		var signs []string
		for _, code := range codes {
			signs = append(signs, "`"+code+"`")
		}
		for _, text := range texts {
			signs = append(signs, "“"+strings.TrimSpace(text)+"”")
		}
		if len(lookAt[c.ID]) == 0 {
			t.Errorf("lookAt has no setting for the cause %s", c.ID)
		}
		settings := "`" + strings.Join(lookAt[c.ID], "`, `") + "`"
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", c.ID, strings.Join(signs, ", "), stepsOf(c), settings, sentence(c.Advice))
	}
	return b.String()
}

// stepsOf are the steps of a cause: their names in errors, or a word for those
// that errors do not name.
func stepsOf(c cause.Cause) string {
	words := map[string]string{cause.OpVerify: "token", cause.OpRequire: "API", "doctor": "doctor"}
	var steps []string
	for _, step := range c.Steps() {
		steps = append(steps, cmp.Or(words[step], "`"+step+"`"))
	}
	return strings.Join(steps, ", ")
}

// sentence begins with a capital letter, unless the word is a name such as
// userInfo, and ends with a full stop.
func sentence(s string) string {
	if word, _, _ := strings.Cut(s, " "); strings.ToLower(word) == word && word != "sub" {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return s + "."
}

// pagesTable has the texts of pages, read from the code: first those of package
// hostedui, then those of package session. A code may have a text of each.
func pagesTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| code | the page says |\n|---|---|\n")
	var codes []string
	says := map[string][]string{}
	texts := append(literals(t, "../hostedui/pages.go", "errorTexts"), literals(t, "../cognito/session/internal/refusals/refusals.go", "texts")...)
	for _, row := range texts {
		if len(row) < 3 {
			continue
		}
		if !slices.Contains(codes, row[0]) {
			codes = append(codes, row[0])
		}
		if text := fmt.Sprintf("**%s.** %s", row[1], row[2]); !slices.Contains(says[row[0]], text) {
			says[row[0]] = append(says[row[0]], text)
		}
	}
	for _, code := range codes {
		fmt.Fprintf(&b, "| `%s` | %s |\n", code, strings.Join(says[code], " Or: "))
	}
	if len(codes) < 20 {
		t.Errorf("found %d codes of pages: the test looks in the wrong place", len(codes))
	}
	return b.String()
}

// literals are the strings of each row of a table in a Go file, with the codes
// of package cognito that it names.
func literals(t *testing.T, file, table string) (rows [][]string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := refusalCodes(t)
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != table {
			return true
		}
		for _, row := range spec.Values[0].(*ast.CompositeLit).Elts {
			var texts []string
			for _, e := range row.(*ast.CompositeLit).Elts {
				switch e := e.(type) {
				case *ast.SelectorExpr:
					texts = append(texts, codes[e.Sel.Name])
				case *ast.BasicLit:
					texts = append(texts, unquoted(t, e))
				}
			}
			rows = append(rows, texts)
		}
		return false
	})
	if len(rows) == 0 {
		t.Fatalf("%s has no table %s", file, table)
	}
	return rows
}

// refusalCodes are the values of the constants of cognito.RefusalCode, by name.
func refusalCodes(t *testing.T) map[string]string {
	t.Helper()
	codes := map[string]string{}
	for _, typ := range readDoc(t, "cognito").Types {
		if typ.Name != "RefusalCode" {
			continue
		}
		for _, group := range typ.Consts {
			for _, spec := range group.Decl.Specs {
				spec := spec.(*ast.ValueSpec)
				codes[spec.Names[0].Name] = unquoted(t, spec.Values[0].(*ast.BasicLit))
			}
		}
	}
	return codes
}

func unquoted(t *testing.T, lit *ast.BasicLit) string {
	t.Helper()
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
