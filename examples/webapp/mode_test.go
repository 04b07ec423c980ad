package main

import "testing"

func TestResolveMode(t *testing.T) {
	tests := []struct {
		option, domain string
		flow, reason   string // no flow means an error
	}{
		{"auto", "auth.example.com", "hosted", "a user-pool domain is configured"},
		{"auto", "", "custom", "no user-pool domain is configured"},
		{"hosted", "auth.example.com", "hosted", "asked for by -login"},
		{"hosted", "", "", ""},
		{"custom", "auth.example.com", "custom", "asked for by -login"},
		{"custom", "", "custom", "asked for by -login"},
		{"", "", "", ""},
		{"Hosted", "auth.example.com", "", ""},
	}
	for _, tt := range tests {
		m, err := resolveMode(tt.option, tt.domain)
		if (err != nil) != (tt.flow == "") {
			t.Errorf("resolveMode(%q, %q) = %v, want an error: %v", tt.option, tt.domain, err, tt.flow == "")
			continue
		}
		if want := (mode{Flow: tt.flow, Option: tt.option, Reason: tt.reason}); err == nil && m != want {
			t.Errorf("resolveMode(%q, %q) = %+v, want %+v", tt.option, tt.domain, m, want)
		}
	}
}
