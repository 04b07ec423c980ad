package cognito_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

func TestVerifyID(t *testing.T) {
	pool := newPool(t)
	pool.AddGroup(cognitotest.Group{Name: "admins", RoleARN: "arn:aws:iam::123456789012:role/admins"})
	before := pool.Now().Truncate(time.Second)
	c, err := newVerifier(t, pool).VerifyID(t.Context(), pool.IDToken("jane", set("nonce", "n-0S6_WzA2Mj"), set("picture", "https://example.com/jane.png")))
	if err != nil {
		t.Fatal(err)
	}
	after := pool.Now()
	if c.Issuer != issuer || c.Subject == "" || c.Audience != clientID || c.Nonce != "n-0S6_WzA2Mj" || c.JWTID == "" || c.OriginJWTID == "" || c.EventID == "" {
		t.Errorf("VerifyID = %q %q %q %q %q %q %q, want what the pool signed", c.Issuer, c.Subject, c.Audience, c.Nonce, c.JWTID, c.OriginJWTID, c.EventID)
	}
	for name, at := range map[string]time.Time{"iat": c.IssuedAt, "auth_time": c.AuthTime, "exp": c.Expiry.Add(-time.Hour)} {
		if at.Before(before) || at.After(after) {
			t.Errorf("VerifyID: %s = %v, want about %v", name, at, before)
		}
	}
	if !c.NotBefore.IsZero() {
		t.Errorf("VerifyID: nbf = %v, want none", c.NotBefore)
	}
	got := strings.Join([]string{c.Username, c.Email, fmt.Sprint(c.EmailVerified), c.Name, c.Picture, c.Custom["plan"], strings.Join(c.Groups, ","), strings.Join(c.Roles, ","), c.PreferredRole}, " ")
	want := "jane jane@example.com true Jane Doe https://example.com/jane.png gold admins arn:aws:iam::123456789012:role/admins arn:aws:iam::123456789012:role/admins"
	if got != want {
		t.Errorf("VerifyID = %q, want %q", got, want)
	}
}

func TestVerifyAccess(t *testing.T) {
	pool := newPool(t)
	c, err := newVerifier(t, pool).VerifyAccess(t.Context(), pool.AccessToken("jane", set("device_key", "eu-west-1_d")))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join([]string{c.Issuer, c.ClientID, c.Username, c.DeviceKey, strings.Join(c.Scopes, ","), strings.Join(c.Groups, ","), strings.Join(c.Audience, ",")}, " ")
	want := issuer + " " + clientID + " jane eu-west-1_d openid,email,phone,profile,aws.cognito.signin.user.admin admins "
	if got != want {
		t.Errorf("VerifyAccess = %q, want %q", got, want)
	}
}

// TestE2_IssuersAreNamed: the refusal of another pool's token names the issuer
// that was expected and the one that came, and what to compare.
func TestE2_IssuersAreNamed(t *testing.T) {
	pool := newPool(t)
	const other = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other"
	both, err := cognito.NewVerifier(pool.Config(), newOtherPool(t).Config())
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]cognito.TokenVerifier{"one pool": newVerifier(t, pool), "two pools": both} {
		_, err := v.VerifyAccess(t.Context(), pool.AccessToken("jane", set("iss", other)))
		for _, part := range []string{strconv.Quote(issuer), strconv.Quote(other), "COGNITO_USER_POOL_ID", "COGNITO_ISSUER"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: VerifyAccess = %v, want %s in it", name, err, part)
			}
		}
		_, err = v.VerifyAccess(t.Context(), pool.AccessToken("jane", set("iss", "a\nlevel=ERROR"+strings.Repeat("x", 5000))))
		if text := err.Error(); strings.Contains(text, "\n") || len(text) > 600 {
			t.Errorf("%s: VerifyAccess of a long iss = %q", name, text)
		}
	}
}

