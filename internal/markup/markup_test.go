package markup_test

import (
	"html"
	"testing"

	"github.com/seed75762126/cognito-go/internal/markup"
)

// FuzzC3_Escape: the text is escaped as package html does it, and a browser
// reads it back unchanged.
func FuzzC3_Escape(f *testing.F) {
	for _, text := range []string{"", "plain", `"><script>alert('x')</script>`, "&amp;&lt;&#34;", "a\x00b\xff", "Zoë & «co»"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := markup.Escape(text)
		if want := html.EscapeString(text); got != want {
			t.Errorf("Escape(%q) = %q, want %q", text, got, want)
		}
	})
}
