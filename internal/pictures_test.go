package internal_test

import (
	"bytes"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Where the tests are that look at pages in a browser.
const (
	hostedPages   = "examples/internal/browser/pages_test.go"
	hostedPasskey = "examples/internal/browser/hostedpasskey_test.go"
	builtInPages  = "examples/internal/browser/builtin_test.go"
	programPages  = "examples/internal/browser/programs_test.go"
	shopPages     = "examples/webapp/phone_test.go"
	ownForms      = "examples/customlogin/phone_test.go"
)

// A picture is what a test calls a page when it looks at it.
type picture struct{ test, name string }

// pictures are where each file with a page is looked at. A folder ends with a
// slash: its own test looks at each of its files. The name "" means that the
// file has the page's frame, or pages that other rows have.
var pictures = map[string][]picture{
	"cognito/cmd/cognito/login.go":                         {{programPages, "doctor login"}, {programPages, "doctor login, elsewhere"}},
	"cognito/cognitotest/cmd/cognito-emulator/index.go":    {{programPages, "emulator, another host"}},
	"cognito/cognitotest/cmd/cognito-emulator/index.html":  {{programPages, "emulator"}},
	"cognito/cognitotest/internal/pages/html/change.html":  {{hostedPages, "change"}},
	"cognito/cognitotest/internal/pages/html/confirm.html": {{hostedPages, "confirm"}, {hostedPages, "confirm-link"}},
	"cognito/cognitotest/internal/pages/html/confirmed.html": {
		{hostedPages, "confirmed"}, {hostedPages, "confirmed-again"},
	},
	"cognito/cognitotest/internal/pages/html/error.html": {
		{hostedPages, "error"}, {hostedPages, "error-redirect"}, {hostedPages, "error-too-long"}, {hostedPages, "error-no-style"},
	},
	"cognito/cognitotest/internal/pages/html/forgot.html": {{hostedPages, "forgot"}},
	"cognito/cognitotest/internal/pages/html/layout.html": {{hostedPages, ""}},
	"cognito/cognitotest/internal/pages/html/login.html":  {{hostedPages, "login"}, {hostedPages, "login-passkey"}, {hostedPages, "chooser"}},
	"cognito/cognitotest/internal/pages/html/mfa.html": {
		{hostedPages, "mfa-enrol"}, {hostedPages, "mfa-enrol-app"}, {hostedPages, "mfa-app"}, {hostedPages, "mfa-mail"}, {hostedPages, "mfa-sms"}, {hostedPages, "mfa-choice"},
	},
	"cognito/cognitotest/internal/pages/html/passkey.html":    {{hostedPages, "passkey"}, {hostedPasskey, "passkey-none"}},
	"cognito/cognitotest/internal/pages/html/passkeyadd.html": {{hostedPages, "passkey-add"}, {hostedPasskey, "passkey-twice"}},
	"cognito/cognitotest/internal/pages/html/provider.html":   {{hostedPages, "provider-"}},
	"cognito/cognitotest/internal/pages/html/reset.html":      {{hostedPages, "reset"}},
	"cognito/cognitotest/internal/pages/html/saml.html":       {{hostedPages, "saml"}},
	"cognito/cognitotest/internal/pages/html/signup.html":     {{hostedPages, "signup"}},
	"cognito/session/internal/refusals/refusals.go":           {{builtInPages, "forbidden"}},
	"examples/customlogin/layout.html":                        {{ownForms, ""}},
	"examples/customlogin/pages/":                             {{ownForms, ""}},
	"examples/customlogin/site.go":                            {{ownForms, "broken"}},
	"examples/hostedui/main.go": {
		{"examples/hostedui/main_test.go", "home"}, {"examples/hostedui/main_test.go", "account"}, {"examples/hostedui/main_test.go", "admin"},
		{"examples/hostedui/main_test.go", "missing"},
	},
	"examples/ownsessions/page.go":             {{"examples/ownsessions/look_test.go", "guest"}, {"examples/ownsessions/look_test.go", "not found"}},
	"examples/singlepage/web/index.html":       {{"examples/singlepage/main_test.go", "guest"}, {"examples/singlepage/main_test.go", "signed in"}},
	"examples/singlepage/web/not-found.html":   {{"examples/singlepage/main_test.go", "not found"}},
	"examples/webapp/account/pages/":           {{ownForms, ""}}, // as TestPages_SameForms says
	"examples/webapp/account/pages/login.html": {{shopPages, "sign-in"}},
	"examples/webapp/pages/catalogue.html":     {{shopPages, "catalogue"}, {shopPages, "catalogue for guests"}},
	"examples/webapp/pages/files.html":         {{shopPages, "files"}, {shopPages, "files for guests"}},
	"examples/webapp/pages/note.html":          {{shopPages, "note"}},
	"examples/webapp/pages/offers.html":        {{shopPages, "offers"}},
	"examples/webapp/pages/order-again.html":   {{shopPages, "order again"}},
	"examples/webapp/pages/orders.html":        {{shopPages, "orders"}, {shopPages, "no orders"}},
	"examples/webapp/pages/problem.html":       {{shopPages, "no such page"}, {shopPages, "forbidden"}},
	"examples/webapp/pages/users.html":         {{shopPages, "users"}},
	"examples/webapp/pages/you.html":           {{shopPages, "profile"}, {"examples/webapp/fleet_walk_test.go", "profile with sessions"}},
	"examples/webapp/site/layout.html":         {{shopPages, ""}},
	"examples/webapp/site/site.go":             {{ownForms, "broken"}},
	"hostedui/logout.go":                       {{builtInPages, "sign-out"}, {builtInPages, "signed-out"}, {builtInPages, "still-signed-in"}},
	"hostedui/pages.go":                        {{builtInPages, "not-found"}},
	"internal/web/page.go":                     {{builtInPages, ""}},
}

// notLookedAt are folders and files whose pages nobody is meant to look at.
var notLookedAt = []string{
	"cognito/cognitotest/internal/request/fault.go", // what gateways and hotels answer in Cognito's place
	"examples/frameworks/",                          // a module of its own, without a browser
	"internal/checks/",
}

// TestPages_LookedAt: a browser test looks at every page of library, emulator
// and examples. A new template without such a test fails here.
func TestPages_LookedAt(t *testing.T) {
	written := regexp.MustCompile(`(?i)<!doctype html|web\.Page\{|\(p \*Page\) html`)
	used := map[string]bool{}
	for _, f := range treeFiles(t, func(f *treeFile) bool { return (f.is(".html") || f.isCode()) && !f.in("testdata", "docs") }) {
		name := f.name()
		isPage := f.is(".html") || (strings.Contains(f.text, "<!") || strings.Contains(f.text, "Page")) && written.MatchString(f.text)
		if !isPage || slices.ContainsFunc(notLookedAt, func(p string) bool { return strings.HasPrefix(name, p) }) {
			continue
		}
		looked := false
		for _, key := range []string{name, path.Dir(name) + "/"} {
			if _, ok := pictures[key]; ok {
				used[key], looked = true, true
				break
			}
		}
		if !looked {
			t.Errorf("%s has a page, and no test looks at it in a browser: have one call Look, and name it in the table here", name)
		}
	}
	for _, file := range slices.Sorted(maps.Keys(pictures)) {
		if !used[file] {
			t.Errorf("the table names %s, which has no page", file)
		}
		for _, p := range pictures[file] {
			test, err := os.ReadFile(filepath.Join("..", p.test))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(test, []byte("Look(")) || p.name != "" && !bytes.Contains(test, []byte(`"`+p.name)) {
				t.Errorf("%s does not look at %q of %s", p.test, p.name, file)
			}
		}
	}
}

// TestPages_Titles: the browser test of the built-in pages looks at each of
// them, by its title.
func TestPages_Titles(t *testing.T) {
	test, err := os.ReadFile("../" + builtInPages)
	if err != nil {
		t.Fatal(err)
	}
	titles := map[string]bool{}
	for file, pattern := range map[string]string{
		"../hostedui/pages.go":                             `\{cognito\.\w+, "([^"]+)"`,
		"../hostedui/logout.go":                            `(?:Title: +|logoutPage\{"[a-z-]+", )"([^"]+)"`,
		"../cognito/session/internal/refusals/refusals.go": `\{cognito\.\w+, "([^"]+)"`,
	} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(source, -1) {
			titles[string(m[1])] = true
		}
	}
	if len(titles) < 20 {
		t.Errorf("found %d titles only: %q", len(titles), slices.Sorted(maps.Keys(titles)))
	}
	for title := range titles {
		if !bytes.Contains(test, []byte(`"`+title+`"`)) {
			t.Errorf("%s does not look at the page %q", builtInPages, title)
		}
	}
}

// TestPages_SameForms: the shop and the example with its own forms have the same
// style, frame and pages for an account. Those of the example that offer more
// differ. Each app has a copy, since each is copied alone.
func TestPages_SameForms(t *testing.T) {
	more := []string{"login.html", "profile.html"}
	same := map[string]string{
		"../examples/webapp/site/style.css":   "../examples/customlogin/style.css",
		"../examples/webapp/site/layout.html": "../examples/customlogin/layout.html",
	}
	files, err := filepath.Glob("../examples/webapp/account/pages/*.html")
	if err != nil || len(files) < 15 {
		t.Fatalf("found %d pages, %v", len(files), err)
	}
	for _, file := range files {
		if name := filepath.Base(file); !slices.Contains(more, name) {
			same[file] = "../examples/customlogin/pages/" + name
		}
	}
	for file, other := range same {
		a, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(other)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s and %s differ", file, other)
		}
	}
}
