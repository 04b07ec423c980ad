package hostedui

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// An otherHost says once per process that logins begin under another host than
// Config.BaseURL's. The request's Host is logged and decides nothing.
type otherHost struct{ once sync.Once }

func (o *otherHost) check(r *http.Request, c *Client) {
	base, err := url.Parse(c.cfg.BaseURL)
	if err != nil || r.Host == "" || sameHost(r.Host, base) {
		return
	}
	o.once.Do(func() {
		c.logger.WarnContext(r.Context(), "hostedui: a login begins under another host than APP_URL's", "op", "login",
			"host", r.Host[:min(len(r.Host), 255)], "app_url", c.cfg.BaseURL,
			"hint", "if browsers see this host, set APP_URL (Config.BaseURL) to it, or redirect it to APP_URL before the login: cookies of one host are not sent to the other; if a proxy rewrites Host, have it pass the browser's on, or ignore this line")
	})
}

func sameHost(host string, base *url.URL) bool {
	defaults := map[string]string{"https": ":443", "http": ":80"}
	return strings.TrimSuffix(strings.ToLower(host), defaults[base.Scheme]) == base.Host
}
