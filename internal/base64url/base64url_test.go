package base64url_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/base64url"
)

// TestT1_Base64URL: there is one text for each sequence of bytes.
func TestT1_Base64URL(t *testing.T) {
	for text, want := range map[string]string{"": "", "AA": "\x00", "_-8": "\xff\xef", "Zm9v": "foo"} { // RFC 4648 section 10
		got, err := base64url.Decode(text)
		if string(got) != want || err != nil {
			t.Errorf("Decode(%q) = %q, %v, want %q", text, got, err, want)
		}
		if back := base64url.Encode([]byte(want)); back != text {
			t.Errorf("Encode(%q) = %q, want %q", want, back, text)
		}
	}
	for _, text := range []string{"A", "AA=", "AA==", "AB", "/+8", "Zm9v\n", "\r\nZm9v", "Zm\n9v", " Zm9v", "Zm9v ", "Zm.v", "Zm9v\x00"} {
		if got, err := base64url.Decode(text); got != nil || !errors.Is(err, base64url.Err) {
			t.Errorf("Decode(%q) = %q, %v, want Err alone", text, got, err)
		}
		if got, err := base64url.Append([]byte("x"), text); got != nil || !errors.Is(err, base64url.Err) {
			t.Errorf("Append(%q) = %q, %v, want Err alone", text, got, err)
		}
	}
	if got, err := base64url.Append([]byte("x"), "Zm9v"); string(got) != "xfoo" || err != nil {
		t.Errorf("Append = %q, %v, want xfoo", got, err)
	}
}

// FuzzDecode: what is accepted has one spelling, and encoding/base64 reads it
// in the same way.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "AA", "AB", "AA==", "Zm9v", "Zm\n9v", "_-8", "/+8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := base64url.Decode(s)
		want, wrong := base64.RawURLEncoding.DecodeString(s)
		one := wrong == nil && base64.RawURLEncoding.EncodeToString(want) == s && !strings.ContainsAny(s, "\r\n")
		if (err == nil) != one || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("Decode(%q) = %q, %v, but encoding/base64 has %q, %v", s, got, err, want, wrong)
		}
	})
}