// TestT1_OnlyRS256 signs with other algorithms, truly, with keys that the
// JWKS publishes for them. None is looked up.
func TestT1_OnlyRS256(t *testing.T) {
	pool := newPool(t)
	w := newWire(pool)
	v := newVerifier(t, pool, w.use)
	key := ownKey()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public = pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})
	sum := func(h crypto.Hash, s string) []byte { d := h.New(); d.Write([]byte(s)); return d.Sum(nil) }
	must := func(sig []byte, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return string(sig)
	}
	algs := []struct {
		alg  string
		sign func(input string) string
	}{
		{`"none"`, func(string) string { return "" }},
		{`"None"`, func(string) string { return "" }},
		{`""`, func(string) string { return "" }},
		{`"HS256"`, func(s string) string {
			m := hmac.New(sha256.New, public)
			m.Write([]byte(s))
			return string(m.Sum(nil))
		}},
		{`"RS384"`, func(s string) string {
			return must(rsa.SignPKCS1v15(nil, key.private, crypto.SHA384, sum(crypto.SHA384, s)))
		}},
		{`"RS512"`, func(s string) string {
			return must(rsa.SignPKCS1v15(nil, key.private, crypto.SHA512, sum(crypto.SHA512, s)))
		}},
		{`"PS256"`, func(s string) string {
			return must(rsa.SignPSS(rand.Reader, key.private, crypto.SHA256, sum(crypto.SHA256, s), nil))
		}},
		{`"ES256"`, func(s string) string {
			r, q, err := ecdsa.Sign(rand.Reader, ec, sum(crypto.SHA256, s))
			return must(append(r.FillBytes(make([]byte, 32)), q.FillBytes(make([]byte, 32))...), err)
		}},
		{`"rs256"`, func(s string) string {
			return must(rsa.SignPKCS1v15(nil, key.private, crypto.SHA256, sum(crypto.SHA256, s)))
		}},
		{`"RS256 "`, func(s string) string {
			return must(rsa.SignPKCS1v15(nil, key.private, crypto.SHA256, sum(crypto.SHA256, s)))
		}},
	}
	for _, use := range uses {
		_, payload := parts(t, mint(pool, use))
		for _, a := range algs {
			for _, kid := range []string{key.kid, pool.KeyID(use)} {
				header := fmt.Sprintf(`{"kid":%q,"alg":%s}`, kid, a.alg)
				input := b64(header) + "." + b64(payload)
				token := input + "." + b64(a.sign(input))
				wantCheck(t, verifyCall(use, a.alg), verify(t, v, use, token), "alg", token)
			}
		}
		token := pool.Sign(use, fmt.Sprintf(`{"kid":%q}`, pool.KeyID(use)), payload)
		wantCheck(t, verifyCall(use, "no alg"), verify(t, v, use, token), "alg", token)
	}
	w.wantFetches(t, "after tokens of other algorithms", 0)
}

// TestT1_TypeOfTheOtherKind: an access token may say that it is one (RFC 9068),
// and nothing else may.
func TestT1_TypeOfTheOtherKind(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	for _, typ := range []string{"at+jwt", "AT+JWT", "application/at+jwt"} {
		for use, check := range map[string]string{"id": "typ", "access": ""} {
			_, payload := parts(t, mint(pool, use))
			token := pool.Sign(use, fmt.Sprintf(`{"kid":%q,"alg":"RS256","typ":%q}`, pool.KeyID(use), typ), payload)
			wantCheck(t, verifyCall(use, typ), verify(t, v, use, token), check, token)
		}
	}
}

// TestT1_HeaderMembers: what changes the reading of a token or brings a key
// along refuses it, before any key is looked up.
func TestT1_HeaderMembers(t *testing.T) {
	pool := newPool(t)
	w := newWire(pool)
	v := newVerifier(t, pool, w.use)
	own := ownKey()
	ownJWK := fmt.Sprintf(`{"kty":"RSA","n":%q,"e":"AQAB"}`, own.jwk()["n"])
	tests := []struct{ name, extra, check string }{
		{"as issued", ``, ""},
		{"typ", `,"typ":"JWT"`, ""},
		{"typ in other letters", `,"typ":"jWt"`, ""},
		{"typ in full", `,"typ":"application/jwt"`, ""},
		{"no typ, said at length", `,"typ":""`, ""},
		{"typ of a logout token", `,"typ":"logout+jwt"`, "typ"},
		{"typ of a logout token, in full", `,"typ":"application/Logout+JWT"`, "typ"},
		{"typ of an event", `,"typ":"secevent+jwt"`, "typ"},
		{"typ of a proof", `,"typ":"dpop+jwt"`, "typ"},
		{"typ of a proof of a wallet", `,"typ":"openid4vci-proof+jwt"`, "typ"},
		{"typ of a request object", `,"typ":"oauth-authz-req+jwt"`, "typ"},
		{"typ of an introspection", `,"typ":"token-introspection+jwt"`, "typ"},
		{"typ of a JWE", `,"typ":"JWE"`, "typ"},
		{"typ with a space", `,"typ":"JWT "`, "typ"},
		{"typ a number", `,"typ":1`, "header"},
		{"typ null", `,"typ":null`, "header"},
		{"typ twice", `,"typ":"JWT","typ":"JWT"`, "header"},
		{"kid a number too", `,"kid":1`, "header"},
		{"cty", `,"cty":"JWT"`, "header"},
		{"cty of no token", `,"cty":"json"`, "header"},
		{"empty cty", `,"cty":""`, "header"},
		{"cty a number", `,"cty":1`, "header"},
		{"members of encryption", `,"p2c":1000000000,"p2s":"AAAA"`, "header"},
		{"a key of encryption", `,"epk":{"kty":"EC"}`, "header"},
		{"a new member, a number", `,"aws:version":3`, ""},
		{"a new member, null", `,"x":null`, ""},
		{"a new member, a list", `,"x":["exp",1,{}]`, ""},
		{"a new member, an object", `,"x":{"jwk":{"kty":"RSA"},"crit":["x"]}`, ""},
		{"a new member, named in crit", `,"x":1,"crit":["x"]`, "header"},
		{"a new member twice", `,"x":1,"x":2`, "header"},
		{"an x5t that is no string", `,"x5t":1`, ""},
		{"a certificate's thumbprint", `,"x5t":"dGh1bWI"`, ""},
		{"a name nobody knows", `,"x":"y"`, ""},
		{"ALG, which is not alg", `,"ALG":"none"`, ""},
		{"crit", `,"crit":["exp"],"exp":1`, "header"},
		{"empty crit", `,"crit":[]`, "header"},
		{"crit null", `,"crit":null`, "header"},
		{"b64 false", `,"b64":false,"crit":["b64"]`, "header"},
		{"b64 true", `,"b64":true`, "header"},
		{"escaped b64", `,"b\u00364":false`, "header"},
		{"jwk", `,"jwk":` + ownJWK, "header"},
		{"jku", `,"jku":"https://evil.example/jwks.json"`, "header"},
		{"x5u", `,"x5u":"https://evil.example/cert.pem"`, "header"},
		{"x5c", `,"x5c":["MIIB"]`, "header"},
		{"zip", `,"zip":"DEF"`, "header"},
		{"enc", `,"enc":"A256GCM"`, "header"},
		{"alg twice", `,"alg":"RS256"`, "header"},
		{"alg twice, once escaped", `,"\u0061lg":"none"`, "header"},
		{"kid twice", `,"kid":"x"`, "header"},
		{"trailing comma", `,`, "header"},
	}
	for u, use := range uses {
		_, payload := parts(t, mint(pool, use))
		for _, tt := range thorough.Sample(tests, 2, u) {
			header := fmt.Sprintf(`{"kid":%q,"alg":"RS256"%s}`, pool.KeyID(use), tt.extra)
			token := pool.Sign(use, header, payload)
			before := w.count.Load()
			wantCheck(t, verifyCall(use, tt.name), verify(t, v, use, token), tt.check, token)
			if tt.check != "" {
				w.wantFetches(t, verifyCall(use, tt.name), before)
			}
		}
	}
}

