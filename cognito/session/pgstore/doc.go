// Package pgstore keeps sessions in PostgreSQL, for a service that runs on
// many machines and has no Redis. A [Store] is a session.Store and a
// session.Locker:
//
//	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
//	…
//	store, err := pgstore.New(pool, pgstore.Config{})
//	…
//	if err := store.CreateTable(ctx); err != nil { … }
//
// Set session.Options.Store and Options.Locker to this store.
// [Store.CreateTable] may run at every start. If your app has its own
// migrations, [Schema] returns the SQL. PostgreSQL 14 or newer is needed.
//
// # Settings of the database
//
// A page costs one SELECT by primary key. Each call ends within Config.Timeout,
// also while a migration locks the table: the visitor then gets 503 and stays
// signed in. Set a time limit in the server too, a little longer, so that a
// query does not go on after its client has given up:
//
//	postgres://…/app?statement_timeout=3000
//
// Each write also removes up to two expired records. Values are encrypted and
// ids are hashed: a leaked copy of the table reveals no token and no cookie. A
// role that may write to the table can end sessions. The app's role needs
// SELECT, INSERT, UPDATE and DELETE on the table.
//
// # Locks
//
// Locks are advisory locks. A process holds all of its locks on one connection.
// It takes that connection from the pool while it holds a lock or waits for
// one, so the pool needs at least two connections. The server ends that
// connection after Config.Lease without a query (idle_session_timeout). The
// process sends five queries in that period. If a process dies, its locks are
// free at once. If a machine is cut off from the network, its locks are free
// after a lease. Before that, the context that [Store.Lock] returned ends, with
// session.ErrLockLost as its cause.
//
// A server that crashes loses its locks. The holder notices this at its next
// query, within a fifth of the lease. A pooler between the app and PostgreSQL
// must keep one server connection for each client connection. PgBouncer with
// pool_mode=transaction does not, and so loses advisory locks. Give the Store a
// pool that reaches PostgreSQL directly.
package pgstore
