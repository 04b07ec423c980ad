package hostedui

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A mounting notices a Client that the app's router does not reach, or not
// fully. It says each cause once per process and changes no answer.
type mounting struct {
	reached          atomic.Bool  // a request has reached the Client
	sent             atomic.Int32 // visitors who were sent to the login before
	elsewhere, bound sync.Once
}

// enoughSent is how many visitors Protect sends to the login before it says
// that none of them has arrived. On a loopback host the only visitor is the
// developer, who is told at the second try.
func (c *Client) enoughSent() int32 {
	if base, err := url.Parse(c.cfg.BaseURL); err == nil && hosts.IsLoopback(base.Hostname()) {
		return 2
	}
	return 5
}

// guest notes a request that Protect may send to the login.
func (m *mounting) guest(r *http.Request, c *Client) {
	if m.reached.Load() || !web.IsNavigation(r) || len(r.CookiesNamed(c.attempts.session)) > 0 {
		return
	}
	if m.sent.Add(1) == c.enoughSent() {
		login := c.endpoints.outside(loginEndpoint)
		c.logger.WarnContext(r.Context(), "hostedui: visitors were sent to the login, and none has arrived", "op", "protect", "path", login,
			"hint", `mount the Client so that it gets this path: mux.Handle("`+c.endpoints.prefix+`", client), with the slash at the end, without a method, and without http.StripPrefix unless that takes off the path of APP_URL (Config.BaseURL); ignore this line if another process serves the login`)
	}
}

// arrived notes a request that has reached the Client.
func (m *mounting) arrived(r *http.Request, c *Client, endpoint string) {
	m.reached.Store(true)
	switch {
	case endpoint == "" && !c.endpoints.isBelow(r.URL.Path):
		m.elsewhere.Do(func() {
			c.logger.WarnContext(r.Context(), "hostedui: the Client gets paths that are not its own", "op", "mount",
				"path", clip(r.URL.Path), "asked", clip(r.RequestURI), "login", c.endpoints.outside(loginEndpoint),
				"hint", `mount it at `+c.endpoints.prefix+` (Config.Prefix) below APP_URL, or set Config.Prefix or Config.Paths to where it is mounted; http.StripPrefix may take off the path of APP_URL (Config.BaseURL) and no more`)
		})
	case endpoint == loginEndpoint && boundToGet(r.Pattern):
		m.bound.Do(func() {
			c.logger.WarnContext(r.Context(), "hostedui: the Client is mounted only for GET", "op", "mount", "pattern", r.Pattern,
				"hint", `sign-out is a POST and does not arrive: mount it without a method, as in mux.Handle("`+c.endpoints.prefix+`", client)`)
		})
	}
}

// boundToGet reports whether a pattern of [http.ServeMux] takes a whole tree of
// paths, but only requests with the method GET.
func boundToGet(pattern string) bool {
	method, path, _ := strings.Cut(pattern, " ")
	return method == http.MethodGet && (strings.HasSuffix(path, "/") || strings.HasSuffix(path, "...}"))
}

// clip bounds text of a visitor for a log line.
func clip(s string) string { return s[:min(len(s), 255)] }
