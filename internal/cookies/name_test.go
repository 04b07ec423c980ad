package cookies_test

import (
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/cookies"
)

func TestIsName(t *testing.T) {
	for name, want := range map[string]bool{
		"session": true, "Sign-in_2": true, strings.Repeat("x", 64): true,
		"": false, "a b": false, "a.b": false, "ä": false, strings.Repeat("x", 65): false,
	} {
		if got := cookies.IsName(name); got != want {
			t.Errorf("IsName(%q) = %v, want %v", name, got, want)
		}
	}
}
