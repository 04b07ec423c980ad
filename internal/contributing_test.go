package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const houseDir = "../cognito/cognitotest"

// CONTRIBUTING's map of the emulator has every room, and names no other.
func TestContributing_Rooms(t *testing.T) {
	text := readContributing(t)
	err := filepath.WalkDir(houseDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		sources, err := filepath.Glob(filepath.Join(path, "*.go"))
		name := filepath.ToSlash(strings.TrimPrefix(path, houseDir+string(filepath.Separator)))
		if len(sources) > 0 && strings.HasPrefix(name, "internal/") && !strings.Contains(text, "`"+name+"`") {
			t.Errorf("CONTRIBUTING.md does not say what is in %s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(internal/[a-z/]+(?:\\.[a-z]+)?)`").FindAllStringSubmatch(houseChapter(text), -1)
	if len(named) < 30 {
		t.Errorf("found %d rooms and files in CONTRIBUTING.md: does the expression still fit?", len(named))
	}
	for _, m := range named {
		if _, err := os.Stat(filepath.Join(houseDir, m[1])); err != nil {
			t.Errorf("CONTRIBUTING.md names %s: %v", m[1], err)
		}
	}
}

// TestContributing_Map: the map of the repository names every package below an
// internal folder and every folder of internal/checks, and no other.
func TestContributing_Map(t *testing.T) {
	_, chart, _ := strings.Cut(readContributing(t), "```\n")
	chart, _, _ = strings.Cut(chart, "```")
	there := map[string]bool{}
	for _, folder := range []string{"../internal", "../cognito/internal", "../cognito/session/internal", "../cognito/userpool/internal"} {
		for _, name := range foldersIn(t, folder) {
			there["internal/"+name] = true
		}
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^ *(internal/[a-z0-9]+) `).FindAllStringSubmatch(chart, -1) {
		named[m[1]] = true
	}
	for name := range there {
		if !named[name] {
			t.Errorf("the map in CONTRIBUTING.md lacks %s", name)
		}
	}
	for name := range named {
		if !there[name] {
			t.Errorf("the map in CONTRIBUTING.md has %s, which is not there", name)
		}
	}
	_, chart, _ = strings.Cut(chart, "\ninternal/checks ")
	for _, name := range foldersIn(t, "../internal/checks") {
		if !strings.Contains(chart, "\n  "+name+" ") {
			t.Errorf("the map in CONTRIBUTING.md lacks internal/checks/%s", name)
		}
	}
}

// foldersIn are the names of the folders in dir, of which there are some.
func foldersIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "testdata" {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		t.Fatalf("%s has no folders", dir)
	}
	return names
}

// Each answer to "Where does my change go?" is right: the name that it gives is
// declared in the file that it gives.
func TestContributing_Answers(t *testing.T) {
	answers := regexp.MustCompile("`([A-Za-z]+)` in `(internal/[a-z/]+\\.go)`").FindAllStringSubmatch(houseChapter(readContributing(t)), -1)
	if len(answers) < 3 {
		t.Fatalf("found %d answers in CONTRIBUTING.md, want 3 and more", len(answers))
	}
	for _, m := range answers {
		source, err := os.ReadFile(filepath.Join(houseDir, m[2]))
		if err != nil {
			t.Error(err)
			continue
		}
		if !regexp.MustCompile(`(?m)^(?:const |func (?:\([^)]*\) )?)` + m[1] + `\b`).Match(source) {
			t.Errorf("%s does not declare %s, as CONTRIBUTING.md says", m[2], m[1])
		}
	}
}

func readContributing(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// houseChapter is what CONTRIBUTING says of the inside of the emulator.
func houseChapter(text string) string {
	_, chapter, _ := strings.Cut(text, "### Inside cognitotest")
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	return chapter
}
