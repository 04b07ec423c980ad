package userpool

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
)

// GlobalSignOut has Cognito refuse every token the user holds, on every device.
// The user's sessions in this app end separately, and so does a session of the
// Hosted UI. A service that checks only the signature of tokens, as
// [cognito.Verifier] does, accepts them until they expire.
func (c *Client) GlobalSignOut(ctx context.Context, t cognito.AccessToken) error {
	_, err := call(ctx, c, opGlobalSignOut, c.sdk.GlobalSignOut, &cip.GlobalSignOutInput{AccessToken: aws.String(string(t))}, string(t))
	return err
}

// Revoke has Cognito refuse a refresh token and the access and ID tokens that
// came from it: a sign-out of one device (RevokeToken). The app client needs
// EnableTokenRevocation, which is on unless turned off.
//
// A session.Manager calls it for sessions that end: [session.Manager.EndAll] ends a
// user's other sessions at Cognito too.
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
