//go:build unix

package stores_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/alexedwards/scs/goredisstore"
	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/sqlite3store"
	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/sessiontest"
	"github.com/seed75762126/cognito-go/internal/servers"
)

// adapter makes a store of scs without context methods a [session.Store].
type adapter struct{ store scs.Store }

func (a adapter) Find(_ context.Context, id string) ([]byte, bool, error) { return a.store.Find(id) }
func (a adapter) Delete(_ context.Context, id string) error               { return a.store.Delete(id) }
func (a adapter) Commit(_ context.Context, id string, sealed []byte, expiry time.Time) error {
	return a.store.Commit(id, sealed, expiry)
}

// ctxAdapter makes a store of scs with context methods a [session.Store].
type ctxAdapter struct{ store scs.CtxStore }

func (a ctxAdapter) Find(ctx context.Context, id string) ([]byte, bool, error) {
	return a.store.FindCtx(ctx, id)
}
func (a ctxAdapter) Delete(ctx context.Context, id string) error { return a.store.DeleteCtx(ctx, id) }
func (a ctxAdapter) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	return a.store.CommitCtx(ctx, id, sealed, expiry)
}

func TestMemstore(t *testing.T) {
	sessiontest.Run(t, func(*testing.T) session.Store {
		return adapter{memstore.NewWithCleanupInterval(0)}
	})
}

func TestGoRedis(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: servers.StartRedis(t).Addr})
	t.Cleanup(func() { _ = client.Close() })
	sessiontest.Run(t, func(*testing.T) session.Store { return ctxAdapter{goredisstore.New(client)} })
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
	sessiontest.Run(t, func(*testing.T) session.Store { return adapter{pgxstore.NewWithCleanupInterval(pool, 0)} })
}

func TestSQLite(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "sessions.db")+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Exec(`
		CREATE TABLE sessions (token TEXT PRIMARY KEY, data BLOB NOT NULL, expiry REAL NOT NULL);
		CREATE INDEX sessions_expiry_idx ON sessions (expiry);`); err != nil {
		t.Fatal(err)
	}
	sessiontest.Run(t, func(*testing.T) session.Store { return adapter{sqlite3store.NewWithCleanupInterval(db, 0)} })
}
