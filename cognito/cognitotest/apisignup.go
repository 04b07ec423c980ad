package cognitotest

import (
	"encoding/json"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// accountOperations are what people do who are not signed in yet: make an
// account, confirm it, and get a new password for it.
var accountOperations = map[string]apiOperation{
	"SignUp":                 openOperation((*call).apiSignUp),
	"ConfirmSignUp":          openOperation((*call).apiConfirmSignUp),
	"ResendConfirmationCode": openOperation((*call).apiResendConfirmationCode),
	"ForgotPassword":         openOperation((*call).apiForgotPassword),
	"ConfirmForgotPassword":  openOperation((*call).apiConfirmForgotPassword),
}

type signUpInput struct {
	ClientId          string `api:"required,max=128,pattern=client"`
	Username          string `api:"required,max=128,pattern=text"`
	Password          string `api:"secret,max=256,pattern=password"`
	SecretHash        string `api:"secret,max=128"`
	UserAttributes    []apiAttribute
	ValidationData    []apiAttribute
	ClientMetadata    map[string]string
	AnalyticsMetadata json.RawMessage
	UserContextData   json.RawMessage
}

type signUpOutput struct {
	UserConfirmed       bool
	UserSub             string
	CodeDeliveryDetails *codeDelivery `json:",omitempty"`
	Session             string        `json:",omitempty"`
}

// apiSignUp is SignUp.
func (c *call) apiSignUp(in *signUpInput) (*signUpOutput, error) {
	client, err := c.apiClient(in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	c.metadata = in.ClientMetadata
	attributes, err := attributeMap(in.UserAttributes)
	if err != nil {
		return nil, err
	}
	validation, err := attributeMap(in.ValidationData)
	if err != nil {
		return nil, err
	}
	if err := c.checkNewPassword(in.Password); err != nil {
		return nil, err
	}
	a, err := c.register(client, registration{in.Username, in.Password, attributes, validation})
	if err != nil {
		return nil, err
	}
	c.event.Username = a.username
	out := &signUpOutput{UserConfirmed: a.confirmed, UserSub: a.sub}
	if a.confirmed {
		return out, c.postConfirmation(trigger.SourceConfirmSignUp, a)
	}
	if client.allowsAuth(flowChoice) == nil {
		out.Session = c.signUpSession(client, a)
	}
	if to, ok := c.signUpContact(a); ok {
		out.CodeDeliveryDetails = to.delivery()
		err = c.sendSignUpCode(a, to, trigger.SourceMessageSignUp)
	}
	return out, err
}

// checkNewPassword is checkPassword for an account that may do without a
// password where the pool lets people in by a code.
func (c *call) checkNewPassword(password string) error {
	if password != "" {
		return c.checkPassword(password)
	}
	if slices.ContainsFunc(c.rules().first, func(factor string) bool { return factor != FirstFactorPassword }) {
		return nil
	}
	return refusal.New(refusal.InvalidParameterException, "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null")
}

// attributeMap is a list of attributes by name.
func attributeMap(list []apiAttribute) (map[string]string, error) {
	all := make(map[string]string)
	for _, a := range list {
		if a.Name == "" || len(a.Name) > maxAttributeName {
			return nil, refusal.New(refusal.InvalidParameterException, "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must have length between 1 and 32")
		}
		all[a.Name] = a.Value
	}
	return all, nil
}

// maxAttributeName is how long the name of an attribute may be.
const maxAttributeName = 32

type confirmSignUpInput struct {
	ClientId           string `api:"required,max=128,pattern=client"`
	Username           string `api:"required,max=128,pattern=text"`
	ConfirmationCode   string `api:"required,secret,max=2048,pattern=solid"`
	SecretHash         string `api:"secret,max=128"`
	ForceAliasCreation bool
	Session            string `api:"secret,min=20,max=2048"`
	ClientMetadata     map[string]string
	AnalyticsMetadata  json.RawMessage
	UserContextData    json.RawMessage
}

type confirmSignUpOutput struct {
	Session string `json:",omitempty"`
}

// apiConfirmSignUp is ConfirmSignUp.
func (c *call) apiConfirmSignUp(in *confirmSignUpInput) (*confirmSignUpOutput, error) {
	client, err := c.apiClient(in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	c.metadata = in.ClientMetadata
	a, err := c.confirmNamed(client, in.Username, in.ConfirmationCode, in.ForceAliasCreation)
	c.event.Username = a.username
	if err != nil {
		return nil, err
	}
	out := new(confirmSignUpOutput)
	if in.Session != "" {
		out.Session = c.confirmedSession(client, &a, in.Session)
	}
	return out, c.postConfirmation(trigger.SourceConfirmSignUp, &a)
}

type namedUserInput struct {
	ClientId          string `api:"required,max=128,pattern=client"`
	Username          string `api:"required,max=128,pattern=text"`
	SecretHash        string `api:"secret,max=128"`
	ClientMetadata    map[string]string
	AnalyticsMetadata json.RawMessage
	UserContextData   json.RawMessage
}

type deliveryOutput struct{ CodeDeliveryDetails *codeDelivery }

// apiResendConfirmationCode is ResendConfirmationCode.
func (c *call) apiResendConfirmationCode(in *namedUserInput) (*deliveryOutput, error) {
	client, err := c.apiClient(in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	c.metadata = in.ClientMetadata
	to, err := c.resendNamed(client, in.Username)
	if err != nil {
		return nil, err
	}
	return &deliveryOutput{to.delivery()}, nil
}

// apiForgotPassword is ForgotPassword.
func (c *call) apiForgotPassword(in *namedUserInput) (*deliveryOutput, error) {
	client, err := c.apiClient(in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	c.metadata, c.validation = in.ClientMetadata, in.ClientMetadata
	to, err := c.requestReset(client, in.Username)
	if err != nil {
		return nil, err
	}
	return &deliveryOutput{to.delivery()}, nil
}

type confirmForgotPasswordInput struct {
	ClientId          string `api:"required,max=128,pattern=client"`
	Username          string `api:"required,max=128,pattern=text"`
	ConfirmationCode  string `api:"required,secret,max=2048,pattern=solid"`
	Password          string `api:"required,secret,max=256,pattern=password"`
	SecretHash        string `api:"secret,max=128"`
	ClientMetadata    map[string]string
	AnalyticsMetadata json.RawMessage
	UserContextData   json.RawMessage
}

// apiConfirmForgotPassword is ConfirmForgotPassword.
func (c *call) apiConfirmForgotPassword(in *confirmForgotPasswordInput) (awsjson.Empty, error) {
	client, err := c.apiClient(in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return awsjson.Empty{}, err
	}
	c.metadata = in.ClientMetadata
	return awsjson.Empty{}, c.resetPassword(client.RevealUserExistence, in.Username, in.ConfirmationCode, in.Password)
}
