package look_test

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/look"
)

// contrast is WCAG 2.2's contrast ratio of two colours such as "#1f5fbf".
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(hex string) float64 {
		n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
		if err != nil || len(hex) != 7 {
			t.Fatalf("%q is no colour", hex)
		}
		sum := 0.0
		for i, weight := range []float64{0.0722, 0.7152, 0.2126} {
			v := float64(n>>(8*i)&0xff) / 255
			if v <= 0.04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += weight * v
		}
		return sum
	}
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

var declared = regexp.MustCompile(`(--[a-z-]+): ?(#[0-9a-f]{6})`)

// schemes are the colours that a style sheet declares, in light and in dark.
func schemes(t *testing.T, css string) (light, dark map[string]string) {
	t.Helper()
	first, second, ok := strings.Cut(css, "prefers-color-scheme")
	if !ok {
		t.Fatalf("the style sheet has one scheme: %s", css)
	}
	read := func(part string) map[string]string {
		colours := map[string]string{}
		for _, m := range declared.FindAllStringSubmatch(part, -1) {
			colours[m[1]] = m[2]
		}
		return colours
	}
	return read(first), read(second)
}

// TestPalette_Contrast: text can be read, and fields and buttons can be seen,
// as WCAG 2.2 wants it (1.4.3, 1.4.11).
func TestPalette_Contrast(t *testing.T) {
	light, dark := schemes(t, look.Palette)
	if len(light) != len(dark) || len(light) < 14 {
		t.Errorf("the palette has %d colours in light and %d in dark", len(light), len(dark))
	}
	for name, c := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, pair := range []struct {
			over, under string
			least       float64
		}{
			{"--ink", "--ground", 4.5}, {"--ink", "--card", 4.5}, {"--ink", "--note", 4.5}, {"--soft", "--ground", 4.5}, {"--soft", "--card", 4.5},
			{"--accent", "--card", 4.5}, {"--accent", "--ground", 4.5}, {"--accent-strong", "--card", 4.5}, {"--on-accent", "--accent", 4.5}, {"--on-accent", "--accent-strong", 4.5},
			{"--good", "--good-ground", 4.5}, {"--bad", "--bad-ground", 4.5}, {"--bad", "--card", 4.5}, {"--field", "--card", 3},
		} {
			if got := contrast(t, c[pair.over], c[pair.under]); got < pair.least {
				t.Errorf("%s: %s on %s has the contrast %.2f, want %.1f", name, pair.over, pair.under, got, pair.least)
			}
		}
	}
}

// TestBrand_AccentContrast: whatever accent an app chooses, the text on a
// button can be read and its border can be seen, in light and in dark.
func TestBrand_AccentContrast(t *testing.T) {
	lightPalette, darkPalette := schemes(t, look.Palette)
	for r := 0; r < 256; r += 17 {
		for g := 0; g < 256; g += 17 {
			for b := 0; b < 256; b += 17 {
				accent := fmt.Sprintf("#%02x%02x%02x", r, g, b)
				var brand look.Brand
				if err := brand.SetAccent(accent); err != nil {
					t.Fatalf("SetAccent(%s) = %v", accent, err)
				}
				light, dark := schemes(t, brand.CSS)
				for name, c := range map[string]map[string]string{lightPalette["--card"]: light, darkPalette["--card"]: dark} {
					if c["--accent"] != accent {
						t.Fatalf("SetAccent(%s): buttons are %s", accent, c["--accent"])
					}
					if got := contrast(t, c["--on-accent"], accent); got < 4.5 {
						t.Errorf("SetAccent(%s): text has the contrast %.2f", accent, got)
					}
					if got := contrast(t, c["--on-accent"], c["--accent-strong"]); got < 4.5 {
						t.Errorf("SetAccent(%s): text under the mouse has the contrast %.2f", accent, got)
					}
					if got := contrast(t, c["--ring"], name); got < 3 {
						t.Errorf("SetAccent(%s): the border %s has the contrast %.2f with %s", accent, c["--ring"], got, name)
					}
				}
			}
		}
	}
}

