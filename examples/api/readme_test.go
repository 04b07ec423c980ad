//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A step of README.md is lines for the shell and what they print.
type step struct{ lines, prints string }

// readmeSteps returns the steps of README.md.
func readmeSteps(t *testing.T) []step {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "```")
	if len(parts)%2 == 0 {
		t.Fatal("README.md has a block without end")
	}
	var steps []step
	for i := 1; i < len(parts); i += 2 {
		kind, block, _ := strings.Cut(parts[i], "\n")
		switch {
		case kind == "sh":
			steps = append(steps, step{lines: block})
		case kind == "" && len(steps) > 0 && steps[len(steps)-1].prints == "":
			steps[len(steps)-1].prints = block
		default:
			t.Fatalf("README.md has a block %q that is neither lines for the shell nor what they print", kind)
		}
	}
	return steps
}

// need ends the test where a tool is missing.
func need(t *testing.T, tool string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI has to install %s: %v", tool, err)
		}
		t.Skipf("no %s on this machine", tool)
	}
}

const endOfStep = "-- end of step --\n"

// TestReadme: the lines of README.md, copied out of it and pasted into a shell
// in the repository's root, print what follows them. Either of the two ways to
// start works. Only the ports are others.
func TestReadme(t *testing.T) {
	need(t, "bash")
	need(t, "curl")
	steps := readmeSteps(t)
	starts := func(s step) bool { return strings.Contains(s.lines, "$bin/api ") }
	for _, with := range []string{"the Cognito in the process", "cognito-emulator"} {
		t.Run(with, func(t *testing.T) {
			emulator := with == "cognito-emulator"
			took := slices.DeleteFunc(slices.Clone(steps), func(s step) bool {
				return starts(s) && strings.Contains(s.lines, "$bin/cognito-emulator ") != emulator
			})
			if len(took) != len(steps)-1 {
				t.Fatalf("README.md has not two ways to start, in one step each")
			}
			prints := paste(t, took)
			if len(prints) != len(took) {
				t.Fatalf("%d of %d steps ended", len(prints), len(took))
			}
			for i, s := range took {
				if got, want := plain(prints[i]), plain(s.prints); got != want {
					t.Errorf("the lines\n%sprint\n%swant\n%s", s.lines, got, want)
				}
			}
		})
	}
}

// paste runs steps in one shell and returns what each has printed.
func paste(t *testing.T, steps []step) []string {
	t.Helper()
	var script strings.Builder
	for _, s := range steps {
		script.WriteString(strings.NewReplacer(":8080", ":0", ":9229", ":0").Replace(s.lines))
		fmt.Fprintf(&script, "printf %%s '%s'\n", endOfStep)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, "bash", "-eu", "-o", "pipefail", "-c", script.String())
	cmd.Dir = filepath.Join("..", "..")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // to end what it has started
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir(), "GOWORK=", "no_proxy=localhost,127.0.0.1,::1", "NO_PROXY=localhost,127.0.0.1,::1")
	cmd.Env = slices.DeleteFunc(cmd.Env, func(v string) bool { return strings.HasPrefix(v, "COGNITO_") || strings.HasPrefix(v, "API_URL") })
	log, err := os.CreateTemp(t.TempDir(), "log") // no pipe: programs left behind would hold it open
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	cmd.Stderr = log
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what a failed step has left
	printed, _ := os.ReadFile(out.Name())
	if err != nil {
		logged, _ := os.ReadFile(log.Name())
		t.Fatalf("the lines end with %v and print\n%s\nthe log:\n%s", err, printed, logged)
	}
	blocks := strings.Split(string(printed), endOfStep)
	return blocks[:len(blocks)-1]
}

var (
	uuid    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	returns = regexp.MustCompile(`\r`)
)

// plain is what is printed without what is another on each run.
func plain(s string) string {
	return uuid.ReplaceAllString(returns.ReplaceAllString(s, ""), "<sub>")
}
