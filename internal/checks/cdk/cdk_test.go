package cdk_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCDK: the CDK's types fit what "cognito setup -o cdk-go" prints, with
// everything that setup can make. A property that the CDK does not have is
// found.
func TestCDK(t *testing.T) {
	source := generated(t)
	load := newLoader(t)
	if err := load.check(source); err != nil {
		t.Errorf("%v\n%s", err, source)
	}
	for right, wrong := range map[string]string{
		"CallbackUrLs:":            "CallbackURLs:",
		"userRole.AttrArn()":       "userRole.Arn()",
		"jsii.Number(12)":          `jsii.String("12")`,
		"NewCfnUserPoolDomain":     "NewCfnUserPoolHost",
		"CfnIdentityPoolProps":     "CfnIdentityProps",
		"RetryGracePeriodSeconds:": "RetryGracePeriod:",
	} {
		if !strings.Contains(source, right) {
			t.Errorf("the file lacks %s", right)
		}
		if load.check(strings.Replace(source, right, wrong, 1)) == nil {
			t.Errorf("%s passes", wrong)
		}
	}
}

// generated is the file with everything that setup can make.
func generated(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "go", "run", "./cognito/cmd/cognito", "setup", "-app", "https://shop.example.com", "-forms",
		"-group", "admins", "-group", "night-shift", "-resource", "https://api.example.com", "-scope", "read", "-machine", "-bucket", "shop-files", "-o", "cdk-go")
	command.Dir = root
	command.Env = append(os.Environ(), "GOWORK="+filepath.Join(root, "go.work"))
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	return string(out)
}

// A loader reads the types of packages from their source, without the bodies
// of functions: that is what a compiler needs of them, in seconds.
type loader struct {
	files    *token.FileSet
	packages map[string]*listed
	loaded   map[string]*types.Package
}

// A listed package is one of "go list".
type listed struct {
	ImportPath, Dir string
	GoFiles         []string
	ImportMap       map[string]string
}

func newLoader(t *testing.T) *loader {
	t.Helper()
	l := &loader{token.NewFileSet(), map[string]*listed{}, map[string]*types.Package{"unsafe": types.Unsafe}}
	command := exec.CommandContext(t.Context(), "go", "list", "-tags", "constructs", "-deps", "-json=ImportPath,Dir,GoFiles,ImportMap", ".")
	command.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listed)
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			return l
		} else if err != nil {
			t.Fatal(err)
		}
		l.packages[p.ImportPath] = p
	}
}

// check type-checks a file.
func (l *loader) check(source string) error {
	file, err := parser.ParseFile(l.files, "signin.go", source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	config := types.Config{Importer: l}
	_, err = config.Check("main", l.files, []*ast.File{file}, nil)
	return err
}

// Import implements [types.Importer].
func (l *loader) Import(path string) (*types.Package, error) {
	if p := l.loaded[path]; p != nil {
		return p, nil
	}
	about := l.packages[path]
	if about == nil {
		return nil, fmt.Errorf("there is no package %s", path)
	}
	var files []*ast.File
	for _, name := range about.GoFiles {
		file, err := parser.ParseFile(l.files, filepath.Join(about.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	config := types.Config{
		Importer: mapped{l, about.ImportMap}, IgnoreFuncBodies: true, Sizes: types.SizesFor("gc", "amd64"),
		Error: func(error) {}, // of imports that only bodies use
	}
	p, _ := config.Check(path, l.files, files, nil)
	l.loaded[path] = p
	return p, nil
}

// mapped imports for a package of the standard library, which has some of its
// imports under another path.
type mapped struct {
	*loader
	paths map[string]string
}

// Import implements [types.Importer].
func (m mapped) Import(path string) (*types.Package, error) {
	if other, differs := m.paths[path]; differs {
		path = other
	}
	return m.loader.Import(path)
}
