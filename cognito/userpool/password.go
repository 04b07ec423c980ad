package userpool

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/seed75762126/cognito-go/cognito"
)

// ForgotPassword sends a code with which the user can set a new password. The
// next page must be the same whether there is such an account or not. Its words
// about where the code was sent must be the same too: see [RevealsAccount].
func (c *Client) ForgotPassword(ctx context.Context, username string, opts ...CallOption) (*Delivery, error) {
	o := gather(opts)
	in := &cip.ForgotPasswordInput{
		ClientId:        aws.String(c.pool.ClientID),
		Username:        aws.String(username),
		ClientMetadata:  o.metadata,
		UserContextData: o.context,
	}
	out, err := callSigned(ctx, c, opForgotPassword, c.sdk.ForgotPassword, in, func(secret string) { in.SecretHash = c.secretHash(username, secret) })
	if err != nil {
		return nil, err
	}
	return delivery(out.CodeDeliveryDetails), nil
}

// A PasswordReset sets a user's new password.
type PasswordReset struct {
	Username    string // the name that was passed to [Client.ForgotPassword]
	Code        string
	NewPassword cognito.Secret
}

// ConfirmForgotPassword sets a new password with the code that was sent. The
// user can then sign in with the new password.
func (c *Client) ConfirmForgotPassword(ctx context.Context, with PasswordReset, opts ...CallOption) error {
	o := gather(opts)
	in := &cip.ConfirmForgotPasswordInput{
		ClientId:         aws.String(c.pool.ClientID),
		Username:         aws.String(with.Username),
		ConfirmationCode: aws.String(with.Code),
		Password:         aws.String(string(with.NewPassword)),
		ClientMetadata:   o.metadata,
		UserContextData:  o.context,
	}
	sign := func(secret string) { in.SecretHash = c.secretHash(with.Username, secret) }
	_, err := callSigned(ctx, c, opConfirmForgotPassword, c.sdk.ConfirmForgotPassword, in, sign, with.Code, string(with.NewPassword))
	return err
}

// ChangePassword sets the password of a signed-in user. The argument present
// is the current password; it is empty for a user who has none yet. The error
// is [ErrNotAuthorized] if it is wrong. The user stays signed in everywhere:
// to change that, see [Client.GlobalSignOut].
func (c *Client) ChangePassword(ctx context.Context, t cognito.AccessToken, present, next cognito.Secret) error {
	_, err := call(ctx, c, opChangePassword, c.sdk.ChangePassword, &cip.ChangePasswordInput{
		AccessToken:      aws.String(string(t)),
		PreviousPassword: optional(string(present)),
		ProposedPassword: aws.String(string(next)),
	}, string(t), string(present), string(next))
	return err
}
