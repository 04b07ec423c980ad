package cognitotest

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/inmemory"
)

// Browser returns an HTTP client that behaves as a browser does, in memory. It
// keeps cookies and follows redirects. It sends what a browser sends when it
// opens a page: Sec-Fetch-Mode, -Dest and -Site, Accept, and Origin with a
// POST. If a request already has such a header, the header stays. Requests to
// the host of baseURL, such as "https://app.example.com", go to app. Requests
// to the pool's hosts go to the pool. All other requests fail.
//
// A POST is sent as from a form on a page of the same origin, unless the
// request has another Origin header.
//
// With an https baseURL, Secure cookies and cookies named __Host-… work.
// Browser panics if baseURL is not an absolute URL.
func (p *Pool) Browser(app http.Handler, baseURL string) *http.Client {
	return inmemory.BrowserOf(app, baseURL, p, p.core.Serves)
}

// NewBrowser is [Pool.Browser] for apps and pools that listen on sockets, in
// this process or another.
func NewBrowser() *http.Client { return inmemory.Browser(http.DefaultTransport.RoundTrip) }
