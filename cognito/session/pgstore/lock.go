package pgstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/flight"
)

// Between two tries for a lock that another process has, a waiter pauses. The
// pause is five milliseconds at first and grows by half each time, up to a
// tenth of a second. Each pause is random, between half of that and all of it.
const (
	firstPause = 5 * time.Millisecond
	maxPause   = 100 * time.Millisecond
)

const (
	tryLockSQL    = `SELECT pg_try_advisory_lock($1)`
	unlockSQL     = `SELECT pg_advisory_unlock($1)`
	signOfLife    = `SELECT $1::bigint = 0`
	beginLeaseSQL = `SELECT current_setting('idle_session_timeout'), set_config('idle_session_timeout', $1, false)`
	endLeaseSQL   = `SELECT pg_advisory_unlock_all(), set_config('idle_session_timeout', $1, false)`
)

// Lock implements session.Locker. It waits while another holder has the lock,
// and returns an error when ctx ends or the server does not answer. The context
// held ends when unlock is called. It also ends, with the cause
// session.ErrLockLost, as soon as another process may have the lock.
func (s *Store) Lock(ctx context.Context, id string) (held context.Context, unlock func(), err error) {
	held, unlock, err = s.locks.lock(ctx, lockKey(s.table, id))
	if err != nil {
		return nil, nil, fmt.Errorf("pgstore: lock: %w", err)
	}
	return held, unlock, nil
}

// lockKey is the number of an advisory lock. Apps with other tables in one
// database have other numbers.
func lockKey(table, id string) int64 {
	sum := sha256.Sum256([]byte(table + "\x00" + id))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// locks are the locks of a Store. All are held on one line.
type locks struct {
	pool    *pgxpool.Pool
	timeout time.Duration
	lease   time.Duration

	// turns let one goroutine of this process at a time ask for a lock. For
	// PostgreSQL these goroutines are one session, which may take a lock
	// several times.
	turns flight.Turns[int64]

	mu   sync.Mutex // guards line
	line *line      // nil while nobody needs one
}

func (k *locks) lock(ctx context.Context, key int64) (held context.Context, unlock func(), err error) {
	leave, err := k.turns.Enter(ctx, key)
	if err != nil {
		return nil, nil, err
	}
	l, err := k.join(ctx)
	if err != nil {
		leave()
		return nil, nil, err
	}
	for pause := firstPause; ; pause = min(maxPause, pause+pause/2) {
		got, err := l.ask(ctx, tryLockSQL, key)
		if err == nil && got {
			held, unlock := k.hold(ctx, l, key, leave)
			return held, unlock, nil
		}
		if err == nil {
			err = flight.Sleep(ctx, pause/2+mathrand.N(pause/2))
		}
		if err != nil {
			k.part(ctx, l)
			leave()
			return nil, nil, err
		}
	}
}

// hold returns what Lock returns for a lock that was got.
func (k *locks) hold(ctx context.Context, l *line, key int64, leave func()) (context.Context, func()) {
	held, end := context.WithCancelCause(ctx)
	stop := context.AfterFunc(l.alive, func() { end(context.Cause(l.alive)) })
	return held, sync.OnceFunc(func() {
		stop()
		if l.alive.Err() == nil {
			_, _ = l.ask(context.Background(), unlockSQL, key) // a failure ends the line, and the lock with it
		}
		end(nil)
		k.part(context.Background(), l)
		leave()
	})
}

// join returns the line, and opens one if there is none that works. Each
// join has its part.
func (k *locks) join(ctx context.Context) (*line, error) {
	k.mu.Lock()
	l := k.line
	if l == nil || l.alive.Err() != nil {
		l = newLine(k.timeout, k.lease)
		k.line = l
		go l.open(k.pool)
	}
	l.users++
	k.mu.Unlock()
	select {
	case <-l.opened:
	case <-ctx.Done():
		k.part(ctx, l)
		return nil, ctx.Err()
	}
	if err := context.Cause(l.alive); err != nil {
		k.part(ctx, l)
		return nil, err
	}
	return l, nil
}

// part closes the line when the last one leaves. That may take as long as a
// query. The caller does not wait for it once ctx has ended.
func (k *locks) part(ctx context.Context, l *line) {
	k.mu.Lock()
	l.users--
	last := l.users == 0
	if last && k.line == l {
		k.line = nil
	}
	k.mu.Unlock()
	switch {
	case last && ctx.Err() != nil:
		go l.close()
	case last:
		l.close()
	}
}

// A line is the connection on which a process holds its locks. The server
// ends it, and the locks with it, after a lease without a question.
type line struct {
	timeout time.Duration
	lease   time.Duration
	users   int // guarded by locks.mu

	opened chan struct{} // closed when conn is set, or alive has ended
	conn   *pgxpool.Conn // used by the one who has the turn
	before string        // the connection's own idle_session_timeout
	turn   chan struct{} // has room for one: the one who may ask

	alive context.Context // ends when the line does; the cause says why
	end   context.CancelCauseFunc
	lost  *time.Timer // ends the line when the lease is over by this machine's clock
}

func newLine(timeout, lease time.Duration) *line {
	l := &line{timeout: timeout, lease: lease, opened: make(chan struct{}), turn: make(chan struct{}, 1)}
	l.alive, l.end = context.WithCancelCause(context.Background())
	return l
}

// open takes a connection from the pool and begins the lease.
func (l *line) open(pool *pgxpool.Pool) {
	defer close(l.opened)
	ctx, cancel := context.WithTimeout(l.alive, l.timeout)
	defer cancel()
	var asked time.Time
	if err := retry(ctx, func() (err error) {
		asked = time.Now()
		l.conn, l.before, err = beginLease(ctx, pool, l.lease)
		return err
	}); err != nil {
		l.end(err)
		return
	}
	l.lost = time.AfterFunc(time.Until(asked.Add(l.lease)), func() { l.end(session.ErrLockLost) })
	go l.keep()
}

// beginLease takes a connection that the server will end after a lease without
// a question. Before is the time limit that it had.
func beginLease(ctx context.Context, pool *pgxpool.Pool, lease time.Duration) (conn *pgxpool.Conn, before string, err error) {
	if conn, err = pool.Acquire(ctx); err != nil {
		return nil, "", err
	}
	var now string
	if err := conn.QueryRow(ctx, beginLeaseSQL, fmt.Sprintf("%dms", lease.Milliseconds())).Scan(&before, &now); err != nil {
		_ = conn.Hijack().Close(ctx)
		return nil, "", err
	}
	return conn, before, nil
}

// keep asks something five times in a lease, until the line ends.
func (l *line) keep() {
	tick := time.NewTicker(l.lease / 5)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_, _ = l.ask(l.alive, signOfLife, 0)
		case <-l.alive.Done():
			return
		}
	}
}

