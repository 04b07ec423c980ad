package cognito

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/isnil"
)

// observed returns the Observer that is told of verifications: that of the
// first pool.
func (v *Verifier) observed() *observe.Observer { return v.pools[0].observer }

func (t *Tenants) observed() *observe.Observer { return t.observer }

// tellVerification tells the Observer of one verification, which started at
// began.
func tellVerification(ctx context.Context, o *observe.Observer, use observe.Use, cached bool, began time.Time, err error) {
	e := observe.Verification{Use: use, Cached: cached, Took: time.Since(began), Err: err}
	if err != nil {
		e.Check = observe.CodeOther // such as the caller's own context
		if refused, ok := errors.AsType[*VerifyError](err); ok {
			e.Check = observe.Code(refused.Check)
		}
	}
	o.Verification(ctx, e)
}

// observer is who a Guard tells of refusals.
func (g Guard) observer() *observe.Observer {
	if g.Observer != nil {
		return g.Observer
	}
	b, _ := g.Authenticator.(Bearer)
	if p, ok := g.Authenticator.(*Bearer); ok && p != nil {
		b = *p
	}
	verifier := b.Verifier
	for range 8 { // so many layers may wrap a Verifier
		wrapper, ok := verifier.(interface{ Unwrap() TokenVerifier })
		if !ok || isnil.Value(verifier) {
			break
		}
		verifier = wrapper.Unwrap()
	}
	switch v := verifier.(type) {
	case *Verifier:
		if v != nil {
			return v.observed()
		}
	case *Tenants:
		if v != nil {
			return v.observed()
		}
	}
	return &observe.Observer{}
}

// tell tells of a refusal.
func (s *guarded) tell(r *http.Request, why refusal) {
	o := s.told
	if o.Refusal == nil {
		return
	}
	e := observe.Refusal{Guard: observe.TokenGuard, Code: observe.Code(why.code), Status: why.code.Status(), Err: why.err}
	if why.who != nil {
		e.UserHash = observe.UserHash(why.who.Issuer, why.who.Subject)
	}
	o.Refusal(r.Context(), e)
}
