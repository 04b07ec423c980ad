//go:build unix

package redisstore_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
)

// storm sends n requests with one cookie at the same time, in turn to each of
// the processes, and returns how many got each status.
func storm(t *testing.T, n int, cookie string, processes ...*process) map[int]int {
	t.Helper()
	var mu sync.Mutex
	got := map[int]int{}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			status, header := visit(t.Context(), processes[i%len(processes)], cookie)
			if status == http.StatusServiceUnavailable && header.Get("Retry-After") == "" {
				status = -status
			}
			mu.Lock()
			defer mu.Unlock()
			got[status]++
		})
	}
	wg.Wait()
	return got
}

// back waits until the processes answer again: the client tries once a second
// whether a server that was away is there.
func back(t *testing.T, cookie string, processes ...*process) {
	t.Helper()
	for _, p := range processes {
		for deadline := time.Now().Add(20 * time.Second); ; {
			if status, _ := visit(t.Context(), p, cookie); status != http.StatusServiceUnavailable {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("a process does not recover")
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// tokenRequests is how many token requests the pool has had.
func (f *fleet) tokenRequests() int {
	return len(f.pool.Events(cognitotest.Event{Op: "token"}))
}

func wantAll(t *testing.T, what string, got map[int]int, n int) {
	t.Helper()
	if !maps.Equal(got, map[int]int{200: n}) {
		t.Errorf("%s: answers by status = %v, want 200 for all %d", what, got, n)
	}
}

// TestR1_ThreeProcesses: a thousand requests of one session whose tokens are
// due, over three processes. Refresh tokens work once. There is one token
// request, and nobody is refused.
func TestR1_ThreeProcesses(t *testing.T) {
	f := newFleet(t, 0)
	one, two, three := f.add(""), f.add(""), f.add("")
	cookie := f.signIn(one)
	for round := 1; round <= 3; round++ {
		f.advance(56 * time.Minute)
		wantAll(t, fmt.Sprint("round ", round), storm(t, 1000, cookie, one, two, three), 1000)
		if got := f.tokenRequests(); got != round {
			t.Errorf("round %d: %d token requests, want one each", round, got)
		}
	}
}

// TestR6_HolderKilled: the process that has the lock is killed before it has
// sent the refresh token. Those that go on wait for a lease at most, refresh
// once, and refuse nobody.
func TestR6_HolderKilled(t *testing.T) {
	f := newFleet(t, 0)
	dies := f.add("before")
	one, two := f.add(""), f.add("")
	cookie := f.signIn(one)
	f.advance(61 * time.Minute) // nobody can be served with the old tokens
	go visit(context.Background(), dies, cookie)
	dies.wait("STUCK")
	done := make(chan map[int]int)
	began := time.Now()
	go func() { done <- storm(t, 1000, cookie, one, two) }()
	dies.kill()
	wantAll(t, "with the holder killed", <-done, 1000)
	if took := time.Since(began); took > processLease+20*time.Second {
		t.Errorf("1,000 requests took %v, want them held up for %v at most", took, processLease)
	}
	if got := f.tokenRequests(); got != 1 {
		t.Errorf("%d token requests, want 1", got)
	}
}

// TestR2_KilledBeforeSaving: the process is killed between Cognito's answer
// and the store. Within the grace period the old refresh token still serves.
// With a grace period of zero nobody can have the new one: the visitor is
// asked to sign in, once.
func TestR2_KilledBeforeSaving(t *testing.T) {
	t.Parallel()
	for grace, want := range map[time.Duration]int{time.Minute: 200, 0: 302} {
		t.Run(fmt.Sprint("grace ", grace), func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, grace)
			dies, goesOn := f.add("after"), f.add("")
			cookie := f.signIn(goesOn)
			f.advance(61 * time.Minute)
			go visit(context.Background(), dies, cookie)
			dies.wait("STUCK")
			dies.kill()
			if got := storm(t, 100, cookie, goesOn); !maps.Equal(got, map[int]int{want: 100}) {
				t.Errorf("answers by status = %v, want %d for all", got, want)
			}
			if got := f.tokenRequests(); got != 2 {
				t.Errorf("%d token requests, want the lost one and another", got)
			}
			wantAll(t, "after a new sign-in", storm(t, 10, f.signIn(goesOn), goesOn), 10)
		})
	}
}

// TestS8_RedisKilledUnderLoad: while Redis is away the answer is 503 with
// Retry-After, and nobody is signed out, though tokens become due. When it is
// back, with its data, everybody is in again.
func TestS8_RedisKilledUnderLoad(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 0, "--appendonly", "yes", "--appendfsync", "always")
	one, two, three := f.add(""), f.add(""), f.add("")
	var cookies []string
	for range 20 {
		cookies = append(cookies, f.signIn(one))
	}
	f.advance(54 * time.Minute)
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	got := map[int]int{}
	var wg sync.WaitGroup
	for i, cookie := range cookies {
		wg.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				status, header := visit(ctx, f.processes[n%3], cookie)
				if status == 0 { // the end of the test
					return
				}
				if status == 503 && header.Get("Retry-After") == "" {
					status = -503
				}
				mu.Lock()
				got[status]++
				mu.Unlock()
			}
		})
	}
	time.Sleep(300 * time.Millisecond)
	f.redis.Kill()
	f.advance(2 * time.Minute)  // all tokens are due
	time.Sleep(3 * time.Second) // calls wait for two
	f.redis.Start()
	time.Sleep(300 * time.Millisecond)
	f.redis.Pause()
	time.Sleep(300 * time.Millisecond)
	f.redis.Resume()
	time.Sleep(500 * time.Millisecond)
	stop()
	wg.Wait()
	for status := range got {
		if status != 200 && status != 503 {
			t.Errorf("answers by status = %v, want 200 and 503 with Retry-After alone", got)
			break
		}
	}
	if got[503] == 0 || got[200] == 0 {
		t.Errorf("answers by status = %v, want both 200 and 503", got)
	}
	f.advance(time.Minute) // beyond every pause between tries
	for _, cookie := range cookies {
		back(t, cookie, one, two, three)
	}
	for i, cookie := range cookies {
		wantAll(t, fmt.Sprint("session ", i, " when Redis is back"), storm(t, 6, cookie, one, two, three), 6)
	}
	if n := f.tokenRequests(); n != len(cookies) {
		t.Errorf("%d token requests, want one per session: %d", n, len(cookies))
	}
}

