package cognitotest

import (
	"maps"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
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
	AccessToken    string         `api:"required,secret,pattern=token"`
	UserAttributes []apiAttribute `api:"required"`
	ClientMetadata map[string]string
}

type updateUserAttributesOutput struct {
	CodeDeliveryDetailsList []*codeDelivery `json:",omitempty"`
}

// apiUpdateUserAttributes is UpdateUserAttributes.
func (c *call) apiUpdateUserAttributes(in *updateUserAttributesInput) (*updateUserAttributesOutput, error) {
	a, claims, err := c.apiUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	c.metadata = in.ClientMetadata
	values, err := attributeMap(in.UserAttributes)
	if err != nil {
		return nil, err
	}
	changed, err := c.rewriteAttributes(c.clients.find(claims.ClientID), &a, values)
	if err != nil {
		return nil, err
	}
	out := new(updateUserAttributesOutput)
	for _, to := range changed {
		if err := c.sendVerifyCode(a.sub, to, trigger.SourceMessageUpdateAttribute); err != nil {
			return nil, err
		}
		out.CodeDeliveryDetailsList = append(out.CodeDeliveryDetailsList, to.delivery())
	}
	return out, nil
}

type deleteUserAttributesInput struct {
	AccessToken        string   `api:"required,secret,pattern=token"`
	UserAttributeNames []string `api:"required"`
}

// apiDeleteUserAttributes is DeleteUserAttributes.
func (c *call) apiDeleteUserAttributes(in *deleteUserAttributesInput) (awsjson.Empty, error) {
	a, claims, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	values := make(map[string]string)
	for _, name := range in.UserAttributeNames {
		values[name] = ""
	}
	_, err = c.rewriteAttributes(c.clients.find(claims.ClientID), &a, values)
	return awsjson.Empty{}, err
}

// rewriteAttributes gives a user's attributes other values on behalf of the
// user; "" takes one away. It returns where codes are due, to verify a new
// e-mail or phone number.
func (c *call) rewriteAttributes(client *AppClient, a *account, values map[string]string) (due []contact, err error) {
	if err := checkWritten(client, values); err != nil {
		return nil, err
	}
	settings := c.rules()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case slices.Contains(settings.fixed, name):
			return nil, cannotUpdate(name)
		case values[name] == "" && slices.Contains(settings.required, name):
			return nil, breaksSchema(name + ": The attribute is required")
		}
	}
	err = c.users.update(a.sub, func(a *account) error {
		due = nil
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if c.writeAttribute(a, name, values[name]) {
				due = append(due, contact{name, values[name]})
			}
		}
		return nil
	})
	for _, to := range due {
		if owner, taken := c.users.find(to.value); taken && owner.sub != a.sub { // where the old value is kept
			return nil, signInName{to.value, to.attribute}.taken()
		}
	}
	return due, err
}

// writeAttribute gives one attribute a value, and reports whether a code is
// due for it. A new e-mail or phone number is not verified; where the pool
// keeps the old one until then, the new one only waits for its code.
func (c *call) writeAttribute(a *account, name, value string) (due bool) {
	if !slices.Contains(aliasAttributes, name) {
		a.set(name, value)
		return false
	}
	if a.attributes[name] == value {
		return false
	}
	settings := c.rules()
	due = value != "" && (settings.verifies == nil || slices.Contains(settings.verifies, name))
	if due && slices.Contains(settings.keeps, name) && a.attributes[name] != "" {
		return true
	}
	a.set(name, value)
	a.unverify(name, value != "")
	return due
}

// sendVerifyCode sends the code that verifies an e-mail or a phone number of
// a user's, or one that is to be the user's. The one before ends.
func (c *call) sendVerifyCode(sub string, to contact, source trigger.Source) error {
	code := credential.Code{Code: random.Digits(6), Expires: c.at.Add(credential.VerifyCodeLife), Address: to.value}
	var user account
	err := c.users.update(sub, func(a *account) error {
		a.expectCode(to.attribute, code)
		user = a.clone()
		return nil
	})
	if err != nil {
		return err
	}
	return c.send(&user, letter{purpose: outbox.VerifyAttribute, source: source, to: to, code: code.Code})
}

type getVerificationCodeInput struct {
	AccessToken    string `api:"required,secret,pattern=token"`
	AttributeName  string `api:"required,max=32,pattern=text"`
	ClientMetadata map[string]string
}

// apiGetUserAttributeVerificationCode is GetUserAttributeVerificationCode.
func (c *call) apiGetUserAttributeVerificationCode(in *getVerificationCodeInput) (*deliveryOutput, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	c.metadata = in.ClientMetadata
	if err := checkVerifiable(in.AttributeName); err != nil {
		return nil, err
	}
	to := a.contact(in.AttributeName)
	if waiting := a.verify[in.AttributeName]; waiting.Address != "" {
		to.value = waiting.Address
	}
	switch {
	case to.value == "":
		return nil, refusal.New(refusal.InvalidParameterException, "User has no "+in.AttributeName)
	case !c.quotas.Take("verifycode", a.sub, verifyCodeLimit, c.at):
		return nil, refusal.LimitExceeded
	}
	if err := c.sendVerifyCode(a.sub, to, trigger.SourceMessageVerifyAttribute); err != nil {
		return nil, err
	}
	return &deliveryOutput{to.delivery()}, nil
}

func checkVerifiable(attribute string) error {
	if !slices.Contains(aliasAttributes, attribute) {
		return refusal.New(refusal.InvalidParameterException, "Only email and phone_number can be verified")
	}
	return nil
}

type verifyUserAttributeInput struct {
	AccessToken   string `api:"required,secret,pattern=token"`
	AttributeName string `api:"required,max=32,pattern=text"`
	Code          string `api:"required,secret,max=2048,pattern=solid"`
}

// apiVerifyUserAttribute is VerifyUserAttribute.
func (c *call) apiVerifyUserAttribute(in *verifyUserAttributeInput) (awsjson.Empty, error) {
	a, _, err := c.apiUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	if err := checkVerifiable(in.AttributeName); err != nil {
		return awsjson.Empty{}, err
	}
	if !c.quotas.Take("verify", a.sub, verifyLimit, c.at) {
		return awsjson.Empty{}, refusal.LimitExceeded
	}
	return awsjson.Empty{}, c.users.update(a.sub, func(a *account) error {
		waiting := a.verify[in.AttributeName]
		if err := waiting.Check(in.Code, c.at); err != nil {
			return err
		}
		a.set(in.AttributeName, waiting.Address)
		a.verified(in.AttributeName)
		delete(a.verify, in.AttributeName)
		return nil
	})
}
