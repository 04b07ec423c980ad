package observe

import "context"

// An Observer is told what happens. Each of its functions may be nil. They may
// be called concurrently, and must not wait: the visitor who is being served
// waits with them. Each gets the context of the request, or of the background
// work that a request has started.
//
// Later releases may add functions, and fields to events: write literals with
// names.
type Observer struct {
	// Begin is called before an operation that takes time: before each Call,
	// KeyFetch, StoreCall, LockWait and Refresh. It returns the context of the
	// operation, which is ctx or derives from it. The function that is told of
	// the end gets this context: for a span, for example.
	Begin func(ctx context.Context, op Operation) context.Context

	// SignInBegun is told of each sign-in that a visitor begins.
	SignInBegun func(ctx context.Context, e SignInBegun)

	// SignIn is told of each sign-in that has ended, well or not.
	SignIn func(ctx context.Context, e SignIn)

	// Stray is told of each callback that belongs to no pending sign-in of
	// its browser.
	Stray func(ctx context.Context, e Stray)

	// Call is told of each call to Cognito or STS, except for keys. A call
	// that the SDK repeats is told once.
	Call func(ctx context.Context, e Call)

	// KeyFetch is told of each fetch of a user pool's signing keys.
	KeyFetch func(ctx context.Context, e KeyFetch)

	// Verification is told of each token that was verified or refused.
	Verification func(ctx context.Context, e Verification)

	// Refusal is told of each request that a guard did not let through: of
	// an API, of pages, or of gRPC.
	Refusal func(ctx context.Context, e Refusal)

	// SessionStart is told of each session that was to start.
	SessionStart func(ctx context.Context, e SessionStart)

	// Refresh is told of each refresh of a session that this process carries
	// out, however many requests wait for it. It is not told of those that do
	// not get their turn (session.Options.MaxRefreshes).
	Refresh func(ctx context.Context, e Refresh)

	// SessionEnd is told of each session that has ended before its time. "Sign
	// out everywhere" with sessions in cookies is told once, since the number
	// of sessions is unknown. Sessions that end unused, by their lifetime, are
	// not told.
	SessionEnd func(ctx context.Context, e SessionEnd)

	// StoreCall is told of each call to a session store.
	StoreCall func(ctx context.Context, e StoreCall)

	// LockWait is told how long a lock was waited for.
	LockWait func(ctx context.Context, e LockWait)
}

// Start calls Begin, if there is one, and returns the context of the
// operation. An Observer may be nil.
func (o *Observer) Start(ctx context.Context, service Service, name Op) context.Context {
	if o == nil || o.Begin == nil {
		return ctx
	}
	return o.Begin(ctx, Operation{Service: service, Name: name})
}
