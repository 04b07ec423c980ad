package internal_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

// blocksRunBy says which test runs the blocks of a kind, or those of a page
// whose code begins so. The first row that fits counts.
var blocksRunBy = []struct{ page, kind, begins, test string }{
	{"examples/api/README.md", "", "", "TestReadme"},
	{"", "go", "", "TestDocs_CodeIsCompiled"},
	{"", "js", "", "TestDocs_CodeIsCompiled"},
	{"", "nginx", "", "TestDocs_Nginx"},
	{"", "html", "", "TestDocs_HTML"},
	{"", "text", "", "TestDocs_DrawingsAreNoCommands"},
	{"docs/emulator-triggers.md", "python", "", "TestDocTrigger"},
	{"docs/emulator-events.md", "json", "", "TestTrail_DocsEvent"},
	{"docs/emulator-containers.md", "python", "", "TestDocs_Testcontainers"},
	{"docs/emulator-containers.md", "sh", "COGNITO_", "TestDocs_EmulatorHost"},
	{"docs/setup.md", "sh", "", "TestDocs_Setup"},
	{"docs/doctor.md", "sh", "", "TestDocs_Doctor"},
	{"docs/own-forms.md", "sh", "pool=", "TestOwnFormsDoc"},
	{"README.md", "sh", "", "TestDocs_Commands"}, // each line has a test of its own
	{"", "sh", "", "TestDocs_Shell"},
}

// TestDocs_EveryBlockIsRun: each block of a page for users says what it is,
// and has a test that runs or compiles it.
func TestDocs_EveryBlockIsRun(t *testing.T) {
	ran := map[string]int{}
	for _, page := range pagesForUsers(t) {
		for _, b := range blocksOf(t, page) {
			if test := runs(b); test == "" {
				t.Errorf("%s has a block of the kind %q that no test runs:\n%s", b.page, b.kind, b.code)
			} else {
				ran[test]++
			}
		}
	}
	for _, row := range blocksRunBy {
		if ran[row.test] == 0 {
			t.Errorf("no page has a block for %s: take its row out", row.test)
		}
		if !isTest(t, row.test) {
			t.Errorf("%s is to run blocks of %s, and there is no such test", row.test, row.page)
		}
	}
}

// runs is the test that runs a block.
func runs(b block) (test string) {
	for _, row := range blocksRunBy {
		if (row.page == "" || row.page == b.page) && (row.kind == "" && row.page != "" || row.kind == b.kind) && strings.HasPrefix(b.code, row.begins) {
			return row.test
		}
	}
	return ""
}

// blocksFor are the blocks that a test is to run.
func blocksFor(t *testing.T, test string) (list []block) {
	t.Helper()
	for _, page := range pagesForUsers(t) {
		for _, b := range blocksOf(t, page) {
			if runs(b) == test {
				list = append(list, b)
			}
		}
	}
	if len(list) == 0 {
		t.Fatalf("no page has a block for %s", test)
	}
	return list
}

// TestDocs_DrawingsAreNoCommands: a block that is only to be read has no line
// that a reader could type or copy into a program.
func TestDocs_DrawingsAreNoCommands(t *testing.T) {
	code := regexp.MustCompile(`(?m)^\s*(\$ |go |cognito |cognito-emulator |aws |curl |docker |export |func |import |package |<\w)`)
	for _, b := range blocksFor(t, "TestDocs_DrawingsAreNoCommands") {
		if line := code.FindString(b.code); line != "" {
			t.Errorf("%s has %q in a block of text: say what it is, and a test will run it", b.page, line)
		}
	}
}

// TestDocs_HTML: each element of HTML in a page is one that a page of an
// example has, with the same attributes. Their values may differ.
func TestDocs_HTML(t *testing.T) {
	tag, attribute := regexp.MustCompile(`<(\w+)([^>]*)>`), regexp.MustCompile(`[\w-]+(?:="[^"]*")?`)
	shape := func(m []string) string {
		var names []string
		for _, a := range attribute.FindAllString(m[2], -1) {
			name, value, _ := strings.Cut(a, "=")
			switch name {
			case "class", "id", "role", "aria-label", "autocomplete": // of one page's look alone
				continue
			case "method", "type", "name", "data-passkey": // these decide what happens
				name += "=" + value
			}
			names = append(names, name)
		}
		slices.Sort(names)
		return m[1] + " " + strings.Join(names, " ")
	}
	blocks := blocksFor(t, "TestDocs_HTML")
	known := map[string]bool{}
	for _, f := range treeFiles(t, func(f *treeFile) bool { return f.is(".html", ".go") && strings.Contains(f.text, "</") }) {
		for _, m := range tag.FindAllStringSubmatch(f.text, -1) {
			known[shape(m)] = true
		}
	}
	for _, b := range blocks {
		elements := tag.FindAllStringSubmatch(b.code, -1)
		for _, m := range elements {
			if !known[shape(m)] {
				t.Errorf("%s has <%s>, and no page of an example has such an element", b.page, shape(m))
			}
		}
		if opened, closed := strings.Count(b.code, "<form"), strings.Count(b.code, "</form>"); len(elements) == 0 || opened != closed {
			t.Errorf("%s has %d elements, %d forms that open and %d that close", b.page, len(elements), opened, closed)
		}
	}
}

// TestDocs_EmulatorHost: the settings of docs/emulator-containers.md are
// accepted as they are, once a pool and an app client are named.
func TestDocs_EmulatorHost(t *testing.T) {
	for _, name := range []string{"COGNITO_CLIENT_SECRET", "APP_URL"} {
		t.Setenv(name, "")
	}
	t.Setenv("COGNITO_USER_POOL_ID", "eu-west-1_Emulator1")
	t.Setenv("COGNITO_CLIENT_ID", "1emulator0client0a1b2c3d4e")
	for _, b := range blocksFor(t, "TestDocs_EmulatorHost") {
		for line := range strings.Lines(b.code) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			t.Setenv(name, value)
		}
		if cfg, err := cognito.ConfigFromEnv(); err != nil || cfg.EmulatorHost == "" {
			t.Errorf("%s: ConfigFromEnv() = %v, with the host %q", b.page, err, cfg.EmulatorHost)
		}
	}
}

// needs returns the place of a program. Without it, the test is skipped, and
// fails in CI.
func needs(t *testing.T, names ...string) (path string) {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed, which CI needs", names[0])
	}
	t.Skipf("%s is not installed", names[0])
	return ""
}
