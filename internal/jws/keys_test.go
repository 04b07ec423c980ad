package jws_test

import (
	"fmt"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/seed75762126/cognito-go/internal/jws"
)

// FuzzParseKeys: whatever is accepted is an RSA key that RS256 may be checked
// with, under the kid by which go-jose knows the same numbers.
func FuzzParseKeys(f *testing.F) {
	good := fmt.Sprintf(`{"kid":"k","kty":"RSA","alg":"RS256","use":"sig","n":%q,"e":"AQAB"}`, rfcModulus)
	for _, entry := range []string{
		good, good + "," + good, "null," + good, `{"kid":"k","kty":"RSA","n":"` + rfcModulus + `","e":"AQ"}`, `{"kid":"k","kty":"RSA","n":"AQAB","e":"AQAB"}`,
		`{"KID":"k","kty":"RSA","n":"` + rfcModulus + `","E":"AAEAAQ","key_ops":["verify"]}`, `{"kid":"k","kty":"oct","k":"AAAA"}`, `{"kid":"","kty":"RSA"}`, `7`, ``,
	} {
		f.Add([]byte(`{"keys":[` + entry + `]}`))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		keys, err := jws.ParseKeys(doc)
		if (err == nil) != (len(keys) > 0) {
			t.Fatalf("ParseKeys(%q) = %v, %v, want keys or an error", doc, keys, err)
		}
		for kid, key := range keys {
			if kid == "" || len(kid) > jws.MaxKeyID || key.N.BitLen() < 2048 || key.N.BitLen() > 8192 || key.N.Bit(0) == 0 || key.E < 3 || key.E%2 == 0 {
				t.Fatalf("ParseKeys(%q) accepted the key %q with %d bits and exponent %d", doc, kid, key.N.BitLen(), key.E)
			}
			again, err := (&jose.JSONWebKey{Key: key, KeyID: kid}).MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			same, err := jws.ParseKeys(fmt.Appendf(nil, `{"keys":[%s]}`, again))
			if err != nil || !same[kid].Equal(key) {
				t.Fatalf("ParseKeys(%s) = %v, %v, want the key of %q", again, same, err, doc)
			}
		}
	})
}
