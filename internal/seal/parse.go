package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// generate is how to make a key.
const generate = "generate one with openssl rand -base64 32"

// ParseRing reads a key ring as SESSION_KEYS has it: base64 keys (standard or
// URL alphabet) of 32 bytes or more, newest first, separated by commas. It
// reports every key that is wrong, and quotes none.
func ParseRing(text string) ([][]byte, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("no key: " + generate)
	}
	var ring [][]byte
	var errs []error
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for i, item := range strings.Split(text, ",") {
		item = strings.TrimRight(strings.TrimSpace(item), "=")
		item = strings.NewReplacer("-", "+", "_", "/").Replace(item)
		key, err := base64.RawStdEncoding.DecodeString(item)
		switch {
		case err != nil:
			add("key %d is not base64: %s", i+1, generate)
		case len(key) < MinKey:
			add("key %d has %d bytes, of %d at least: %s", i+1, len(key), MinKey, generate)
		case isZero(key):
			add("key %d is nothing but zeros: %s", i+1, generate)
		}
		ring = append(ring, key)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return ring, nil
}

// isZero reports whether a key is nothing but zero bytes: a buffer that was
// never filled.
func isZero(key []byte) bool {
	for _, b := range key {
		if b != 0 {
			return false
		}
	}
	return true
}
