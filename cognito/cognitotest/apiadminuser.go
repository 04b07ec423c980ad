package cognitotest

import (
	"maps"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// adminUserOperations are what administrators do to users.
var adminUserOperations = map[string]apiOperation{
	"AdminGetUser":              userOperation((*call).apiAdminGetUser),
	"AdminDeleteUser":           userOperation((*call).apiAdminDeleteUser),
	"AdminDisableUser":          userOperation((*call).apiAdminDisableUser),
	"AdminEnableUser":           userOperation((*call).apiAdminEnableUser),
	"AdminConfirmSignUp":        userOperation((*call).apiAdminConfirmSignUp),
	"AdminUserGlobalSignOut":    userOperation((*call).apiAdminUserGlobalSignOut),
	"AdminUpdateUserAttributes": userOperation((*call).apiAdminUpdateUserAttributes),
	"AdminDeleteUserAttributes": userOperation((*call).apiAdminDeleteUserAttributes),
	"AdminSetUserMFAPreference": userOperation((*call).apiAdminSetUserMFAPreference),
	"AdminLinkProviderForUser":  poolOperation((*call).apiAdminLinkProvider),
}

type adminUserInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	Username   string `api:"required,max=128,pattern=text"`
}

type adminGetUserOutput struct {
	Username             string
	UserAttributes       []apiAttribute
	UserCreateDate       awsjson.Time
	UserLastModifiedDate awsjson.Time
	Enabled              bool
	UserStatus           UserStatus
	PreferredMfaSetting  string   `json:",omitempty"`
	UserMFASettingList   []string `json:",omitempty"`
}

// apiAdminGetUser is AdminGetUser.
func (c *call) apiAdminGetUser(_ *adminUserInput, a account) (*adminGetUserOutput, error) {
	return &adminGetUserOutput{
		Username: a.username, UserAttributes: a.apiAttributes(nil),
		UserCreateDate: awsjson.Time(a.created), UserLastModifiedDate: awsjson.Time(a.modified),
		Enabled: !a.disabled, UserStatus: a.status(),
		PreferredMfaSetting: a.factors.preferred, UserMFASettingList: a.factors.on(),
	}, nil
}

// apiAdminDeleteUser is AdminDeleteUser.
func (c *call) apiAdminDeleteUser(_ *adminUserInput, a account) (awsjson.NoBody, error) {
	return awsjson.NoBody{}, c.DeleteUser(a.sub)
}

// apiAdminDisableUser is AdminDisableUser.
func (c *call) apiAdminDisableUser(_ *adminUserInput, a account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.setDisabled(a.sub, true)
}

// apiAdminEnableUser is AdminEnableUser.
func (c *call) apiAdminEnableUser(_ *adminUserInput, a account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.setDisabled(a.sub, false)
}

type adminConfirmInput struct {
	UserPoolId     string `api:"required,max=55,pattern=pool"`
	Username       string `api:"required,max=128,pattern=text"`
	ClientMetadata map[string]string
}

// apiAdminConfirmSignUp is AdminConfirmSignUp. It verifies nothing.
func (c *call) apiAdminConfirmSignUp(in *adminConfirmInput, a account) (awsjson.Empty, error) {
	c.metadata = in.ClientMetadata
	err := c.users.update(a.sub, func(now *account) error {
		if now.status() != StatusUnconfirmed {
			return refusal.New(refusal.NotAuthorizedException, "User cannot be confirmed. Current status is "+string(now.status()))
		}
		now.confirmed, now.signUp = true, credential.Code{}
		a = now.clone()
		return nil
	})
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.postConfirmation(trigger.SourceConfirmSignUp, &a)
}

// apiAdminUserGlobalSignOut is AdminUserGlobalSignOut.
func (c *call) apiAdminUserGlobalSignOut(_ *adminUserInput, a account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.SignOutUser(a.sub)
}

type adminAttributesInput struct {
	UserPoolId     string         `api:"required,max=55,pattern=pool"`
	Username       string         `api:"required,max=128,pattern=text"`
	UserAttributes []apiAttribute `api:"required,max=256"`
	ClientMetadata map[string]string
}

// apiAdminUpdateUserAttributes is AdminUpdateUserAttributes. An empty value
// takes the attribute away.
func (c *call) apiAdminUpdateUserAttributes(in *adminAttributesInput, a account) (awsjson.Empty, error) {
	attributes, err := attributeMap(in.UserAttributes)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.writeAttributes(&a, attributes)
}

