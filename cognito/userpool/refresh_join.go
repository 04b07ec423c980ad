package userpool

import (
	"context"
	"crypto/sha256"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/flight"
)

// refreshes joins concurrent refreshes with one refresh token: where refresh
// tokens are rotated, the second request would find its token spent.
type refreshes struct {
	flight.Group[refreshKey, refreshed]
}

// A refreshKey identifies a refresh by its tokens and its user.
type refreshKey struct {
	tokens [sha256.Size]byte
	user   string // issuer, subject and app client that the answer must have, or ""
}

// refreshed is what one request to Cognito gave.
type refreshed struct {
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
	detached := context.WithoutCancel(ctx)
	got, err := r.Do(ctx, key, func() (got refreshed) {
		got.tokens, got.identity, got.err = c.refreshOnce(detached, old, who)
		return got
	})
	if err != nil {
		return cognito.Tokens{}, nil, c.ownError(opGetTokens, observe.CodeUnreachable, err)
	}
	return got.tokens, got.identity, got.err
}
