package hostedui

import (
	"context"
	"errors"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/observed"
)

// A telling tells an Observer what happens with one app client.
type telling struct {
	observer *observe.Observer // never nil
	clientID string
}

// calling tells that a call to Cognito begins. The function is for its end.
func (t telling) calling(ctx context.Context, op observe.Op) (context.Context, func(error)) {
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

func kindOf(silent bool) observe.Kind {
	if silent {
		return observe.Silent
	}
	return observe.HostedUI
}

func (t telling) begun(ctx context.Context, silent bool, provider string) {
	if f := t.observer.SignInBegun; f != nil {
		f(ctx, observe.SignInBegun{Kind: kindOf(silent), ClientID: t.clientID, Provider: provider})
	}
}

func (t telling) signedIn(ctx context.Context, silent bool, who *cognito.Identity, took time.Duration) {
	if f := t.observer.SignIn; f != nil {
		f(ctx, observe.SignIn{
			Kind: kindOf(silent), ClientID: t.clientID, Provider: who.Provider(),
			UserHash: observe.UserHash(who.Issuer, who.Subject), Took: max(0, took.Truncate(time.Second)),
		})
	}
}

func (t telling) notSignedIn(ctx context.Context, silent bool, code cognito.RefusalCode, err error) {
	if f := t.observer.SignIn; f != nil {
		f(ctx, observe.SignIn{Kind: kindOf(silent), ClientID: t.clientID, Code: observe.Code(code), Err: err})
	}
}

func (t telling) stray(ctx context.Context, outcome observe.Outcome) {
	if f := t.observer.Stray; f != nil {
		f(ctx, observe.Stray{Outcome: outcome})
	}
}
