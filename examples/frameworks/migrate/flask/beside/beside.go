// Package beside is a Go app that serves the pages below /go of a site. A Flask
// app serves the other pages. Each app has its own app client and session cookie.
package beside

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/hostedui"
)

// New returns the whole site; its BaseURL ends with /go. In production a proxy
// such as nginx usually does what the last two lines do.
func New(cfg hostedui.Config, flask *url.URL) (http.Handler, error) {
	client, err := hostedui.New(cfg)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/go/auth/", client)
	mux.Handle("GET /go/account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(w, "Hello from Go,", cognito.FromContext(r.Context()).Email)
	})))
	mux.Handle("/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(flask) }})
	return mux, nil
}
