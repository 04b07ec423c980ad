//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// A process of the fleet is this test binary, which then is the app.
func init() {
	if os.Getenv("WEBAPP_PROCESS") != "" {
		main()
		os.Exit(0)
	}
}

// tokenLife is how long access tokens live in the fleet: short, so that a
// browser that looks around comes to refreshes.
const tokenLife = 3 * time.Second

// patience bounds what the tests of the fleet wait for.
const patience = 30 * time.Second

// A fleet is two processes of the app, which share a Redis and a PostgreSQL.
// The proxy in front gives each request to the other one.
type fleet struct {
	*shop
	login string // how users sign in
	redis *servers.Redis
	addrs []string // where the processes listen

	mu   sync.Mutex // guards the rest
	turn int
	log  []exchange
}

// An exchange is a request that the proxy has passed on, and its answer.
type exchange struct {
	process      int
	method, path string
	status       int
	retryAfter   string
}

// openFleet starts the processes. Refresh tokens work once, without a grace
// period: two processes that use one sign somebody out.
func openFleet(t *testing.T, login, databaseURL string, redisArgs ...string) *fleet {
	t.Helper()
	f := &fleet{shop: &shop{t: t}, login: login, redis: servers.StartRedis(t, redisArgs...)}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	f.url = "http://localhost:" + port
	if f.demo, err = newDemo(f.url, io.Discard); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.demo.Close() })
	pool := f.pool.AddClient(cognitotest.AppClient{
		CallbackURLs:        []string{f.url + "/auth/callback"},
		LogoutURLs:          []string{f.url + "/auth/signed-out"},
		ExplicitAuthFlows:   []string{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		AccessTokenValidity: tokenLife, RefreshTokenRotation: true,
	})
	for range 2 {
		f.addrs = append(f.addrs, startProcess(t, login,
			"APP_URL="+f.url, "SESSION_KEYS=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
			"DATABASE_URL="+databaseURL, "REDIS_URL=redis://"+f.redis.Addr+"/0",
			"COGNITO_USER_POOL_ID="+pool.UserPoolID, "COGNITO_CLIENT_ID="+pool.ClientID, "COGNITO_DOMAIN="+pool.Domain,
			"COGNITO_ISSUER="+pool.Issuer, "COGNITO_ENDPOINT="+pool.Endpoint))
	}
	proxy := &httptest.Server{Listener: listener, Config: &http.Server{Handler: f}}
	proxy.Start()
	t.Cleanup(proxy.Close)
	return f
}

// startProcess starts a process of the app, which ends as one does that is
// told to, and returns where it listens.
func startProcess(t *testing.T, login string, env ...string) (addr string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-addr", "127.0.0.1:0", "-log", "json", "-login", login)
	cmd.Env = append([]string{"WEBAPP_PROCESS=1", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}, env...)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1)
	read := make(chan struct{})
	var last []string
	go func() {
		defer close(read)
		last = readLog(out, said)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		<-read
		if err := cmd.Wait(); err != nil {
			t.Errorf("a process that was told to end did with %v, want nil", err)
		}
		if t.Failed() {
			t.Logf("The last warnings of a process:\n%s", strings.Join(last, "\n"))
		}
	})
	select {
	case addr = <-said:
	case <-read:
	case <-time.After(patience):
	}
	if addr == "" {
		t.Fatal("a process did not start")
	}
	return addr
}

// readLog reads the log of a process, tells where that listens, and returns
// the last that is worth a look.
func readLog(out io.Reader, said chan<- string) (last []string) {
	const kept = 30
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct{ Level, Msg, Addr string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
			said <- line.Addr
		}
		if line.Level == "INFO" {
			continue
		}
		if last = append(last, lines.Text()); len(last) > kept {
			last = last[1:]
		}
	}
	return last
}

// ServeHTTP is the proxy.
func (f *fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.turn++
	process := f.turn % len(f.addrs)
	f.mu.Unlock()
	proxy := httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(&url.URL{Scheme: "http", Host: f.addrs[process]})
			p.SetXForwarded()
			p.Out.Host = p.In.Host
		},
		ModifyResponse: func(res *http.Response) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.log = append(f.log, exchange{process, r.Method, r.URL.Path, res.StatusCode, res.Header.Get("Retry-After")})
			return nil
		},
	}
	proxy.ServeHTTP(w, r)
}

// take returns what has passed since the last time, and forgets it.
func (f *fleet) take() []exchange {
	f.mu.Lock()
	defer f.mu.Unlock()
	log := f.log
	f.log = nil
	return log
}

// wantServed checks that nothing has failed since the last time, and that
// both processes had their part in it.
func (f *fleet) wantServed(what string) {
	f.t.Helper()
	parts := make(map[int]int)
	for _, e := range f.take() {
		parts[e.process]++
		if e.status >= 400 && e.path != "/favicon.ico" { // which browsers try
			f.t.Errorf("%s: %s %s = %d, want no failed request", what, e.method, e.path, e.status)
		}
	}
	if len(parts) != len(f.addrs) {
		f.t.Errorf("%s: requests by process = %v, want some of each", what, parts)
	}
}
