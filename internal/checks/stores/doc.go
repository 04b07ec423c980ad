// Package stores keeps sessions in the stores of github.com/alexedwards/scs,
// through package scsstore, and puts each through the checks of sessiontest. It
// has only tests, and is a module of its own, so that users of the library do
// not download these stores. From this folder:
//
//	GOWORK=off go test ./...
//
//	memstore      TestMemstore
//	goredisstore  TestGoRedis
//	pgxstore      TestPostgres
//	sqlite3store  TestSQLite
//
// TestSoak simulates an hour of a whole app in a few seconds. Two processes
// share sessions in Redis through package redisstore. Secrets change, and users
// are disabled. This command makes more requests, which takes minutes:
//
//	GOWORK=off go test -run TestSoak -timeout 30m . -soak 200000
//
// Redis and PostgreSQL are the tests' own: see internal/checks/servers.
package stores
