package hostedui

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/clientsecret"
	"github.com/seed75762126/cognito-go/internal/oauth"
)

// Exchange exchanges the code of a callback for tokens and verifies them. Both
// tokens are verified in full; the ID token must have the attempt's nonce and
// fit the access token (at_hash). The identity has the access token's scopes.
// Exchange sends a code only once, even after an error. The one exception is a
// client secret that has changed: see [Protocol.Refresh]. The error is an
// [*Error] or a [*cognito.VerifyError]. If the attempt is incomplete or not
// from [NewAttempt], Exchange fails without a call.
func (p *Protocol) Exchange(ctx context.Context, code string, a Attempt) (*Login, error) {
	if !a.complete() {
		return nil, &Error{Op: "exchange", Code: cognito.CodeBadAttempt, Err: errBadAttempt}
	}
	answer, err := p.askToken(ctx, "exchange", func(ctx context.Context, as *oauth2.Config) (*oauth2.Token, error) {
		return as.Exchange(ctx, code, oauth2.VerifierOption(a.CodeVerifier))
	})
	if err != nil {
		return nil, err
	}
	login, err := p.verifyAnswer(ctx, "exchange", answer, p.oauth.ClientID, cognito.Nonce(a.Nonce))
	if err != nil {
		return nil, err
	}
	login.Tokens.Nonce = a.Nonce
	return login, nil
}

// Refresh implements [session.Refresher] with the refresh_token grant. If
// Cognito rotates refresh tokens, the result has a new refresh token. It must
// replace the old one everywhere. If Cognito refuses the client secret and
// the ClientSecretSource has another one, the request is sent once more. This
// is safe, because Cognito checks the secret before it looks at a code or
// token.
func (p *Protocol) Refresh(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	answer, err := p.askToken(ctx, "refresh", func(ctx context.Context, as *oauth2.Config) (*oauth2.Token, error) {
		return as.TokenSource(ctx, &oauth2.Token{RefreshToken: string(old.Refresh)}).Token()
	})
	if err != nil {
		return cognito.Tokens{}, nil, err
	}
	if id, _ := answer.Extra("id_token").(string); id == "" {
		return p.verifyAccessAnswer(ctx, answer, old, who)
	}
	login, err := p.verifyAnswer(ctx, "refresh", answer, who.ClientID, old.RefreshedNonce())
	if err != nil {
		return cognito.Tokens{}, nil, err
	}
	if login.Identity.Subject != who.Subject { // the issuer may be another one of the pool
		return cognito.Tokens{}, nil, &cognito.VerifyError{Check: cognito.CheckSubject, Err: errOtherUser}
	}
	login.Tokens.Nonce = old.Nonce
	return login.Tokens, login.Identity, nil
}

// askToken asks the token endpoint, with the secret there is.
func (p *Protocol) askToken(ctx context.Context, op observe.Op, ask func(context.Context, *oauth2.Config) (*oauth2.Token, error)) (answer *oauth2.Token, err error) {
	err = p.asClient(ctx, op, func(secret string) error {
		as := p.oauth
		as.ClientSecret = secret
		calling, called := p.tell.calling(ctx, op)
		asking, call := oauth.NewCall(calling, p.http)
		answer, err = askUsable(op, call, func() (*oauth2.Token, error) { return ask(asking, &as) })
		called(err)
		return err
	})
	return answer, err
}

// asClient makes a call with the client secret there is, and once more with
// another one if Cognito refuses it.
func (p *Protocol) asClient(ctx context.Context, op observe.Op, call func(secret string) error) error {
	err := p.secret.Do(ctx, call, func(err error) bool {
		refused, ok := errors.AsType[*Error](err)
		return ok && refused.Code == cognito.CodeInvalidClient
	})
	if errors.Is(err, clientsecret.ErrUnavailable) {
		return &Error{Op: op, Code: cognito.CodeUnreachable, Err: err}
	}
	return err
}

// askUsable asks the token endpoint, and refuses an answer that the app could
// not use.
func askUsable(op observe.Op, call *oauth.Call, ask func() (*oauth2.Token, error)) (*oauth2.Token, error) {
	answer, err := ask()
	if err != nil {
		return nil, failed(op, call.Failure(err))
	}
	return answer, bearer(op, answer)
}

// bearer refuses tokens of a type that the app could not use (RFC 6749 section
// 7.1). The type is compared without case (section 5.1).
func bearer(op observe.Op, answer *oauth2.Token) error {
	if strings.EqualFold(answer.TokenType, "Bearer") {
		return nil
	}
	return &Error{Op: op, Code: cognito.CodeBadAnswer, Err: errNotBearer}
}

// verifyAccessAnswer verifies an answer without an ID token. The identity
// stays, with the groups and scopes that the access token has.
func (p *Protocol) verifyAccessAnswer(ctx context.Context, answer *oauth2.Token, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	token := cognito.AccessToken(answer.AccessToken)
	access, err := p.verifier.VerifyAccess(ctx, token)
	if err != nil {
		return cognito.Tokens{}, nil, err
	}
	if access.Subject != who.Subject || access.ClientID != who.ClientID {
		return cognito.Tokens{}, nil, &cognito.VerifyError{Check: cognito.CheckSubject, Err: errOtherUser}
	}
	kept := *who
	kept.Groups, kept.Scopes = access.Groups, access.Scopes
	tokens := cognito.Tokens{
		ID: old.ID, Access: token, Refresh: cognito.RefreshToken(answer.RefreshToken),
		Nonce: old.Nonce, Expiry: oauth.AccessExpiry(p.now(), answer.ExpiresIn, access.Expiry),
	}
	return tokens, &kept, nil
}

// verifyAnswer verifies a token answer, which must be for that app client.
func (p *Protocol) verifyAnswer(ctx context.Context, op observe.Op, answer *oauth2.Token, clientID string, checks ...cognito.IDOption) (*Login, error) {
	id, _ := answer.Extra("id_token").(string)
	if id == "" {
		return nil, &Error{Op: op, Code: cognito.CodeBadAnswer, Err: errNoIDToken}
	}
	tokens := cognito.Tokens{
		ID:      cognito.IDToken(id),
		Access:  cognito.AccessToken(answer.AccessToken),
		Refresh: cognito.RefreshToken(answer.RefreshToken),
	}
	claims, err := p.verifier.VerifyID(ctx, tokens.ID, append(checks, cognito.IssuedWith(tokens.Access))...)
	switch {
	case err != nil:
		return nil, err
	case claims.Audience != clientID: // VerifyID also accepts those of OtherClientIDs
		return nil, &cognito.VerifyError{Check: cognito.CheckAudience, Err: errOtherClient}
	}
	access, err := p.verifier.VerifyAccess(ctx, tokens.Access)
	if err != nil {
		return nil, err
	}
	if access.Subject != claims.Subject || access.ClientID != claims.Audience {
		return nil, &cognito.VerifyError{Check: cognito.CheckSubject, Err: errOtherUser}
	}
	tokens.Expiry = oauth.AccessExpiry(p.now(), answer.ExpiresIn, access.Expiry)
	identity := claims.Identity()
	identity.Scopes = access.Scopes
	return &Login{Identity: identity, Claims: claims, Tokens: tokens}, nil
}
