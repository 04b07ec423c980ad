package alb_test

import (
	"context"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/alb"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func TestVerify(t *testing.T) {
	b := newBalancer()
	id, err := newVerifier(t, b).Verify(t.Context(), b.data(nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	if id.Subject != "23d498b2-3031-70d2-8a15-49dd886a087b" || id.Username != "jane" || id.Email != "jane@example.com" || !id.EmailVerified ||
		id.Issuer != issuer || id.ClientID != clientID || id.Attribute("custom:plan") != "gold" || id.Machine() {
		t.Errorf("Verify = %+v", id)
	}
	if _, ok := id.Claim("exp"); ok {
		t.Error("the identity has exp, which is about the data")
	}
}

// TestVerifyPadding: all payload lengths, with the padding that load balancers
// write and without. The signature is over the text as it was sent.
func TestVerifyPadding(t *testing.T) {
	b := newBalancer()
	v := newVerifier(t, b)
	seen := map[int]bool{}
	for n := range 3 {
		header, claims := b.header(), b.claims()
		header["typ"], claims["name"] = strings.Repeat("J", n+1), strings.Repeat("x", n)
		padded := b.sign(text(header), text(claims), base64.URLEncoding)
		seen[strings.Count(padded, "=")] = true
		for _, data := range []string{padded, b.sign(text(header), text(claims), base64.RawURLEncoding)} {
			if _, err := v.Verify(t.Context(), data); err != nil {
				t.Errorf("Verify(%s…) = %v, want nil", data[len(data)-8:], err)
			}
		}
		for name, data := range map[string]string{
			"padding taken away": strings.ReplaceAll(padded, "=", ""),
			"padding added":      padded + "=",
			"too much":           padded + "====",
		} {
			wantCheck(t, name, verify(t, v, data), "signature", "format")
		}
	}
	if len(seen) < 2 {
		t.Errorf("the padding never differed: %v", seen)
	}
}

func verify(t testing.TB, v *alb.Verifier, data string) error {
	t.Helper()
	id, err := v.Verify(t.Context(), data)
	if (id == nil) != (err != nil) {
		t.Errorf("Verify = %v, %v: want one of them", id, err)
	}
	return err
}

// wantCheck fails the test unless one of the checks refused.
func wantCheck(t testing.TB, what string, err error, checks ...string) {
	t.Helper()
	var refused *cognito.VerifyError
	if !errors.As(err, &refused) {
		t.Errorf("%s: Verify = %v, want a VerifyError", what, err)
		return
	}
	for _, check := range checks {
		if string(refused.Check) == check {
			return
		}
	}
	t.Errorf("%s: Verify = %v, want check %q", what, err, checks)
}

func TestT7_Refusals(t *testing.T) {
	tests := []struct {
		name   string
		header func(part)
		claims func(part)
		check  string
	}{
		{name: "other load balancer of the account", header: func(h part) { h["signer"] = strings.Replace(arn, "/web/", "/other/", 1) }, check: "signer"},
		{name: "other account", header: func(h part) { h["signer"] = strings.Replace(arn, "123456789012", "666666666666", 1) }, check: "signer"},
		{name: "ARN in capitals", header: func(h part) { h["signer"] = strings.ToUpper(arn) }, check: "signer"},
		{name: "ARN with more", header: func(h part) { h["signer"] = arn + "0" }, check: "signer"},
		{name: "no signer", header: func(h part) { delete(h, "signer") }, check: "signer"},
		{name: "empty signer", header: func(h part) { h["signer"] = "" }, check: "signer"},
		{name: "signer as a list", header: func(h part) { h["signer"] = []string{arn} }, check: "header"},
		{name: "signer in the claims", header: func(h part) { delete(h, "signer") }, claims: func(c part) { c["signer"] = arn }, check: "signer"},
		{name: "other client", header: func(h part) { h["client"] = "6mallory" }, check: "client_id"},
		{name: "no client", header: func(h part) { delete(h, "client") }, check: "client_id"},
		{name: "other client in the claims", claims: func(c part) { c["client_id"] = "6mallory" }, check: "client_id"},
		{name: "other issuer", header: func(h part) { h["iss"] = issuer + "x" }, check: "iss"},
		{name: "no issuer", header: func(h part) { delete(h, "iss") }, check: "iss"},
		{name: "other issuer in the claims", claims: func(c part) { c["iss"] = "https://evil.example" }, check: "iss"},
		{name: "expired", header: func(h part) { h["exp"] = 1_800_000_000 - 60 }, check: "exp"},
		{name: "no exp", header: func(h part) { delete(h, "exp") }, check: "exp"},
		{name: "exp as text", header: func(h part) { h["exp"] = "1800000120" }, check: "exp"},
		{name: "exp with a fraction", header: func(h part) { h["exp"] = 1800000120.5 }, check: "exp"},
		{name: "exp beyond all years", header: func(h part) { h["exp"] = 1e18 }, check: "exp"},
		{name: "negative exp", header: func(h part) { h["exp"] = -1 }, check: "exp"},
		{name: "claims expired", claims: func(c part) { c["exp"] = 1_800_000_000 - 60 }, check: "exp"},
		{name: "claims with odd exp", claims: func(c part) { c["exp"] = "soon" }, check: "exp"},
		{name: "no sub", claims: func(c part) { delete(c, "sub") }, check: "sub"},
		{name: "sub as number", claims: func(c part) { c["sub"] = 7 }, check: "sub"},
		{name: "none", header: func(h part) { h["alg"] = "none" }, check: "alg"},
		{name: "RS256", header: func(h part) { h["alg"] = "RS256" }, check: "alg"},
		{name: "HS256", header: func(h part) { h["alg"] = "HS256" }, check: "alg"},
		{name: "ES384", header: func(h part) { h["alg"] = "ES384" }, check: "alg"},
		{name: "es256", header: func(h part) { h["alg"] = "es256" }, check: "alg"},
		{name: "no alg", header: func(h part) { delete(h, "alg") }, check: "alg"},
		{name: "crit", header: func(h part) { h["crit"] = []string{"exp"} }, check: "header"},
		{name: "jwk", header: func(h part) { h["jwk"] = part{"kty": "EC"} }, check: "header"},
		{name: "jku", header: func(h part) { h["jku"] = "https://evil.example" }, check: "header"},
		{name: "x5u", header: func(h part) { h["x5u"] = "https://evil.example" }, check: "header"},
		{name: "no kid", header: func(h part) { delete(h, "kid") }, check: "kid"},
		{name: "kid climbs", header: func(h part) { h["kid"] = "../" + keyID }, check: "kid"},
		{name: "kid with a query", header: func(h part) { h["kid"] = keyID + "?x" }, check: "kid"},
		{name: "kid is a URL", header: func(h part) { h["kid"] = "https://evil.example/key" }, check: "kid"},
		{name: "kid with a dot", header: func(h part) { h["kid"] = "a.b" }, check: "kid"},
		{name: "kid percent-encoded", header: func(h part) { h["kid"] = "%2e%2e" }, check: "kid"},
		{name: "kid of 65", header: func(h part) { h["kid"] = strings.Repeat("a", 65) }, check: "kid"},
		{name: "unknown kid", header: func(h part) { h["kid"] = "00000000-0000-0000-0000-000000000000" }, check: "kid"},
		{name: "large header", header: func(h part) { h["x"] = strings.Repeat("x", 4096) }, check: "size"},
		{name: "large claims", claims: func(c part) { c["x"] = strings.Repeat("x", 16<<10) }, check: "size"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBalancer()
			v := newVerifier(t, b)
			data := b.data(tt.header, tt.claims)
			err := verify(t, v, data)
			wantCheck(t, tt.name, err, tt.check)
			if tt.name != "unknown kid" && tt.claims == nil && b.fetches() > 0 {
				t.Errorf("keys were fetched for it: %q", b.fetched)
			}
			if strings.Contains(fmt.Sprint(err), data[:20]) || strings.Contains(fmt.Sprint(err), "mallory") {
				t.Errorf("the error quotes the data: %v", err)
			}
			if tt.check == "exp" != errors.Is(err, cognito.ErrExpired) && !strings.Contains(fmt.Sprint(err), "missing") && !strings.Contains(fmt.Sprint(err), "number") {
				t.Errorf("Verify = %v: is it ErrExpired?", err)
			}
		})
	}
}

func TestT1_BalancerSignature(t *testing.T) {
	b := newBalancer()
	v := newVerifier(t, b)
	good := b.data(nil, nil)
	parts := strings.Split(good, ".")
	enc := base64.URLEncoding
	other := newBalancer()
	b64 := func(b []byte) string { return enc.EncodeToString(b) }
	flip := func(s string, i int) string {
		c := byte('A')
		if s[i] == 'A' {
			c = 'B'
		}
		return s[:i] + string(c) + s[i+1:]
	}
	mac := hmac.New(sha256.New, []byte(b.keys[keysURL+keyID]))
	mac.Write([]byte(parts[0] + "." + parts[1]))
	for name, data := range map[string]string{
		"another key":         other.data(nil, nil),
		"claims changed":      parts[0] + "." + flip(parts[1], 20) + "." + parts[2],
		"claims of another":   parts[0] + "." + strings.Split(b.data(nil, func(c part) { c["sub"] = "root" }), ".")[1] + "." + parts[2],
		"signature changed":   parts[0] + "." + parts[1] + "." + flip(parts[2], 5),
		"empty signature":     parts[0] + "." + parts[1] + ".",
		"zeros":               parts[0] + "." + parts[1] + "." + b64(make([]byte, 64)),
		"half":                parts[0] + "." + parts[1] + "." + b64(b.signature(parts[0] + "." + parts[1])[:32]),
		"with a byte more":    parts[0] + "." + parts[1] + "." + b64(append(b.signature(parts[0]+"."+parts[1]), 0)),
		"HMAC of the PEM":     parts[0] + "." + parts[1] + "." + b64(mac.Sum(nil)),
		"of the header alone": parts[0] + "." + parts[1] + "." + b64(b.signature(parts[0])),
	} {
		wantCheck(t, name, verify(t, v, data), "signature")
	}
	for name, data := range map[string]string{
		"two parts":    parts[0] + "." + parts[1],
		"four parts":   good + "." + parts[2],
		"nothing":      "",
		"dots":         "..",
		"line break":   parts[0] + "." + parts[1] + "\n." + parts[2],
		"a space":      " " + good,
		"base64":       parts[0] + "." + parts[1] + ".+///",
		"two fields":   good + "," + good,
		"no header":    "." + parts[1] + "." + parts[2],
		"header twice": b.sign(`{"alg":"ES256","alg":"ES256"}`, "{}", enc),
	} {
		wantCheck(t, name, verify(t, v, data), "format", "header")
	}
	for name, payload := range map[string]string{"not JSON": "x", "an array": "[]", "sub twice": `{"sub":"a","sub":"b"}`, "more behind": `{"sub":"a"}{}`} {
		wantCheck(t, name, verify(t, v, b.sign(text(b.header()), payload, enc)), "claims")
	}
}

// TestT1_BalancerKeys: what the endpoint answers must be one P-256 key.
func TestT1_BalancerKeys(t *testing.T) {
	modulus := new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 2047), big.NewInt(1))
	good := newBalancer()
	for name, doc := range map[string]string{
		"RSA":           publicPEM(&rsa.PublicKey{N: modulus, E: 65537}),
		"P-224":         publicPEM(curveKey(224)),
		"P-384":         publicPEM(curveKey(384)),
		"two keys":      publicPEM(&good.key.PublicKey) + publicPEM(&good.key.PublicKey),
		"other type":    strings.ReplaceAll(publicPEM(&good.key.PublicKey), "PUBLIC KEY", "CERTIFICATE"),
		"not PEM":       "<html>",
		"empty":         "",
		"longer than 4": publicPEM(&good.key.PublicKey) + strings.Repeat("\n", 5000),
	} {
		b := newBalancer()
		b.keys[keysURL+keyID] = doc
		if err := verify(t, newVerifier(t, b), b.data(nil, nil)); !errors.Is(err, cognito.ErrKeysUnavailable) {
			t.Errorf("%s: Verify = %v, want ErrKeysUnavailable", name, err)
		}
	}
}

