package pgstore

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// maxTries bounds how many connections one call tries.
const maxTries = 10

// retry calls f again after it met a connection that was closed while it waited
// in the pool. After a restart of the server, all connections in the pool are
// closed. The pool throws such a connection away. F may run several times, so
// it must be one statement that does the same each time.
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

// connectionClosed reports whether an error is that of a connection. Errors of
// a statement, of an unreachable server or of a context are not.
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
