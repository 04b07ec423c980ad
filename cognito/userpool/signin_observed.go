package userpool

import (
	"context"
	"errors"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
)

func (c *Client) tellBegun(ctx context.Context) {
	if f := c.pool.Observer.SignInBegun; f != nil {
		f(ctx, observe.SignInBegun{Kind: observe.OwnForms, ClientID: c.pool.ClientID})
	}
}

// tellStep tells how a step of a sign-in has ended, unless with a challenge.
func (c *Client) tellStep(ctx context.Context, began time.Time, step *Step, err error) {
	f := c.pool.Observer.SignIn
	if f == nil || err == nil && step.Challenge != nil {
		return
	}
	e := observe.SignIn{Kind: observe.OwnForms, ClientID: c.pool.ClientID, Took: time.Since(began), Err: err}
	if err == nil {
		e.Provider, e.UserHash = step.Identity.Provider(), observe.UserHash(step.Identity.Issuer, step.Identity.Subject)
	} else {
		e.Code = observe.CodeOther
		if refused, ok := errors.AsType[*Error](err); ok {
			e.Code = refused.Code
		}
	}
	f(ctx, e)
}
