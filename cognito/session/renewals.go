package session

import (
	"container/list"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/pace"
)

// minSweep is the smallest number of records that causes a sweep before a minute
// has passed since the last one.
const minSweep = 1024

// renewalKept is how long the outcome of a refresh is kept for requests that
// arrive with the cookies from before it.
const renewalKept = time.Minute

// A renewal is one refresh of one session, under way or lately done.
type renewal struct {
	turn   chan struct{}  // closed when it has its turn to ask Cognito
	flight *flight.Flight // once it has landed, the rest is set

	place   *pace.Place    // lets it ask Cognito once; nil if it has none
	session *Session       // the session with its new tokens; nil on failure
	newest  *Session       // what a refresh before this one gave, which the browser may not have; nil for none
	cookies []*http.Cookie // what to set for it, the same for every request
	parts   parts          // which parts of the session the cookies have
	err     error          // ErrNoSession, ErrRefresh or ErrStore, wrapped

	until              time.Time     // when this record may go
	held               *list.Element // the browser may not have the cookies yet: see hold; else nil
	retryAt            time.Time     // no further try before this
	failures           int           // in a row
	unsaved            *Session      // new tokens that are not saved yet
	saveBy             time.Time     // until when they are saved again without a request
	givenUp            bool          // the log says that saving was given up
	halfWrittenVersion uint64        // of tokens that were found without their identity; zero for none
	refusedVersion     uint64        // of the tokens whose refresh token was refused once; zero for none
}

func (n *renewal) running() bool { return !n.flight.Ended() }

// renewals are the refreshes of this process by session.
type renewals struct {
	grace time.Duration // Options.OutageGrace

	mu      sync.Mutex // guards the rest
	latest  map[sid]*renewal
	held    *list.List        // of *renewal: those that are held, the one that was refreshed longest ago first
	ended   map[sid]time.Time // sessions ended here, until their access token has ended too
	sweepAt int               // how many records there may be before the next sweep
	swept   time.Time         // when the last sweep was
	working atomic.Int64      // goroutines that carry out a renewal or an end, or wait to save tokens
	closing atomic.Bool       // no refresh may start any more
}

var errClosing = errors.New("this process is about to end")

func newRenewals(grace time.Duration) *renewals {
	return &renewals{grace: grace, latest: map[sid]*renewal{}, held: list.New(), ended: map[sid]time.Time{}, sweepAt: minSweep}
}

// end notes that a session is over, so that neither a refresh under way nor
// cookies that come back revive it. The note is kept until the access token has
// ended. From then on cookies need a refresh, and the refresh token is revoked.
func (n *renewals) end(id sid, now, expiry time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	until := later(expiry.Add(n.grace), now.Add(renewalKept))
	if last := n.latest[id]; last != nil && !last.running() && last.kept() != nil {
		until = later(until, last.kept().state.expiry.Add(n.grace)) // its cookies may be in the browser
	}
	n.drop(id)
	n.ended[id] = until
	n.prune(now)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// revive takes end back: the session could not be deleted.
func (n *renewals) revive(id sid) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.ended, id)
}

func (n *renewals) hasEnded(id sid) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	_, ended := n.ended[id]
	return ended
}

// drop drops the record of a session. n.mu is held.
func (n *renewals) drop(id sid) {
	if r := n.latest[id]; r != nil {
		n.unhold(r)
		delete(n.latest, id)
	}
}

// prune forgets what is over: once a minute if something changes, and each time
// the number of records has doubled. n.mu is held.
func (n *renewals) prune(now time.Time) {
	if len(n.latest)+len(n.ended) < n.sweepAt && now.Sub(n.swept) < renewalKept {
		return
	}
	n.swept = now
	for id, r := range n.latest {
		if !r.running() && now.After(r.until) {
			n.drop(id)
		}
	}
	for id, until := range n.ended {
		if now.After(until) {
			delete(n.ended, id)
		}
	}
	n.sweepAt = max(minSweep, 2*(len(n.latest)+len(n.ended)))
}

// newest returns the newest session that this process has, or nil.
func (n *renewals) newest(id sid) *Session {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r := n.latest[id]; r != nil && !r.running() {
		return r.kept()
	}
	return nil
}
