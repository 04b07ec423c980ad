package userpool

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/federated"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// A User has a user's attributes, if the app client may read them
// (ReadAttributes).
type User struct {
	// Sub is the user's id, which is unique in the pool. Username is
	// Cognito's name for the user, and often the same text.
	Sub      string `json:"sub"`
	Username string `json:"username"`

	Name                string `json:"name,omitempty"`
	Email               string `json:"email,omitempty"`
	EmailVerified       bool   `json:"email_verified"` // true only if Cognito says so
	PhoneNumber         string `json:"phone_number,omitempty"`
	PhoneNumberVerified bool   `json:"phone_number_verified"`

	// Custom are the custom attributes, by their names without "custom:". All
	// values are strings, even those of the type Number.
	Custom map[string]string `json:"custom,omitempty"`

	// Identities are the accounts at identity providers that the user has.
	Identities []cognito.FederatedIdentity `json:"identities,omitempty"`

	// MFA are the second factors that are on: "SMS_MFA", "EMAIL_OTP",
	// "SOFTWARE_TOKEN_MFA". PreferredMFA is the one asked for, or "".
	MFA          []string `json:"mfa,omitempty"`
	PreferredMFA string   `json:"preferred_mfa,omitempty"`

	// Attributes are all attributes as Cognito sent them, by name.
	Attributes map[string]string `json:"attributes,omitempty"`
}

// GetUser returns the user of an access token. Every call that takes an access
// token, this one too, needs a token with the scope
// aws.cognito.signin.user.admin. Tokens from this package have that scope.
// Tokens from the Hosted UI have it if the login asked for it.
func (c *Client) GetUser(ctx context.Context, t cognito.AccessToken) (*User, error) {
	out, err := call(ctx, c, opGetUser, c.sdk.GetUser, &cip.GetUserInput{AccessToken: aws.String(string(t))}, string(t))
	if err != nil {
		return nil, err
	}
	u := newUser(out.UserAttributes)
	u.Username = aws.ToString(out.Username)
	u.MFA = out.UserMFASettingList
	u.PreferredMFA = aws.ToString(out.PreferredMfaSetting)
	if u.Sub == "" || u.Username == "" {
		return nil, c.ownError(opGetUser, observe.CodeBadAnswer, errNoUser)
	}
	return u, nil
}

func newUser(attributes []types.AttributeType) *User {
	u := &User{Attributes: map[string]string{}, Custom: map[string]string{}}
	for _, a := range attributes {
		name, value := aws.ToString(a.Name), aws.ToString(a.Value)
		u.Attributes[name] = value
		if custom, ok := strings.CutPrefix(name, "custom:"); ok {
			u.Custom[custom] = value
		}
	}
	u.Sub, u.Name = u.Attributes["sub"], u.Attributes["name"]
	u.Email, u.EmailVerified = u.Attributes["email"], u.Attributes["email_verified"] == "true"
	u.PhoneNumber, u.PhoneNumberVerified = u.Attributes["phone_number"], u.Attributes["phone_number_verified"] == "true"
	for _, id := range federated.Parse(rawjson.Value(u.Attributes["identities"])) {
		u.Identities = append(u.Identities, cognito.FederatedIdentity(id))
	}
	return u
}

// UpdateUserAttributes sets attributes of a signed-in user; an empty value
// deletes one. It returns where codes were sent. [Client.VerifyUserAttribute]
// verifies a new address. Some pools keep the old address until then.
func (c *Client) UpdateUserAttributes(ctx context.Context, t cognito.AccessToken, attributes map[string]string, opts ...CallOption) ([]Delivery, error) {
	out, err := call(ctx, c, opUpdateUserAttributes, c.sdk.UpdateUserAttributes, &cip.UpdateUserAttributesInput{
		AccessToken:    aws.String(string(t)),
		UserAttributes: attributeList(attributes),
		ClientMetadata: gather(opts).metadata,
	}, string(t))
	if err != nil {
		return nil, err
	}
	var sent []Delivery
	for i := range out.CodeDeliveryDetailsList {
		sent = append(sent, *delivery(&out.CodeDeliveryDetailsList[i]))
	}
	return sent, nil
}

// GetUserAttributeVerificationCode sends a code to an address of a signed-in
// user, to verify it. The argument attribute is "email" or "phone_number".
func (c *Client) GetUserAttributeVerificationCode(ctx context.Context, t cognito.AccessToken, attribute string, opts ...CallOption) (*Delivery, error) {
	out, err := call(ctx, c, opGetAttributeCode, c.sdk.GetUserAttributeVerificationCode, &cip.GetUserAttributeVerificationCodeInput{
		AccessToken:    aws.String(string(t)),
		AttributeName:  aws.String(attribute),
		ClientMetadata: gather(opts).metadata,
	}, string(t))
	if err != nil {
		return nil, err
	}
	return delivery(out.CodeDeliveryDetails), nil
}

// VerifyUserAttribute verifies an address of a signed-in user with the code
// sent there. The error is [ErrUsernameExists] if another account has the
// address.
func (c *Client) VerifyUserAttribute(ctx context.Context, t cognito.AccessToken, attribute, code string) error {
	_, err := call(ctx, c, opVerifyUserAttribute, c.sdk.VerifyUserAttribute, &cip.VerifyUserAttributeInput{
		AccessToken:   aws.String(string(t)),
		AttributeName: aws.String(attribute),
		Code:          aws.String(code),
	}, string(t), code)
	return err
}

// DeleteUserAttributes deletes attributes of a signed-in user.
func (c *Client) DeleteUserAttributes(ctx context.Context, t cognito.AccessToken, names ...string) error {
	_, err := call(ctx, c, opDeleteUserAttributes, c.sdk.DeleteUserAttributes, &cip.DeleteUserAttributesInput{
		AccessToken:        aws.String(string(t)),
		UserAttributeNames: names,
	}, string(t))
	return err
}

// DeleteUser deletes a signed-in user. This cannot be undone. A later sign-up
// with the same name creates another user, with another Sub.
func (c *Client) DeleteUser(ctx context.Context, t cognito.AccessToken) error {
	_, err := call(ctx, c, opDeleteUser, c.sdk.DeleteUser, &cip.DeleteUserInput{AccessToken: aws.String(string(t))}, string(t))
	return err
}
