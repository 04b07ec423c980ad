package hosts_test

import (
	"testing"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

func TestAreAliases(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"www.example.com", "example.com", true},
		{"example.com", "app.example.com", false}, // mostly another site
		{"a.b.example.com", "c.example.com", false},
		{"www.com", "com", false},
		{"old.example.com", "app.example.com", true},
		{"WWW.Example.com", "example.com", true},
		{"app.example.com.", "app.example.com", true}, // browsers keep the dot, and other cookies
		{"localhost", "127.0.0.1", true},
		{"localhost", "::1", true},
		{"LOCALHOST", "127.0.0.2", true},
		{"app.example.com", "app.example.com", false},
		{"APP.example.com", "app.example.com", false},
		{"evil.example", "app.example.com", false},
		{"app.example.com.evil.example", "app.example.com", false},
		{"evilexample.com", "example.com", false},
		{"localhost", "app.example.com", false},
		{"127.0.0.1", "app.example.com", false},
		{"10.0.0.1", "10.0.0.2", false},
		{"192.168.0.1", "10.0.0.1", false},
		{"app", "example.com", false},
		{"app", "web", false},
		{"com", "example.com", false},
		{"", "example.com", false},
		{".", "example.com", false},
		{"..", "", false},
	} {
		if got := hosts.AreAliases(tt.a, tt.b); got != tt.want {
			t.Errorf("AreAliases(%q, %q) = %t, want %t", tt.a, tt.b, got, tt.want)
		}
		if got := hosts.AreAliases(tt.b, tt.a); got != tt.want {
			t.Errorf("AreAliases(%q, %q) = %t, want %t", tt.b, tt.a, got, tt.want)
		}
	}
}
