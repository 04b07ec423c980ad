package main

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// queryTimeout bounds each call to the database: a visitor who waits longer
// is better told to come back.
const queryTimeout = 5 * time.Second

// startTimeout is how long the app waits for its database when it starts.
const startTimeout = 30 * time.Second

// A database keeps users, products and orders. The statements are the same on
// SQLite and PostgreSQL. It is safe for concurrent use.
type database struct {
	*sql.DB
	temporary string // folder to remove at the end; "" for none
}

// openDatabase opens the PostgreSQL at databaseURL, or the SQLite in file where
// that is empty, and brings its tables up to date. If file is empty too, it is
// a temporary file, which is deleted when the app ends.
func openDatabase(ctx context.Context, databaseURL, file string) (*database, error) {
	db := new(database)
	var err error
	lock := "SELECT pg_advisory_xact_lock(7036874417)"
	if databaseURL != "" {
		if db.DB, err = sql.Open("pgx", databaseURL); err == nil {
			_, err = pgx.ParseConfig(databaseURL) // waiting does not correct a wrong URL
		}
	} else {
		if file == "" {
			if db.temporary, err = os.MkdirTemp("", "webapp-"); err != nil {
				return nil, err
			}
			file = filepath.Join(db.temporary, "shop.db")
			slog.WarnContext(ctx, "users and orders are gone when the app ends: -db or DATABASE_URL keeps them")
		}
		lock = "SELECT 1" // needless: each transaction has the file's lock from its beginning
		db.DB, err = sql.Open("sqlite", sqliteName(file))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("database: %w", err), db.Close())
	}
	db.SetMaxOpenConns(10)
	db.SetMaxIdleConns(5)
	db.SetConnMaxIdleTime(time.Minute)
	if err := db.start(ctx, lock); err != nil {
		return nil, errors.Join(fmt.Errorf("database: %w", err), db.Close())
	}
	return db, nil
}

// sqliteName is the data source of a file: writers wait for each other, and
// readers for nobody.
func sqliteName(file string) string {
	settings := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "foreign_keys(1)"}}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath(), RawQuery: settings.Encode()}).String()
}

// start waits for the database, which may start beside the app, and migrates
// it.
func (db *database) start(ctx context.Context, lock string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for wait := 100 * time.Millisecond; ; wait *= 2 {
		err := db.PingContext(ctx)
		if err == nil {
			return db.migrate(ctx, lock)
		}
		slog.WarnContext(ctx, "waiting for the database", "err", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return err
		}
	}
}

//go:embed migrations/*.sql
var migrations embed.FS

// migrate runs the migrations that the database has not seen, in the order of
// their names, in one transaction: all or none. Processes that start at once
// do it one after the other, since each takes lock first.
func (db *database) migrate(ctx context.Context, lock string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing after a Commit
	if _, err := tx.ExecContext(ctx, lock); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)`); err != nil {
		return err
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := runMigration(ctx, tx, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return tx.Commit()
}

func runMigration(ctx context.Context, tx *sql.Tx, path string) error {
	name := filepath.Base(path)
	var seen int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM migrations WHERE name = $1`, name).Scan(&seen); err != nil || seen > 0 {
		return err
	}
	statements, err := migrations.ReadFile(path)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, string(statements)); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO migrations (name) VALUES ($1)`, name)
	return err
}

// bounded is a context for one call to the database.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, queryTimeout)
}

// queryAll reads all rows of a query; scan reads one row.
func queryAll[T any](ctx context.Context, db *database, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []T
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// Close closes the database, and removes a temporary one.
func (db *database) Close() error {
	var err error
	if db.DB != nil {
		err = db.DB.Close()
	}
	if db.temporary != "" {
		err = errors.Join(err, os.RemoveAll(db.temporary))
	}
	return err
}
