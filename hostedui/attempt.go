package hostedui

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/seed75762126/cognito-go/internal/base64url"
	"github.com/seed75762126/cognito-go/internal/redact"
)

// An Attempt holds the secrets of one login. Only the browser that began the
// login may know them. State, Nonce and CodeVerifier are 32 random bytes
// each, in base64url without padding. Cognito returns text in that alphabet
// unchanged. In fmt and slog an Attempt appears as "[redacted]".
type Attempt struct {
	State        string // RFC 6749 section 10.12
	Nonce        string // OpenID Connect Core section 3.1.2.1
	CodeVerifier string // RFC 7636 section 4.1
	ReturnPath   string // path of the app that the visitor sees after the login

	begun time.Time // zero where it is unknown
}

// NewAttempt returns a fresh Attempt.
func NewAttempt() Attempt {
	return Attempt{State: random(), Nonce: random(), CodeVerifier: random()}
}

// Format implements [fmt.Formatter], and with it every verb.
func (a Attempt) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redact.Text) }

// LogValue implements [slog.LogValuer].
func (a Attempt) LogValue() slog.Value { return slog.StringValue(redact.Text) }

// complete reports whether nonce and verifier are as long as NewAttempt makes
// them. A login with an empty nonce would ask Cognito for no nonce, and an empty
// verifier is one that everybody knows.
func (a Attempt) complete() bool {
	least := base64.RawURLEncoding.EncodedLen(randomBytes)
	return len(a.Nonce) >= least && len(a.CodeVerifier) >= least
}

const randomBytes = 32

func random() string {
	var b [randomBytes]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64url.Encode(b[:])
}
