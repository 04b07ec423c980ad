package cognitotest_test

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func TestDiscovery(t *testing.T) {
	p := newPool(t)
	for _, host := range []string{"cognito-idp", "issuer-cognito-idp"} {
		a := newVisitor(t, p).get("https://" + host + ".eu-west-1.amazonaws.com/eu-west-1_Emulator1/.well-known/openid-configuration")
		keys := regexp.MustCompile(`"([a-z_]+)":`).FindAllStringSubmatch(a.body, -1)
		var got []string
		for _, m := range keys {
			got = append(got, m[1])
		}
		want := []string{
			"authorization_endpoint", "end_session_endpoint", "id_token_signing_alg_values_supported", "issuer", "jwks_uri",
			"response_types_supported", "revocation_endpoint", "scopes_supported", "subject_types_supported", "token_endpoint",
			"token_endpoint_auth_methods_supported", "userinfo_endpoint",
		}
		if a.StatusCode != 200 || !slices.Equal(got, want) {
			t.Errorf("discovery at %s = %d with keys %v, want %v", host, a.StatusCode, got, want)
		}
		var doc map[string]any
		if err := json.Unmarshal([]byte(a.body), &doc); err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]string{
			"issuer":            p.Issuer(),
			"jwks_uri":          p.Issuer() + "/.well-known/jwks.json",
			"token_endpoint":    "https://emulator.auth.eu-west-1.amazoncognito.com/oauth2/token",
			"userinfo_endpoint": p.URL() + "/oauth2/userInfo",
		} {
			if doc[key] != want {
				t.Errorf("%s = %v, want %v", key, doc[key], want)
			}
		}
	}
}

// doc: discovery and keys of an unknown pool
func TestEachHostServesItsOwn(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	for _, target := range []string{"/eu-west-1_Emulator1/.well-known/jwks.json", "https://cognito-idp.eu-west-1.amazonaws.com/login"} {
		if a := v.get(target); a.StatusCode != 404 {
			t.Errorf("GET %s = %d, want 404", target, a.StatusCode)
		}
	}
	a := v.get("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other/.well-known/jwks.json")
	if want := `{"message":"User pool eu-west-1_Other does not exist."}`; a.StatusCode != 400 || a.body != want {
		t.Errorf("keys of an unknown pool = %d %s, want 400 %s", a.StatusCode, a.body, want)
	}
}

type jwksDocument struct {
	Keys []struct{ Alg, E, Kid, Kty, N, Use string }
}

func keysOfPool(t *testing.T, p *cognitotest.Pool) []string {
	t.Helper()
	var set jwksDocument
	if err := json.Unmarshal(p.JWKS(), &set); err != nil {
		t.Fatal(err)
	}
	var kids []string
	for _, k := range set.Keys {
		kids = append(kids, k.Kid)
		raw, err := base64.StdEncoding.DecodeString(k.Kid)
		if err != nil || len(raw) != 32 || !strings.ContainsAny(k.Kid, "+/") {
			t.Errorf("kid %q: want 32 bytes in standard base64, with a plus or a slash", k.Kid)
		}
		n, err := base64.RawURLEncoding.DecodeString(k.N)
		if err != nil || len(n) != 256 || k.E != "AQAB" || k.Alg != "RS256" || k.Kty != "RSA" || k.Use != "sig" {
			t.Errorf("key %+v, want RSA-2048 for RS256", k)
		}
	}
	return kids
}

func TestJWKS(t *testing.T) {
	p := newPool(t)
	if got, want := keysOfPool(t, p), []string{p.KeyID("id"), p.KeyID("access")}; !slices.Equal(got, want) {
		t.Errorf("JWKS has %v, want %v", got, want)
	}
	if p.KeyID("id") == p.KeyID("access") {
		t.Error("one key for both uses")
	}
	a := newVisitor(t, p).get(p.Issuer() + "/.well-known/jwks.json")
	if a.body != string(p.JWKS()) || !strings.HasPrefix(a.body, `{"keys":[{"alg":"RS256","e":"AQAB","kid":"`) {
		t.Errorf("jwks.json = %s, want what JWKS returns", a.body)
	}
	if got := cognitotest.NewPool().KeyID("id"); got != p.KeyID("id") {
		t.Error("two pools do not share the keys of the process")
	}
}

// A withdrawn key never comes back, not in a pool that was restored either.
func TestRotateKeysAfterRestore(t *testing.T) {
	p := newPool(t)
	seen := make(map[string]bool)
	remember := func() {
		for _, kid := range keysOfPool(t, p) {
			seen[kid] = true
		}
	}
	remember()
	if err := p.RotateKeys(); err != nil {
		t.Fatal(err)
	}
	remember()
	restored := cognitotest.NewPool()
	if err := restored.Restore(snapshotOf(t, p)); err != nil {
		t.Fatal(err)
	}
	if err := restored.AddKeys(); err != nil {
		t.Fatal(err)
	}
	if got := keysOfPool(t, restored); len(got) != 4 || seen[got[0]] || seen[got[1]] {
		t.Errorf("keys after AddKeys = %v, want two new ones first, none of %v", got, seen)
	}
}

func TestRotateKeys(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	old, token := keysOfPool(t, p), string(p.AccessToken("jane"))

	if err := p.AddKeys(); err != nil {
		t.Fatal(err)
	}
	if got := keysOfPool(t, p); len(got) != 4 || !slices.Equal(got[2:], old) || p.KeyID("id") != got[0] {
		t.Errorf("keys after AddKeys = %v, want new ones before %v", got, old)
	}
	if a := v.userInfo(token); a.StatusCode != 200 {
		t.Errorf("userInfo with the old key published = %d, want 200", a.StatusCode)
	}
	if err := p.RotateKeys(); err != nil {
		t.Fatal(err)
	}
	got := keysOfPool(t, p)
	if len(got) != 2 || slices.Contains(old, got[0]) || slices.Contains(old, got[1]) {
		t.Errorf("keys after RotateKeys = %v, want two new ones", got)
	}
	if a := v.userInfo(token); a.StatusCode != 401 {
		t.Errorf("userInfo with the old key withdrawn = %d, want 401", a.StatusCode)
	}
}

func TestSignKeepsBytes(t *testing.T) {
	p := newPool(t)
	token := p.Sign("id", `{"alg" : "none"}`, `not JSON`)
	if h, b := string(partOf(t, token, 0)), string(partOf(t, token, 1)); h != `{"alg" : "none"}` || b != `not JSON` {
		t.Errorf("Sign = %q, %q, want the bytes given", h, b)
	}
}
