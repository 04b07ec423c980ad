package release_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// builder stands in for OSS-Fuzz's command of that name. It refuses what
// OSS-Fuzz cannot build. That is a target whose name begins another's, a
// package that cannot be imported, and one whose folder has external tests.
// Then it builds the target, and runs it once in a folder without files, as
// OSS-Fuzz does.
const builder = `#!/usr/bin/env bash
set -euo pipefail
path=$1 function=$2 binary=$3
folder=$(go list -tags gofuzz -f '{{.Dir}}' "$path")
[ "$(grep -rh --include='*.go' "func $function" "$folder" | grep -c testing.F)" = 1 ] || { echo "$path has not one function whose name begins with $function"; exit 1; }
[ "$(go list -tags gofuzz -f '{{.Name}} {{len .XTestGoFiles}}' "$path" | sed 's/^main .*/main/; s/.* 0$/ok/')" = ok ] || { echo "$path is a program, or has external tests"; exit 1; }
program=$OUT/$(echo "$path" | tr / _)
[ -x "$program" ] || go test -tags gofuzz -trimpath -c -o "$program" "$path"
cd "$(mktemp -d)"
log=$("$program" -test.run "^$function\$" -test.v 2>&1) || { echo "$log"; exit 1; }
case $log in *"--- PASS: $function"*) ;; *) echo "$path does not run $function: $log"; exit 1 ;; esac
echo "$function $binary" >>"$OUT/built"
`

// TestOSSFuzz runs the build script of OSS-Fuzz's project on a copy of the
// sources: it builds each fuzz target of the root module.
func TestOSSFuzz(t *testing.T) {
	src, out, work, path := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	copied := filepath.Join(src, "cognito-go")
	var want []string
	target := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)
	err := filepath.WalkDir("../../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel("../../..", name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if _, err := os.Stat(filepath.Join(name, "go.mod")); d.Name() == ".git" || rel != "." && err == nil {
				return fs.SkipDir // another module
			}
			return os.MkdirAll(filepath.Join(copied, rel), 0o755)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if strings.HasSuffix(name, "_test.go") {
			for _, m := range target.FindAllSubmatch(text, -1) {
				want = append(want, string(m[1]))
			}
		}
		return os.WriteFile(filepath.Join(copied, rel), text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, "compile_native_go_fuzzer_v2"), []byte(builder), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("bash", filepath.Join(copied, "internal/checks/ossfuzz/build.sh"))
	cmd.Env = append(os.Environ(), "SRC="+src, "OUT="+out, "WORK="+work, "PATH="+path+string(os.PathListSeparator)+os.Getenv("PATH"))
	if log, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build.sh: %v\n%s", err, log)
	}
	built, err := os.ReadFile(filepath.Join(out, "built"))
	if err != nil {
		t.Fatal(err)
	}
	var got, binaries []string
	for line := range strings.Lines(string(built)) {
		name, binary, _ := strings.Cut(strings.TrimSpace(line), " ")
		got, binaries = append(got, name), append(binaries, binary)
	}
	slices.Sort(got)
	slices.Sort(want)
	if len(want) < 40 || !slices.Equal(got, want) {
		t.Errorf("built %d targets, and the sources have %d:\n%v\n%v", len(got), len(want), got, want)
	}
	slices.Sort(binaries)
	if n := len(slices.Compact(slices.Clone(binaries))); n != len(binaries) {
		t.Errorf("two targets have one name among %v", binaries)
	}
}

// TestOSSFuzz_Project: OSS-Fuzz's project parses, and its image has the Go
// release of go.mod. As long as nobody is named for its findings, RELEASING.md
// says that the owner has to do it.
func TestOSSFuzz_Project(t *testing.T) {
	text, err := os.ReadFile("../ossfuzz/project.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var project struct {
		Language   string
		MainRepo   string   `yaml:"main_repo"`
		Contact    *string  `yaml:"primary_contact"`
		Engines    []string `yaml:"fuzzing_engines"`
		Sanitizers []string
	}
	if err := yaml.Unmarshal(text, &project); err != nil || project.Language != "go" || project.MainRepo != "https://"+root || !slices.Equal(project.Engines, []string{"libfuzzer"}) {
		t.Errorf("project.yaml = %+v, %v", project, err)
	}
	page, err := os.ReadFile("../../../RELEASING.md")
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	switch asked := bytes.Contains(page, []byte("Fill in `primary_contact`")); {
	case project.Contact == nil:
		t.Error("project.yaml has no primary_contact, which OSS-Fuzz asks for")
	case *project.Contact == "" && !asked:
		t.Error("primary_contact is empty, and RELEASING.md does not say that it has to be filled in")
	case *project.Contact != "" && (asked || !address.MatchString(*project.Contact)):
		t.Errorf("primary_contact is %q: want an address, and no line in RELEASING.md that asks for it", *project.Contact)
	}
	image, err := os.ReadFile("../ossfuzz/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	gomod, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	release := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(gomod)
	if release == nil || !bytes.Contains(image, []byte("golang:"+string(release[1])+" ")) {
		t.Errorf("the image of OSS-Fuzz has not the Go release %s of go.mod", release[1])
	}
	for _, line := range []string{"$SRC/cognito-go", "COPY build.sh $SRC/"} {
		if !bytes.Contains(image, []byte(line)) {
			t.Errorf("the Dockerfile of OSS-Fuzz lacks %q", line)
		}
	}
}
