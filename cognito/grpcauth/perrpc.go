package grpcauth

import (
	"context"
	"errors"

	"golang.org/x/oauth2"
	"google.golang.org/grpc/credentials"

	"github.com/seed75762126/cognito-go/cognito/clientcredentials"
	"github.com/seed75762126/cognito-go/internal/isnil"
)

// A TokenSource returns an access token for a call, such as a
// [clientcredentials.Source]. Its method may run concurrently.
type TokenSource interface {
	TokenContext(ctx context.Context) (*oauth2.Token, error)
}

var _ TokenSource = (*clientcredentials.Source)(nil)

// PerRPC sends an access token of the service with each call: pass it to
// [google.golang.org/grpc.WithPerRPCCredentials]. A call stops waiting for a
// token when its context ends. Tokens are sent only over TLS.
func PerRPC(tokens TokenSource) credentials.PerRPCCredentials { return perRPC{tokens} }

type perRPC struct{ tokens TokenSource }

// GetRequestMetadata implements [credentials.PerRPCCredentials].
func (p perRPC) GetRequestMetadata(ctx context.Context, _ ...string) (map[string]string, error) {
	if isnil.Value(p.tokens) {
		return nil, errors.New("grpcauth: PerRPC has no TokenSource")
	}
	token, err := p.tokens.TokenContext(ctx)
	switch {
	case err != nil:
		return nil, err
	case token == nil || token.AccessToken == "":
		return nil, errors.New("grpcauth: the TokenSource returned neither a token nor an error")
	}
	return map[string]string{"authorization": "Bearer " + token.AccessToken}, nil
}

// RequireTransportSecurity implements [credentials.PerRPCCredentials].
func (perRPC) RequireTransportSecurity() bool { return true }
