package cognitotest

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// adminPasswordOperations are what administrators do to users and their
// passwords.
var adminPasswordOperations = map[string]apiOperation{
	"AdminCreateUser":        poolOperation((*call).apiAdminCreateUser),
	"AdminSetUserPassword":   userOperation((*call).apiAdminSetUserPassword),
	"AdminResetUserPassword": userOperation((*call).apiAdminResetUserPassword),
}

var (
	errAccountExists = refusal.New("UsernameExistsException", "User account already exists")
	errNoReinvite    = refusal.New("UnsupportedUserStateException", "Resend not possible. User status is not FORCE_CHANGE_PASSWORD")
)

type adminCreateUserInput struct {
	UserPoolId             string         `api:"required,max=55,pattern=pool"`
	Username               string         `api:"required,max=128,pattern=text"`
	UserAttributes         []apiAttribute `api:"max=256"`
	ValidationData         []apiAttribute `api:"max=256"`
	TemporaryPassword      string         `api:"secret,max=256,pattern=solid"`
	ForceAliasCreation     bool
	MessageAction          string   `api:"enum=RESEND|SUPPRESS"`
	DesiredDeliveryMediums []string `api:"enum=SMS|EMAIL"`
	ClientMetadata         map[string]string
}

type adminCreateUserOutput struct{ User apiUserType }

