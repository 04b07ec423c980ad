// Package redisstore keeps sessions in Redis or Valkey, for a service that
// runs on many machines. A [Store] is a [session.Store] and a
// [session.Locker]:
//
//	client := redis.NewClient(&redis.Options{Addr: "redis.internal:6379"})
//	store, err := redisstore.New(client, redisstore.Config{})
//	…
//	sessions, err := session.New(session.Config{Options: session.Options{Store: store, Locker: store}, …})
//
// It works with a single server, with sentinels and with a cluster: pass any
// [redis.UniversalClient]. Every command names one key, so a cluster needs no
// hash tags. The Store does not close the client: the caller does.
//
// # Settings of the server
//
// A server that evicts keys when it is full signs users out. Use the policy
// noeviction, and give the server enough memory. Turn persistence on
// ("appendonly yes") if a restart must not end every session. Values are
// encrypted and ids are hashed, so a copy of the server's memory reveals no
// token and no cookie. A client that may write to the server can end sessions.
//
// # Locks
//
// A lock is a key with a random token and a lease. It is set with NX. It is
// deleted by a script that compares the token, so only the holder can release
// it. The holder renews the lock three times in a lease. If it cannot, it
// measures the lease with its own clock, from the moment before it sent the
// last renewal that succeeded. So the context that [Store.Lock] returned ends
// before the server frees the lock. Waiting processes ask again after random
// pauses of a few milliseconds, which get longer. A process that dies delays
// the others by one lease at most.
//
// Redis replicates a write after it has answered, so a failover may lose a lock
// that was just set. Two processes may then refresh one session at the same
// time. A rotation grace period of a few seconds makes that harmless.
package redisstore
