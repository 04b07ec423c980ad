package cognito_test

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
)

// number is base64url of a number with exactly that many bits.
func number(bits int, odd bool) string {
	n := new(big.Int).SetBit(new(big.Int), bits-1, 1)
	if odd {
		n.SetBit(n, 0, 1)
	}
	return b64(string(n.Bytes()))
}

// TestT1_UnusableKeysArePassedOver puts each entry beside a good one, on
// either side: the good one works, the other is no key.
func TestT1_UnusableKeysArePassedOver(t *testing.T) {
	pool := newPool(t)
	good, k := otherKey(), ownKey()
	good = &rsaKey{kid: "good", private: good.private}
	even := new(big.Int).Sub(k.private.N, big.NewInt(1))
	kid := k.kid
	entries := map[string]any{
		"for encryption":             k.jwk("use", "enc"),
		"use in capitals":            k.jwk("use", "SIG"),
		"use a number":               k.jwk("use", 1),
		"type EC":                    k.jwk("kty", "EC"),
		"type oct":                   jwk{"kty": "oct", "kid": kid, "alg": "RS256", "k": "AAAA", "n": k.jwk()["n"], "e": "AQAB"},
		"type rsa":                   k.jwk("kty", "rsa"),
		"no type":                    k.jwk("kty", nil),
		"for RS384":                  k.jwk("alg", "RS384"),
		"for PS256":                  k.jwk("alg", "PS256"),
		"for RSA-OAEP":               k.jwk("alg", "RSA-OAEP"),
		"operation encrypt":          k.jwk("key_ops", []string{"encrypt"}),
		"operation sign":             k.jwk("key_ops", []string{"sign"}),
		"no operation":               k.jwk("key_ops", []string{}),
		"no modulus":                 k.jwk("n", nil),
		"empty modulus":              k.jwk("n", ""),
		"modulus a number":           k.jwk("n", 7),
		"modulus cut":                k.jwk("n", k.jwk()["n"].(string)[:100]),
		"modulus not base64url":      k.jwk("n", "+/+/"),
		"modulus even":               k.jwk("n", b64(string(even.Bytes()))),
		"2047 bits":                  k.jwk("n", number(2047, true)),
		"8193 bits":                  k.jwk("n", number(8193, true)),
		"100,000 bits":               k.jwk("n", number(100_000, true)),
		"no exponent":                k.jwk("e", nil),
		"exponent 0":                 k.jwk("e", "AA"),
		"exponent 1":                 k.jwk("e", "AQ"),
		"exponent 2":                 k.jwk("e", "Ag"),
		"exponent 4":                 k.jwk("e", "BA"),
		"exponent 65536":             k.jwk("e", "AQAA"),
		"exponent of 32 bits":        k.jwk("e", "gAAAAQ"),
		"exponent of 33 bits":        k.jwk("e", "AQAAAAE"),
		"exponent of 65 bits":        k.jwk("e", b64("\x01\x00\x00\x00\x00\x00\x01\x00\x01")), // ends as 65537 does
		"exponent a number":          k.jwk("e", 65537),
		"exponent not base64url":     k.jwk("e", "!"),
		"null":                       nil,
		"a number":                   7,
		"a text":                     kid,
		"a list":                     []any{k.jwk()},
		"an empty object":            jwk{},
		"an object within":           jwk{"keys": []any{k.jwk()}},
		"no kid":                     k.jwk("kid", nil),
		"empty kid":                  k.jwk("kid", ""),
		"kid a number":               k.jwk("kid", 1),
		"kid too long":               k.jwk("kid", strings.Repeat("k", 257)),
		"another kid":                k.jwk("kid", "another"),
		"kid in base64url":           k.jwk("kid", strings.NewReplacer("+", "-", "/", "_").Replace(kid)),
		"kid with a space":           k.jwk("kid", kid+" "),
		"1024 bits, truly signed":    smallKey().jwk("kid", kid),
		"the right kid, another's n": k.jwk("n", good.jwk()["n"]),
	}
	_, payload := parts(t, mint(pool, "access"))
	goodToken := good.sign(good.header(), payload)
	header := fmt.Sprintf(`{"kid":%q,"alg":"RS256"}`, kid)
	otherToken := k.sign(header, payload)
	usable := map[string]bool{"another kid": true, "kid in base64url": true, "kid with a space": true, "the right kid, another's n": true}
	for name, entry := range entries {
		token := otherToken
		if name == "1024 bits, truly signed" {
			token = smallKey().sign(header, payload)
		}
		for order, doc := range map[string][]byte{"before": jwks(entry, good.jwk()), "after": jwks(good.jwk(), entry)} {
			v := newVerifier(t, pool, func(c *cognito.Config) { c.JWKS = doc })
			wantCheck(t, fmt.Sprintf("%s %s a good key: VerifyAccess(signed with it)", name, order), verify(t, v, "access", goodToken), "", goodToken)
			check := "kid"
			if name == "the right kid, another's n" {
				check = "signature"
			}
			wantCheck(t, fmt.Sprintf("%s %s a good key: VerifyAccess(signed with the other)", name, order), verify(t, v, "access", token), check, token)
		}
		err := cognito.Config{UserPoolID: poolID, ClientID: clientID, JWKS: jwks(entry)}.Validate()
		if (err == nil) != usable[name] {
			t.Errorf("Validate(JWKS with %s alone) = %v, want an error: %v", name, err, !usable[name])
		}
	}
}

