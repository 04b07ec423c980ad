package observe

import "context"

// An Observer has functions that are called for events. Each may be nil. They
// may be called concurrently. They must return quickly, because the visitor's
// request waits for them. They must not panic: some are called outside the
// goroutine of a request, where a panic ends the program. Each gets the context
// of the request, or of the background work that a request has started.
//
// Later releases may add functions to this type, and fields to events. So use
// field names in composite literals.
type Observer struct {
	// Begin is called before an operation that takes time: before each Call,
	// KeyFetch, StoreCall, LockWait and Refresh. It returns the context of the
	// operation: ctx or a context made from it. The function for the end of the
	// operation gets this context. So Begin can start a span, and that function
	// can end it.
	Begin func(ctx context.Context, op Operation) context.Context

	// SignInBegun is called for each sign-in that a visitor begins.
	SignInBegun func(ctx context.Context, e SignInBegun)

	// SignIn is called for each sign-in that has ended, with success or
	// without.
	SignIn func(ctx context.Context, e SignIn)

	// Stray is called for each callback that belongs to no pending sign-in of
	// its browser.
	Stray func(ctx context.Context, e Stray)

	// Call is called for each call to Cognito or STS, except for keys. If the
	// SDK repeats a call, Call is called once.
	Call func(ctx context.Context, e Call)

	// KeyFetch is called for each fetch of a user pool's signing keys.
	KeyFetch func(ctx context.Context, e KeyFetch)

	// Verification is called for each token that was verified or refused.
	Verification func(ctx context.Context, e Verification)

	// Refusal is called for each request that a guard has refused: a guard of
	// an API, of pages or of gRPC.
	Refusal func(ctx context.Context, e Refusal)

	// SessionStart is called for each attempt to start a session.
	SessionStart func(ctx context.Context, e SessionStart)

	// Refresh is called once for each refresh of a session in this process,
	// even if many requests wait for it. It is not called for a refresh that
	// was put off (session.Options.MaxRefreshes).
	Refresh func(ctx context.Context, e Refresh)

	// Recheck is called for each question to Cognito whether a session's access
	// token still counts. Call is called for that question, too.
	Recheck func(ctx context.Context, e Recheck)

	// Stale is called for each request that is served without tokens during an
	// outage of Cognito.
	Stale func(ctx context.Context, e Stale)

	// SessionEnd is called for each session that has ended before its lifetime
	// was over. For "sign out everywhere" with sessions in cookies it is called
	// once, because the number of sessions is unknown. It is not called for
	// sessions whose lifetime is over.
	SessionEnd func(ctx context.Context, e SessionEnd)

	// StoreCall is called for each call to a session store.
	StoreCall func(ctx context.Context, e StoreCall)

	// LockWait is called after each wait for a lock.
	LockWait func(ctx context.Context, e LockWait)
}

// Start calls Begin, if it is set, and returns the context of the operation.
// The Observer may be nil.
func (o *Observer) Start(ctx context.Context, service Service, name Op) context.Context {
	if o == nil || o.Begin == nil {
		return ctx
	}
	return o.Begin(ctx, Operation{Service: service, Name: name})
}
