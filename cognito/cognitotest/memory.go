package cognitotest

import (
	"fmt"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/inmemory"
)

// Client returns an HTTP client that reaches the pool without a socket, at its
// issuer hosts and its domain. If a socket serves the pool, the client also
// answers for that address. A request to any other host fails. The goroutine
// that makes a request also answers it.
func (p *Pool) Client() *http.Client {
	return &http.Client{Transport: inmemory.Transport(func(r *http.Request) (*http.Response, error) {
		if !p.core.Serves(r.URL) {
			return nil, fmt.Errorf("cognitotest: %s://%s is not the pool's: it answers %s and %s", r.URL.Scheme, r.URL.Host, p.URL(), p.Issuer())
		}
		return inmemory.Answer(p, r)
	})}
}
