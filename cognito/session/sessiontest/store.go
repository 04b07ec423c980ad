package sessiontest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// maxValue is the largest value that a store has to keep: the tokens of a
// user with very many groups.
const maxValue = 64 << 10

// Run checks a store. Each check is a subtest with its own store. The stores
// may share their records, because every check uses random ids.
func Run(t *testing.T, newStore func(t *testing.T) session.Store) {
	for _, c := range storeChecks {
		t.Run(c.name, func(t *testing.T) { c.run(t, newStore(t)) })
	}
}

// RunInBubble is [Run] with each check in a testing/synctest bubble, where
// waiting takes no real time. The store must use [time.Now], and must not wait
// for anything outside the bubble, such as a socket.
func RunInBubble(t *testing.T, newStore func(t *testing.T) session.Store) {
	for _, c := range storeChecks {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { c.run(t, newStore(t)) })
		})
	}
}

// tester is the part of testing.T that the checks use. This package's own tests
// have another one, which notes the faults that the checks find in a broken
// store.
type tester interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

type storeCheck struct {
	name string
	run  func(t tester, s session.Store)
}

var storeChecks = []storeCheck{
	{"what was committed is found", checkFound},
	{"unknown ids are not found", checkUnknown},
	{"a later commit replaces an earlier one", checkReplaced},
	{"what was deleted is not found", checkDeleted},
	{"any bytes up to 64 KiB are kept", checkValues},
	{"ids differ in every character", checkIDs},
	{"records end at their expiry", checkExpiry},
	{"commits and finds may run together", checkTogether},
	{"a cancelled context signs nobody out", checkCancelled},
	{"calls end with their context", checkPrompt},
	{"an update creates nothing", checkUpdate},
}

// newID is an id as a Manager makes them: 43 characters of base64url.
func newID() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hour is an expiry that no check reaches.
func hour() time.Time { return time.Now().Add(time.Hour) }

func commit(t tester, s session.Store, id string, value []byte, expiry time.Time) {
	t.Helper()
	if err := s.Commit(t.Context(), id, value, expiry); err != nil {
		t.Fatalf("Commit(%d bytes) = %v, want nil", len(value), err)
	}
}

func remove(t tester, s session.Store, id string) {
	t.Helper()
	if err := s.Delete(t.Context(), id); err != nil {
		t.Errorf("Delete = %v, want nil", err)
	}
}

// want checks what is found under id.
func want(t tester, s session.Store, what, id string, value []byte) {
	t.Helper()
	got, found, err := s.Find(t.Context(), id)
	if err != nil || !found || !bytes.Equal(got, value) {
		t.Errorf("Find(%s) = %s, %v, %v, want %s, true, nil", what, show(got), found, err, show(value))
	}
}

// wantNone checks that nothing is found under id, which is not an error.
func wantNone(t tester, s session.Store, what, id string) {
	t.Helper()
	if got, found, err := s.Find(t.Context(), id); err != nil || found {
		t.Errorf("Find(%s) = %s, %v, %v, want false and no error", what, show(got), found, err)
	}
}

func show(value []byte) string {
	if len(value) > 24 {
		return fmt.Sprintf("%q… (%d bytes)", value[:24], len(value))
	}
	return fmt.Sprintf("%q", value)
}

func checkFound(t tester, s session.Store) {
	one, two := newID(), newID()
	commit(t, s, one, []byte("first"), hour())
	commit(t, s, two, []byte("second"), hour())
	for range 2 { // finding takes nothing away
		want(t, s, "the first id", one, []byte("first"))
		want(t, s, "the second id", two, []byte("second"))
	}
}

func checkUnknown(t tester, s session.Store) {
	commit(t, s, newID(), []byte("another"), hour())
	for _, id := range []string{newID(), "", "x", strings.Repeat("a", 200), "*", "a' OR '1'='1"} {
		wantNone(t, s, fmt.Sprintf("the unknown id %.12q", id), id)
	}
	remove(t, s, newID())
}

func checkReplaced(t tester, s session.Store) {
	id := newID()
	commit(t, s, id, []byte("the first and longer value"), hour())
	commit(t, s, id, []byte("second"), hour())
	want(t, s, "an id that was committed twice", id, []byte("second"))
}

func checkDeleted(t tester, s session.Store) {
	gone, kept := newID(), newID()
	commit(t, s, gone, []byte("gone"), hour())
	commit(t, s, kept, []byte("kept"), hour())
	for range 2 {
		remove(t, s, gone)
		wantNone(t, s, "a deleted id", gone)
	}
	want(t, s, "the id that was not deleted", kept, []byte("kept"))
	commit(t, s, gone, []byte("again"), hour())
	want(t, s, "an id that was deleted and committed again", gone, []byte("again"))
}

