// Package limits slows down guessing. It has lock-outs after wrong passwords,
// and quotas of codes. It also has the codes that were asked for but not sent,
// because no such user exists.
package limits

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
)

const (
	lockoutFree  = 5                // failures before the first lock
	lockoutMax   = 15 * time.Minute // longest lock
	lockoutQuiet = 15 * time.Minute // without an attempt, after which all is forgotten
)

// A Lockout slows down password guessing. From the fifth failure on, each one
// locks the account for twice as long as the one before, beginning with a
// second. Attempts during a lock are refused and do not prolong it. Names
// without an account are treated alike, so that they cannot be told apart.
type Lockout struct{ Tries expiring.Map[string, tries] }

type tries struct {
	failures int
	until    time.Time // end of the lock
}

func (l *Lockout) Locked(name string, now time.Time) bool {
	t, _ := l.Tries.Get(name, now)
	return now.Before(t.until)
}

func (l *Lockout) Succeed(name string) { l.Tries.Delete(name) }

func (l *Lockout) Fail(name string, now time.Time) {
	l.Tries.Update(name, now, func(t tries, _ bool) (tries, time.Time) {
		t.failures++
		if t.failures >= lockoutFree {
			t.until = now.Add(min(lockoutMax, time.Second<<min(t.failures-lockoutFree, 10)))
		}
		return t, later(t.until, now.Add(lockoutQuiet))
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
