package srp_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/srp"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

const (
	password = "Passw0rd!"
	primeHex = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
		"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
		"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
		"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33" +
		"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864" +
		"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"
)

var (
	jane  = srp.Account{Pool: "aB3dE5gH7", Name: "5f2a6b1e-2f1e-4c5b-9d1a-0123456789ab"}
	block = base64.StdEncoding.EncodeToString([]byte("an opaque block of the server"))
	noon  = time.Date(2026, 11, 7, 12, 0, 0, 0, time.UTC)
)

// exchange runs both ends and returns the server's key and the client's proof.
func exchange(t testing.TB, v srp.Verifier, who srp.Account, secret string) ([]byte, srp.Proof) {
	t.Helper()
	client := srp.NewClient()
	answer, err := v.NewAnswer(client.Public())
	if err != nil {
		t.Fatal(err)
	}
	proof, err := client.Prove(who, secret, srp.Challenge{Salt: v.SaltHex(), Public: answer.Public, SecretBlock: block}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Key, proof
}

// rounds is how many sign-ins TestRoundTrips makes. CI makes a thousand.
var rounds = flag.Int("rounds", thorough.Or(4, 12), "sign-ins of TestRoundTrips")

// TestRoundTrips signs in with a new account each time. About one public key in
// 16 is a digit short, one in 256 a byte, and so are salt, u and S. There,
// implementations that pad otherwise fail now and then.
func TestRoundTrips(t *testing.T) {
	for i := range *rounds {
		who := srp.Account{Pool: jane.Pool, Name: fmt.Sprint("user-", i)}
		v := srp.NewVerifier(who, password)
		key, proof := exchange(t, v, who, password)
		if !srp.Check(key, who, proof) {
			t.Fatalf("round %d: Check = false, want true; salt %s", i, v.SaltHex())
		}
	}
}

// TestCheck refuses a proof with any one thing wrong.
func TestCheck(t *testing.T) {
	v := srp.NewVerifier(jane, password)
	key, proof := exchange(t, v, jane, password)
	tests := []struct {
		name string
		edit func(key []byte, who *srp.Account, p *srp.Proof)
		want bool
	}{
		{name: "as made", edit: func([]byte, *srp.Account, *srp.Proof) {}, want: true},
		{name: "other key", edit: func(key []byte, _ *srp.Account, _ *srp.Proof) { key[0]++ }},
		{name: "other pool", edit: func(_ []byte, who *srp.Account, _ *srp.Proof) { who.Pool += "x" }},
		{name: "other user", edit: func(_ []byte, who *srp.Account, _ *srp.Proof) { who.Name += "x" }},
		{name: "other time", edit: func(_ []byte, _ *srp.Account, p *srp.Proof) { p.Timestamp = srp.FormatTime(noon.Add(time.Second)) }},
		{name: "other block", edit: func(_ []byte, _ *srp.Account, p *srp.Proof) {
			p.SecretBlock = base64.StdEncoding.EncodeToString([]byte("a block of another exchange"))
		}},
		{name: "block not base64", edit: func(_ []byte, _ *srp.Account, p *srp.Proof) { p.SecretBlock = "é" + p.SecretBlock }},
		{name: "no block", edit: func(_ []byte, _ *srp.Account, p *srp.Proof) { p.SecretBlock = "" }},
		{name: "block too long", edit: func(_ []byte, _ *srp.Account, p *srp.Proof) { p.SecretBlock = strings.Repeat("AAAA", 2049) }},
		{name: "no signature", edit: func(_ []byte, _ *srp.Account, p *srp.Proof) { p.Signature = "" }},
		{name: "half a signature", edit: func(_ []byte, _ *srp.Account, p *srp.Proof) { p.Signature = p.Signature[:20] }},
		{name: "signature not base64", edit: func(_ []byte, _ *srp.Account, p *srp.Proof) { p.Signature = "*" + p.Signature[1:] }},
		{name: "other signature", edit: func(_ []byte, _ *srp.Account, p *srp.Proof) {
			p.Signature = base64.StdEncoding.EncodeToString(make([]byte, 32))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			key, who, p := bytes.Clone(key), jane, proof
			tt.edit(key, &who, &p)
			if got := srp.Check(key, who, p); got != tt.want {
				t.Errorf("Check = %v, want %v", got, tt.want)
			}
		})
	}
}

// TestWrongSecret: the wrong password, account or salt gives a proof that
// does not hold.
func TestWrongSecret(t *testing.T) {
	v := srp.NewVerifier(jane, password)
	client := srp.NewClient()
	answer, err := v.NewAnswer(client.Public())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		server srp.Verifier // none is v
		who    srp.Account
		secret string
	}{
		{name: "password", who: jane, secret: "passw0rd!"},
		{name: "empty password", who: jane},
		{name: "alias instead of the username", who: srp.Account{Pool: jane.Pool, Name: "jane@example.com"}, secret: password},
		{name: "other salt", server: srp.Verifier{Salt: []byte{1}, Value: v.Value}, who: jane, secret: password},
		{name: "other verifier", server: srp.Verifier{Salt: v.Salt, Value: srp.NewVerifier(jane, password).Value}, who: jane, secret: password},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			salt, answer := v.SaltHex(), answer
			if tt.server.Value != nil {
				salt = tt.server.SaltHex()
				if answer, err = tt.server.NewAnswer(client.Public()); err != nil {
					t.Fatal(err)
				}
			}
			proof, err := client.Prove(tt.who, tt.secret, srp.Challenge{Salt: salt, Public: answer.Public, SecretBlock: block}, noon)
			if err != nil {
				t.Fatal(err)
			}
			if srp.Check(answer.Key, jane, proof) {
				t.Error("Check = true, want false")
			}
		})
	}
}