// TestS8_RedisRestartedEmpty: whoever was signed in is asked to sign in, once.
func TestS8_RedisRestartedEmpty(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 0)
	one, two := f.add(""), f.add("")
	cookie := f.signIn(one)
	wantAll(t, "before", storm(t, 10, cookie, one, two), 10)
	f.redis.Kill()
	if got := storm(t, 10, cookie, one, two); !maps.Equal(got, map[int]int{503: 10}) {
		t.Errorf("while Redis is away: answers by status = %v, want 503 with Retry-After", got)
	}
	f.redis.Start()
	back(t, cookie, one, two)
	if got := storm(t, 10, cookie, one, two); !maps.Equal(got, map[int]int{302: 10}) {
		t.Errorf("with Redis empty: answers by status = %v, want 302 to the login", got)
	}
	wantAll(t, "after a new sign-in", storm(t, 10, f.signIn(two), one, two), 10)
}

// TestR4_CognitoFails: whatever Cognito answers except invalid_grant, visitors
// are served while their tokens are good and get 503 afterwards. When it is
// back, they are in again without a sign-in.
func TestR4_CognitoFails(t *testing.T) {
	t.Parallel()
	for _, kind := range []fault.Kind{
		fault.TooManyRequests, fault.ServerError, fault.Unavailable,
		fault.Drop, fault.HTML, fault.Slow,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, 0)
			one, two := f.add(""), f.add("")
			cookie := f.signIn(one)
			broken := fault.Fault{Op: "token", Kind: kind}
			if kind == fault.Slow {
				broken.Delay = time.Second
			}
			f.pool.Fault(broken)
			f.advance(56 * time.Minute)
			wantAll(t, "while the tokens are good", storm(t, 20, cookie, one, two), 20)
			want := map[int]int{503: 20}
			if kind == fault.Slow {
				want = map[int]int{200: 20}
			}
			f.advance(10 * time.Minute)
			if got := storm(t, 20, cookie, one, two); !maps.Equal(got, want) {
				t.Errorf("after the tokens' end: answers by status = %v, want %v", got, want)
			}
			f.pool.ClearFaults()
			f.advance(2 * time.Minute)
			wantAll(t, "when Cognito is back", storm(t, 20, cookie, one, two), 20)
		})
	}
}

// TestO3_EverywhereAcrossProcesses: over real processes, at once.
func TestO3_EverywhereAcrossProcesses(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 0)
	one, two := f.add(""), f.add("")
	var cookies []string
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			cookie := f.signIn(f.processes[i%2])
			mu.Lock()
			defer mu.Unlock()
			cookies = append(cookies, cookie)
		})
	}
	wg.Wait()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, two.url+"/everywhere", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", "session="+cookies[0])
	res, err := visitors.Do(r)
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("POST /everywhere = %v, %v", res, err)
	}
	_ = res.Body.Close()
	for i, cookie := range cookies {
		if got := storm(t, 4, cookie, one, two); !maps.Equal(got, map[int]int{302: 4}) {
			t.Errorf("session %d: answers by status = %v, want 302 to the login", i, got)
		}
	}
}
