package account

import (
	"cmp"
	"maps"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// How often an hour a user may do these.
const (
	verifyCodeLimit = 5  // have a code sent
	verifyLimit     = 15 // enter one
)

type updateUserAttributesInput struct {
	idpapi.TokenRef
	UserAttributes []idpapi.Attribute
	ClientMetadata map[string]string
}

type updateUserAttributesOutput struct {
	CodeDeliveryDetailsList []*directory.CodeDelivery `json:",omitempty"`
}

// updateUserAttributes is the operation UpdateUserAttributes.
func (c *Handler) updateUserAttributes(in *updateUserAttributesInput) (*updateUserAttributesOutput, error) {
	a, claims, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	c.Metadata = in.ClientMetadata
	values, err := idpapi.AttributeMap(in.UserAttributes)
	if err != nil {
		return nil, err
	}
	changed, err := c.rewriteAttributes(c.Clients.Find(claims.ClientID), &a, values)
	if err != nil {
		return nil, err
	}
	out := new(updateUserAttributesOutput)
	for _, to := range changed {
		if err := c.sendVerifyCode(a.Sub, to, trigger.SourceMessageUpdateAttribute); err != nil {
			return nil, err
		}
		out.CodeDeliveryDetailsList = append(out.CodeDeliveryDetailsList, to.Delivery())
	}
	return out, nil
}

type deleteUserAttributesInput struct {
	idpapi.TokenRef
	UserAttributeNames []string
}

// deleteUserAttributes is the operation DeleteUserAttributes.
func (c *Handler) deleteUserAttributes(in *deleteUserAttributesInput) (awsjson.Empty, error) {
	a, claims, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	values := make(map[string]string)
	for _, name := range in.UserAttributeNames {
		values[name] = ""
	}
	_, err = c.rewriteAttributes(c.Clients.Find(claims.ClientID), &a, values)
	return awsjson.Empty{}, err
}

// rewriteAttributes gives a user's attributes other values on behalf of the
// user; "" takes one away. It returns where codes are due, to verify a new
// e-mail or phone number.
func (c *Handler) rewriteAttributes(client *clients.Client, a *directory.Account, values map[string]string) (due []directory.Contact, err error) {
	if err := cmp.Or(flows.CheckWritten(client, values), c.CheckSchema(values)); err != nil {
		return nil, err
	}
	settings := c.Rules()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case slices.Contains(settings.Fixed, name):
			return nil, flows.CannotUpdate(name)
		case values[name] == "" && slices.Contains(settings.Required, name):
			return nil, directory.LacksAttributes(name)
		}
	}
	err = c.Users.Update(a.Sub, func(a *directory.Account) error {
		due = nil
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if c.writeAttribute(a, name, values[name]) {
				due = append(due, directory.Contact{Attribute: name, Value: values[name]})
			}
		}
		return nil
	})
	for _, to := range due {
		if owner, taken := c.Users.Find(to.Value); taken && owner.Sub != a.Sub { // where the old value is kept
			return nil, directory.SignInName{Value: to.Value, Attribute: to.Attribute}.Taken()
		}
	}
	return due, err
}

// writeAttribute gives one attribute a value, and reports whether a code is
// due for it. A new e-mail or phone number is not verified. Where the pool
// keeps the old one until then, the new one only waits for its code.
func (c *Handler) writeAttribute(a *directory.Account, name, value string) (due bool) {
	if !slices.Contains(directory.AliasAttributes, name) {
		a.Set(name, value)
		return false
	}
	if a.Attributes[name] == value {
		return false
	}
	settings := c.Rules()
	due = value != "" && (settings.Verifies == nil || slices.Contains(settings.Verifies, name))
	if due && slices.Contains(settings.Keeps, name) && a.Attributes[name] != "" {
		return true
	}
	a.Set(name, value)
	a.Unverify(name, value != "")
	return due
}

// sendVerifyCode sends the code that verifies an e-mail or a phone number of
// a user's, or one that is to be the user's. The one before ends.
func (c *Handler) sendVerifyCode(sub string, to directory.Contact, source trigger.Source) error {
	code := credential.Code{Code: random.Digits(6), Expires: c.At.Add(credential.VerifyCodeLife), Address: to.Value}
	var user directory.Account
	err := c.Users.Update(sub, func(a *directory.Account) error {
		a.ExpectCode(to.Attribute, code)
		user = a.Clone()
		return nil
	})
	if err != nil {
		return err
	}
	return c.Send(&user, flows.Letter{Purpose: outbox.VerifyAttribute, Source: source, To: to, Code: code.Code})
}

type getVerificationCodeInput struct {
	idpapi.TokenRef
	AttributeName  string
	ClientMetadata map[string]string
}

// getUserAttributeVerificationCode is the operation GetUserAttributeVerificationCode.
func (c *Handler) getUserAttributeVerificationCode(in *getVerificationCodeInput) (*deliveryOutput, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	c.Metadata = in.ClientMetadata
	if err := checkVerifiable(in.AttributeName); err != nil {
		return nil, err
	}
	to := a.Contact(in.AttributeName)
	if waiting := a.Verify[in.AttributeName]; waiting.Address != "" {
		to.Value = waiting.Address
	}
	switch {
	case to.Value == "":
		return nil, refusal.New(refusal.InvalidParameterException, "User has no "+in.AttributeName)
	case !c.Quotas.Take("verifycode", a.Sub, verifyCodeLimit, c.At):
		return nil, refusal.LimitExceeded
	}
	if err := c.sendVerifyCode(a.Sub, to, trigger.SourceMessageVerifyAttribute); err != nil {
		return nil, err
	}
	return &deliveryOutput{to.Delivery()}, nil
}

func checkVerifiable(attribute string) error {
	if !slices.Contains(directory.AliasAttributes, attribute) {
		return refusal.New(refusal.InvalidParameterException, "Only email and phone_number can be verified")
	}
	return nil
}

type verifyUserAttributeInput struct {
	idpapi.TokenRef
	AttributeName string
	Code          string
}

// verifyUserAttribute is the operation VerifyUserAttribute.
func (c *Handler) verifyUserAttribute(in *verifyUserAttributeInput) (awsjson.Empty, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	if err := checkVerifiable(in.AttributeName); err != nil {
		return awsjson.Empty{}, err
	}
	if !c.Quotas.Take("verify", a.Sub, verifyLimit, c.At) {
		return awsjson.Empty{}, refusal.LimitExceeded
	}
	return awsjson.Empty{}, c.Users.Update(a.Sub, func(a *directory.Account) error {
		waiting := a.Verify[in.AttributeName]
		if err := waiting.Check(in.Code, c.At); err != nil {
			return err
		}
		a.Set(in.AttributeName, waiting.Address)
		a.Verified(in.AttributeName)
		delete(a.Verify, in.AttributeName)
		return nil
	})
}
