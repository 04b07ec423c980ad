package admin

import (
	"maps"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi/account"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// AdminUserOperations are what administrators do to users.
var AdminUserOperations = map[string]request.Operation{
	"AdminGetUser":              idpapi.OnUser(New, (*Handler).adminGetUser),
	"AdminDeleteUser":           idpapi.OnUser(New, (*Handler).adminDeleteUser),
	"AdminDisableUser":          idpapi.OnUser(New, (*Handler).adminDisableUser),
	"AdminEnableUser":           idpapi.OnUser(New, (*Handler).adminEnableUser),
	"AdminConfirmSignUp":        idpapi.OnUser(New, (*Handler).adminConfirmSignUp),
	"AdminUserGlobalSignOut":    idpapi.OnUser(New, (*Handler).adminUserGlobalSignOut),
	"AdminUpdateUserAttributes": idpapi.OnUser(New, (*Handler).adminUpdateUserAttributes),
	"AdminDeleteUserAttributes": idpapi.OnUser(New, (*Handler).adminDeleteUserAttributes),
	"AdminSetUserMFAPreference": idpapi.OnUser(account.New, (*account.Handler).AdminSetUserMFAPreference),
	"AdminSetUserSettings":      idpapi.OnUser(account.New, (*account.Handler).AdminSetUserSettings),
	"AdminGetUserAuthFactors":   idpapi.OnUser(account.New, (*account.Handler).AdminGetUserAuthFactors),
	"AdminDeleteSoftwareToken":  idpapi.OnUser(New, (*Handler).adminDeleteSoftwareToken),

	"AdminLinkProviderForUser":    idpapi.OnPool(New, (*Handler).adminLinkProviderForUser),
	"AdminDisableProviderForUser": idpapi.OnPool(New, (*Handler).adminDisableProviderForUser),
}

type adminUserInput struct {
	idpapi.UserRef
}

type adminGetUserOutput struct {
	Username             string
	UserAttributes       []idpapi.Attribute
	UserCreateDate       awsjson.Time
	UserLastModifiedDate awsjson.Time
	Enabled              bool
	UserStatus           directory.Status
	PreferredMfaSetting  string   `json:",omitempty"`
	UserMFASettingList   []string `json:",omitempty"`
}

// adminGetUser is the operation AdminGetUser.
func (c *Handler) adminGetUser(_ *adminUserInput, a directory.Account) (*adminGetUserOutput, error) {
	return &adminGetUserOutput{
		Username: a.Username, UserAttributes: idpapi.Visible(&a, nil),
		UserCreateDate: awsjson.Time(a.Created), UserLastModifiedDate: awsjson.Time(a.Modified),
		Enabled: !a.Disabled, UserStatus: a.Status(),
		PreferredMfaSetting: a.Factors.Preferred, UserMFASettingList: a.Factors.On(),
	}, nil
}

// adminDeleteUser is the operation AdminDeleteUser.
func (c *Handler) adminDeleteUser(_ *adminUserInput, a directory.Account) (awsjson.NoBody, error) {
	return awsjson.NoBody{}, c.DeleteUser(a.Sub)
}

// adminDisableUser is the operation AdminDisableUser.
func (c *Handler) adminDisableUser(_ *adminUserInput, a directory.Account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.SetDisabled(a.Sub, true)
}

// adminEnableUser is the operation AdminEnableUser.
func (c *Handler) adminEnableUser(_ *adminUserInput, a directory.Account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.SetDisabled(a.Sub, false)
}

// adminDeleteSoftwareToken is the operation AdminDeleteSoftwareToken: the user's
// authenticator app counts no more.
func (c *Handler) adminDeleteSoftwareToken(_ *adminUserInput, a directory.Account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.Users.Update(a.Sub, func(a *directory.Account) error {
		if a.Factors.TOTP.Key == nil {
			return refusal.New("SoftwareTokenMFANotFoundException", "Software Token MFA not found for the user.")
		}
		a.Factors.TOTP, a.Factors.TOTPOff, a.Factors.Name = credential.TOTP{}, false, ""
		if a.Factors.Preferred == directory.FactorTOTP {
			a.Factors.Preferred = ""
		}
		return nil
	})
}

type adminConfirmInput struct {
	idpapi.UserRef
	ClientMetadata map[string]string
}

// adminConfirmSignUp is the operation AdminConfirmSignUp. It verifies nothing.
func (c *Handler) adminConfirmSignUp(in *adminConfirmInput, a directory.Account) (awsjson.Empty, error) {
	c.Metadata = in.ClientMetadata
	err := c.Users.Update(a.Sub, func(now *directory.Account) error {
		if now.Status() != directory.StatusUnconfirmed {
			return refusal.New(refusal.NotAuthorizedException, "User cannot be confirmed. Current status is "+string(now.Status()))
		}
		now.Confirmed, now.SignUp = true, credential.Code{}
		a = now.Clone()
		return nil
	})
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.PostConfirmation(trigger.SourceConfirmSignUp, &a)
}

// adminUserGlobalSignOut is the operation AdminUserGlobalSignOut.
func (c *Handler) adminUserGlobalSignOut(_ *adminUserInput, a directory.Account) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.SignOutUser(a.Sub)
}

type adminAttributesInput struct {
	idpapi.UserRef
	UserAttributes []idpapi.Attribute
	ClientMetadata map[string]string
}

// adminUpdateUserAttributes is the operation AdminUpdateUserAttributes. An empty value
// takes the attribute away.
func (c *Handler) adminUpdateUserAttributes(in *adminAttributesInput, a directory.Account) (awsjson.Empty, error) {
	attributes, err := idpapi.AttributeMap(in.UserAttributes)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.writeAttributes(&a, attributes)
}

type adminDeleteAttributesInput struct {
	idpapi.UserRef
	UserAttributeNames []string
}

// adminDeleteUserAttributes is the operation AdminDeleteUserAttributes.
func (c *Handler) adminDeleteUserAttributes(in *adminDeleteAttributesInput, a directory.Account) (awsjson.Empty, error) {
	attributes := make(map[string]string)
	for _, name := range in.UserAttributeNames {
		attributes[name] = ""
	}
	return awsjson.Empty{}, c.writeAttributes(&a, attributes)
}

// writeAttributes changes attributes of a user for an administrator.
func (c *Handler) writeAttributes(a *directory.Account, attributes map[string]string) error {
	if err := checkAdminWritten(attributes); err != nil {
		return err
	}
	if err := c.CheckSchema(attributes); err != nil {
		return err
	}
	for _, name := range c.Rules().Fixed {
		if value, given := attributes[name]; given && a.Attributes[name] != "" && a.Attributes[name] != value {
			return flows.CannotUpdate(name)
		}
	}
	return c.Users.Update(a.Sub, func(a *directory.Account) error {
		for _, name := range directory.AliasAttributes {
			if value, given := attributes[name]; given && value != a.Attributes[name] {
				a.Unverify(name, value != "")
			}
		}
		for name, value := range attributes {
			a.Set(name, value)
		}
		return nil
	})
}

// checkAdminWritten is flows.CheckWritten for administrators, who may say that a
// contact is verified.
func checkAdminWritten(attributes map[string]string) error {
	rest := maps.Clone(attributes)
	for _, contact := range directory.AliasAttributes {
		switch rest[contact+"_verified"] {
		case "", "true", "false":
			delete(rest, contact+"_verified")
		default:
			return refusal.New(refusal.InvalidParameterException, "Invalid value for attribute "+contact+"_verified: it is true or false.")
		}
	}
	return flows.CheckWritten(&clients.Client{}, rest)
}