func TestT1_HeaderForm(t *testing.T) {
	pool := newPool(t)
	w := newWire(pool)
	v := newVerifier(t, pool, w.use)
	_, payload := parts(t, mint(pool, "access"))
	kid := pool.KeyID("access")
	tests := []struct{ name, header, check string }{
		{"empty", ``, "header"},
		{"null", `null`, "header"},
		{"array", `["RS256"]`, "header"},
		{"text", `RS256`, "header"},
		{"two objects", `{"alg":"RS256","kid":"` + kid + `"}{}`, "header"},
		{"not UTF-8", "{\"alg\":\"RS256\",\"kid\":\"\xff\"}", "header"},
		{"alg a number", `{"alg":256,"kid":"` + kid + `"}`, "header"},
		{"alg a list", `{"alg":["RS256"],"kid":"` + kid + `"}`, "header"},
		{"alg null", `{"alg":null,"kid":"` + kid + `"}`, "header"},
		{"kid a number", `{"alg":"RS256","kid":1}`, "header"},
		{"kid null", `{"alg":"RS256","kid":null}`, "header"},
		{"no kid", `{"alg":"RS256"}`, "kid"},
		{"empty kid", `{"alg":"RS256","kid":""}`, "kid"},
	}
	for _, tt := range tests {
		token := pool.Sign("access", tt.header, payload)
		wantCheck(t, "VerifyAccess("+tt.name+")", verify(t, v, "access", token), tt.check, token)
	}
	w.wantFetches(t, "after bad headers", 0)
}

func TestT1_StrictBase64(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	for _, use := range uses {
		// One byte more than a multiple of three leaves four spare bits in
		// the last character of every part; a signature of 256 bytes does.
		r := rawToken(t, pool, use)
		for len(r.header)%3 != 1 {
			r.header = strings.Replace(r.header, "{", "{ ", 1)
		}
		r.set("pad", `""`)
		for i := 1; len(r.payload())%3 != 1; i++ {
			r.set("pad", `"`+strings.Repeat("x", i)+`"`)
		}
		good := r.sign(pool, use)
		wantCheck(t, verifyCall(use, "padded to size"), verify(t, v, use, good), "", good)
		p := strings.Split(good, ".")
		edits := map[string]func(string) string{
			"padding":            func(s string) string { return s + "==" },
			"one =":              func(s string) string { return s + "=" },
			"line feed":          func(s string) string { return s[:8] + "\n" + s[8:] },
			"carriage return":    func(s string) string { return s[:8] + "\r" + s[8:] },
			"line break at end":  func(s string) string { return s + "\r\n" },
			"space":              func(s string) string { return s[:8] + " " + s[8:] },
			"space before":       func(s string) string { return " " + s },
			"tab after":          func(s string) string { return s + "\t" },
			"NUL":                func(s string) string { return s + "\x00" },
			"not ASCII":          func(s string) string { return s + "é" },
			"standard alphabet":  func(s string) string { return "+/" + s[2:] },
			"percent":            func(s string) string { return "%65" + s[1:] },
			"one character more": func(s string) string { return s + "AAA" },
			"last character's spare bits": func(s string) string {
				const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
				return s[:len(s)-1] + string(digits[strings.IndexByte(digits, s[len(s)-1])+1])
			},
		}
		for name, edit := range edits {
			for i, part := range []string{"header", "payload", "signature"} {
				q := append([]string{}, p...)
				q[i] = edit(q[i])
				token := strings.Join(q, ".")
				if _, err := base64.RawURLEncoding.DecodeString(q[i]); err != nil && name == "last character's spare bits" {
					t.Fatalf("%s of the %s does not decode in the lenient way: the test shows nothing", name, part)
				}
				wantCheck(t, verifyCall(use, name+" in the "+part), verify(t, v, use, token), "format", token)
			}
		}
	}
}

