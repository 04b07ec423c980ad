package webauthn_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/webauthn"
	"github.com/seed75762126/cognito-go/internal/authenticator"
)

const (
	origin    = "https://app.example.com"
	challenge = "0123456789abcdef0123456789abcdef"
)

var rp = webauthn.RelyingParty{ID: "example.com", UserVerified: true}

func creation(t testing.TB) []byte {
	return asJSON(t, map[string]any{
		"challenge": webauthnChallenge(), "rp": map[string]string{"id": "example.com"}, "user": map[string]string{"id": "amFuZQ"},
		"pubKeyCredParams": []map[string]any{{"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -257}},
	})
}

func request(t testing.TB) []byte {
	return asJSON(t, map[string]any{"challenge": webauthnChallenge(), "rpId": "example.com"})
}

// webauthnChallenge is challenge as options have it.
func webauthnChallenge() string { return "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY" }

func register(t testing.TB, a *authenticator.Authenticator, edits ...func(*authenticator.Answer)) (*webauthn.Credential, error) {
	t.Helper()
	text, err := a.Create(creation(t), origin, edits...)
	if err != nil {
		t.Fatal(err)
	}
	r, err := webauthn.ParseRegistration(text)
	if err != nil {
		return nil, err
	}
	return r.Verify([]byte(challenge), rp)
}

func assert(t testing.TB, a *authenticator.Authenticator, c *webauthn.Credential, edits ...func(*authenticator.Answer)) (uint32, error) {
	t.Helper()
	text, err := a.Get(request(t), origin, edits...)
	if err != nil {
		t.Fatal(err)
	}
	s, err := webauthn.ParseAssertion(text)
	if err != nil {
		return 0, err
	}
	return s.Verify([]byte(challenge), rp, *c, []byte("jane"))
}

func client(name string, value any) func(*authenticator.Answer) {
	return func(n *authenticator.Answer) { n.Client[name] = value }
}

// both are the faults of a registration and of an assertion alike.
var both = []struct {
	name  string
	edit  func(*authenticator.Answer)
	check webauthn.Check
}{
	{"as it is", func(*authenticator.Answer) {}, ""},
	{"origin of the relying party itself", client("origin", "https://example.com"), ""},
	{"origin with a port", client("origin", "https://app.example.com:8443"), ""},
	{"Android app", client("origin", "android:apk-key-hash:LzLnA1LqWFNZPGX3ULkKGVyZ2oO6Tmj1vv0mYAxzuD8"), ""},
	{"Android app with nonsense", client("origin", "android:apk-key-hash:LzLn"), webauthn.CheckOrigin},
	{"other challenge", client("challenge", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWU"), webauthn.CheckChallenge},
	{"padded challenge", client("challenge", webauthnChallenge()+"="), webauthn.CheckChallenge},
	{"no challenge", client("challenge", ""), webauthn.CheckChallenge},
	{"other type", client("type", "webauthn.other"), webauthn.CheckType},
	{"other site", client("origin", "https://example.org"), webauthn.CheckOrigin},
	{"site that ends like it", client("origin", "https://evilexample.com"), webauthn.CheckOrigin},
	{"plain http", client("origin", "http://app.example.com"), webauthn.CheckOrigin},
	{"origin with a path", client("origin", "https://app.example.com/"), webauthn.CheckOrigin},
	{"origin with a user", client("origin", "https://x@app.example.com"), webauthn.CheckOrigin},
	{"no origin", client("origin", ""), webauthn.CheckOrigin},
	{"frame of another origin", client("crossOrigin", true), webauthn.CheckOrigin},
	{"other relying party", func(n *authenticator.Answer) { n.RPID = "app.example.com" }, webauthn.CheckRelyingParty},
	{"nobody there", func(n *authenticator.Answer) { n.Flags &^= authenticator.Present }, webauthn.CheckPresence},
	{"nobody verified", func(n *authenticator.Answer) { n.Flags &^= authenticator.Verified }, webauthn.CheckVerification},
	{"backed up without being able to", func(n *authenticator.Answer) { n.Flags &^= authenticator.Eligible }, webauthn.CheckBackup},
	{"other kind of credential", func(n *authenticator.Answer) { n.Type = "password" }, webauthn.CheckType},
}

// TestRegistration: each fault is refused, and by the check that it is about.
func TestRegistration(t *testing.T) {
	cases := append(both[:len(both):len(both)], []struct {
		name  string
		edit  func(*authenticator.Answer)
		check webauthn.Check
	}{
		{"assertion", client("type", "webauthn.get"), webauthn.CheckType},
		{"self attestation", func(n *authenticator.Answer) { n.Format = "packed" }, ""},
		{"self attestation by another key", func(n *authenticator.Answer) { n.Format, n.Signature = "packed", spoiled }, webauthn.CheckAttestation},
		{"statement of no kind", func(n *authenticator.Answer) { n.Format = "" }, webauthn.CheckAttestation},
		{"EdDSA", func(n *authenticator.Answer) { n.Alg = -8 }, webauthn.CheckAlgorithm},
		{"EC key for RS256", func(n *authenticator.Answer) { n.Alg = authenticator.RS256 }, webauthn.CheckKey},
		{"no credential in it", func(n *authenticator.Answer) { n.Flags &^= 1 << 6 }, webauthn.CheckFormat},
		{"id of another credential", func(n *authenticator.Answer) { n.ID = []byte("another") }, webauthn.CheckFormat},
	}...)
	for _, c := range cases {
		got, err := register(t, new(authenticator.Authenticator), c.edit)
		if checkOf(t, err) != c.check || (got == nil) != (err != nil) {
			t.Errorf("%s: %v, want %q", c.name, err, c.check)
		}
	}
}

func spoiled(signature []byte) []byte {
	signature[len(signature)-1] ^= 1
	return signature
}

// TestAssertion: likewise for signatures of either algorithm.
func TestAssertion(t *testing.T) {
	cases := append(both[:len(both):len(both)], []struct {
		name  string
		edit  func(*authenticator.Answer)
		check webauthn.Check
	}{
		{"registration", client("type", "webauthn.create"), webauthn.CheckType},
		{"no user handle", func(n *authenticator.Answer) { n.User = nil }, ""},
		{"other user", func(n *authenticator.Answer) { n.User = []byte("joe") }, webauthn.CheckUser},
		{"other signature", func(n *authenticator.Answer) { n.Signature = spoiled }, webauthn.CheckSignature},
		{"id of another credential", func(n *authenticator.Answer) { n.ID = []byte("another") }, webauthn.CheckFormat},
		{"no longer able to be backed up", func(n *authenticator.Answer) { n.Flags &^= authenticator.Eligible | authenticator.BackedUp }, webauthn.CheckBackup},
	}...)
	for _, asRSA := range []bool{false, true} {
		a := &authenticator.Authenticator{RSA: asRSA}
		credential, err := register(t, a)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			if _, err := assert(t, a, credential, c.edit); checkOf(t, err) != c.check {
				t.Errorf("%s, RSA %v: %v, want %q", c.name, asRSA, err, c.check)
			}
		}
	}
}

// TestCounter: a counter that does not grow is refused, and authenticators
// that do not count are taken.
func TestCounter(t *testing.T) {
	a := new(authenticator.Authenticator)
	credential, err := register(t, a)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		kept, sent uint32
		check      webauthn.Check
	}{{0, 0, ""}, {0, 5, ""}, {5, 6, ""}, {5, 5, webauthn.CheckCounter}, {5, 4, webauthn.CheckCounter}, {5, 0, webauthn.CheckCounter}} {
		credential.Counter = step.kept
		counter, err := assert(t, a, credential, func(n *authenticator.Answer) { n.Counter = step.sent })
		if checkOf(t, err) != step.check || err == nil && counter != step.sent {
			t.Errorf("from %d to %d: %d, %v, want %q", step.kept, step.sent, counter, err, step.check)
		}
	}
}

// TestLoopback: pages of this machine need no TLS.
func TestLoopback(t *testing.T) {
	for page, ok := range map[string]bool{"http://localhost:8080": true, "https://localhost": true, "http://localhost.evil.example": false} {
		text, err := new(authenticator.Authenticator).Create([]byte(strings.ReplaceAll(string(creation(t)), "example.com", "localhost")), page)
		if err != nil {
			t.Fatal(err)
		}
		r, err := webauthn.ParseRegistration(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Verify([]byte(challenge), webauthn.RelyingParty{ID: "localhost"}); (err == nil) != ok {
			t.Errorf("Verify on %s = %v, want accepted: %v", page, err, ok)
		}
	}
}

// FuzzRegistration: no input panics, and what is accepted is the challenge's.
func FuzzRegistration(f *testing.F) {
	for _, v := range readVectors(f).Vectors {
		f.Add(v.registrationJSON(f), unhex(f, v.Registration.Challenge))
	}
	f.Fuzz(func(t *testing.T, text, challenge []byte) {
		r, err := webauthn.ParseRegistration(text)
		if err != nil {
			checkOf(t, err)
			return
		}
		c, err := r.Verify(challenge, webauthn.RelyingParty{ID: "example.org"})
		checkOf(t, err)
		if err == nil && (len(c.ID) == 0 || len(c.PublicKey) == 0) {
			t.Errorf("a credential without id or key: %+v", c)
		}
		if _, err := r.Verify(append(challenge, 0), webauthn.RelyingParty{ID: "example.org"}); err == nil {
			t.Error("accepted for another challenge")
		}
	})
}

// FuzzAssertion: no input panics, and none is accepted for another challenge.
func FuzzAssertion(f *testing.F) {
	v := readVectors(f).Vectors[0]
	r, err := webauthn.ParseRegistration(v.registrationJSON(f))
	if err != nil {
		f.Fatal(err)
	}
	c, err := r.Verify(unhex(f, v.Registration.Challenge), webauthn.RelyingParty{ID: "example.org"})
	if err != nil {
		f.Fatal(err)
	}
	for _, v := range readVectors(f).Vectors {
		f.Add(v.assertionJSON(f))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := webauthn.ParseAssertion(text)
		if err != nil {
			checkOf(t, err)
			return
		}
		if _, err := a.Verify([]byte("another"), webauthn.RelyingParty{ID: "example.org"}, *c, nil); err == nil {
			t.Error("accepted for another challenge")
		}
		_, err = a.Verify(unhex(t, v.Authentication.Challenge), webauthn.RelyingParty{ID: "example.org"}, *c, nil)
		checkOf(t, err)
		if err == nil && !json.Valid(text) {
			t.Error("accepted without being JSON")
		}
	})
}
