package main

import (
	"fmt"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

const (
	demoPassword = "Correct-horse-1"
	demoSecret   = "another0secret"
)

// startDemo starts a Cognito in this process and returns its settings, which
// have the form of those of a real pool.
func startDemo() (cognito.Config, error) {
	pool, err := demoPool()
	if err != nil {
		return cognito.Config{}, err
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		return cognito.Config{}, err
	}
	return demoConfig(pool), nil
}

// demoConfig returns the settings that the API needs for a demo pool.
func demoConfig(pool *cognitotest.Pool) cognito.Config {
	cfg := pool.Config()
	cfg.OtherClientIDs = []string{"partner", "jobs"}
	return cfg
}

// demoPool is the pool that emulator.json describes to cognito-emulator. It has
// the resource server orders and three app clients. web is this service's own.
// partner belongs to another company and may read its users' orders. jobs is a
// program.
func demoPool() (*cognitotest.Pool, error) {
	pool := cognitotest.NewPool(
		cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: "orders", Scopes: []string{"read", "write"}}),
		cognitotest.WithClient(cognitotest.AppClient{
			ID:                "web",
			ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		}),
		cognitotest.WithClient(cognitotest.AppClient{
			ID:           "partner",
			CallbackURLs: []string{"https://partner.example.com/callback"},
			Scopes:       []string{"openid", "orders/read"},
		}),
		cognitotest.WithClient(cognitotest.AppClient{
			ID:     "jobs",
			Secret: demoSecret,
			Flows:  []string{cognitotest.FlowClientCredentials},
		}),
	)
	for _, u := range []cognitotest.User{
		{Username: "jane", Email: "jane@example.com", Groups: []string{"admins"}},
		{Username: "joe", Email: "joe@example.com"},
	} {
		u.Password, u.EmailVerified = demoPassword, true
		if _, err := pool.AddUser(u); err != nil {
			return nil, err
		}
	}
	return pool, nil
}

// settingsOf are a pool's settings, as cognito-emulator prints them.
func settingsOf(cfg cognito.Config) string {
	return fmt.Sprintf("COGNITO_USER_POOL_ID=%s\nCOGNITO_CLIENT_ID=%s\nCOGNITO_DOMAIN=%s\nCOGNITO_ISSUER=%s\nCOGNITO_ENDPOINT=%s\n",
		cfg.UserPoolID, cfg.ClientID, cfg.Domain, cfg.Issuer, cfg.Endpoint)
}
