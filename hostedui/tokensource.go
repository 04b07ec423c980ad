package hostedui

import (
	"context"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// TokenSource returns the access tokens of the user whose request ctx belongs
// to, for calling APIs in the user's name:
//
//	api := oauth2.NewClient(r.Context(), client.TokenSource(r.Context()))
//
// It works behind [Client.Protect] and [Client.Optional]; without a session
// Token returns [session.ErrNoSession]. Use it within the request: see
// [session.Session.Fresh] for how far a token is kept fresh.
func (c *Client) TokenSource(ctx context.Context) oauth2.TokenSource {
	return tokenSource{ctx}
}

type tokenSource struct{ ctx context.Context }

// Token implements [oauth2.TokenSource].
func (s tokenSource) Token() (*oauth2.Token, error) {
	current := session.FromContext(s.ctx)
	if current == nil {
		return nil, session.ErrNoSession
	}
	tokens, err := current.Fresh(s.ctx)
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: string(tokens.Access), TokenType: "Bearer", Expiry: tokens.Expiry}, nil
}
