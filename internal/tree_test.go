package internal_test

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A treeFile is a file of the repository with text. All tests share it, so that
// each file is read and parsed once.
type treeFile struct {
	path string // from this folder on, with slashes: ../hostedui/client.go
	text string
	set  *token.FileSet

	once   sync.Once // guards the rest
	syntax *ast.File
	err    error
}

// tree is the files of the repository that have text, in the order of their
// paths.
var tree = sync.OnceValues(func() (files []*treeFile, err error) {
	kinds := []string{".go", ".md", ".html", ".css", ".js", ".mjs", ".json"}
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !slices.Contains(kinds, filepath.Ext(path)) {
			return err
		}
		text, err := os.ReadFile(path)
		files = append(files, &treeFile{path: filepath.ToSlash(path), text: string(text), set: token.NewFileSet()})
		return err
	})
	return files, err
})

// treeFiles are the files of the repository that keep keeps.
func treeFiles(t *testing.T, keep func(*treeFile) bool) (kept []*treeFile) {
	t.Helper()
	files, err := tree()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if keep(f) {
			kept = append(kept, f)
		}
	}
	if len(kept) == 0 {
		t.Fatal("there is no such file: the test looks in the wrong place")
	}
	return kept
}

// is reports whether the file's name ends with one of these texts.
func (f *treeFile) is(ends ...string) bool {
	return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(f.path, end) })
}

// isCode reports whether it is a file of Go that is not a test.
func (f *treeFile) isCode() bool { return f.is(".go") && !f.is("_test.go") }

// in reports whether the file is in a folder of one of these names, at any
// depth.
func (f *treeFile) in(folders ...string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool { return strings.Contains(f.path, "/"+folder+"/") })
}

// below reports whether the file is in one of these folders or below.
func (f *treeFile) below(folders ...string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool { return strings.HasPrefix(f.path, folder+"/") })
}

// isHidden reports whether a folder of the file has a name that begins with a
// dot.
func (f *treeFile) isHidden() bool { return strings.Contains(strings.TrimPrefix(f.path, ".."), "/.") }

// name is the file's path from the root of the repository.
func (f *treeFile) name() string { return strings.TrimPrefix(f.path, "../") }

// dir is the file's folder.
func (f *treeFile) dir() string { return f.path[:strings.LastIndexByte(f.path, '/')] }

// parse returns the syntax of a file of Go, with comments. Tests read it and
// leave it as it is.
func (f *treeFile) parse(t *testing.T) *ast.File {
	t.Helper()
	f.once.Do(func() {
		f.syntax, f.err = parser.ParseFile(f.set, f.path, f.text, parser.ParseComments|parser.SkipObjectResolution)
	})
	if f.err != nil {
		t.Fatal(f.err)
	}
	return f.syntax
}

// comments are the comments of a file of Go, in the groups that a parser makes
// of them. Files of tests are not parsed for that.
func (f *treeFile) comments(t *testing.T) (groups []*ast.CommentGroup) {
	t.Helper()
	if f.isCode() {
		return f.parse(t).Comments
	}
	file := f.set.AddFile(f.path, -1, len(f.text))
	var s scanner.Scanner
	s.Init(file, []byte(f.text), nil, scanner.ScanComments)
	code, last := 0, 0 // the lines where code and the comment before end
	for {
		pos, tok, text := s.Scan()
		line := file.Line(pos)
		switch {
		case tok == token.EOF:
			return groups
		case tok != token.COMMENT:
			code, last = line, 0
			if tok == token.STRING {
				code += strings.Count(text, "\n")
			}
		default:
			if next := last + 1; last == 0 || line > next || line == next && code == last {
				groups = append(groups, &ast.CommentGroup{})
			}
			group := groups[len(groups)-1]
			group.List = append(group.List, &ast.Comment{Slash: pos, Text: text})
			last = line + strings.Count(text, "\n")
		}
	}
}

// testFunctions are the functions of all test files, by name.
var testFunctions = sync.OnceValues(func() (map[string]bool, error) {
	names := map[string]bool{}
	files, err := tree()
	for _, f := range files {
		if !f.is("_test.go") {
			continue
		}
		for line := range strings.Lines(f.text) {
			if rest, ok := strings.CutPrefix(line, "func "); ok {
				name, _, _ := strings.Cut(rest, "(")
				names[name] = true
			}
		}
	}
	return names, err
})

// isTest reports whether a test, an example or another function of a test file
// has this name.
func isTest(t *testing.T, name string) bool {
	t.Helper()
	names, err := testFunctions()
	if err != nil {
		t.Fatal(err)
	}
	return names[name]
}
