package cognito

import (
	"os"
	"strings"
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

// ConfigFromEnv reads COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID,
// COGNITO_CLIENT_SECRET, COGNITO_DOMAIN, COGNITO_ISSUER, COGNITO_ENDPOINT,
// COGNITO_EMULATOR_HOST and COGNITO_IDENTITY_POOL_ID, and validates what it read. The first two are
// required. The error names every variable that is missing or wrong; it is
// [ErrNotConfigured] when none is set.
func ConfigFromEnv() (Config, error) {
	var c Config
	set := false
	for _, v := range c.variables() {
		*v.value = strings.TrimSpace(os.Getenv(v.name))
		set = set || *v.value != ""
	}
	if !set {
		return Config{}, ErrNotConfigured
	}
	at := func(field string, err error) error { return &ConfigError{Field: c.variableOf(field), Err: err} }
	if err := c.validate(at); err != nil {
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
	return field
}
