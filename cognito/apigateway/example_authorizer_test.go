package apigateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/apigateway"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func newOrdersAuthorizer(pool cognito.Config) (*apigateway.Authorizer, error) {
	verifier, err := cognito.NewVerifier(pool)
	if err != nil {
		return nil, err
	}
	return apigateway.NewAuthorizer(apigateway.AuthorizerConfig{Verifier: verifier},
		cognito.UserOnly(), cognito.AnyGroup("editors", "admins"))
}

func newGraphAuthorizer(verifier cognito.TokenVerifier) (*apigateway.Authorizer, error) {
	return apigateway.NewAuthorizer(apigateway.AuthorizerConfig{
		Verifier: verifier,
		Fields: map[string]cognito.Policy{
			"Query.salaries":    cognito.AnyGroup("hr"),
			"Mutation.transfer": cognito.AllScopes("bank/transfer"),
		},
	})
}

func newSocketAuthorizer(verifier cognito.TokenVerifier) (*apigateway.Authorizer, error) {
	return apigateway.NewAuthorizer(apigateway.AuthorizerConfig{
		Verifier: verifier,
		TokenFrom: func(r apigateway.Request) cognito.AccessToken {
			return cognito.AccessToken(r.QueryStringParameters["token"])
		},
	})
}

// The answer of a REST API's authorizer: pass the method to lambda.Start.
func ExampleAuthorizer_REST() {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Groups: []string{"editors"}}); err != nil {
		log.Fatal(err)
	}
	authorizer, err := newOrdersAuthorizer(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	answer, err := authorizer.REST(context.Background(), apigateway.Request{
		Type:               "TOKEN",
		MethodARN:          "arn:aws:execute-api:eu-west-1:123456789012:abcdef123/prod/GET/orders",
		AuthorizationToken: "Bearer " + string(pool.AccessToken("jane")),
	})
	if err != nil {
		log.Fatal(err)
	}
	policy, _ := json.Marshal(answer.PolicyDocument)
	fmt.Println(string(policy))
	// Output: {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["execute-api:Invoke"],"Resource":["arn:aws:execute-api:eu-west-1:123456789012:abcdef123/prod/*"]}]}
}

// An HTTP API with simple responses.
func ExampleAuthorizer_HTTP() {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Groups: []string{"readers"}}); err != nil {
		log.Fatal(err)
	}
	authorizer, err := newOrdersAuthorizer(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	request := apigateway.Request{Headers: map[string]string{"authorization": "Bearer " + string(pool.AccessToken("jane"))}}
	answer, err := authorizer.HTTP(context.Background(), request)
	fmt.Println(answer.IsAuthorized, err)
	_, err = authorizer.HTTP(context.Background(), apigateway.Request{})
	fmt.Println(err)
	// Output:
	// false <nil>
	// Unauthorized
}

// AppSync: some fields need more than others.
func ExampleAuthorizer_AppSync() {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Groups: []string{"hr"}}); err != nil {
		log.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	authorizer, err := newGraphAuthorizer(verifier)
	if err != nil {
		log.Fatal(err)
	}
	answer, err := authorizer.AppSync(context.Background(), apigateway.AppSyncRequest{AuthorizationToken: string(pool.AccessToken("jane"))})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.IsAuthorized, answer.DeniedFields)
	// Output: true [Mutation.transfer]
}

// A browser's WebSocket has its token in the query.
func ExampleAuthorizerConfig_TokenFrom() {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		log.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		log.Fatal(err)
	}
	authorizer, err := newSocketAuthorizer(verifier)
	if err != nil {
		log.Fatal(err)
	}
	answer, err := authorizer.REST(context.Background(), apigateway.Request{
		Type:                  "REQUEST",
		MethodARN:             "arn:aws:execute-api:eu-west-1:123456789012:abcdef123/prod/$connect",
		QueryStringParameters: map[string]string{"token": string(pool.AccessToken("jane"))},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.PolicyDocument.Statement[0].Effect)
	// Output: Allow
}
