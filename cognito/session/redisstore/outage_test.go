//go:build unix

package redisstore_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// siteURL is where the apps of these tests live.
const siteURL = "https://app.example.com"

// siteTimeout is how long the apps of these tests wait for a store that fails.
const siteTimeout = 500 * time.Millisecond

// A site is an app in two managers, each with a client of its own, as two
// processes have. Requests go to them in turn.
type site struct {
	t       *testing.T
	pool    *cognitotest.Pool
	connect func() redis.UniversalClient
	timeout time.Duration // how long its apps wait for the store
	apps    [2]http.Handler
	turn    atomic.Uint32
}

// newSite has refresh tokens that work once.
func newSite(t *testing.T, connect func() redis.UniversalClient) *site {
	t.Helper()
	return newPatientSite(t, siteTimeout, connect)
}

// newPatientSite is newSite for apps that wait for the store for that long.
func newPatientSite(t *testing.T, timeout time.Duration, connect func() redis.UniversalClient) *site {
	t.Helper()
	s := &site{t: t, connect: connect, timeout: timeout, pool: cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{siteURL + "/auth/callback"}, RefreshTokenRotation: true,
	}))}
	if _, err := s.pool.AddUser(cognitotest.User{Username: "jane", Password: "Correct-horse-1", Email: "jane@example.com"}); err != nil {
		t.Fatal(err)
	}
	keys := []session.Key{session.NewKey()}
	for i := range s.apps {
		s.apps[i] = s.newApp(connect(), keys)
	}
	return s
}

func (s *site) newApp(client redis.UniversalClient, keys []session.Key) http.Handler {
	s.t.Helper()
	s.t.Cleanup(func() { _ = client.Close() })
	store := newStore(s.t, client, redisstore.Config{Timeout: s.timeout})
	cfg := s.pool.Config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	hosted, err := hostedui.New(hostedui.Config{
		Pool: cfg, BaseURL: siteURL, SessionKeys: keys, Session: session.Options{Store: store, Locker: store},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", hosted)
	mux.Handle("/account", hosted.Protect(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "signed in")
	})))
	mux.HandleFunc("POST /end", func(w http.ResponseWriter, r *http.Request) {
		if err := hosted.Sessions().End(w, r); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("POST /everywhere", func(w http.ResponseWriter, r *http.Request) {
		current, err := hosted.Sessions().FromRequest(r)
		if err == nil {
			err = hosted.Sessions().EndAll(r.Context(), current.Identity())
		}
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return mux
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.apps[s.turn.Add(1)%2].ServeHTTP(w, r)
}

// signIn returns browsers that are signed in, each with a session of its own.
func (s *site) signIn(n int) (list []*http.Client) {
	s.t.Helper()
	for range n {
		list = append(list, s.pool.SignedIn(s, siteURL+"/account", "jane", "Correct-horse-1"))
	}
	return list
}

// clone returns a browser with a copy of another's cookies.
func (s *site) clone(b *http.Client) *http.Client {
	s.t.Helper()
	at, err := url.Parse(siteURL)
	if err != nil {
		s.t.Fatal(err)
	}
	c := *b
	if c.Jar, err = cookiejar.New(nil); err != nil {
		s.t.Fatal(err)
	}
	for _, k := range b.Jar.Cookies(at) {
		k.Path, k.Secure = "/", true
		c.Jar.SetCookies(at, []*http.Cookie{k})
	}
	return &c
}

// end signs a browser out and returns the status.
func (s *site) end(b *http.Client) int { s.t.Helper(); return s.post(b, "/end") }

func (s *site) post(b *http.Client, path string) int {
	s.t.Helper()
	res, err := b.Post(siteURL+path, "", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// signedOut is what ask returns where a page asks for a sign-in.
const signedOut = 0

// ask returns the status of the protected page, or signedOut.
func (s *site) ask(b *http.Client) int {
	res, err := b.Get(siteURL + "/account")
	if err != nil {
		s.t.Error(err)
		return -1
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	switch {
	case res.StatusCode == http.StatusOK && string(body) == "signed in":
		return http.StatusOK
	case res.StatusCode == http.StatusOK: // the page of Cognito's login
		return signedOut
	case res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") != "":
		return http.StatusServiceUnavailable
	}
	return -res.StatusCode
}

// load has every browser ask again and again until stop is called, which
// returns how often each status came.
func (s *site) load(browsers []*http.Client) (stop func() map[int]int) {
	var mu sync.Mutex
	got := map[int]int{}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for _, b := range browsers {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				case <-time.After(20 * time.Millisecond):
				}
				status := s.ask(b)
				mu.Lock()
				got[status]++
				mu.Unlock()
			}
		})
	}
	return func() map[int]int {
		close(done)
		wg.Wait()
		return got
	}
}

// ride has browsers go through an outage under load: the store breaks, access
// tokens end meanwhile, and the store is mended. Nobody is lost, and nobody is
// back who was ended before or in the outage.
func (s *site) ride(breakIt, mend func()) {
	t := s.t
	t.Helper()
	browsers := s.signIn(12)
	before := s.clone(browsers[0])
	if status := s.end(browsers[0]); status != http.StatusOK {
		t.Fatalf("signing out = %d, want 200", status)
	}
	during, copied := browsers[1], s.clone(browsers[1])
	browsers = browsers[2:]
	time.Sleep(100 * time.Millisecond) // a replica has it too
	stop := s.load(browsers)
	time.Sleep(200 * time.Millisecond)
	breakIt()
	s.pool.Advance(56 * time.Minute) // all tokens are due
	time.Sleep(700 * time.Millisecond)
	ended := s.end(during)
	s.pool.Advance(5 * time.Minute) // the old ones have ended
	time.Sleep(700 * time.Millisecond)
	mend()
	r := s.watch()
	r.wantServed(browsers)
	for status, n := range stop() {
		if status != http.StatusOK && status != http.StatusServiceUnavailable {
			t.Errorf("%d answers with status %d, want 200 and 503 with Retry-After alone", n, status)
		}
	}
	if status := r.answer(before); status != signedOut {
		t.Errorf("a session that was ended before the outage: status %d, want the login", status)
	}
	if ended != http.StatusOK { // it was told that it failed, and tries again
		ended = s.end(during)
	}
	if status := r.answer(copied); ended != http.StatusOK || status != signedOut {
		t.Errorf("a session that was ended in the outage (%d): status %d, want the login", ended, status)
	}
	n := len(s.pool.Events(cognitotest.Event{Op: "token", Error: "invalid_grant"}))
	switch slowest := r.awaitStore(); {
	case n > 0 && slowest >= siteTimeout:
		t.Logf("%d refresh tokens were sent twice: on this machine a write takes %v, and new tokens were not saved in time", n, slowest)
	case n > 0:
		t.Errorf("%d refresh tokens were refused, want none: each is sent once", n)
	}
}

// command runs a command that has to work.
func command(t *testing.T, server *servers.Redis, args ...string) {
	t.Helper()
	if got := server.Command(args...); got != "OK\n" {
		t.Fatalf("%v = %q, want OK", args, got)
	}
}

func to(addr string) func() redis.UniversalClient {
	return func() redis.UniversalClient { return redis.NewClient(&redis.Options{Addr: addr}) }
}

// TestS8_Full: Redis has no memory left for writes, and evicts nothing.
func TestS8_Full(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t, "--maxmemory-policy", "noeviction")
	newSite(t, to(server.Addr)).ride(
		func() { command(t, server, "CONFIG", "SET", "maxmemory", "1") },
		func() { command(t, server, "CONFIG", "SET", "maxmemory", "0") },
	)
}

// TestO3_Full: while Redis is full, a logout works. "Sign out everywhere" ends
// every session of the user and reports that it could not note it.
func TestO3_Full(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t, "--maxmemory-policy", "noeviction")
	s := newSite(t, to(server.Addr))
	browsers := s.signIn(4)
	var copies []*http.Client
	for _, b := range browsers {
		copies = append(copies, s.clone(b))
	}
	command(t, server, "CONFIG", "SET", "maxmemory", "1")
	if status := s.post(browsers[0], "/end"); status != http.StatusOK {
		t.Errorf("signing out while Redis is full = %d, want 200", status)
	}
	if status := s.post(browsers[1], "/everywhere"); status != http.StatusServiceUnavailable {
		t.Errorf("signing out everywhere while Redis is full = %d, want 503", status)
	}
	command(t, server, "CONFIG", "SET", "maxmemory", "0")
	for i, b := range copies {
		if status := s.ask(b); status != signedOut {
			t.Errorf("session %d: status %d when there is room, want the login", i, status)
		}
	}
}

