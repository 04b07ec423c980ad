package userpool

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
)

// After GlobalSignOut, Cognito refuses every token of the user, on every
// device. It does not end the user's sessions in this app, nor a session of the
// Hosted UI. A service that verifies tokens without calling Cognito, as
// [cognito.Verifier] does, accepts them until they expire.
func (c *Client) GlobalSignOut(ctx context.Context, t cognito.AccessToken) error {
	_, err := call(ctx, c, opGlobalSignOut, c.sdk.GlobalSignOut, &cip.GlobalSignOutInput{AccessToken: aws.String(string(t))}, string(t))
	return err
}

// After Revoke, Cognito refuses a refresh token and the access and ID tokens
// that came from it (RevokeToken). It signs the user out on one device. The
// app client needs EnableTokenRevocation, which is on by default.
//
// A session.Manager calls Revoke for sessions that end. So
// [session.Manager.EndAll] also ends the user's sessions at Cognito.
func (c *Client) Revoke(ctx context.Context, t cognito.RefreshToken) error {
	in := &cip.RevokeTokenInput{
		ClientId: aws.String(c.pool.ClientID),
		Token:    aws.String(string(t)),
	}
	_, err := callSigned(ctx, c, opRevokeToken, c.sdk.RevokeToken, in, func(secret string) { in.ClientSecret = &secret }, string(t))
	return err
}

// What a session.Manager looks for in its Refresher.
var _ interface {
	Revoke(ctx context.Context, t cognito.RefreshToken) error
} = (*Client)(nil)
