// Package redact has the text that is printed in place of a secret.
package redact

import (
	"fmt"
	"io"
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
