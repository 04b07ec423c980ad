package internal_test

import (
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
	for _, f := range treeFiles(t, func(f *treeFile) bool { return f.is(".css", ".html") || f.isCode() }) {
		if !strings.Contains(f.text, ": #") && !strings.Contains(f.text, ":#") {
			continue
		}
		for _, m := range declared.FindAllStringSubmatch(f.text, -1) {
			seen++
			if !own[m[1]] && !slices.Contains(palette[m[1]], m[2]) {
				t.Errorf("%s has %s: %s, want the palette's %s", f.path, m[1], m[2], strings.Join(palette[m[1]], " or "))
			}
		}
	}
	if seen < 100 {
		t.Errorf("found %d colours only: the test looks in the wrong place", seen)
	}
}
