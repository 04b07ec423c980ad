package release_test

import (
	"bytes"
	"flag"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/checks/release"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// root is the repository's module; the others are below it.
const root = "github.com/seed75762126/cognito-go"

// TestModules_ArePublishable: a module that others import has no replace, which
// would count only in a main module. It requires its siblings at the version
// that is released with it.
func TestModules_ArePublishable(t *testing.T) {
	modules, version := work(t)
	for _, m := range modules {
		for _, r := range m.File.Replace {
			t.Errorf("%s replaces %s: leave that to go.work", m.Path, r.Old.Path)
		}
		for _, r := range m.File.Require {
			if ours(r.Mod.Path) && r.Mod.Version != version {
				t.Errorf("%s requires %s at %s, want %s", m.Path, r.Mod.Path, r.Mod.Version, version)
			}
		}
	}
}

// TestReleasing_NamesEveryTag: the table of RELEASING.md has a row for each
// module.
func TestReleasing_NamesEveryTag(t *testing.T) {
	page, err := os.ReadFile("../../../RELEASING.md")
	if err != nil {
		t.Fatal(err)
	}
	modules, version := work(t)
	for _, m := range modules {
		row := "| `.` | `" + version + "` |"
		if dir := strings.TrimPrefix(m.Path, root+"/"); m.Path != root {
			row = "| `" + dir + "` | `" + dir + "/" + version + "` |"
		}
		if !bytes.Contains(page, []byte(row+"\n")) {
			t.Errorf("RELEASING.md has no row %s", row)
		}
	}
}

var update = flag.Bool("update", false, "make go.mod and go.sum of each module tidy")

// TestModules_AreTidy runs "go mod tidy" in a copy of every module, with its
// siblings at the packed version. Their checksums are added to go.sum when
// they are tagged, so those lines may be absent. With -update the files are
// written.
func TestModules_AreTidy(t *testing.T) {
	env, modules, _ := packed(t)
	for _, m := range modules {
		t.Run(filepath.Base(m.Path), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "module")
			if err := os.CopyFS(dir, os.DirFS(m.Dir)); err != nil {
				t.Fatal(err)
			}
			run(t, env, dir, "go", "mod", "tidy")
			for _, name := range []string{"go.mod", "go.sum"} {
				got, want := lines(t, filepath.Join(dir, name)), lines(t, filepath.Join(m.Dir, name))
				if *update {
					if err := os.WriteFile(filepath.Join(m.Dir, name), []byte(strings.Join(got, "\n")), 0o644); err != nil {
						t.Fatal(err)
					}
					continue
				}
				for _, line := range got {
					if !slices.Contains(want, line) {
						t.Errorf("%s lacks %q", name, line)
					}
				}
				for _, line := range want {
					if !slices.Contains(got, line) {
						t.Errorf("%s need not have %q", name, line)
					}
				}
			}
		})
	}
}

// TestConsumers builds each program below testdata in an empty module that
// requires the packed modules, and runs it. Each signs a user in and says so.
func TestConsumers(t *testing.T) {
	env, _, version := packed(t)
	for name, modules := range map[string][]string{
		"root":        {root},
		"redisstore":  {root, root + "/cognito/session/redisstore"},
		"pgstore":     {root, root + "/cognito/session/pgstore"},
		"grpcauth":    {root, root + "/cognito/grpcauth"},
		"otelcognito": {root, root + "/cognito/otelcognito"},
	} {
		t.Run(name, func(t *testing.T) {
			runEnv := env
			switch name {
			case "redisstore":
				runEnv = append(slices.Clone(env), "REDIS_ADDR="+servers.StartRedis(t).Addr)
			case "pgstore":
				runEnv = append(slices.Clone(env), "POSTGRES_DSN="+servers.StartPostgres(t))
			}
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", name))); err != nil {
				t.Fatal(err)
			}
			run(t, env, dir, "go", "mod", "init", "example.com/consumer")
			for _, m := range modules {
				run(t, env, dir, "go", "get", m+"@"+version)
			}
			run(t, env, dir, "go", "mod", "tidy")
			run(t, env, dir, "go", "build", "-o", "consumer", ".")
			if got, want := run(t, runEnv, dir, filepath.Join(dir, "consumer")), "jane is signed in\n"; got != want {
				t.Errorf("the program wrote %q, want %q", got, want)
			}
		})
	}
}

