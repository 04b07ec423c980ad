//go:build unix

package stores_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/alexedwards/scs/goredisstore"
	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/sqlite3store"
	"github.com/alexedwards/scs/v2/memstore"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/scsstore"
	"github.com/seed75762126/cognito-go/cognito/session/sessiontest"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// newStore is what an app does with a store of scs.
func newStore(t *testing.T, of scsstore.SCS) session.Store {
	t.Helper()
	s, err := scsstore.New(of, scsstore.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMemstore(t *testing.T) {
	sessiontest.Run(t, func(t *testing.T) session.Store { return newStore(t, memstore.NewWithCleanupInterval(0)) })
}

func TestGoRedis(t *testing.T) {
	server := servers.StartRedis(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr})
	t.Cleanup(func() { _ = client.Close() })
	store := func(t *testing.T) session.Store { return newStore(t, goredisstore.New(client)) }
	sessiontest.Run(t, store)
	sessiontest.RunHanging(t, store, func(*testing.T) (resume func()) {
		server.Pause()
		return server.Resume
	})
}

func TestPostgres(t *testing.T) {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, servers.StartPostgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	if _, err := pool.Exec(ctx, `
		CREATE TABLE sessions (token TEXT PRIMARY KEY, data BYTEA NOT NULL, expiry TIMESTAMPTZ NOT NULL);
		CREATE INDEX sessions_expiry_idx ON sessions (expiry);`); err != nil {
		t.Fatal(err)
	}
	store := func(t *testing.T) session.Store { return newStore(t, pgxstore.NewWithCleanupInterval(pool, 0)) }
	sessiontest.Run(t, store)
	sessiontest.RunHanging(t, store, func(t *testing.T) (resume func()) { // a migration
		tx, err := pool.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(ctx, "LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE"); err != nil {
			t.Fatal(err)
		}
		return func() { _ = tx.Rollback(ctx) }
	})
}

func TestSQLite(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "sessions.db")+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1) // SQLite has one writer at a time, and those that wait for it are not served in turn
	if _, err := db.Exec(`
		CREATE TABLE sessions (token TEXT PRIMARY KEY, data BLOB NOT NULL, expiry REAL NOT NULL);
		CREATE INDEX sessions_expiry_idx ON sessions (expiry);`); err != nil {
		t.Fatal(err)
	}
	store := func(t *testing.T) session.Store { return newStore(t, sqlite3store.NewWithCleanupInterval(db, 0)) }
	sessiontest.Run(t, store)
}