func TestT1_Parts(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	good := mint(pool, "access")
	p := strings.Split(good, ".")
	for name, token := range map[string]string{
		"nothing":          "",
		"one part":         p[0],
		"two parts":        p[0] + "." + p[1],
		"four parts":       good + ".",
		"six parts":        good + "...",
		"JSON form":        fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, p[0], p[1], p[2]),
		"with its scheme":  "Bearer " + good,
		"quoted":           `"` + good + `"`,
		"a reference":      "da39a3ee5e6b4b0d3255bfef95601890afd80709",
		"NUL":              "\x00",
		"not UTF-8":        "\xff.\xff.\xff",
		"followed by more": good + "," + good,
	} {
		for _, use := range uses {
			wantCheck(t, verifyCall(use, name), verify(t, v, use, token), "format", token)
		}
	}
	token := "." + p[1] + "." + p[2]
	wantCheck(t, "VerifyAccess(no header)", verify(t, v, "access", token), "header", token)
	token = p[0] + ".." + p[2]
	wantCheck(t, "VerifyAccess(no payload)", verify(t, v, "access", token), "claims", token)
}

func TestT1_Signature(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	for _, use := range uses {
		good := mint(pool, use)
		p := strings.Split(good, ".")
		sig, err := base64.RawURLEncoding.DecodeString(p[2])
		if err != nil {
			t.Fatal(err)
		}
		flipped := append([]byte{}, sig...)
		flipped[len(flipped)/2] ^= 1
		_, payload := parts(t, good)
		other := strings.Split(mint(pool, use, set("event_id", "another")), ".")
		foreignKid := "access"
		if use == "access" {
			foreignKid = "id"
		}
		for name, token := range map[string]string{
			"none":                          p[0] + "." + p[1] + ".",
			"one bit flipped":               p[0] + "." + p[1] + "." + b64(string(flipped)),
			"cut":                           p[0] + "." + p[1] + "." + b64(string(sig[:255])),
			"a zero before":                 p[0] + "." + p[1] + "." + b64("\x00"+string(sig)),
			"a zero after":                  p[0] + "." + p[1] + "." + b64(string(sig)+"\x00"),
			"all zero":                      p[0] + "." + p[1] + "." + b64(string(make([]byte, 256))),
			"another token's":               p[0] + "." + p[1] + "." + other[2],
			"another payload":               p[0] + "." + other[1] + "." + p[2],
			"the pool's other key":          pool.Sign(foreignKid, fmt.Sprintf(`{"kid":%q,"alg":"RS256"}`, pool.KeyID(use)), payload),
			"header written in another way": b64(fmt.Sprintf(`{"alg":"RS256","kid":%q}`, pool.KeyID(use))) + "." + p[1] + "." + p[2],
		} {
			wantCheck(t, verifyCall(use, name), verify(t, v, use, token), "signature", token)
		}
	}
}

func TestT2_TokenUse(t *testing.T) {
	pool := newPool(t)
	other := cognitotest.NewPool(cognitotest.WithID(poolID)) // the same pool, another app client
	other.AddUser(cognitotest.User{Username: "jane"})
	v := newVerifier(t, pool)
	tests := []struct {
		name  string
		use   string // the call
		token string
		check string
	}{
		{"as issued", "id", mint(pool, "id"), ""},
		{"as issued", "access", mint(pool, "access"), ""},
		{"access token", "id", mint(pool, "access"), "token_use"},
		{"ID token", "access", mint(pool, "id"), "token_use"},
		{"access token with aud", "id", mint(pool, "access", set("aud", clientID)), "token_use"},
		{"ID token with client_id", "access", mint(pool, "id", set("client_id", clientID)), "token_use"},
		{"other app client", "id", string(other.IDToken("jane")), "aud"},
		{"other app client", "access", string(other.AccessToken("jane")), "client_id"},

		{"no token_use", "id", mint(pool, "id", without("token_use")), "token_use"},
		{"no token_use", "access", mint(pool, "access", without("token_use")), "token_use"},
		{"token_use Id", "id", mint(pool, "id", set("token_use", "Id")), "token_use"},
		{"token_use a list", "id", mint(pool, "id", set("token_use", []string{"id"})), "token_use"},
		{"token_use refresh", "access", mint(pool, "access", set("token_use", "refresh")), "token_use"},
		{"no sub", "id", mint(pool, "id", without("sub")), "sub"},
		{"no sub", "access", mint(pool, "access", without("sub")), "sub"},
		{"empty sub", "access", mint(pool, "access", set("sub", "")), "sub"},
		{"sub a number", "access", mint(pool, "access", set("sub", 7)), "sub"},
		{"no exp", "id", mint(pool, "id", without("exp")), "exp"},
		{"no exp", "access", mint(pool, "access", without("exp")), "exp"},
		{"no iss", "id", mint(pool, "id", without("iss")), "iss"},
		{"no iss", "access", mint(pool, "access", without("iss")), "iss"},

		{"no aud", "id", mint(pool, "id", without("aud")), "aud"},
		{"no aud but client_id", "id", mint(pool, "id", without("aud"), set("client_id", clientID)), "aud"},
		{"no client_id", "access", mint(pool, "access", without("client_id")), "client_id"},
		{"no client_id but aud", "access", mint(pool, "access", without("client_id"), set("aud", clientID)), "client_id"},
		{"empty client_id", "access", mint(pool, "access", set("client_id", "")), "client_id"},
		{"client_id a list", "access", mint(pool, "access", set("client_id", []string{clientID})), "client_id"},
		{"client_id in capitals", "access", mint(pool, "access", set("client_id", strings.ToUpper(clientID))), "client_id"},
	}
	for _, tt := range tests {
		wantCheck(t, verifyCall(tt.use, tt.name), verify(t, v, tt.use, tt.token), tt.check, tt.token)
	}
}

