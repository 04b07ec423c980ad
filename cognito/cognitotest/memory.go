package cognitotest

import (
	"fmt"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/inmemory"
)

// Client returns an HTTP client that reaches the pool without a socket: its
// issuer hosts and its domain. Once a socket serves the pool, the client
// reaches that address too. A request for any other host fails. Each request is
// answered by the goroutine that makes it.
func (p *Pool) Client() *http.Client {
	return &http.Client{Transport: inmemory.Transport(func(r *http.Request) (*http.Response, error) {
		if !p.core.Serves(r.URL) {
			return nil, fmt.Errorf("cognitotest: %s://%s is not the pool's: it answers %s and %s", r.URL.Scheme, r.URL.Host, p.URL(), p.Issuer())
		}
		return inmemory.Answer(p, r)
	})}
}
