package cognito_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

const (
	poolID   = "eu-west-1_aB3dE5gH7"
	clientID = "7exampleclientid0a1b2c3d"
	issuer   = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3dE5gH7"
)

// TestMain takes the settings of the shell out of the environment, for the
// sake of ConfigFromEnv's tests and example.
func TestMain(m *testing.M) {
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "COGNITO_") {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// newPool returns a pool in memory with the user jane.
func newPool(t testing.TB) *cognitotest.Pool {
	t.Helper()
	pool, err := makePool()
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func makePool() (*cognitotest.Pool, error) {
	pool := cognitotest.NewPool(cognitotest.WithID(poolID), cognitotest.WithClient(cognitotest.AppClient{ID: clientID}))
	_, err := pool.AddUser(cognitotest.User{
		Username: "jane", Email: "jane@example.com", EmailVerified: true,
		Attributes: map[string]string{"name": "Jane Doe", "custom:plan": "gold"}, Groups: []string{"admins"},
	})
	return pool, err
}

// newVerifier returns a Verifier of the pool that logs nothing; each edit may
// change its Config.
func newVerifier(t testing.TB, pool *cognitotest.Pool, edit ...func(*cognito.Config)) *cognito.Verifier {
	t.Helper()
	cfg := pool.Config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	for _, e := range edit {
		e(&cfg)
	}
	v, err := cognito.NewVerifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The two kinds of tokens, as Pool.Sign names them.
var uses = []string{"id", "access"}

// mint returns a token of that use for jane.
func mint(pool *cognitotest.Pool, use string, edit ...func(cognitotest.Claims)) string {
	if use == "id" {
		return string(pool.IDToken("jane", edit...))
	}
	return string(pool.AccessToken("jane", edit...))
}

// set is an edit that sets one claim.
func set(name string, value any) func(cognitotest.Claims) {
	return func(c cognitotest.Claims) { c[name] = value }
}

// without is an edit that removes claims.
func without(names ...string) func(cognitotest.Claims) {
	return func(c cognitotest.Claims) {
		for _, name := range names {
			delete(c, name)
		}
	}
}

// A verifier is a Verifier, or Tenants.
type verifier interface {
	VerifyID(context.Context, cognito.IDToken, ...cognito.IDOption) (*cognito.IDClaims, error)
	VerifyAccess(context.Context, cognito.AccessToken) (*cognito.AccessClaims, error)
}

// verify calls VerifyID or VerifyAccess. It holds them to T7: claims or an
// error, never both and never neither.
func verify(t testing.TB, v verifier, use, token string, opts ...cognito.IDOption) error {
	t.Helper()
	var none bool
	var err error
	if use == "id" {
		var c *cognito.IDClaims
		c, err = v.VerifyID(t.Context(), cognito.IDToken(token), opts...)
		none = c == nil
	} else {
		var c *cognito.AccessClaims
		c, err = v.VerifyAccess(t.Context(), cognito.AccessToken(token))
		none = c == nil
	}
	if none != (err != nil) {
		t.Errorf("verify %s: claims and error %v, want one of them", use, err)
	}
	return err
}

// wantCheck fails the test unless err is the refusal of the named check; ""
// means that the token is accepted. No refusal may quote the token (T7).
func wantCheck(t testing.TB, call string, err error, check, token string) {
	t.Helper()
	if check == "" {
		if err != nil {
			t.Errorf("%s = %v, want nil", call, err)
		}
		return
	}
	var refused *cognito.VerifyError
	switch {
	case err == nil:
		t.Errorf("%s = nil, want a refusal by check %q", call, check)
	case !errors.As(err, &refused):
		t.Errorf("%s = %v, want a VerifyError", call, err)
	case string(refused.Check) != check:
		t.Errorf("%s = %v, want check %q", call, err, check)
	case refused.Err == nil || !strings.HasPrefix(err.Error(), "cognito: verify "+check+": "):
		t.Errorf("%s = %q, want a text that begins with the check and a cause", call, err)
	case check == "iss": // which the text names, and nothing else of the token
		if i := strings.LastIndexByte(token, '.'); i >= 0 && strings.Contains(err.Error(), token[:i]) {
			t.Errorf("%s: the error %q quotes the token", call, err)
		}
	default:
		wantNoQuote(t, call, err, token)
	}
}

// wantNoQuote fails the test if err has twelve characters in a row of the
// token or of what its parts decode to.
func wantNoQuote(t testing.TB, call string, err error, token string) {
	t.Helper()
	text, quoted := err.Error(), token
	for _, part := range strings.SplitN(token, ".", 6) {
		if b, err := base64.RawURLEncoding.DecodeString(part); err == nil {
			quoted += "\n" + string(b)
		}
	}
	for i := 0; i+12 <= len(text); i++ {
		if strings.Contains(quoted, text[i:i+12]) {
			t.Errorf("%s: the error %q quotes the token: %q", call, text, text[i:i+12])
			return
		}
	}
}

func verifyCall(use, name string) string {
	if use == "id" {
		return "VerifyID(" + name + ")"
	}
	return "VerifyAccess(" + name + ")"
}

// A raw is a token that is put together from texts, JSON or not.
type raw struct {
	header  string
	members []string // of the payload: `"name":value`
}

// rawToken starts with the payload of a good token of that use.
func rawToken(t testing.TB, pool *cognitotest.Pool, use string) *raw {
	t.Helper()
	header, payload := parts(t, mint(pool, use))
	return &raw{header: header, members: membersOf(t, payload)}
}

// membersOf returns the members of a payload, sorted.
func membersOf(t testing.TB, payload string) (members []string) {
	t.Helper()
	var claims map[string]json.RawMessage
	if err := json.Unmarshal([]byte(payload), &claims); err != nil {
		t.Fatal(err)
	}
	for name, value := range claims {
		members = append(members, strconv.Quote(name)+":"+string(value))
	}
	slices.Sort(members)
	return members
}

// clone returns a copy to change.
func (r *raw) clone() *raw { return &raw{header: r.header, members: slices.Clone(r.members)} }

// parts decodes header and payload of a token.
func parts(t testing.TB, token string) (header, payload string) {
	t.Helper()
	p := strings.Split(token, ".")
	h, err1 := base64.RawURLEncoding.DecodeString(p[0])
	b, err2 := base64.RawURLEncoding.DecodeString(p[1])
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return string(h), string(b)
}

// add puts a member at the end of the payload, as it is.
func (r *raw) add(member string) *raw {
	r.members = append(r.members, member)
	return r
}

// set replaces the claim by a text.
func (r *raw) set(name, value string) *raw {
	return r.remove(name).add(strconv.Quote(name) + ":" + value)
}

func (r *raw) remove(name string) *raw {
	r.members = slices.DeleteFunc(r.members, func(m string) bool { return strings.HasPrefix(m, strconv.Quote(name)+":") })
	return r
}

// rename gives the claim another name, at the end of the payload.
func (r *raw) rename(name, other string) *raw {
	for _, m := range r.members {
		if value, ok := strings.CutPrefix(m, strconv.Quote(name)+":"); ok {
			return r.remove(name).add(strconv.Quote(other) + ":" + value)
		}
	}
	return r
}

func (r *raw) payload() string { return "{" + strings.Join(r.members, ",") + "}" }

func (r *raw) sign(pool *cognitotest.Pool, use string) string {
	return pool.Sign(use, r.header, r.payload())
}

// A rsaKey signs what no pool would, and is published as it likes.
type rsaKey struct {
	kid     string
	private *rsa.PrivateKey
}

func generate(bits int) func() *rsaKey {
	return sync.OnceValue(func() *rsaKey {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return &rsaKey{kid: "kid+" + strconv.Itoa(bits) + "/", private: key}
	})
}

// Keys that are generated when first needed.
var (
	ownKey   = generate(2048)
	otherKey = generate(2048)
	smallKey = generate(1024)
)

// sign signs with RS256.
func (k *rsaKey) sign(header, payload string) string {
	input := b64(header) + "." + b64(payload)
	sum := sha256.Sum256([]byte(input))
	sig, err := rsa.SignPKCS1v15(nil, k.private, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return input + "." + b64(string(sig))
}

// header is the header Cognito would write.
func (k *rsaKey) header() string { return fmt.Sprintf(`{"kid":%q,"alg":"RS256"}`, k.kid) }

// A jwk is one entry of a JWKS.
type jwk map[string]any

// jwk returns the key's entry, with pairs of name and value replaced; a nil
// value removes the name.
func (k *rsaKey) jwk(pairs ...any) jwk {
	e := jwk{
		"alg": "RS256", "kid": k.kid, "kty": "RSA", "use": "sig",
		"n": b64(string(k.private.N.Bytes())), "e": b64(string(big.NewInt(int64(k.private.E)).Bytes())),
	}
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		if pairs[i+1] == nil {
			delete(e, name)
		} else {
			e[name] = pairs[i+1]
		}
	}
	return e
}

// jwks is a document of these entries.
func jwks(entries ...any) []byte {
	doc, err := json.Marshal(map[string]any{"keys": entries})
	if err != nil {
		panic(err)
	}
	return doc
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// A roundTripper is a function that answers requests.
type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A wire stands between the verifier and the pool. It counts requests, and
// answers them itself where answer is set.
type wire struct {
	pool  *cognitotest.Pool
	count atomic.Int64

	mu     sync.Mutex // guards urls and answer
	urls   []string
	answer func(*http.Request) (*http.Response, error)
}

func newWire(pool *cognitotest.Pool) *wire { return &wire{pool: pool} }

// RoundTrip implements [http.RoundTripper].
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.count.Add(1)
	w.mu.Lock()
	w.urls = append(w.urls, r.Method+" "+r.URL.String())
	answer := w.answer
	w.mu.Unlock()
	if answer == nil {
		answer = w.pool.Client().Transport.RoundTrip
	}
	return answer(r)
}

// set makes the wire answer by itself; nil gives the pool its line back.
func (w *wire) set(answer func(*http.Request) (*http.Response, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = answer
}

// use is an edit of a Config: its calls go over the wire.
func (w *wire) use(c *cognito.Config) { c.HTTPClient = &http.Client{Transport: w} }

// wantFetches fails the test unless the keys were fetched that often.
func (w *wire) wantFetches(t testing.TB, when string, want int64) {
	t.Helper()
	if got := w.count.Load(); got != want {
		t.Errorf("%s: %d fetches, want %d", when, got, want)
	}
}

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// golden compares got with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run the test with -update to accept:\n--- got\n%s--- want\n%s", path, got, want)
	}
}

// answerJSON is an answer with a JSON body.
func answerJSON(r *http.Request, body string) (*http.Response, error) {
	return answer(r, http.StatusOK, "application/json", strings.NewReader(body))
}

func answer(r *http.Request, status int, contentType string, body io.Reader) (*http.Response, error) {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(body), Request: r, ContentLength: -1}, nil
}
