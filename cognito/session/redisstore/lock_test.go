//go:build unix

package redisstore_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/redisstore"
	"github.com/seed75762126/cognito-go/cognito/session/sessiontest"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

func TestLocker(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	sessiontest.RunLocker(t, lease, func(t *testing.T) session.Locker {
		return newStore(t, connect(t, server), redisstore.Config{Lease: lease})
	})
}

// TestR6_LossIsNoticedByHolder, and a former holder's unlock frees nothing.
func TestR6_LossIsNoticedByHolder(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	newLocker := func(t *testing.T) session.Locker {
		return newStore(t, connect(t, server), redisstore.Config{Lease: lease})
	}
	losses := map[string]func(id string) (mend func()){
		"deleted": func(id string) func() { server.Command("DEL", "session:lock:"+id); return nil },
		"paused": func(string) func() {
			server.Pause()
			return func() { server.Resume(); server.Command("FLUSHALL") }
		},
		"restarted empty": func(string) func() { server.Kill(); server.Start(); return nil },
	}
	for how, lose := range losses {
		t.Run(how, func(t *testing.T) {
			sessiontest.RunLostLock(t, lease, newLocker, func(_ *testing.T, id string) func() { return lose(id) })
		})
	}
}

// lockKey is where the lock named "id" is.
const lockKey = "session:lock:id"

func take(t *testing.T, s *redisstore.Store) (held context.Context, unlock func()) {
	t.Helper()
	held, unlock, err := s.Lock(t.Context(), "id")
	if err != nil {
		t.Fatalf("Lock = %v, want nil", err)
	}
	t.Cleanup(unlock)
	return held, unlock
}

// wantLost waits for a lock to end.
func wantLost(t *testing.T, held context.Context, within time.Duration) {
	t.Helper()
	select {
	case <-held.Done():
	case <-time.After(within):
		t.Fatalf("the loss of the lock was not noticed within %v", within)
	}
	if cause := context.Cause(held); !errors.Is(cause, session.ErrLockLost) {
		t.Errorf("cause = %v, want ErrLockLost", cause)
	}
}

// TestR6_LossIsNoticed: whatever takes the lock away, its holder knows before
// the lease is over.
func TestR6_LossIsNoticed(t *testing.T) {
	t.Parallel()
	losses := map[string]func(t *testing.T, server *servers.Redis){
		"deleted": func(t *testing.T, server *servers.Redis) {
			if err := connect(t, server).Del(t.Context(), lockKey).Err(); err != nil {
				t.Fatal(err)
			}
		},
		"taken over": func(t *testing.T, server *servers.Redis) {
			if err := connect(t, server).Set(t.Context(), lockKey, "another", time.Minute).Err(); err != nil {
				t.Fatal(err)
			}
		},
		"killed":          func(_ *testing.T, server *servers.Redis) { server.Kill() },
		"paused":          func(_ *testing.T, server *servers.Redis) { server.Pause() },
		"restarted empty": func(_ *testing.T, server *servers.Redis) { server.Kill(); server.Start() },
	}
	for how, lose := range losses {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			server := servers.StartRedis(t)
			lease, within := lease, lease+2*time.Second
			if how == "deleted" || how == "taken over" { // the next renewal tells, well before the end
				lease, within = 9*time.Second, 6*time.Second
			}
			held, unlock := take(t, newStore(t, connect(t, server), redisstore.Config{Lease: lease}))
			lose(t, server)
			wantLost(t, held, within)
			unlock()
			if how == "taken over" {
				if got, err := connect(t, server).Get(t.Context(), lockKey).Result(); got != "another" {
					t.Errorf("the lock is %q, %v after a former holder's unlock, want the new holder's", got, err)
				}
			}
		})
	}
}

// TestR6_LossBeforeTheServerLetsGo: while the server hangs nobody can renew;
// the holder has given up when the server, back again, gives the lock to
// somebody else.
func TestR6_LossBeforeTheServerLetsGo(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	one := newStore(t, connect(t, server), redisstore.Config{Lease: lease})
	two := newStore(t, connect(t, server), redisstore.Config{Lease: lease, Timeout: time.Minute})
	held, _ := take(t, one)
	time.Sleep(lease) // it was renewed by then
	server.Pause()
	wantLost(t, held, lease+2*time.Second)
	server.Resume()
	_, unlock := take(t, two)
	unlock()
}

