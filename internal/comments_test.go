package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Words of comments that look like names in code, and are words all the same.
var notNames = map[string]bool{"gRPC": true, "userInfo": true, "toJSON": true, "idTokenValidity": true, "explicitAuthFlows": true}

var (
	camelWord    = regexp.MustCompile("(?:^|[^\\w.$/\"`%-])([a-z]+[a-z0-9]*[A-Z]\\w*)")
	selectorWord = regexp.MustCompile("(?:^|[^\\w./\"`])[a-z]\\.([a-z]\\w*)\\b")
	plainName    = regexp.MustCompile(`^[a-z]\w*[A-Za-z0-9]$`)
)

// A sourceFile is a file of Go that is not a test.
type sourceFile struct {
	path string
	set  *token.FileSet
	ast  *ast.File
}

// sourceFiles are those of the whole tree.
func sourceFiles(t *testing.T) (files []sourceFile) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || name == "node_modules" || path != ".." && strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, sourceFile{path, set, file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestComments_Names: a comment outlives the function that it names. What a
// comment calls like a name in code is one, and the comment of a function
// begins with its name.
func TestComments_Names(t *testing.T) {
	files := sourceFiles(t)
	names, own := map[string]bool{}, map[string]map[string]bool{} // in the tree, and after a dot by folder
	for _, f := range files {
		here := own[filepath.Dir(f.path)]
		if here == nil {
			here = map[string]bool{}
			own[filepath.Dir(f.path)] = here
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				names[n.Name] = true
			case *ast.SelectorExpr:
				here[n.Sel.Name] = true
			case *ast.Field:
				for _, name := range n.Names {
					here[name.Name] = true
				}
			case *ast.BasicLit:
				for _, word := range regexp.MustCompile(`\w+`).FindAllString(n.Value, -1) {
					names[word] = true
				}
			}
			return true
		})
	}
	for _, f := range files {
		for _, group := range f.ast.Comments {
			for _, comment := range group.List {
				if strings.HasPrefix(comment.Text, "//\t") { // an example
					continue
				}
				for _, found := range camelWord.FindAllStringSubmatch(comment.Text, -1) {
					if name := found[1]; !names[name] && !notNames[name] {
						t.Errorf("%s: %q is not in the code: was it renamed?", f.set.Position(comment.Pos()), name)
					}
				}
				for _, found := range selectorWord.FindAllStringSubmatch(comment.Text, -1) {
					if name := found[1]; !own[filepath.Dir(f.path)][name] {
						t.Errorf("%s: %q is not in the code of the package: was it renamed?", f.set.Position(comment.Pos()), found[0])
					}
				}
			}
		}
		for _, decl := range f.ast.Decls {
			d, ok := decl.(*ast.FuncDecl)
			if !ok || d.Doc == nil {
				continue
			}
			begin := strings.Fields(strings.TrimLeft(d.Doc.List[0].Text, "/* "))
			if len(begin) > 0 && plainName.MatchString(begin[0]) && begin[0] != d.Name.Name && names[begin[0]] &&
				!strings.Contains(" "+strings.Join(begin[:min(len(begin), 6)], " "), " "+d.Name.Name) {
				t.Errorf("%s: the comment of %s begins with %q: begin it with the name", f.set.Position(d.Pos()), d.Name.Name, begin[0])
			}
		}
	}
}