func TestT1_UsableKeys(t *testing.T) {
	pool := newPool(t)
	k := ownKey()
	_, payload := parts(t, mint(pool, "access"))
	signed := k.sign(k.header(), payload)
	for name, doc := range map[string][]byte{
		"as Cognito publishes it":   jwks(k.jwk()),
		"without use":               jwks(k.jwk("use", nil)),
		"without alg":               jwks(k.jwk("alg", nil)),
		"with its operation":        jwks(k.jwk("key_ops", []string{"sign", "verify"})),
		"with other members":        jwks(k.jwk("x5c", []string{"MIIB"}, "x5t", "AAAA", "x", nil, "ext", true)),
		"exponent with a zero":      jwks(k.jwk("e", "AAEAAQ")),
		"twice, the first counts":   jwks(k.jwk(), otherKey().jwk("kid", k.kid)),
		"behind a hundred others":   jwks(append(manyKeys(100), k.jwk())...),
		"in a document with more":   []byte(`{"x":1,"keys":[7,` + string(jwks(k.jwk()))[len(`{"keys":[`):] + "\n"),
		"in a document of 256 KiB":  padded(jwks(k.jwk()), 256<<10),
		"as the pool publishes its": pool.JWKS(),
	} {
		v, err := cognito.NewVerifier(cognito.Config{UserPoolID: poolID, ClientID: clientID, JWKS: doc, Now: pool.Now})
		if err != nil {
			t.Errorf("NewVerifier(JWKS %s) = %v, want nil", name, err)
			continue
		}
		token := signed
		if name == "as the pool publishes its" {
			token = mint(pool, "access")
		}
		wantCheck(t, name+": VerifyAccess", verify(t, v, "access", token), "", token)
	}
	for _, e := range []string{"Aw", "EQ", "f____w"} { // 3, 17, 2^31-1
		if err := (cognito.Config{UserPoolID: poolID, ClientID: clientID, JWKS: jwks(k.jwk("e", e))}).Validate(); err != nil {
			t.Errorf("Validate(exponent %s) = %v, want nil", e, err)
		}
	}
	if err := (cognito.Config{UserPoolID: poolID, ClientID: clientID, JWKS: jwks(k.jwk("n", number(8192, true)))}).Validate(); err != nil {
		t.Errorf("Validate(8192 bits) = %v, want nil", err)
	}
}

// manyKeys are entries with kids of their own and the same key.
func manyKeys(n int) []any {
	var list []any
	for i := range n {
		list = append(list, otherKey().jwk("kid", fmt.Sprint("other ", i)))
	}
	return list
}

// padded makes a document n bytes long with white space.
func padded(doc []byte, n int) []byte {
	return append(doc, strings.Repeat(" ", n-len(doc))...)
}

func TestT6_JWKSDocument(t *testing.T) {
	good := jwks(ownKey().jwk())
	for name, doc := range map[string][]byte{
		"empty": {}, "null": []byte("null"), "a list": []byte(`[` + string(good) + `]`), "no keys": []byte(`{}`), "keys null": []byte(`{"keys":null}`),
		"keys an object": []byte(`{"keys":{}}`), "keys empty": jwks(), "two documents": append(append([]byte{}, good...), good...), "cut": good[:len(good)-1],
		"HTML": []byte("<html>"), "a byte more than 256 KiB": padded(good, 256<<10+1), "a megabyte": padded(good, 1<<20),
	} {
		_, err := cognito.NewVerifier(cognito.Config{UserPoolID: poolID, ClientID: clientID, JWKS: doc})
		var problem *cognito.ConfigError
		if !errors.As(err, &problem) || problem.Field != "JWKS" {
			t.Errorf("NewVerifier(JWKS %s) = %v, want a problem of JWKS", name, err)
		}
	}
}
