package cognito

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/seed75762126/cognito-go/internal/secretfile"
)

// A variable is one of the environment that a Config's field is read from.
type variable struct {
	name  string
	field string // as a ConfigError has it
	value *string
}

func (c *Config) variables() []variable {
	return []variable{
		{"COGNITO_USER_POOL_ID", "UserPoolID", &c.UserPoolID},
		{"COGNITO_CLIENT_ID", "ClientID", &c.ClientID},
		{"COGNITO_CLIENT_SECRET", "ClientSecret", (*string)(&c.ClientSecret)},
		{"COGNITO_DOMAIN", "Domain", &c.Domain},
		{"COGNITO_ISSUER", "Issuer", &c.Issuer},
		{"COGNITO_ENDPOINT", "Endpoint", &c.Endpoint},
		{"COGNITO_EMULATOR_HOST", "EmulatorHost", &c.EmulatorHost},
		{"COGNITO_IDENTITY_POOL_ID", "IdentityPoolID", &c.IdentityPoolID},
	}
}

// clientSecretFile names a file with the client secret.
const clientSecretFile = "COGNITO_CLIENT_SECRET_FILE"

// ConfigFromEnv reads COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID,
// COGNITO_CLIENT_SECRET or COGNITO_CLIENT_SECRET_FILE, COGNITO_DOMAIN,
// COGNITO_ISSUER, COGNITO_ENDPOINT, COGNITO_EMULATOR_HOST and
// COGNITO_IDENTITY_POOL_ID, and validates what it read. The first two are
// required. If COGNITO_CLIENT_SECRET_FILE is set, ClientSecretSource reads the
// secret from that file with package secretfile. The error names every variable
// that is missing or wrong. It is [ErrNotConfigured] if no variable is set.
func ConfigFromEnv() (Config, error) {
	var c Config
	set := false
	for _, v := range c.variables() {
		*v.value = strings.TrimSpace(os.Getenv(v.name))
		set = set || *v.value != ""
	}
	file := strings.TrimSpace(os.Getenv(clientSecretFile))
	if file != "" {
		set = true
		f := &secretfile.File{Path: file}
		c.ClientSecretSource = func(ctx context.Context) (Secret, error) {
			text, err := f.Read(ctx)
			return Secret(text), err
		}
	}
	if !set {
		return Config{}, ErrNotConfigured
	}
	at := func(field string, err error) error { return &ConfigError{Field: c.variableOf(field), Err: err} }
	err := c.validate(at)
	if file != "" {
		if _, fileErr := c.ClientSecretSource(context.Background()); fileErr != nil {
			err = errors.Join(err, at("ClientSecretSource", fileErr))
		}
	}
	if err != nil {
		return Config{}, err
	}
	return c, nil
}

// variableOf is the variable that a field was read from, or the field where
// there is none.
func (c *Config) variableOf(field string) string {
	for _, v := range c.variables() {
		if v.field == field {
			return v.name
		}
	}
	if field == "ClientSecretSource" {
		return clientSecretFile
	}
	return field
}
