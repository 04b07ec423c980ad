package redact_test

import (
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/redact"
)

// TestE1_Message: no text of a server shows what it quotes of a request.
func TestE1_Message(t *testing.T) {
	const failed = " failed to satisfy constraint: Member must be longer"
	for text, want := range map[string]string{
		"": "", "Incorrect username or password.": "Incorrect username or password.", "the value 'x' at 'y'": "the value 'x' at 'y'",
		"Value 'x' at 'password'" + failed:                                      "Value '[redacted]' at 'password'" + failed,
		"2 errors: Value 'x' at 'a'" + failed + "; Value 'y' at 'b.c'" + failed: "2 errors: Value '[redacted]' at 'a'" + failed + "; Value '[redacted]' at 'b.c'" + failed,
		"Value '' at 'a'" + failed:                                              "Value '[redacted]' at 'a'" + failed,
		"Value 'x' at 'y' at 'password'" + failed:                               "Value '[redacted]' at 'password'" + failed,
		"Value 'x' failed' at 'a'" + failed:                                     "Value '[redacted]' at 'a'" + failed,
		"Value '\n\x00Value 'x' at 'a'" + failed:                                "Value '[redacted]' at 'a'" + failed,
		"Value 'x":                                                              "Value '[redacted]",
		"Value 'x' at 'a":                                                       "Value '[redacted]",
		"hunter2 is wrong":                                                      redact.Text,
		"Value 'x' at 'a'" + failed + " than hunter2":                           redact.Text,
	} {
		if got := redact.Message(text, "", "hunter2", "another"); got != want {
			t.Errorf("Message(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzMessage(f *testing.F) {
	f.Add("x", "password")
	f.Add("' at 'y", "a")
	f.Fuzz(func(t *testing.T, value, name string) {
		const mark = "6b1f-hunter2"
		got := redact.Message("Value '" + value + mark + "' at '" + name + "' failed to satisfy constraint")
		if strings.Contains(got, mark) && !strings.Contains(value, "' failed") {
			t.Errorf("Message(value %q, member %q) = %q, want no value", value, name, got)
		}
	})
}
