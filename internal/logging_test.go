package internal_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var updateLogging = flag.Bool("update-logging", false, "write the tables in docs/logging.md")

// A logLine is one line that the library can log.
type logLine struct{ level, message, op, keys string }

// logMethods are the methods of a logger, and the level of each.
var logMethods = map[string]string{
	"DebugContext": "debug", "InfoContext": "info", "WarnContext": "warn", "ErrorContext": "error", "Log": "by cause", "log": "by cause",
	"Debug": "debug", "Info": "info", "Warn": "warn", "Error": "error",
}

// libraryFiles parses the files of the packages that others import.
func libraryFiles(t *testing.T) (files []*ast.File) {
	t.Helper()
	for _, f := range treeFiles(t, func(f *treeFile) bool {
		return f.isCode() && !f.in("cognitotest", "cmd", "testdata", "sessiontest") &&
			f.below("../hostedui", "../cognito", "../internal/clientsecret", "../internal/seal", "../internal/secretfile")
	}) {
		files = append(files, f.parse(t))
	}
	return files
}

// logLines are all lines that the packages can log.
func logLines(t *testing.T) []logLine {
	t.Helper()
	found := map[logLine]bool{}
	for _, file := range libraryFiles(t) {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if line, ok := logged(t, f, call); ok {
						found[line] = true
					}
				}
				return true
			})
		}
	}
	lines := slices.Collect(maps.Keys(found))
	slices.SortFunc(lines, func(a, b logLine) int { return strings.Compare(a.message+a.op+a.level, b.message+b.op+b.level) })
	return lines
}

// withoutRequest are the lines that are logged when an app is set up.
var withoutRequest = []string{
	"cognito: this guard refuses every request",
	"session: this policy refuses every request",
}

// logged is the line that a call logs, if it is a call of a logger with a
// message. It refuses lines without the context that the function has.
func logged(t *testing.T, f *ast.FuncDecl, call *ast.CallExpr) (line logLine, ok bool) {
	t.Helper()
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || logMethods[selector.Sel.Name] == "" {
		return line, false
	}
	at := slices.IndexFunc(call.Args, func(e ast.Expr) bool { return strings.Contains(literal(e), ": ") })
	if at < 0 {
		return line, false
	}
	line = logLine{level: logMethods[selector.Sel.Name], message: literal(call.Args[at])}
	withContext := strings.HasSuffix(selector.Sel.Name, "Context") || strings.EqualFold(selector.Sel.Name, "log")
	if !withContext && (hasContext(f) || !slices.Contains(withoutRequest, line.message)) {
		t.Errorf("%s: %q is logged without the context of the request", f.Name.Name, line.message)
	}
	keys := call.Args[at+1:]
	if call.Ellipsis.IsValid() {
		keys = appended(f)
	}
	var names []string
	for i := 0; i < len(keys); i += 2 {
		switch name := literal(keys[i]); {
		case name == "op" && i+1 < len(keys):
			line.op = literal(keys[i+1])
		case name != "":
			names = append(names, "`"+name+"`")
		}
	}
	line.keys = strings.Join(names, " ")
	return line, true
}

// hasContext reports whether a function is given a context or a request.
func hasContext(f *ast.FuncDecl) bool {
	return slices.ContainsFunc(f.Type.Params.List, func(p *ast.Field) bool {
		var name string
		switch kind := p.Type.(type) {
		case *ast.SelectorExpr:
			name = kind.Sel.Name
		case *ast.StarExpr:
			if s, ok := kind.X.(*ast.SelectorExpr); ok {
				name = s.Sel.Name
			}
		}
		return name == "Context" || name == "Request"
	})
}

// appended are the keys and values of a function's list of attributes.
func appended(f *ast.FuncDecl) (pairs []ast.Expr) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if list, ok := n.Type.(*ast.ArrayType); ok {
				if element, ok := list.Elt.(*ast.Ident); ok && element.Name == "any" {
					pairs = append(pairs, n.Elts...)
				}
			}
		case *ast.CallExpr:
			if name, ok := n.Fun.(*ast.Ident); ok && name.Name == "append" && len(n.Args) > 1 && literal(n.Args[1]) != "" {
				pairs = append(pairs, n.Args[1:]...)
			}
		}
		return true
	})
	return pairs
}

// literal is the text of a string literal, or "".
func literal(e ast.Expr) string {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if text, err := strconv.Unquote(lit.Value); err == nil {
			return text
		}
	}
	return ""
}

// codeTypes are the types whose constants are codes in the logs.
var codeTypes = []string{"OAuthCode", "RefusalCode", "Check"}

// codes are the constants of those types, by type, in the order of the text.
func codes(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, file := range libraryFiles(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if kind := typeName(spec.Type); slices.Contains(codeTypes, kind) && literal(spec.Values[0]) != "" {
				all[kind] = append(all[kind], literal(spec.Values[0]))
			}
			return true
		})
	}
	for _, list := range all {
		slices.Sort(list)
	}
	return all
}

// typeName is the name of a type, without its package.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// TestLogging_Docs: docs/logging.md lists every line, and every code. They are
// stable: a change here is a change for those who search their logs.
func TestLogging_Docs(t *testing.T) {
	const page, mark = "../docs/logging.md", "<!-- written by the test -->\n"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, _, found := strings.Cut(string(text), mark)
	if !found {
		t.Fatalf("%s has no line %q", page, mark)
	}
	var b strings.Builder
	b.WriteString(head + mark + "\n## Lines\n\n| level | msg | op | other keys |\n|---|---|---|---|\n")
	for _, l := range logLines(t) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", l.level, l.message, l.op, l.keys)
	}
	b.WriteString("\n## Codes\n\n| Go type | values of `code`, or of `check` |\n|---|---|\n")
	all := codes(t)
	for _, kind := range codeTypes {
		if len(all[kind]) == 0 {
			t.Errorf("there is no constant of the type %s", kind)
		}
		fmt.Fprintf(&b, "| `cognito.%s` | `%s` |\n", kind, strings.Join(all[kind], "` `"))
	}
	if b.String() == string(text) {
		return
	}
	if !*updateLogging {
		t.Fatalf("%s is not what the code logs: run this test with -update-logging", page)
	}
	if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
