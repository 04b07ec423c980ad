//go:build unix

package redisstore_test

import (
	"bytes"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// A slowProxy passes connections on to Redis. While it holds, a connection that
// sends a SET gets no further. What it has sent is delivered later, although
// its client has left long ago.
type slowProxy struct {
	addr, server string

	mu   sync.Mutex    // guards the rest
	held chan struct{} // closed when it delivers; nil while it does not hold
	sets int           // held
	wg   sync.WaitGroup
}

func startSlowProxy(t *testing.T, server string) *slowProxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &slowProxy{addr: l.Addr().String(), server: server}
	t.Cleanup(func() { _ = l.Close(); p.deliver(); p.wg.Wait() })
	p.wg.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.pass(client) })
		}
	})
	return p
}

func (p *slowProxy) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = make(chan struct{})
}

// deliver sends on what was held, and returns how many SETs that are.
func (p *slowProxy) deliver() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held != nil {
		close(p.held)
		p.held = nil
	}
	return p.sets
}

// holding returns what to wait for before data goes to the server.
func (p *slowProxy) holding(data []byte) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil || !bytes.Contains(bytes.ToLower(data), []byte("\r\nset\r\n")) {
		return nil
	}
	p.sets++
	return p.held
}

func (p *slowProxy) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	p.wg.Go(func() { // answers
		defer client.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := server.Read(buffer)
			if err != nil {
				return
			}
			_, _ = client.Write(buffer[:n]) // the client may have left
		}
	})
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if wait := p.holding(buffer[:n]); wait != nil {
			<-wait
		}
		if _, failed := server.Write(buffer[:n]); err != nil || failed != nil {
			time.Sleep(50 * time.Millisecond) // for the answer
			_ = server.Close()
			return
		}
	}
}

// TestO2_LateWrite: a write is given up after the time-out, and is still under
// way when the visitor signs out at another process. It is delivered after
// that logout, and brings nothing back.
func TestO2_LateWrite(t *testing.T) {
	t.Parallel()
	for what, after := range map[string]time.Duration{"the use is noted": 6 * time.Minute, "new tokens": 56 * time.Minute} {
		t.Run(what, func(t *testing.T) { t.Parallel(); lateWrite(t, after) })
	}
}

func lateWrite(t *testing.T, after time.Duration) {
	server := servers.StartRedis(t)
	s := newSite(t, to(server.Addr))
	proxy := startSlowProxy(t, server.Addr)
	keys := []session.Key{session.NewKey()}
	slow, direct := s.newApp(to(proxy.addr)(), keys), s.newApp(to(server.Addr)(), keys)
	at := func(app http.Handler) { s.apps[0], s.apps[1] = app, app }

	at(direct)
	browser := s.signIn(1)[0]
	copied := s.clone(browser)
	s.pool.Advance(after)
	proxy.hold()
	at(slow)
	s.ask(s.clone(browser)) // writes, and gives up
	at(direct)
	if status := s.end(browser); status != http.StatusOK {
		t.Fatalf("signing out = %d, want 200", status)
	}
	before := sets(server)
	if n := proxy.deliver(); n == 0 {
		t.Fatal("no write was under way")
	}
	for range 200 {
		if sets(server) != before {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond) // there may be more
	if sets(server) == before {
		t.Fatal("no late write has reached Redis")
	}
	for what, app := range map[string]http.Handler{"the process that was slow": slow, "another process": direct} {
		at(app)
		if status := s.ask(copied); status != signedOut {
			t.Errorf("a copy of the cookies at %s: status %d, want the login", what, status)
		}
	}
	// The slow process tries again to save its tokens, under the lock. It finds
	// the mark and gives up.
	client := connect(t, server)
	var left []string
	for range 300 {
		if left = client.Keys(t.Context(), "session:*").Val(); len(left) == 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d records are left, want the mark of the session that ended alone: %v", len(left), left)
}

// sets says how many SETs Redis has had.
func sets(server *servers.Redis) string {
	_, after, _ := strings.Cut(server.Command("INFO", "commandstats"), "cmdstat_set:calls=")
	n, _, _ := strings.Cut(after, ",")
	return n
}
