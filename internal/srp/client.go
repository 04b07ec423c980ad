package srp

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"filippo.io/bigmod"
)

// A Client is the end that knows the password (or a device's secret), for one
// sign-in. It prints as "srp client".
type Client struct {
	secret []byte // a
	public []byte // A, without leading zeros
}

// NewClient returns a Client with a random key of 1,024 bits.
func NewClient() *Client { return newClient(ephemeral(clientBytes)) }

// newClient is NewClient with a given, for published vectors.
func newClient(a []byte) *Client {
	m := theGroup()
	return &Client{secret: a, public: trim(m.power(m.g, a).Bytes(m.n))}
}

// Public is the client's public key A as SRP_A carries it: lower-case
// hexadecimal digits without leading zeros.
func (c *Client) Public() string { return formatHex(c.public) }

// Format implements [fmt.Formatter], since a Client holds a secret.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "srp client") }

// LogValue implements [slog.LogValuer].
func (c *Client) LogValue() slog.Value { return slog.StringValue("srp client") }

// A Challenge is what the server answers to the client's public key, in the
// form of the challenge parameters SALT, SRP_B and SECRET_BLOCK.
type Challenge struct {
	Salt        string // hexadecimal
	Public      string // B, hexadecimal
	SecretBlock string // base64; only the server can read it
}

// A Proof is what the client answers with, in the form of the challenge
// responses.
type Proof struct {
	Signature   string // PASSWORD_CLAIM_SIGNATURE
	SecretBlock string // PASSWORD_CLAIM_SECRET_BLOCK, as it came
	Timestamp   string // TIMESTAMP
}

// An InputError means that the other end sent a number or text that no
// correct implementation sends. It never quotes it.
type InputError struct {
	Field string // "SALT", "SRP_A", "SRP_B", "SECRET_BLOCK", "verifier"
	Err   error
}

func (e *InputError) Error() string { return "srp: " + e.Field + ": " + e.Err.Error() }

// Unwrap returns e.Err.
func (e *InputError) Unwrap() error { return e.Err }

// Prove answers the server's challenge: who knows the secret, at the time now.
func (c *Client) Prove(who Account, secret string, ch Challenge, now time.Time) (Proof, error) {
	return c.ProveSpelt(who, secret, ch, FormatTime(now))
}

// ProveSpelt is [Client.Prove] with a time that the caller has written. Cognito
// refuses every spelling but that of [FormatTime].
func (c *Client) ProveSpelt(who Account, secret string, ch Challenge, timestamp string) (Proof, error) {
	block, err := decodeBlock(ch.SecretBlock)
	if err != nil {
		return Proof{}, err
	}
	key, err := c.key(who, secret, ch)
	if err != nil {
		return Proof{}, err
	}
	return Proof{
		Signature:   base64.StdEncoding.EncodeToString(sign(key, who, block, timestamp)),
		SecretBlock: ch.SecretBlock,
		Timestamp:   timestamp,
	}, nil
}

// key computes K from the client's side: S = (B - k·g^x)^(a + u·x).
func (c *Client) key(who Account, secret string, ch Challenge) ([]byte, error) {
	m := theGroup()
	salt, err := parseHex(ch.Salt, maxSaltDigits)
	if err != nil {
		return nil, &InputError{"SALT", err}
	}
	public, b, err := m.publicKey("SRP_B", ch.Public)
	if err != nil {
		return nil, err
	}
	u, err := scramble(c.public, public)
	if err != nil {
		return nil, &InputError{"SRP_B", err}
	}
	x := privateKey(who, secret, salt)
	base := b.Sub(m.times(m.k, m.power(m.g, x)), m.n)
	return sessionKey(m.power(base, c.exponent(m, u, x)).Bytes(m.n), u), nil
}

// exponent is a + u·x. It is far below N, so that arithmetic modulo N gives the
// very number; its length depends only on that of a.
func (c *Client) exponent(m group, u, x []byte) []byte {
	e := m.times(m.number(u), m.number(x)).Add(m.number(c.secret), m.n).Bytes(m.n)
	return e[len(e)-max(len(c.secret), len(u)+len(x))-1:]
}

// publicKey reads the other end's A or B, as bytes and as a number.
func (m group) publicKey(field, text string) ([]byte, *bigmod.Nat, error) {
	digits, err := parseHex(text, maxNumberDigits)
	if err != nil {
		return nil, nil, &InputError{field, err}
	}
	number, err := m.parse(digits)
	if err != nil {
		return nil, nil, &InputError{field, err}
	}
	if number.IsZero() == 1 {
		return nil, nil, &InputError{field, errors.New("the public key is 0 modulo N; then anybody could compute the session key")}
	}
	return digits, number, nil
}

func decodeBlock(text string) ([]byte, error) {
	if text == "" || len(text) > maxBlock {
		return nil, &InputError{"SECRET_BLOCK", fmt.Errorf("%d bytes, of 1 to %d", len(text), maxBlock)}
	}
	block, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, &InputError{"SECRET_BLOCK", errors.New("not base64")}
	}
	return block, nil
}
