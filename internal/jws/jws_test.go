package jws_test

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/seed75762126/cognito-go/internal/jws"
)

// RFC 7520 section 4.1: a JWS with RS256, and the key of section 3.3 that
// signed it.
const (
	rfcKeyID   = "bilbo.baggins@hobbiton.example"
	rfcModulus = "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw"
	rfcHeader  = `{"alg":"RS256","kid":"bilbo.baggins@hobbiton.example"}`
	rfcPayload = "It\u2019s a dangerous business, Frodo, going out your door. You step onto the road, and if you don't keep your feet, there\u2019s no knowing where you might be swept off to."
	rfcSig     = "MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg"
)

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func rfcToken() string { return b64(rfcHeader) + "." + b64(rfcPayload) + "." + rfcSig }

func rfcKey(t testing.TB) *rsa.PublicKey {
	t.Helper()
	n, err := base64.RawURLEncoding.DecodeString(rfcModulus)
	if err != nil {
		t.Fatal(err)
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}
}

func TestT1_PublishedVector(t *testing.T) {
	token, err := jws.Parse(rfcToken())
	if err != nil {
		t.Fatalf("Parse(RFC 7520 section 4.1) = %v, want nil", err)
	}
	if token.KeyID != rfcKeyID || token.Payload != rfcPayload {
		t.Errorf("Parse = kid %q, payload %q, want %q, %q", token.KeyID, token.Payload, rfcKeyID, rfcPayload)
	}
	key := rfcKey(t)
	if err := token.Verify(key); err != nil {
		t.Errorf("Verify = %v, want nil", err)
	}
	wrong := &rsa.PublicKey{N: new(big.Int).Add(key.N, big.NewInt(2)), E: key.E}
	wantCheck(t, "Verify(another modulus)", token.Verify(wrong), "signature")
	wantCheck(t, "Verify(another exponent)", token.Verify(&rsa.PublicKey{N: key.N, E: 3}), "signature")
}

// TestT1_EveryByteCounts changes each character of the vector in turn.
func TestT1_EveryByteCounts(t *testing.T) {
	good := rfcToken()
	key := rfcKey(t)
	for i := range good {
		for _, c := range []byte{'A', 'Q', '-', '.', '='} {
			if good[i] == c {
				continue
			}
			changed := good[:i] + string(c) + good[i+1:]
			if token, err := jws.Parse(changed); err == nil && token.Verify(key) == nil {
				t.Fatalf("character %d of the vector may be %q", i, c)
			}
		}
		if token, err := jws.Parse(good[:i] + good[i+1:]); err == nil && token.Verify(key) == nil {
			t.Fatalf("character %d of the vector may go", i)
		}
	}
}

// wantCheck fails the test unless err is the refusal of the named check; ""
// means none.
func wantCheck(t testing.TB, call string, err error, check string) {
	t.Helper()
	if check == "" {
		if err != nil {
			t.Errorf("%s = %v, want nil", call, err)
		}
		return
	}
	var refused *jws.Error
	if !errors.As(err, &refused) || refused.Check != check || refused.Unwrap() == nil || !strings.HasPrefix(err.Error(), check+": ") {
		t.Errorf("%s = %v, want check %q", call, err, check)
	}
}

