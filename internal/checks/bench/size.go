package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The budgets of "program that signs in with the Hosted UI". Each of our two
// programs is compared with the one that does the same job without us. The
// budgets follow the features: no code is bent to save bytes.
//
// Programs/plain has go-oidc and x/oauth2, and ends with the callback, as the
// peers' programs do. Programs/protocol does that with a hostedui.Protocol.
//
// Programs/byhand goes on: it has the session, the refresh, the logout and the
// log that programs/cognito has with a hostedui.Client, from gorilla/sessions
// and log/slog.
//
// On 2026-11-30 protocol was 414,000 bytes above plain, and cognito 700,000
// above byhand. Cognito was 1,163,000 above plain. Of these, a little less than
// half is code, and more than a third the runtime's tables of that code. The
// rest is types, constants and texts. Of the code, packages session, hostedui
// and cognito have more than half, and the library's leaves a quarter. Log/slog
// has 39,000 bytes of it, and compress/flate 21,000.
var sizeBudgets = []struct {
	ours, other string // in programs/
	most        int64  // bytes that ours may have above other
}{
	{"protocol", "plain", 650_000},
	{"cognito", "byhand", 720_000},
	{"cognito", "plain", 1_180_000},
}

// programs are those to build, in programs/: the baseline, the same job by hand,
// ours, and the peers.
var programs = []struct{ dir, name, module string }{
	{"plain", "go-oidc and x/oauth2, without a session", "github.com/coreos/go-oidc/v3"},
	{"byhand", "the same with gorilla/sessions, refresh and logout", "github.com/gorilla/sessions"},
	{"protocol", "hostedui.Protocol, without a session", ""},
	{"cognito", "hostedui.Client, with session, refresh and logout", ""},
	{"goth", "markbates/goth, providers/cognito", "github.com/markbates/goth"},
	{"cap", "hashicorp/cap, oidc", "github.com/hashicorp/cap"},
	{"zitadel", "zitadel/oidc/v3, rp", "github.com/zitadel/oidc/v3"},
}

// sizeTables builds the programs with the go command, in the current
// directory's module.
func sizeTables(settings) ([]table, error) {
	t := table{
		title: "Program that signs in with the Hosted UI",
		note:  "Built with -trimpath and -ldflags=-s -w.",
		head:  []string{"", "version", "bytes", "above the first", "packages", "of them AWS"},
	}
	sizes := make(map[string]int64)
	var oursAWS int // packages
	for _, p := range programs {
		size, err := buildSize(p.dir)
		if err != nil {
			return nil, err
		}
		all, aws, err := linked(p.dir)
		if err != nil {
			return nil, err
		}
		version, err := required(p.module)
		if err != nil {
			return nil, err
		}
		sizes[p.dir] = size
		if p.module == "" {
			oursAWS += aws
		}
		t.rows = append(t.rows, []string{
			p.name, version,
			fmt.Sprint(size), fmt.Sprint(size - sizes["plain"]), fmt.Sprint(all), fmt.Sprint(aws),
		})
	}
	met := oursAWS == 0
	var texts []string
	for _, b := range sizeBudgets {
		met = met && sizes[b.ours]-sizes[b.other] <= b.most
		texts = append(texts, fmt.Sprintf("%s %d bytes above %s", b.ours, b.most, b.other))
	}
	t.budget = verdict(strings.Join(texts, ", ")+", and no AWS package", met)
	return []table{t}, nil
}

// buildSize builds a program and returns its size in bytes.
func buildSize(dir string) (int64, error) {
	out, err := os.MkdirTemp("", "bench")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(out)
	file := filepath.Join(out, "program")
	if _, err := goCommand("build", "-trimpath", "-ldflags=-s -w", "-o", file, "./programs/"+dir); err != nil {
		return 0, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// linked counts the packages of a program, and the AWS SDK's among them.
func linked(dir string) (all, aws int, err error) {
	list, err := goCommand("list", "-deps", "./programs/"+dir)
	if err != nil {
		return 0, 0, err
	}
	for _, pkg := range strings.Fields(list) {
		all++
		if strings.HasPrefix(pkg, "github.com/aws/") {
			aws++
		}
	}
	return all, aws, nil
}

// required is the version of a module that go.mod asks for, or "" for none.
func required(module string) (string, error) {
	if module == "" {
		return "", nil
	}
	version, err := goCommand("list", "-m", "-f={{.Version}}", module)
	return strings.TrimSpace(version), err
}

// goCommand runs the go command outside any workspace.
func goCommand(args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, problems.String())
	}
	return string(out), nil
}
