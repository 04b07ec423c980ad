//go:build unix

package stores_test

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
)

var soakRequests = flag.Int("soak", 6000, "requests of TestSoak: 200,000 take minutes")

const (
	soakTicks      = 3600             // in a soak
	soakTick       = time.Second      // that the clocks move at once
	soakPerUser    = 2                // sessions
	soakPerSession = 600              // requests of a session: two at once, every twelve seconds
	soakWorkers    = 16               // requests at a time
	soakSpan       = 10               // ticks that a request may take
	soakEvery      = 60               // ticks from one sign-in to the next
	soakReports    = 10 * time.Second // between two lines of progress
)

// TestSoak makes requests for an hour, which passes in seconds, over two
// processes and a Redis. Refresh tokens work once. Meanwhile the client secret
// and the session keys change twice each by the steps of docs/operations.md,
// others sign in, and users are disabled. No request fails but those of
// disabled users. None of these is served when Options.Recheck and a tenth of
// it have passed. This is the long one:
//
//	GOWORK=off go test -run TestSoak -timeout 30m . -soak 200000
func TestSoak(t *testing.T) {
	s := newSoak(t, *soakRequests)
	stop := s.report()
	began := time.Now()
	s.run()
	took := time.Since(began)
	stop()
	s.check()
	t.Logf("%d requests in %d sessions took %v, %.0f a second: %s", s.sent.Load(), len(s.visitors), took.Round(time.Second), float64(s.sent.Load())/took.Seconds(), s)
	s.checkLast()
}

// A soakUser may be disabled.
type soakUser struct {
	name     string
	disabled atomic.Int64 // when, in Unix nanoseconds; 0 while the user is not
}

// A soakVisitor is a browser with a session. It keeps cookies that the app
// deletes, as a thief would.
type soakVisitor struct {
	user *soakUser

	mu      sync.Mutex // guards the rest
	cookies map[string]string
	refused bool // at the last request
}

// A soak is the load on a fleet, and what came of it.
type soak struct {
	*soakFleet
	requests                                                 int
	users                                                    []*soakUser
	visitors                                                 []*soakVisitor
	secrets                                                  []cognito.Secret
	keys                                                     []session.Key
	done                                                     int // users who were disabled
	refreshes, refreshesRefused, questions, questionsRefused int // at Cognito

	sent, served, refused, failed, signIns atomic.Int64
	latest, slowest                        longest
}

// longest is the longest of some times. It is safe for concurrent use.
type longest struct{ atomic.Int64 }

func (l *longest) add(d time.Duration) {
	for {
		old := l.Load()
		if int64(d) <= old || l.CompareAndSwap(old, int64(d)) {
			return
		}
	}
}

func (l *longest) String() string { return time.Duration(l.Load()).Round(time.Millisecond).String() }

// newSoak signs everybody in.
func newSoak(t *testing.T, requests int) *soak {
	t.Helper()
	s := &soak{
		requests: requests,
		secrets:  []cognito.Secret{"secret-of-the-first-year-0123456789", "secret-of-the-second-year-012345678", "secret-of-the-third-year-0123456789"},
		keys:     []session.Key{session.NewKey(), session.NewKey(), session.NewKey()},
	}
	s.soakFleet = newSoakFleet(t, s.secrets[0], s.keys[0])
	for i := range max(10, requests/soakPerSession/soakPerUser) {
		u := &soakUser{name: fmt.Sprint("user", i)}
		if _, err := s.pool.AddUser(cognitotest.User{Username: u.name, Email: u.name + "@example.com", Password: soakPassword}); err != nil {
			t.Fatal(err)
		}
		s.users = append(s.users, u)
		for range soakPerUser {
			cookies, err := s.signIn(u.name)
			if err != nil {
				t.Fatal(err)
			}
			s.visitors = append(s.visitors, &soakVisitor{user: u, cookies: cookies})
		}
	}
	return s
}