func TestBrand_Accent(t *testing.T) {
	var brand look.Brand
	if err := brand.SetAccent("#06C"); err != nil || !strings.Contains(brand.CSS, "--accent:#0066cc;") {
		t.Errorf("SetAccent(#06C) = %v, with the style sheet %s", err, brand.CSS)
	}
	for _, accent := range []string{"red", "#12345", "#1234567", "123456", "#12345g", "#", "", "#+12345", "#123456;}"} {
		if err := new(look.Brand).SetAccent(accent); err == nil {
			t.Errorf("SetAccent(%q) = nil, want an error", accent)
		}
	}
}

func TestBrand_Icon(t *testing.T) {
	named := look.Brand{Name: "<acme>"}
	if err := named.SetAccent("#aa0000"); err != nil {
		t.Fatal(err)
	}
	for what, brand := range map[string]look.Brand{"none": {}, "named": named} {
		svg, err := url.PathUnescape(brand.Icon())
		if err != nil || !strings.HasPrefix(svg, "data:image/svg+xml,<svg ") || strings.ContainsAny(brand.Icon(), "\"<> #") {
			t.Errorf("%s: Icon = %s", what, brand.Icon())
		}
		if what == "named" && (!strings.Contains(svg, "&lt;</text>") || !strings.Contains(svg, `fill="#aa0000"`)) {
			t.Errorf("named: Icon = %s, want the first letter on the accent", svg)
		}
	}
}

func TestParseLogo(t *testing.T) {
	tests := []struct{ logo, url, source string }{
		{"/logo.svg", "https://app.example.com/logo.svg", "https://app.example.com/logo.svg"},
		{"/static/logo.png?v=3", "https://app.example.com/static/logo.png?v=3", "https://app.example.com/static/logo.png"},
		{"https://cdn.example.net/a;b,c'd.png", "https://cdn.example.net/a;b,c'd.png", "https://cdn.example.net/a%3Bb%2Cc%27d.png"},
		{"http://localhost:9000/logo.png", "http://localhost:9000/logo.png", "http://localhost:9000/logo.png"},
		{logo: "http://cdn.example.net/logo.png"},
		{logo: "//cdn.example.net/logo.png"},
		{logo: "logo.png"},
		{logo: `/\cdn.example.net/logo.png`},
		{logo: "javascript:alert(1)"},
		{logo: "data:image/png;base64,AAAA"},
		{logo: "https://jane:secret@cdn.example.net/logo.png"},
		{logo: "https:///logo.png"},
		{logo: "/logo.svg#part"},
		{logo: "/a b.png\n"},
		{logo: "%zz"},
	}
	if got, err := look.ParseLogo("/logo.svg", "https://example.com/app"); got != "https://example.com/app/logo.svg" || err != nil {
		t.Errorf("ParseLogo below a path = %q, %v", got, err)
	}
	for _, tt := range tests {
		got, err := look.ParseLogo(tt.logo, "https://app.example.com")
		if got != tt.url || (err == nil) != (tt.url != "") {
			t.Errorf("ParseLogo(%q) = %q, %v, want %q", tt.logo, got, err, tt.url)
			continue
		}
		if source := (&look.Brand{Logo: got}).ImageSource(); source != tt.source {
			t.Errorf("ImageSource of %q = %q, want %q", got, source, tt.source)
		}
	}
}

func TestCheckName(t *testing.T) {
	for name, ok := range map[string]bool{"": true, "Acme": true, "Bücher & Co": true, " Acme": false, "A\nB": false, "\xff": false, strings.Repeat("a", 61): false} {
		if err := look.CheckName(name); (err == nil) != ok {
			t.Errorf("CheckName(%q) = %v, want it to be good: %t", name, err, ok)
		}
	}
}
