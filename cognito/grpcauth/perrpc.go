package grpcauth

import (
	"context"

	"google.golang.org/grpc/credentials"

	"github.com/seed75762126/cognito-go/cognito"
)

// PerRPC sends the service's own access token with each call: pass it to
// [google.golang.org/grpc.WithPerRPCCredentials]. A call waits for a token no
// longer than its own context. Tokens go over TLS only.
func PerRPC(tokens *cognito.ClientCredentials) credentials.PerRPCCredentials { return perRPC{tokens} }

type perRPC struct{ tokens *cognito.ClientCredentials }

// GetRequestMetadata implements [credentials.PerRPCCredentials].
func (p perRPC) GetRequestMetadata(ctx context.Context, _ ...string) (map[string]string, error) {
	token, err := p.tokens.TokenContext(ctx)
	if err != nil {
		return nil, err
	}
	return map[string]string{"authorization": "Bearer " + token.AccessToken}, nil
}

// RequireTransportSecurity implements [credentials.PerRPCCredentials].
func (perRPC) RequireTransportSecurity() bool { return true }
