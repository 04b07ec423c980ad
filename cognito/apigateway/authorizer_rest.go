package apigateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/bearer"
)

// A Request is the event of a Lambda authorizer of API Gateway. It comes from a
// REST API (type TOKEN or REQUEST), from a WebSocket API's $connect route, or
// from an HTTP API (format 1.0 or 2.0). It has the fields that
// [AuthorizerConfig.TokenFrom] may need.
type Request struct {
	Version               string              `json:"version"`
	Type                  string              `json:"type"`               // "TOKEN" or "REQUEST"
	MethodARN             string              `json:"methodArn"`          // the called method; with format 2.0 it is in RouteARN
	RouteARN              string              `json:"routeArn"`           // the called route of an HTTP API with format 2.0
	AuthorizationToken    string              `json:"authorizationToken"` // with type TOKEN: the value of the token source
	Headers               map[string]string   `json:"headers"`
	MultiValueHeaders     map[string][]string `json:"multiValueHeaders"`
	QueryStringParameters map[string]string   `json:"queryStringParameters"`
	Cookies               []string            `json:"cookies"`
}

// Format implements [fmt.Formatter]: a Request prints no token. Its JSON has
// them.
func (Request) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "apigateway.Request") }

// LogValue implements [slog.LogValuer], like Format.
func (Request) LogValue() slog.Value { return slog.StringValue("apigateway.Request") }

// Header returns the values of a header field. The case of name does not
// matter.
func (r *Request) Header(name string) []string {
	var values []string
	for field, list := range r.MultiValueHeaders {
		if strings.EqualFold(field, name) {
			values = append(values, list...)
		}
	}
	if values != nil {
		return values
	}
	for field, value := range r.Headers {
		if strings.EqualFold(field, name) {
			values = append(values, value)
		}
	}
	return values
}

// arn is the ARN of what is called.
func (r *Request) arn() string {
	if r.RouteARN != "" {
		return r.RouteARN
	}
	return r.MethodARN
}

// token returns the request's access token.
func (a *Authorizer) token(r *Request) (cognito.AccessToken, error) {
	if r.Type == "TOKEN" {
		return bareToken(r.AuthorizationToken)
	}
	token, err := bearer.Parse(r.Header("Authorization"))
	if errors.Is(err, cognito.ErrNoCredentials) && a.cfg.TokenFrom != nil {
		if token := a.cfg.TokenFrom(*r); token != "" {
			return token, nil
		}
	}
	return cognito.AccessToken(token), err
}

// bareToken reads a token source, which has the token with or without the word
// Bearer before it.
func bareToken(s string) (cognito.AccessToken, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return "", cognito.ErrNoCredentials
	case !strings.Contains(s, " "):
		s = "Bearer " + s
	}
	token, err := bearer.Parse([]string{s})
	return cognito.AccessToken(token), err
}

// admit decides about one request. The error is what the function returns.
func (a *Authorizer) admit(ctx context.Context, r *Request) (*caller, outcome, error) {
	token, err := a.token(r)
	user, result, err := a.decide(ctx, token, err)
	switch result {
	case unauthorized:
		return nil, result, &unauthorizedError{err}
	case unchecked:
		return nil, result, err
	}
	return user, result, nil
}

// A PolicyAnswer is the answer of an authorizer for a REST or WebSocket API, or
// for an HTTP API with IAM policies.
type PolicyAnswer struct {
	PrincipalID    string         `json:"principalId"` // the user's sub
	PolicyDocument PolicyDocument `json:"policyDocument"`
	Context        map[string]any `json:"context,omitempty"` // "claims": the token's claims, in the form that [Gateway.FromEvent] reads
}

// A PolicyDocument is an IAM policy.
type PolicyDocument struct {
	Version   string      `json:"Version"`
	Statement []Statement `json:"Statement"`
}

// A Statement is one statement of an IAM policy.
type Statement struct {
	Effect   string   `json:"Effect"` // "Allow" or "Deny"
	Action   []string `json:"Action"`
	Resource []string `json:"Resource"`
}

// REST is the handler of an authorizer for a REST API, a WebSocket API's
// $connect route, or an HTTP API with IAM policies. See [Authorizer] for its
// errors.
//
// The IAM policy in the answer is for every method of the stage. API Gateway
// caches it for the token and uses it for other methods too. If methods need
// different policies, give each its own authorizer, or check the policy in the
// function behind the authorizer.
func (a *Authorizer) REST(ctx context.Context, r Request) (*PolicyAnswer, error) {
	stage, err := stageOf(r.arn())
	if err != nil {
		return nil, err
	}
	user, result, err := a.admit(ctx, &r)
	if err != nil {
		return nil, err
	}
	answer := &PolicyAnswer{PrincipalID: user.id.Subject, PolicyDocument: PolicyDocument{
		Version:   "2012-10-17",
		Statement: []Statement{{Effect: "Deny", Action: []string{"execute-api:Invoke"}, Resource: []string{stage}}},
	}}
	if result == allowed {
		answer.PolicyDocument.Statement[0].Effect = "Allow"
		answer.Context = user.context()
	}
	return answer, nil
}

// context is what the functions behind an authorizer get.
func (c *caller) context() map[string]any { return map[string]any{"claims": c.claims} }

// errARN means that an event names no method, so that no policy can be written.
var errARN = errors.New("apigateway: the event has no methodArn or routeArn of API Gateway: use Authorizer.AppSync for AppSync")

// stageOf returns the ARN of all methods of a stage:
// arn:aws:execute-api:region:account:api/stage/METHOD/path becomes …/stage/*.
func stageOf(arn string) (string, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "execute-api" {
		return "", errARN
	}
	path := strings.SplitN(parts[5], "/", 3)
	if len(path) != 3 || path[0] == "" || path[1] == "" || strings.ContainsAny(path[0]+path[1], "*?") {
		return "", errARN
	}
	parts[5] = path[0] + "/" + path[1] + "/*"
	return strings.Join(parts, ":"), nil
}

// A SimpleAnswer is the answer of an HTTP API's authorizer with format 2.0.
type SimpleAnswer struct {
	IsAuthorized bool           `json:"isAuthorized"`
	Context      map[string]any `json:"context,omitempty"` // as in [PolicyAnswer]
}

// HTTP is the handler of an authorizer for an HTTP API with payload format 2.0
// and simple responses. See [Authorizer] for its errors. API Gateway caches the
// answer by the authorizer's identity sources, for all routes.
func (a *Authorizer) HTTP(ctx context.Context, r Request) (*SimpleAnswer, error) {
	user, result, err := a.admit(ctx, &r)
	switch {
	case err != nil:
		return nil, err
	case result == denied:
		return &SimpleAnswer{}, nil
	}
	return &SimpleAnswer{IsAuthorized: true, Context: user.context()}, nil
}
