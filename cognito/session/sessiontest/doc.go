// Package sessiontest tests a [session.Store] or a [session.Locker] of your
// own: it checks what a [session.Manager] relies on. A store needs one test:
//
//	func TestStore(t *testing.T) {
//		sessiontest.Run(t, func(t *testing.T) session.Store { return newStore(t) })
//	}
//
// [RunHanging] checks what the store does while its server hangs, and
// [RunLocker] and [RunLostLock] check a locker. You pass them functions that
// make the server hang or take a lock away.
//
// A database has its own clock, so the checks of a store take two seconds of
// real time. If your store uses [time.Now] of its process, use [RunInBubble]:
// it runs within a testing/synctest bubble, without waiting.
package sessiontest
