package admin

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// AdminPasswordOperations are what administrators do to users and their
// passwords.
var AdminPasswordOperations = map[string]request.Operation{
	"AdminCreateUser":        idpapi.OnPool(New, (*Handler).adminCreateUser),
	"AdminSetUserPassword":   idpapi.OnUser(New, (*Handler).adminSetUserPassword),
	"AdminResetUserPassword": idpapi.OnUser(New, (*Handler).adminResetUserPassword),
}

var (
	errAccountExists = refusal.New("UsernameExistsException", "User account already exists")
	errNoReinvite    = refusal.New("UnsupportedUserStateException", "Resend not possible. User status is not FORCE_CHANGE_PASSWORD")
)

type adminCreateUserInput struct {
	idpapi.UserRef
	UserAttributes         []idpapi.Attribute
	ValidationData         []idpapi.Attribute
	TemporaryPassword      string
	ForceAliasCreation     bool
	MessageAction          string
	DesiredDeliveryMediums []string
	ClientMetadata         map[string]string
}

type adminCreateUserOutput struct{ User userType }

// adminCreateUser is the operation AdminCreateUser.
func (c *Handler) adminCreateUser(in *adminCreateUserInput) (*adminCreateUserOutput, error) {
	c.Metadata = in.ClientMetadata
	if in.TemporaryPassword != "" {
		if err := c.CheckPassword(in.TemporaryPassword); err != nil {
			return nil, err
		}
	}
	if in.MessageAction == "RESEND" {
		return c.renewInvitation(in)
	}
	a, temporary, err := c.invitedAccount(in)
	if err != nil {
		return nil, err
	}
	to, err := in.contacts(a)
	if err != nil {
		return nil, err
	}
	if err := c.addInvited(in, a); err != nil {
		return nil, err
	}
	if in.MessageAction == "SUPPRESS" || temporary == "" {
		to = nil
	}
	return c.invited(a.Sub, temporary, to)
}

// invitedAccount is the account to create, and its temporary password. It is
// not in the directory yet.
func (c *Handler) invitedAccount(in *adminCreateUserInput) (a *directory.Account, temporary string, err error) {
	attributes, err := idpapi.AttributeMap(in.UserAttributes)
	if err != nil {
		return nil, "", err
	}
	if err := cmp.Or(c.AdmitsName(in.Username), checkAdminWritten(attributes), c.CheckSchema(attributes)); err != nil {
		return nil, "", err
	}
	u := directory.User{Username: in.Username, Email: attributes["email"], Phone: attributes["phone_number"], Attributes: make(map[string]string)}
	for name, value := range attributes {
		if value != "" {
			u.Attributes[name] = value
		}
	}
	if !c.needsNoPassword(in) {
		temporary = in.TemporaryPassword
		if temporary == "" {
			temporary = c.Policy().Generate()
		}
		u.Password, u.Status = temporary, directory.StatusForceChangePassword
	}
	if a, err = u.Account(); err != nil {
		return nil, "", refusal.New(refusal.InvalidParameterException, err.Error())
	}
	if strings.Contains(in.Username, "@") && a.HasOwnName() {
		return nil, "", refusal.EmailUsername
	}
	a.GivenOut = c.At
	return a, temporary, nil
}

// needsNoPassword reports whether the new user can sign in with only a code.
// Such a user gets no password and is confirmed at once.
func (c *Handler) needsNoPassword(in *adminCreateUserInput) bool {
	if in.TemporaryPassword != "" {
		return false
	}
	attributes, _ := idpapi.AttributeMap(in.UserAttributes)
	first := c.Rules().First
	return slices.Contains(first, settings.FirstFactorEmail) && (attributes["email"] != "" || directory.IsEmail(in.Username)) ||
		slices.Contains(first, settings.FirstFactorSMS) && (attributes["phone_number"] != "" || directory.IsPhone(in.Username))
}

// addInvited puts a new account into the directory. If the account has its own
// username, it can also sign in with its verified aliases. Another user may
// have such an alias: then ForceAliasCreation must be set.
func (c *Handler) addInvited(in *adminCreateUserInput, a *directory.Account) error {
	validation, err := idpapi.AttributeMap(in.ValidationData)
	if err != nil {
		return err
	}
	if err := c.PreSignUp(trigger.SourceAdminCreateUser, a, validation); err != nil {
		return err
	}
	a.Confirmed = true
	if a.HasOwnName() {
		a.Sleep()
		for _, attribute := range directory.AliasAttributes {
			if a.HasVerified(attribute) {
				a.Wake(attribute)
			}
		}
	}
	kept := a.Clone()
	err = c.Users.Create(&kept, in.ForceAliasCreation && a.HasOwnName())
	var taken refusal.Message
	if errors.As(err, &taken) && (taken == refusal.UserExists || !a.HasOwnName()) {
		return errAccountExists
	}
	return err
}

