package hostedui

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/seed75762126/cognito-go/internal/web"
)

// An otherHost notices requests under another host than Config.BaseURL's. It
// compares the request's Host, and logs it. No URL is made of it.
type otherHost struct {
	base   *url.URL // of the app
	logger *slog.Logger
	once   sync.Once
}

func newOtherHost(base string, logger *slog.Logger) *otherHost {
	u, err := url.Parse(base)
	if err != nil {
		u = new(url.URL)
	}
	return &otherHost{base: u, logger: logger}
}

// warn says once per process that logins begin under another host.
func (o *otherHost) warn(r *http.Request) {
	if r.Host == "" || sameHost(r.Host, o.base) {
		return
	}
	o.once.Do(func() {
		o.logger.WarnContext(r.Context(), "hostedui: a login begins under another host than APP_URL's", "op", "login",
			"host", r.Host[:min(len(r.Host), 255)], "app_url", o.base.String(),
			"hint", "if browsers see this host, set APP_URL (Config.BaseURL) to it, or redirect it to APP_URL before the login: cookies of one host are not sent to the other; if a proxy rewrites Host, let it pass on the Host of the browser, or ignore this line")
	})
}

func sameHost(host string, base *url.URL) bool {
	defaults := map[string]string{"https": ":443", "http": ":80"}
	return strings.TrimSuffix(strings.ToLower(host), defaults[base.Scheme]) == base.Host
}

// isAlias reports whether a browser seems to have the app open under an alias.
// BaseURL's cookies are not there.
func (o *otherHost) isAlias(r *http.Request) bool { return web.UnderAlias(r, o.base) }

// own is the URL, under BaseURL's host, of a path that browsers know.
func (o *otherHost) own(path string) string { return o.base.Scheme + "://" + o.base.Host + path }

// reachable is where a browser finds a path of the app: under an alias, that is
// below BaseURL, where its session is.
func (o *otherHost) reachable(r *http.Request, path string) string {
	return web.Reachable(r, o.base, path)
}
