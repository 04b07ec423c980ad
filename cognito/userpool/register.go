package userpool

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/seed75762126/cognito-go/cognito"
)

// A NewUser describes a user who signs up.
type NewUser struct {
	// Username is a name. In a pool with UsernameAttributes it is an e-mail
	// address or a phone number.
	Username string

	// Password may be empty in a pool that signs users in without one.
	Password cognito.Secret

	// Attributes are the user's attributes, such as "email" or "custom:plan".
	// The app client must be allowed to write them (WriteAttributes).
	Attributes map[string]string

	// ValidationData goes to the pre-sign-up trigger and is not kept.
	ValidationData map[string]string
}

// A SignedUp is the result of [Client.SignUp].
type SignedUp struct {
	// Username is the name that signed up, and Sub the user's id.
	Username string
	Sub      string

	// Confirmed reports whether the user can sign in at once, because a trigger
	// confirmed the account. Otherwise the next step is [Client.ConfirmSignUp].
	Confirmed bool

	// Delivery says where the confirmation code was sent; nil if none was sent.
	Delivery *Delivery

	// Session is a session string with which the user can sign in after the
	// confirmation, without the password. Pass it to [Client.ConfirmSignUp].
	// It is valid for AuthSessionValidity of the app client: three minutes
	// unless that is changed. It is empty if the pool does not offer this.
	Session cognito.Secret
}

// SignUp creates an account. The error is [ErrUsernameExists] if the name is
// taken. Cognito reveals this to every caller: see [RevealsAccount].
func (c *Client) SignUp(ctx context.Context, user NewUser, opts ...CallOption) (*SignedUp, error) {
	o := gather(opts)
	in := &cip.SignUpInput{
		ClientId:        aws.String(c.pool.ClientID),
		Username:        aws.String(user.Username),
		Password:        optional(string(user.Password)),
		UserAttributes:  attributeList(user.Attributes),
		ValidationData:  attributeList(user.ValidationData),
		ClientMetadata:  o.metadata,
		UserContextData: o.context,
	}
	sign := func(secret string) { in.SecretHash = c.secretHash(user.Username, secret) }
	out, err := callSigned(ctx, c, opSignUp, c.sdk.SignUp, in, sign, string(user.Password))
	if err != nil {
		return nil, err
	}
	return &SignedUp{
		Username:  user.Username,
		Sub:       aws.ToString(out.UserSub),
		Confirmed: out.UserConfirmed,
		Delivery:  delivery(out.CodeDeliveryDetails),
		Session:   cognito.Secret(aws.ToString(out.Session)),
	}, nil
}

// A Confirmation proves the address of a user who has signed up.
type Confirmation struct {
	Username string // the name that signed up
	Code     string

	// Session is SignedUp.Session; if empty, the user signs in with the
	// password.
	Session cognito.Secret

	// ForceAliasCreation takes the e-mail address or phone number away from an
	// account that has it as an alias. That account can no longer sign in with
	// it.
	ForceAliasCreation bool
}

// ConfirmSignUp confirms an account with the code that was sent. With the
// session string that it returns, the user can sign in at once (flow
// USER_AUTH). The string is empty if Cognito gives none.
//
// The error is [ErrUsernameExists] if the address belongs to another account.
func (c *Client) ConfirmSignUp(ctx context.Context, with Confirmation, opts ...CallOption) (session cognito.Secret, err error) {
	o := gather(opts)
	in := &cip.ConfirmSignUpInput{
		ClientId:           aws.String(c.pool.ClientID),
		Username:           aws.String(with.Username),
		ConfirmationCode:   aws.String(with.Code),
		ForceAliasCreation: with.ForceAliasCreation,
		Session:            optional(string(with.Session)),
		ClientMetadata:     o.metadata,
		UserContextData:    o.context,
	}
	sign := func(secret string) { in.SecretHash = c.secretHash(with.Username, secret) }
	out, err := callSigned(ctx, c, opConfirmSignUp, c.sdk.ConfirmSignUp, in, sign, with.Code, string(with.Session))
	if err != nil {
		return "", err
	}
	return cognito.Secret(aws.ToString(out.Session)), nil
}

// ResendConfirmationCode sends another code for [Client.ConfirmSignUp]. The
// next page must be the same if there is no such account: see [RevealsAccount].
func (c *Client) ResendConfirmationCode(ctx context.Context, username string, opts ...CallOption) (*Delivery, error) {
	o := gather(opts)
	in := &cip.ResendConfirmationCodeInput{
		ClientId:        aws.String(c.pool.ClientID),
		Username:        aws.String(username),
		ClientMetadata:  o.metadata,
		UserContextData: o.context,
	}
	sign := func(secret string) { in.SecretHash = c.secretHash(username, secret) }
	out, err := callSigned(ctx, c, opResendConfirmationCode, c.sdk.ResendConfirmationCode, in, sign)
	if err != nil {
		return nil, err
	}
	return delivery(out.CodeDeliveryDetails), nil
}

// attributeList is attributes in the order of their names, or nil for none.
func attributeList(attributes map[string]string) []types.AttributeType {
	var list []types.AttributeType
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		list = append(list, types.AttributeType{Name: aws.String(name), Value: aws.String(attributes[name])})
	}
	return list
}
