package identitypool

import (
	"container/list"
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/flight"
)

// A grant is what an identity pool has given to a visitor.
type grant struct {
	credentials aws.Credentials
	identityID  string
}

// The pause before Cognito is called again after a retrieval that failed.
const (
	backOff     = 30 * time.Second // while the old credentials are good
	coldBackOff = time.Second      // while there are none
)

// A visitor keeps one visitor's credentials.
type visitor struct {
	mu       sync.Mutex // guards the rest; never held across a call
	grant    grant
	failure  error     // of the last retrieval, if it was Cognito's
	retryAt  time.Time // after that
	inflight *retrieval
	refused  refusal
}

// A refusal is what Cognito said to one ID token. It is about that token: a
// user's other session has another one.
type refusal struct {
	token [sha256.Size]byte
	err   error
	until time.Time
}

// refusalOf returns what Cognito said to token a moment ago, or nil.
func (v *visitor) refusalOf(token cognito.IDToken, now time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refused.err == nil || !now.Before(v.refused.until) || v.refused.token != sha256.Sum256([]byte(token)) {
		return nil
	}
	return v.refused.err
}

// refuse notes what Cognito said to token.
func (v *visitor) refuse(token cognito.IDToken, err error, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refused = refusal{token: sha256.Sum256([]byte(token)), err: err, until: now.Add(coldBackOff)}
}

// A retrieval is new credentials on their way.
type retrieval struct {
	flight *flight.Flight
	grant  grant // with err, set once the flight has ended
	err    error
}

// credentials returns what is kept while it is good, and otherwise waits for
// a retrieval, which it starts if there is none.
func (v *visitor) credentials(ctx context.Context, p *Provider) (grant, error) {
	for {
		l := v.look(ctx, p)
		if l.good || l.failure != nil {
			return l.grant, l.failure
		}
		if err := l.retrieval.flight.Wait(ctx); err != nil {
			return grant{}, p.client.unreachable("GetCredentialsForIdentity", err)
		}
		if l.mine || l.retrieval.err == nil || !isOurs(l.retrieval.err) {
			return l.retrieval.grant, l.retrieval.err
		}
		// Another request's session had no good ID token; this one's may.
	}
}

// isOurs reports whether err is about one request's ID token: another
// request's may be good.
func isOurs(err error) bool {
	var e *Error
	return !errors.As(err, &e) || e.is == ErrLogin
}

// A look is what a visitor has at one moment: good credentials, a failure of
// just now, or a retrieval to wait for.
type look struct {
	grant     grant
	good      bool
	failure   error
	retrieval *retrieval
	mine      bool // the retrieval has just been started
}

func (v *visitor) look(ctx context.Context, p *Provider) (l look) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := p.client.cfg.Pool.Now()
	ends := v.grant.credentials.Expires
	l.grant, l.good = v.grant, now.Before(ends)
	resting := now.Before(v.retryAt)
	if v.inflight == nil && !resting && !now.Before(ends.Add(-p.client.cfg.RenewBefore)) {
		v.inflight, l.mine = v.start(context.WithoutCancel(ctx), p), true
	}
	l.retrieval = v.inflight
	if !l.good && l.retrieval == nil {
		l.grant, l.failure = grant{}, v.failure
	}
	return l
}

// start begins a retrieval that is detached from the request that caused it:
// others wait for it too. v.mu is held.
func (v *visitor) start(ctx context.Context, p *Provider) *retrieval {
	r, identityID := new(retrieval), v.grant.identityID
	r.flight = flight.Start(func() { v.retrieve(ctx, p, r, identityID) })
	return r
}

func (v *visitor) retrieve(ctx context.Context, p *Provider, r *retrieval, identityID string) {
	r.grant, r.err = p.client.retrieve(ctx, p, identityID)
	now := p.client.cfg.Pool.Now()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.inflight = nil
	switch {
	case r.err == nil:
		v.grant, v.failure = r.grant, nil
		v.rest(now) // a clock that is ahead would renew them at once
	case now.Before(v.grant.credentials.Expires):
		v.rest(now)
	case !isOurs(r.err):
		v.failure, v.retryAt = r.err, now.Add(coldBackOff)
	}
}

// rest keeps Cognito from being called again at once. v.mu is held.
func (v *visitor) rest(now time.Time) {
	v.retryAt = now.Add(backOff)
	if ends := v.grant.credentials.Expires; ends.Before(v.retryAt) {
		v.retryAt = ends
	}
}

// A visitorKey says whose credentials are kept: a user's in a role, or a
// guest's, whose identity id is the subject.
type visitorKey struct{ issuer, subject, role string }

// visitors keeps the visitors that were needed most recently.
type visitors struct {
	max int

	mu    sync.Mutex // guards the rest
	byKey map[visitorKey]*list.Element
	order list.List // of visitorEntry, the most recent first
}

type visitorEntry struct {
	key     visitorKey
	visitor *visitor
}

func newVisitors(most int) *visitors {
	return &visitors{max: most, byKey: make(map[visitorKey]*list.Element)}
}

// get returns the visitor of a key, who may be new.
func (vs *visitors) get(key visitorKey) *visitor {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	if e := vs.byKey[key]; e != nil {
		vs.order.MoveToFront(e)
		return e.Value.(visitorEntry).visitor
	}
	v := new(visitor)
	vs.byKey[key] = vs.order.PushFront(visitorEntry{key, v})
	if vs.order.Len() > vs.max {
		last := vs.order.Back()
		vs.order.Remove(last)
		delete(vs.byKey, last.Value.(visitorEntry).key)
	}
	return v
}