// apiAdminCreateUser is AdminCreateUser.
func (c *call) apiAdminCreateUser(in *adminCreateUserInput) (*adminCreateUserOutput, error) {
	c.metadata = in.ClientMetadata
	if in.TemporaryPassword != "" {
		if err := c.checkPassword(in.TemporaryPassword); err != nil {
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
	return c.invited(a.sub, temporary, to)
}

// invitedAccount is the account to create, and its temporary password. It is
// not in the directory yet.
func (c *call) invitedAccount(in *adminCreateUserInput) (a *account, temporary string, err error) {
	attributes, err := attributeMap(in.UserAttributes)
	if err != nil {
		return nil, "", err
	}
	if err := cmp.Or(c.admitsName(in.Username), checkAdminWritten(attributes), c.checkSchema(attributes)); err != nil {
		return nil, "", err
	}
	u := User{Username: in.Username, Email: attributes["email"], Phone: attributes["phone_number"], Attributes: make(map[string]string)}
	for name, value := range attributes {
		if value != "" {
			u.Attributes[name] = value
		}
	}
	if !c.needsNoPassword(in) {
		temporary = in.TemporaryPassword
		if temporary == "" {
			temporary = c.policy().Generate()
		}
		u.Password, u.Status = temporary, StatusForceChangePassword
	}
	if a, err = u.account(); err != nil {
		return nil, "", refusal.New(refusal.InvalidParameterException, err.Error())
	}
	if strings.Contains(in.Username, "@") && a.hasOwnName() {
		return nil, "", refusal.EmailUsername
	}
	a.givenOut = c.at
	return a, temporary, nil
}

// needsNoPassword reports whether the new user can sign in with a code alone:
// such a user gets no password and is confirmed at once.
func (c *call) needsNoPassword(in *adminCreateUserInput) bool {
	if in.TemporaryPassword != "" {
		return false
	}
	attributes, _ := attributeMap(in.UserAttributes)
	first := c.rules().first
	return slices.Contains(first, FirstFactorEmail) && (attributes["email"] != "" || isEmail(in.Username)) ||
		slices.Contains(first, FirstFactorSMS) && (attributes["phone_number"] != "" || isPhone(in.Username))
}

// addInvited puts a new account into the directory. Aliases of one that has a
// username of its own are names once they are verified, and then they may
// have to be forced.
func (c *call) addInvited(in *adminCreateUserInput, a *account) error {
	validation, err := attributeMap(in.ValidationData)
	if err != nil {
		return err
	}
	if err := c.preSignUp(trigger.SourceAdminCreateUser, a, validation); err != nil {
		return err
	}
	a.confirmed = true
	if a.hasOwnName() {
		a.sleep()
		for _, attribute := range aliasAttributes {
			if a.hasVerified(attribute) {
				a.wake(attribute)
			}
		}
	}
	kept := a.clone()
	err = c.users.create(&kept, in.ForceAliasCreation && a.hasOwnName())
	var taken refusal.Message
	if errors.As(err, &taken) && (taken == refusal.UserExists || !a.hasOwnName()) {
		return errAccountExists
	}
	return err
}

// contacts are where the invitation goes: by default to the e-mail, or to the
// phone number of a user without one.
func (in *adminCreateUserInput) contacts(a *account) ([]contact, error) {
	if in.DesiredDeliveryMediums == nil {
		for _, attribute := range aliasAttributes {
			if a.attributes[attribute] != "" {
				return []contact{a.contact(attribute)}, nil
			}
		}
		return nil, nil
	}
	var to []contact
	for _, attribute := range aliasAttributes {
		k := a.contact(attribute)
		switch {
		case !slices.Contains(in.DesiredDeliveryMediums, string(k.medium())):
		case k.value == "":
			return nil, refusal.New(refusal.InvalidParameterException, "The user has no "+attribute+" to send the invitation to.")
		default:
			to = append(to, k)
		}
	}
	return to, nil
}

// renewInvitation gives a user who never signed in another temporary
// password.
func (c *call) renewInvitation(in *adminCreateUserInput) (*adminCreateUserOutput, error) {
	a, known := c.users.find(in.Username)
	switch {
	case !known:
		return nil, refusal.UnknownUser
	case a.status() != StatusForceChangePassword:
		return nil, errNoReinvite
	}
	to, err := in.contacts(&a)
	if err != nil {
		return nil, err
	}
	temporary := in.TemporaryPassword
	if temporary == "" {
		temporary = c.policy().Generate()
	}
	if err := c.setPassword(a.sub, temporary, StatusForceChangePassword); err != nil {
		return nil, err
	}
	return c.invited(a.sub, temporary, to)
}

// invited answers AdminCreateUser, after the user was sent the password.
func (c *call) invited(sub, temporary string, to []contact) (*adminCreateUserOutput, error) {
	a, known := c.users.find(sub)
	if !known {
		return nil, refusal.UnknownUser // deleted in between
	}
	c.event.Username = a.username
	for _, k := range to {
		l := letter{purpose: outbox.Invitation, source: trigger.SourceMessageAdminCreateUser, to: k, code: temporary}
		if err := c.send(&a, l); err != nil {
			return nil, err
		}
	}
	return &adminCreateUserOutput{a.apiUserType()}, nil
}

type adminSetPasswordInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	Username   string `api:"required,max=128,pattern=text"`
	Password   string `api:"required,secret,max=256,pattern=solid"`
	Permanent  bool
}

// apiAdminSetUserPassword is AdminSetUserPassword.
func (c *call) apiAdminSetUserPassword(in *adminSetPasswordInput, a account) (awsjson.Empty, error) {
	if err := c.checkPassword(in.Password); err != nil {
		return awsjson.Empty{}, err
	}
	status := StatusForceChangePassword
	if in.Permanent {
		status = StatusConfirmed
	}
	return awsjson.Empty{}, c.setPassword(a.sub, in.Password, status)
}

// setPassword gives a user a password and brings them into a state.
func (c *call) setPassword(sub, password string, status UserStatus) error {
	return c.users.update(sub, func(a *account) error {
		if err := c.newPassword(a, password); err != nil {
			return err
		}
		a.givenOut = c.at
		return a.setStatus(status)
	})
}

type adminResetPasswordInput struct {
	UserPoolId     string `api:"required,max=55,pattern=pool"`
	Username       string `api:"required,max=128,pattern=text"`
	ClientMetadata map[string]string
}

// apiAdminResetUserPassword is AdminResetUserPassword.
func (c *call) apiAdminResetUserPassword(in *adminResetPasswordInput, a account) (awsjson.Empty, error) {
	c.metadata = in.ClientMetadata
	to, reachable := a.verifiedContact()
	switch {
	case a.status() != StatusConfirmed && a.status() != StatusResetRequired:
		return awsjson.Empty{}, refusal.CannotReset
	case !reachable:
		return awsjson.Empty{}, refusal.NoContact
	}
	err := c.users.update(a.sub, func(a *account) error { return a.setStatus(StatusResetRequired) })
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.sendResetCode(&a, to)
}
