package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The budgets of "program that signs in with the Hosted UI", in bytes. They
// follow the features: no code is bent to save bytes.
//
// Programs/plain has go-oidc and x/oauth2, and ends with the callback.
// Programs/byhand goes on: it has the session, the refresh, the logout and the
// log that programs/cognito has, from gorilla/sessions and log/slog.
//
// On 2026-11-29 ours was 1,139,000 bytes above plain, and 672,000 above byhand.
// The 1,139,000 were 531,000 of code, 414,000 of the runtime's tables of that
// code, and 194,000 of types, constants and texts. Of the code, packages
// session, hostedui and cognito had 305,000, the library's leaves 140,000,
// log/slog 39,000 and compress/flate 21,000.
const (
	maxSizeAbovePlain  = 1_160_000
	maxSizeAboveByHand = 690_000
)

// programs are those to build, in programs/: the baseline, the same job by hand,
// ours, and the peers.
var programs = []struct{ dir, name, module string }{
	{"plain", "go-oidc and x/oauth2, without a session", "github.com/coreos/go-oidc/v3"},
	{"byhand", "the same with gorilla/sessions, refresh and logout", "github.com/gorilla/sessions"},
	{"cognito", "hostedui, with session, refresh and logout", ""},
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
	var oursAWS int
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
		if p.dir == "cognito" {
			oursAWS = aws
		}
		t.rows = append(t.rows, []string{
			p.name, version,
			fmt.Sprint(size), fmt.Sprint(size - sizes["plain"]), fmt.Sprint(all), fmt.Sprint(aws),
		})
	}
	abovePlain, aboveByHand := sizes["cognito"]-sizes["plain"], sizes["cognito"]-sizes["byhand"]
	t.budget = verdict(fmt.Sprintf("%d bytes above go-oidc and x/oauth2, %d above the same by hand, no AWS package", maxSizeAbovePlain, maxSizeAboveByHand),
		abovePlain <= maxSizeAbovePlain && aboveByHand <= maxSizeAboveByHand && oursAWS == 0)
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
