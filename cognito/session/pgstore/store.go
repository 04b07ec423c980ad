package pgstore

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/problems"
)

// Config has the settings of a [Store]. The zero Config is good for production.
type Config struct {
	// Table is the name of the table, with or without a schema. It may have
	// lower-case letters, digits and _. Empty means "cognito_sessions".
	Table string

	// Timeout limits each call to the server. If the store cannot be reached, a
	// visitor waits this long for the answer 503. Zero means 2 seconds.
	Timeout time.Duration

	// Lease is how long other processes wait for a lock after its holder's
	// machine was cut off. Zero means 5 seconds; less than 100 milliseconds is
	// an error.
	Lease time.Duration
}

const (
	defaultTable   = "cognito_sessions"
	defaultTimeout = 2 * time.Second
	defaultLease   = 5 * time.Second
	minLease       = 100 * time.Millisecond
)

func (c Config) table() string {
	if c.Table == "" {
		return defaultTable
	}
	return c.Table
}

func (c Config) timeout() time.Duration {
	if c.Timeout == 0 {
		return defaultTimeout
	}
	return c.Timeout
}

func (c Config) lease() time.Duration {
	if c.Lease == 0 {
		return defaultLease
	}
	return c.Lease
}

// tableName is what Config.Table may be: it becomes part of SQL.
var tableName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,50}(\.[a-z_][a-z0-9_]{0,50})?$`)

// A Store keeps sessions and their locks in PostgreSQL. It is safe for
// concurrent use.
type Store struct {
	pool    *pgxpool.Pool
	table   string
	timeout time.Duration
	locks   *locks

	findSQL, commitSQL, updateSQL, deleteSQL string
}

var (
	_ session.Updater = (*Store)(nil)
	_ session.Locker  = (*Store)(nil)
)

// New returns a Store, or an error with every problem of cfg. It opens no
// connection, so an app can start while PostgreSQL cannot be reached. The
// caller closes the pool.
func New(pool *pgxpool.Pool, cfg Config) (*Store, error) {
	errs := problems.New((&cognito.ConfigError{Package: "pgstore"}).At)
	if pool == nil {
		errs.Add("pool", "missing")
	} else if n := pool.Config().MaxConns; n < 2 {
		errs.Add("pool", "MaxConns is %d, and locks take one connection: allow 2 or more", n)
	}
	if !tableName.MatchString(cfg.table()) {
		errs.Add("Table", "%q is not a name of lower-case letters, digits and _", cfg.Table)
	}
	if cfg.Timeout < 0 {
		errs.Add("Timeout", "cannot be negative")
	}
	if lease := cfg.lease(); lease < minLease {
		errs.Add("Lease", "%v is shorter than %v", lease, minLease)
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	s := &Store{pool: pool, table: cfg.table(), timeout: cfg.timeout()}
	s.locks = &locks{pool: pool, timeout: s.timeout, lease: cfg.lease()}
	s.findSQL = s.sql(`SELECT sealed FROM TABLE WHERE id = $1 AND expiry > now()`)
	s.commitSQL = s.sql(commitSQL)
	s.updateSQL = s.sql(`UPDATE TABLE SET sealed = $2, expiry = now() + $3::bigint * interval '1 millisecond' WHERE id = $1 AND expiry > now()`)
	s.deleteSQL = s.sql(`DELETE FROM TABLE WHERE id = $1`)
	return s, nil
}

// commitSQL writes a record that ends in $3 milliseconds by the server's clock.
// It also removes two other records that have ended.
const commitSQL = `
WITH gone AS (
	DELETE FROM TABLE WHERE id IN (
		SELECT id FROM TABLE WHERE expiry < now() AND id <> $1 LIMIT 2 FOR UPDATE SKIP LOCKED))
INSERT INTO TABLE (id, sealed, expiry)
	VALUES ($1, $2, now() + $3::bigint * interval '1 millisecond')
ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, expiry = excluded.expiry`

func (s *Store) sql(text string) string { return strings.ReplaceAll(text, "TABLE", s.table) }

// Schema returns the SQL that [Store.CreateTable] runs for the table with this
// name. The SQL changes nothing if the table exists.
func Schema(table string) string {
	_, name, ok := strings.Cut(table, ".")
	if !ok {
		name = table
	}
	return `CREATE TABLE IF NOT EXISTS ` + table + ` (
	id     text COLLATE "C" PRIMARY KEY,
	sealed bytea NOT NULL,
	expiry timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS ` + name + `_expiry ON ` + table + ` (expiry);
`
}

// CreateTable creates the table and its index if they do not exist. Processes
// that start together may all call it.
func (s *Store) CreateTable(ctx context.Context) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		// Two that create a table at once can fail on PostgreSQL's own catalogue.
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, lockKey(s.table, "create table")); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, Schema(s.table), pgx.QueryExecModeSimpleProtocol)
		return err
	})
	return wrap("create table", err)
}

// Find implements session.Store.
func (s *Store) Find(ctx context.Context, id string) (sealed []byte, found bool, err error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	err = retry(ctx, func() error { return s.pool.QueryRow(ctx, s.findSQL, id).Scan(&sealed) })
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	return sealed, err == nil, wrap("find", err)
}

// Commit implements session.Store. It sends the time until expiry, not the
// date, so the server's clock may differ from this machine's.
func (s *Store) Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error {
	life := time.Until(expiry)
	if life < time.Millisecond {
		return s.Delete(ctx, id)
	}
	_, err := s.exec(ctx, s.commitSQL, id, nonNil(sealed), life.Milliseconds())
	return wrap("commit", err)
}

// Update implements session.Updater.
func (s *Store) Update(ctx context.Context, id string, sealed []byte, expiry time.Time) (found bool, err error) {
	life := time.Until(expiry)
	if life < time.Millisecond {
		return false, s.Delete(ctx, id)
	}
	rows, err := s.exec(ctx, s.updateSQL, id, nonNil(sealed), life.Milliseconds())
	return rows > 0, wrap("update", err)
}

// Delete implements session.Store.
func (s *Store) Delete(ctx context.Context, id string) error {
	_, err := s.exec(ctx, s.deleteSQL, id)
	return wrap("delete", err)
}

// exec runs a statement and returns how many rows it has changed.
func (s *Store) exec(ctx context.Context, sql string, args ...any) (rows int64, err error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	err = retry(ctx, func() error {
		tag, err := s.pool.Exec(ctx, sql, args...)
		rows = tag.RowsAffected()
		return err
	})
	return rows, err
}

// bound limits a call. When it ends early pgx asks the server to cancel the
// query, and closes the connection.
func (s *Store) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, s.timeout)
}

// nonNil is b for a column that is NOT NULL.
func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("pgstore: %s: %w", what, err)
}
