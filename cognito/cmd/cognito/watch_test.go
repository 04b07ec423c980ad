package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/doctor"
)

// A lateDomain does not resolve before a time.
type lateDomain struct {
	through http.RoundTripper
	live    time.Time
}

func (l lateDomain) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Host, ".auth.") && time.Now().Before(l.live) {
		return nil, fmt.Errorf("lookup %s: no such host", r.URL.Host)
	}
	res, err := l.through.RoundTrip(r)
	if err == nil {
		res.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	return res, err
}

// TestDoctor_WatchDomain: a new domain takes minutes until it is live. -watch
// waits for it, says how long it has waited, and prints only what has changed.
func TestDoctor_WatchDomain(t *testing.T) {
	watchEvery = 10 * time.Second
	synctest.Test(t, func(t *testing.T) {
		pool := cognitotest.NewPool(cognitotest.WithClient(right()))
		cfg := doctor.Config{Pool: pool.Config(), BaseURL: base}
		cfg.Pool.Logger = slog.New(slog.DiscardHandler)
		cfg.Pool.Now = time.Now
		began := time.Now()
		cfg.Pool.HTTPClient = &http.Client{Transport: lateDomain{pool.Client().Transport, began.Add(4 * time.Minute)}}
		var out, errs bytes.Buffer
		if code := (options{watch: true, cfg: cfg}).examine(t.Context(), &out, &errs); code != exitOK {
			t.Errorf("exit code %d\n%s", code, out.String())
		}
		if waited := time.Since(began); waited < 4*time.Minute || waited > 4*time.Minute+2*watchEvery {
			t.Errorf("it ended after %v, want four minutes and one round at most", waited)
		}
		if n := strings.Count(out.String(), "ok      discovery: "); n != 1 {
			t.Errorf("discovery is printed %d times, want once", n)
		}
		for _, want := range []string{"fail    domain: ", "ok      domain: "} {
			if n := strings.Count(out.String(), want); n != 1 {
				t.Errorf("%q is printed %d times, want once:\n%s", want, n, out.String())
			}
		}
		if !strings.Contains(errs.String(), "not right yet after 1m0s; checking again in 10s") {
			t.Errorf("the progress = %s", errs.String())
		}
	})
}
