package web_test

import (
	"net/http"
	"testing"

	"github.com/seed75762126/cognito-go/internal/web"
)

// TestPad: an answer is padded by the bytes that were asked for, within its
// bound.
func TestPad(t *testing.T) {
	for asked, want := range map[string]int{"": 0, "1": 1, "3400": 3400, "8192": 8192, "8193": 0, "-1": 0, "0": 0, "1e3": 0, "x": 0} {
		answer := http.Header{}
		web.Pad(answer, http.Header{web.PaddingHeader: {asked}})
		if got := len(answer.Get(web.PaddingHeader)); got != want {
			t.Errorf("Pad(%q) adds %d bytes, want %d", asked, got, want)
		}
	}
}
