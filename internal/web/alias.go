package web

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// UnderAlias reports whether a browser seems to have the app at base open under
// an alias. An alias is another host of the same domain, another name of
// loopback, or http in place of https. The cookies of base are not there. The
// Host header is compared; no URL should be made of it.
func UnderAlias(r *http.Request, base *url.URL) bool {
	name := r.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if name == base.Hostname() {
		return base.Scheme == "https" && OverHTTP(r)
	}
	return hosts.AreAliases(name, base.Hostname())
}

// Reachable returns where a browser finds a path of the app at base. The path
// is given as the browser knows it; under an alias, the result is a URL below
// base's host.
func Reachable(r *http.Request, base *url.URL, path string) string {
	if UnderAlias(r, base) {
		return base.Scheme + "://" + base.Host + path
	}
	return path
}
