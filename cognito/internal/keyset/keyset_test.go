package keyset_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/internal/keyset"
	"github.com/seed75762126/cognito-go/cognito/observe"
)

// A pool answers with its keys, in memory.
type pool map[string]*rsa.PublicKey

func (p pool) RoundTrip(*http.Request) (*http.Response, error) {
	var keys []map[string]string
	for kid, key := range p {
		keys = append(keys, map[string]string{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid,
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		})
	}
	rec := httptest.NewRecorder()
	err := json.NewEncoder(rec).Encode(map[string]any{"keys": keys})
	return rec.Result(), err
}

// newKey returns a public key, which nothing has to be signed for.
func newKey() *rsa.PublicKey {
	n := make([]byte, 256)
	_, _ = rand.Read(n) // never fails
	n[0] |= 0x80        // 2048 bits
	n[255] |= 1         // and odd
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}
}

// TestKeysThatStayAreTheSame: a fetch that brings the keys there are leaves
// what the cache of tokens rests on.
func TestKeysThatStayAreTheSame(t *testing.T) {
	first, second, third := newKey(), newKey(), newKey()
	synctest.Test(t, func(t *testing.T) {
		pool := pool{"a": first, "b": second}
		s := keyset.New(keyset.Config{
			URLs:     []string{"https://pool.example/jwks.json"},
			Client:   &http.Client{Transport: pool},
			Logger:   slog.New(slog.DiscardHandler),
			Observer: &observe.Observer{},
			Now:      time.Now,
		})
		key := func(kid string) *rsa.PublicKey {
			t.Helper()
			key, err := s.Key(t.Context(), kid, false)
			if err != nil {
				t.Fatalf("Key(%q) = %v, want a key", kid, err)
			}
			return key
		}
		fetched := make(chan map[string]*rsa.PublicKey, 2)
		s.OnFetch(func(byID map[string]*rsa.PublicKey) { fetched <- byID })
		a, b := key("a"), key("b")
		<-fetched
		pool["b"] = third
		time.Sleep(time.Hour)
		key("a") // fetches again
		if byID := <-fetched; byID["a"] != a || byID["b"] == b {
			t.Error("OnFetch got other keys than Key returns")
		}
		if key("a") != a {
			t.Error("the same key became another pointer")
		}
		if key("b") == b || !key("b").Equal(third) {
			t.Error("another key is the old pointer")
		}
	})
}

// A Set of fixed keys fetches none, whatever it is asked for.
func TestFixedKeys(t *testing.T) {
	s := keyset.Fixed([]byte(`{"keys":[]}`))
	s.Warm(t.Context())
	if _, err := s.Key(t.Context(), "a", true); err != keyset.ErrUnknown {
		t.Errorf("Key(unknown) = %v, want ErrUnknown", err)
	}
}
