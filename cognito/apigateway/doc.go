// Package apigateway is for Lambda functions behind Amazon API Gateway and
// AppSync. A [Gateway] finds the user in a function's event, where an authorizer
// has verified the token. An [Authorizer] is such an authorizer: it verifies
// tokens and asks policies, for REST, HTTP and WebSocket APIs and for AppSync.
//
// # Functions behind an authorizer
//
// The authorizer may be API Gateway's own (Cognito for a REST API, JWT for an
// HTTP API) or an [Authorizer]. The function gets the token's claims with its
// event:
//
//	users, err := apigateway.New(apigateway.Config{Pool: pool})
//	…
//	func handle(ctx context.Context, event json.RawMessage) (any, error) {
//		user, err := users.FromEvent(event)
//		if err == nil {
//			err = mayRead.Check(ctx, user, time.Now()) // a cognito.Policy
//		}
//		if err != nil {
//			return refusal(cognito.CodeOf(err).Status()), nil
//		}
//		ctx = cognito.NewContext(ctx, user)
//		…
//	}
//
// With the types of aws-lambda-go, which this package does not import,
// [Gateway.FromAuthorizer] takes request.RequestContext.Authorizer of a REST
// API and [Gateway.FromClaims] takes request.RequestContext.Authorizer.JWT.Claims
// of an HTTP API.
//
// # What is trusted
//
// Nothing here has a signature. An event is to be believed as far as the
// function's resource policy and IAM permissions let nobody but the gateway
// invoke it: callers who may invoke the function directly can write any claims.
// And it is to be believed only on routes that have the authorizer; on others
// there are no claims, which is [cognito.ErrNoCredentials].
//
// All the same iss, the app client, token_use, exp and sub are checked, so that
// an authorizer for another pool or client, or one that takes ID tokens where
// access tokens are due, is noticed.
//
// API Gateway turns claims into text: lists become "a,b" (REST) or "[a b]"
// (HTTP), times a number or a date. They are read back here. A group whose own
// name has a comma is several groups after that: do not name groups so.
//
// # Authorizers
//
//	authorizer, err := apigateway.NewAuthorizer(apigateway.AuthorizerConfig{Verifier: verifier}, cognito.AnyGroup("editors"))
//	…
//	lambda.Start(authorizer.REST)
//
// docs/lambda-authorizers.md tells which method an API needs, what API Gateway
// keeps in its cache, and how a WebSocket carries its token.
//
// # HTTP backends
//
// A backend behind a gateway usually gets the Authorization header as well:
// verify the token there with cognito.RequireToken, and nothing has to be
// trusted. [Gateway.Headers] is for gateways that keep it back.
package apigateway