func checkValues(t tester, s session.Store) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	large := make([]byte, maxValue)
	_, _ = rand.Read(large) // never fails
	for what, value := range map[string][]byte{"every byte": all, "64 KiB": large, "one byte": {0}, "not UTF-8": {0xff, 0xfe, 0}} {
		id := newID()
		commit(t, s, id, value, hour())
		want(t, s, what, id, value)
	}
}

// checkIDs: a column that compares without regard to case, or a pattern in
// place of an id, would hand one visitor another's session.
func checkIDs(t tester, s session.Store) {
	id := newID()[:20] + "aB-_" + newID()[:19]
	commit(t, s, id, []byte("the value"), hour())
	for what, other := range map[string]string{
		"the id in upper case":          strings.ToUpper(id),
		"the id in lower case":          strings.ToLower(id),
		"the id with _ for -":           strings.ReplaceAll(id, "-", "_"),
		"the id with another last byte": id[:len(id)-1] + "~",
		"the id's beginning":            id[:len(id)-1],
		"the id and a blank":            id + " ",
	} {
		wantNone(t, s, what, other)
	}
	want(t, s, "the id", id, []byte("the value"))
}

func checkExpiry(t tester, s session.Store) {
	now := time.Now()
	soon, later := now.Add(time.Second), now.Add(4*time.Second)
	ends, lasts, longer, shorter := newID(), newID(), newID(), newID()
	commit(t, s, ends, []byte("ends"), soon)
	commit(t, s, lasts, []byte("lasts"), later)
	commit(t, s, longer, []byte("longer"), soon)
	commit(t, s, longer, []byte("longer"), later)
	commit(t, s, shorter, []byte("shorter"), later)
	commit(t, s, shorter, []byte("shorter"), soon)
	want(t, s, "an id that ends in a second", ends, []byte("ends"))
	time.Sleep(2 * time.Second)
	wantNone(t, s, "an id a second after its end", ends)
	want(t, s, "an id two seconds before its end", lasts, []byte("lasts"))
	want(t, s, "an id that was prolonged", longer, []byte("longer"))
	wantNone(t, s, "an id that was shortened", shorter)
	commit(t, s, ends, []byte("again"), hour())
	want(t, s, "an id committed again after its end", ends, []byte("again"))
}

// checkTogether: a reader beside writers finds one of the values, and
// never a mixture or nothing.
func checkTogether(t tester, s session.Store) {
	const writers, rounds = 8, 25
	shared := newID()
	value := func(i int) []byte { return bytes.Repeat([]byte{byte('a' + i)}, 3000) }
	commit(t, s, shared, value(0), hour())
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			own := newID()
			for range rounds {
				if err := s.Commit(t.Context(), shared, value(i), hour()); err != nil {
					t.Errorf("Commit with others = %v, want nil", err)
					return
				}
				time.Sleep(time.Duration(i) * 100 * time.Microsecond) // out of step
				got, found, err := s.Find(t.Context(), shared)
				if err != nil || !found || len(got) != 3000 || !bytes.Equal(got, bytes.Repeat(got[:1], 3000)) {
					t.Errorf("Find with others = %s, %v, %v, want one writer's value", show(got), found, err)
					return
				}
				if err := s.Commit(t.Context(), own, value(i), hour()); err != nil {
					t.Errorf("Commit of an own id = %v, want nil", err)
					return
				}
				want(t, s, "an id that no other writes", own, value(i))
			}
			remove(t, s, own)
			wantNone(t, s, "an own id that was deleted", own)
		})
	}
	wg.Wait()
}

// checkCancelled: a call whose context has ended may fail or succeed. It may
// not say that there is no such record.
func checkCancelled(t tester, s session.Store) {
	id := newID()
	commit(t, s, id, []byte("kept"), hour())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, found, err := s.Find(ctx, id); err == nil && (!found || string(got) != "kept") {
		t.Errorf("Find(cancelled) = %s, %v, nil, want the value or an error", show(got), found)
	}
	if err := s.Commit(ctx, id, []byte("new"), hour()); err == nil {
		want(t, s, "an id committed with a cancelled context, without an error", id, []byte("new"))
	}
	if err := s.Delete(ctx, id); err == nil {
		wantNone(t, s, "an id deleted with a cancelled context, without an error", id)
	}
	commit(t, s, id, []byte("afterwards"), hour())
	want(t, s, "an id after calls that were cancelled", id, []byte("afterwards"))
}