func TestT2_AudienceOfAnIDToken(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool, func(c *cognito.Config) {
		c.OtherClientIDs = []string{"6mobileapp"}
		c.Resources = []string{"https://api.example.com"}
	})
	tests := []struct {
		name  string
		aud   any
		check string
	}{
		{"ours", clientID, ""},
		{"our other client", "6mobileapp", ""},
		{"ours in a list", []string{clientID}, ""},
		{"another", "6mallory", "aud"},
		{"a resource of ours", "https://api.example.com", "aud"},
		{"ours and another", []string{clientID, "6mallory"}, "aud"},
		{"another and ours", []string{"6mallory", clientID}, "aud"},
		{"two of ours", []string{clientID, "6mobileapp"}, "aud"},
		{"ours twice", []string{clientID, clientID}, "aud"},
		{"ours and an empty one", []string{clientID, ""}, "aud"},
		{"ours and a number", []any{clientID, 1}, "aud"},
		{"ours in a list of lists", [][]string{{clientID}}, "aud"},
		{"ours with a space", clientID + " ", "aud"},
		{"part of ours", clientID[:5], "aud"},
		{"empty", "", "aud"},
		{"empty list", []string{}, "aud"},
		{"null", nil, "aud"},
		{"true", true, "aud"},
		{"a number", 7, "aud"},
		{"an object", map[string]string{"0": clientID}, "aud"},
	}
	for _, tt := range tests {
		token := mint(pool, "id", set("aud", tt.aud))
		wantCheck(t, verifyCall("id", tt.name), verify(t, v, "id", token), tt.check, token)
	}
}

func TestT2_AudienceOfAnAccessToken(t *testing.T) {
	const shop, mail = "https://api.example.com/shop", "https://api.example.com/mail"
	pool := newPool(t)
	bare := newVerifier(t, pool)
	bound := newVerifier(t, pool, func(c *cognito.Config) { c.OtherClientIDs = []string{"6mobileapp"}; c.Resources = []string{shop, mail} })
	tests := []struct {
		name        string
		aud         any
		bare, bound string // the check that refuses it without and with Config.Resources
	}{
		{"a resource of ours", shop, "aud", ""},
		{"both of ours", []string{shop, mail}, "aud", ""},
		{"another", "https://evil.example", "aud", "aud"},
		{"ours and another", []string{shop, "https://evil.example"}, "aud", "aud"},
		{"ours with a slash", shop + "/", "aud", "aud"},
		{"our client, as a trigger may write", clientID, "", ""},
		{"our client and a resource", []string{clientID, mail}, "aud", ""},
		{"our other client", "6mobileapp", "aud", "aud"},
		{"empty", "", "aud", "aud"},
		{"empty list", []string{}, "aud", "aud"},
		{"null", nil, "aud", "aud"},
		{"a number", 7, "aud", "aud"},
		{"ours and a number", []any{shop, 7}, "aud", "aud"},
		{"an object", map[string]string{"0": shop}, "aud", "aud"},
	}
	for _, tt := range tests {
		token := mint(pool, "access", set("aud", tt.aud))
		wantCheck(t, "without resources "+verifyCall("access", tt.name), verify(t, bare, "access", token), tt.bare, token)
		wantCheck(t, "with resources "+verifyCall("access", tt.name), verify(t, bound, "access", token), tt.bound, token)
	}
	token := mint(pool, "access", set("client_id", "6mallory"), set("aud", shop))
	wantCheck(t, "VerifyAccess(another client, for our resource)", verify(t, bound, "access", token), "client_id", token)
	c, err := bound.VerifyAccess(t.Context(), pool.AccessToken("jane", set("client_id", "6mobileapp"), set("aud", mail)))
	if err != nil || c.ClientID != "6mobileapp" || len(c.Audience) != 1 || c.Audience[0] != mail {
		t.Errorf("VerifyAccess(our other client, bound to mail) = %v, %v, want it accepted", c, err)
	}
}

// TestT2_AuthorizedParty: azp, which Cognito does not send, names the client that
// the token was issued to. Another one contradicts aud or client_id.
func TestT2_AuthorizedParty(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool, func(c *cognito.Config) { c.OtherClientIDs = []string{"6mobileapp"} })
	refusal := map[string]string{"id": "azp", "access": "client_id"}
	for _, use := range uses {
		for _, tt := range []struct {
			azp   any
			check string
		}{
			{clientID, ""},
			{"6mallory", refusal[use]},
			{"6mobileapp", refusal[use]}, // ours, but not the one in aud
			{"", refusal[use]},
			{strings.ToUpper(clientID), refusal[use]},
			{nil, "azp"},
			{5, "azp"},
			{[]string{clientID}, "azp"},
		} {
			token := mint(pool, use, set("azp", tt.azp))
			wantCheck(t, verifyCall(use, fmt.Sprintf("azp %v", tt.azp)), verify(t, v, use, token), tt.check, token)
		}
	}
}