// publicKeys are numbers that neither end takes.
func publicKeys() map[string]string {
	n, _ := new(big.Int).SetString(primeHex, 16)
	return map[string]string{
		"empty":            "",
		"0":                "0",
		"0 in full length": strings.Repeat("0", 768),
		"N":                primeHex,
		"2N":               new(big.Int).Lsh(n, 1).Text(16),
		"N+1":              new(big.Int).Add(n, big.NewInt(1)).Text(16),
		"negative":         "-1",
		"prefixed":         "0x1234",
		"not a number":     "zz",
		"spaces":           " 12 ",
		"1,025 digits":     strings.Repeat("0", 1024) + "1",
		"a megabyte":       strings.Repeat("1", 1<<20),
		"Cyrillic digits":  "аbсd",
	}
}

func TestServerRefusesPublicKey(t *testing.T) {
	v := srp.NewVerifier(jane, password)
	for name, a := range publicKeys() {
		answer, err := v.NewAnswer(a)
		if input, ok := errors.AsType[*srp.InputError](err); !ok || input.Field != "SRP_A" {
			t.Errorf("NewAnswer(%s) = %v, want an InputError of SRP_A", name, err)
		}
		if answer.Public != "" || answer.Key != nil {
			t.Errorf("NewAnswer(%s) gave an answer beside its error", name)
		}
	}
	if _, err := v.NewAnswer(strings.Repeat("0", 500) + "1"); err != nil {
		t.Errorf("NewAnswer(1 with zeros in front) = %v, want no error", err)
	}
}

func TestServerRefusesVerifier(t *testing.T) {
	n, _ := new(big.Int).SetString(primeHex, 16)
	for name, value := range map[string][]byte{"none": nil, "0": {0}, "N": n.Bytes(), "long": bytes.Repeat([]byte{1}, 4096)} {
		_, err := srp.Verifier{Salt: []byte{1}, Value: value}.NewAnswer("2")
		if input, ok := errors.AsType[*srp.InputError](err); !ok || input.Field != "verifier" {
			t.Errorf("NewAnswer(verifier %s) = %v, want an InputError of verifier", name, err)
		}
	}
}

func TestClientRefusesChallenge(t *testing.T) {
	good := srp.Challenge{Salt: "9f1c", Public: "1234", SecretBlock: block}
	type test struct {
		name, field string
		edit        func(*srp.Challenge)
	}
	tests := []test{
		{"no salt", "SALT", func(c *srp.Challenge) { c.Salt = "" }},
		{"salt not hexadecimal", "SALT", func(c *srp.Challenge) { c.Salt = "salt" }},
		{"salt too long", "SALT", func(c *srp.Challenge) { c.Salt = strings.Repeat("1", 257) }},
		{"no block", "SECRET_BLOCK", func(c *srp.Challenge) { c.SecretBlock = "" }},
		{"block not base64", "SECRET_BLOCK", func(c *srp.Challenge) { c.SecretBlock = "a-b_" }},
		{"block too long", "SECRET_BLOCK", func(c *srp.Challenge) { c.SecretBlock = strings.Repeat("AAAA", 2049) }},
	}
	for name, b := range publicKeys() {
		tests = append(tests, test{"B is " + name, "SRP_B", func(c *srp.Challenge) { c.Public = b }})
	}
	client := srp.NewClient()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ch := good
			tt.edit(&ch)
			proof, err := client.Prove(jane, password, ch, noon)
			if input, ok := errors.AsType[*srp.InputError](err); !ok || input.Field != tt.field {
				t.Errorf("Prove = %v, want an InputError of %s", err, tt.field)
			}
			if proof != (srp.Proof{}) {
				t.Errorf("Prove gave a proof beside its error: %+v", proof)
			}
		})
	}
	if _, err := client.Prove(jane, password, good, noon); err != nil {
		t.Errorf("Prove(good challenge) = %v", err)
	}
}

