package internal_test

import (
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/seed75762126/cognito-go/"

// allowed is what a package may link of this module; internal/ is free for all but
// itself links nothing above it. A room below the folder internal of a package
// is a part of that package. The rooms below cognitotest are free for
// cognitotest and its program alone.
var allowed = map[string][]string{
	"cognito":                                  {"cognito/observe", "cognito/keycache"},
	"cognito/observe":                          {},
	"cognito/keycache":                         {},
	"cognito/internal/keyset":                  {"cognito/observe", "cognito/keycache"},
	"cognito/userpool/internal/refusal":        {},
	"cognito/userpool/internal/record":         {},
	"cognito/userpool/internal/vault":          {},
	"cognito/userpool/internal/notice":         {},
	"cognito/session/internal/refusals":        {"cognito", "cognito/observe", "cognito/keycache"},
	"cognito/session/internal/revocations":     {"cognito", "cognito/observe", "cognito/keycache"},
	"cognito/session/internal/memory":          {},
	"cognito/session/internal/userindex":       {},
	"cognito/internal/tenancy":                 {},
	"cognito/internal/tokencache":              {},
	"cognito/alb":                              {"cognito", "cognito/observe", "cognito/keycache"},
	"cognito/apigateway":                       {"cognito", "cognito/observe", "cognito/keycache"},
	"cognito/session":                          {"cognito", "cognito/observe", "cognito/keycache"},
	"cognito/cognitotest":                      {"cognito", "cognito/observe", "cognito/keycache"},
	"cognito/identitypool":                     {"cognito", "cognito/observe", "cognito/keycache", "cognito/session"},
	"cognito/userpool":                         {"cognito", "cognito/observe", "cognito/keycache", "cognito/session"},
	"cognito/doctor":                           {"cognito", "cognito/observe", "cognito/keycache"},
	"cognito/poolevents":                       {"cognito", "cognito/observe", "cognito/keycache", "cognito/session"},
	"cognito/secretfile":                       {"cognito", "cognito/observe", "cognito/keycache", "cognito/session"},
	"hostedui":                                 {"cognito", "cognito/observe", "cognito/keycache", "cognito/session", "cognito/doctor", "cognito/secretfile"},
	"cognito/cognitotest/cmd/cognito-emulator": {"cognito", "cognito/observe", "cognito/keycache", "cognito/cognitotest"},
	"cognito/session/sessiontest":              {"cognito", "cognito/observe", "cognito/keycache", "cognito/session"},
	"internal/authenticator":                   {},
	"internal/awscall":                         {},
	"internal/cause":                           {},
	"internal/fetch":                           {},
	"internal/hosts":                           {},
	"internal/jws":                             {},
	"internal/oauth":                           {},
	"internal/passkeyscript":                   {},
	"internal/rawjson":                         {},
	"internal/seal":                            {},
	"internal/srp":                             {},
	"internal/web":                             {},
	"internal/wire":                            {},
}

// withoutAWS are the packages of users who call no API of AWS.
var withoutAWS = []string{"hostedui", "cognito", "cognito/alb", "cognito/apigateway", "cognito/doctor", "cognito/poolevents", "cognito/session", "cognito/secretfile", "cognito/cognitotest"}

// linked lists, for each package of these tables and each that they link, the
// packages that it links, itself not among them.
var linked = sync.OnceValues(func() (map[string][]string, error) {
	args := []string{"list", "-deps", "-f", "{{.ImportPath}} {{join .Deps \" \"}}"}
	for _, pkg := range append(slices.Collect(maps.Keys(allowed)), withoutAWS...) {
		args = append(args, module+pkg)
	}
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		return nil, fmt.Errorf("go list -deps: %w", err)
	}
	all := make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		pkg, deps, _ := strings.Cut(strings.TrimSpace(line), " ")
		all[pkg] = strings.Fields(deps)
	}
	return all, nil
})

// deps lists the packages that a package links, itself not among them.
func deps(t *testing.T, pkg string) []string {
	t.Helper()
	all, err := linked()
	if err != nil {
		t.Fatal(err)
	}
	list, ok := all[module+pkg]
	if !ok {
		t.Fatalf("there is no package %s", pkg)
	}
	return list
}

// TestLayering_NoAWS: whoever signs users in with the Hosted UI links nothing
// of the AWS SDK.
func TestLayering_NoAWS(t *testing.T) {
	for _, pkg := range withoutAWS {
		for _, dep := range deps(t, pkg) {
			if strings.HasPrefix(dep, "github.com/aws/") {
				t.Errorf("%s links %s, want no AWS package", pkg, dep)
			}
		}
	}
}

// TestLayering_Lean: a program that signs users in links no package that makes
// it much larger for little.
func TestLayering_Lean(t *testing.T) {
	heavy := map[string]string{
		"html":              "65 KB of named characters: internal/markup escapes text",
		"html/template":     "2 MB: it keeps every exported method",
		"text/template":     "2 MB: it keeps every exported method",
		"encoding/gob":      "its own reflection",
		"encoding/xml":      "no format of Cognito's",
		"net/http/httputil": "a proxy",
		"regexp":            "a compiler of expressions",
		"time/tzdata":       "450 KB of time zones",
	}
	for _, dep := range deps(t, "hostedui") {
		if why, ok := heavy[dep]; ok {
			t.Errorf("hostedui links %s: %s", dep, why)
		}
	}
}

// TestLayering_OneWay: hostedui → session → cognito → internal, and nothing
// links the emulator.
func TestLayering_OneWay(t *testing.T) {
	for pkg, may := range allowed {
		for _, dep := range deps(t, pkg) {
			ours, ok := strings.CutPrefix(dep, module)
			room := strings.HasPrefix(ours, "cognito/cognitotest/") && strings.HasPrefix(pkg, "cognito/cognitotest")
			owner, _, inside := strings.Cut(ours, "/internal/")
			part := inside && (pkg == owner || contains(may, owner))
			if ok && !strings.HasPrefix(ours, "internal/") && !room && !part && !contains(may, ours) {
				t.Errorf("%s links %s, which lies above it", pkg, ours)
			}
		}
	}
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}
