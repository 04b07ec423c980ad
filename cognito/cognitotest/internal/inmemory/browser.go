package inmemory

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// BrowserOf returns a browser. Its requests for baseURL go to app, and those
// for URLs that serves accepts go to pool.
func BrowserOf(app http.Handler, baseURL string, pool http.Handler, serves func(*url.URL) bool) *http.Client {
	base, err := hosts.ParseBaseURL(baseURL)
	if err != nil {
		panic("cognitotest: Browser: " + err.Error())
	}
	u, err := url.Parse(base)
	if err != nil {
		panic("cognitotest: Browser: " + err.Error())
	}
	return Browser(func(r *http.Request) (*http.Response, error) {
		switch {
		case SameOrigin(r.URL, u):
			return Answer(app, r)
		case serves(r.URL):
			return Answer(pool, r)
		}
		return nil, fmt.Errorf("cognitotest: this browser knows %s and the pool, not %s://%s", base, r.URL.Scheme, r.URL.Host)
	})
}

func Browser(next Transport) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic("cognitotest: a browser: " + err.Error()) // it never fails without options
	}
	return &http.Client{Jar: jar, Transport: Transport(func(r *http.Request) (*http.Response, error) {
		resp, err := next(navigation(r))
		if resp != nil {
			resp.Request = r
		}
		return resp, err
	})}
}

// navigation is the request with the headers of a page navigation.
func navigation(r *http.Request) *http.Request {
	n := r.Clone(r.Context())
	if n.Header == nil {
		n.Header = make(http.Header)
	}
	setDefault := func(name, value string) {
		if _, set := n.Header[name]; !set {
			n.Header.Set(name, value)
		}
	}
	setDefault("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	setDefault("Sec-Fetch-Mode", "navigate")
	setDefault("Sec-Fetch-Dest", "document")
	setDefault("Sec-Fetch-Site", fetchSite(r))
	setDefault("Sec-Fetch-User", "?1")
	setDefault("Upgrade-Insecure-Requests", "1")
	switch {
	case r.Method == http.MethodPost:
		setDefault("Origin", r.URL.Scheme+"://"+r.URL.Host)
	case r.Response != nil:
		n.Header.Del("Origin") // of the POST that led here
	}
	return n
}

// fetchSite is Sec-Fetch-Site: how far the page that began the navigation is
// from every URL it was redirected through (Fetch Metadata section 2.3).
func fetchSite(r *http.Request) string {
	chain := []*url.URL{r.URL}
	first := r
	for first.Response != nil && first.Response.Request != nil {
		first = first.Response.Request
		chain = append(chain, first.URL)
	}
	from := initiator(first)
	if from == nil {
		return "none"
	}
	site := "same-origin"
	for _, u := range chain {
		switch {
		case SameOrigin(from, u):
		case from.Scheme == u.Scheme && from.Hostname() == u.Hostname():
			if site == "same-origin" {
				site = "same-site"
			}
		default:
			return "cross-site"
		}
	}
	return site
}

// initiator is the page a navigation began on; nil means the address bar.
func initiator(r *http.Request) *url.URL {
	for _, name := range []string{"Origin", "Referer"} {
		if u, err := url.Parse(r.Header.Get(name)); err == nil && u.Host != "" {
			return u
		}
	}
	if r.Method == http.MethodPost {
		return r.URL
	}
	return nil
}

func SameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }
