package hostedui_test

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/hostedui"
)

// TestC7_Brand: every built-in page shows whose it is. Its policy lets the logo
// through, and no other image.
func TestC7_Brand(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) {
		cfg.Brand = hostedui.Brand{Name: `Bits & "Bobs"`, LogoURL: "/static/logo.svg?v=2", Accent: "#0a3"}
	}))
	b := w.newBrowser()
	pages := map[string]*page{
		"error":      b.open("/auth/nothing"),
		"sign-in":    b.do("POST", "/account", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "same-origin", "Accept", "text/html"),
		"sign out?":  b.open("/auth/logout"),
		"signed out": b.open("/auth/signed-out"),
	}
	for name, p := range pages {
		for _, part := range []string{
			" · Bits &amp; &#34;Bobs&#34;</title>",
			`<p class="brand"><img src="https://app.example.com/static/logo.svg?v=2" alt="Bits &amp; &#34;Bobs&#34;"></p>`,
			"--accent:#00aa33;",
		} {
			if !strings.Contains(p.body, part) {
				t.Errorf("%s: the page lacks %s: %s", name, part, p.body)
			}
		}
		policy := p.header.Get("Content-Security-Policy")
		images := "img-src data: https://app.example.com/static/logo.svg;"
		if name == "signed out" {
			images = "img-src 'self' data: https://app.example.com/static/logo.svg;"
		}
		if !strings.Contains(policy, images) {
			t.Errorf("%s: the policy %q lacks %s", name, policy, images)
		}
		styles := styleElement.FindAllStringSubmatch(p.body, -1)
		if len(styles) != 2 {
			t.Fatalf("%s: the page has %d style sheets, want 2", name, len(styles))
		}
		for _, style := range styles {
			sum := sha256.Sum256([]byte(style[1]))
			if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, hash) {
				t.Errorf("%s: the policy %q lacks %s", name, policy, hash)
			}
		}
	}
}

// TestBrand_Name: without a logo, the name stands above the page.
func TestBrand_Name(t *testing.T) {
	w := newWorld(t, withConfig(func(cfg *hostedui.Config) { cfg.Brand.Name = "Acme" }))
	p := w.newBrowser().open("/auth/signed-out")
	if !strings.Contains(p.body, `<p class="brand">Acme</p>`) || strings.Contains(p.body, "<img") {
		t.Errorf("the page lacks the name: %s", p.body)
	}
	checkHeaders(t, "a page with a name", p.status, p.header, p.body)
}

// TestNew_Brand: what is wrong with a brand is said at the start.
func TestNew_Brand(t *testing.T) {
	w := newWorld(t)
	cfg := w.config
	cfg.Brand = hostedui.Brand{Name: "A\nB", LogoURL: "http://cdn.example.com/logo.png", Accent: "green"}
	_, err := hostedui.New(cfg)
	for _, field := range []string{"Brand.Name", "Brand.LogoURL", "Brand.Accent"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("New = %v, want an error about %s", err, field)
		}
	}
	cfg.Brand = hostedui.Brand{Name: "A", LogoURL: "https://cdn.example.com/logo.png", Accent: "#fff"}
	if _, err := hostedui.New(cfg); err != nil {
		t.Errorf("New = %v", err)
	}
	cfg.BaseURL, cfg.Brand.LogoURL = "not a URL", "/logo.svg"
	if _, err := hostedui.New(cfg); err == nil || strings.Contains(err.Error(), "Brand") {
		t.Errorf("New with a BaseURL that is none = %v, want nothing about Brand", err)
	}
}
