package observed

import (
	"context"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
)

// Call tells o that a call to Cognito begins. The context is that of the call.
// Call the returned function when the call has ended, with the code "" if it
// succeeded.
func Call(ctx context.Context, o *observe.Observer, service observe.Service, operation observe.Op) (calling context.Context, ended func(code observe.Code, status int, err error)) {
	began := time.Now()
	ctx = o.Start(ctx, service, operation)
	return ctx, func(code observe.Code, status int, err error) {
		if o.Call != nil {
			o.Call(ctx, observe.Call{Service: service, Operation: operation, Code: code, Status: status, Took: time.Since(began), Err: err})
		}
	}
}
