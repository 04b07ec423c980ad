package main

import (
	"context"
	"debug/elf"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A dockerfile is the instructions of one, in order.
type dockerfile []struct{ name, rest string }

func readDockerfile(t *testing.T, path string) dockerfile {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var d dockerfile
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", " ")) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && !strings.HasPrefix(name, "#") {
			d = append(d, struct{ name, rest string }{name, rest})
		}
	}
	return d
}

// last is the last instruction of that name.
func (d dockerfile) last(name string) (rest string) {
	for _, i := range d {
		if i.name == name {
			rest = i.rest
		}
	}
	return rest
}

// words is a command in the form of a JSON list.
func words(t *testing.T, list string) (all []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(list[strings.Index(list, "["):]), &all); err != nil {
		t.Fatalf("%s: %v", list, err)
	}
	return all
}

// The Dockerfile's build line makes a static program, and its entry line serves;
// its health check sees that, and its user has no rights.
func TestDockerfile(t *testing.T) {
	d := readDockerfile(t, "Dockerfile")
	dir := t.TempDir()
	program := filepath.Join(dir, "cognito-emulator")
	build := exec.Command("sh", "-eu", "-c", buildLine(t, d.last("RUN"), program))
	build.Dir = filepath.Join("..", "..", "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("RUN %s: %v\n%s", d.last("RUN"), err, out)
	}
	file, err := elf.Open(program)
	if err != nil {
		t.Logf("no ELF file, so that it is not known whether it is static: %v", err)
	} else {
		defer file.Close()
		for _, p := range file.Progs {
			if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
				t.Errorf("the program needs %v, want a static one: the image is empty", p.Type)
			}
		}
	}
	if from, user := d.last("FROM"), d.last("USER"); from != "scratch" || user != "65532:65532" {
		t.Errorf("the image is FROM %s with USER %s, want scratch and a user without rights", from, user)
	}
	port := freePort(t)
	at := func(list string) []string {
		all := words(t, strings.ReplaceAll(list, "9229", port))
		if all[0] == "/cognito-emulator" {
			all = all[1:]
		}
		return all
	}
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, program, append(at(d.last("ENTRYPOINT")), at(d.last("CMD"))...)...)
	stdout, stderr := newOutput(), newOutput()
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cancel()
	stdout.waitFor("READY")
	if got, want := stdout.waitFor("COGNITO_EMULATOR_HOST"), "COGNITO_EMULATOR_HOST=cognito"; got != want {
		t.Errorf("it prints %s, want %s", got, want)
	}
	health := at(d.last("HEALTHCHECK"))
	if out, err := exec.Command(program, health...).CombinedOutput(); err != nil {
		t.Errorf("HEALTHCHECK %q: %v %s", health, err, out)
	}
	if resp, err := http.Get("http://127.0.0.1:" + port + "/"); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("GET / through the published port = %v, %v, want the index page", resp, err)
	} else {
		resp.Body.Close()
	}
	if err := exec.Command(program, "-health-of", "http://127.0.0.1:1").Run(); err == nil {
		t.Error("-health-of an emulator that is not there = exit code 0, want 1")
	}
}

// buildLine is the Dockerfile's build line, with another place for the program.
// In the tests' quick form it is "go run" with the same flags, and a copy of the
// program. So Go keeps the linked program in its cache.
func buildLine(t *testing.T, line, program string) string {
	t.Helper()
	const build, into = " go build ", " -o /out/cognito-emulator "
	if !strings.Contains(line, build) || !strings.Contains(line, into) {
		t.Fatalf("RUN %s: want%sand%s", line, build, into)
	}
	if thorough.Enabled() || runtime.GOOS == "windows" { // which has no cp
		return strings.Replace(line, "/out/cognito-emulator", program, 1)
	}
	return strings.NewReplacer(build, " go run -exec cp ", into, " ").Replace(line) + " " + program
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// The compose file's emulator starts with its flags, and the app in Python signs
// in with its settings.
func TestComposeFile(t *testing.T) {
	python := pythonWithBoto3(t)
	text, err := os.ReadFile("compose/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	for _, m := range regexp.MustCompile(`(?m)^ +- (-\S+)$`).FindAllStringSubmatch(string(text), -1) {
		flags = append(flags, m[1])
	}
	if len(flags) != 3 || flags[0] != "-url=http://cognito:9229" {
		t.Fatalf("the flags are %q, want three with -url first", flags)
	}
	port := freePort(t)
	base := "http://127.0.0.1:" + port
	inside := func(s string) string { return strings.ReplaceAll(s, "http://cognito:9229", base) }
	args := append([]string{"-addr", "127.0.0.1:" + port}, flags...)
	args[2] = inside(args[2])
	p := start(t, args...)
	cmd := exec.Command(python, "compose/app/app.py")
	cmd.Env = append(os.Environ(), "no_proxy=127.0.0.1", "NO_PROXY=127.0.0.1", "AWS_CONFIG_FILE=none", "AWS_SHARED_CREDENTIALS_FILE=none")
	settings := 0
	for _, m := range regexp.MustCompile(`(?m)^ +(COGNITO_\w+): (\S+)$`).FindAllStringSubmatch(string(text), -1) {
		cmd.Env = append(cmd.Env, m[1]+"="+inside(m[2]))
		if p.settings[m[1]] != inside(m[2]) {
			t.Errorf("the app has %s=%s, and the emulator prints %s", m[1], inside(m[2]), p.settings[m[1]])
		}
		settings++
	}
	out, err := cmd.CombinedOutput()
	if want := "signed in: jane\nissuer: " + base + "/eu-west-1_Emulator1\n"; err != nil || string(out) != want || settings != 4 {
		t.Errorf("the app with %d settings = %v and prints %q, want %q", settings, err, out, want)
	}
}
