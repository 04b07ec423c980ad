// Package servers starts servers for tests: a Redis, with sentinels or as a
// cluster, a PostgreSQL or an nginx of the test's own, on a free port or
// socket, with its files in the test's folder. Where the programs are not
// installed the test is skipped, or fails if the environment has CI=true.
package servers