func TestT1_Parse(t *testing.T) {
	body, sig := b64(`{}`), rfcSig
	tests := []struct{ name, header, check string }{
		{"as in the RFC", rfcHeader, ""},
		{"other order, white space", ` { "kid" : "k" , "alg" : "RS256" } `, ""},
		{"escaped names and values", `{"\u0061lg":"\u0052S256","k\u0069d":"\u006b"}`, ""},
		{"a further string", `{"alg":"RS256","kid":"k","typ":"JWT"}`, ""},
		{"kid in standard base64", `{"kid":"h+7guc6GtoQ0vEShSVON9jifVSEx1VV8gWxFpe9loHo=","alg":"RS256"}`, ""},
		{"none", `{"alg":"none","kid":"k"}`, "alg"},
		{"HS256", `{"alg":"HS256","kid":"k"}`, "alg"},
		{"no alg", `{"kid":"k"}`, "alg"},
		{"ALG", `{"ALG":"RS256","kid":"k"}`, "alg"},
		{"no kid", `{"alg":"RS256"}`, "kid"},
		{"KID, with the Kelvin sign", "{\"alg\":\"RS256\",\"\u212aid\":\"k\"}", "kid"},
		{"crit", `{"alg":"RS256","kid":"k","crit":["b64"],"b64":false}`, "header"},
		{"b64", `{"alg":"RS256","kid":"k","b64":true}`, "header"},
		{"jwk", `{"alg":"RS256","kid":"k","jwk":{}}`, "header"},
		{"jku", `{"alg":"RS256","kid":"k","jku":"https://a.example"}`, "header"},
		{"x5u", `{"alg":"RS256","kid":"k","x5u":"https://a.example"}`, "header"},
		{"x5c", `{"alg":"RS256","kid":"k","x5c":[]}`, "header"},
		{"zip", `{"alg":"RS256","kid":"k","zip":"DEF"}`, "header"},
		{"enc", `{"alg":"RS256","kid":"k","enc":"A256GCM"}`, "header"},
		{"cty", `{"alg":"RS256","kid":"k","cty":"JWT"}`, "header"},
		{"p2c", `{"alg":"RS256","kid":"k","p2c":1000000000}`, "header"},
		{"typ a number", `{"alg":"RS256","kid":"k","typ":1}`, "header"},
		{"an unknown member, null", `{"alg":"RS256","kid":"k","x":null}`, ""},
		{"an unknown member, a number", `{"alg":"RS256","kid":"k","nonce":1}`, ""},
		{"an unknown member, an object", `{"x":{"alg":"none","jwk":{}},"alg":"RS256","kid":"k"}`, ""},
		{"an unknown member twice", `{"alg":"RS256","kid":"k","x":1,"x":1}`, "header"},
		{"duplicate", `{"alg":"RS256","kid":"k","alg":"RS256"}`, "header"},
		{"not JSON", `alg=RS256`, "header"},
		{"empty", ``, "header"},
	}
	for _, tt := range tests {
		token, err := jws.Parse(b64(tt.header) + "." + body + "." + sig)
		wantCheck(t, "Parse("+tt.name+")", err, tt.check)
		if (token.KeyID == "") != (err != nil) || (token.Payload == "") != (err != nil) {
			t.Errorf("Parse(%s) = %v, %v, want one of them", tt.name, token, err)
		}
	}
}

func TestT1_VerifyTakesNoShortSignature(t *testing.T) {
	key := rfcKey(t)
	for name, sig := range map[string]string{"none": "", "one byte": "AA", "zero": b64(string(make([]byte, 256))), "one": b64(string(append(make([]byte, 255), 1))), "the modulus": rfcModulus} {
		token, err := jws.Parse(b64(rfcHeader) + "." + b64(rfcPayload) + "." + sig)
		if err != nil {
			t.Errorf("Parse(signature %s) = %v, want nil", name, err)
			continue
		}
		wantCheck(t, "Verify(signature "+name+")", token.Verify(key), "signature")
	}
}

func TestT6_Limits(t *testing.T) {
	tokenOf := func(n int) string {
		head := b64(rfcHeader) + "."
		return head + strings.Repeat("A", n-len(head)-1-len(rfcSig)) + "." + rfcSig
	}
	for n := jws.MaxToken - 3; n <= jws.MaxToken; n++ {
		if _, err := jws.Parse(tokenOf(n)); err != nil {
			var refused *jws.Error
			if !errors.As(err, &refused) || refused.Check != "format" { // a length base64 has not
				t.Errorf("Parse(%d bytes) = %v, want nil", n, err)
			}
		}
	}
	wantCheck(t, "Parse(16 KiB and a byte)", func() error { _, err := jws.Parse(tokenOf(jws.MaxToken + 1)); return err }(), "size")
	parse := func(s string) error { _, err := jws.Parse(s); return err }
	wantCheck(t, "Parse(4 KiB of header)", parse(strings.Repeat("A", jws.MaxHeader)+".e30.AA"), "header")
	wantCheck(t, "Parse(4 KiB of header and a byte)", parse(strings.Repeat("A", jws.MaxHeader+1)+".e30.AA"), "size")
	for n, check := range map[int]string{jws.MaxKeyID: "", jws.MaxKeyID + 1: "kid"} {
		wantCheck(t, "Parse(long kid)", parse(b64(`{"alg":"RS256","kid":"`+strings.Repeat("k", n)+`"}`)+".e30.AA"), check)
	}
	// Nothing is decoded of what is too long: no copy of it is made.
	long := strings.Repeat("A", 64<<20)
	if n := testing.AllocsPerRun(10, func() { _, _ = jws.Parse(long) }); n > 4 {
		t.Errorf("Parse(64 MiB) allocates %v times, want at most 4", n)
	}
}

