package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// The largest package that one person can hold in mind: lines of code that is
// not tests, and files that all reach each other.
const (
	maxRoomLines = 4000
	maxRoomKnot  = 25
)

// Every package stays small enough to hold in mind.
func TestRooms(t *testing.T) {
	for name, room := range rooms(t) {
		files, lines := make(map[string]*ast.File), 0
		for _, f := range room {
			files[f.path] = f.parse(t)
			lines += strings.Count(f.text, "\n")
		}
		knot := largestKnot(files)
		t.Logf("%6d lines, %3d files, knot of %3d: %s", lines, len(files), knot, name)
		if lines > maxRoomLines {
			t.Errorf("%s has %d lines, want at most %d: split it by surface", name, lines, maxRoomLines)
		}
		if knot > maxRoomKnot {
			t.Errorf("%s has %d files that all reach each other, want at most %d: cut what ties them", name, knot, maxRoomKnot)
		}
	}
}

// rooms are the files of each package that are not tests, by the package's
// folder.
func rooms(t *testing.T) map[string][]*treeFile {
	t.Helper()
	all := make(map[string][]*treeFile)
	for _, f := range sourceFiles(t) {
		folder := path.Dir(f.name())
		all[folder] = append(all[folder], f)
	}
	return all
}

// largestKnot is the largest number of files of which each reaches each other,
// over any number of others. A file reaches those that declare a name that it
// uses: a function, a type, a variable, a constant or a method.
func largestKnot(files map[string]*ast.File) int {
	declares := make(map[string][]string) // name → files
	for path, file := range files {
		for _, name := range declaredIn(file) {
			declares[name] = append(declares[name], path)
		}
	}
	reach := make(map[string]map[string]bool)
	for path, file := range files {
		reach[path] = make(map[string]bool)
		for _, name := range usedIn(file) {
			for _, other := range declares[name] {
				reach[path][other] = true
			}
		}
	}
	all := reachAll(reach)
	largest := 0
	for path := range files {
		size := 1
		for other := range files {
			if other != path && all[path][other] && all[other][path] {
				size++
			}
		}
		largest = max(largest, size)
	}
	return largest
}

// usedIn are the names that a file may use of its package. A method has a dot in
// front, as in declaredIn: what follows a value is a method and nothing else.
// Names of fields and parameters, and those of imported packages, such as New in
// errors.New, are no uses.
func usedIn(file *ast.File) (names []string) {
	imported := importedBy(file)
	var visit func(ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			for _, list := range []*ast.FieldList{n.Recv, n.Type.TypeParams, n.Type.Params, n.Type.Results} {
				if list != nil {
					ast.Inspect(list, visit)
				}
			}
			if n.Body != nil {
				ast.Inspect(n.Body, visit)
			}
			return false
		case *ast.Field:
			ast.Inspect(n.Type, visit)
			return false
		case *ast.SelectorExpr:
			if of, ok := n.X.(*ast.Ident); ok && imported[of.Name] {
				return false
			}
			names = append(names, "."+n.Sel.Name)
			ast.Inspect(n.X, visit)
			return false
		case *ast.Ident:
			names = append(names, n.Name)
		}
		return true
	}
	ast.Inspect(file, visit)
	return names
}

// importedBy are the names of the packages that a file imports.
func importedBy(file *ast.File) map[string]bool {
	names := make(map[string]bool)
	for _, spec := range file.Imports {
		name := path.Base(strings.Trim(spec.Path.Value, `"`))
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = true
	}
	return names
}

// reachAll is what each file reaches over others.
func reachAll(reach map[string]map[string]bool) map[string]map[string]bool {
	all := make(map[string]map[string]bool)
	for path := range reach {
		seen := make(map[string]bool)
		next := []string{path}
		for len(next) > 0 {
			at := next[0]
			next = next[1:]
			for other := range reach[at] {
				if !seen[other] {
					seen[other] = true
					next = append(next, other)
				}
			}
		}
		all[path] = seen
	}
	return all
}

// declaredIn are the names that a file declares for its package, methods with a
// dot in front. Names that every package uses for its methods tie nothing
// together.
func declaredIn(file *ast.File) (names []string) {
	common := []string{".String", ".Error", ".Unwrap", ".Close", "init", "main", "_"}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil {
				names = append(names, "."+d.Name.Name)
			} else {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
				case *ast.ValueSpec:
					for _, id := range s.Names {
						names = append(names, id.Name)
					}
				}
			}
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(common, name) })
}

// The measure itself: two files that use each other are a knot, a file that
// both use is not part of it.
func TestLargestKnot(t *testing.T) {
	files := make(map[string]*ast.File)
	for name, text := range map[string]string{
		"a.go": "package p\n func a() { b() }",
		"b.go": "package p\n func b() { var x t; x.m() }",
		"c.go": "package p\n type t struct{}; func (t) m() { leaf(); a() }",
		"d.go": "package p\n import \"b\"\n func leaf() { b.b() }; func (struct{ a int }) c() {}",
	} {
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = file
	}
	if got := largestKnot(files); got != 3 {
		t.Errorf("largestKnot = %d, want 3: a, b and c", got)
	}
	names := usedIn(files["d.go"])
	if want := []string{"p", "int"}; !slices.Equal(names, want) {
		t.Errorf("usedIn(d.go) = %q, want %q: a package's b, a method and a field's name are no uses", names, want)
	}
}

// No package-level variable is a function that another file or package sets:
// that would hide a cycle of imports.
func TestRooms_NoFunctionVariables(t *testing.T) {
	for _, f := range sourceFiles(t) {
		for _, decl := range f.parse(t).Decls {
			for _, variable := range functionVariables(decl) {
				t.Errorf("%s: the variable %s is a function: make it a function, a method or a field", f.name(), variable)
			}
		}
	}
}

// functionVariables are the variables of a declaration whose type is written as
// that of a function. One without a value waits to be set from elsewhere.
func functionVariables(decl ast.Decl) (names []string) {
	general, ok := decl.(*ast.GenDecl)
	if !ok || general.Tok != token.VAR {
		return nil
	}
	for _, spec := range general.Specs {
		value := spec.(*ast.ValueSpec)
		if _, function := value.Type.(*ast.FuncType); function {
			for _, id := range value.Names {
				names = append(names, id.Name)
			}
		}
	}
	return names
}
