package internal_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/alb"
	"github.com/seed75762126/cognito-go/cognito/apigateway"
	"github.com/seed75762126/cognito-go/cognito/clientcredentials"
	"github.com/seed75762126/cognito-go/cognito/identitypool"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/session/scsstore"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestE2_ConfigErrors: each problem that a constructor reports is a ConfigError,
// which names the field.
func TestE2_ConfigErrors(t *testing.T) {
	good := cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d"}
	gateway, err := apigateway.New(apigateway.Config{Pool: good})
	if err != nil {
		t.Fatal(err)
	}
	refusals := map[string]func() error{
		"cognito.NewVerifier":    func() error { _, err := cognito.NewVerifier(cognito.Config{}); return err },
		"cognito.NewVerifier, 2": func() error { _, err := cognito.NewVerifier(good, cognito.Config{}, good); return err },
		"cognito.NewTenants":     func() error { _, err := cognito.NewTenants(cognito.TenantsConfig{Max: -1}); return err },
		"cognito.Resource":       func() error { return (&cognito.Resource{Scopes: []string{""}}).Validate() },
		"clientcredentials.New":  func() error { _, err := clientcredentials.New(clientcredentials.Config{}); return err },
		"alb.New":                func() error { _, err := alb.New(alb.Config{}); return err },
		"apigateway.New": func() error {
			pool := good
			pool.ForResource = "https://api.example.com"
			_, err := apigateway.New(apigateway.Config{Pool: pool, IDTokens: true})
			return err
		},
		"apigateway.NewAuthorizer": func() error {
			_, err := apigateway.NewAuthorizer(apigateway.AuthorizerConfig{}, cognito.Policy{})
			return err
		},
		"apigateway.Headers": func() error {
			_, err := gateway.Headers(map[string]string{"x": "X", "sub": "X"}, nil)
			return err
		},
		"apigateway.Headers, names": func() error {
			_, err := gateway.Headers(nil, func(*http.Request) bool { return true })
			return err
		},
		"session.New":          func() error { _, err := session.New(session.Config{}); return err },
		"scsstore.New":         func() error { _, err := scsstore.New(nil, scsstore.Config{Timeout: -1, MaxCalls: -1}); return err },
		"userpool.New":         func() error { _, err := userpool.New(userpool.Config{}); return err },
		"userpool.NewPending":  func() error { _, err := userpool.NewPending(userpool.PendingConfig{}); return err },
		"identitypool.New":     func() error { _, err := identitypool.New(identitypool.Config{}); return err },
		"hostedui.New":         func() error { _, err := hostedui.New(hostedui.Config{}); return err },
		"hostedui.NewProtocol": func() error { _, err := hostedui.NewProtocol(hostedui.ProtocolConfig{}); return err },
	}
	for name, refuse := range refusals {
		problems := leaves(refuse())
		if len(problems) == 0 {
			t.Errorf("%s accepts what it should not", name)
		}
		for _, err := range problems {
			if problem, ok := errors.AsType[*cognito.ConfigError](err); !ok || problem.Field == "" || problem.Err == nil {
				t.Errorf("%s reports %q, want a ConfigError with a field", name, err)
			}
		}
	}
}

// leaves are the errors that err joins.
func leaves(err error) []error {
	if err == nil {
		return nil
	}
	var all []error
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			all = append(all, leaves(part)...)
		}
		return all
	case *cognito.ConfigError:
		return []error{err}
	}
	if inner := errors.Unwrap(err); inner != nil {
		return leaves(inner)
	}
	return []error{err}
}
