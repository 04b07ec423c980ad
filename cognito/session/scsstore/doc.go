// Package scsstore turns a store of github.com/alexedwards/scs/v2 into a
// session.Store. scs has stores for PostgreSQL, MySQL, SQLite, MongoDB,
// Firestore, DynamoDB and others:
//
//	store, err := scsstore.New(pgxstore.New(pool), scsstore.Config{})
//
// Most of these stores take no context, and some others ignore it. A [Store] still
// limits every call: it returns when the context ends, and after Config.Timeout
// at the latest. While a database does not answer, visitors get 503 after that
// time and stay signed in.
//
// The call goes on in the background until the database ends it. Set a time
// limit in the database too, a little longer than Config.Timeout. At most
// Config.MaxCalls calls run at the same time; other calls wait.
//
// For PostgreSQL and Redis, use packages pgstore and redisstore, which also
// have locks. This package has no locks. It does not depend on scs.
package scsstore
