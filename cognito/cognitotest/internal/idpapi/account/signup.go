package account

import (
	"encoding/json"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// SignUpOperations are what people do who are not signed in yet: make an
// account, confirm it, and get a new password for it.
var SignUpOperations = map[string]request.Operation{
	"SignUp":                 request.Open(New, (*Handler).signUp),
	"ConfirmSignUp":          request.Open(New, (*Handler).confirmSignUp),
	"ResendConfirmationCode": request.Open(New, (*Handler).resendConfirmationCode),
	"ForgotPassword":         request.Open(New, (*Handler).forgotPassword),
	"ConfirmForgotPassword":  request.Open(New, (*Handler).confirmForgotPassword),
}

type signUpInput struct {
	idpapi.ClientRef
	Username          string
	Password          string
	SecretHash        string
	UserAttributes    []idpapi.Attribute
	ValidationData    []idpapi.Attribute
	ClientMetadata    map[string]string
	AnalyticsMetadata json.RawMessage
	UserContextData   json.RawMessage
}

type signUpOutput struct {
	UserConfirmed       bool
	UserSub             string
	CodeDeliveryDetails *directory.CodeDelivery `json:",omitempty"`
	Session             string                  `json:",omitempty"`
}

// signUp is the operation SignUp.
func (c *Handler) signUp(in *signUpInput) (*signUpOutput, error) {
	client, err := c.FindClient(in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	c.Metadata = in.ClientMetadata
	attributes, err := idpapi.AttributeMap(in.UserAttributes)
	if err != nil {
		return nil, err
	}
	validation, err := idpapi.AttributeMap(in.ValidationData)
	if err != nil {
		return nil, err
	}
	if err := c.checkNewPassword(in.Password); err != nil {
		return nil, err
	}
	a, err := c.Register(client, flows.Registration{Username: in.Username, Password: in.Password, Attributes: attributes, Validation: validation})
	if err != nil {
		return nil, err
	}
	c.Event.Username = a.Username
	out := &signUpOutput{UserConfirmed: a.Confirmed, UserSub: a.Sub}
	if a.Confirmed {
		return out, c.PostConfirmation(trigger.SourceConfirmSignUp, a)
	}
	if client.AllowsAuth(clients.FlowChoice) == nil {
		out.Session = c.SignUpSession(client, a)
	}
	if to, ok := c.SignUpContact(a); ok {
		out.CodeDeliveryDetails = to.Delivery()
		err = c.SendSignUpCode(a, to, trigger.SourceMessageSignUp)
	}
	return out, err
}

// checkNewPassword is CheckPassword for an account that may do without a
// password where the pool lets people in by a code.
func (c *Handler) checkNewPassword(password string) error {
	if password != "" {
		return c.CheckPassword(password)
	}
	if slices.ContainsFunc(c.Rules().First, func(factor string) bool { return factor != settings.FirstFactorPassword }) {
		return nil
	}
	return refusal.New(refusal.InvalidParameterException, "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null")
}

type confirmSignUpInput struct {
	idpapi.ClientRef
	Username           string
	ConfirmationCode   string
	SecretHash         string
	ForceAliasCreation bool
	Session            string
	ClientMetadata     map[string]string
	AnalyticsMetadata  json.RawMessage
	UserContextData    json.RawMessage
}

type confirmSignUpOutput struct {
	Session string `json:",omitempty"`
}

// confirmSignUp is the operation ConfirmSignUp.
func (c *Handler) confirmSignUp(in *confirmSignUpInput) (*confirmSignUpOutput, error) {
	client, err := c.FindClient(in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	c.Metadata = in.ClientMetadata
	a, err := c.ConfirmNamed(client, in.Username, in.ConfirmationCode, in.ForceAliasCreation)
	c.Event.Username = a.Username
	if err != nil {
		return nil, err
	}
	out := new(confirmSignUpOutput)
	if in.Session != "" {
		out.Session = c.ConfirmedSession(client, &a, in.Session)
	}
	return out, c.PostConfirmation(trigger.SourceConfirmSignUp, &a)
}

type namedUserInput struct {
	idpapi.ClientRef
	Username          string
	SecretHash        string
	ClientMetadata    map[string]string
	AnalyticsMetadata json.RawMessage
	UserContextData   json.RawMessage
}

type deliveryOutput struct{ CodeDeliveryDetails *directory.CodeDelivery }

// resendConfirmationCode is the operation ResendConfirmationCode.
func (c *Handler) resendConfirmationCode(in *namedUserInput) (*deliveryOutput, error) {
	client, err := c.FindClient(in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	c.Metadata = in.ClientMetadata
	to, err := c.ResendNamed(client, in.Username)
	if err != nil {
		return nil, err
	}
	return &deliveryOutput{to.Delivery()}, nil
}

// forgotPassword is the operation ForgotPassword.
func (c *Handler) forgotPassword(in *namedUserInput) (*deliveryOutput, error) {
	client, err := c.FindClient(in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return nil, err
	}
	c.Metadata, c.Validation = in.ClientMetadata, in.ClientMetadata
	to, err := c.RequestReset(client, in.Username)
	if err != nil {
		return nil, err
	}
	return &deliveryOutput{to.Delivery()}, nil
}

type confirmForgotPasswordInput struct {
	idpapi.ClientRef
	Username          string
	ConfirmationCode  string
	Password          string
	SecretHash        string
	ClientMetadata    map[string]string
	AnalyticsMetadata json.RawMessage
	UserContextData   json.RawMessage
}

// confirmForgotPassword is the operation ConfirmForgotPassword.
func (c *Handler) confirmForgotPassword(in *confirmForgotPasswordInput) (awsjson.Empty, error) {
	client, err := c.FindClient(in.ClientId, in.Username, in.SecretHash)
	if err != nil {
		return awsjson.Empty{}, err
	}
	c.Metadata = in.ClientMetadata
	return awsjson.Empty{}, c.ResetPassword(client.RevealUserExistence, in.Username, in.ConfirmationCode, in.Password)
}
