// Package stores keeps sessions in the stores of github.com/alexedwards/scs,
// through package scsstore, and puts each through the checks of sessiontest. It
// is a module of its own, so that none of them reaches the users of the
// library, and it has only tests. From this folder:
//
//	GOWORK=off go test ./...
//
//	memstore      TestMemstore
//	goredisstore  TestGoRedis
//	pgxstore      TestPostgres
//	sqlite3store  TestSQLite
//
// Redis and PostgreSQL are the tests' own: see internal/checks/servers.
package stores
