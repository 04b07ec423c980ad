package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/otelcognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// Budgets of "protected page, cookie session": parts of what others take above
// the handler alone, and how much more OpenTelemetry may take.
const (
	partOfGorilla    = 6
	partOfSCS        = 7
	maxObservedRatio = 1.1
	maxSessionAllocs = 30
)

const appURL = "https://app.example.com"

// A page is a protected page: it answers with the e-mail address of the user who
// is signed in.
type page struct {
	handler http.Handler
	cookies []*http.Cookie // of a browser that is signed in
}

// Places of pages that the budgets name.
const (
	observedPage = 2
	scsPage      = 4
	gorillaPage  = 5
)

// pages are the ways to protect one. The first is the baseline, the second
// ours.
var pages = []struct {
	name, module string
	make         func(*world) (page, error)
}{
	{"the handler alone", "", newBare},
	{"session.Manager, cookies", "", newCookieSession},
	{"session.Manager, cookies, OpenTelemetry", "", newObservedSession},
	{"session.Manager, MemoryStore", "", newStoreSession},
	{"alexedwards/scs/v2, memstore", "github.com/alexedwards/scs/v2", newSCS},
	{"gorilla/sessions, CookieStore, identity alone", "github.com/gorilla/sessions", newGorillaSmall},
	{"gorilla/sessions, CookieStore, identity and tokens", "github.com/gorilla/sessions", newGorilla},
}

// answer is what every page does once it knows the user.
func answer(w http.ResponseWriter, email string) {
	_, _ = w.Write([]byte(email))
}

// newBare is a page that everybody may see.
func newBare(*world) (page, error) {
	return page{handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, address)
	})}, nil
}

func newCookieSession(w *world) (page, error) { return newSession(w, nil) }

// newObservedSession tells OpenTelemetry's SDK what happens.
func newObservedSession(w *world) (page, error) {
	observer, err := otelcognito.New(otelcognito.Config{
		MeterProvider:  metric.NewMeterProvider(metric.WithReader(metric.NewManualReader())),
		TracerProvider: trace.NewTracerProvider(trace.WithSpanProcessor(tracetest.NewSpanRecorder())),
	})
	if err != nil {
		return page{}, err
	}
	watched := *w
	watched.cfg.Observer = observer
	return newSession(&watched, nil)
}

func newStoreSession(w *world) (page, error) { return newSession(w, session.NewMemoryStore(nil)) }

func newSession(w *world, store session.Store) (page, error) {
	m, err := session.New(session.Config{Pool: w.cfg, Keys: []session.Key{session.NewKey()}, BaseURL: appURL, Options: session.Options{Store: store}})
	if err != nil {
		return page{}, err
	}
	who, err := w.identity()
	if err != nil {
		return page{}, err
	}
	rec := httptest.NewRecorder()
	if err := m.Start(rec, httptest.NewRequest(http.MethodGet, appURL, nil), who, w.tokens); err != nil {
		return page{}, err
	}
	return page{
		handler: m.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer(w, cognito.FromContext(r.Context()).Email)
		})),
		cookies: rec.Result().Cookies(),
	}, nil
}

// A sink is a ResponseWriter that only notes whether it was given the page.
type sink struct {
	header http.Header
	shown  bool
}

func (s *sink) Header() http.Header { return s.header }
func (s *sink) WriteHeader(int)     {}
func (s *sink) Write(b []byte) (int, error) {
	s.shown = string(b) == address
	return len(b), nil
}

var errAnswer = errors.New("the page was not shown")

// visit is one request of a browser that is signed in. Only what the page and
// what protects it cost differs between contenders.
func visit(p page) func() error {
	asked := request(p.cookies)
	w := &sink{header: http.Header{}}
	return func() error {
		clear(w.header)
		w.shown = false
		r := *asked // gorilla changes the request it is given
		p.handler.ServeHTTP(w, &r)
		if !w.shown {
			return errAnswer
		}
		return nil
	}
}

// request is a browser's request for the page.
func request(cookies []*http.Cookie) *http.Request {
	r := httptest.NewRequest(http.MethodGet, appURL+"/account", nil)
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	for _, k := range cookies {
		r.AddCookie(k)
	}
	return r
}

func sessionContenders(w *world) ([]contender, error) {
	var list []contender
	for _, p := range pages {
		made, err := p.make(w)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		list = append(list, contender{p.name, p.module, visit(made)})
	}
	return list, nil
}

func sessionTables(s settings) ([]table, error) {
	contenders, err := sessionContenders(newWorld())
	if err != nil {
		return nil, err
	}
	results, err := measure(contenders, s)
	if err != nil {
		return nil, err
	}
	bare, ours := results[0], results[1]
	t := table{
		title: "Protected page, cookie session",
		note: fmt.Sprintf("A page that reads who is signed in, without a network; %d rounds. Times are those above the handler alone, which took %.2f µs.",
			s.rounds, bare.time()/1e3),
		head: []string{"", "version", "µs above", "half of the rounds", "× ours", "allocs"},
	}
	base, _, _ := ours.above(bare)
	above := func(index int) float64 { mid, _, _ := results[index].above(bare); return mid }
	observed, scs, gorilla := above(observedPage), above(scsPage), above(gorillaPage)
	slices.SortStableFunc(results[2:], func(a, b result) int { return cmp.Compare(a.time(), b.time()) })
	for _, r := range results[1:] {
		mid, low, high := r.above(bare)
		t.rows = append(t.rows, []string{
			r.name, versionOf(r.module), fmt.Sprintf("%.2f", mid/1e3), fmt.Sprintf("%.2f–%.2f", low/1e3, high/1e3),
			fmt.Sprintf("%.1f", mid/base), fmt.Sprintf("%.0f", r.allocs-bare.allocs),
		})
	}
	t.budget = verdict(fmt.Sprintf("1/%d of gorilla's with the identity alone, 1/%d of scs's, %d allocs; %.1f × ours with OpenTelemetry",
		partOfGorilla, partOfSCS, maxSessionAllocs, maxObservedRatio),
		base*partOfGorilla <= gorilla && base*partOfSCS <= scs && observed <= maxObservedRatio*base && ours.allocs-bare.allocs <= maxSessionAllocs)
	return []table{t}, nil
}
