package sessiontest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// RunLocker checks a locker. Each check is a subtest. A check calls newLocker
// several times: the lockers must compete for the same locks, as in several
// processes. The argument lease is the longest time for which other processes
// wait if a holder has died. A check holds a lock three times as long.
func RunLocker(t *testing.T, lease time.Duration, newLocker func(t *testing.T) session.Locker) {
	for _, c := range lockerChecks {
		t.Run(c.name, func(t *testing.T) { c.run(t, lease, func() session.Locker { return newLocker(t) }) })
	}
}

// RunLostLock checks that a locker notices that it has lost a lock. Each check
// is a subtest. The arguments newLocker and lease are as in [RunLocker]. Your
// function lose takes the lock named id away from its holder, for example by
// deleting its key or killing the server. It returns a function that repairs
// the server, or nil.
//
//	sessiontest.RunLostLock(t, lease, newLocker, func(t *testing.T, id string) (mend func()) {
//		server.Command("DEL", "session:lock:"+id)
//		return nil
//	})
//
// A holder that does not notice the loss can overwrite new tokens with old
// ones.
func RunLostLock(t *testing.T, lease time.Duration, newLocker func(t *testing.T) session.Locker, lose func(t *testing.T, id string) (mend func())) {
	for _, c := range lostLockChecks {
		t.Run(c.name, func(t *testing.T) {
			c.run(t, lease, func() session.Locker { return newLocker(t) }, func(id string) (mend func()) {
				if mend = lose(t, id); mend == nil {
					mend = func() {}
				}
				mend = sync.OnceFunc(mend)
				t.Cleanup(mend)
				return mend
			})
		})
	}
}

type lostLockCheck struct {
	name string
	run  func(t tester, lease time.Duration, newLocker func() session.Locker, lose func(id string) (mend func()))
}

var lostLockChecks = []lostLockCheck{
	{"the holder notices that the lock is lost", checkLost},
	{"a former holder gives nothing back", checkLostUnlock},
}

// wantLost waits until held says that the lock is lost: within a lease, the
// earliest time at which another may have it.
func wantLost(t tester, held context.Context, lease time.Duration) {
	t.Helper()
	limit := time.NewTimer(lease + patience)
	defer limit.Stop()
	select {
	case <-held.Done():
	case <-limit.C:
		t.Errorf("held has not ended %v after the lock was lost, with a lease of %v", lease+patience, lease)
		return
	}
	if cause := context.Cause(held); !errors.Is(cause, session.ErrLockLost) {
		t.Errorf("the cause of held's end is %v, want session.ErrLockLost", cause)
	}
}

func checkLost(t tester, lease time.Duration, newLocker func() session.Locker, lose func(id string) (mend func())) {
	one, id := newLocker(), newID()
	held, unlock, err := one.Lock(t.Context(), id)
	if err != nil {
		t.Fatalf("Lock(free) = %v, want nil", err)
	}
	defer unlock()
	time.Sleep(lease / 2) // it was renewed by then
	if err := held.Err(); err != nil {
		t.Errorf("held.Err() = %v, want nil while the lock is held", err)
	}
	mend := lose(id)
	wantLost(t, held, lease)
	mend()
}

func checkLostUnlock(t tester, lease time.Duration, newLocker func() session.Locker, lose func(id string) (mend func())) {
	one, two, id := newLocker(), newLocker(), newID()
	_, before, err := one.Lock(t.Context(), id)
	if err != nil {
		t.Fatalf("Lock(free) = %v, want nil", err)
	}
	mend := lose(id)
	mend()
	_, unlock := takeAgain(t, two, id)
	defer unlock()
	before() // has nothing to give back any more
	wantTaken(t, "held, and unlocked by a former holder", one, id, lease)
}

// takeAgain takes a lock whose server may have been away.
func takeAgain(t tester, l session.Locker, id string) (held context.Context, unlock func()) {
	t.Helper()
	for end := time.Now().Add(recovery); ; time.Sleep(20 * time.Millisecond) {
		held, unlock, err := l.Lock(t.Context(), id)
		if err == nil {
			return held, unlock
		}
		if time.Now().After(end) {
			t.Fatalf("Lock(lost by another) = %v, want nil", err)
		}
	}
}

type lockerCheck struct {
	name string
	run  func(t tester, lease time.Duration, newLocker func() session.Locker)
}

var lockerChecks = []lockerCheck{
	{"a lock has one holder", checkExclusive},
	{"locks of different ids are independent", checkIndependent},
	{"a lock that was given back is free", checkGivenBack},
	{"only the holder gives a lock back", checkOwner},
	{"a wait ends with its context", checkWait},
	{"a lock outlasts its lease while it is held", checkRenewed},
	{"held belongs to the caller's context", checkHeld},
}

