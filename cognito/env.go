package cognito

import (
	"errors"
	"os"
	"strings"
)

// ErrNotConfigured means that the environment names no pool at all: not one
// COGNITO_ setting is there.
var ErrNotConfigured = errors.New("cognito: no COGNITO_ setting in the environment: set COGNITO_USER_POOL_ID and COGNITO_CLIENT_ID")

// envNames maps Config fields to the variables they are read from.
var envNames = map[string]string{
	"UserPoolID":     "COGNITO_USER_POOL_ID",
	"ClientID":       "COGNITO_CLIENT_ID",
	"ClientSecret":   "COGNITO_CLIENT_SECRET",
	"Domain":         "COGNITO_DOMAIN",
	"Issuer":         "COGNITO_ISSUER",
	"Endpoint":       "COGNITO_ENDPOINT",
	"IdentityPoolID": "COGNITO_IDENTITY_POOL_ID",
}

// ConfigFromEnv reads COGNITO_USER_POOL_ID, COGNITO_CLIENT_ID,
// COGNITO_CLIENT_SECRET, COGNITO_DOMAIN, COGNITO_ISSUER, COGNITO_ENDPOINT and
// COGNITO_IDENTITY_POOL_ID, and validates what it read. The first two are
// required. The error names every variable that is missing or wrong; it is
// [ErrNotConfigured] when none is set.
func ConfigFromEnv() (Config, error) {
	get := func(field string) string { return strings.TrimSpace(os.Getenv(envNames[field])) }
	c := Config{
		UserPoolID:     get("UserPoolID"),
		ClientID:       get("ClientID"),
		ClientSecret:   Secret(get("ClientSecret")),
		Domain:         get("Domain"),
		Issuer:         get("Issuer"),
		Endpoint:       get("Endpoint"),
		IdentityPoolID: get("IdentityPoolID"),
	}
	set := false
	for field := range envNames {
		set = set || get(field) != ""
	}
	if !set {
		return Config{}, ErrNotConfigured
	}
	if err := c.Validate(); err != nil {
		return Config{}, nameVariables(err)
	}
	return c, nil
}

// nameVariables replaces field names in the problems joined in err by the
// names of the variables.
func nameVariables(err error) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	var errs []error
	for _, e := range joined.Unwrap() {
		var problem *ConfigError
		if errors.As(e, &problem) && envNames[problem.Field] != "" {
			e = &ConfigError{Field: envNames[problem.Field], Err: problem.Err}
		}
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}
