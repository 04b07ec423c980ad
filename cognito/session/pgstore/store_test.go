//go:build unix

package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/pgstore"
	"github.com/seed75762126/cognito-go/cognito/session/sessiontest"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// connect returns a pool of its own, as another process has one.
func connect(t testing.TB, dsn string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// newStore returns a store with a pool of its own, and its table.
func newStore(t testing.TB, dsn string, cfg pgstore.Config) *pgstore.Store {
	t.Helper()
	s, err := pgstore.New(connect(t, dsn), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CreateTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func inAnHour() time.Time { return time.Now().Add(time.Hour) }

func TestStore(t *testing.T) {
	t.Parallel()
	dsn := servers.NewDatabase(t)
	sessiontest.Run(t, func(t *testing.T) session.Store { return newStore(t, dsn, pgstore.Config{}) })
}

func TestE2_NewReportsEverything(t *testing.T) {
	_, err := pgstore.New(nil, pgstore.Config{Table: "x; DROP TABLE users", Timeout: -1, Lease: time.Millisecond})
	for _, field := range []string{"pool", "Table", "Timeout", "Lease"} {
		if err == nil || !strings.Contains(err.Error(), "pgstore: "+field) {
			t.Errorf("New(everything wrong) = %v, want %s named", err, field)
		}
	}
	for _, table := range []string{"Upper", "a.b.c", "a-b", "1a", ".a", strings.Repeat("a", 60)} {
		if _, err := pgstore.New(nil, pgstore.Config{Table: table}); err == nil || !strings.Contains(err.Error(), "Table") {
			t.Errorf("New(Table %q) = %v, want Table named", table, err)
		}
	}
}

// TestE6_StartsWithPostgresAway: New calls nobody.
func TestE6_StartsWithPostgresAway(t *testing.T) {
	s, err := pgstore.New(connect(t, "postgres://app@127.0.0.1:1/app"), pgstore.Config{})
	if err != nil {
		t.Fatalf("New with PostgreSQL away = %v, want nil", err)
	}
	if _, found, err := s.Find(t.Context(), "id"); err == nil || found {
		t.Errorf("Find with PostgreSQL away = %v, %v, want an error", found, err)
	}
	if _, _, err := s.Lock(t.Context(), "id"); err == nil {
		t.Error("Lock with PostgreSQL away = nil, want an error")
	}
}

// TestStore_CreateTable: processes that start together, more than once, also
// with a schema in the name.
func TestStore_CreateTable(t *testing.T) {
	t.Parallel()
	dsn := servers.NewDatabase(t)
	if _, err := connect(t, dsn).Exec(t.Context(), "CREATE SCHEMA app"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			s, err := pgstore.New(connect(t, dsn), pgstore.Config{Table: "app.sessions"})
			if err != nil {
				t.Error(err)
				return
			}
			for range 2 {
				if err := s.CreateTable(t.Context()); err != nil {
					t.Errorf("CreateTable = %v, want nil", err)
				}
			}
		})
	}
	wg.Wait()
}

// TestStore_NothingStays: writes remove what is over, so that the table does
// not grow with sessions nobody comes back to.
func TestStore_NothingStays(t *testing.T) {
	t.Parallel()
	dsn := servers.NewDatabase(t)
	s := newStore(t, dsn, pgstore.Config{})
	for i := range 20 {
		if err := s.Commit(t.Context(), fmt.Sprint("old ", i), []byte("x"), time.Now().Add(100*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(200 * time.Millisecond) // the server's clock
	for i := range 10 {
		if err := s.Commit(t.Context(), fmt.Sprint("new ", i), []byte("x"), inAnHour()); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := connect(t, dsn).QueryRow(t.Context(), "SELECT count(*) FROM cognito_sessions").Scan(&n); err != nil || n != 10 {
		t.Errorf("%d rows, %v, want the 10 that are not over", n, err)
	}
}

// TestS8_Hanging: calls end with their context while the table is locked.
func TestS8_Hanging(t *testing.T) {
	t.Parallel()
	dsn := servers.NewDatabase(t)
	sessiontest.RunHanging(t, func(t *testing.T) session.Store { return newStore(t, dsn, pgstore.Config{}) }, lockTable(dsn))
}

// lockTable holds the table until it is told to let go, as a migration does.
func lockTable(dsn string) func(t *testing.T) (unlock func()) {
	return func(t *testing.T) (unlock func()) {
		tx, err := connect(t, dsn).Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), "LOCK TABLE cognito_sessions IN ACCESS EXCLUSIVE MODE"); err != nil {
			t.Fatal(err)
		}
		return func() { _ = tx.Rollback(context.Background()) }
	}
}

// TestS8_HungTable: a table that a migration has locked. Calls end within the
// time limit or with their context, no query stays behind on the server, and
// what was there is there afterwards.
func TestS8_HungTable(t *testing.T) {
	t.Parallel()
	const timeout = 300 * time.Millisecond
	dsn := servers.NewDatabase(t)
	s := newStore(t, dsn+" statement_timeout=3000", pgstore.Config{Timeout: timeout})
	ctx := t.Context()
	if err := s.Commit(ctx, "id", []byte("kept"), inAnHour()); err != nil {
		t.Fatal(err)
	}
	admin := connect(t, dsn)
	tx, err := admin.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, "LOCK TABLE cognito_sessions IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	calls := map[string]func(context.Context) error{
		"Find":   func(ctx context.Context) error { _, _, err := s.Find(ctx, "id"); return err },
		"Commit": func(ctx context.Context) error { return s.Commit(ctx, "other", []byte("x"), inAnHour()) },
		"Delete": func(ctx context.Context) error { return s.Delete(ctx, "other") },
	}
	var wg sync.WaitGroup
	for what, call := range calls {
		for range 10 { // more than the pool has connections
			wg.Go(func() {
				began := time.Now()
				err := call(ctx)
				if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > timeout+time.Second {
					t.Errorf("%s with the table locked = %v after %v, want an error within %v", what, err, took, timeout)
				}
			})
		}
	}
	wg.Wait()
	for what, call := range calls {
		ctx, cancel := context.WithCancel(ctx)
		time.AfterFunc(20*time.Millisecond, cancel)
		began := time.Now()
		if err := call(ctx); !errors.Is(err, context.Canceled) || time.Since(began) > timeout {
			t.Errorf("%s(cancelled) = %v after %v, want context.Canceled at once", what, err, time.Since(began))
		}
	}
	// A request to cancel that overtakes its query is lost. Then the server's
	// statement_timeout ends the query, as the package's overview says.
	waiting := func(most int, within time.Duration) (n int) {
		for end := time.Now().Add(within); ; time.Sleep(10 * time.Millisecond) { // of the server
			if err := admin.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if n <= most || time.Now().After(end) {
				return n
			}
		}
	}
	if n := waiting(2, 2*time.Second); n > 2 {
		t.Errorf("%d queries that were given up still wait on the server", n)
	}
	if n := waiting(0, 10*time.Second); n > 0 {
		t.Errorf("%d queries still wait after statement_timeout", n)
	}
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if got, found, err := s.Find(ctx, "id"); string(got) != "kept" || !found || err != nil {
		t.Errorf("Find when the lock has gone = %q, %v, %v, want kept", got, found, err)
	}
}

// TestS8_Restarted: a server that is killed, or hangs, gives errors in time
// and never "not found"; when it is back, so are the records.
func TestS8_Restarted(t *testing.T) {
	t.Parallel()
	const timeout = 300 * time.Millisecond
	server := servers.NewPostgres(t)
	s := newStore(t, server.URL, pgstore.Config{Timeout: timeout})
	ctx := t.Context()
	if err := s.Commit(ctx, "id", []byte("kept"), inAnHour()); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	for what, call := range map[string]func() error{
		"Find":   func() error { _, _, err := s.Find(ctx, "id"); return err },
		"Commit": func() error { return s.Commit(ctx, "other", []byte("x"), inAnHour()) },
		"Delete": func() error { return s.Delete(ctx, "other") },
		"Lock":   func() error { _, _, err := s.Lock(ctx, "other"); return err },
	} {
		began := time.Now()
		err := call()
		if took := time.Since(began); err == nil || took > timeout+time.Second {
			t.Errorf("%s with the server away = %v after %v, want an error within %v", what, err, took, timeout)
		}
	}
	server.Start()
	var got []byte
	var found bool
	var err error
	for range 20 { // connections of before may still be in the pool
		if got, found, err = s.Find(ctx, "id"); err == nil {
			break
		}
	}
	if string(got) != "kept" || !found || err != nil {
		t.Errorf("Find when the server is back = %q, %v, %v, want kept", got, found, err)
	}
}
