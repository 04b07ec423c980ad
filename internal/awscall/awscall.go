// Package awscall puts the guards of package fetch around the calls of an AWS
// SDK client.
package awscall

import (
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/internal/fetch"
)

// A Doer makes the calls of an SDK client: every service's HTTPClient is one.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// JSON returns a client with the guards of [fetch.New] that makes its calls
// through c.
func JSON(c Doer, timeout time.Duration) *http.Client { return fetch.New(httpClient(c), timeout) }

// Any is [JSON] for services that do not answer in JSON.
func Any(c Doer, timeout time.Duration) *http.Client { return fetch.NewAny(httpClient(c), timeout) }

// httpClient makes an [http.Client] of whatever makes the SDK's calls. The
// SDK's own client follows 307 and 308, which repeat a POST: its transport is
// taken out of it.
func httpClient(c Doer) *http.Client {
	switch c := c.(type) {
	case *http.Client:
		return c
	case interface{ GetTransport() *http.Transport }:
		return &http.Client{Transport: c.GetTransport()}
	}
	return &http.Client{Transport: roundTripper{c}}
}

type roundTripper struct{ c Doer }

// RoundTrip implements [http.RoundTripper].
func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r.c.Do(req) }
