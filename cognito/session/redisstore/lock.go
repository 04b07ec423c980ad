package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/flight"
)

// Between two tries for a lock that is taken, a waiter pauses. The pause is
// five milliseconds at first and grows by half each time, up to a tenth of a
// second. Each pause is random, between half of that and all of it.
const (
	firstPause = 5 * time.Millisecond
	maxPause   = 100 * time.Millisecond
)

var (
	// lockScript takes a lock that is free. One with the caller's own token
	// counts as free: the client may have sent the script twice, because the
	// first answer was lost.
	lockScript = redis.NewScript(`if redis.call("set", KEYS[1], ARGV[1], "NX", "PX", ARGV[2]) or redis.call("get", KEYS[1]) == ARGV[1] then return 1 else return 0 end`)

	// renewScript prolongs a lock, if it is still the caller's.
	renewScript = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("pexpire", KEYS[1], ARGV[2]) else return 0 end`)

	// unlockScript deletes a lock, if it is still the caller's.
	unlockScript = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`)
)

// Lock implements [session.Locker]. It waits while another process has the
// lock, and returns an error when ctx ends or the server does not answer. The
// context held ends when unlock is called. It also ends, with the cause
// [session.ErrLockLost], as soon as another process may have the lock.
func (s *Store) Lock(ctx context.Context, id string) (held context.Context, unlock func(), err error) {
	l := &lock{store: s, key: s.prefix + "lock:" + id, token: rand.Text()}
	pause := firstPause
	for {
		asked := time.Now()
		got, err := l.try(ctx)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("redisstore: lock: %w", err)
		case got:
			held, unlock := l.hold(ctx, asked.Add(s.lease))
			return held, unlock, nil
		}
		if err := flight.Sleep(ctx, pause/2+mathrand.N(pause/2)); err != nil {
			return nil, nil, fmt.Errorf("redisstore: lock: %w", err)
		}
		pause = min(maxPause, pause+pause/2)
	}
}

// A lock is one holding of a lock, or an attempt at one.
type lock struct {
	store *Store
	key   string
	token string // only of this holding
}

// try takes the lock if it is free. A lock that the server gives out when
// nobody waits for it any more is given back.
func (l *lock) try(ctx context.Context) (bool, error) {
	return callOr(ctx, l.store.timeout, func(ctx context.Context) (bool, error) {
		n, err := lockScript.Run(ctx, l.store.client, []string{l.key}, l.token, l.store.lease.Milliseconds()).Int()
		if err != nil && ctx.Err() == nil { // it may have been given out all the same
			l.release()
		}
		return n == 1, err
	}, l.release)
}

// hold renews the lock until unlock is called or the lock is lost. Until is the
// earliest time at which it can end on the server.
func (l *lock) hold(ctx context.Context, until time.Time) (context.Context, func()) {
	held, end := context.WithCancelCause(ctx)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		l.keep(stop, end, until)
	}()
	var once sync.Once
	return held, func() {
		once.Do(func() {
			close(stop)
			<-stopped // so that no renewal comes after the release
			if held.Err() == nil || !errors.Is(context.Cause(held), session.ErrLockLost) {
				l.release()
			}
			end(nil)
		})
	}
}

// keep renews the lock three times in a lease. It returns when stop is closed.
// It also returns, after it has ended held, when the lock is lost: another has
// it, or the lease is over by this machine's clock.
func (l *lock) keep(stop <-chan struct{}, end context.CancelCauseFunc, until time.Time) {
	lease := l.store.lease
	lost := time.NewTimer(time.Until(until))
	defer lost.Stop()
	next := time.NewTimer(lease / 3)
	defer next.Stop()
	for {
		select {
		case <-stop:
			return
		case <-lost.C:
			end(session.ErrLockLost)
			return
		case <-next.C:
		}
		asked := time.Now()
		renewed, err := l.renew(stop, until)
		switch {
		case err == nil && !renewed:
			end(session.ErrLockLost)
			return
		case err == nil:
			until = asked.Add(lease)
			lost.Reset(time.Until(until))
			next.Reset(lease / 3)
		default:
			next.Reset(lease / 20)
		}
	}
}

// renew prolongs the lease. It gives up when stop is closed or the lease is
// over.
func (l *lock) renew(stop <-chan struct{}, until time.Time) (bool, error) {
	ctx, cancel := context.WithDeadline(context.Background(), until)
	defer cancel()
	go func() {
		select {
		case <-stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return call(ctx, l.store.timeout, func(ctx context.Context) (bool, error) {
		n, err := renewScript.Run(ctx, l.store.client, []string{l.key}, l.token, l.store.lease.Milliseconds()).Int()
		return n == 1, err
	})
}

// release deletes the lock, unless another holder has it by now. If that fails,
// it is tried again in the background until the lease has ended. A session need
// not wait for the lease once the server is back.
func (l *lock) release() {
	if l.releaseOnce() == nil {
		return
	}
	ends := time.Now().Add(l.store.lease)
	go func() {
		for time.Now().Before(ends) {
			time.Sleep(maxPause)
			if err := l.releaseOnce(); err == nil || errors.Is(err, redis.ErrClosed) {
				return
			}
		}
	}()
}

func (l *lock) releaseOnce() error {
	_, err := call(context.Background(), l.store.timeout, func(ctx context.Context) (int, error) {
		return unlockScript.Run(ctx, l.store.client, []string{l.key}, l.token).Int()
	})
	return err
}