// TestPrograms_InstallByVersion: the emulator and the first example are got
// and built without a clone.
func TestPrograms_InstallByVersion(t *testing.T) {
	env, _, version := packed(t)
	for _, program := range []string{
		root + "/cognito/cognitotest/cmd/cognito-emulator",
		root + "/cognito/cognitotest/cmd/cognito-parity",
		root + "/cognito/cmd/cognito",
		root + "/examples/hostedui",
	} {
		t.Run(filepath.Base(program), func(t *testing.T) {
			bin := t.TempDir()
			run(t, append(slices.Clone(env), "GOBIN="+bin), bin, "go", "install", program+"@"+version)
			out, err := exec.Command(filepath.Join(bin, filepath.Base(program)), "-h").CombinedOutput()
			if !bytes.Contains(out, []byte("  -")) {
				t.Errorf("%s -h: %v\n%s", filepath.Base(program), err, out)
			}
		})
	}
}

// TestCustomLogin_Alone: the example that people copy builds in a module of
// its own, from its folder and a require.
func TestCustomLogin_Alone(t *testing.T) {
	env, _, version := packed(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "..", "examples", "customlogin"))); err != nil {
		t.Fatal(err)
	}
	tests, err := filepath.Glob(filepath.Join(dir, "*_test.go")) // they drive a browser, with code of this repository
	if err != nil || len(tests) == 0 {
		t.Fatalf("tests of the example = %v, %v", tests, err)
	}
	for _, name := range tests {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	run(t, env, dir, "go", "mod", "init", "example.com/consumer")
	run(t, env, dir, "go", "get", root+"@"+version)
	run(t, env, dir, "go", "mod", "tidy")
	run(t, env, dir, "go", "build", "-o", "consumer", ".")
}

func work(t *testing.T) (modules []release.Module, version string) {
	t.Helper()
	dir, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	modules, version, err = release.Work(dir)
	if err != nil {
		t.Fatal(err)
	}
	return modules, version
}

func ours(path string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// packed returns an environment for the go command with an empty module cache.
// In it, our modules are those of this checkout, packed at the next version.
// All other modules come from the cache of this machine, or where they usually
// do.
func packed(t *testing.T) (env []string, modules []release.Module, version string) {
	t.Helper()
	proxy, cache := t.TempDir(), t.TempDir()
	modules, version = work(t)
	for _, m := range modules {
		if err := release.Pack(m, version, proxy); err != nil {
			t.Fatal(err)
		}
	}
	env = append(os.Environ(), "GOWORK=off")
	ask := func(name string) string { return strings.TrimSpace(run(t, env, "", "go", "env", name)) }
	downloads := filepath.Join(ask("GOMODCACHE"), "cache", "download")
	t.Cleanup(func() { // its files are read-only
		run(t, append(env, "GOMODCACHE="+cache), "", "go", "clean", "-modcache")
	})
	return append(env,
		"GOMODCACHE="+cache,
		"GOPROXY="+fileURL(proxy)+","+fileURL(downloads)+","+ask("GOPROXY"),
		"GONOSUMDB="+strings.TrimPrefix(ask("GONOSUMDB")+","+root, ","),
		"GOFLAGS=-mod=mod -trimpath",
	), modules, version
}

func fileURL(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

func run(t *testing.T, env []string, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", filepath.Base(name), strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}

// lines are the lines of a file, but for those of go.sum about our modules.
func lines(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(data), "\n"), func(line string) bool {
		path, _, _ := strings.Cut(line, " ")
		return ours(path)
	})
}
