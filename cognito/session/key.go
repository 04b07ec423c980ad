package session

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/problems"
	"github.com/seed75762126/cognito-go/internal/redact"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// A Key encrypts sessions. It has 32 random bytes or more. Keep it as secret
// as a password. It prints as "[redacted]".
type Key []byte

// NewKey returns a random key. Sessions that it encrypts cannot be read by
// another process or after a restart. So a real service keeps its keys in its
// configuration.
func NewKey() Key {
	key := make(Key, seal.MinKey)
	_, _ = rand.Read(key) // never fails
	return key
}

// ParseKeys reads keys in the form of the variable SESSION_KEYS: newest
// first, separated by commas. Each is the base64 (standard or URL alphabet)
// of 32 bytes or more. It reports every problem at once, as
// [cognito.ConfigError] values.
func ParseKeys(text string) ([]Key, error) {
	ring, err := seal.ParseRing(text)
	errs := problems.New((&cognito.ConfigError{Package: "session"}).At)
	for _, problem := range problems.Split(err) {
		errs.Check("SESSION_KEYS", problem)
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	keys := make([]Key, len(ring))
	for i := range ring {
		keys[i] = ring[i]
	}
	return keys, nil
}

// Format implements [fmt.Formatter], and with it every verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// String returns "[redacted]".
func (k Key) String() string { return redact.Text }

// LogValue implements [slog.LogValuer].
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText implements [encoding.TextMarshaler], which JSON uses.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
