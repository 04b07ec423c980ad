package release_test

import (
	"os"
	"path/filepath"
	"regexp"
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
				if program, _, _ := strings.Cut(step.Run, " "); strings.HasPrefix(program, ".") {
					if info, err := os.Stat(filepath.Join("../../..", program)); err != nil || info.Mode()&0o111 == 0 {
						t.Errorf("%s: the job %s runs %s, which is no program: %v", filepath.Base(file), name, program, err)
					}
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
