package cognitotest

import (
	"sync"
	"time"
)

const (
	lockoutFree  = 5                // failures before the first lock
	lockoutMax   = 15 * time.Minute // longest lock
	lockoutQuiet = 15 * time.Minute // without an attempt, after which all is forgotten
)

// A lockout slows down password guessing: from the fifth failure on, each
// one locks the account for twice as long as the one before, beginning with
// a second. Attempts during a lock are refused and do not prolong it. Names
// that are no account's are treated alike, so that they cannot be told apart.
type lockout struct {
	mu    sync.Mutex // guards tries
	tries map[string]*tries
}

type tries struct {
	failures int
	last     time.Time
	until    time.Time
}

func (l *lockout) locked(name string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.tries[name]
	return t != nil && now.Before(t.until)
}

func (l *lockout) succeed(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tries, name)
}

func (l *lockout) fail(name string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tries == nil {
		l.tries = make(map[string]*tries)
	}
	l.forget(now)
	t := l.tries[name]
	if t == nil {
		t = new(tries)
		l.tries[name] = t
	}
	t.failures++
	t.last = now
	if t.failures >= lockoutFree {
		t.until = now.Add(min(lockoutMax, time.Second<<min(t.failures-lockoutFree, 10)))
	}
}

func (l *lockout) forget(now time.Time) {
	for name, t := range l.tries {
		if now.Sub(t.last) >= lockoutQuiet && !now.Before(t.until) {
			delete(l.tries, name)
		}
	}
}
