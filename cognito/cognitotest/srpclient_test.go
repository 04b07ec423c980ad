package cognitotest_test

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/srp"
)

// An srpClient is the user's end of SRP, written with math/big. It does
// its arithmetic apart from the emulator's end. It takes a fifth of the time of
// [srp.Client], which protects its exponents, and tests sign in often.
type srpClient struct{ secret, public *big.Int }

var (
	srpPrime, _ = new(big.Int).SetString(primeHex, 16)
	srpG        = big.NewInt(2)
)

// newSRPClient has a short secret: 32 bytes are what RFC 5054 asks for.
func newSRPClient() srpClient {
	raw := make([]byte, 32)
	rand.Read(raw)
	secret := new(big.Int).SetBytes(raw)
	return srpClient{secret, srpPower(srpG, secret)}
}

// Public is SRP_A.
func (c srpClient) Public() string { return c.public.Text(16) }

func srpPower(base, exponent *big.Int) *big.Int { return new(big.Int).Exp(base, exponent, srpPrime) }

// srpNumber reads the hexadecimal digits of a challenge.
func srpNumber(t testing.TB, digits string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(digits, 16)
	if !ok {
		t.Fatalf("%q is no hexadecimal number", digits)
	}
	return n
}

// srpBytes writes a number as SRP hashes it: with a zero byte in front where
// the top bit would be set.
func srpBytes(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0] >= 0x80 {
		return append([]byte{0}, b...)
	}
	return b
}

func srpHash(parts ...[]byte) []byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// srpSecret is x, which salt and password decide.
func srpSecret(who srp.Account, password string, salt *big.Int) *big.Int {
	inner := srpHash([]byte(who.Pool + who.Name + ":" + password))
	return new(big.Int).SetBytes(srpHash(srpBytes(salt), inner))
}

// key is the session key: S = (B - k·g^x)^(a + u·x), through HKDF.
func (c srpClient) key(t testing.TB, who srp.Account, password string, step authStep) []byte {
	t.Helper()
	public := srpNumber(t, step.ChallengeParameters["SRP_B"])
	k := new(big.Int).SetBytes(srpHash(srpBytes(srpPrime), srpBytes(srpG)))
	u := new(big.Int).SetBytes(srpHash(srpBytes(c.public), srpBytes(public)))
	x := srpSecret(who, password, srpNumber(t, step.ChallengeParameters["SALT"]))

	base := new(big.Int).Mul(k, srpPower(srpG, x))
	base.Sub(public, base).Mod(base, srpPrime)
	exponent := new(big.Int).Mul(u, x)
	shared := srpPower(base, exponent.Add(exponent, c.secret))
	key, err := hkdf.Key(sha256.New, srpBytes(shared), srpBytes(u), "Caldera Derived Key", 16)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// prove is the answer to PASSWORD_VERIFIER or DEVICE_PASSWORD_VERIFIER.
func (c srpClient) prove(t testing.TB, who srp.Account, password string, step authStep, now time.Time) []string {
	t.Helper()
	return c.proveAt(t, who, password, step, srp.FormatTime(now))
}

// proveAt signs a time of any spelling.
func (c srpClient) proveAt(t testing.TB, who srp.Account, password string, step authStep, timestamp string) []string {
	t.Helper()
	text := step.ChallengeParameters["SECRET_BLOCK"]
	block, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, c.key(t, who, password, step))
	mac.Write([]byte(who.Pool + who.Name))
	mac.Write(block)
	mac.Write([]byte(timestamp))
	return []string{
		"PASSWORD_CLAIM_SIGNATURE", base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		"PASSWORD_CLAIM_SECRET_BLOCK", text, "TIMESTAMP", timestamp,
	}
}

// srpVerifier is what ConfirmDevice takes of a device's secret, in base64.
func srpVerifier(who srp.Account, secret string) (verifier, salt string) {
	raw := make([]byte, 16)
	rand.Read(raw)
	number := new(big.Int).SetBytes(raw)
	v := srpPower(srpG, srpSecret(who, secret, number))
	return base64.StdEncoding.EncodeToString(srpBytes(v)), base64.StdEncoding.EncodeToString(srpBytes(number))
}
