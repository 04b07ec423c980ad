package srp

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/thorough"
)

func fromHex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := parseHex(text, maxNumberDigits)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sumOfText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestGroup(t *testing.T) {
	m := theGroup()
	if got, want := sumOfText(primeHex), "2b2c15e1523695d748a2f56b3b81d59d23467b300f1879585be61f0addacdc45"; got != want {
		t.Errorf("SHA-256 of N's digits = %s, want %s", got, want)
	}
	if got := m.n.BitLen(); got != 3072 {
		t.Errorf("N has %d bits, want 3072", got)
	}
	if got, want := formatHex(m.k.Bytes(m.n)), "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"; got != want {
		t.Errorf("k = %s, want %s", got, want)
	}
}

func TestPad(t *testing.T) {
	for number, want := range map[string]string{
		"123abc":     "123abc",
		"123abcd":    "0123abcd",
		"8123abcd":   "008123abcd",
		"00008123":   "008123",
		"0000000001": "01",
		"7f":         "7f",
		"80":         "0080",
		"0":          "00",
		"0000":       "00",
	} {
		if got := hex.EncodeToString(pad(fromHex(t, number))); got != want {
			t.Errorf("pad(%s) = %s, want %s", number, got, want)
		}
	}
}

// TestVectorOfCognitoSRP holds what the tests of the library cognito-srp
// publish: both keys are 1234567890 there, and B is not of the group's making.
func TestVectorOfCognitoSRP(t *testing.T) {
	number := big.NewInt(1234567890).Bytes()
	c := newClient(number)
	who := Account{Pool: "myPool", Name: "test"}
	ch := Challenge{Salt: "499602d2", Public: "499602d2", SecretBlock: base64.StdEncoding.EncodeToString([]byte("secretssecrestssecrets"))}
	if a := c.Public(); !strings.HasPrefix(a, "58b1e37b7ea681503acceae288bc1b7c") || !strings.HasSuffix(a, "975d824edbb5edbc72d50416bf43f82e7f") {
		t.Errorf("Public = %s, want 58b1e37b…f82e7f", a)
	}
	u, err := scramble(c.public, number)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := formatHex(u), "c98b195a479d1a7c70c99dd680f34f5805fe686d0bc716549ff2ed895aa9111"; got != want {
		t.Errorf("u = %s, want %s", got, want)
	}
	if got, want := formatHex(privateKey(who, "test", number)), "190cd48a339804ad34ec1dcec62d92d70e86a45c80eb123c3f57bcd4b619fecf"; got != want {
		t.Errorf("x = %s, want %s", got, want)
	}
	key, err := c.key(who, "test", ch)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := hex.EncodeToString(key), "d96cde6c95dda17175c1293140c5a81f"; got != want {
		t.Errorf("K = %s, want %s", got, want)
	}
	proof, err := c.Prove(who, "test", ch, time.Date(2018, 7, 10, 11, 1, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	want := Proof{Signature: "tdvQu/Li/qWl8Nni0aFPs+MwY4rvKZm0kSMrGIMSUHk=", SecretBlock: ch.SecretBlock, Timestamp: "Tue Jul 10 11:01:00 UTC 2018"}
	if proof != want {
		t.Errorf("Prove = %+v, want %+v", proof, want)
	}
}

func TestVectorOfScramble(t *testing.T) {
	u, err := scramble(fromHex(t, "6D797365637265746861736841"), fromHex(t, "6D797365637265746861736842"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := new(big.Int).SetBytes(u).String(), "39743664823761398449876968619416475559594078623923024211668626611155104513539"; got != want {
		t.Errorf("u = %s, want %s", got, want)
	}
}

// TestVectorBothEnds has a salt whose top bit is set and a u that is a digit
// short. It fails where either is padded wrongly.
func TestVectorBothEnds(t *testing.T) {
	who := Account{Pool: "AbCdEf123", Name: "5f2a6b1e-2f1e-4c5b-9d1a-0123456789ab"}
	const password = "Passw0rd!"
	salt := fromHex(t, "9f1c2d3e4f5061728394a5b6c7d8e9f0")
	c := newClient(mustDecode(t, strings.Repeat("0123456789abcdef", 8)))
	v := NewVerifierSalt(who, password, salt)
	answer, err := v.answer(c.Public(), mustDecode(t, strings.Repeat("fedcba9876543210", 8)))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sumOfText(c.Public()), "0c4880fdf40b0a12ea538ee2087d28abc256d6c2f2b217b8c00e84aeecdfaff5"; got != want {
		t.Errorf("SHA-256 of A = %s, want %s", got, want)
	}
	if got, want := sumOfText(answer.Public), "a64cfabf97e912f670c7bed414d63535ab04bbbe16c36d9ddd53e8adbf0900aa"; got != want {
		t.Errorf("SHA-256 of B = %s, want %s", got, want)
	}
	if got, want := formatHex(privateKey(who, password, salt)), "f9d4f4526a873b3fdde8bfa50dac5eada5d7fe9ce3cb333992aa4b58a195f280"; got != want {
		t.Errorf("x = %s, want %s", got, want)
	}
	const wantKey = "7858638bbb270ab6ff1b0683a0101a08"
	if got := hex.EncodeToString(answer.Key); got != wantKey {
		t.Errorf("K of the server = %s, want %s", got, wantKey)
	}
	block := make([]byte, 64)
	for i := range block {
		block[i] = byte(i)
	}
	ch := Challenge{Salt: v.SaltHex(), Public: answer.Public, SecretBlock: base64.StdEncoding.EncodeToString(block)}
	if ch.Salt != "9f1c2d3e4f5061728394a5b6c7d8e9f0" {
		t.Errorf("SaltHex = %s, want the salt without a byte in front", ch.Salt)
	}
	proof, err := c.Prove(who, password, ch, time.Date(2026, 11, 7, 9, 5, 3, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if proof.Timestamp != "Sat Nov 7 09:05:03 UTC 2026" || proof.Signature != "J2f0xFXaBVM8vNivVzxdfG9P+OpXcExNQGkINTw1Q5E=" {
		t.Errorf("Prove = %+v", proof)
	}
	if !Check(answer.Key, who, proof) {
		t.Error("Check(the vector's proof) = false")
	}
}

func mustDecode(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAgainstMathBig computes the shared number with math/big, for ephemeral
// keys at the ends of their range.
func TestAgainstMathBig(t *testing.T) {
	n := new(big.Int).SetBytes(mustDecode(t, primeHex))
	who := Account{Pool: "AbCdEf123", Name: "jane"}
	salt := []byte{0, 1, 2}
	v := NewVerifierSalt(who, "Passw0rd!", salt)
	ends := func(length int) [][]byte {
		return [][]byte{bytes.Repeat([]byte{0xff}, length), append(make([]byte, length-1), 1), ephemeral(length)}
	}
	for i, a := range ends(clientBytes) {
		c := newClient(a)
		for _, b := range thorough.Sample(ends(serverBytes), 3, i) {
			answer, err := v.answer(c.Public(), b)
			if err != nil {
				t.Fatal(err)
			}
			key, err := c.key(who, "Passw0rd!", Challenge{Salt: v.SaltHex(), Public: answer.Public})
			if err != nil {
				t.Fatal(err)
			}
			public := fromHex(t, answer.Public)
			u, _ := scramble(c.public, public)
			x := new(big.Int).SetBytes(privateKey(who, "Passw0rd!", salt))
			base := new(big.Int).Exp(big.NewInt(generator), x, n)
			base.Mul(base, new(big.Int).SetBytes(hash(pad(n.Bytes()), []byte{generator})))
			base.Sub(new(big.Int).SetBytes(public), base).Mod(base, n)
			x.Mul(x, new(big.Int).SetBytes(u)).Add(x, new(big.Int).SetBytes(a))
			want := sessionKey(base.Exp(base, x, n).Bytes(), u)
			if !bytes.Equal(key, want) || !bytes.Equal(answer.Key, want) {
				t.Errorf("a %x…, b %x…: K = %x (client), %x (server), want %x", a[:4], b[:4], key, answer.Key, want)
			}
		}
	}
}