// checkUpdate is for a store that is a session.Updater; others pass.
func checkUpdate(t tester, s session.Store) {
	u, ok := s.(session.Updater)
	if !ok {
		return
	}
	update := func(what, id, value string, expiry time.Time, want bool) {
		t.Helper()
		if found, err := u.Update(t.Context(), id, []byte(value), expiry); found != want || err != nil {
			t.Errorf("Update(%s) = %v, %v, want %v, nil", what, found, err, want)
		}
	}
	unknown, known := newID(), newID()
	update("an unknown id", unknown, "x", hour(), false)
	wantNone(t, s, "an unknown id after Update", unknown)
	commit(t, s, known, []byte("first"), hour())
	update("a known id", known, "second", hour(), true)
	want(t, s, "an id after Update", known, []byte("second"))
	remove(t, s, known)
	update("a deleted id", known, "third", hour(), false)
	wantNone(t, s, "a deleted id after Update", known)

	ends, longer := newID(), newID()
	commit(t, s, ends, []byte("ends"), time.Now().Add(time.Second))
	commit(t, s, longer, []byte("short"), time.Now().Add(time.Second))
	update("an id that is prolonged", longer, "longer", hour(), true)
	time.Sleep(2 * time.Second)
	update("an expired id", ends, "again", hour(), false)
	wantNone(t, s, "an expired id after Update", ends)
	want(t, s, "an id that Update has prolonged", longer, []byte("longer"))
}

// patience is how long after the end of its context a call may still take.
const patience = 2 * time.Second

// checkPrompt: calls end with their context, whether it has ended before the
// call or ends during it.
func checkPrompt(t tester, s session.Store) {
	id := newID()
	commit(t, s, id, []byte("kept"), hour())
	checkCallsEnd(t, s, id, "kept")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 20 {
			_, _, _ = s.Find(ended, newID())
			_ = s.Commit(ended, newID(), []byte("x"), hour())
			_ = s.Delete(ended, newID())
		}
	}()
	limit := time.NewTimer(5 * time.Second)
	defer limit.Stop()
	select {
	case <-done:
	case <-limit.C:
		t.Errorf("60 calls whose context has ended take more than 5s, want no wait")
		return
	}
	want(t, s, "an id after calls whose context ended", id, []byte("kept"))
}

// checkCallsEnd makes every call of a store with contexts that end before it
// or during it. None may wait for more than the end of its context, and Find
// may not say that there is no record under id.
func checkCallsEnd(t tester, s session.Store, id, value string) {
	const wait = 50 * time.Millisecond
	ends := map[string]func() (context.Context, context.CancelFunc){
		"cancelled before": func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			return ctx, cancel
		},
		"timed out before": func() (context.Context, context.CancelFunc) {
			return context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		},
		"cancelled during it": func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(t.Context())
			stop := time.AfterFunc(wait, cancel)
			return ctx, func() { stop.Stop(); cancel() }
		},
		"timed out during it": func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(t.Context(), wait)
		},
	}
	calls := map[string]func(context.Context) error{
		"Find": func(ctx context.Context) error {
			got, found, err := s.Find(ctx, id)
			if err == nil && (!found || string(got) != value) {
				return fmt.Errorf("%w: %s, %v, nil", errWrongAnswer, show(got), found)
			}
			return nil
		},
		"Commit": func(ctx context.Context) error { return ignore(s.Commit(ctx, newID(), []byte("x"), hour())) },
		"Delete": func(ctx context.Context) error { return ignore(s.Delete(ctx, newID())) },
	}
	var wg sync.WaitGroup
	for when, end := range ends {
		for what, call := range calls {
			wg.Go(func() {
				ctx, cancel := end()
				defer cancel()
				done := make(chan error, 1)
				go func() { done <- call(ctx) }()
				limit := time.NewTimer(wait + patience)
				defer limit.Stop()
				select {
				case err := <-done:
					if err != nil {
						t.Errorf("%s(a context %s) = %v, want the value or an error", what, when, err)
					}
				case <-limit.C:
					t.Errorf("%s(a context %s) has not returned after %v", what, when, wait+patience)
				}
			})
		}
	}
	wg.Wait()
}

// errWrongAnswer is what a Find that must not say "not found" has said.
var errWrongAnswer = errors.New("a wrong answer")

// ignore is for calls that may fail or succeed: only their time counts.
func ignore(error) error { return nil }

var _ tester = (*testing.T)(nil)
