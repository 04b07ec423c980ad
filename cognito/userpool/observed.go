package userpool

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/observed"
)

// calling tells that a call begins. The function is for its end.
func (c *Client) calling(ctx context.Context, op string) (context.Context, func(*Error)) {
	name, _, _ := strings.Cut(op, " ") // opRefreshFlow has the flow, too
	ctx, ended := observed.Call(ctx, c.pool.Observer, observe.UserPools, name)
	return ctx, func(e *Error) {
		if e == nil {
			ended("", 0, nil)
			return
		}
		ended(e.Code, e.Status, e)
	}
}

func (c *Client) tellBegun(ctx context.Context) {
	if f := c.pool.Observer.SignInBegun; f != nil {
		f(ctx, observe.SignInBegun{Kind: observe.OwnForms, ClientID: c.pool.ClientID})
	}
}

// tellStep tells how one step of a sign-in has ended, unless it goes on with a
// challenge.
func (c *Client) tellStep(ctx context.Context, began time.Time, step *Step, err error) {
	f := c.pool.Observer.SignIn
	if f == nil || err == nil && step.Challenge != nil {
		return
	}
	e := observe.SignIn{Kind: observe.OwnForms, ClientID: c.pool.ClientID, Took: time.Since(began), Err: err}
	if err == nil {
		e.Provider, e.UserHash = step.Identity.Provider(), observe.UserHash(step.Identity.Issuer, step.Identity.Subject)
	} else {
		e.Code = "other"
		if refused, ok := errors.AsType[*Error](err); ok {
			e.Code = refused.Code
		}
	}
	f(ctx, e)
}