func TestTime(t *testing.T) {
	for text, at := range map[string]time.Time{
		"Sat Nov 7 09:05:03 UTC 2026":  time.Date(2026, 11, 7, 9, 5, 3, 0, time.UTC),
		"Tue Jul 10 23:01:00 UTC 2018": time.Date(2018, 7, 10, 23, 1, 0, 0, time.UTC),
	} {
		if got := srp.FormatTime(at.In(time.FixedZone("CET", 3600))); got != text {
			t.Errorf("FormatTime = %q, want %q", got, text)
		}
		if got, err := srp.ParseTime(text); err != nil || !got.Equal(at) {
			t.Errorf("ParseTime(%q) = %v, %v, want %v", text, got, err, at)
		}
	}
	for _, text := range []string{"", "now", "Sat Nov 7 09:05:03 CET 2026", "Sat Nov 7 25:05:03 UTC 2026", strings.Repeat("Sat Nov 7 09:05:03 UTC 2026", 100)} {
		if got, err := srp.ParseTime(text); err == nil {
			t.Errorf("ParseTime(%q) = %v, want an error", text, got)
		}
	}
}

func TestE1_SRPPrintsNothing(t *testing.T) {
	v := srp.NewVerifier(jane, password)
	client := srp.NewClient()
	answer, err := v.NewAnswer(client.Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		if got := fmt.Sprintf(verb, client); got != "srp client" {
			t.Errorf("Sprintf(%s, client) = %q", verb, got)
		}
		if got := fmt.Sprintf(verb, answer); got != "srp answer" {
			t.Errorf("Sprintf(%s, answer) = %q", verb, got)
		}
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "client", client, "answer", answer)
	if !strings.Contains(log.String(), `client="srp client" answer="srp answer"`) {
		t.Errorf("slog wrote %s", &log)
	}
}

// FuzzE3_Prove: whatever a server sends, the client gives a proof or an
// InputError.
func FuzzE3_Prove(f *testing.F) {
	f.Add("9f1c2d3e4f5061728394a5b6c7d8e9f0", "499602d2", block)
	f.Add("0", "0", "")
	f.Add("0001", primeHex, "AA==")
	f.Add("zz", strings.Repeat("f", 768), "A")
	client := srp.NewClient()
	f.Fuzz(func(t *testing.T, salt, public, block string) {
		proof, err := client.Prove(jane, password, srp.Challenge{Salt: salt, Public: public, SecretBlock: block}, noon)
		if err != nil {
			if _, ok := errors.AsType[*srp.InputError](err); !ok || proof != (srp.Proof{}) {
				t.Fatalf("Prove = %+v, %v, want an InputError and no proof", proof, err)
			}
			return
		}
		if len(proof.Signature) != 44 || proof.SecretBlock != block {
			t.Fatalf("Prove = %+v", proof)
		}
		b, ok := new(big.Int).SetString(public, 16)
		n, _ := new(big.Int).SetString(primeHex, 16)
		if !ok || b.Sign() <= 0 || b.Cmp(n) >= 0 {
			t.Fatalf("Prove took B = %q", public)
		}
	})
}

// FuzzE3_Answer: whatever a client sends, the server answers or gives an
// InputError, and no proof made without the password holds.
func FuzzE3_Answer(f *testing.F) {
	f.Add("499602d2", "tdvQu/Li/qWl8Nni0aFPs+MwY4rvKZm0kSMrGIMSUHk=", block, "Sat Nov 7 09:05:03 UTC 2026")
	f.Add("0", "", "", "")
	f.Add(primeHex, "AA==", "AA==", "x")
	v := srp.NewVerifier(jane, password)
	f.Fuzz(func(t *testing.T, public, signature, block, timestamp string) {
		answer, err := v.NewAnswer(public)
		if err != nil {
			if _, ok := errors.AsType[*srp.InputError](err); !ok {
				t.Fatalf("NewAnswer = %v, want an InputError", err)
			}
			return
		}
		if srp.Check(answer.Key, jane, srp.Proof{Signature: signature, SecretBlock: block, Timestamp: timestamp}) {
			t.Fatal("Check = true for a proof made without the password")
		}
	})
}

func BenchmarkClient(b *testing.B) {
	v := srp.NewVerifier(jane, password)
	for b.Loop() {
		client := srp.NewClient()
		b.StopTimer()
		answer, err := v.NewAnswer(client.Public())
		if err != nil {
			b.Fatal(err)
		}
		ch := srp.Challenge{Salt: v.SaltHex(), Public: answer.Public, SecretBlock: block}
		b.StartTimer()
		if _, err := client.Prove(jane, password, ch, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkServer(b *testing.B) {
	v := srp.NewVerifier(jane, password)
	public := srp.NewClient().Public()
	for b.Loop() {
		if _, err := v.NewAnswer(public); err != nil {
			b.Fatal(err)
		}
	}
}
