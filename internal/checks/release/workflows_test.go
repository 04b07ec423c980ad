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

// TestCI_Newest: the script leaves no replace behind, and modules of the
// repository require each other as before. (Here they require nothing else.)
func TestCI_Newest(t *testing.T) {
	dir := t.TempDir()
	script, err := os.ReadFile("../../../.ci/newest")
	if err != nil {
		t.Fatal(err)
	}
	const sub = "module example.com/m/sub\n\ngo 1.26.0\n\nrequire example.com/m v0.1.0\n"
	for name, text := range map[string]string{
		".ci/newest": string(script),
		"go.mod":     "module example.com/m\n\ngo 1.26.0\n",
		"m.go":       "package m\n",
		"sub/go.mod": sub,
		"sub/sub.go": "package sub\n\nimport _ \"example.com/m\"\n",
		"go.work":    "go 1.26.0\n\nuse (\n\t.\n\t./sub\n)\n\nreplace example.com/m v0.1.0 => ./\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(filepath.Join(dir, ".ci/newest"))
	cmd.Env = append(os.Environ(), "GOWORK=", "GOPROXY=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	after, err := os.ReadFile(filepath.Join(dir, "sub/go.mod"))
	if err != nil || string(after) != sub {
		t.Errorf("sub/go.mod = %q, %v, want it as before", after, err)
	}
	run(t, append(os.Environ(), "GOWORK="), dir, "go", "build", "work")
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
