//go:build unix

package pgstore_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/pgstore"
	"github.com/seed75762126/cognito-go/cognito/session/sessiontest"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// lease is what the tests use for locks.
const lease = time.Second

func TestLocker(t *testing.T) {
	t.Parallel()
	dsn := servers.NewDatabase(t)
	newLocker := func(t *testing.T) session.Locker { return newStore(t, dsn, pgstore.Config{Lease: lease}) }
	sessiontest.RunLocker(t, lease, newLocker)
}

// TestR6_LossIsNoticedByHolder, and a former holder's unlock frees nothing.
func TestR6_LossIsNoticedByHolder(t *testing.T) {
	t.Parallel()
	server := servers.NewPostgres(t)
	newLocker := func(t *testing.T) session.Locker {
		return newStore(t, server.URL, pgstore.Config{Lease: lease, Timeout: 300 * time.Millisecond})
	}
	losses := map[string]func(t *testing.T) (mend func()){
		"connection ended": func(t *testing.T) func() {
			if _, err := connect(t, server.URL).Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM `+locksHere); err != nil {
				t.Fatal(err)
			}
			return nil
		},
		"killed":    func(*testing.T) func() { server.Kill(); return server.Start },
		"restarted": func(*testing.T) func() { server.Kill(); server.Start(); return nil },
	}
	for how, lose := range losses {
		t.Run(how, func(t *testing.T) {
			sessiontest.RunLostLock(t, lease, newLocker, func(t *testing.T, _ string) func() { return lose(t) })
		})
	}
}

// locksHere are the locks in the database of a test.
const locksHere = `pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

func take(t *testing.T, s *pgstore.Store, id string) (held context.Context, unlock func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	held, unlock, err := s.Lock(ctx, id)
	if err != nil {
		t.Fatalf("Lock(%s) = %v, want nil", id, err)
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

// TestR6_CrashIsNoticed: a server that has crashed forgets its locks; every
// holder knows within a lease.
func TestR6_CrashIsNoticed(t *testing.T) {
	t.Parallel()
	server := servers.NewPostgres(t)
	one, two := newStore(t, server.URL, pgstore.Config{Lease: lease}), newStore(t, server.URL, pgstore.Config{Lease: lease})
	first, unlockFirst := take(t, one, "first")
	second, unlockSecond := take(t, one, "second")
	server.Kill()
	wantLost(t, first, lease+2*time.Second)
	wantLost(t, second, lease+2*time.Second)
	server.Start()
	_, unlock := take(t, two, "first")
	unlockFirst() // gives back nothing
	unlockSecond()
	ctx, cancel := context.WithTimeout(t.Context(), lease/2)
	defer cancel()
	if _, _, err := one.Lock(ctx, "first"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Lock(held by another process) = %v, want context.DeadlineExceeded", err)
	}
	unlock()
	_, unlock = take(t, one, "first")
	unlock()
}

// TestR6_HolderCutOff: a process that stops, or is cut off, gives no sign of
// life. The server lets others have its locks after a lease.
func TestR6_HolderCutOff(t *testing.T) {
	t.Parallel()
	dsn := servers.NewDatabase(t)
	cut := connect(t, dsn)
	conn, err := cut.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Release)
	s := newStore(t, dsn, pgstore.Config{Lease: lease})
	_, unlock := take(t, s, "id")
	var key, class int64
	if err := cut.QueryRow(t.Context(), `SELECT classid::bigint, objid::bigint FROM `+locksHere).Scan(&class, &key); err != nil {
		t.Fatal(err)
	}
	unlock()
	// What a holder does when it takes the lock, and then nothing.
	if _, err := conn.Exec(t.Context(), `SELECT set_config('idle_session_timeout', $1, false), pg_advisory_lock($2)`, lease.String(), class<<32|key); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, unlock = take(t, s, "id")
	defer unlock()
	if took := time.Since(began); took < lease/2 || took > lease+3*time.Second {
		t.Errorf("Lock took %v, want what was left of a lease of %v", took, lease)
	}
}

// TestR6_OneConnection: all locks of a process take one connection, which the
// pool has back afterwards, without its locks and with its own time limit.
func TestR6_OneConnection(t *testing.T) {
	t.Parallel()
	dsn := servers.NewDatabase(t)
	cfg, err := pgxpool.ParseConfig(dsn + " idle_session_timeout=1234567")
	if err != nil {
		t.Fatal(err)
	}
	cfg.MaxConns = 2
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	s, err := pgstore.New(pool, pgstore.Config{Lease: lease})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CreateTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	var unlocks []func()
	for _, id := range []string{"a", "b", "c", "d", "e", "f"} {
		_, unlock := take(t, s, id)
		unlocks = append(unlocks, unlock)
	}
	if n := pool.Stat().AcquiredConns(); n != 1 {
		t.Errorf("six locks take %d connections, want 1", n)
	}
	if _, _, err := s.Find(t.Context(), "id"); err != nil {
		t.Errorf("Find while locks are held = %v, want nil", err)
	}
	for _, unlock := range unlocks {
		unlock()
	}
	if n := pool.Stat().AcquiredConns(); n != 0 {
		t.Errorf("%d connections are out of the pool after the last lock, want 0", n)
	}
	for range 2 {
		conn, err := pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Release()
		var limit string
		if err := conn.QueryRow(t.Context(), `SHOW idle_session_timeout`).Scan(&limit); err != nil || limit != "1234567ms" {
			t.Errorf("a connection's idle_session_timeout is %s, %v, want its own, 1234567ms", limit, err)
		}
		var n int
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM `+locksHere).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d locks are left, %v, want none", n, err)
		}
	}
}

// TestR6_GivenUpWait: a lock that the server gives out when the waiter has
// left does not stay taken.
func TestR6_GivenUpWait(t *testing.T) {
	t.Parallel()
	dsn := servers.NewDatabase(t)
	s := newStore(t, dsn, pgstore.Config{Lease: time.Minute, Timeout: 20 * time.Second})
	_, keep := take(t, s, "keeps the connection")
	defer keep()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*20*time.Microsecond)
			defer cancel()
			if _, unlock, err := s.Lock(ctx, "id"); err == nil {
				unlock()
			}
		})
	}
	wg.Wait()
	other := newStore(t, dsn, pgstore.Config{Lease: lease})
	_, unlock := take(t, other, "id")
	unlock()
}

// TestE4_NoGoroutineLeft once locks were given back and lost.
func TestE4_NoGoroutineLeft(t *testing.T) {
	dsn := servers.NewDatabase(t)
	s := newStore(t, dsn, pgstore.Config{Lease: lease})
	_, unlock := take(t, s, "id")
	unlock()
	before := runtime.NumGoroutine()
	for range 5 {
		_, unlock := take(t, s, "id")
		unlock()
	}
	held, unlock := take(t, s, "id")
	if _, err := connect(t, dsn).Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM `+locksHere); err != nil {
		t.Fatal(err)
	}
	wantLost(t, held, lease+2*time.Second)
	unlock()
	for range 200 {
		if runtime.NumGoroutine() <= before+3 { // the pool that ended the connection
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}