// take gets a lock that must be free.
func take(t tester, l session.Locker, id string) (held context.Context, unlock func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	held, release, err := l.Lock(ctx, id)
	if err != nil {
		cancel()
		t.Fatalf("Lock(free) = %v, want nil", err)
	}
	return held, func() { release(); cancel() }
}

// wantTaken checks that nobody gets a lock within a fraction of its lease.
func wantTaken(t tester, what string, l session.Locker, id string, lease time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), lease/4)
	defer cancel()
	if _, unlock, err := l.Lock(ctx, id); err == nil {
		unlock()
		t.Errorf("Lock(%s) = nil, want an error: somebody holds it", what)
	}
}

func checkExclusive(t tester, _ time.Duration, newLocker func() session.Locker) {
	const processes, workers, rounds = 3, 3, 5
	id := newID()
	var holders, total atomic.Int32
	var wg sync.WaitGroup
	for range processes {
		l := newLocker()
		for range workers {
			wg.Go(func() {
				for range rounds {
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					held, unlock, err := l.Lock(ctx, id)
					if err != nil {
						t.Errorf("Lock = %v, want nil", err)
						cancel()
						return
					}
					if n := holders.Add(1); n != 1 {
						t.Errorf("%d holders at a time, want 1", n)
					}
					time.Sleep(time.Millisecond)
					if err := held.Err(); err != nil {
						t.Errorf("held.Err() = %v, want nil while the lock is held", err)
					}
					holders.Add(-1)
					total.Add(1)
					unlock()
					cancel()
				}
			})
		}
	}
	wg.Wait()
	if got := total.Load(); got != processes*workers*rounds {
		t.Errorf("the lock was held %d times, want %d", got, processes*workers*rounds)
	}
}

func checkIndependent(t tester, _ time.Duration, newLocker func() session.Locker) {
	l := newLocker()
	_, first := take(t, l, newID())
	defer first()
	began := time.Now()
	_, second := take(t, l, newID())
	defer second()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("Lock(another id) took %v, want no wait", took)
	}
}

func checkGivenBack(t tester, _ time.Duration, newLocker func() session.Locker) {
	one, two, id := newLocker(), newLocker(), newID()
	for _, l := range []session.Locker{one, two, one} {
		_, unlock := take(t, l, id)
		unlock()
	}
}

func checkOwner(t tester, lease time.Duration, newLocker func() session.Locker) {
	one, two, id := newLocker(), newLocker(), newID()
	_, before := take(t, one, id)
	before()
	_, unlock := take(t, two, id)
	before() // has nothing to give back any more
	wantTaken(t, "held, and unlocked by a former holder", one, id, lease)
	unlock()
	_, after := take(t, one, id)
	after()
}

func checkWait(t tester, lease time.Duration, newLocker func() session.Locker) {
	one, two, id := newLocker(), newLocker(), newID()
	_, unlock := take(t, one, id)
	ctx, cancel := context.WithTimeout(t.Context(), lease/4)
	defer cancel()
	began := time.Now()
	_, release, err := two.Lock(ctx, id)
	if err == nil {
		release()
		t.Errorf("Lock(held) = nil, want an error")
	} else if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Lock(held) = %v, want context.DeadlineExceeded", err)
	}
	if took := time.Since(began); took > lease/4+5*time.Second {
		t.Errorf("Lock(held) took %v, want %v", took, lease/4)
	}
	unlock()
	_, after := take(t, two, id) // the wait that ended has left nothing
	after()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, release, err := two.Lock(cancelled, id); err == nil {
		release()
		t.Errorf("Lock(cancelled) = nil, want context.Canceled")
	}
	_, after = take(t, one, id)
	after()
}

func checkRenewed(t tester, lease time.Duration, newLocker func() session.Locker) {
	one, two, id := newLocker(), newLocker(), newID()
	held, unlock, err := one.Lock(t.Context(), id)
	if err != nil {
		t.Fatalf("Lock(free) = %v, want nil", err)
	}
	defer unlock()
	time.Sleep(3 * lease)
	if err := held.Err(); err != nil {
		t.Errorf("after three leases, held ended with %v, want it to last", context.Cause(held))
	}
	wantTaken(t, "held for three leases", two, id, lease)
}

type valueKey struct{}

func checkHeld(t tester, _ time.Duration, newLocker func() session.Locker) {
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), valueKey{}, "value"))
	defer cancel()
	held, unlock, err := newLocker().Lock(ctx, newID())
	if err != nil {
		t.Fatalf("Lock(free) = %v, want nil", err)
	}
	defer unlock()
	if held.Value(valueKey{}) != "value" {
		t.Errorf("held lacks the values of the context that Lock was given")
	}
	cancel()
	if held.Err() == nil {
		t.Errorf("held goes on after the context that Lock was given, want its end")
	}
}
