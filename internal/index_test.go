package internal_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// maxIndex is how many lines the index of a package has at most, as go doc
// writes it. It has functions, types, and groups of constants and of variables.
var maxIndex = map[string]int{
	"cognito": 55, "cognito/session": 25, "hostedui": 25, "cognito/userpool": 65, "cognito/cognitotest": 60,
}

// TestIndex: the index of a package fits on a page.
func TestIndex(t *testing.T) {
	for name, most := range maxIndex {
		pkg := readDoc(t, name)
		lines := indexLines(pkg)
		t.Logf("%s has %d lines", name, len(lines))
		if len(lines) > most {
			t.Errorf("the index of %s has %d lines, want at most %d:\n%s", name, len(lines), most, strings.Join(lines, "\n"))
		}
	}
}

// TestIndex_Chapters: the page of package cognito has its three chapters.
func TestIndex_Chapters(t *testing.T) {
	text := readDoc(t, "cognito").Doc
	at := 0
	for _, chapter := range []string{"# Verification\n", "# Policies\n", "# Guards\n"} {
		i := strings.Index(text[at:], chapter)
		if i < 0 {
			t.Fatalf("package cognito's doc lacks the chapter %q, or has it too early", chapter)
		}
		at += i
	}
}

func readDoc(t *testing.T, name string) *doc.Package {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", name, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	pkg, err := doc.NewFromFiles(fset, files, name)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func indexLines(pkg *doc.Package) (lines []string) {
	values := func(list []*doc.Value) {
		for _, v := range list {
			lines = append(lines, v.Names[0]+" …")
		}
	}
	funcs := func(list []*doc.Func) {
		for _, f := range list {
			lines = append(lines, "func "+f.Name)
		}
	}
	values(pkg.Consts)
	values(pkg.Vars)
	funcs(pkg.Funcs)
	for _, typ := range pkg.Types {
		lines = append(lines, "type "+typ.Name)
		values(typ.Consts)
		values(typ.Vars)
		funcs(typ.Funcs)
	}
	return lines
}
