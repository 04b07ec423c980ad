package release_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/checks/release"
	"go.yaml.in/yaml/v3"
)

// TestWorkflows: every workflow parses, may write nothing unless a job says
// so, and names the actions of others by commit, with the version beside it.
func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob("../../../.github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no workflows: %v", err)
	}
	pinned := regexp.MustCompile(`^\s*- uses: [\w./-]+@[0-9a-f]{40} # v[0-9.]+$`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var workflow struct {
			Permissions map[string]string
			Jobs        map[string]struct {
				Timeout int `yaml:"timeout-minutes"`
				Steps   []struct{ Uses, Run string }
			}
		}
		if err := yaml.Unmarshal(text, &workflow); err != nil {
			t.Fatalf("%s: %v", filepath.Base(file), err)
		}
		if len(workflow.Permissions) != 1 || workflow.Permissions["contents"] != "read" {
			t.Errorf("%s: permissions are %v, want contents: read alone", filepath.Base(file), workflow.Permissions)
		}
		if len(workflow.Jobs) == 0 {
			t.Errorf("%s has no jobs", filepath.Base(file))
		}
		for name, job := range workflow.Jobs {
			if job.Timeout == 0 || len(job.Steps) == 0 {
				t.Errorf("%s: the job %s has no timeout-minutes or no steps", filepath.Base(file), name)
			}
			for _, step := range job.Steps {
				if step.Run == "" {
					continue
				}
				if err := exists(step.Run); err != nil {
					t.Errorf("%s: the job %s runs %q: %v", filepath.Base(file), name, step.Run, err)
				}
			}
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "uses:") && !pinned.MatchString(strings.TrimRight(line, "\n")) {
				t.Errorf("%s: %q names no commit and version", filepath.Base(file), strings.TrimSpace(line))
			}
		}
	}
}

// exists says whether a command of a workflow can be run. A script of this
// repository parses, and packages of the go command are there. All else is a
// program that GitHub's runners have.
func exists(command string) error {
	if out, err := bash("-n", "-c", command); err != nil {
		return fmt.Errorf("bash: %w: %s", err, out)
	}
	fields := strings.Fields(command)
	switch program := fields[0]; {
	case strings.HasPrefix(program, "."):
		file := filepath.Join("../../..", program)
		if info, err := os.Stat(file); err != nil || info.Mode()&0o111 == 0 {
			return fmt.Errorf("%s is no program: %w", program, err)
		}
		if out, err := bash("-n", file); err != nil {
			return fmt.Errorf("%s: %w: %s", program, err, out)
		}
		return nil
	case program == "go":
		for _, pattern := range fields[2:] {
			dir, _ := strings.CutSuffix(pattern, "/...")
			if info, err := os.Stat(filepath.Join("../../..", dir)); strings.HasPrefix(pattern, "./") && (err != nil || !info.IsDir()) {
				return fmt.Errorf("there is no package %s: %w", pattern, err)
			}
		}
		return nil
	case program == "docker":
		for i, flag := range fields {
			if _, err := os.Stat(filepath.Join("../../..", fields[min(i+1, len(fields)-1)])); flag == "-f" && err != nil {
				return err
			}
		}
		return nil
	case program == "gh", program == "echo":
		return nil
	default:
		return fmt.Errorf("is %s on GitHub's runners?", program)
	}
}

func bash(args ...string) (output []byte, err error) {
	return exec.Command("bash", args...).CombinedOutput()
}

