// Package servers starts databases for tests: a redis-server or a PostgreSQL
// of the test's own, on a free port or socket, with its files in the test's
// folder. Where the programs are not installed the test is skipped, or fails
// if the environment has CI=true.
package servers
