package hostedui

import (
	"context"
	"errors"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/observed"
)

// observing tells an Observer what happens with one app client.
type observing struct {
	observer *observe.Observer // never nil
	clientID string
}

// calling tells that a call to Cognito begins. The function is for its end.
func (t observing) calling(ctx context.Context, op observe.Op) (context.Context, func(error)) {
	ctx, ended := observed.Call(ctx, t.observer, observe.OAuth, op)
	return ctx, func(err error) {
		var code observe.Code
		var status int
		if e, ok := errors.AsType[*cognito.OAuthError](err); ok {
			code, status = observe.Code(e.Code), e.Status
		} else if err != nil {
			code = observe.CodeOther
		}
		ended(code, status, err)
	}
}

func (t observing) begun(ctx context.Context, kind observe.Kind, provider string) {
	if f := t.observer.SignInBegun; f != nil {
		f(ctx, observe.SignInBegun{Kind: kind, ClientID: t.clientID, Provider: provider})
	}
}

func (t observing) signedIn(ctx context.Context, kind observe.Kind, who *cognito.Identity, took time.Duration) {
	if f := t.observer.SignIn; f != nil {
		f(ctx, observe.SignIn{
			Kind: kind, ClientID: t.clientID, Provider: who.Provider(),
			UserHash: observe.UserHash(who.Issuer, who.Subject), Took: max(0, took.Truncate(time.Second)),
		})
	}
}

func (t observing) notSignedIn(ctx context.Context, kind observe.Kind, code cognito.RefusalCode, err error) {
	if f := t.observer.SignIn; f != nil {
		f(ctx, observe.SignIn{Kind: kind, ClientID: t.clientID, Code: observe.Code(code), Err: err})
	}
}

func (t observing) stray(ctx context.Context, outcome observe.Outcome) {
	if f := t.observer.Stray; f != nil {
		f(ctx, observe.Stray{Outcome: outcome})
	}
}
