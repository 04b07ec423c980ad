package internal_test

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/look"
)

// TestPalette_One: the library's pages, the emulator and the examples have the
// same colours. Examples have copies of the palette, since they are copied
// themselves.
func TestPalette_One(t *testing.T) {
	declared := regexp.MustCompile(`(--[a-z-]+): ?(#[0-9a-fA-F]{3,8})\b`)
	palette := map[string][]string{}
	for _, m := range declared.FindAllStringSubmatch(look.Palette, -1) {
		palette[m[1]] = append(palette[m[1]], m[2])
	}
	own := map[string]bool{"--brand": true, "--on-brand": true} // of the providers that the emulator plays
	seen := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return cmp.Or(err, fs.SkipDir)
		}
		if d.IsDir() || strings.HasSuffix(path, "_test.go") || !slices.Contains([]string{".css", ".html", ".go"}, filepath.Ext(path)) {
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			seen++
			if !own[m[1]] && !slices.Contains(palette[m[1]], m[2]) {
				t.Errorf("%s has %s: %s, want the palette's %s", path, m[1], m[2], strings.Join(palette[m[1]], " or "))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 100 {
		t.Errorf("found %d colours only: the test looks in the wrong place", seen)
	}
}
