// Package sessiontest tests a [session.Store] or a [session.Locker] that you
// write. It checks what a [session.Manager] needs. One test is enough for a
// store:
//
//	func TestStore(t *testing.T) {
//		sessiontest.Run(t, func(t *testing.T) session.Store { return newStore(t) })
//	}
//
// [RunHanging] checks what the store does while its server does not answer.
// [RunLocker] and [RunLostLock] check a locker. You write the functions that
// make the server hang, or that take a lock away.
//
// A database has its own clock, so the checks of a store take two seconds of
// real time. If your store uses [time.Now] in the process of the test, use
// [RunInBubble]: it runs in a testing/synctest bubble, without waiting.
package sessiontest
