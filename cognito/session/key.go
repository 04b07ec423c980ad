package session

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/seed75762126/cognito-go/internal/redact"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// A Key seals sessions: 32 random bytes or more, kept like a password. It
// prints as "[redacted]".
type Key []byte

// NewKey returns a random key. What it seals cannot be opened by another
// process or after a restart: a service keeps its keys in its configuration.
func NewKey() Key {
	key := make(Key, seal.MinKey)
	_, _ = rand.Read(key) // never fails
	return key
}

// ParseKeys reads a key ring as SESSION_KEYS has it: base64 keys (standard or
// URL alphabet) of 32 bytes or more, newest first, separated by commas.
func ParseKeys(text string) ([]Key, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("session: no key: generate one with openssl rand -base64 32")
	}
	var keys []Key
	for i, item := range strings.Split(text, ",") {
		item = strings.TrimRight(strings.TrimSpace(item), "=")
		item = strings.NewReplacer("-", "+", "_", "/").Replace(item)
		key, err := base64.RawStdEncoding.DecodeString(item)
		switch {
		case err != nil:
			return nil, fmt.Errorf("session: key %d is not base64", i+1)
		case len(key) < seal.MinKey:
			return nil, fmt.Errorf("session: key %d has %d bytes, of %d at least: generate one with openssl rand -base64 32", i+1, len(key), seal.MinKey)
		case isZero(key):
			return nil, fmt.Errorf("session: key %d is nothing but zeros: generate one with openssl rand -base64 32", i+1)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// isZero reports whether a key is nothing but zero bytes: a buffer that nobody
// has filled.
func isZero(key []byte) bool {
	for _, b := range key {
		if b != 0 {
			return false
		}
	}
	return true
}

// Format implements [fmt.Formatter], and with it every verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// String returns "[redacted]".
func (k Key) String() string { return redact.Text }

// LogValue implements [slog.LogValuer].
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText implements [encoding.TextMarshaler], which JSON uses.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
