package migrate_test

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
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/hostedui"
)

// newProxy does in front of an app what oauth2-proxy does: it signs users in,
// and tells the app in headers who they are.
func newProxy(t *testing.T, pool *cognitotest.Pool, app http.Handler) http.Handler {
	t.Helper()
	return inFront(t, pool, "/oauth2/callback", func(w http.ResponseWriter, r *http.Request) {
		user := cognito.FromContext(r.Context())
		r.Header.Set("X-Forwarded-User", user.Subject)
		r.Header.Set("X-Forwarded-Email", user.Email)
		r.Header.Set("X-Forwarded-Groups", strings.Join(user.Groups, ","))
		app.ServeHTTP(w, r)
	})
}

func inFront(t *testing.T, pool *cognitotest.Pool, callback string, h http.HandlerFunc) http.Handler {
	t.Helper()
	cfg := config(pool)
	cfg.Prefix, cfg.Paths.Callback = "/oauth2/", callback
	cfg.SignedOutURL = base + "/auth/signed-out"
	cfg.Session.CookieName = "_in_front"
	client, err := hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/oauth2/", client)
	mux.Handle("/", client.Protect(h))
	return mux
}

// A balancer signs users in and tells the app who they are as an Application
// Load Balancer does.
type balancer struct {
	t         *testing.T
	users     *cognitotest.Pool
	pool      cognito.Config // reaches the balancer's keys
	arn       string
	key       *ecdsa.PrivateKey
	publicKey string
}

func newBalancer(t *testing.T, pool *cognitotest.Pool) *balancer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	b := &balancer{
		t: t, users: pool, pool: pool.Config(), key: key,
		publicKey: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
	}
	region, _, _ := strings.Cut(b.pool.UserPoolID, "_")
	b.arn = "arn:aws:elasticloadbalancing:" + region + ":123456789012:loadbalancer/app/web/50dc6c495c0c9188"
	b.pool.HTTPClient = &http.Client{Transport: b}
	return b
}

// RoundTrip implements [http.RoundTripper]: it answers as the endpoint of the
// keys.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(b.publicKey)), Request: r}, nil
}

func (b *balancer) inFrontOf(app http.Handler) http.Handler {
	return inFront(b.t, b.users, "/oauth2/idpresponse", func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Amzn-Oidc-Data", b.data(cognito.FromContext(r.Context())))
		app.ServeHTTP(w, r)
	})
}

func (b *balancer) data(user *cognito.Identity) string {
	ends := time.Now().Add(time.Minute).Unix()
	signed := b.part(map[string]any{
		"typ": "JWT", "kid": "c2f80c8b-c05c-4068-af14-17299f7896b1", "alg": "ES256",
		"iss": user.Issuer, "client": user.ClientID, "signer": b.arn, "exp": ends,
	}) + "." + b.part(map[string]any{
		"sub": user.Subject, "username": user.Username, "email": user.Email, "email_verified": "true", "exp": ends, "iss": user.Issuer,
	})
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, b.key, sum[:])
	if err != nil {
		b.t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signed + "." + base64.URLEncoding.EncodeToString(signature)
}

func (b *balancer) part(claims map[string]any) string {
	text, err := json.Marshal(claims)
	if err != nil {
		b.t.Fatal(err)
	}
	return base64.URLEncoding.EncodeToString(text)
}
