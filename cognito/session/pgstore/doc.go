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
// Set session.Options.Store and Options.Locker to store. [Store.CreateTable] may
// run at every start. [Schema] returns its SQL for apps that keep migrations
// elsewhere. PostgreSQL 14 or newer is needed.
//
// # Settings of the database
//
// A page costs one SELECT by primary key. Each call ends within
// Config.Timeout, also while a migration locks the table: the visitor then gets
// 503 and stays signed in. Let the server give up a little later, so that no
// query goes on without its client:
//
//	postgres://…/app?statement_timeout=3000
//
// Expired records go as others are written: each write removes up to two.
// Values are sealed and ids are hashes: a leaked copy of the table reveals no
// token and no cookie. A role that may write to it can end sessions. The app's
// role needs SELECT, INSERT, UPDATE and DELETE on the table.
//
// # Locks
//
// Locks are advisory locks. A process holds all of its locks on one connection,
// which is out of the pool while any lock is held or waited for. So the pool
// needs at least two connections. The server ends that connection
// after Config.Lease without a sign of life (idle_session_timeout); the
// process gives five in that period. A process that dies frees its
// locks at once, and a machine that is cut off frees them after a lease. The
// context that [Store.Lock] returns ends by then, with session.ErrLockLost as
// its cause.
//
// A server that crashes forgets its locks. Their holder learns of it at its
// next sign of life, within a fifth of the lease. A pooler between the app and
// PostgreSQL must keep a connection for a session: PgBouncer with
// pool_mode=transaction loses advisory locks. Give the Store a pool that
// reaches PostgreSQL directly.
package pgstore
