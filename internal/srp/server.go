package srp

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// A Verifier is what a server keeps of a secret: with it the server checks a
// proof, and without guessing it cannot make one. Both parts are big-endian
// numbers in the form that Cognito hashes and ConfirmDevice sends (in base64).
// That is the shortest form, with a zero byte in front where the top bit would
// be set.
type Verifier struct {
	Salt  []byte
	Value []byte // v = g^x mod N
}

// NewVerifier makes the Verifier of a secret, with a random salt of 16 bytes.
func NewVerifier(who Account, secret string) Verifier {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	return NewVerifierSalt(who, secret, salt)
}

// NewVerifierSalt is [NewVerifier] with a salt of the caller's. A salt that
// follows from the name simulates a user who does not exist.
func NewVerifierSalt(who Account, secret string, salt []byte) Verifier {
	m := theGroup()
	v := m.power(m.g, privateKey(who, secret, salt))
	return Verifier{Salt: pad(salt), Value: pad(v.Bytes(m.n))}
}

// SaltHex is the salt as the challenge parameter SALT carries it.
func (v Verifier) SaltHex() string { return formatHex(v.Salt) }

// An Answer is a server's half of one exchange. The session key follows from
// the client's public key, so that nothing else need be kept for the proof:
// neither b nor A.
type Answer struct {
	Public string // B, as the challenge parameter SRP_B carries it
	Key    []byte // the session key, for Check; secret
}

// Format implements [fmt.Formatter], since an Answer holds a secret.
func (a Answer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "srp answer") }

// LogValue implements [slog.LogValuer].
func (a Answer) LogValue() slog.Value { return slog.StringValue("srp answer") }

// NewAnswer answers a client's public key A, the parameter SRP_A.
func (v Verifier) NewAnswer(clientPublic string) (Answer, error) {
	return v.answer(clientPublic, ephemeral(serverBytes))
}

// answer is NewAnswer with b given: B = k·v + g^b, S = (A·v^u)^b.
func (v Verifier) answer(clientPublic string, secret []byte) (Answer, error) {
	m := theGroup()
	a, number, err := m.publicKey("SRP_A", clientPublic)
	if err != nil {
		return Answer{}, err
	}
	value, err := m.parse(trim(v.Value))
	if err != nil {
		return Answer{}, &InputError{"verifier", err}
	}
	if value.IsZero() == 1 {
		return Answer{}, &InputError{"verifier", errors.New("it is 0")}
	}
	sum := m.times(m.k, value).Add(m.power(m.g, secret), m.n)
	public := trim(sum.Bytes(m.n))
	u, err := scramble(a, public)
	if err != nil {
		return Answer{}, &InputError{"SRP_A", err}
	}
	shared := m.power(number.Mul(m.power(value, u), m.n), secret)
	return Answer{Public: formatHex(public), Key: sessionKey(shared.Bytes(m.n), u)}, nil
}

// Check reports, in constant time, whether p proves the secret. It does if p
// was made with the session key of an [Answer], for this account and secret
// block. The time in it is for the caller to judge, with [ParseTime]; it is
// part of what was signed.
func Check(key []byte, who Account, p Proof) bool {
	block, err := decodeBlock(p.SecretBlock)
	if err != nil {
		return false
	}
	if len(p.Signature) != base64.StdEncoding.EncodedLen(sha256.Size) {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(p.Signature)
	if err != nil {
		return false
	}
	return hmac.Equal(signature, sign(key, who, block, p.Timestamp))
}
