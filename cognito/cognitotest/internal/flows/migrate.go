package flows

import (
	"maps"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// migrateUser asks the UserMigration hook about a name that no user has, and
// creates the user that it describes. The source is [trigger.SourceMigrateOnSignIn] or
// [trigger.SourceMigrateOnForgotPassword], which has no password. Where the hook knows
// nobody either, or there is none, the error is refusal.UnknownUser.
func (c *Flow) migrateUser(source trigger.Source, client *clients.Client, name, password string) (directory.Account, error) {
	if c.Triggers().UserMigration == nil || name == "" {
		return directory.Account{}, refusal.UnknownUser
	}
	e := &trigger.UserMigration{Password: password, ValidationData: maps.Clone(c.Validation)}
	e.Event = c.TriggerEvent(source, &directory.Account{Username: name})
	e.ClientMetadata = maps.Clone(c.Validation)
	err := c.Triggers().UserMigration(c.R.Context(), e)
	if err == nil && e.Attributes == nil {
		return directory.Account{}, refusal.UnknownUser
	}
	var a directory.Account
	if err == nil {
		a, err = c.addMigrated(e, name, password)
	}
	if err != nil {
		return directory.Account{}, refusal.New(refusal.UserNotFoundException, "Exception migrating user in app client "+client.ID)
	}
	return a, nil
}

// addMigrated adds the user whom the hook describes.
func (c *Flow) addMigrated(e *trigger.UserMigration, name, password string) (directory.Account, error) {
	attributes := maps.Clone(e.Attributes)
	take := func(name string) string {
		value := attributes[name]
		delete(attributes, name)
		return value
	}
	u := directory.User{
		Username: name, Password: password, Status: directory.Status(e.FinalUserStatus),
		Email: take("email"), Phone: take("phone_number"),
	}
	maps.DeleteFunc(attributes, func(name, _ string) bool {
		return name == "sub" || name == "username" || strings.HasPrefix(name, "cognito:")
	})
	u.Attributes = attributes
	if u.Status == "" {
		u.Status = directory.StatusResetRequired
	}
	sub, err := c.AddUser(u)
	if err != nil {
		return directory.Account{}, err
	}
	a, _ := c.Users.Find(sub)
	return a, nil
}