// contacts are where the invitation goes: by default to the e-mail, or to the
// phone number of a user without one.
func (in *adminCreateUserInput) contacts(a *directory.Account) ([]directory.Contact, error) {
	if in.DesiredDeliveryMediums == nil {
		for _, attribute := range directory.AliasAttributes {
			if a.Attributes[attribute] != "" {
				return []directory.Contact{a.Contact(attribute)}, nil
			}
		}
		return nil, nil
	}
	var to []directory.Contact
	for _, attribute := range directory.AliasAttributes {
		k := a.Contact(attribute)
		switch {
		case !slices.Contains(in.DesiredDeliveryMediums, string(k.Medium())):
		case k.Value == "":
			return nil, refusal.New(refusal.InvalidParameterException, "The user has no "+attribute+" to send the invitation to.")
		default:
			to = append(to, k)
		}
	}
	return to, nil
}

// renewInvitation gives a user who never signed in another temporary
// password.
func (c *Handler) renewInvitation(in *adminCreateUserInput) (*adminCreateUserOutput, error) {
	a, known := c.FindNamed(in.Username)
	switch {
	case !known:
		return nil, refusal.UnknownUser
	case a.Status() != directory.StatusForceChangePassword:
		return nil, errNoReinvite
	}
	to, err := in.contacts(&a)
	if err != nil {
		return nil, err
	}
	temporary := in.TemporaryPassword
	if temporary == "" {
		temporary = c.Policy().Generate()
	}
	if err := c.setPassword(a.Sub, temporary, directory.StatusForceChangePassword); err != nil {
		return nil, err
	}
	return c.invited(a.Sub, temporary, to)
}

// invited answers AdminCreateUser, after the user was sent the password.
func (c *Handler) invited(sub, temporary string, to []directory.Contact) (*adminCreateUserOutput, error) {
	a, known := c.Users.Find(sub)
	if !known {
		return nil, refusal.UnknownUser // deleted in between
	}
	c.Event.Username = a.Username
	for _, k := range to {
		l := flows.Letter{Purpose: outbox.Invitation, Source: trigger.SourceMessageAdminCreateUser, To: k, Code: temporary}
		if err := c.Send(&a, l); err != nil {
			return nil, err
		}
	}
	return &adminCreateUserOutput{userTypeOf(&a)}, nil
}

type adminSetPasswordInput struct {
	idpapi.UserRef
	Password  string
	Permanent bool
}

// adminSetUserPassword is the operation AdminSetUserPassword.
func (c *Handler) adminSetUserPassword(in *adminSetPasswordInput, a directory.Account) (awsjson.Empty, error) {
	if err := c.CheckPassword(in.Password); err != nil {
		return awsjson.Empty{}, err
	}
	status := directory.StatusForceChangePassword
	if in.Permanent {
		status = directory.StatusConfirmed
	}
	return awsjson.Empty{}, c.setPassword(a.Sub, in.Password, status)
}

// setPassword gives a user a password and brings them into a state.
func (c *Handler) setPassword(sub, password string, status directory.Status) error {
	return c.Users.Update(sub, func(a *directory.Account) error {
		if err := c.NewPassword(a, password); err != nil {
			return err
		}
		a.GivenOut = c.At
		return a.SetStatus(status)
	})
}

type adminResetPasswordInput struct {
	idpapi.UserRef
	ClientMetadata map[string]string
}

// adminResetUserPassword is the operation AdminResetUserPassword.
func (c *Handler) adminResetUserPassword(in *adminResetPasswordInput, a directory.Account) (awsjson.Empty, error) {
	c.Metadata = in.ClientMetadata
	to, unreachable := c.ResetContact(&a)
	switch {
	case a.Status() != directory.StatusConfirmed && a.Status() != directory.StatusResetRequired:
		return awsjson.Empty{}, refusal.CannotReset
	case unreachable != nil:
		return awsjson.Empty{}, unreachable
	}
	err := c.Users.Update(a.Sub, func(a *directory.Account) error { return a.SetStatus(directory.StatusResetRequired) })
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.SendResetCode(&a, to)
}
