package webauthn_test

import (
	_ "embed" // for the vectors
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/webauthn"
)

// vectors are the published ones of Web Authentication Level 3.
type vectors struct {
	RPID    string `json:"rp_id"`
	Vectors []vector
}

type vector struct {
	Name         string
	Registration struct {
		Challenge         string
		CredentialID      string `json:"credential_id"`
		ClientDataJSON    string
		AttestationObject string
	}
	Authentication struct {
		Challenge         string
		ClientDataJSON    string
		AuthenticatorData string
		Signature         string
	}
}

// Fuzz targets run where their folder is not, so the vectors are within.
//
//go:embed testdata/webauthn-l3.json
var published []byte

func readVectors(t testing.TB) vectors {
	t.Helper()
	var v vectors
	if err := json.Unmarshal(published, &v); err != nil || len(v.Vectors) < 10 {
		t.Fatalf("%d vectors, %v", len(v.Vectors), err)
	}
	return v
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func b64(t testing.TB, hexText string) string {
	return base64.RawURLEncoding.EncodeToString(unhex(t, hexText))
}

// registrationJSON is what a browser would have made of the vector.
func (v vector) registrationJSON(t testing.TB) []byte {
	return asJSON(t, map[string]any{
		"id": b64(t, v.Registration.CredentialID), "rawId": b64(t, v.Registration.CredentialID), "type": "public-key",
		"response": map[string]any{
			"clientDataJSON":    b64(t, v.Registration.ClientDataJSON),
			"attestationObject": b64(t, v.Registration.AttestationObject),
			"transports":        []string{"internal"},
		},
	})
}

func (v vector) assertionJSON(t testing.TB) []byte {
	return asJSON(t, map[string]any{
		"id": b64(t, v.Registration.CredentialID), "rawId": b64(t, v.Registration.CredentialID), "type": "public-key",
		"response": map[string]any{
			"clientDataJSON":    b64(t, v.Authentication.ClientDataJSON),
			"authenticatorData": b64(t, v.Authentication.AuthenticatorData),
			"signature":         b64(t, v.Authentication.Signature),
		},
	})
}

func asJSON(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// checkOf is the check that refused, or "" if none did.
func checkOf(t testing.TB, err error) webauthn.Check {
	t.Helper()
	var e *webauthn.Error
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &e):
		t.Fatalf("%v is not an *Error", err)
	}
	return e.Check
}

// TestVectors: the published registrations and assertions pass, except for
// algorithms that Cognito does not take and pages in frames of other origins.
func TestVectors(t *testing.T) {
	want := map[string]webauthn.Check{
		"none-es256-crossOrigin": webauthn.CheckOrigin,
		"none-es256-topOrigin":   webauthn.CheckOrigin,
		"packed-es384":           webauthn.CheckAlgorithm,
		"packed-es512":           webauthn.CheckAlgorithm,
		"packed-eddsa":           webauthn.CheckAlgorithm,
		"packed-ed448":           webauthn.CheckAlgorithm,
	}
	v := readVectors(t)
	rp := webauthn.RelyingParty{ID: v.RPID}
	passed := 0
	for _, vec := range v.Vectors {
		r, err := webauthn.ParseRegistration(vec.registrationJSON(t))
		if err != nil {
			t.Errorf("%s: ParseRegistration = %v", vec.Name, err)
			continue
		}
		c, err := r.Verify(unhex(t, vec.Registration.Challenge), rp)
		if got := checkOf(t, err); got != want[vec.Name] {
			t.Errorf("%s: Registration.Verify = %v, want %q", vec.Name, err, want[vec.Name])
			continue
		}
		if err != nil {
			continue
		}
		a, err := webauthn.ParseAssertion(vec.assertionJSON(t))
		if err != nil {
			t.Errorf("%s: ParseAssertion = %v", vec.Name, err)
			continue
		}
		if _, err := a.Verify(unhex(t, vec.Authentication.Challenge), rp, *c, nil); err != nil {
			t.Errorf("%s: Assertion.Verify = %v", vec.Name, err)
			continue
		}
		passed++
	}
	if passed != len(v.Vectors)-len(want) {
		t.Errorf("%d of %d vectors passed, want all but %d", passed, len(v.Vectors), len(want))
	}
}
