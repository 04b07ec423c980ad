package web

import (
	"net/http"
	"net/url"
	"strings"
)

// RefererTarget is the path and query of the page that a request was made from.
// It is "" if that is not a page of the site at base, or the browser does not
// say.
func RefererTarget(r *http.Request, base string) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host == "" {
		return ""
	}
	b, err := url.Parse(base)
	if err != nil || u.Scheme != b.Scheme || !strings.EqualFold(u.Host, b.Host) {
		return ""
	}
	return u.RequestURI()
}
