package session

import (
	"context"

	"golang.org/x/oauth2"
)

// TokenSource returns a source of the access token of the user whose request
// ctx belongs to. Use it to call APIs for that user:
//
//	api := oauth2.NewClient(r.Context(), session.TokenSource(r.Context()))
//
// It works behind [Manager.Require] and [Manager.Optional]. For a guest, Token
// returns [ErrNoSession]. Each call of Token is a call of [Session.Fresh],
// which refreshes the tokens if it can. A TokenSource ends with ctx: make one
// for each request, and do not keep it.
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
