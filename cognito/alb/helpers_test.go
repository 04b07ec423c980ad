package alb_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/alb"
)

const (
	poolID   = "eu-west-1_aB3dE5gH7"
	clientID = "7exampleclientid0a1b2c3d"
	issuer   = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7"
	arn      = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"
	keysURL  = "https://public-keys.auth.elb.eu-west-1.amazonaws.com/"
	keyID    = "c2f80c8b-c05c-4068-af14-17299f7896b1"
)

// A balancer signs as an Application Load Balancer does, and answers as the
// endpoint of its keys.
type balancer struct {
	key *ecdsa.PrivateKey
	now time.Time

	mu      sync.Mutex // guards the rest
	keys    map[string]string
	fetched []string
	answer  func(url string) (*http.Response, error) // replaces the endpoint
}

func newBalancer() *balancer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	b := &balancer{key: key, now: time.Unix(1_800_000_000, 0), keys: map[string]string{}}
	b.keys[keysURL+keyID] = publicPEM(&key.PublicKey)
	return b
}

func publicPEM(key any) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// RoundTrip implements [http.RoundTripper].
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	url := r.URL.String()
	b.mu.Lock()
	b.fetched = append(b.fetched, url)
	doc, ok := b.keys[url]
	answer := b.answer
	b.mu.Unlock()
	switch {
	case answer != nil:
		return answer(url)
	case !ok:
		return reply(http.StatusForbidden, "<Error><Code>AccessDenied</Code></Error>"), nil
	}
	return reply(http.StatusOK, doc), nil
}

func reply(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"binary/octet-stream"}}, Body: io.NopCloser(strings.NewReader(body))}
}

func (b *balancer) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
}

func (b *balancer) fetches() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.fetched)
}

// A part is a JSON object; edits change it.
type part map[string]any

func (b *balancer) header() part {
	return part{"typ": "JWT", "kid": keyID, "alg": "ES256", "iss": issuer, "client": clientID, "signer": arn, "exp": b.now.Unix() + 120}
}

func (b *balancer) claims() part {
	return part{
		"sub": "23d498b2-3031-70d2-8a15-49dd886a087b", "email_verified": "true", "email": "jane@example.com",
		"username": "jane", "custom:plan": "gold", "exp": b.now.Unix() + 120, "iss": issuer,
	}
}

// data is what the load balancer adds to a request, padding included.
func (b *balancer) data(header, claims func(part)) string {
	h, c := b.header(), b.claims()
	if header != nil {
		header(h)
	}
	if claims != nil {
		claims(c)
	}
	return b.sign(text(h), text(c), base64.URLEncoding)
}

func text(p part) string {
	doc, err := json.Marshal(maps.Clone(p))
	if err != nil {
		panic(err)
	}
	return string(doc)
}

func (b *balancer) sign(header, payload string, enc *base64.Encoding) string {
	signed := enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(payload))
	return signed + "." + enc.EncodeToString(b.signature(signed))
}

func (b *balancer) signature(signed string) []byte {
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, b.key, sum[:])
	if err != nil {
		panic(err)
	}
	sig := make([]byte, 64)
	r.FillBytes(sig[:32])
	s.FillBytes(sig[32:])
	return sig
}

func (b *balancer) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

// pass lets time pass.
func (b *balancer) pass(d time.Duration) { b.set(func() { b.now = b.now.Add(d) }) }

func (b *balancer) config() alb.Config {
	return alb.Config{
		Pool: cognito.Config{
			UserPoolID: poolID, ClientID: clientID,
			HTTPClient: &http.Client{Transport: b}, Logger: slog.New(slog.DiscardHandler), Now: b.clock,
		},
		LoadBalancers: []string{arn},
	}
}

func newVerifier(t testing.TB, b *balancer, edit ...func(*alb.Config)) *alb.Verifier {
	t.Helper()
	cfg := b.config()
	for _, e := range edit {
		e(&cfg)
	}
	v, err := alb.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
