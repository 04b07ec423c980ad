package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// A CrossOrigin tells requests that a page of another origin has caused. It
// adds two checks to [http.CrossOriginProtection]:
//
//   - An Origin header must name the app's own origin, whatever Sec-Fetch-Site
//     says. A service worker that passes a request on makes WebKit write
//     Sec-Fetch-Site: same-origin beside the true Origin. "null" is refused
//     too: the page of an attacker can choose to send that.
//   - A WebSocket handshake is a GET, but opens a connection that can change
//     things. It is checked as a POST is.
//
// It is safe for concurrent use.
type CrossOrigin struct {
	origin   string
	standard *http.CrossOriginProtection
}

// NewCrossOrigin returns the checks for the app at base, a URL that was
// validated.
func NewCrossOrigin(base string) *CrossOrigin {
	c := &CrossOrigin{origin: Origin(base), standard: http.NewCrossOriginProtection()}
	_ = c.standard.AddTrustedOrigin(c.origin) // proxies may change the Host header
	return c
}

var errNullOrigin = errors.New("the Origin header is null; a form on a page with Referrer-Policy: no-referrer sends that, so set same-origin there")

// foreign is the error for a request from a page of another origin.
func (c *CrossOrigin) foreign(origin string) error {
	return fmt.Errorf("the Origin header names %q, but the app is at %s: if this was a page of the app, set BaseURL (APP_URL) to the URL that browsers see, and let no proxy change Origin", hosts.Clip(origin), c.origin)
}

// Check returns an error for a request that must not be processed. A safe
// method (GET, HEAD, OPTIONS) that opens no WebSocket always passes, and so
// does a request that no browser has made.
func (c *CrossOrigin) Check(r *http.Request) error {
	if isSafe(r.Method) {
		if r.Header["Upgrade"] == nil || !isWebSocket(r.Header) {
			return nil
		}
		r = r.WithContext(r.Context()) // a copy
		r.Method = http.MethodPost
	}
	for _, origin := range r.Header["Origin"] {
		switch {
		case origin == "null":
			return errNullOrigin
		case !strings.EqualFold(origin, c.origin):
			return c.foreign(origin)
		}
	}
	return c.standard.Check(r)
}

func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// isWebSocket reports whether a request asks for a WebSocket (RFC 6455 section
// 4.1).
func isWebSocket(h http.Header) bool {
	for _, line := range h["Upgrade"] {
		for protocol := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(protocol), "websocket") {
				return true
			}
		}
	}
	return false
}

// Origin is the origin of a URL as browsers write it (RFC 6454 section 6.1):
// without the scheme's own port.
func Origin(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return scheme + "://" + host
}
