package session_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// TestAllocs pins the cost of a protected page with its session in cookies:
// at most 30 allocations above the bare handler.
func TestAllocs(t *testing.T) {
	app := newApp(t, &authority{size: 1200}, nil)
	bare := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	r := newBrowser(t, app).request("GET", "/account")
	for i := range 8 { // the app has cookies of its own
		r.Header.Add("Cookie", fmt.Sprintf("other%d=%d", i, i))
	}
	for n, k := range signedIn(t, app).jar {
		r.Header.Add("Cookie", n+"="+k.value)
	}
	w := discard{http.Header{}}
	count := func(h http.Handler) float64 {
		return testing.AllocsPerRun(200, func() { clear(w.header); h.ServeHTTP(w, r) })
	}
	passed := false
	app.Require(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed = true })).ServeHTTP(w, r)
	if !passed {
		t.Fatal("Require did not let the request pass")
	}
	if got := count(app.Require(bare)) - count(bare); got > 30 {
		t.Errorf("Require makes %v allocations, want at most 30", got)
	} else {
		t.Logf("Require makes %v allocations", got)
	}
}

func BenchmarkRequire(b *testing.B) {
	app := newApp(b, &authority{size: 1200}, nil)
	r := signedIn(b, app).request("GET", "/account")
	h := app.Require(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	w := discard{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(w, r)
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// TestAllocs_Store pins the cost of a page with its session in a store that
// costs nothing. It also pins that hooks which are not set cost nothing.
func TestAllocs_Store(t *testing.T) {
	app := newApp(t, &authority{size: 1200}, in(session.NewMemoryStore(nil)))
	r := signedIn(t, app).request("GET", "/account")
	h := app.Require(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	w := discard{http.Header{}}
	got := testing.AllocsPerRun(200, func() { clear(w.header); h.ServeHTTP(w, r) })
	if got > 20 {
		t.Errorf("Require makes %v allocations, want at most 20", got)
	} else {
		t.Logf("Require makes %v allocations", got)
	}
}
