package hostedui

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/web"
)

// An otherHost notices requests under another host than Config.BaseURL's. It
// compares the request's Host, and logs it. No URL is made of it.
type otherHost struct {
	base *url.URL // of the app
	once sync.Once
}

func newOtherHost(base string) *otherHost {
	u, err := url.Parse(base)
	if err != nil {
		u = new(url.URL)
	}
	return &otherHost{base: u}
}

// warn says once per process that logins begin under another host.
func (o *otherHost) warn(r *http.Request, c *Client) {
	if r.Host == "" || sameHost(r.Host, o.base) {
		return
	}
	o.once.Do(func() {
		c.logger.WarnContext(r.Context(), "hostedui: a login begins under another host than APP_URL's", "op", "login",
			"host", clip(r.Host), "app_url", c.cfg.BaseURL,
			"hint", "if browsers see this host, set APP_URL (Config.BaseURL) to it, or redirect it to APP_URL before the login: cookies of one host are not sent to the other; if a proxy rewrites Host, have it pass the browser's on, or ignore this line")
	})
}

func sameHost(host string, base *url.URL) bool {
	defaults := map[string]string{"https": ":443", "http": ":80"}
	return strings.TrimSuffix(strings.ToLower(host), defaults[base.Scheme]) == base.Host
}

// isAlias reports whether a browser seems to have the app open under an alias:
// another host of the same domain, another name of loopback, or http in place
// of https. BaseURL's cookies are not there.
func (o *otherHost) isAlias(r *http.Request) bool {
	name := r.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if name == o.base.Hostname() {
		return o.base.Scheme == "https" && web.OverHTTP(r)
	}
	return hosts.AreAliases(name, o.base.Hostname())
}

// own is the URL, under BaseURL's host, of a path that browsers know.
func (o *otherHost) own(path string) string { return o.base.Scheme + "://" + o.base.Host + path }

// ownURL is where a browser finds an endpoint of the app: under an alias, that
// is at BaseURL's host, where its session is.
func (c *Client) ownURL(r *http.Request, endpoint string) string {
	path := c.endpoints.outside(endpoint)
	if c.other.isAlias(r) {
		return c.other.own(path)
	}
	return path
}

// movedParam tells the login that the browser has come from an alias. Where
// it seems to be under one still, a proxy rewrites Host: the login goes on.
const movedParam = "moved"

// leaveAlias sends a browser that begins a login under an alias to the same
// login under BaseURL, once. The callback is under BaseURL: it would not know
// the attempt, nor where it leads. A login without a goal has nothing to lose:
// the callback begins it again. It reports whether it has answered.
func (c *Client) leaveAlias(w http.ResponseWriter, r *http.Request, g goal) bool {
	if g == (goal{}) || !c.other.isAlias(r) || r.URL.Query().Has(movedParam) {
		return false
	}
	params := c.loginParams(g)
	params.Set(movedParam, "1")
	web.Redirect(w, http.StatusFound, c.other.own(c.endpoints.outside(loginEndpoint)+encode(params)))
	return true
}
