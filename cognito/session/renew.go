package session

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

const (
	// renewalKept is how long the outcome of a refresh is kept for requests
	// that arrive with the cookies from before it.
	renewalKept = time.Minute

	// renewalTimeout bounds one refresh altogether, with locking and saving.
	renewalTimeout = time.Minute

	// After a failed refresh the next try waits: five seconds, then twice as
	// long each time, up to a minute.
	firstPause = 5 * time.Second
	maxPause   = time.Minute

	// After a failure of the store or the lock the next try waits for this long
	// at most: Cognito was not asked, or has answered.
	storePause = 500 * time.Millisecond

	// New tokens that could not be saved are saved on other attempts, without
	// anybody asking: a quarter of a second later, then twice as long each
	// time, up to a second, for as long as Cognito's longest grace period.
	// From then on each request of the session tries.
	firstSavePause = 250 * time.Millisecond
	maxSavePause   = time.Second
	saveFor        = time.Minute

	// replacedWait is how long a refresh token that was refused is given the
	// benefit of the doubt, in a store: another process may have had it first,
	// and be about to save what it got. It is longer than maxSavePause.
	replacedWait = 2 * time.Second
)

// errRefused means that the refresh token was refused, but may have been
// replaced by a process that has yet to save.
var errRefused = errors.New("session: the refresh token was refused")

// errHalfWritten means that the store has new tokens without the identity that
// goes with them.
var errHalfWritten = errors.New("session: another process has refreshed the tokens, and has yet to save whose they are")

// A renewal is one refresh of one session, under way or lately done.
type renewal struct {
	done chan struct{} // closed when the rest is set

	session *Session       // the session with its new tokens; nil on failure
	newest  *Session       // what a refresh before this one gave, which the browser may not have; nil for none
	cookies []*http.Cookie // what to set for it, the same for every request
	whole   bool           // cookies are the whole session, with its tokens part
	err     error          // ErrNoSession, ErrRefresh or ErrStore, wrapped

	until       time.Time // when this record may go
	held        bool      // the browser may not have the cookies yet: see hold
	retryAt     time.Time // no further try before this
	failures    int       // in a row
	unsaved     *Session  // new tokens that are not saved yet
	saveBy      time.Time // until when that is tried without being asked
	told        bool      // that it was given up
	halfWritten uint64    // version of tokens that were found without their identity; zero for none
	refused     uint64    // version of the tokens whose refresh token was refused once; zero for none
}

func (n *renewal) running() bool {
	select {
	case <-n.done:
		return false
	default:
		return true
	}
}

// renewals are the refreshes of this process by session.
type renewals struct {
	mu      sync.Mutex // guards the rest
	latest  map[sid]*renewal
	ended   map[sid]time.Time // sessions ended here, until their access token has ended too
	sweepAt int               // how many records there may be before the next sweep
	swept   time.Time         // when the last sweep was
}

func newRenewals() *renewals {
	return &renewals{latest: map[sid]*renewal{}, ended: map[sid]time.Time{}, sweepAt: minSweep}
}