// run has the hour pass. The clocks move on while requests are under way, but
// none takes more than soakSpan ticks.
func (s *soak) run() {
	type request struct {
		n     int
		batch *sync.WaitGroup
	}
	queue := make(chan request, soakWorkers)
	var workers sync.WaitGroup
	for range soakWorkers {
		workers.Go(func() {
			for r := range queue {
				s.visit(r.n)
				r.batch.Done()
			}
		})
	}
	var batches [soakSpan]sync.WaitGroup
	plan := s.plan()
	for tick := range soakTicks {
		batch := &batches[tick%soakSpan]
		batch.Wait()
		s.advance(soakTick)
		if step := plan[tick]; step != nil {
			step()
		}
		if tick%soakEvery == soakEvery/2 {
			batch.Go(s.signInSomebody)
			s.count()
		}
		for n := s.requests * tick / soakTicks; n < s.requests*(tick+1)/soakTicks; n++ {
			batch.Add(1)
			queue <- request{n, batch}
		}
	}
	close(queue)
	workers.Wait()
	for i := range batches {
		batches[i].Wait()
	}
	s.count()
}

// plan is what happens beside the requests, by ticks.
func (s *soak) plan() map[int]func() {
	minute := int(time.Minute / soakTick)
	plan := make(map[int]func())
	for i, at := range []int{6, 11, 20, 30, 37, 50} { // between the changes and amid them
		plan[at*minute+minute/12+minute/6*i] = s.disable // sooner or later after a recheck
	}
	for year, at := range []int{4 * minute, 28 * minute} {
		old, next := year, year+1
		plan[at] = func() { s.must(s.pool.AddClientSecret(soakClient, s.secrets[next])) }
		plan[at+minute] = func() {
			s.write(s.secretFile, string(s.secrets[next]))
			s.must(s.pool.DeleteClientSecret(soakClient, s.secrets[old]))
		}
		plan[at+4*minute] = func() { s.writeKeys(s.keys[old], s.keys[next]) }
		plan[at+4*minute+150] = func() { s.writeKeys(s.keys[next], s.keys[old]) }
		plan[at+20*minute] = func() { s.writeKeys(s.keys[next]) } // all tokens were refreshed
	}
	return plan
}

func (s *soak) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Error(err)
	}
}

// disable disables some more users.
func (s *soak) disable() {
	for range max(1, len(s.users)/40) {
		u := s.users[s.done]
		s.done++
		u.disabled.Store(s.now().UnixNano())
		s.must(s.pool.DisableUser(u.name))
	}
}

// signInSomebody signs in a user who is never disabled.
func (s *soak) signInSomebody() {
	if _, err := s.signIn(s.users[len(s.users)-1].name); err != nil {
		s.fail("sign-in: %v", err)
		return
	}
	s.signIns.Add(1)
}

// visit makes the nth request of all. A browser makes two at once, which go to
// different processes.
func (s *soak) visit(n int) {
	v, process := s.visitors[n/2%len(s.visitors)], n%2
	began := s.now()
	status, err := v.get(s.addrs[process], s.url)
	ended := s.now()
	s.sent.Add(1)
	s.slowest.add(ended.Sub(began))
	disabled := v.user.disabled.Load()
	switch {
	case err != nil:
		s.fail("request %d: %v", n, err)
	case status == http.StatusOK:
		s.served.Add(1)
		if disabled != 0 {
			s.latest.add(began.Sub(time.Unix(0, disabled)))
		}
	case isRefusal(status) && disabled != 0:
		s.refused.Add(1)
	default:
		s.fail("request %d, %s, process %d, %v after the start: status %d, want 200", n, v.user.name, process+1, time.Duration(n*soakTicks/s.requests)*soakTick, status)
	}
}

// isRefusal reports whether a visitor is to sign in: the guard leads there, and
// the page itself answers 401 if the session ends meanwhile.
func isRefusal(status int) bool {
	return status == http.StatusFound || status == http.StatusUnauthorized
}

func (s *soak) fail(format string, args ...any) {
	if s.failed.Add(1) <= 10 {
		s.t.Errorf(format, args...)
	}
}