// TestCI_Programs: the script of a release builds both programs for a system,
// with their sums.
func TestCI_Programs(t *testing.T) {
	dist := t.TempDir()
	cmd := exec.Command("../../../.ci/programs", dist)
	cmd.Env = append(os.Environ(), "GOWORK=", "SYSTEMS="+runtime.GOOS+"/"+runtime.GOARCH)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sums, err := os.ReadFile(filepath.Join(dist, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"cognito", "cognito-emulator"} {
		name := program + "-" + runtime.GOOS + "-" + runtime.GOARCH
		if out, err := exec.Command(filepath.Join(dist, name), "-h").CombinedOutput(); !bytes.Contains(out, []byte("  -")) {
			t.Errorf("%s -h: %v: %s", name, err, out)
		}
		if !bytes.Contains(sums, []byte("  "+name+"\n")) {
			t.Errorf("SHA256SUMS has no line for %s:\n%s", name, sums)
		}
	}
}

// TestCI_API: without a tag the script says so. With one, it prints what a
// later commit has changed. From version 1 on, a change that breaks users
// fails.
func TestCI_API(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	script, err := os.ReadFile("../../../.ci/api")
	if err != nil {
		t.Fatal(err)
	}
	write(".ci/api", string(script))
	write("go.mod", "module example.com/m\n\ngo 1.26.0\n")
	write("sub/go.mod", "module example.com/m/sub\n\ngo 1.26.0\n")
	write("sub/sub.go", "package sub\n\nfunc Kept() {}\n")
	write("go.work", "go 1.26.0\n\nuse (\n\t.\n\t./sub\n)\n")
	env := append(os.Environ(), "GOWORK=")
	git := func(args ...string) {
		t.Helper()
		run(t, env, dir, "git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
	}
	commit := func(source string) {
		t.Helper()
		write("m.go", source)
		git("add", ".")
		git("commit", "-q", "-m", "change")
	}
	api := func() (output string, err error) {
		cmd := exec.Command(filepath.Join(dir, ".ci/api"))
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	git("init", "-q")
	commit("package m\n\nfunc Old() {}\n")
	if out, err := api(); err != nil || strings.Count(out, "there is no tag yet") != 2 {
		t.Fatalf("without a tag: %v: %s", err, out)
	}
	git("tag", "v0.1.0")
	git("tag", "sub/v0.1.0")
	commit("package m\n\nfunc New() {}\n")
	if out, err := api(); err != nil || !strings.Contains(out, "Old: removed") || !strings.Contains(out, "New: added") || strings.Contains(out, "Kept") {
		t.Errorf("since v0.1.0: %v: %s", err, out)
	}
	git("tag", "v1.0.0")
	commit("package m\n\nfunc Newer() {}\n")
	if out, err := api(); err == nil || !strings.Contains(out, "New: removed") {
		t.Errorf("a change since v1.0.0 that breaks users: %v: %s", err, out)
	}
}

// TestCI_Newest: the script raises direct and indirect requirements of every
// module, those outside go.work included. It leaves no replace behind, modules
// of the repository require each other as before, and a version that needs a
// newer Go is left out.
func TestCI_Newest(t *testing.T) {
	dir, proxy, cache := t.TempDir(), t.TempDir(), t.TempDir()
	script, err := os.ReadFile("../../../.ci/newest")
	if err != nil {
		t.Fatal(err)
	}
	const head = "module example.com/m%s\n\ngo 1.26.0\n"
	const needs = "\nrequire (\n\texample.com/dep v%[1]s\n\texample.com/late v1.0.0\n)\n\nrequire example.com/below v%[1]s // indirect\n"
	sub := fmt.Sprintf(head, "/sub") + "\nrequire example.com/m v0.1.0\n"
	peer := fmt.Sprintf(head, "/peer") + "\nreplace example.com/m => ../\n\nrequire example.com/m v0.0.0\n"
	writeAll := func(files map[string]string) {
		t.Helper()
		for name, text := range files {
			file := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	const uses = "import (\n\t_ \"example.com/dep\"\n\t_ \"example.com/late\"\n\t_ \"example.com/m\"\n)\n"
	writeAll(map[string]string{
		".ci/newest":   string(script),
		"go.mod":       fmt.Sprintf(head, ""),
		"m.go":         "package m\n",
		"sub/go.mod":   sub + fmt.Sprintf(needs, "1.0.0"),
		"sub/sub.go":   "package sub\n\n" + uses,
		"peer/go.mod":  peer + fmt.Sprintf(needs, "1.0.0"),
		"peer/peer.go": "package peer\n\n" + uses,
		"go.work":      "go 1.26.0\n\nuse (\n\t.\n\t./sub\n)\n\nreplace example.com/m v0.1.0 => ./\n",
	})
	for _, name := range []string{"below", "dep", "late"} {
		for _, version := range []string{"v1.0.0", "v1.1.0"} {
			publish(t, proxy, name, version)
		}
	}
	env := append(os.Environ(), "GOWORK=", "GOTOOLCHAIN=local", "GOFLAGS=-modcacherw", "GONOSUMDB=example.com", "GOPROXY="+fileURL(proxy), "GOMODCACHE="+cache)
	cmd := exec.Command(filepath.Join(dir, ".ci/newest"))
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, want := range map[string]string{"sub": sub, "peer": peer} {
		after, err := os.ReadFile(filepath.Join(dir, name, "go.mod"))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range append(strings.Split(want, "\n"), "example.com/dep v1.1.0", "example.com/late v1.0.0", "example.com/below v1.1.0 // indirect") {
			if !bytes.Contains(after, []byte(strings.TrimPrefix(line, "require "))) {
				t.Errorf("%s/go.mod lacks %q:\n%s", name, line, after)
			}
		}
		if got, want := bytes.Count(after, []byte("=>")), strings.Count(want, "=>"); got != want {
			t.Errorf("%s/go.mod has %d replacements, want %d:\n%s", name, got, want, after)
		}
	}
	run(t, env, dir, "go", "build", "work")
}

// publish packs a module for TestCI_Newest: dep requires below, and late needs
// a Go of the future from v1.1.0 on.
func publish(t *testing.T, proxy, name, version string) {
	t.Helper()
	dir, gomod, source := t.TempDir(), "module example.com/"+name+"\n\ngo 1.26.0\n", "package "+name+"\n"
	switch {
	case name == "dep":
		gomod += "\nrequire example.com/below v1.0.0\n"
		source += "\nimport _ \"example.com/below\"\n"
	case name == "late" && version == "v1.1.0":
		gomod = strings.Replace(gomod, "1.26.0", "1.999.0", 1)
	}
	for file, text := range map[string]string{"go.mod": gomod, name + ".go": source} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := release.Pack(release.Module{Path: "example.com/" + name, Dir: dir}, version, proxy); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(proxy, "example.com", name, "@v", "list")
	if err := os.WriteFile(list, []byte("v1.0.0\n"+strings.TrimPrefix(version+"\n", "v1.0.0\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestCI_Pins: the script passes if each commit is the one that its tag names,
// an annotated tag included. It names an action whose commit is another one,
// and an action that has no such tag.
func TestCI_Pins(t *testing.T) {
	dir, hub := t.TempDir(), t.TempDir()
	action := filepath.Join(hub, "makers", "tool")
	if err := os.MkdirAll(action, 0o755); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url."+fileURL(hub)+"/.insteadOf", "GIT_CONFIG_VALUE_0=https://github.com/",
		"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com")
	git := func(args ...string) string { return strings.TrimSpace(run(t, env, action, "git", args...)) }
	git("init", "-q")
	git("commit", "-q", "--allow-empty", "-m", "first")
	git("tag", "v1.0.0")
	first := git("rev-parse", "HEAD")
	git("commit", "-q", "--allow-empty", "-m", "second")
	git("tag", "-a", "-m", "second", "v1.1.0")
	second := git("rev-parse", "HEAD")

	script, err := os.ReadFile("../../../.ci/pins")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{".ci", ".github/workflows"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".ci/pins"), script, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ uses, want string }{
		{"makers/tool/init@" + first + " # v1.0.0", ""},
		{"makers/tool@" + second + " # v1.1.0", ""},
		{"makers/tool@" + second + " # v1.0.0", "makers/tool is pinned to " + second + ", and its tag v1.0.0 names " + first},
		{"makers/tool@" + first + " # v2.0.0", "its tag v2.0.0 names nothing"},
	} {
		workflow := "jobs:\n  test:\n    steps:\n      - uses: " + tt.uses + "\n"
		if err := os.WriteFile(filepath.Join(dir, ".github/workflows/ci.yml"), []byte(workflow), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(filepath.Join(dir, ".ci/pins"))
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		if (err == nil) != (tt.want == "") || !strings.Contains(string(out), tt.want) {
			t.Errorf("with %s: %v, %q, want %q", tt.uses, err, out, tt.want)
		}
	}
}

// TestForms: dependabot's settings and the issue forms parse.
func TestForms(t *testing.T) {
	files, err := filepath.Glob("../../../.github/ISSUE_TEMPLATE/*.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "../../../.github/dependabot.yml") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var form map[string]any
		if err := yaml.Unmarshal(text, &form); err != nil || len(form) == 0 {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
}
