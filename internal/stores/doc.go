// Package stores keeps sessions in the stores of github.com/alexedwards/scs,
// as they are or with an adapter of a few lines, and puts each through
// [sessiontest.Run]. It is a module of its own, so that none of them reaches
// the users of the library, and it has tests alone. From this folder:
//
//	GOWORK=off go test ./...
//
//	memstore      TestMemstore    adapter: it has no context methods
//	goredisstore  TestGoRedis     as it is
//	pgxstore      TestPostgres    adapter: it has no context methods
//	sqlite3store  TestSQLite      adapter: it has no context methods
//
// Redis and PostgreSQL are the tests' own: see internal/servers.
package stores
