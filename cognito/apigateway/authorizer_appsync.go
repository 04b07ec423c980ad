package apigateway

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// An AppSyncRequest is the event of AppSync's Lambda authorizer.
type AppSyncRequest struct {
	AuthorizationToken string            `json:"authorizationToken"`
	RequestContext     AppSyncContext    `json:"requestContext"`
	RequestHeaders     map[string]string `json:"requestHeaders"`
}

// Format implements [fmt.Formatter]: an AppSyncRequest prints no token. Its JSON
// has them.
func (AppSyncRequest) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "apigateway.AppSyncRequest")
}

// LogValue implements [slog.LogValuer], like Format.
func (AppSyncRequest) LogValue() slog.Value { return slog.StringValue("apigateway.AppSyncRequest") }

// AppSyncContext is AppSync's description of a request.
type AppSyncContext struct {
	APIID         string         `json:"apiId"`
	AccountID     string         `json:"accountId"`
	RequestID     string         `json:"requestId"`
	QueryString   string         `json:"queryString"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

// An AppSyncAnswer is the answer of AppSync's Lambda authorizer.
type AppSyncAnswer struct {
	IsAuthorized bool `json:"isAuthorized"`

	// ResolverContext has one key, "claims", with the token's claims as a JSON
	// text. Resolvers read it as $ctx.identity.resolverContext.
	ResolverContext map[string]string `json:"resolverContext,omitempty"`

	// DeniedFields are the fields of [AuthorizerConfig.Fields] that the user
	// may not see.
	DeniedFields []string `json:"deniedFields,omitempty"`

	// TTLOverride is how many seconds AppSync may cache the answer: until the
	// token expires, and five minutes at most. 0 means that it may not.
	TTLOverride int `json:"ttlOverride"`
}

// maxAppSyncTTL is AppSync's own default.
const maxAppSyncTTL = 5 * time.Minute

// AppSync is the handler of a Lambda authorizer for AppSync. The token may have
// the word Bearer before it, although AppSync asks clients to leave it out. A
// refusal is not cached. An error means that the request could not be checked.
func (a *Authorizer) AppSync(ctx context.Context, r AppSyncRequest) (*AppSyncAnswer, error) {
	token, err := bareToken(r.AuthorizationToken)
	user, result, err := a.decide(ctx, token, err)
	switch result {
	case unchecked:
		return nil, err
	case allowed:
		return a.appSyncAnswer(ctx, user)
	}
	return &AppSyncAnswer{}, nil
}

func (a *Authorizer) appSyncAnswer(ctx context.Context, user *caller) (*AppSyncAnswer, error) {
	answer := &AppSyncAnswer{
		IsAuthorized:    true,
		ResolverContext: map[string]string{"claims": user.claims},
		TTLOverride:     int(max(0, min(user.expiry.Sub(a.now()), maxAppSyncTTL)) / time.Second),
	}
	for _, name := range a.fields {
		err := a.cfg.Fields[name].Check(ctx, user.id, a.now())
		switch result := outcomeOf(err); result {
		case allowed:
		case unchecked:
			a.log(ctx, result, "apigateway: a field could not be decided", err)
			return nil, err
		default:
			answer.DeniedFields = append(answer.DeniedFields, name)
		}
	}
	return answer, nil
}
