package jws_test

import (
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/seed75762126/cognito-go/internal/jws"
)

// jwk is an entry of a JWKS. Pairs replace or add members; "" leaves one out.
func jwk(pairs ...string) string {
	members := map[string]string{"kid": `"k"`, "kty": `"RSA"`, "alg": `"RS256"`, "use": `"sig"`, "n": `"` + rfcModulus + `"`, "e": `"AQAB"`}
	for i := 0; i < len(pairs); i += 2 {
		members[pairs[i]] = pairs[i+1]
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if members[name] != "" {
			list = append(list, `"`+name+`":`+members[name])
		}
	}
	return "{" + strings.Join(list, ",") + "}"
}

// number is 2^bits - 1 - less as a JWK has it.
func number(bits uint, less int64) string {
	n := new(big.Int).Lsh(big.NewInt(1), bits)
	n.Sub(n, big.NewInt(1+less))
	return `"` + base64.RawURLEncoding.EncodeToString(n.Bytes()) + `"`
}

func parseKeys(entries ...string) (map[string]*rsa.PublicKey, error) {
	return jws.ParseKeys([]byte(`{"keys":[` + strings.Join(entries, ",") + `]}`))
}

// TestT1_ParseKeys: which entries count, at the edge of each condition.
func TestT1_ParseKeys(t *testing.T) {
	longest := strings.Repeat("k", jws.MaxKeyID)
	tests := []struct {
		name, entry, kid string
		exponent         int
	}{
		{"as Cognito has it", jwk(), "k", 65537},
		{"no alg and use", jwk("alg", "", "use", ""), "k", 65537},
		{"the longest kid", jwk("kid", `"`+longest+`"`), longest, 65537},
		{"key_ops verify", jwk("key_ops", `["sign","verify"]`), "k", 65537},
		{"key_ops null", jwk("key_ops", `null`), "k", 65537},
		{"exponent 3", jwk("e", `"Aw"`), "k", 3},
		{"the largest exponent", jwk("e", number(31, 0)), "k", 1<<31 - 1},
		{"2048 bits", jwk("n", number(2048, 0)), "k", 65537},
		{"8192 bits", jwk("n", number(8192, 0)), "k", 65537},

		{"no kid", jwk("kid", ""), "", 0},
		{"an empty kid", jwk("kid", `""`), "", 0},
		{"a kid that is too long", jwk("kid", `"`+longest+`k"`), "", 0},
		{"a kid that is a number", jwk("kid", `7`), "", 0},
		{"another type", jwk("kty", `"EC"`), "", 0},
		{"no type", jwk("kty", ""), "", 0},
		{"for encryption", jwk("use", `"enc"`), "", 0},
		{"another algorithm", jwk("alg", `"RS512"`), "", 0},
		{"key_ops without verify", jwk("key_ops", `["sign"]`), "", 0},
		{"key_ops empty", jwk("key_ops", `[]`), "", 0},
		{"exponent 1", jwk("e", `"AQ"`), "", 0},
		{"exponent 2", jwk("e", `"Ag"`), "", 0},
		{"exponent 4", jwk("e", `"BA"`), "", 0},
		{"no exponent", jwk("e", ""), "", 0},
		{"an exponent beyond 31 bits", jwk("e", `"gAAAAQ"`), "", 0},
		{"an exponent of 5 bytes", jwk("e", `"AAEAAQAB"`), "", 0},
		{"an exponent with padding", jwk("e", `"Aw=="`), "", 0},
		{"2047 bits", jwk("n", number(2047, 0)), "", 0},
		{"8193 bits", jwk("n", number(8193, 0)), "", 0},
		{"a megabyte of modulus", jwk("n", `"`+strings.Repeat("A", 100_000)+`"`), "", 0},
		{"an even modulus", jwk("n", number(2048, 1)), "", 0},
		{"no modulus", jwk("n", ""), "", 0},
		{"a modulus that is not base64", jwk("n", `"!"`), "", 0},
		{"null", "null", "", 0},
		{"a number", "7", "", 0},
	}
	for _, tt := range tests {
		// Whatever an entry is, it spoils no other.
		for name, entries := range map[string][]string{"alone": {tt.entry}, "first": {tt.entry, jwk("kid", `"other"`)}, "last": {jwk("kid", `"other"`), tt.entry}} {
			keys, err := parseKeys(entries...)
			key := keys[tt.kid]
			switch {
			case tt.kid == "" && len(entries) == 1 && err == nil, len(entries) > 1 && keys["other"] == nil:
				t.Errorf("%s, %s: ParseKeys = %d keys, %v", tt.name, name, len(keys), err)
			case tt.kid == "" && len(keys) != len(entries)-1, tt.kid != "" && (key == nil || key.E != tt.exponent):
				t.Errorf("%s, %s: ParseKeys = %v, %v, want the key %q with exponent %d", tt.name, name, keys, err, tt.kid, tt.exponent)
			}
		}
	}
}

// TestT1_ParseKeysTwice: of two keys with one kid the first counts.
func TestT1_ParseKeysTwice(t *testing.T) {
	keys, err := parseKeys(jwk("e", `"Aw"`), jwk())
	if err != nil || len(keys) != 1 || keys["k"].E != 3 {
		t.Errorf("ParseKeys(one kid twice) = %v, %v, want the first", keys, err)
	}
}

// TestT6_ParseKeys: 256 KiB are read, and no byte more.
func TestT6_ParseKeys(t *testing.T) {
	doc := `{"keys":[` + jwk() + `]}`
	doc += strings.Repeat(" ", jws.MaxJWKS-len(doc))
	if keys, err := jws.ParseKeys([]byte(doc)); err != nil || len(keys) != 1 {
		t.Errorf("ParseKeys(256 KiB) = %v, %v, want the key", keys, err)
	}
	if keys, err := jws.ParseKeys([]byte(doc + " ")); err == nil || keys != nil {
		t.Errorf("ParseKeys(256 KiB and a byte) = %v, want an error", keys)
	}
	for _, doc := range []string{"", "null", "[]", `{"keys":[]}`, `{"keys":{}}`, `{"keys":[` + jwk() + `]`} {
		if keys, err := jws.ParseKeys([]byte(doc)); err == nil || keys != nil {
			t.Errorf("ParseKeys(%s) = %v, want an error", doc, keys)
		}
	}
}

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