// TestS8_WritesPaused: CLIENT PAUSE WRITE, as a managed Redis does before it
// moves to another node.
func TestS8_WritesPaused(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	newSite(t, to(server.Addr)).ride(
		func() { command(t, server, "CLIENT", "PAUSE", "60000", "WRITE") },
		func() { command(t, server, "CLIENT", "UNPAUSE") },
	)
}

// TestS8_RestartedUnderLoad: Redis crashes, and comes back with its data.
func TestS8_RestartedUnderLoad(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t, "--appendonly", "yes", "--appendfsync", "always")
	newSite(t, to(server.Addr)).ride(server.Kill, server.Start)
}

// TestS8_Failover: the primary dies under load, and sentinels make the replica
// the primary.
func TestS8_Failover(t *testing.T) {
	t.Parallel()
	watched := servers.StartSentinels(t)
	newSite(t, func() redis.UniversalClient {
		return redis.NewFailoverClient(&redis.FailoverOptions{MasterName: servers.SentinelName, SentinelAddrs: watched.Addrs})
	}).ride(func() { watched.AwaitReplication(); watched.Primary.Kill() }, watched.AwaitFailover)
}

// TestS8_ClusterNodeKilled: one of three nodes of a cluster dies and comes
// back.
func TestS8_ClusterNodeKilled(t *testing.T) {
	t.Parallel()
	cluster := servers.StartCluster(t)
	newSite(t, func() redis.UniversalClient {
		return redis.NewClusterClient(&redis.ClusterOptions{Addrs: cluster.Addrs()})
	}).ride(cluster.Nodes[1].Kill, func() { cluster.Nodes[1].Start(); cluster.Await() })
}

// TestS8_ClusterSlotsMoved: slots move from one node to another under load,
// and no request notices.
func TestS8_ClusterSlotsMoved(t *testing.T) {
	t.Parallel()
	cluster := servers.StartCluster(t)
	s := newPatientSite(t, 5*time.Second, func() redis.UniversalClient {
		return redis.NewClusterClient(&redis.ClusterOptions{Addrs: cluster.Addrs()})
	})
	browsers := s.signIn(12)
	s.pool.Advance(54 * time.Minute)
	stop := s.load(browsers)
	cluster.MoveSlots(cluster.Nodes[0], cluster.Nodes[1], "1000")
	s.pool.Advance(2 * time.Minute) // all tokens are due
	cluster.MoveSlots(cluster.Nodes[1], cluster.Nodes[2], "2000")
	for status, n := range stop() {
		if status != http.StatusOK {
			t.Errorf("%d answers with status %d while slots moved, want 200 alone", n, status)
		}
	}
	for i, b := range browsers {
		if status := s.ask(b); status != http.StatusOK {
			t.Errorf("session %d: status %d after the move, want 200", i, status)
		}
	}
}