func TestT7_RefreshToken(t *testing.T) {
	for _, s := range []string{"a.b.c.d.e", "....", b64(`{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`) + ".a.b.c.d"} {
		_, err := jws.Parse(s)
		wantCheck(t, "Parse(five parts)", err, "format")
		if !errors.Is(err, jws.ErrRefreshToken) {
			t.Errorf("Parse(%q) = %v, want ErrRefreshToken", s, err)
		}
	}
	for _, s := range []string{"", ".", "..", "a.b", "...", "a.b.c.d", ".....", "a.b.c.d.e.f"} {
		if _, err := jws.Parse(s); err == nil || errors.Is(err, jws.ErrRefreshToken) {
			t.Errorf("Parse(%q) = %v, want another error than ErrRefreshToken", s, err)
		}
	}
}

// agree holds one text against go-jose: what Parse accepts go-jose accepts,
// with the same payload and kid, and with the same verdict on the signature.
// And there is one spelling of it: the parts, encoded anew, are the text.
func agree(t *testing.T, compact string, key *rsa.PublicKey) {
	t.Helper()
	token, err := jws.Parse(compact)
	if err != nil {
		var refused *jws.Error
		if token.KeyID+token.Payload != "" || !errors.As(err, &refused) {
			t.Fatalf("Parse(%q) = %v, %v, want a *jws.Error alone", compact, token, err)
		}
		return
	}
	other, err := jose.ParseSignedCompact(compact, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil { // it decodes the members that nobody knows, too
		agree(t, withoutUnknown(t, compact, token), key)
		return
	}
	sig := other.Signatures[0]
	if payload := string(other.UnsafePayloadWithoutVerification()); payload != token.Payload || sig.Header.KeyID != token.KeyID || sig.Header.Algorithm != "RS256" || sig.Header.JSONWebKey != nil {
		t.Fatalf("Parse(%q) = kid %q, payload %q, but go-jose has %+v, %q", compact, token.KeyID, token.Payload, sig.Header, payload)
	}
	parts := strings.Split(compact, ".")
	if b64(token.Payload) != parts[1] || b64(string(sig.Signature)) != parts[2] {
		t.Fatalf("Parse(%q) accepts a second spelling", compact)
	}
	if header, err := base64.RawURLEncoding.DecodeString(parts[0]); err != nil || b64(string(header)) != parts[0] {
		t.Fatalf("Parse(%q) accepts a second spelling of the header", compact)
	}
	if again, err := jws.ParseKnown(compact, token.Header.Clone()); err != nil || !reflect.DeepEqual(again, token) {
		t.Fatalf("Parse(%q, its own header) = %+v, %v, want %+v", compact, again, err, token)
	}
	ours, theirs := token.Verify(key), sigError(other, key)
	if (ours == nil) != (theirs == nil) {
		t.Fatalf("Verify(%q) = %v, but go-jose says %v", compact, ours, theirs)
	}
}

// withoutUnknown returns compact with the header members alone that Parse has
// read. It fails the test if there were no others.
func withoutUnknown(t *testing.T, compact string, token jws.Token) string {
	t.Helper()
	encoded, rest, _ := strings.Cut(compact, ".")
	header, _ := base64.RawURLEncoding.DecodeString(encoded)
	var members map[string]json.RawMessage
	if err := json.Unmarshal(header, &members); err != nil || len(members) == 0 {
		t.Fatalf("Parse(%q) = nil, but encoding/json says %v of its header", compact, err)
	}
	known := map[string]string{"alg": "RS256", "kid": token.KeyID}
	if token.Type != "" {
		known["typ"] = token.Type
	}
	for name := range known {
		delete(members, name)
	}
	if len(members) == 0 {
		t.Fatalf("Parse(%q) = nil, but go-jose refuses it, and its header has nothing unknown", compact)
	}
	short, err := json.Marshal(known)
	if err != nil {
		t.Fatal(err)
	}
	return b64(string(short)) + "." + rest
}

// TestT1_KnownHeader: a header that is known is not read again, and every other
// one is.
func TestT1_KnownHeader(t *testing.T) {
	good, err := jws.Parse(rfcToken())
	if err != nil {
		t.Fatal(err)
	}
	known := good.Header.Clone()
	same, err := jws.ParseKnown(b64(rfcHeader)+"."+b64(`{}`)+"."+rfcSig, known)
	if err != nil || same.KeyID != rfcKeyID || same.Payload != "{}" || !same.Equal(known) {
		t.Errorf("Parse(known header) = %+v, %v, want its kid", same, err)
	}
	typed, err := jws.Parse(b64(`{"alg":"RS256","kid":"k","typ":"at+jwt"}`) + ".e30." + rfcSig)
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{strings.Replace(rfcHeader, "bilbo", "frodo", 1), rfcHeader + " ", rfcHeader[:len(rfcHeader)-1] + `,"typ":"JWT"}`, `{"alg":"RS256","kid":"other"}`, `{"alg":"none"}`, ""} {
		for _, k := range []*jws.Header{known, typed.Clone(), {}} {
			compact := b64(header) + "." + b64(rfcPayload) + "." + rfcSig
			got, err := jws.ParseKnown(compact, k)
			want, wantErr := jws.Parse(compact)
			if !reflect.DeepEqual(got, want) || fmt.Sprint(err) != fmt.Sprint(wantErr) {
				t.Errorf("Parse(header %q, known %q) = %+v, %v, want %+v, %v", header, k.KeyID, got, err, want, wantErr)
			}
		}
	}
	with := testing.AllocsPerRun(100, func() { _, _ = jws.ParseKnown(rfcToken(), known) })
	if without := testing.AllocsPerRun(100, func() { _, _ = jws.Parse(rfcToken()) }); with > without {
		t.Errorf("Parse(known header) allocates %v times, and %v times without", with, without)
	}
}

func sigError(s *jose.JSONWebSignature, key *rsa.PublicKey) error {
	_, err := s.Verify(key)
	return err
}

func FuzzParseToken(f *testing.F) {
	good := rfcToken()
	for _, s := range []string{good, good + "=", strings.Replace(good, ".", ".\n", 1), "a.b.c", "a.b.c.d.e", "..", good[:len(good)-1] + "h", " " + good, "{" + good} {
		f.Add(s)
	}
	key := rfcKey(f)
	f.Fuzz(func(t *testing.T, compact string) { agree(t, compact, key) })
}

// FuzzParseHeader encodes the parts, so that the fuzzer gets at the JSON.
func FuzzParseHeader(f *testing.F) {
	sig, _ := base64.RawURLEncoding.DecodeString(rfcSig)
	for _, h := range []string{
		rfcHeader, `{"alg":"RS256","kid":"k","nonce":1}`, `{"alg":"RS256","kid":"k","x":1e999}`, `{"alg":"RS256","kid":"k","x":{"a":1,"a":2}}`,
		`{"alg":"RS256","kid":"\ud800","typ":"JWT"}`, `{"alg":"RS256","kid":"k","b64":false}`, `{"\u0061lg":"RS256","kid":"k","epk":"","p2c":""}`,
		"{\"alg\":\"RS256\",\"kid\":\"\u2028\",\"\":\"\"}", `{"alg":"RS256","kid":"k","KID":"x","Alg":"none"}`,
	} {
		f.Add(h, rfcPayload, sig)
	}
	key := rfcKey(f)
	f.Fuzz(func(t *testing.T, header, payload string, signature []byte) {
		agree(t, b64(header)+"."+b64(payload)+"."+base64.RawURLEncoding.EncodeToString(signature), key)
	})
}
