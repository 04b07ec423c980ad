//go:build unix

package stores_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

const (
	soakClient   = "7soakclientid0a1b2c3d4e5f6"
	soakPassword = "Correct-horse-1"

	// soakTokens is how long tokens live. They are refreshed 72 seconds before
	// that. Until then, Cognito can be asked about them.
	soakTokens = 12 * time.Minute
)

// A soakFleet is processes of one app that share a Redis and their secrets'
// files, and the user pool.
type soakFleet struct {
	t                   *testing.T
	pool                *cognitotest.Pool
	redis               *servers.Redis
	url                 string // of the app
	secretFile, keyFile string
	addrs               []string     // of the processes
	turn                atomic.Int64 // of the processes at sign-ins
	ahead               atomic.Int64 // of the machine's clock, in nanoseconds
}

// newSoakFleet starts two processes. Refresh tokens work once, without a grace
// period.
func newSoakFleet(t *testing.T, secret cognito.Secret, key session.Key) *soakFleet {
	t.Helper()
	dir := t.TempDir()
	f := &soakFleet{
		t: t, redis: servers.StartRedis(t),
		secretFile: filepath.Join(dir, "client-secret"), keyFile: filepath.Join(dir, "session-keys"),
	}
	f.write(f.secretFile, string(secret))
	f.writeKeys(key)
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	f.url = "http://localhost:" + port
	f.pool = cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		ID: soakClient, Secret: secret,
		CallbackURLs: []string{f.url + "/auth/callback"}, LogoutURLs: []string{f.url + "/auth/signed-out"},
		AccessTokenValidity: soakTokens, IDTokenValidity: soakTokens, RefreshTokenRotation: true,
	}))
	if err := f.pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.pool.Close() })
	balancer := &httptest.Server{Listener: listener, Config: &http.Server{Handler: f}}
	balancer.Start()
	t.Cleanup(balancer.Close)
	f.add()
	f.add()
	return f
}

// write writes a file as the docs have it: a new one, renamed over the old one.
func (f *soakFleet) write(path, text string) {
	f.t.Helper()
	if err := os.WriteFile(path+".new", []byte(text+"\n"), 0o600); err != nil {
		f.t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		f.t.Fatal(err)
	}
}

func (f *soakFleet) writeKeys(keys ...session.Key) {
	f.t.Helper()
	var list []string
	for _, k := range keys {
		list = append(list, base64.StdEncoding.EncodeToString(k))
	}
	f.write(f.keyFile, strings.Join(list, ","))
}

// add starts one more process, which ends with the test.
func (f *soakFleet) add() {
	f.t.Helper()
	pool := f.pool.Config()
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{
		"SOAK_REDIS=" + f.redis.Addr, "SOAK_AHEAD=" + time.Duration(f.ahead.Load()).String(),
		"APP_URL=" + f.url, "SESSION_KEYS_FILE=" + f.keyFile, "COGNITO_CLIENT_SECRET_FILE=" + f.secretFile,
		"COGNITO_USER_POOL_ID=" + pool.UserPoolID, "COGNITO_CLIENT_ID=" + pool.ClientID, "COGNITO_DOMAIN=" + pool.Domain,
		"COGNITO_ISSUER=" + pool.Issuer, "HOME=" + f.t.TempDir(), "PATH=" + os.Getenv("PATH"),
	}
	warnings, err := os.Create(filepath.Join(f.t.TempDir(), "warnings"))
	if err != nil {
		f.t.Fatal(err)
	}
	cmd.Stderr = warnings
	in, err := cmd.StdinPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	n := len(f.addrs) + 1
	f.t.Cleanup(func() {
		_ = in.Close() // it ends
		if err := cmd.Wait(); err != nil {
			f.t.Errorf("process %d ended with %v, want nil", n, err)
		}
		text, _ := os.ReadFile(warnings.Name())
		_ = warnings.Close()
		if f.t.Failed() {
			f.t.Logf("The last warnings of process %d:\n%s", n, text[max(0, len(text)-8<<10):])
		}
	})
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		f.t.Fatalf("process %d does not start: %v", n, err)
	}
	f.addrs = append(f.addrs, strings.TrimSpace(addr))
}

// ServeHTTP is the load balancer of sign-ins: each request goes to the other
// process.
func (f *soakFleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	to := f.addrs[int(f.turn.Add(1))%len(f.addrs)]
	proxy := httputil.ReverseProxy{Transport: toMany, Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(&url.URL{Scheme: "http", Host: to})
		p.Out.Host = p.In.Host
	}}
	proxy.ServeHTTP(w, r)
}

// now is the time in the soak: that of the process that is furthest behind.
func (f *soakFleet) now() time.Time { return time.Now().Add(time.Duration(f.ahead.Load())) }

// advance moves all clocks.
func (f *soakFleet) advance(d time.Duration) {
	f.t.Helper()
	f.pool.Advance(d)
	for _, addr := range f.addrs {
		res, err := soakVisitors.Post("http://"+addr+"/clock?add="+d.String(), "", nil)
		if err != nil || res.StatusCode != http.StatusOK {
			f.t.Fatalf("POST /clock = %v, %v", res, err)
		}
		_ = res.Body.Close()
	}
	f.ahead.Add(int64(d))
}

// signIn signs a user in on the pages, and returns the cookies.
func (f *soakFleet) signIn(user string) (map[string]string, error) {
	browser := cognitotest.NewBrowser()
	res, err := f.pool.SignIn(browser, f.url+"/account", user, soakPassword)
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the page after the sign-in has the status %d", res.StatusCode)
	}
	base, err := url.Parse(f.url)
	if err != nil {
		return nil, err
	}
	cookies := make(map[string]string)
	for _, c := range browser.Jar.Cookies(base) {
		cookies[c.Name] = c.Value
	}
	return cookies, nil
}

// soakVisitors makes the requests of all browsers.
var soakVisitors = &http.Client{
	Transport:     toMany,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       time.Minute,
}
