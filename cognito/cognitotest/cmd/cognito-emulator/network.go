package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// A network is where the emulator listens and how others reach it.
type network struct {
	listener net.Listener
	tls      *tls.Config // nil: plain http
	base     string      // the URL that tokens and settings name
	cert     string      // path of a certificate that was made for this; "" if none was
}

// openNetwork opens the socket that the flags describe.
func (o *options) openNetwork() (*network, error) {
	host, _, err := net.SplitHostPort(o.addr)
	if err != nil {
		return nil, &mistake{"-addr " + o.addr, errors.New("write an address and a port, such as 127.0.0.1:9229; port 0 means any free port")}
	}
	if !hosts.IsLoopback(host) && !o.expose {
		return nil, &mistake{"-addr " + o.addr, errors.New("it is not a loopback address such as 127.0.0.1:9229. With -insecure-expose others may reach it: they can read every code and act as any user")}
	}
	n := new(network)
	if n.base, err = o.baseURL(host); err != nil {
		return nil, err
	}
	if n.tls, n.cert, err = o.tlsConfig(host); err != nil {
		return nil, err
	}
	if n.listener, err = net.Listen("tcp", o.addr); err != nil {
		return nil, listenError(o.addr, err)
	}
	if n.base == "" {
		n.base = o.scheme() + "://" + n.listener.Addr().String()
	}
	return n, nil
}

// listenError tells a bad address, which is a mistake in a flag, from one that
// another program has.
func listenError(addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("-addr %s: %w: is another emulator running? Port 0 is any free one", addr, err)
	}
	return &mistake{"-addr " + addr, err}
}

func (o *options) scheme() string {
	if o.tlsCert != "" || o.tlsSelfSigned != "" {
		return "https"
	}
	return "http"
}

// baseURL is the checked -url, or "" if the address of the socket is enough.
func (o *options) baseURL(listenHost string) (string, error) {
	if o.url == "" {
		if ip := net.ParseIP(listenHost); listenHost == "" || ip != nil && ip.IsUnspecified() {
			return "", &mistake{"-url", fmt.Errorf("missing: %s is not an address to connect to; write the URL that others use, such as %s://cognito:9229", o.addr, o.scheme())}
		}
		return "", nil
	}
	u, err := url.Parse(o.url)
	if err != nil {
		return "", &mistake{"-url", errors.New("not a URL: write one such as http://cognito:9229")}
	}
	base, err := hosts.ParseBaseURL(o.url, strings.ToLower(u.Hostname()))
	if err != nil {
		return "", &mistake{"-url", err}
	}
	if strings.Trim(u.Path, "/") != "" {
		return "", &mistake{"-url", errors.New("the emulator serves whole hosts: write the URL without a path")}
	}
	return base, nil
}

// checkHosts leaves out the ports of -allow-host, which do not matter, and
// refuses what is not a host name.
func (o *options) checkHosts() error {
	for i, value := range o.allowHosts {
		name := hostOnly(value)
		if u, err := url.Parse("http://" + net.JoinHostPort(name, "")); err != nil || u.Hostname() != name || name == "" || strings.Contains(value, "/") {
			return &mistake{"-allow-host " + value, errors.New("write a host name without a scheme or a path, such as cognito.test")}
		}
		o.allowHosts[i] = name
	}
	return nil
}

// allowedHosts are the host names under which the index page is served. They
// are loopback names, the host of the URL, and those that a flag allows.
// Under any other name a page elsewhere could read the codes (DNS rebinding).
func (o *options) allowedHosts(base string) func(host string) bool {
	allowed := make(map[string]bool)
	for _, host := range o.allowHosts {
		allowed[strings.ToLower(host)] = true
	}
	if u, err := url.Parse(base); err == nil {
		allowed[strings.ToLower(u.Hostname())] = true
	}
	return func(host string) bool {
		name := hostOnly(host)
		return hosts.IsLoopback(name) || allowed[strings.ToLower(name)]
	}
}

// hostOnly takes the port and the brackets off a Host header.
func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.Trim(host, "[]")
}

// withHealth answers GET /health, so that containers can wait for the emulator.
func withHealth(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/health" || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		fmt.Fprintln(w, `{"status":"ok"}`)
	})
}

// healthTime bounds a look at another emulator's health.
const healthTime = 5 * time.Second

// checkHealth returns 0 if an emulator serves at a URL.
func checkHealth(ctx context.Context, base string, stderr io.Writer) int {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(base, "/")+"/health", nil)
	if err != nil {
		complain(stderr, &mistake{"-health-of", err})
		return exitMistake
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		complain(stderr, err)
		return exitFailed
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		complain(stderr, fmt.Errorf("%s answers %s", req.URL.Redacted(), resp.Status))
		return exitFailed
	}
	return 0
}