// TestT2_BothDecide: an ID token has to pass go-oidc's reading and ours. Each row
// is a token that one of the two accepts.
func TestT2_BothDecide(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	base := rawToken(t, pool, "id")
	for _, tt := range []struct{ name, member, check string }{
		{"go-oidc refuses: another audience by its reading", `"Aud":["6mallory"]`, "claims"},
		{"go-oidc refuses: another issuer by its reading", `"ISS":"https://evil.example"`, "claims"},
		{"go-oidc refuses: expired by its reading", `"eXp":1`, "claims"},
		{"go-oidc refuses: not valid yet by its reading", `"NBF":4000000000`, "claims"},
		{"go-oidc refuses: a claim without its source", `"_claim_names":{"groups":"elsewhere"}`, "claims"},
		{"go-oidc refuses: a subject of another type", `"Sub":1`, "claims"},
		{"we refuse: a name twice", `"x":1,"x":2`, "claims"},
		{"we refuse: in the future", `"iat":4000000000`, "iat"},
		{"we refuse: another client", `"azp":"6mallory"`, "azp"},
		{"we refuse: not valid for four minutes", fmt.Sprintf(`"nbf":%d`, pool.Now().Add(4*time.Minute).Unix()), "nbf"},
		{"both accept", `"aux":["6mallory"]`, ""},
	} {
		r := base.clone()
		if strings.HasPrefix(tt.member, `"iat"`) {
			r.remove("iat")
		}
		token := r.add(tt.member).sign(pool, "id")
		wantCheck(t, verifyCall("id", tt.name), verify(t, v, "id", token), tt.check, token)
	}
}

func TestT4_Subject(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	for _, use := range uses {
		for _, tt := range []struct{ name, sub, check string }{
			{"255 bytes", strings.Repeat("s", 255), ""},
			{"256 bytes", strings.Repeat("s", 256), "sub"},
			{"254 bytes and a wide character", strings.Repeat("s", 254) + "é", "sub"},
			{"empty", "", "sub"},
		} {
			token := mint(pool, use, set("sub", tt.sub))
			wantCheck(t, verifyCall(use, tt.name), verify(t, v, use, token), tt.check, token)
		}
	}
}

func TestT3_Issuer(t *testing.T) {
	const updated = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/" + poolID
	const replica = "https://cognito-idp.us-west-2.amazonaws.com/" + poolID
	const emulator = "http://localhost:9229/" + poolID
	configs := map[string]func(*cognito.Config){
		"plain":    func(*cognito.Config) {},
		"replica":  func(c *cognito.Config) { c.ReplicaRegions = []string{"us-west-2", "eu-central-1"} },
		"updated":  func(c *cognito.Config) { c.Issuer = updated },
		"emulator": func(c *cognito.Config) { c.Issuer = emulator; c.ReplicaRegions = []string{"us-west-2"} },
	}
	tests := []struct {
		iss any
		in  string // the configurations that accept it
	}{
		{issuer, "plain replica updated"},
		{updated, "plain replica updated"},
		{replica, "replica"},
		{emulator, "emulator"},
		{"https://cognito-idp.eu-central-1.amazonaws.com/" + poolID, "replica"},
		{"https://issuer-cognito-idp.us-west-2.amazonaws.com/" + poolID, ""},
		{"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Mallory01", ""},
		{"https://cognito-idp.us-east-1.amazonaws.com/" + poolID, ""},
		{"https://evil.example/" + poolID, ""},
		{issuer + "/", ""},
		{issuer + "?", ""},
		{issuer + "/../" + poolID, ""},
		{strings.ToLower(issuer), ""},
		{"HTTPS" + issuer[5:], ""},
		{"http" + issuer[5:], ""},
		{issuer[len("https://"):], ""},
		{" " + issuer, ""},
		{issuer + "\x00", ""},
		{"", ""},
		{nil, ""},
		{[]string{issuer}, ""},
		{map[string]string{"iss": issuer}, ""},
	}
	pool := newPool(t)
	for _, tt := range tests {
		for _, use := range uses {
			token := mint(pool, use, set("iss", tt.iss))
			for name, edit := range configs {
				w := newWire(pool)
				if name == "emulator" {
					w.set(func(r *http.Request) (*http.Response, error) { return answerJSON(r, string(pool.JWKS())) })
				}
				v := newVerifier(t, pool, w.use, edit)
				check := "iss"
				if strings.Contains(" "+tt.in+" ", " "+name+" ") {
					check = ""
				}
				wantCheck(t, fmt.Sprintf("%s: %s", name, verifyCall(use, fmt.Sprint(tt.iss))), verify(t, v, use, token), check, token)
				if check != "" {
					w.wantFetches(t, fmt.Sprintf("%s: iss %v", name, tt.iss), 0)
					continue
				}
				home := map[string]string{"plain": issuer, "replica": issuer, "updated": updated, "emulator": emulator}[name]
				if len(w.urls) != 1 || w.urls[0] != "GET "+home+"/.well-known/jwks.json" {
					t.Errorf("%s: iss %v: asked for %q, want the configured pool's keys", name, tt.iss, w.urls)
				}
			}
		}
	}
}

