package cognito

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/seed75762126/cognito-go/internal/redact"
)

// Tokens is what a sign-in or a refresh yields. The three tokens have three
// types, so that the compiler refuses an access token where an ID token
// belongs. All of them print as "[redacted]"; string(t) gives the value.
type Tokens struct {
	// ID tells the app who signed in. It is only for the app client and never
	// goes to an API.
	ID IDToken

	// Access is the token for APIs: Cognito's own and the app's.
	Access AccessToken

	// Refresh is the token with which the app gets new ID and access tokens.
	// Only Cognito can read it.
	Refresh RefreshToken

	// Expiry is when Access ends, by this machine's clock.
	Expiry time.Time

	// Nonce is the nonce of the sign-in from which these tokens come. A
	// refreshed ID token carries either this one or none (OpenID Connect Core
	// section 12.2).
	Nonce string
}

// An IDToken is a signed ID token in compact form, not necessarily verified.
type IDToken string

// An AccessToken is a signed access token in compact form, not necessarily
// verified.
type AccessToken string

// A RefreshToken is Cognito's opaque refresh token.
type RefreshToken string

// Format implements [fmt.Formatter], and with it every verb.
func (t IDToken) Format(f fmt.State, _ rune) { redact.Format(f, string(t)) }

// String returns "[redacted]", or "" for the empty token.
func (t IDToken) String() string { return redact.String(string(t)) }

// LogValue implements [slog.LogValuer].
func (t IDToken) LogValue() slog.Value { return slog.StringValue(redact.String(string(t))) }

// MarshalText implements [encoding.TextMarshaler], which JSON uses.
func (t IDToken) MarshalText() ([]byte, error) { return []byte(redact.String(string(t))), nil }

// Format implements [fmt.Formatter], and with it every verb.
func (t AccessToken) Format(f fmt.State, _ rune) { redact.Format(f, string(t)) }

// String returns "[redacted]", or "" for the empty token.
func (t AccessToken) String() string { return redact.String(string(t)) }

// LogValue implements [slog.LogValuer].
func (t AccessToken) LogValue() slog.Value { return slog.StringValue(redact.String(string(t))) }

// MarshalText implements [encoding.TextMarshaler], which JSON uses.
func (t AccessToken) MarshalText() ([]byte, error) { return []byte(redact.String(string(t))), nil }

// Format implements [fmt.Formatter], and with it every verb.
func (t RefreshToken) Format(f fmt.State, _ rune) { redact.Format(f, string(t)) }

// String returns "[redacted]", or "" for the empty token.
func (t RefreshToken) String() string { return redact.String(string(t)) }

// LogValue implements [slog.LogValuer].
func (t RefreshToken) LogValue() slog.Value { return slog.StringValue(redact.String(string(t))) }

// MarshalText implements [encoding.TextMarshaler], which JSON uses.
func (t RefreshToken) MarshalText() ([]byte, error) { return []byte(redact.String(string(t))), nil }
