package cognitotest_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// BenchmarkSignIn is a whole sign-in in memory: authorize, page, form, code,
// tokens, and the verification of both by package cognito. "emulator-ns/op" is
// the part of it that the pool takes.
func BenchmarkSignIn(b *testing.B) {
	p := newPool(b)
	p.JWKS() // generates the keys
	cfg := p.Config()
	timed := &timedTransport{next: cfg.HTTPClient.Transport}
	cfg.HTTPClient = &http.Client{Transport: timed}
	verify, err := cognito.NewVerifier(cfg)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		v := newVisitor(b, p)
		v.c = &http.Client{Transport: timed, CheckRedirect: v.c.CheckRedirect}
		v.c.Jar, _ = cookiejar.New(nil)
		page := v.get("/oauth2/authorize" + query())
		code := codeIn(b, v.submit(page.Header.Get("Location"), "username", "jane", "password", password))
		tok := v.post("/oauth2/token", tokenForm(code)).tokens(b)
		if _, err := verify.VerifyID(b.Context(), cognito.IDToken(tok.ID), cognito.Nonce("no-1")); err != nil {
			b.Fatal(err)
		}
		if _, err := verify.VerifyAccess(b.Context(), cognito.AccessToken(tok.Access)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(timed.spent.Nanoseconds())/float64(b.N), "emulator-ns/op")
}

// A timedTransport adds up how long answers take.
type timedTransport struct {
	next  http.RoundTripper
	spent time.Duration
}

func (t *timedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	defer func() { t.spent += time.Since(began) }()
	return t.next.RoundTrip(r)
}

// BenchmarkNewPool is the start of a pool with a client and a user, and its
// first keys, once the process has generated them.
func BenchmarkNewPool(b *testing.B) {
	cognitotest.NewPool().JWKS()
	for b.Loop() {
		newPool(b).JWKS()
	}
}

// BenchmarkTokens is minting: an ID and an access token, signed.
func BenchmarkTokens(b *testing.B) {
	p := newPool(b)
	p.JWKS()
	for b.Loop() {
		p.Tokens("jane")
	}
}

// TestManyPoolsAtOnce has ten or 200 tests with a pool each run in parallel, as
// those of a large app do.
func TestManyPoolsAtOnce(t *testing.T) {
	for i := range thorough.Or(10, 200) {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			p := newPool(t)
			v := newVisitor(t, p)
			tok := v.login()
			tok = v.refresh(tok.Refresh).tokens(t)
			if a := v.userInfo(tok.Access); a.StatusCode != 200 {
				t.Errorf("userInfo = %d, want 200", a.StatusCode)
			}
			if n := len(p.Events(cognitotest.Event{Op: "token"})); n != 2 {
				t.Errorf("%d token requests, want 2: those of this pool alone", n)
			}
		})
	}
}
