//go:build unix

package redisstore_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// served is how soon after the store every session is served again: a request
// that begins later than this is not refused. The client of the store looks for
// a server once a second, and a renewal tries again within a second.
const served = 2 * time.Second

const (
	// plainTimeout bounds one probe of a plain client: a store that is slower
	// than this is not back.
	plainTimeout = siteTimeout / 2

	// stretch is how many probes take as long as one request that renews
	// tokens, with room. A request may take longer where probes do: a machine
	// that is busy slows both.
	stretch = 20
)

// A recovery is a store that is coming back. A plain client, new for each
// probe, tells when it is back: a client that lived through the outage would
// add its own pauses.
type recovery struct {
	*site
	stop chan struct{}
	done chan struct{}

	mu      sync.Mutex // guards the rest
	back    time.Time  // the first probe that worked since the last that did not; zero if none has
	slowest time.Duration
}

// watch begins to probe the store, until the test ends.
func (s *site) watch() *recovery {
	r := &recovery{site: s, stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(r.done)
		for {
			began := time.Now()
			err := probe(s.t.Context(), s.connect)
			r.note(began, err)
			select {
			case <-r.stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	s.t.Cleanup(r.end)
	return r
}

// end stops the probes.
func (r *recovery) end() {
	select {
	case <-r.stop:
	default:
		close(r.stop)
	}
	<-r.done
}

// probe writes keys with a new client: so many that each node of a cluster has
// some.
func probe(ctx context.Context, connect func() redis.UniversalClient) error {
	client := connect()
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(ctx, plainTimeout)
	defer cancel()
	for i := range 8 {
		if err := client.Set(ctx, fmt.Sprint("probe-", i), "1", time.Minute).Err(); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (r *recovery) note(began time.Time, err error) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err != nil:
		r.back = time.Time{}
	case r.back.IsZero():
		r.back = now
	}
	r.slowest = max(r.slowest, now.Sub(began))
}

// after is how long after the store a moment is. It is negative while the store
// is not back.
func (r *recovery) after(t time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.back.IsZero() {
		return -1
	}
	return t.Sub(r.back)
}

// patience is how long after the store an answer may come on this machine.
func (r *recovery) patience() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return served + stretch*r.slowest
}

// An outcome is how one session came through.
type outcome struct {
	status   int
	refused  time.Duration // when the last request that was refused began, after the store
	answered time.Duration // when the answer came, after the store
}

// await asks for a session's page until it is not refused.
func (r *recovery) await(b *http.Client) (o outcome) {
	for end := time.Now().Add(30 * time.Second); ; {
		began := time.Now()
		o.status = r.ask(b)
		now := time.Now()
		o.answered = r.after(now)
		if o.status != http.StatusServiceUnavailable {
			return o
		}
		o.refused = r.after(began)
		if now.After(end) {
			return o
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// answer is the status of a session's page, which must come soon.
func (r *recovery) answer(b *http.Client) int {
	r.t.Helper()
	o := r.await(b)
	r.wantSoon("a session", o)
	return o.status
}

// wantSoon checks that no request was refused which began later than served,
// and that the answer did not hang.
func (r *recovery) wantSoon(what string, o outcome) {
	r.t.Helper()
	if o.refused > served {
		r.t.Errorf("%s: a request that began %v after the store was refused, want none later than %v", what, o.refused, served)
	}
	if most := r.patience(); o.answered > most {
		r.t.Errorf("%s: answered %v after the store, want %v at most on this machine", what, o.answered, most)
	}
}

// wantServed checks that every browser is served soon after the store is back,
// by both processes.
func (r *recovery) wantServed(browsers []*http.Client) {
	t := r.t
	t.Helper()
	outcomes := make([]outcome, len(r.apps)*len(browsers))
	var wg sync.WaitGroup
	for i := range outcomes {
		wg.Go(func() { outcomes[i] = r.await(r.only(browsers[i%len(browsers)], i/len(browsers))) })
	}
	wg.Wait()
	var last outcome
	for i, o := range outcomes {
		if o.status != http.StatusOK {
			t.Errorf("session %d: status %d when the store is back, want 200", i, o.status)
		}
		r.wantSoon(fmt.Sprint("session ", i), o)
		last.refused, last.answered = max(last.refused, o.refused), max(last.answered, o.answered)
	}
	slowest := r.awaitStore()
	t.Logf("after the store: the last refused request began at %v, the last session was served at %v; a plain client took %v at most", last.refused, last.answered, slowest)
}

// awaitStore waits until the plain client, too, finds the store back: a session
// may have been faster. It returns how long the slowest probe took.
func (r *recovery) awaitStore() time.Duration {
	r.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		r.mu.Lock()
		back, slowest := !r.back.IsZero(), r.slowest
		r.mu.Unlock()
		if back {
			return slowest
		}
	}
	r.t.Error("the store is not back for a plain client")
	return 0
}

// only is a browser whose requests all go to one process.
func (s *site) only(b *http.Client, app int) *http.Client {
	c := *b
	c.Transport = s.pool.Browser(s.apps[app], siteURL).Transport
	return &c
}

// TestRecovery: the measure itself. Time counts from the first probe that works
// after the last that does not, and a request that began before counts as
// before.
func TestRecovery(t *testing.T) {
	r := &recovery{}
	now := time.Now()
	if got := r.after(now); got >= 0 {
		t.Errorf("before any probe: %v, want a negative time", got)
	}
	r.note(now, nil)
	if got := r.after(time.Now().Add(time.Second)); got < time.Second {
		t.Errorf("a second after the first probe that worked: %v", got)
	}
	r.note(now, context.DeadlineExceeded)
	if got := r.after(time.Now().Add(time.Second)); got >= 0 {
		t.Errorf("after a probe that failed: %v, want a negative time", got)
	}
	r.note(time.Now(), nil)
	if got := r.after(now); got >= 0 {
		t.Errorf("a request that began before the store was back: %v, want a negative time", got)
	}
}