// end notes that a session is over, so that neither a refresh under way nor
// cookies that come back revive it. Once its access token has ended it could
// only be refreshed, and its refresh token is revoked by then.
func (n *renewals) end(id sid, now, expiry time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	until := later(expiry, now.Add(renewalKept))
	if last := n.latest[id]; last != nil && !last.running() && last.kept() != nil {
		until = later(until, last.kept().state.expiry) // its cookies may be in the browser
	}
	delete(n.latest, id)
	n.ended[id] = until
	n.sweep(now)
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

// sweep forgets what is over, every minute that sees a change, and each time
// the number of records has doubled. n.mu is held.
func (n *renewals) sweep(now time.Time) {
	if len(n.latest)+len(n.ended) < n.sweepAt && now.Sub(n.swept) < renewalKept {
		return
	}
	n.swept = now
	for id, r := range n.latest {
		if !r.running() && now.After(r.until) {
			delete(n.latest, id)
		}
	}
	for id, until := range n.ended {
		if now.After(until) {
			delete(n.ended, id)
		}
	}
	n.sweepAt = max(minSweep, 2*(len(n.latest)+len(n.ended)))
}

// renew returns the session with tokens that are not due: the outcome of a
// refresh under way or lately done, or of one it starts. It waits until ctx
// ends; the refresh goes on without it. The error is [ErrNoSession],
// [ErrRefresh] or [ErrStore].
func (m *Manager) renew(ctx context.Context, s *Session) (*renewal, error) {
	if m.store == nil { // cookies that do not open are nobody's
		if _, err := s.open(ctx); err != nil {
			return nil, err
		}
	}
	r := m.join(ctx, s)
	select {
	case <-r.done:
	case <-ctx.Done():
		return nil, because(ErrRefresh, context.Cause(ctx))
	}
	if m.renewals.hasEnded(s.state.sid) {
		return nil, ErrNoSession
	}
	return r, r.err
}

// join returns the renewal that serves s, and starts it if there is none.
func (m *Manager) join(ctx context.Context, s *Session) *renewal {
	n := m.renewals
	n.mu.Lock()
	defer n.mu.Unlock()
	now := m.now()
	last := n.latest[s.state.sid]
	next := &renewal{done: make(chan struct{})}
	if _, ended := n.ended[s.state.sid]; ended { // since the request came in
		next.err = ErrNoSession
		close(next.done)
		return next
	}
	if last != nil {
		switch {
		case last.running():
			return last
		case last.serves(s, now, m.store != nil):
			return last
		case last.err != nil && now.Before(last.retryAt):
			return last
		}
		next.failures, next.unsaved, next.saveBy, next.told = last.failures, last.unsaved, last.saveBy, last.told
		if m.store == nil {
			s = next.goOnFrom(last, s)
		}
	}
	n.latest[s.state.sid] = next
	n.sweep(now)
	go m.run(context.WithoutCancel(ctx), s, next)
	return next
}

// run carries out one renewal and publishes its outcome. Where that leaves new
// tokens unsaved, it sees to the next attempt.
func (m *Manager) run(ctx context.Context, s *Session, r *renewal) {
	m.carryOut(ctx, s, r)
	if r.unsaved == nil || errors.Is(r.err, ErrNoSession) || !m.now().Before(r.saveBy) {
		return
	}
	time.Sleep(r.savePause())
	m.join(ctx, s)
}

// carryOut carries out one renewal and publishes its outcome.
func (m *Manager) carryOut(ctx context.Context, s *Session, r *renewal) {
	ctx, cancel := context.WithTimeout(ctx, renewalTimeout)
	defer cancel()
	defer close(r.done)
	began := time.Now()
	r.session, r.err = m.lockedSafely(ctx, s, r)
	if m.cfg.Metrics.Refresh != nil {
		m.cfg.Metrics.Refresh(ctx, time.Since(began), r.err)
	}
	now := m.now()
	r.until = now.Add(renewalKept)
	if kept := r.kept(); kept != nil && m.store == nil && !errors.Is(r.err, ErrNoSession) {
		m.renewals.hold(r, now, m.heldUntil(kept))
	}
	switch {
	case r.err == nil:
		r.failures = 0
	case errors.Is(r.err, ErrNoSession):
		r.retryAt = r.until
	case r.unsaved != nil: // nobody else has this refresh token
		r.failures++
		r.until = s.state.created.Add(m.absolute(s.state))
		m.notSaved(ctx, s, r, now)
	case errors.Is(r.err, ErrStore) || errors.Is(r.err, ErrLockLost):
		r.retryAt = now.Add(storePause/2 + mathrand.N(storePause/2))
		m.logger.WarnContext(ctx, "session: the tokens could not be refreshed while the store or the lock failed", "op", "refresh", "err", r.err, "user", s.state.identity)
	default:
		r.failures++
		r.retryAt = now.Add(min(maxPause, firstPause<<min(r.failures-1, 8)))
		m.logger.WarnContext(ctx, "session: the tokens could not be refreshed", "op", "refresh", "err", r.err, "user", s.state.identity, "failures", r.failures)
	}
}

// notSaved plans the next attempt at saving new tokens, and reports once that
// they are not saved, and once that it is given up.
func (m *Manager) notSaved(ctx context.Context, s *Session, r *renewal, now time.Time) {
	if r.saveBy.IsZero() {
		r.failures = 1
		r.saveBy = now.Add(saveFor)
		m.logger.WarnContext(ctx, "session: new tokens could not be saved, which is tried again", "op", "refresh", "err", r.err, "user", s.state.identity)
	}
	r.retryAt = now.Add(r.savePause())
	if now.Before(r.saveBy) {
		return
	}
	r.retryAt = now.Add(maxSavePause)
	if !r.told {
		r.told = true
		m.logger.ErrorContext(ctx, "session: new tokens could not be saved for a minute; this process alone has them, and saves them when the session is used",
			"op", "refresh", "err", r.err, "user", s.state.identity)
	}
}

// savePause is how long to wait before new tokens are saved again.
func (r *renewal) savePause() time.Duration {
	return min(maxSavePause, firstSavePause<<min(r.failures-1, 8))
}

// lockedSafely is locked, with a panic in a Refresher, a Store, a Locker or
// OnRefresh turned into an error: no http.Server stands behind this goroutine
// to catch it.
func (m *Manager) lockedSafely(ctx context.Context, s *Session, r *renewal) (next *Session, err error) {
	defer func() {
		if v := recover(); v != nil {
			m.logger.ErrorContext(ctx, "session: panic in a refresh", "op", "refresh", "panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			next, err = nil, fmt.Errorf("%w: a panic, which the log has", ErrRefresh)
		}
	}()
	return m.locked(ctx, s, r)
}

// locked holds the lock, if there is one, around a renewal. Where the refresh
// token was refused it lets go of the lock for a while, for another process
// to save what it may have got for it, before the session ends.
func (m *Manager) locked(ctx context.Context, s *Session, r *renewal) (*Session, error) {
	next, err := m.lockedOnce(ctx, s, r)
	if !errors.Is(err, errRefused) && !errors.Is(err, errHalfWritten) {
		return next, err
	}
	select {
	case <-time.After(replacedWait):
	case <-ctx.Done():
		return nil, because(ErrRefresh, ctx.Err())
	}
	next, err = m.lockedOnce(ctx, s, r)
	if errors.Is(err, errHalfWritten) || errors.Is(err, errRefused) {
		err = because(ErrRefresh, err)
	}
	return next, err
}

func (m *Manager) lockedOnce(ctx context.Context, s *Session, r *renewal) (*Session, error) {
	if m.locker == nil || m.store == nil {
		return m.obtain(ctx, ctx, s, r)
	}
	held, unlock, err := m.locker.Lock(ctx, s.handle.id(partLock))
	if err != nil {
		return nil, because(ErrStore, err)
	}
	defer unlock()
	return m.obtain(ctx, held, s, r)
}

// obtain gets new tokens and saves them: those that somebody else has got
// meanwhile, those that could not be saved last time, or Cognito's. Nothing
// is written once held has ended.
func (m *Manager) obtain(ctx, held context.Context, s *Session, r *renewal) (*Session, error) {
	current, err := s.latest(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.allowed(ctx, s); err != nil {
		return nil, err
	}
	if r.unsaved != nil && r.unsaved.replacedBy(current) {
		r.unsaved, r.saveBy, r.told = nil, time.Time{}, false
	}
	switch {
	case r.refused != 0 && current.version == r.refused:
		return nil, m.overBy(ctx, held, s, cognito.ErrInvalidGrant)
	case r.unsaved != nil && m.now().Before(r.unsaved.state.refreshAt):
		return m.publish(ctx, held, r.unsaved, r)
	case r.unsaved != nil: // due again before they could be saved
		s, current = r.unsaved, r.unsaved.grant
	case current.version > s.state.version && m.now().Before(current.refreshAt):
		next, err := m.adopt(ctx, s, current, r)
		if next != nil || err != nil {
			return next, err
		}
		if m.store != nil && r.halfWritten != current.version {
			r.halfWritten = current.version // another process may be writing the identity
			return nil, errHalfWritten
		}
	}
	next, err := m.refresh(ctx, s, current)
	if err != nil {
		return m.refused(ctx, held, s, current, r, err)
	}
	r.unsaved = next
	if m.store != nil { // it may have been ended elsewhere while Cognito was asked
		if _, err := s.latest(ctx); err != nil {
			return nil, err
		}
	}
	return m.publish(ctx, held, next, r)
}

// allowed returns [ErrNoSession] for a session in the store whose user was
// signed out everywhere, if that has not found it: see mend.
func (m *Manager) allowed(ctx context.Context, s *Session) error {
	if m.store == nil { // every request asks
		return nil
	}
	err := m.checkSignedOut(ctx, s.state)
	if errors.Is(err, ErrNoSession) {
		return m.forgetOver(ctx, s, err)
	}
	return err
}

// publish saves new tokens and tells the app of them.
func (m *Manager) publish(ctx, held context.Context, next *Session, r *renewal) (*Session, error) {
	if err := m.keep(ctx, held, next, r, true); err != nil {
		return nil, err
	}
	r.unsaved, r.saveBy, r.told = nil, time.Time{}, false
	if err := m.tell(ctx, next); err != nil {
		return nil, err
	}
	return next, nil
}

// tell calls OnRefresh, which may end the session: the error is ErrNoSession. A
// panic there must not cost the tokens, which are saved and in cookie mode
// nowhere else.
func (m *Manager) tell(ctx context.Context, next *Session) error {
	err := m.onRefresh(ctx, next)
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, ErrNoSession):
		m.logger.ErrorContext(ctx, "session: OnRefresh failed", "op", "refresh", "err", err, "user", next.state.identity)
		return nil
	}
	m.logger.InfoContext(ctx, "session: ended by OnRefresh", "op", "refresh", "err", err, "user", next.state.identity)
	return m.forgetOver(ctx, next, err)
}

func (m *Manager) onRefresh(ctx context.Context, next *Session) (err error) {
	if m.cfg.OnRefresh == nil {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			m.logger.ErrorContext(ctx, "session: panic in OnRefresh", "op", "refresh", "panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
		}
	}()
	return m.cfg.OnRefresh(ctx, next.state.identity, next.grant.tokens)
}

// replacedBy reports whether the stored tokens are newer than those of s, or
// as new and others.
func (s *Session) replacedBy(stored *grant) bool {
	return stored.version > s.grant.version ||
		stored.version == s.grant.version && stored.tokens.Access != s.grant.tokens.Access
}

// latest returns the tokens part as it is now: in store mode another process
// may have written it since.
func (s *Session) latest(ctx context.Context) (*grant, error) {
	if s.m.store == nil {
		return s.open(ctx)
	}
	return s.read(ctx)
}

// adopt returns the session with a tokens part that is newer than the identity
// part it was found with, where another process has refreshed it in the store
// and has written the identity that goes with it. It returns nil where there is
// no such identity: then the session has to be refreshed. An older identity is
// never used with newer tokens, since it may have rights that the user has
// lost.
func (m *Manager) adopt(ctx context.Context, s *Session, g *grant, r *renewal) (*Session, error) {
	if m.store == nil {
		return nil, nil
	}
	st, err := m.storedState(ctx, s.handle)
	if err != nil {
		return nil, err
	}
	if st.sid != g.sid || st.version != g.version {
		return nil, nil
	}
	next := m.newSession(s.secret, st, g)
	r.cookies = m.idCookie(next)
	return next, nil
}

// with returns a copy of s that has other tokens.
func (s *Session) with(g *grant, id *cognito.Identity) *Session {
	st := *s.state
	st.version, st.refreshAt, st.expiry, st.identity = g.version, g.refreshAt, g.tokens.Expiry, id
	if !s.polled {
		st.seen = s.m.now()
	}
	return s.m.newSession(s.secret, &st, g)
}

// refresh trades the refresh token.
func (m *Manager) refresh(ctx context.Context, s *Session, current *grant) (*Session, error) {
	old, who := current.tokens, s.state.identity
	if old.Refresh == "" {
		return nil, fmt.Errorf("%w: there is no refresh token", cognito.ErrInvalidGrant)
	}
	tokens, id, err := m.cfg.Refresher.Refresh(ctx, old, who)
	if err != nil {
		return nil, err
	}
	if id == nil { // Cognito sent no ID token
		id = who
	}
	if !m.sameUser(who, id) {
		return nil, &cognito.VerifyError{Check: "sub", Err: errOtherUser}
	}
	if tokens.Refresh == "" {
		tokens.Refresh = old.Refresh
	}
	tokens.Nonce = old.Nonce
	kept := *id
	kept.UserID = who.UserID // which no token has
	g := &grant{
		sid:       current.sid,
		version:   max(current.version, s.state.version) + 1,
		refreshAt: refreshAt(m.now(), tokens),
		tokens:    tokens,
	}
	return s.with(g, &kept), nil
}

var errOtherUser = errors.New("the refreshed tokens are another user's, or another app client's")

// isPermanent reports whether a refresh can never succeed: the refresh token is
// no longer honoured, or the new tokens are refused for what they are. Keys
// that cannot be fetched, and a clock that differs, are an outage.
func isPermanent(err error) bool {
	if errors.Is(err, cognito.ErrInvalidGrant) {
		return true
	}
	refused, ok := errors.AsType[*cognito.VerifyError](err)
	return ok && !errors.Is(err, cognito.ErrKeysUnavailable) && !slices.Contains([]string{"exp", "iat", "nbf"}, refused.Check)
}

// refused decides what a failed refresh means. Only a permanent refusal ends
// the session; a refresh token that is no longer honoured does so only if
// no process has replaced it in the store meanwhile, or is about to.
func (m *Manager) refused(ctx, held context.Context, s *Session, sent *grant, r *renewal, err error) (*Session, error) {
	if !isPermanent(err) {
		return nil, because(ErrRefresh, err)
	}
	if m.store != nil && errors.Is(err, cognito.ErrInvalidGrant) {
		now, readErr := s.latest(ctx)
		switch {
		case errors.Is(readErr, ErrStore):
			return nil, readErr
		case readErr == nil && now.version > sent.version && m.now().Before(now.refreshAt):
			next, err := m.adopt(ctx, s, now, r)
			if next != nil || err != nil {
				return next, err
			}
			return nil, errHalfWritten
		case readErr == nil && now.version > sent.version:
			return nil, fmt.Errorf("%w: another process has refreshed them", ErrRefresh)
		case readErr == nil && sent.tokens.Refresh != "":
			r.refused = sent.version
			return nil, errRefused
		}
	}
	return nil, m.overBy(ctx, held, s, err)
}

// overBy ends a session whose refresh token is no longer honoured.
func (m *Manager) overBy(ctx, held context.Context, s *Session, err error) error {
	if held.Err() != nil { // whoever has the lock now may have sent the same token
		return because(ErrRefresh, context.Cause(held))
	}
	m.logger.InfoContext(ctx, "session: ended, the refresh token is no longer honoured or gives tokens that are refused", "op", "refresh", "err", err, "user", s.state.identity)
	if err := m.forget(ctx, s); err != nil {
		return err
	}
	return because(ErrNoSession, err)
}

// keep saves a renewed session, unless it was ended meanwhile or the lock was
// lost.
func (m *Manager) keep(ctx, held context.Context, next *Session, r *renewal, withTokens bool) error {
	if m.renewals.hasEnded(next.state.sid) {
		return ErrNoSession
	}
	if held.Err() != nil {
		return because(ErrRefresh, context.Cause(held))
	}
	var err error
	r.whole = withTokens
	r.cookies, err = m.save(held, next, withTokens)
	if errors.Is(err, ErrTooLarge) {
		m.logger.ErrorContext(ctx, "session: ended, the refreshed tokens do not fit into cookies", "op", "refresh", "err", err, "user", next.state.identity)
		return because(ErrNoSession, err)
	}
	return err
}