// TestR6_ReleasedLater: the server refuses the holder's unlock, as a cluster
// does while one of its nodes is away. The lock is free soon after the server
// takes writes again, well before the lease ends.
func TestR6_ReleasedLater(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	const long = 30 * time.Second
	_, unlock := take(t, newStore(t, connect(t, server), redisstore.Config{Lease: long}))
	command(t, server, "CONFIG", "SET", "min-replicas-to-write", "1")
	unlock()
	if n, err := connect(t, server).Exists(t.Context(), lockKey).Result(); n != 1 || err != nil {
		t.Fatalf("%d locks (%v) while the server takes no writes, want 1", n, err)
	}
	command(t, server, "CONFIG", "SET", "min-replicas-to-write", "0")
	began := time.Now()
	_, unlock = take(t, newStore(t, connect(t, server), redisstore.Config{Lease: long}))
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the next holder waited for %v, want much less than the lease of %v", took, long)
	}
	unlock()
}

// TestR6_ShortOutage: an outage that is shorter than the lease costs no lock.
func TestR6_ShortOutage(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	const long = 4 * time.Second
	held, _ := take(t, newStore(t, connect(t, server), redisstore.Config{Lease: long, Timeout: 200 * time.Millisecond}))
	server.Pause()
	time.Sleep(long / 2) // a renewal fails meanwhile
	server.Resume()
	time.Sleep(long)
	if err := held.Err(); err != nil {
		t.Errorf("held ended with %v, want it to last", context.Cause(held))
	}
}

// TestR6_DeadHolder: a process that died with the lock delays others by one
// lease at most.
func TestR6_DeadHolder(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	client := connect(t, server)
	if err := client.Set(t.Context(), lockKey, "of a process that has died", lease).Err(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, unlock := take(t, newStore(t, client, redisstore.Config{Lease: lease}))
	defer unlock()
	if took := time.Since(began); took < lease/2 || took > lease+2*time.Second {
		t.Errorf("Lock took %v, want what was left of a lease of %v", took, lease)
	}
}

// TestR6_GivenUpWait: a lock that the server gives out when the waiter has
// left does not stay taken.
func TestR6_GivenUpWait(t *testing.T) {
	t.Parallel()
	server := servers.StartRedis(t)
	s := newStore(t, connect(t, server), redisstore.Config{Lease: time.Hour, Timeout: time.Minute})
	_, unlock := take(t, s) // so that the scripts are known
	unlock()
	server.Pause()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := s.Lock(ctx, "id"); err == nil {
		t.Fatal("Lock while the server hangs = nil")
	}
	server.Resume()
	take(t, s)
}

// TestE4_NoGoroutineLeft once locks were given back, lost and waited for.
func TestE4_NoGoroutineLeft(t *testing.T) {
	server := servers.StartRedis(t)
	client := connect(t, server)
	s := newStore(t, client, redisstore.Config{Lease: lease})
	_, unlock := take(t, s)
	unlock()
	before := runtime.NumGoroutine()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if _, unlock, err := s.Lock(ctx, "id"); err == nil {
				unlock()
			}
		})
	}
	wg.Wait()
	held, unlock, err := s.Lock(t.Context(), "id")
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Del(t.Context(), lockKey).Err(); err != nil {
		t.Fatal(err)
	}
	wantLost(t, held, lease+2*time.Second)
	unlock()
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// TestR6_UnlockIsTheOwners: a holder who has not noticed yet that the lock is
// somebody else's gives nothing back.
func TestR6_UnlockIsTheOwners(t *testing.T) {
	t.Parallel()
	client := connect(t, servers.StartRedis(t))
	_, unlock := take(t, newStore(t, client, redisstore.Config{Lease: time.Minute}))
	if err := client.Set(t.Context(), lockKey, "another", time.Minute).Err(); err != nil {
		t.Fatal(err)
	}
	unlock()
	if got, err := client.Get(t.Context(), lockKey).Result(); got != "another" {
		t.Errorf("the lock is %q, %v after a former holder's unlock, want the new holder's", got, err)
	}
}
