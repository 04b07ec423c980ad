package cognito

import (
	"fmt"
	"log/slog"

	"github.com/seed75762126/cognito-go/internal/redact"
)

// A Secret is a string that must not appear in a log, such as an app client's
// secret or a password. In fmt (all verbs), slog, JSON and text it appears as
// "[redacted]"; string(s) gives the value. The empty Secret appears as the
// empty string, so that a log shows whether a secret is configured.
//
// There are three exceptions, for the token types too. fmt cannot call methods
// on unexported fields: a struct with a Secret in such a field must redact
// itself. The verbs %p and %w, which are a mistake here and which go vet
// reports, print the value. And encoding/json writes the keys of a map as they
// are: do not use a Secret as a key.
type Secret string

// Format implements [fmt.Formatter], and with it every verb.
func (s Secret) Format(f fmt.State, _ rune) { redact.Format(f, string(s)) }

// String returns "[redacted]", or "" for the empty Secret.
func (s Secret) String() string { return redact.String(string(s)) }

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(redact.String(string(s))) }

// MarshalText implements [encoding.TextMarshaler], which JSON and XML use.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redact.String(string(s))), nil }
