package identitypool

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/seed75762126/cognito-go/cognito"
)

// A Provider returns the AWS credentials of one visitor. It is an
// [aws.CredentialsProvider] for SDK clients, and safe for concurrent use.
type Provider struct {
	client  *Client
	visitor *visitor
	options options
	idToken func(context.Context) (cognito.IDToken, error) // nil for a guest
	subject string                                         // whose it must be
}

var _ aws.CredentialsProvider = (*Provider)(nil)

// Retrieve returns credentials that have not expired, from the Client's memory
// or from Cognito. Concurrent calls for the same visitor share one request to
// Cognito; each call returns when its own context ends. The error is an
// [*Error], or the context's. An error of your function in [Client.ForUser], or
// of the session in [Client.ForSession], is returned unchanged, such as
// session.ErrRefresh.
func (p *Provider) Retrieve(ctx context.Context) (aws.Credentials, error) {
	got, err := p.visitor.credentials(ctx, p)
	return got.credentials, err
}

// IdentityID returns the visitor's identity id, such as
// "eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab". IAM policies know it as
// ${cognito-identity.amazonaws.com:sub}. It retrieves credentials if there are
// none yet.
func (p *Provider) IdentityID(ctx context.Context) (string, error) {
	got, err := p.visitor.credentials(ctx, p)
	return got.identityID, err
}

// Format implements [fmt.Formatter]: a Provider prints no credentials.
func (p Provider) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "identitypool.Provider") }
