package pgstore

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// maxTries bounds how many connections one call tries.
const maxTries = 10

// retry calls f again where it met a connection that had been closed while it
// lay in the pool: after a restart of the server all of them have. The pool
// throws such a connection away. F may run several times, so it must be one
// statement that does the same each time.
func retry(ctx context.Context, f func() error) error {
	err := f()
	for range maxTries - 1 {
		if !connectionClosed(err) || ctx.Err() != nil {
			break
		}
		err = f()
	}
	return err
}

// connectionClosed reports whether an error is that of a connection, and not
// of a statement, of a server that cannot be reached, or of a context.
func connectionClosed(err error) bool {
	var connect *pgconn.ConnectError
	var server *pgconn.PgError
	switch {
	case err == nil, errors.Is(err, pgx.ErrNoRows), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.As(err, &connect):
		return false
	case errors.As(err, &server):
		return server.Code == "57P01" || server.Code == "57P05" // the server ends connections, or an idle one
	}
	return true
}
