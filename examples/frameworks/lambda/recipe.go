// Package recipe protects Lambda functions behind API Gateway.
package recipe

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/apigateway"
)

// An HTTPHandler is a function behind an HTTP API, payload format 2.0.
type HTTPHandler func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// RequireHTTP lets only requests through whose user, as the JWT authorizer of
// an HTTP API has verified it, satisfies the policy. Handlers read the user
// with cognito.FromContext(ctx).
func RequireHTTP(users *apigateway.Gateway, policy cognito.Policy, h HTTPHandler) HTTPHandler {
	return func(ctx context.Context, req events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		var claims map[string]string
		if a := req.RequestContext.Authorizer; a != nil && a.JWT != nil {
			claims = a.JWT.Claims
		}
		user, err := users.FromClaims(claims)
		if status, body := refusal(ctx, user, err, policy); status != 0 {
			return events.APIGatewayV2HTTPResponse{StatusCode: status, Headers: problemHeaders, Body: body}, nil
		}
		return h(cognito.NewContext(ctx, user), req)
	}
}

// A RESTHandler is a function behind a REST API.
type RESTHandler func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// RequireREST lets only requests through whose user, as the Cognito authorizer
// of a REST API has verified it, satisfies the policy. Handlers read the user
// with cognito.FromContext(ctx).
func RequireREST(users *apigateway.Gateway, policy cognito.Policy, h RESTHandler) RESTHandler {
	return func(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		user, err := users.FromAuthorizer(req.RequestContext.Authorizer)
		if status, body := refusal(ctx, user, err, policy); status != 0 {
			return events.APIGatewayProxyResponse{StatusCode: status, Headers: problemHeaders, Body: body}, nil
		}
		return h(cognito.NewContext(ctx, user), req)
	}
}

var problemHeaders = map[string]string{"Content-Type": "application/problem+json", "Cache-Control": "no-store"}

// refusal is the answer to a request that does not get through, or 0.
func refusal(ctx context.Context, user *cognito.Identity, err error, policy cognito.Policy) (status int, body string) {
	if err == nil {
		err = policy.Check(ctx, user, time.Now())
	}
	if err == nil {
		return 0, ""
	}
	code := cognito.CodeOf(err)
	return code.Status(), fmt.Sprintf(`{"status":%d,"title":%q,"code":%q}`, code.Status(), http.StatusText(code.Status()), code)
}
