package cognito_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// staffPool is a pool beside examplePool.
func staffPool() *cognitotest.Pool {
	pool := cognitotest.NewPool(cognitotest.WithID("eu-central-1_sT4fF0000"), cognitotest.WithClient(cognitotest.AppClient{ID: "4staffclient"}))
	if _, err := pool.AddUser(cognitotest.User{Username: "olga"}); err != nil {
		log.Fatal(err)
	}
	return pool
}

// One API for the customers' pool and the staff's.
func ExampleNewVerifier_pools() {
	customers, staff := examplePool(), staffPool()
	verifier, err := cognito.NewVerifier(customers.Config(), staff.Config())
	if err != nil {
		log.Fatal(err)
	}
	for _, token := range []cognito.AccessToken{customers.AccessToken("jane"), staff.AccessToken("olga")} {
		claims, err := verifier.VerifyAccess(context.Background(), token)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(claims.Username, claims.Issuer == staff.Issuer())
	}
	// Output:
	// jane false
	// olga true
}

// Each customer of a service has a user pool, and comes to a host of its own.
// A middleware has put the host into the context; a table knows the pools.
func ExampleTenants() {
	red, blue := examplePool(), staffPool()
	table := map[string]cognito.Config{"red.example.com": red.Config(), "blue.example.com": blue.Config()}
	type host struct{}

	tenants, err := cognito.NewTenants(cognito.TenantsConfig{
		Key: func(ctx context.Context) (string, error) {
			name, ok := ctx.Value(host{}).(string)
			if !ok {
				return "", errors.New("the request has no host")
			}
			return name, nil
		},
		Resolve: func(_ context.Context, name string) (cognito.Config, error) {
			cfg, ok := table[name]
			if !ok {
				return cognito.Config{}, cognito.ErrNoTenant
			}
			return cfg, nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	call := func(name string, token cognito.AccessToken) {
		claims, err := tenants.VerifyAccess(context.WithValue(context.Background(), host{}, name), token)
		if err != nil {
			var refused *cognito.VerifyError
			fmt.Println(name, "refused:", errors.As(err, &refused) && refused.Check == "iss")
			return
		}
		fmt.Println(name, claims.Username)
	}
	call("red.example.com", red.AccessToken("jane"))
	call("blue.example.com", blue.AccessToken("olga"))
	call("red.example.com", blue.AccessToken("olga"))
	// Output:
	// red.example.com jane
	// blue.example.com olga
	// red.example.com refused: true
}
