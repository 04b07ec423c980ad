package internal_test

import (
	"go/ast"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// Words of comments that look like names in code, and are words all the same.
var notNames = map[string]bool{"gRPC": true, "userInfo": true, "toJSON": true, "idTokenValidity": true, "explicitAuthFlows": true}

var (
	camelWord    = regexp.MustCompile("(?:^|[^\\w.$/\"`%-])([a-z]+[a-z0-9]*[A-Z]\\w*)")
	selectorWord = regexp.MustCompile("(?:^|[^\\w./\"`])[a-z]\\.([a-z]\\w*)\\b")
	plainName    = regexp.MustCompile(`^[a-z]\w*[A-Za-z0-9]$`)
)

// sourceFiles are the files of Go in the whole tree that are not tests.
func sourceFiles(t *testing.T) []*treeFile {
	t.Helper()
	return treeFiles(t, func(f *treeFile) bool { return f.isCode() && !f.in("testdata") && !f.isHidden() })
}

// mayHaveNames reports quickly whether a comment can have a word for camelWord,
// or one for selectorWord.
func mayHaveNames(comment string) (camel, selector bool) {
	for i := 1; i < len(comment); i++ {
		before, at := comment[i-1], comment[i]
		camel = camel || 'A' <= at && at <= 'Z' && ('a' <= before && before <= 'z' || '0' <= before && before <= '9')
		selector = selector || before == '.' && 'a' <= at && at <= 'z'
	}
	return camel, selector
}

// TestComments_Names: a comment outlives the function that it names. What a
// comment calls like a name in code is one, and the comment of a function
// begins with its name.
func TestComments_Names(t *testing.T) {
	files := sourceFiles(t)
	names, own := map[string]bool{}, map[string]map[string]bool{} // in the tree, and after a dot by folder
	for _, f := range files {
		here := own[f.dir()]
		if here == nil {
			here = map[string]bool{}
			own[f.dir()] = here
		}
		ast.Inspect(f.parse(t), func(n ast.Node) bool {
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
				for _, word := range strings.FieldsFunc(n.Value, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
					names[word] = true
				}
			}
			return true
		})
	}
	for _, f := range files {
		for _, group := range f.parse(t).Comments {
			for _, comment := range group.List {
				if strings.HasPrefix(comment.Text, "//\t") { // an example
					continue
				}
				camel, selector := mayHaveNames(comment.Text)
				if !camel && !selector {
					continue
				}
				for _, found := range camelWord.FindAllStringSubmatch(comment.Text, -1) {
					if name := found[1]; !names[name] && !notNames[name] {
						t.Errorf("%s: %q is not in the code: was it renamed?", f.set.Position(comment.Pos()), name)
					}
				}
				for _, found := range selectorWord.FindAllStringSubmatch(comment.Text, -1) {
					if name := found[1]; !own[f.dir()][name] {
						t.Errorf("%s: %q is not in the code of the package: was it renamed?", f.set.Position(comment.Pos()), found[0])
					}
				}
			}
		}
		for _, decl := range f.parse(t).Decls {
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
