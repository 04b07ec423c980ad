package web_test

import (
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/web"
)

// TestL4_KeepsWhatIsSafe: a deep link whose query is odd or too long keeps its
// path. A disguise in the path itself keeps nothing.
func TestL4_KeepsWhatIsSafe(t *testing.T) {
	for raw, want := range map[string]string{
		"/report?q=" + strings.Repeat("a", 2000):        "/report",
		"/report?note=line%0D%0Abreak":                  "/report",
		"/report?q=100%":                                "/report",
		"/report?q=caf%E9":                              "/report?q=caf%E9",
		"/caf%E9":                                       "/caf%E9",
		"/report?q=a%5Cb":                               "/report?q=a%5Cb",
		"/report?q=a b":                                 "/report",
		"/" + strings.Repeat("a", 1100):                 "",
		"/%25/../%252fevil.example":                     "",
		"/%25/..%2f%2fevil.example":                     "",
		"/%2525/../%25252fevil.example":                 "",
		"/%zz/../%2fevil.example":                       "",
		"/a%25/..%255c%255cevil.example":                "",
		"//evil.example?q=%0D%0A":                       "",
		"/%C0%AFevil.example":                           "",
		"/auth/callback?x=" + strings.Repeat("a", 2000): "",
	} {
		if got := web.ReturnPath(raw, "", "/auth/"); got != want {
			t.Errorf("ReturnPath(%.60q) = %q, want %q", raw, got, want)
		}
	}
}
