// Package scsstore turns a store of github.com/alexedwards/scs/v2 into a
// session.Store. scs has stores for PostgreSQL, MySQL, SQLite, MongoDB,
// Firestore, DynamoDB and others:
//
//	store, err := scsstore.New(pgxstore.New(pool), scsstore.Config{})
//
// Most of these stores take no context, and some ignore the one that they
// take. A [Store] still bounds every call: it returns when the context ends,
// and after Config.Timeout at the latest. While a database hangs, visitors get
// 503 within that time and stay signed in.
//
// After that, the call goes on in the background until the database ends it.
// Set a time limit there as well, a little longer than Config.Timeout. At most
// Config.MaxCalls calls run at a time; others wait for their turn.
//
// PostgreSQL and Redis have packages of their own, pgstore and redisstore, with
// locks. This package has none, and does not depend on scs.
package scsstore
