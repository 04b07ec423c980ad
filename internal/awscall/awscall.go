// Package awscall applies the limits of package fetch to the calls of an AWS
// SDK client.
package awscall

import (
	"bytes"
	"io"
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
	client := &http.Client{Transport: roundTripper{c}}
	switch c := c.(type) {
	case *http.Client:
		clone := *c
		client = &clone
	case interface{ GetTransport() *http.Transport }:
		client.Transport = c.GetTransport()
	}
	if client.Transport == nil {
		client.Transport = http.DefaultTransport
	}
	client.Transport = whole{client.Transport}
	return client
}

// A whole sends bodies of its own. The SDK closes the body it handed over as
// soon as the headers of an answer are there. The transport may still look for
// the body's end then: it closes the connection, with the rest of the answer.
// A body that can be read again lets the transport repeat the request. It does
// so where a kept connection was closed before anything was written.
type whole struct{ next http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (w whole) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return w.next.RoundTrip(req)
	}
	body, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	if err != nil {
		return nil, err
	}
	req = req.Clone(req.Context())
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.Body, _ = req.GetBody()
	req.ContentLength = int64(len(body))
	return w.next.RoundTrip(req)
}

type roundTripper struct{ c Doer }

// RoundTrip implements [http.RoundTripper].
func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r.c.Do(req) }
