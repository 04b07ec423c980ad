// Package redisstore keeps sessions in Redis or Valkey, for a service that
// runs on many machines. A [Store] is a [session.Store] and a
// [session.Locker]:
//
//	client := redis.NewClient(&redis.Options{Addr: "redis.internal:6379"})
//	store, err := redisstore.New(client, redisstore.Config{})
//	…
//	sessions, err := session.New(session.Config{Options: session.Options{Store: store, Locker: store}, …})
//
// It works with a single server, with sentinels and with a cluster: whatever
// [redis.UniversalClient] is. Every command names one key, so that a cluster
// needs no hash tags. The client is the caller's, who closes it.
//
// # What the server has to be
//
// Sessions are what a user would call "being signed in": a server that evicts
// keys when it is full signs people out. Use the policy noeviction or
// volatile-ttl with room to spare, and persistence ("appendonly yes") if a
// restart must not end every session. Who can read the server's memory learns
// nothing from it, since values are sealed and ids are hashes; who can write
// to it can end sessions.
//
// # Locks
//
// A lock is a key with a random token and a lease, set with NX and deleted by
// a script that compares the token, so that only its holder gives it back.
// While it is held it is renewed, three times in a lease. A holder that cannot
// renew it counts the lease down by its own clock, from the moment before the
// last renewal was sent, and has given up when the server lets go: code
// with the context that [Store.Lock] returns has stopped by then. Waiters ask
// again every few milliseconds, at random and ever more slowly. A process that
// dies delays the others by one lease at most.
//
// A server that fails over to a replica may lose a lock that it has just given
// out, as Redis replicates after it has answered. Two processes may then
// refresh one session at a time, which a rotation grace period of a few seconds
// makes harmless.
package redisstore
