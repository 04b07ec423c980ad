package session

import (
	"context"

	"golang.org/x/oauth2"
)

// TokenSource returns the access token of the signed-in user whose request ctx
// belongs to, for calling APIs in the user's name:
//
//	api := oauth2.NewClient(r.Context(), session.TokenSource(r.Context()))
//
// It works behind [Manager.Require] and [Manager.Optional], whichever way the
// user signed in. For a guest, Token returns [ErrNoSession]. Each call of Token
// asks the session, which refreshes its tokens where [Session.Fresh] can. A
// request has a TokenSource of its own: it ends with ctx, so do not keep it.
func TokenSource(ctx context.Context) oauth2.TokenSource { return tokenSource{ctx} }

type tokenSource struct{ ctx context.Context }

// Token implements [oauth2.TokenSource].
func (s tokenSource) Token() (*oauth2.Token, error) {
	current := FromContext(s.ctx)
	if current == nil {
		return nil, ErrNoSession
	}
	tokens, err := current.Fresh(s.ctx)
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: string(tokens.Access), TokenType: "Bearer", Expiry: tokens.Expiry}, nil
}