// ask has the server answer one question with yes or no. The caller waits
// until ctx ends. A question without an answer ends the line, since nobody
// knows then what is locked.
func (l *line) ask(ctx context.Context, sql string, key int64) (bool, error) {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	case <-l.alive.Done():
		return false, context.Cause(l.alive)
	}
	type answer struct {
		yes bool
		err error
	}
	answered := make(chan answer, 1)
	var decided atomic.Bool // by the answer, or by the end of the wait
	go func() {
		defer func() { <-l.turn }()
		yes, err := l.query(sql, key)
		if decided.CompareAndSwap(false, true) {
			answered <- answer{yes, err}
		} else if yes && sql == tryLockSQL { // nobody waits for this lock any more
			_, _ = l.query(unlockSQL, key)
		}
	}()
	select {
	case a := <-answered:
		return a.yes, a.err
	case <-ctx.Done():
	}
	if decided.CompareAndSwap(false, true) {
		return false, ctx.Err()
	}
	a := <-answered
	return a.yes, a.err
}

// query is ask for the one who has the turn.
func (l *line) query(sql string, key int64) (yes bool, err error) {
	ctx, cancel := context.WithTimeout(l.alive, l.timeout)
	defer cancel()
	asked := time.Now()
	if err := l.conn.QueryRow(ctx, sql, key).Scan(&yes); err != nil {
		l.end(errors.Join(session.ErrLockLost, err))
		return false, err
	}
	if l.alive.Err() == nil {
		l.lost.Reset(time.Until(asked.Add(l.lease)))
	}
	return yes, nil
}

// close gives the connection back to the pool, without a lock and with its own
// time limit. One that does not work any more is closed.
func (l *line) close() {
	<-l.opened
	l.turn <- struct{}{} // the last question has been answered
	broken := l.alive.Err() != nil
	l.end(context.Canceled)
	if l.lost != nil {
		l.lost.Stop()
	}
	if l.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), l.timeout)
	defer cancel()
	if !broken {
		if _, err := l.conn.Exec(ctx, endLeaseSQL, l.before); err == nil {
			l.conn.Release()
			return
		}
	}
	_ = l.conn.Hijack().Close(ctx)
}
