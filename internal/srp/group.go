package srp

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"filippo.io/bigmod"
)

// primeHex is N, the 3072-bit group of RFC 3526 section 4.
const primeHex = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74" +
	"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
	"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
	"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB" +
	"9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718" +
	"3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33" +
	"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864" +
	"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2" +
	"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

const (
	generator = 2

	// clientBytes is the length of a. Cognito's own clients have the same.
	clientBytes = 128

	// serverBytes is the length of b, whose two powers are most of a server's
	// work. RFC 5054 asks for this length at least, twice the strength of the group.
	serverBytes = 32

	// The bounds of what the other end sends. Cognito's salts have 16 bytes and
	// its secret blocks about 1.2 KiB. A and B have at most 768 digits, and
	// some clients put zeros in front.
	maxNumberDigits = 1024
	maxSaltDigits   = 256
	maxBlock        = 8192 // in base64
)

// An Account says whose secret is proved.
type Account struct {
	// Pool is the part of the user pool's id after the underscore; for a
	// device its DeviceGroupKey.
	Pool string

	// Name is the USER_ID_FOR_SRP that the server named; for a device its
	// DeviceKey.
	Name string
}

// A group is N with what follows from it.
type group struct {
	n *bigmod.Modulus
	g *bigmod.Nat
	k *bigmod.Nat // H(PAD(N) || PAD(g))
}

// theGroup is built when first needed: a program that links this package
// without signing anybody in pays nothing.
var theGroup = sync.OnceValue(func() group {
	prime, err := hex.DecodeString(primeHex)
	if err != nil {
		panic(err) // a constant
	}
	n, err := bigmod.NewModulus(prime)
	if err != nil {
		panic(err)
	}
	m := group{n: n}
	m.g = m.number([]byte{generator})
	m.k = m.number(hash(pad(prime), []byte{generator}))
	return m
})

// number reads big-endian bytes that are known to be less than N.
func (m group) number(b []byte) *bigmod.Nat {
	n, err := m.parse(b)
	if err != nil {
		panic(err)
	}
	return n
}

// parse reads big-endian bytes without leading zeros, less than N.
func (m group) parse(b []byte) (*bigmod.Nat, error) {
	n, err := bigmod.NewNat().SetBytes(b, m.n)
	if err != nil {
		return nil, errors.New("the number is not less than N")
	}
	return n, nil
}

// power returns base^exponent in constant time.
func (m group) power(base *bigmod.Nat, exponent []byte) *bigmod.Nat {
	return bigmod.NewNat().Exp(base, exponent, m.n)
}

// times returns a·b and leaves both as they are.
func (m group) times(a, b *bigmod.Nat) *bigmod.Nat {
	product := m.number(a.Bytes(m.n))
	return product.Mul(b, m.n)
}

// pad writes a big-endian number as Cognito hashes it. It has no leading zeros
// but the one byte that keeps the top bit clear (the form of Java's
// BigInteger.toByteArray).
func pad(number []byte) []byte {
	number = trim(number)
	if len(number) == 0 || number[0] >= 0x80 {
		return append([]byte{0}, number...)
	}
	return number
}

// trim removes leading zeros.
func trim(number []byte) []byte { return bytes.TrimLeft(number, "\x00") }

func hash(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// privateKey is x, which the salt and the secret decide.
func privateKey(who Account, secret string, salt []byte) []byte {
	inner := sha256.Sum256([]byte(who.Pool + who.Name + ":" + secret))
	return hash(pad(salt), inner[:])
}

// scramble is u, which both public keys decide.
func scramble(a, b []byte) ([]byte, error) {
	u := hash(pad(a), pad(b))
	if len(trim(u)) == 0 {
		return nil, errors.New("u is 0")
	}
	return u, nil
}

// sessionKey is K: HKDF-SHA256 of the shared number with u as its salt.
func sessionKey(shared, u []byte) []byte {
	key, err := hkdf.Key(sha256.New, pad(shared), pad(u), "Caldera Derived Key", 16)
	if err != nil {
		panic(err) // only for lengths that it cannot make
	}
	return key
}

// sign is the proof: an HMAC of account, block and time under the session key.
func sign(key []byte, who Account, block []byte, timestamp string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(who.Pool))
	h.Write([]byte(who.Name))
	h.Write(block)
	h.Write([]byte(timestamp))
	return h.Sum(nil)
}

const timeFormat = "Mon Jan 2 15:04:05 UTC 2006"

// FormatTime writes a time the way that a proof carries it: UTC, English, the
// day of the month without a leading zero, 24 hours.
func FormatTime(t time.Time) string { return t.UTC().Format(timeFormat) }

// ParseTime reads what [FormatTime] writes, and spellings close to it, such as
// a leading zero or another weekday. Only the text that FormatTime gives for
// the answer is the one that Cognito signs.
func ParseTime(text string) (time.Time, error) {
	const most = len("Wed Sep 30 23:59:59 UTC 2026") + 1
	if len(text) > most {
		return time.Time{}, fmt.Errorf("the time has %d bytes, of %d at most", len(text), most)
	}
	t, err := time.Parse(timeFormat, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("the time is not written like %q", timeFormat)
	}
	return t, nil
}

// parseHex reads a number in hexadecimal digits, of which there may be an odd
// count, and returns it without leading zeros.
func parseHex(text string, most int) ([]byte, error) {
	switch {
	case text == "":
		return nil, errors.New("the number is missing")
	case len(text) > most:
		return nil, fmt.Errorf("the number has %d digits, of %d at most", len(text), most)
	case len(text)%2 == 1:
		text = "0" + text
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		return nil, errors.New("the number is not hexadecimal")
	}
	return trim(b), nil
}

// formatHex writes a number in lower-case digits without leading zeros, which
// may be an odd count of them.
func formatHex(number []byte) string {
	text := strings.TrimLeft(hex.EncodeToString(number), "0")
	if text == "" {
		return "0"
	}
	return text
}

// ephemeral returns a fresh secret exponent of n bytes.
func ephemeral(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
