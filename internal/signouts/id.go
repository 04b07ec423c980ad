package signouts

import (
	"crypto/rand"
	"errors"

	"github.com/seed75762126/cognito-go/internal/base64url"
)

// An ID names a session. Knowing one gives no access.
type ID [16]byte

// NewID returns a random ID.
func NewID() (id ID) {
	_, _ = rand.Read(id[:]) // never fails
	return id
}

// String is the ID in base64url.
func (id ID) String() string { return base64url.Encode(id[:]) }

// ParseID reads what String returns.
func ParseID(s string) (id ID, err error) {
	b, err := base64url.Decode(s)
	if err != nil || len(b) != len(id) {
		return id, errors.New("session: not the id of a session")
	}
	return ID(b), nil
}
