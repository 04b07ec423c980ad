package main

import (
	"net/http"
	"testing"
)

// TestPagesAreProtected holds that every contender shows the page to the
// browser that is signed in, and tells it who that is. It shows it to nobody
// whose cookies are missing or were changed.
func TestPagesAreProtected(t *testing.T) {
	w := newWorld()
	for i, p := range pages {
		t.Run(p.name, func(t *testing.T) {
			made, err := p.make(w)
			if err != nil {
				t.Fatal(err)
			}
			if err := visit(made)(); err != nil {
				t.Errorf("visit(signed in) = %v, want nil", err)
			}
			if i == 0 { // the handler alone is open to everybody
				return
			}
			if err := visit(page{handler: made.handler})(); err != errAnswer {
				t.Errorf("visit(no cookies) = %v, want %v", err, errAnswer)
			}
			if err := visit(page{made.handler, changed(made.cookies)})(); err != errAnswer {
				t.Errorf("visit(changed cookie) = %v, want %v", err, errAnswer)
			}
		})
	}
}

// changed has one character changed in the first cookie.
func changed(cookies []*http.Cookie) []*http.Cookie {
	first := *cookies[0]
	first.Value = flip(first.Value, len(first.Value)/2)
	return append([]*http.Cookie{&first}, cookies[1:]...)
}

// TestObserverAllocs: a page costs no more with an Observer, whether it is
// there or not: nothing happens that it is told of.
func TestObserverAllocs(t *testing.T) {
	w := newWorld()
	allocs := func(make func(*world) (page, error)) float64 {
		made, err := make(w)
		if err != nil {
			t.Fatal(err)
		}
		open := visit(made)
		return testing.AllocsPerRun(100, func() {
			if err := open(); err != nil {
				t.Error(err)
			}
		})
	}
	if none, observed := allocs(newCookieSession), allocs(newObservedSession); none != observed {
		t.Errorf("%v allocations without an Observer, %v with OpenTelemetry, want the same", none, observed)
	}
}

func BenchmarkSession(b *testing.B) {
	contenders, err := sessionContenders(newWorld())
	benchmark(b, contenders, err)
}
