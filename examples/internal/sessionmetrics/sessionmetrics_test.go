package sessionmetrics_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/sessionmetrics"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestNew signs in, refreshes, and meets an outage, and looks at what an
// exporter would be given.
func TestNew(t *testing.T) {
	const base = "https://app.example.com"
	reader := sdkmetric.NewManualReader()
	metrics, err := sessionmetrics.New(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)).Meter("test"))
	if err != nil {
		t.Fatal(err)
	}
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{base + "/auth/callback"}}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Passw0rd!"}); err != nil {
		t.Fatal(err)
	}
	cfg := pool.Config()
	cfg.Observer = metrics
	client, err := hostedui.New(hostedui.Config{
		Pool: cfg, BaseURL: base, SessionKeys: []session.Key{session.NewKey()},
		Session: session.Options{Store: session.NewMemoryStore(pool.Now)},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/account", client.Protect(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	browser := pool.SignedIn(mux, base+"/account", "jane", "Passw0rd!")
	get := func() {
		t.Helper()
		resp, err := browser.Get(base + "/account")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	pool.Advance(61 * time.Minute)
	get()
	pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable, Times: 1})
	pool.Advance(61 * time.Minute)
	get()

	got := counts(t, reader)
	for name, want := range map[string]uint64{
		"session.login.duration ok":            1,
		"session.refresh.duration ok":          1,
		"session.refresh.duration unavailable": 1,
	} {
		if got[name] != want {
			t.Errorf("%s = %d, want %d; all: %v", name, got[name], want, slices.Sorted(maps.Keys(got)))
		}
	}
	for _, op := range []string{"find", "commit"} {
		if name := "session.store_call.duration ok " + op; got[name] == 0 {
			t.Errorf("%s = 0, want some; all: %v", name, slices.Sorted(maps.Keys(got)))
		}
	}
	if err := pool.ExpireRefreshTokens("jane"); err != nil {
		t.Fatal(err)
	}
	pool.Advance(61 * time.Minute)
	get()
	if got := counts(t, reader); got["session.ended revoked"] != 1 {
		t.Errorf("session.ended revoked = %d, want 1; all: %v", got["session.ended revoked"], slices.Sorted(maps.Keys(got)))
	}
}

// counts are the numbers of records by histogram, outcome and op, and those of
// ends by cause.
func counts(t *testing.T, reader *sdkmetric.ManualReader) map[string]uint64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		t.Fatal(err)
	}
	got := map[string]uint64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if sum, ok := m.Data.(metricdata.Sum[int64]); ok {
				for _, p := range sum.DataPoints {
					cause, _ := p.Attributes.Value("cause")
					got[m.Name+" "+cause.AsString()] += uint64(p.Value)
				}
				continue
			}
			histogram, ok := m.Data.(metricdata.Histogram[float64])
			if !ok {
				t.Fatalf("%s is a %T, want a histogram", m.Name, m.Data)
			}
			for _, p := range histogram.DataPoints {
				outcome, _ := p.Attributes.Value("outcome")
				name := fmt.Sprint(m.Name, " ", outcome.AsString())
				if op, ok := p.Attributes.Value("op"); ok {
					name += " " + op.AsString()
				}
				got[name] += p.Count
			}
		}
	}
	return got
}