func TestT6_Sizes(t *testing.T) {
	pool := newPool(t)
	w := newWire(pool)
	v := newVerifier(t, pool, w.use)
	// ofSize returns a token of n bytes, signed well.
	ofSize := func(use string, n int) string {
		r := rawToken(t, pool, use).set("pad", `""`)
		for pad := (n-600)*3/4 - len(r.payload()); ; pad++ {
			r.set("pad", `"`+strings.Repeat("x", pad)+`"`)
			for _, typ := range []string{``, `"t":"J",`, `"t":"JW",`, `"t":"JWT",`} {
				header := fmt.Sprintf(`{%s"kid":%q,"alg":"RS256"}`, typ, pool.KeyID(use))
				switch size := base64.RawURLEncoding.EncodedLen(len(header)) + base64.RawURLEncoding.EncodedLen(len(r.payload())) + 2 + 342; {
				case size == n:
					return pool.Sign(use, header, r.payload())
				case size > n+8:
					t.Fatalf("no token of %d bytes", n)
				}
			}
		}
	}
	for _, use := range uses {
		for _, tt := range []struct {
			size  int
			check string
		}{{8 << 10, ""}, {16<<10 - 1, ""}, {16 << 10, ""}, {16<<10 + 1, "size"}, {20 << 10, "size"}} {
			token := ofSize(use, tt.size)
			if len(token) != tt.size {
				t.Fatalf("token of %d bytes, want %d", len(token), tt.size)
			}
			wantCheck(t, verifyCall(use, fmt.Sprint(tt.size, " bytes")), verify(t, v, use, token), tt.check, token)
		}
		// Before anything is decoded: neither base64 nor JSON matters.
		for name, token := range map[string]string{
			"a megabyte of nothing":   strings.Repeat("\xff", 1<<20),
			"a megabyte of dots":      strings.Repeat(".", 1<<20),
			"a header of 4,097 bytes": strings.Repeat("!", 4097) + ".e30.AAAA",
		} {
			wantCheck(t, verifyCall(use, name), verify(t, v, use, token), "size", token)
		}
		_, payload := parts(t, mint(pool, use))
		for _, tt := range []struct {
			bytes int
			check string
		}{{3072, ""}, {3073, "size"}} { // 4096 and 4098 in base64url
			header := fmt.Sprintf(`{"kid":%q,"alg":"RS256","x":""}`, pool.KeyID(use))
			header = strings.Replace(header, `""}`, `"`+strings.Repeat("x", tt.bytes-len(header))+`"}`, 1)
			token := pool.Sign(use, header, payload)
			wantCheck(t, verifyCall(use, fmt.Sprintf("header of %d bytes", strings.Index(token, "."))), verify(t, v, use, token), tt.check, token)
		}
		for _, tt := range []struct {
			kid   string
			check string
		}{
			{strings.Repeat("k", 256), ""}, {strings.Repeat("é", 128), ""}, {strings.Repeat("k", 257), "kid"}, {strings.Repeat("é", 128) + "k", "kid"},
		} {
			key := &rsaKey{kid: tt.kid, private: ownKey().private}
			fixed := newVerifier(t, pool, func(c *cognito.Config) { c.JWKS = jwks(key.jwk(), otherKey().jwk()) })
			token := key.sign(fmt.Sprintf(`{"kid":"%s","alg":"RS256"}`, tt.kid), payload)
			wantCheck(t, verifyCall(use, fmt.Sprintf("kid of %d bytes", len(tt.kid))), verify(t, fixed, use, token), tt.check, token)
		}
	}
}

func TestT7_RefreshTokenIsSaidToBeOne(t *testing.T) {
	pool := newPool(t)
	w := newWire(pool)
	v := newVerifier(t, pool, w.use)
	refresh := string(pool.Tokens("jane").Refresh)
	jwe := b64(`{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`) + ".key.nonce.sealed.tag"
	for name, token := range map[string]string{"refresh token": refresh, "five parts": jwe, "four dots": "...."} {
		for _, use := range uses {
			err := verify(t, v, use, token)
			wantCheck(t, verifyCall(use, name), err, "format", token)
			if err == nil || !strings.Contains(err.Error(), "refresh token") {
				t.Errorf("%s = %v, want it to say that this is a refresh token", verifyCall(use, name), err)
			}
		}
	}
	w.wantFetches(t, "after refresh tokens", 0)
}

func TestT7_VerifyError(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	token := mint(pool, "access")
	pool.Advance(2 * time.Hour)
	err := verify(t, v, "access", token)
	wantCheck(t, "VerifyAccess(expired)", err, "exp", token)
	if !errors.Is(err, cognito.ErrExpired) || errors.Is(err, cognito.ErrKeysUnavailable) {
		t.Errorf("VerifyAccess(expired) = %v, want ErrExpired and nothing else", err)
	}
	var refused *cognito.VerifyError
	if !errors.As(fmt.Errorf("api: %w", err), &refused) || refused.Check != "exp" || refused.Unwrap() != cognito.ErrExpired {
		t.Errorf("errors.As(VerifyAccess(expired)) = %+v, want Check exp and ErrExpired", refused)
	}
	if got, want := err.Error(), "cognito: verify exp: token expired"; got != want {
		t.Errorf("VerifyAccess(expired) = %q, want %q", got, want)
	}
}

