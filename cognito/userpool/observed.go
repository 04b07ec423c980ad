package userpool

import (
	"context"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/observed"
)

// calling tells that a call begins. The function is for its end.
func (c *Client) calling(ctx context.Context, op observe.Op) (context.Context, func(*Error)) {
	name, _, _ := strings.Cut(string(op), " ") // opRefreshFlow has the flow, too
	ctx, ended := observed.Call(ctx, c.pool.Observer, observe.UserPools, observe.Op(name))
	return ctx, func(e *Error) {
		if e == nil {
			ended("", 0, nil)
			return
		}
		ended(e.Code, e.Status, e)
	}
}