func TestAuthenticate(t *testing.T) {
	b := newBalancer()
	guard := cognito.Guard{Authenticator: newVerifier(t, b), Logger: b.config().Pool.Logger, Now: b.clock}
	h := guard.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, cognito.FromContext(r.Context()).Username)
	}))
	data := b.data(nil, nil)
	for _, tt := range []struct {
		name   string
		fields []string
		status int
	}{
		{"as sent", []string{data}, 200},
		{"none", nil, 401},
		{"twice", []string{data, data}, 400},
		{"bad and good", []string{"x", data}, 400},
		{"joined", []string{data + ", " + data}, 401},
		{"empty", []string{""}, 401},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["X-Amzn-Oidc-Data"] = tt.fields
		r.Header.Set("X-Amzn-Oidc-Identity", "root")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != tt.status || tt.status == 200 && rec.Body.String() != "jane" {
			t.Errorf("%s: %d %s, want %d", tt.name, rec.Code, rec.Body, tt.status)
		}
		if strings.Contains(rec.Header().Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s: the challenge is for tokens: %q", tt.name, rec.Header().Get("WWW-Authenticate"))
		}
	}
}

// TestAccessTokens: groups and scopes come from a verified access token of the
// same user, or there is no user.
func TestAccessTokens(t *testing.T) {
	b := newBalancer()
	pool := cognitotest.NewPool(cognitotest.WithID(poolID), cognitotest.WithClient(cognitotest.AppClient{ID: clientID}))
	sub, err := pool.AddUser(cognitotest.User{Username: "jane", Groups: []string{"admins"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.AddUser(cognitotest.User{Username: "eve"}); err != nil {
		t.Fatal(err)
	}
	cfg := pool.Config()
	cfg.Resources = []string{"https://api.example.com"}
	tokens, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.now = pool.Now()
	v := newVerifier(t, b, func(c *alb.Config) { c.AccessTokens = tokens; c.Pool.Issuer = pool.Issuer() })
	data := b.data(func(h part) { h["iss"] = pool.Issuer() }, func(c part) { c["sub"] = sub; c["iss"] = pool.Issuer() })
	request := func(fields ...string) *http.Request {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Amzn-Oidc-Data", data)
		r.Header["X-Amzn-Oidc-Accesstoken"] = fields
		return r
	}
	good := string(pool.AccessToken("jane", func(c cognitotest.Claims) { c["scope"] = "openid orders/read" }))
	id, err := v.Authenticate(request(good))
	if err != nil || !id.HasGroup("admins") || !id.HasScope("orders/read") || id.AuthTime.IsZero() || id.Email != "jane@example.com" {
		t.Errorf("Authenticate = %+v, %v, want groups and scopes of the access token", id, err)
	}
	bound := string(pool.AccessToken("jane", func(c cognitotest.Claims) { c["aud"] = cfg.Resources[0] }))
	id, err = v.Authenticate(request(bound))
	if err == nil {
		err = cognito.ForResource(cfg.Resources[0]).Check(t.Context(), id, pool.Now())
	}
	if err != nil {
		t.Errorf("a token for the resource: %v, want that the policy ForResource holds", err)
	}
	for name, fields := range map[string][]string{
		"missing":      nil,
		"another user": {string(pool.AccessToken("eve"))},
		"an ID token":  {string(pool.IDToken("jane"))},
		"garbage":      {"x"},
	} {
		id, err := v.Authenticate(request(fields...))
		wantCheck(t, name, err, "access_token", "token_use", "format")
		if id != nil {
			t.Errorf("%s: Authenticate = %+v, want nobody", name, id)
		}
	}
	if _, err := v.Authenticate(request(good, good)); !errors.Is(err, cognito.ErrMalformed) {
		t.Errorf("twice: Authenticate = %v, want ErrMalformed", err)
	}
}

func TestNew(t *testing.T) {
	good := newBalancer().config()
	tests := []struct {
		name string
		edit func(*alb.Config)
		want []string // in the error; nil means none
	}{
		{"as it is", func(*alb.Config) {}, nil},
		{"GovCloud", func(c *alb.Config) {
			c.LoadBalancers = []string{"arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"}
		}, nil},
		{"no load balancer", func(c *alb.Config) { c.LoadBalancers = nil }, []string{"LoadBalancers", "every load balancer on AWS would be trusted"}},
		{"an empty one", func(c *alb.Config) { c.LoadBalancers = []string{arn, ""} }, []string{"not the ARN"}},
		{"a wildcard", func(c *alb.Config) { c.LoadBalancers = []string{strings.Replace(arn, "web", "*", 1)} }, []string{"not the ARN"}},
		{"a network one", func(c *alb.Config) { c.LoadBalancers = []string{strings.Replace(arn, "/app/", "/net/", 1)} }, []string{"not the ARN"}},
		{"a target group", func(c *alb.Config) {
			c.LoadBalancers = []string{strings.Replace(arn, "loadbalancer/app", "targetgroup", 1)}
		}, []string{"not the ARN"}},
		{"an odd region", func(c *alb.Config) { c.LoadBalancers = []string{strings.Replace(arn, "eu-west-1", "evil.example/", 1)} }, []string{"not the ARN"}},
		{"another partition", func(c *alb.Config) { c.LoadBalancers = []string{strings.Replace(arn, "arn:aws:", "arn:aws-cn:", 1)} }, []string{"set KeysURL"}},
		{"a region of another partition", func(c *alb.Config) {
			c.LoadBalancers = []string{strings.Replace(arn, "eu-west-1", "eusc-de-east-1", 1)}
		}, []string{"LoadBalancers: ", "aws-eusc"}},
		{"another partition, KeysURL", func(c *alb.Config) {
			c.LoadBalancers = []string{strings.Replace(arn, "arn:aws:", "arn:aws-cn:", 1)}
			c.KeysURL = "https://keys.example.com/elb"
		}, nil},
		{"odd KeysURL", func(c *alb.Config) { c.KeysURL = "http://keys.example.com" }, []string{"KeysURL"}},
		{"all wrong", func(c *alb.Config) { *c = alb.Config{} }, []string{"UserPoolID", "ClientID", "LoadBalancers"}},
	}
	for _, tt := range tests {
		cfg := good
		tt.edit(&cfg)
		_, err := alb.New(cfg)
		if (err != nil) != (tt.want != nil) {
			t.Errorf("%s: New = %v, want an error: %v", tt.name, err, tt.want != nil)
		}
		for _, want := range tt.want {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("%s: New = %v, want %q", tt.name, err, want)
			}
		}
	}
}

// TestT3_KeyURLs: the configured ARN decides where keys are fetched.
func TestT3_KeyURLs(t *testing.T) {
	for signer, want := range map[string]string{
		arn: keysURL + keyID,
		"arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188": "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1/" + keyID,
		"arn:aws-us-gov:elasticloadbalancing:us-gov-east-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188": "https://s3-us-gov-east-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-east-1/" + keyID,
	} {
		b := newBalancer()
		b.keys[want] = publicPEM(&b.key.PublicKey)
		v := newVerifier(t, b, func(c *alb.Config) { c.LoadBalancers = append(c.LoadBalancers, signer) })
		if err := verify(t, v, b.data(func(h part) { h["signer"] = signer }, nil)); err != nil || len(b.fetched) != 1 || b.fetched[0] != want {
			t.Errorf("%s: %v, keys from %q, want %s", signer, err, b.fetched, want)
		}
	}
}

func FuzzE3_Data(f *testing.F) {
	b := newBalancer()
	f.Add(b.data(nil, nil))
	f.Add(b.sign(text(b.header()), text(b.claims()), base64.RawURLEncoding))
	f.Add("..")
	f.Add("a=.b==.c===")
	v := newVerifier(f, b)
	f.Fuzz(func(t *testing.T, data string) {
		id, err := v.Verify(context.Background(), data)
		if (id == nil) != (err != nil) {
			t.Fatalf("Verify(%q) = %v, %v: want one of them", data, id, err)
		}
		var refused *cognito.VerifyError
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("Verify(%q) = %v, want a VerifyError", data, err)
		}
		if err == nil && (id.Subject == "" || id.Issuer != issuer) {
			t.Fatalf("Verify(%q) = %+v", data, id)
		}
	})
}

// FuzzE3_SignedData signs whatever it is given: what is accepted names the
// configured signer, issuer and client, and has not expired.
func FuzzE3_SignedData(f *testing.F) {
	b := newBalancer()
	f.Add(text(b.header()), text(b.claims()))
	f.Add(`{"alg":"ES256","kid":"x"}`, `{"sub":"a"}`)
	v := newVerifier(f, b)
	f.Fuzz(func(t *testing.T, header, payload string) {
		id, err := v.Verify(context.Background(), b.sign(header, payload, base64.URLEncoding))
		if (id == nil) != (err != nil) {
			t.Fatalf("Verify = %v, %v: want one of them", id, err)
		}
		if err != nil {
			return
		}
		if !json.Valid([]byte(header)) || !json.Valid([]byte(payload)) {
			t.Fatalf("Verify accepts what is not JSON: %q, %q", header, payload)
		}
		if id.Subject == "" || id.Issuer != issuer || id.ClientID != clientID {
			t.Fatalf("Verify(%q, %q) = %+v", header, payload, id)
		}
		for _, part := range []string{arn, issuer, clientID, keyID, "ES256"} {
			if !strings.Contains(strings.ReplaceAll(header, `\/`, "/"), part) && !strings.Contains(header, `\u`) {
				t.Fatalf("Verify accepts the header %q, which lacks %s", header, part)
			}
		}
	})
}

// Behind a load balancer that signs users in.
func ExampleNew() {
	lb := newBalancer() // in place of the load balancer
	cfg := lb.config()
	users, err := alb.New(alb.Config{
		Pool:          cfg.Pool,
		LoadBalancers: []string{"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"},
	})
	if err != nil {
		log.Fatal(err)
	}
	guard := cognito.Guard{Authenticator: users}
	h := guard.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "hello", cognito.FromContext(r.Context()).Email)
	}))

	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("x-amzn-oidc-data", lb.data(nil, nil))
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	fmt.Print(rec.Body)
	// Output: hello jane@example.com
}

func ExampleVerifier_Verify() {
	lb := newBalancer()
	users, err := alb.New(lb.config())
	if err != nil {
		log.Fatal(err)
	}
	data := lb.data(func(header part) { header["exp"] = lb.now.Add(-time.Hour).Unix() }, nil)
	_, err = users.Verify(context.Background(), data)
	fmt.Println(err)
	// Output: cognito: verify exp: token expired
}
