package userpool

import (
	"context"
	"crypto/sha256"
	"sync"

	"github.com/seed75762126/cognito-go/cognito"
)

// refreshes joins concurrent refreshes with one refresh token: where refresh
// tokens are rotated, the second request would find its token spent.
type refreshes struct {
	mu     sync.Mutex // guards flight
	flight map[refreshKey]*refreshFlight
}

// A refreshKey tells apart what a refresh is made with.
type refreshKey struct {
	tokens [sha256.Size]byte
	user   string // issuer and subject that the answer must have, or ""
}

// A refreshFlight is one request to Cognito.
type refreshFlight struct {
	done     chan struct{} // closed when the rest is set
	tokens   cognito.Tokens
	identity *cognito.Identity
	err      error
}

// do joins the request under way or makes one. The request does not end with
// ctx, as others may wait for it: [cognito.Config.Timeout] bounds it.
func (r *refreshes) do(ctx context.Context, c *Client, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	key := refreshKey{tokens: sha256.Sum256([]byte(string(old.Refresh) + " " + string(old.Access) + " " + old.Nonce))}
	if who != nil {
		key.user = who.Issuer + " " + who.Subject + " " + who.ClientID
	}
	r.mu.Lock()
	f := r.flight[key]
	if f == nil {
		f = &refreshFlight{done: make(chan struct{})}
		if r.flight == nil {
			r.flight = make(map[refreshKey]*refreshFlight)
		}
		r.flight[key] = f
		go r.fly(context.WithoutCancel(ctx), c, key, f, old, who)
	}
	r.mu.Unlock()
	select {
	case <-f.done:
		return f.tokens, f.identity, f.err
	case <-ctx.Done():
		return cognito.Tokens{}, nil, c.ownError(opGetTokens, codeUnreachable, context.Cause(ctx))
	}
}

func (r *refreshes) fly(ctx context.Context, c *Client, key refreshKey, f *refreshFlight, old cognito.Tokens, who *cognito.Identity) {
	f.tokens, f.identity, f.err = c.refreshNow(ctx, old, who)
	r.mu.Lock()
	delete(r.flight, key)
	r.mu.Unlock()
	close(f.done)
}
