package cognitotest_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The package's documentation is held to the tests. A test names the rows of
// doc.go's table that it shows in lines of its comment. Such a line has doc, a
// colon, and the question as the table has it. A quirk of Cognito is in the
// test's own name (TestQ7_…) or in such a line (quirk, a colon, the number).

// quirks are the quirks of Cognito that trip libraries.
var quirks = map[string]string{
	"Q1":  "self-made nonce",
	"Q2":  "string booleans",
	"Q3":  "no audience",
	"Q4":  "token_use alone",
	"Q5":  "PKCE unmentioned",
	"Q6":  "own logout",
	"Q7":  "custom domain",
	"Q8":  "two issuers",
	"Q9":  "damaged state",
	"Q10": "refresh token",
	"Q11": "hash on refresh",
	"Q12": "device on refresh",
	"Q13": "400 invalid_client",
	"Q14": "style probing",
	"Q15": "no Bearer",
	"Q16": "invisible sign-out",
	"Q17": "linking error",
	"Q18": "trigger texts",
	"Q19": "token size",
	"Q20": "three usernames",
	"Q21": "base64 kids",
	"Q22": "escaped slashes",
	"Q23": "no max_age",
	"Q24": "openid missing",
	"Q25": "unverified e-mail",
	"Q26": "string attributes",
	"Q27": "unreadable attribute",
	"Q28": "path spelling",
	"Q29": "COGNITO sessions",
	"Q30": "own issuer",
	"Q31": "unavailable scopes",
}

// The example of a real pool must not meet one that the environment of this
// run happens to name.
func init() {
	for _, setting := range os.Environ() {
		if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "COGNITO_") {
			os.Unsetenv(name)
		}
	}
}

func TestDocsTableIsHeldByTests(t *testing.T) {
	rows := undecidedRows(t)
	if len(rows) < 70 {
		t.Fatalf("emulator-unknowns.md has %d rows, want the whole table: %q", len(rows), rows)
	}
	shown := namedByTests(t, "doc: ")
	for i, row := range rows {
		if slices.Contains(rows[:i], row) {
			t.Errorf("the row %q stands twice", row)
		}
		if len(shown[row]) == 0 {
			t.Errorf("no test names the row %q", row)
		}
	}
	for row, tests := range shown {
		if !slices.Contains(rows, row) {
			t.Errorf("%v names %q, which is no row of docs/emulator-unknowns.md", tests, row)
		}
	}
}

func TestDocsQuirksHaveTests(t *testing.T) {
	shown := namedByTests(t, "quirk: ")
	own := regexp.MustCompile(`^Test(Q[0-9]+)_`)
	for _, test := range testsOfPackage(t) {
		if m := own.FindStringSubmatch(test.decl.Name.Name); m != nil {
			shown[m[1]] = append(shown[m[1]], test.decl.Name.Name)
		}
	}
	for quirk, words := range quirks {
		if len(shown[quirk]) == 0 {
			t.Errorf("no test shows %s (%s)", quirk, words)
		}
	}
	for quirk, tests := range shown {
		if quirks[quirk] == "" {
			t.Errorf("%v names %s, which is no quirk of the list", tests, quirk)
		}
	}
}

var columns = regexp.MustCompile(`^\| (\S.*?) \| (\S.*?) \| (\S.*?) \|$`)

// undecidedRows returns the questions of the table in emulator-unknowns.md.
func undecidedRows(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../docs/emulator-unknowns.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "|---|---|---|\n")
	if !found {
		t.Fatal("emulator-unknowns.md has no table")
	}
	var rows []string
	for line := range strings.Lines(table) {
		cells := columns.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if cells == nil {
			t.Errorf("the line %q of emulator-unknowns.md has no three columns; the last names requests of cognito-parity", line)
			continue
		}
		rows = append(rows, cells[1])
	}
	return rows
}

// A testFunc is a test of this directory, with the comments of its file.
type testFunc struct {
	file *ast.File
	decl *ast.FuncDecl
}

// says reports whether a comment stands above or inside the test.
func (f testFunc) says(c *ast.Comment) bool {
	from := f.decl.Pos()
	if f.decl.Doc != nil {
		from = f.decl.Doc.Pos()
	}
	return from <= c.Pos() && c.Pos() < f.decl.End()
}

func testsOfPackage(t *testing.T) []testFunc {
	t.Helper()
	tests, err := readTests()
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

// readTests reads all test files once.
var readTests = sync.OnceValues(func() ([]testFunc, error) {
	var names []string
	for _, rooms := range []string{"*_test.go", "internal/*/*_test.go", "internal/*/*/*_test.go"} {
		some, err := filepath.Glob(rooms)
		if err != nil {
			return nil, err
		}
		names = append(names, some...)
	}
	if len(names) == 0 {
		return nil, errors.New("there are no test files")
	}
	var tests []testFunc
	fset := token.NewFileSet()
	for _, name := range names {
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				tests = append(tests, testFunc{file, f})
			}
		}
	}
	return tests, nil
})

// namedByTests returns what follows prefix in comments of this directory, with
// the names of the tests. Such a comment that belongs to no test is an error.
func namedByTests(t *testing.T, prefix string) map[string][]string {
	t.Helper()
	tests := testsOfPackage(t)
	named := make(map[string][]string)
	seen := make(map[*ast.File]bool)
	for _, test := range tests {
		if seen[test.file] {
			continue
		}
		seen[test.file] = true
		for _, group := range test.file.Comments {
			for _, c := range group.List {
				what, ok := strings.CutPrefix(c.Text, "// "+prefix)
				if !ok {
					continue
				}
				at := slices.IndexFunc(tests, func(f testFunc) bool { return f.file == test.file && f.says(c) })
				if at < 0 {
					t.Errorf("the comment %q belongs to no test", c.Text)
					continue
				}
				named[what] = append(named[what], tests[at].decl.Name.Name)
			}
		}
	}
	return named
}
