// Package redact has the text that is printed in place of a secret.
package redact

import (
	"fmt"
	"io"
	"strings"
)

// Text replaces a secret in fmt, logs, JSON and errors.
const Text = "[redacted]"

// String returns [Text], or "" for an empty secret, so that "not there" can be
// told from "there".
func String(secret string) string {
	if secret == "" {
		return ""
	}
	return Text
}

// Format is the Format of a type that is a secret: the same for every verb.
func Format(f fmt.State, secret string) { _, _ = io.WriteString(f, String(secret)) }

// Message returns the text of a server's refusal without what it quotes of the
// request: the values that complaints about parameters show. A text that has
// one of the secrets is replaced as a whole: a gap in a known text would show
// what was there.
func Message(text string, secrets ...string) string {
	text = withoutValues(text)
	for _, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			return Text
		}
	}
	return text
}

// withoutValues replaces the values in texts of the form "Value 'x' at
// 'password' failed to satisfy constraint". A value may contain any text.
func withoutValues(text string) string {
	const begin = "Value '"
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, begin)
		if !found {
			return b.String() + text
		}
		b.WriteString(before + begin + Text)
		text = rest[endOfValue(rest):]
	}
}

// endOfValue is where a value ends that text begins with: before the name of
// its member, or never.
func endOfValue(text string) int {
	const middle, end = "' at '", "' failed"
	for from := 0; ; {
		i := strings.Index(text[from:], middle)
		if i < 0 {
			return len(text)
		}
		at := from + i
		from = at + len(middle)
		name, _, found := strings.Cut(text[from:], "'")
		if found && strings.HasPrefix(text[from+len(name):], end) {
			return at
		}
	}
}
