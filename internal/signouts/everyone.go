package signouts

import (
	"context"
	"time"

	"github.com/seed75762126/cognito-go/internal/recent"
	"github.com/seed75762126/cognito-go/internal/wire"
)

// everyoneKept is how long a process goes at most without looking whether all
// sessions of an app were ended.
const everyoneKept = 3 * time.Second

// everyoneFormat is the first byte of the record. The number follows.
const everyoneFormat = 1

// A Store keeps records. A session.Store is one.
type Store interface {
	Find(ctx context.Context, id string) (record []byte, found bool, err error)
	Commit(ctx context.Context, id string, record []byte, expiry time.Time) error
}

// An Everyone is a number. It rises whenever all sessions are ended together.
// Each session keeps the number from its beginning. It is 0 before the first
// end.
type Everyone struct {
	store  Store
	id     string
	number *recent.Number
	now    func() time.Time
}

// NewEveryone returns the number that a store keeps under an id.
func NewEveryone(store Store, id string, now func() time.Time) *Everyone {
	return &Everyone{store: store, id: id, number: recent.New(everyoneKept, now), now: now}
}

// Has reports whether a session that knows a number has ended. What it
// read of the store is three seconds old at most.
func (e *Everyone) Has(ctx context.Context, knows uint64) (ended bool, err error) {
	number, err := e.number.Get(ctx, e.read)
	return knows < number, err
}

// Number reads the number for a session that begins now.
func (e *Everyone) Number(ctx context.Context) (uint64, error) { return e.number.Fresh(ctx, e.read) }

// End ends all sessions. The record is kept for as long as one could last. One
// caller at a time may end them.
func (e *Everyone) End(ctx context.Context, life time.Duration) error {
	number, err := e.read(ctx)
	if err != nil {
		return err
	}
	now := e.now()
	number = max(number+1, uint64(max(0, now.UnixMilli())))
	if err := e.store.Commit(ctx, e.id, wire.AppendUvarint([]byte{everyoneFormat}, number), now.Add(life)); err != nil {
		return err
	}
	e.number.Set(number)
	return nil
}

func (e *Everyone) read(ctx context.Context) (uint64, error) {
	b, found, err := e.store.Find(ctx, e.id)
	if err != nil || !found {
		return 0, err
	}
	r := wire.NewReader(string(b))
	format, number := r.Byte(), r.Uvarint()
	if format != everyoneFormat || number == 0 {
		return 0, ErrRecord
	}
	return number, nil
}