type adminDeleteAttributesInput struct {
	UserPoolId         string   `api:"required,max=55,pattern=pool"`
	Username           string   `api:"required,max=128,pattern=text"`
	UserAttributeNames []string `api:"required,max=256"`
}

// apiAdminDeleteUserAttributes is AdminDeleteUserAttributes.
func (c *call) apiAdminDeleteUserAttributes(in *adminDeleteAttributesInput, a account) (awsjson.Empty, error) {
	attributes := make(map[string]string)
	for _, name := range in.UserAttributeNames {
		attributes[name] = ""
	}
	return awsjson.Empty{}, c.writeAttributes(&a, attributes)
}

// writeAttributes changes attributes of a user for an administrator.
func (c *call) writeAttributes(a *account, attributes map[string]string) error {
	if err := checkAdminWritten(attributes); err != nil {
		return err
	}
	if err := c.checkSchema(attributes); err != nil {
		return err
	}
	for _, name := range c.rules().fixed {
		if value, given := attributes[name]; given && a.attributes[name] != "" && a.attributes[name] != value {
			return cannotUpdate(name)
		}
	}
	return c.users.update(a.sub, func(a *account) error {
		for _, name := range aliasAttributes {
			if value, given := attributes[name]; given && value != a.attributes[name] {
				a.unverify(name, value != "")
			}
		}
		for name, value := range attributes {
			a.set(name, value)
		}
		return nil
	})
}

// unverify marks a contact that changes as not verified. One that goes takes
// the mark along.
func (a *account) unverify(contact string, stays bool) {
	delete(a.attributes, contact+"_verified")
	if stays {
		a.attributes[contact+"_verified"] = "false"
	}
}

// checkAdminWritten is checkWritten for administrators, who may say that a
// contact is verified.
func checkAdminWritten(attributes map[string]string) error {
	rest := maps.Clone(attributes)
	for _, contact := range aliasAttributes {
		switch rest[contact+"_verified"] {
		case "", "true", "false":
			delete(rest, contact+"_verified")
		default:
			return refusal.New(refusal.InvalidParameterException, "Invalid value for attribute "+contact+"_verified: it is true or false.")
		}
	}
	return checkWritten(&AppClient{}, rest)
}

type linkProviderInput struct {
	UserPoolId      string             `api:"required,max=55,pattern=pool"`
	DestinationUser *providerUserInput `api:"required"`
	SourceUser      *providerUserInput `api:"required"`
}

type providerUserInput struct {
	ProviderName           string `api:"max=32,pattern=text"`
	ProviderAttributeName  string `api:"max=1000"`
	ProviderAttributeValue string `api:"required,max=1000"`
}

// subjectAttribute is the ProviderAttributeName of a provider's own user id,
// which users are linked by.
const subjectAttribute = "Cognito_Subject"

var errLinked = refusal.New(refusal.InvalidParameterException, "Merging is not currently supported, provide a SourceUser that has not been previously linked")

// apiAdminLinkProvider is AdminLinkProviderForUser.
func (c *call) apiAdminLinkProvider(in *linkProviderInput) (awsjson.Empty, error) {
	to, from := in.DestinationUser, in.SourceUser
	a, known := c.users.find(to.ProviderAttributeValue)
	idp := c.provider(from.ProviderName)
	switch {
	case to.ProviderName != "Cognito" && to.ProviderName != localProvider:
		return awsjson.Empty{}, refusal.New(refusal.InvalidParameterException, "DestinationUser.ProviderName other than Cognito is not supported by the emulator")
	case from.ProviderAttributeName != subjectAttribute:
		return awsjson.Empty{}, refusal.New(refusal.InvalidParameterException, "SourceUser.ProviderAttributeName other than "+subjectAttribute+" is not supported by the emulator")
	case !known:
		return awsjson.Empty{}, refusal.UnknownUser
	case idp == nil:
		return awsjson.Empty{}, errUnknownProvider
	}
	if _, taken := c.users.findIdentity(idp, from.ProviderAttributeValue); taken {
		return awsjson.Empty{}, errLinked
	}
	return awsjson.Empty{}, c.LinkUser(a.sub, idp.Name, from.ProviderAttributeValue)
}

var errUnknownProvider = refusal.New(refusal.NotFoundException, "Identity provider does not exist.")
