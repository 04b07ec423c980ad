// Package apigateway believes what Amazon API Gateway says about the caller
// whose token it has verified: a REST API with a Cognito authorizer, or an HTTP
// API with a JWT authorizer for the user pool.
//
// A Lambda function gets the token's claims with its event:
//
//	users, err := apigateway.New(apigateway.Config{Pool: pool})
//	…
//	func handle(ctx context.Context, event json.RawMessage) (any, error) {
//		user, err := users.FromEvent(event)
//		if err != nil || !cognito.AllScopes("orders/read").Allows(user, time.Now()) {
//			return forbidden, nil
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
// invoke it: whoever may invoke the function directly can write any claims.
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
// # HTTP backends
//
// A backend behind a gateway usually gets the Authorization header as well:
// verify the token there with cognito.RequireToken, and nothing has to be
// trusted. [Gateway.Headers] is for gateways that keep it back.
package apigateway
