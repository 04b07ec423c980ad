package main

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed75762126/cognito-go/examples/internal/browser"
)

var pictures = flag.Bool("pictures", false, "make the pictures of README.md again")

// TestBrowser_ReadmePicture: README.md shows the shop as it is, in light and in
// dark. With -pictures the test makes the files again; without, it checks that
// they have the size that the shop's page has.
func TestBrowser_ReadmePicture(t *testing.T) {
	s := open(t, optionHosted)
	b := browser.New(t)
	b.Open(s.url + "/auth/login")
	s.signIn(b, "pat@example.com")
	s.wantText(b, "Good coffee at home")
	for name, dark := range map[string]bool{"light": false, "dark": true} {
		b.Emulate(1100, 760, dark)
		seen := b.Screenshot()
		path := filepath.Join("..", "..", "docs", "images", "shop-"+name+".png")
		if *pictures {
			if err := os.WriteFile(path, seen, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.DecodeConfig(bytes.NewReader(kept))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if want, err := png.DecodeConfig(bytes.NewReader(seen)); err != nil || got.Width != want.Width {
			t.Errorf("%s is %d pixels wide and the page %d, %v: make it again with -pictures", path, got.Width, want.Width, err)
		}
	}
}
