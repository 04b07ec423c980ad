package cognitotest

import (
	"maps"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// migrateUser asks the UserMigration hook about a name that is no user's, and
// creates the user that it describes. The source is [trigger.SourceMigrateOnSignIn] or
// [trigger.SourceMigrateOnForgotPassword], which has no password. Where the hook knows
// nobody either, or there is none, the error is refusal.UnknownUser.
func (c *call) migrateUser(source trigger.Source, client *AppClient, name, password string) (account, error) {
	if c.hooks.UserMigration == nil || name == "" {
		return account{}, refusal.UnknownUser
	}
	e := &trigger.UserMigration{Password: password, ValidationData: maps.Clone(c.validation)}
	e.Event = c.triggerEvent(source, &account{username: name})
	e.ClientMetadata = maps.Clone(c.validation)
	err := c.hooks.UserMigration(c.r.Context(), e)
	if err == nil && e.Attributes == nil {
		return account{}, refusal.UnknownUser
	}
	var a account
	if err == nil {
		a, err = c.addMigrated(e, name, password)
	}
	if err != nil {
		return account{}, refusal.New(refusal.UserNotFoundException, "Exception migrating user in app client "+client.ID)
	}
	return a, nil
}

// addMigrated adds the user whom the hook describes.
func (c *call) addMigrated(e *trigger.UserMigration, name, password string) (account, error) {
	attributes := maps.Clone(e.Attributes)
	take := func(name string) string {
		value := attributes[name]
		delete(attributes, name)
		return value
	}
	u := User{
		Username: name, Password: password, Status: UserStatus(e.FinalUserStatus),
		Email: take("email"), EmailVerified: take("email_verified") == "true",
		Phone: take("phone_number"), PhoneVerified: take("phone_number_verified") == "true",
	}
	maps.DeleteFunc(attributes, func(name, _ string) bool {
		return name == "sub" || name == "username" || strings.HasPrefix(name, "cognito:")
	})
	u.Attributes = attributes
	if u.Status == "" {
		u.Status = StatusResetRequired
	}
	sub, err := c.AddUser(u)
	if err != nil {
		return account{}, err
	}
	a, _ := c.users.find(sub)
	return a, nil
}