// get opens the page in a process.
func (v *soakVisitor) get(addr, base string) (status int, err error) {
	r, err := http.NewRequest(http.MethodGet, "http://"+addr+"/account", nil)
	if err != nil {
		return 0, err
	}
	r.Host = strings.TrimPrefix(base, "http://")
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	v.mu.Lock()
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	v.mu.Unlock()
	res, err := soakVisitors.Do(r)
	if err != nil {
		return 0, err
	}
	_ = res.Body.Close()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refused = isRefusal(res.StatusCode)
	for _, c := range res.Cookies() {
		if c.MaxAge >= 0 && c.Value != "" && !v.refused {
			v.cookies[c.Name] = c.Value
		}
	}
	return res.StatusCode, nil
}

// check holds the soak to what was promised.
func (s *soak) check() {
	s.t.Helper()
	if n := s.failed.Load(); n != 0 {
		s.t.Errorf("%d requests failed, want none", n)
	}
	if n := s.served.Load() + s.refused.Load(); n != int64(s.requests) {
		s.t.Errorf("%d requests were served or refused, want %d", n, s.requests)
	}
	if s.signIns.Load() != soakTicks/soakEvery {
		s.t.Errorf("%d sign-ins, want %d", s.signIns.Load(), soakTicks/soakEvery)
	}
	// A session is refreshed five times in the hour at least.
	if want := (len(s.users) - s.done) * soakPerUser * 5; s.refreshes < want {
		s.t.Errorf("%d refreshes, want %d at least", s.refreshes, want)
	}
	// A request that began in time may be served. Clocks differ by a tick.
	bound := recheckEvery + recheckEvery/10 + soakTick + time.Duration(s.slowest.Load())
	if latest := time.Duration(s.latest.Load()); latest > bound {
		s.t.Errorf("a disabled user was served after %v, want %v at most", latest, bound)
	}
	for i, v := range s.visitors {
		if disabled := v.user.disabled.Load() != 0; v.refused != disabled {
			s.t.Errorf("session %d of %s: refused = %t in the end, want %t", i, v.user.name, v.refused, disabled)
		}
	}
}

// checkLast starts a process that has only the last secret and the last key. It
// serves everybody who is not disabled.
func (s *soak) checkLast() {
	s.t.Helper()
	s.add()
	last := s.addrs[len(s.addrs)-1]
	for i, v := range s.visitors {
		want := http.StatusOK
		if v.user.disabled.Load() != 0 {
			want = http.StatusFound
		}
		if status, err := v.get(last, s.url); err != nil || status != want {
			s.t.Errorf("session %d of %s in a process with the last key alone: %d, %v, want %d", i, v.user.name, status, err, want)
		}
	}
}

// String is what came of the soak.
func (s *soak) String() string {
	return fmt.Sprintf("%d served, %d refused of %d disabled users, %d failed; %d sign-ins, %d refreshes and %d refused, %d questions to userInfo and %d refused; "+
		"a disabled user was served %v later at most; the slowest request took %v of the soak's time",
		s.served.Load(), s.refused.Load(), s.done, s.failed.Load(), s.signIns.Load(),
		s.refreshes, s.refreshesRefused, s.questions, s.questionsRefused, &s.latest, &s.slowest)
}

// count counts the calls to Cognito since the last time.
func (s *soak) count() {
	for _, e := range s.pool.TakeEvents() {
		good := e.Status == http.StatusOK
		switch {
		case e.Op == "token" && e.Params.Get("grant_type") != "refresh_token":
		case e.Op == "token" && good:
			s.refreshes++
		case e.Op == "token":
			s.refreshesRefused++
		case e.Op == "userInfo" && good:
			s.questions++
		case e.Op == "userInfo":
			s.questionsRefused++
		}
	}
}

// report says now and then how far a long soak is.
func (s *soak) report() (stop func()) {
	began, end := time.Now(), make(chan struct{})
	var reporter sync.WaitGroup
	reporter.Go(func() {
		for {
			select {
			case <-end:
				return
			case <-time.After(soakReports):
				fmt.Printf("%v: %d of %d requests, %d failed\n", time.Since(began).Round(time.Second), s.sent.Load(), s.requests, s.failed.Load())
			}
		}
	})
	return func() { close(end); reporter.Wait() }
}
