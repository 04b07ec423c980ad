// Package sessiontest checks that a [session.Store] or a [session.Locker]
// does what a [session.Manager] relies on. A store of your own needs one
// test:
//
//	func TestStore(t *testing.T) {
//		sessiontest.Run(t, func(t *testing.T) session.Store { return newStore(t) })
//	}
//
// [RunHanging] checks what the store does while its server hangs, and
// [RunLocker] and [RunLostLock] check a locker. They need a way to make the
// server hang, and to take a lock away.
//
// The checks of a store let real time pass, two seconds in all, since a
// database has a clock of its own. A store that follows [time.Now] of its
// process can be checked at once, within a testing/synctest bubble:
// [RunInBubble].
package sessiontest