func TestC4_Nonce(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	const nonce = "n-0S6_WzA2Mj"
	sent, none := mint(pool, "id", set("nonce", nonce)), mint(pool, "id")
	empty := mint(pool, "id", set("nonce", ""))
	tests := []struct {
		name  string
		token string
		opt   cognito.IDOption
		check string
	}{
		{"sent, and ours", sent, cognito.Nonce(nonce), ""},
		{"sent, and another's", sent, cognito.Nonce("n-other"), "nonce"},
		{"sent, and longer", sent, cognito.Nonce(nonce + "x"), "nonce"},
		{"sent, and in capitals", sent, cognito.Nonce(strings.ToUpper(nonce)), "nonce"},
		{"not sent back", none, cognito.Nonce(nonce), "nonce"},
		{"sent back empty", empty, cognito.Nonce(nonce), "nonce"},
		{"we forgot it, the token has one", sent, cognito.Nonce(""), "nonce"},
		{"we forgot it, the token has none", none, cognito.Nonce(""), "nonce"},
		{"a number", mint(pool, "id", set("nonce", 5)), cognito.Nonce("5"), "nonce"},
		{"null", mint(pool, "id", set("nonce", nil)), cognito.Nonce(nonce), "nonce"},
		{"a list", mint(pool, "id", set("nonce", []string{nonce})), cognito.Nonce(nonce), "nonce"},

		{"refreshed with the old one", sent, cognito.Tokens{Nonce: nonce}.RefreshedNonce(), ""},
		{"refreshed with an empty one", empty, cognito.Tokens{Nonce: nonce}.RefreshedNonce(), "nonce"},
		{"refreshed with an empty one where there was none", empty, cognito.Tokens{Nonce: ""}.RefreshedNonce(), "nonce"},
		{"refreshed with none", none, cognito.Tokens{Nonce: nonce}.RefreshedNonce(), ""},
		{"refreshed with another", sent, cognito.Tokens{Nonce: "n-other"}.RefreshedNonce(), "nonce"},
		{"refreshed with one where there was none", sent, cognito.Tokens{Nonce: ""}.RefreshedNonce(), "nonce"},
		{"refreshed with none where there was none", none, cognito.Tokens{Nonce: ""}.RefreshedNonce(), ""},

		{"nobody asks", sent, cognito.IssuedWith("x"), ""},
	}
	for _, tt := range tests {
		wantCheck(t, verifyCall("id", tt.name), verify(t, v, "id", tt.token, tt.opt), tt.check, tt.token)
	}
}

func TestC4_AccessTokenHash(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	pair, other := pool.Tokens("jane"), pool.Tokens("jane")
	sum := sha256.Sum256([]byte(pair.Access))
	whole := b64(string(sum[:]))
	half := b64(string(sum[:16]))
	none := mint(pool, "id")
	tests := []struct {
		name, token string
		access      cognito.AccessToken
		check       string
	}{
		{"its own", string(pair.ID), pair.Access, ""},
		{"its own, by hand", mint(pool, "id", set("at_hash", half)), pair.Access, ""},
		{"another's", string(pair.ID), other.Access, "at_hash"},
		{"one character more", string(pair.ID), pair.Access + "x", "at_hash"},
		{"no access token came", string(pair.ID), "", "at_hash"},
		{"no at_hash", none, pair.Access, ""},
		{"an empty one", mint(pool, "id", set("at_hash", "")), pair.Access, "at_hash"},
		{"the whole hash", mint(pool, "id", set("at_hash", whole)), pair.Access, "at_hash"},
		{"padded", mint(pool, "id", set("at_hash", half+"==")), pair.Access, "at_hash"},
		{"null", mint(pool, "id", set("at_hash", nil)), pair.Access, "at_hash"},
		{"a list", mint(pool, "id", set("at_hash", []string{half})), pair.Access, "at_hash"},
	}
	for _, tt := range tests {
		wantCheck(t, verifyCall("id", tt.name), verify(t, v, "id", tt.token, cognito.IssuedWith(tt.access)), tt.check, tt.token)
	}
	// What can be no hash is refused without an access token to compare, too.
	for _, hash := range []any{"", "x", half[1:], half + "A", whole, nil, 5} {
		token := mint(pool, "id", set("at_hash", hash))
		wantCheck(t, fmt.Sprintf("VerifyID(at_hash %v, nobody asks)", hash), verify(t, v, "id", token), "at_hash", token)
	}
	// All options together, and the order of the checks is no secret.
	all := []cognito.IDOption{cognito.IssuedWith(pair.Access), cognito.Tokens{Nonce: "n"}.RefreshedNonce()}
	wantCheck(t, "VerifyID(all options)", verify(t, v, "id", string(pair.ID), all...), "", string(pair.ID))
}
