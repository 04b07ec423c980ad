// Package apigateway is for Lambda functions behind Amazon API Gateway and
// AppSync. A [Gateway] finds the user in a function's event, after an
// authorizer has verified the token. An [Authorizer] is a Lambda authorizer
// that you deploy yourself. It verifies tokens and checks policies, for REST,
// HTTP and WebSocket APIs and for AppSync.
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
// This package works with the types of aws-lambda-go, but does not import it.
// For a REST API, pass request.RequestContext.Authorizer to
// [Gateway.FromAuthorizer]. For an HTTP API, pass
// request.RequestContext.Authorizer.JWT.Claims to [Gateway.FromClaims].
//
// # What is trusted
//
// Events are not signed. A caller who may invoke the function directly can
// write any claims. So let only the gateway invoke it, with the function's
// resource policy and IAM permissions. Trust events only on routes that have
// the authorizer. On other routes there are no claims, and the error is
// [cognito.ErrNoCredentials].
//
// A Gateway still checks iss, the app client, token_use, exp and sub. So it
// notices an authorizer for another pool or client, and an authorizer that
// accepts ID tokens instead of access tokens.
//
// API Gateway turns claims into text. A list becomes "a,b" (REST) or "[a b]"
// (HTTP), and a time becomes a number or a date. A Gateway turns them back. A
// group whose name has a comma then becomes several groups, so do not use
// commas in the names of groups.
//
// # Authorizers
//
//	authorizer, err := apigateway.NewAuthorizer(apigateway.AuthorizerConfig{Verifier: verifier}, cognito.AnyGroup("editors"))
//	…
//	lambda.Start(authorizer.REST)
//
// docs/lambda-authorizers.md says which method each kind of API needs, what API
// Gateway caches, and how a WebSocket sends its token.
//
// # HTTP backends
//
// A backend behind a gateway usually gets the Authorization header too. Verify
// the token there with cognito.RequireToken: then you need not trust the
// gateway. Use [Gateway.Headers] if the gateway removes that header.
package apigateway
