// Package servers starts servers for tests. It has a Redis, with sentinels or
// as a cluster, a PostgreSQL and an nginx. Each server belongs to the test, on
// a free port or socket, with its files in the test's folder. Where the
// programs are not installed the test is skipped, or fails if the environment
// has CI=true.
package servers
