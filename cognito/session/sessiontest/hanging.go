package sessiontest

import (
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// RunHanging checks what a store does while its server does not answer. Each
// check is a subtest with its own store. Your function hang makes the server
// hang, for example with SIGSTOP or a lock on the table. It returns a function
// that ends this.
//
//	sessiontest.RunHanging(t, newStore, func(t *testing.T) (resume func()) {
//		server.Pause()
//		return server.Resume
//	})
//
// A database that hangs must not delay a request beyond its time limit, and
// must not sign users out. [Run] cannot check this: if the server answers at
// once, a store that ignores its context looks right.
func RunHanging(t *testing.T, newStore func(t *testing.T) session.Store, hang func(t *testing.T) (resume func())) {
	for _, c := range hangingChecks {
		t.Run(c.name, func(t *testing.T) {
			c.run(t, newStore(t), func() (resume func()) {
				resume = sync.OnceFunc(hang(t))
				t.Cleanup(resume)
				return resume
			})
		})
	}
}

type hangingCheck struct {
	name string
	run  func(t tester, s session.Store, hang func() (resume func()))
}

var hangingChecks = []hangingCheck{
	{"calls end with their context while the server hangs", checkHanging},
	{"many calls end while the server hangs", checkManyHanging},
}

// recovery is how long after a hang a store may still fail.
const recovery = 10 * time.Second

// wantAgain waits until the store answers, and checks what it finds.
func wantAgain(t tester, s session.Store, id, value string) {
	t.Helper()
	for end := time.Now().Add(recovery); ; time.Sleep(20 * time.Millisecond) {
		got, found, err := s.Find(t.Context(), id)
		if err != nil && time.Now().Before(end) {
			continue
		}
		if err != nil || !found || string(got) != value {
			t.Errorf("Find(an id from before, when the server is back) = %s, %v, %v, want %s, true, nil", show(got), found, err, show([]byte(value)))
		}
		return
	}
}

func checkHanging(t tester, s session.Store, hang func() (resume func())) {
	id := newID()
	commit(t, s, id, []byte("kept"), hour())
	resume := hang()
	checkCallsEnd(t, s, id, "kept")
	resume()
	wantAgain(t, s, id, "kept")
}

// checkManyHanging: more calls than a pool has connections.
func checkManyHanging(t tester, s session.Store, hang func() (resume func())) {
	id := newID()
	commit(t, s, id, []byte("kept"), hour())
	resume := hang()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { checkCallsEnd(t, s, id, "kept") })
	}
	wg.Wait()
	resume()
	wantAgain(t, s, id, "kept")
}
