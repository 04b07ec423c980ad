//go:build unix

package redisstore_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// TestMain is also the main function of the processes that the tests start:
// copies of the test binary that serve an app.
func TestMain(m *testing.M) {
	redis.SetLogger(silent{}) // it would report every call while a server is away
	if os.Getenv("FLEET_REDIS") != "" {
		serveApp()
		return
	}
	servers.Main(m)
}

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// processLease is the lease of the processes' locks, as in production. Two
// seconds are too short for three thousand requests on a machine under load.
const processLease = 5 * time.Second

// processTimeout is how long the processes wait for Redis, for the same reason.
const processTimeout = 5 * time.Second

// serveApp is an app whose sessions are in Redis. /account is for signed-in
// users, /start signs in with the tokens of the request, and /clock moves the
// process's clock. It prints its URL.
func serveApp() {
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	var offset atomic.Int64
	pool.Now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	pool.HTTPClient = &http.Client{Transport: stuck(os.Getenv("FLEET_STUCK"))}
	pool.Logger = slog.New(slog.DiscardHandler) // the statuses say what happened
	store, err := redisstore.New(redis.NewClient(&redis.Options{Addr: os.Getenv("FLEET_REDIS")}), redisstore.Config{Lease: processLease, Timeout: processTimeout})
	if err != nil {
		log.Fatal(err)
	}
	keys, err := session.ParseKeys(os.Getenv("SESSION_KEYS"))
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	client, err := hostedui.New(hostedui.Config{
		Pool: pool, BaseURL: base, SessionKeys: keys, Session: session.Options{Store: store, Locker: store, CookieName: "session"}, // whatever the port
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("GET /account", client.Protect(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, cognito.FromContext(r.Context()).Username)
	})))
	mux.HandleFunc("POST /start", func(w http.ResponseWriter, r *http.Request) {
		tokens := cognito.Tokens{
			ID: cognito.IDToken(r.FormValue("id")), Access: cognito.AccessToken(r.FormValue("access")),
			Refresh: cognito.RefreshToken(r.FormValue("refresh")),
		}
		access, err := client.Verifier().VerifyAccess(r.Context(), tokens.Access)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		tokens.Expiry = access.Expiry
		claims, err := client.Verifier().VerifyID(r.Context(), tokens.ID)
		if err == nil {
			err = client.Sessions().Start(w, r, claims.Identity(), tokens)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("POST /everywhere", func(w http.ResponseWriter, r *http.Request) {
		s, err := client.Sessions().FromRequest(r)
		if err == nil {
			err = client.Sessions().EndAll(r.Context(), s.Identity())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("GET /memory", func(w http.ResponseWriter, r *http.Request) {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		_, _ = fmt.Fprint(w, m.HeapAlloc)
	})
	mux.HandleFunc("POST /clock", func(w http.ResponseWriter, r *http.Request) {
		d, _ := time.ParseDuration(r.FormValue("add"))
		offset.Add(int64(d))
	})
	fmt.Println("READY", base)
	log.Fatal(http.Serve(listener, mux))
}

// stuck is a transport of a process that gets no further with its refresh:
// "before" the request is sent, or "after" the answer has come. It says so on
// standard output.
type stuck string

func (s stuck) RoundTrip(r *http.Request) (*http.Response, error) {
	if s == "" || !strings.HasSuffix(r.URL.Path, "/token") {
		return http.DefaultTransport.RoundTrip(r)
	}
	if s == "after" {
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
	fmt.Println("STUCK")
	select {} // until it is killed
}

// A process is a running copy of the app.
type process struct {
	t     testing.TB
	url   string
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

// A fleet is a pool, a Redis and processes of an app.
type fleet struct {
	t         testing.TB
	pool      *cognitotest.Pool
	redis     *servers.Redis
	processes []*process
	keys      string
}

// testKeys is a key ring of one.
const testKeys = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

func newFleet(t testing.TB, grace time.Duration, redisArgs ...string) *fleet {
	return newFleetOf(t, cognitotest.AppClient{RefreshTokenRotation: true, RetryGracePeriod: grace}, redisArgs...)
}

// newFleetOf is newFleet for an app client with other settings.
func newFleetOf(t testing.TB, client cognitotest.AppClient, redisArgs ...string) *fleet {
	t.Helper()
	client.CallbackURLs = []string{"http://localhost/auth/callback"}
	f := &fleet{t: t, redis: servers.StartRedis(t, redisArgs...), keys: testKeys}
	f.pool = cognitotest.NewPool(cognitotest.WithClient(client))
	if _, err := f.pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"}); err != nil {
		t.Fatal(err)
	}
	if err := f.pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.pool.Close() })
	return f
}

// add starts a process.
func (f *fleet) add(stuck string) *process {
	f.t.Helper()
	cfg := f.pool.Config()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(),
		"FLEET_REDIS="+f.redis.Addr, "FLEET_STUCK="+stuck, "SESSION_KEYS="+f.keys, "COGNITO_USER_POOL_ID="+cfg.UserPoolID,
		"COGNITO_CLIENT_ID="+cfg.ClientID, "COGNITO_CLIENT_SECRET="+string(cfg.ClientSecret), "COGNITO_DOMAIN="+cfg.Domain, "COGNITO_ISSUER="+cfg.Issuer)
	out, err := cmd.StdoutPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	p := &process{t: f.t, cmd: cmd, lines: bufio.NewScanner(out)}
	f.t.Cleanup(p.kill)
	p.url = strings.TrimPrefix(p.wait("READY"), "READY ")
	f.processes = append(f.processes, p)
	return p
}

// wait reads what the process says until a line begins with word.
func (p *process) wait(word string) string {
	p.t.Helper()
	for p.lines.Scan() {
		if strings.HasPrefix(p.lines.Text(), word) {
			return p.lines.Text()
		}
	}
	p.t.Fatalf("a process ended without %s", word)
	return ""
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// advance moves everybody's clock.
func (f *fleet) advance(d time.Duration) {
	f.t.Helper()
	f.pool.Advance(d)
	for _, p := range f.processes {
		res, err := http.PostForm(p.url+"/clock", url.Values{"add": {d.String()}})
		if err != nil {
			f.t.Fatal(err)
		}
		_ = res.Body.Close()
	}
}

// signIn starts a session for jane and returns its cookie.
func (f *fleet) signIn(p *process) string { return f.signInAs(p, "jane") }

func (f *fleet) signInAs(p *process, username string) string {
	f.t.Helper()
	tokens := f.pool.Tokens(username)
	res, err := http.PostForm(p.url+"/start", url.Values{"id": {string(tokens.ID)}, "access": {string(tokens.Access)}, "refresh": {string(tokens.Refresh)}})
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(res.Body)
		f.t.Fatalf("/start = %d %s", res.StatusCode, body)
	}
	for _, k := range res.Cookies() {
		if k.Name == "session" {
			return k.Value
		}
	}
	f.t.Fatal("/start set no cookie")
	return ""
}

// visitors has as many connections as it needs.
var visitors = &http.Client{
	Transport:     &http.Transport{MaxIdleConnsPerHost: 1000},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       2 * time.Minute,
}

// visit asks for a page with a session's cookie. The status is 0 if the
// process is gone.
func visit(ctx context.Context, p *process, cookie string) (status int, header http.Header) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/account", nil)
	if err != nil {
		return 0, nil
	}
	r.Header = httptest.NewRequest(http.MethodGet, "/", nil).Header
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Cookie", "session="+cookie)
	res, err := visitors.Do(r)
	if err != nil {
		return 0, nil
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode, res.Header
}
