package cognito

import (
	"fmt"
	"log/slog"

	"github.com/seed75762126/cognito-go/internal/redact"
)

// A Secret is a string that must not reach a log: an app client's secret, a
// password. In fmt (all verbs), slog, JSON and text it appears as "[redacted]";
// string(s) gives the value. The empty Secret appears as the empty string, so
// that "not configured" can be told from "configured".
//
// Three things are out of its reach, as they are for the token types. fmt
// cannot call methods on unexported fields: a struct that keeps a Secret in
// one has to redact itself. fmt does not ask the value when %p or %w is used
// by mistake, which go vet reports. And encoding/json writes the keys of a map
// as they are: do not use a Secret as a key.
type Secret string

// Format implements [fmt.Formatter], and with it every verb.
func (s Secret) Format(f fmt.State, _ rune) { redact.Format(f, string(s)) }

// String returns "[redacted]", or "" for the empty Secret.
func (s Secret) String() string { return redact.String(string(s)) }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redact.String(string(s))) }

// MarshalText implements [encoding.TextMarshaler], which JSON and XML use.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redact.String(string(s))), nil }
