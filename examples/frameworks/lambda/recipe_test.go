package recipe_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/apigateway"
	"github.com/seed75762126/cognito-go/examples/frameworks/internal/trial"
	recipe "github.com/seed75762126/cognito-go/examples/frameworks/lambda"
)

// claims are a verified token's as API Gateway writes them: lists as text, in
// the way of the kind of API.
func claims(t *testing.T, token cognito.AccessToken, list func([]string) string) map[string]string {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(string(token), ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := json.Unmarshal(payload, &values); err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for name, value := range values {
		switch value := value.(type) {
		case []any:
			var items []string
			for _, item := range value {
				items = append(items, fmt.Sprint(item))
			}
			all[name] = list(items)
		case float64:
			all[name] = fmt.Sprintf("%.0f", value)
		default:
			all[name] = fmt.Sprint(value)
		}
	}
	return all
}

// policies are those of the routes of package trial.
var policies = map[string]cognito.Policy{
	"me":     cognito.Or(cognito.UserOnly(), cognito.MachineOnly()),
	"admin":  cognito.AnyGroup("admins"),
	"orders": cognito.AllScopes("orders/read"),
}

func TestRecipe(t *testing.T) {
	tr := trial.New(t)
	users, err := apigateway.New(apigateway.Config{Pool: tr.Config})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]struct {
		function func(cognito.Policy) any
		event    func(*testing.T, cognito.AccessToken) map[string]any // the authorizer
	}{
		"HTTP": {
			function: func(p cognito.Policy) any {
				return recipe.RequireHTTP(users, p, func(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
					return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: cognito.FromContext(ctx).Subject}, nil
				})
			},
			event: func(t *testing.T, token cognito.AccessToken) map[string]any {
				list := func(items []string) string { return "[" + strings.Join(items, " ") + "]" }
				return map[string]any{"jwt": map[string]any{"claims": claims(t, token, list), "scopes": nil}}
			},
		},
		"REST": {
			function: func(p cognito.Policy) any {
				return recipe.RequireREST(users, p, func(ctx context.Context, _ events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
					return events.APIGatewayProxyResponse{StatusCode: http.StatusOK, Body: cognito.FromContext(ctx).Subject}, nil
				})
			},
			event: func(t *testing.T, token cognito.AccessToken) map[string]any {
				return map[string]any{"claims": claims(t, token, func(items []string) string { return strings.Join(items, ",") })}
			},
		},
	}
	for kind, api := range kinds {
		for _, tt := range tr.Cases() {
			if tt.Code == "invalid_token" {
				continue // the gateway refuses it: no event comes of it
			}
			t.Run(kind+", "+tt.Name, func(t *testing.T) {
				request := map[string]any{}
				if tt.Token != "" {
					request["authorizer"] = api.event(t, tt.Token)
				}
				answer := invoke(t, api.function(policies[tt.Route]), map[string]any{"requestContext": request})
				if answer.StatusCode != tt.Status {
					t.Fatalf("%s = %d %s, want %d", tt.Route, answer.StatusCode, answer.Body, tt.Status)
				}
				if tt.Status == http.StatusOK {
					if answer.Body != tt.Body {
						t.Errorf("%s = %s, want the subject %s", tt.Route, answer.Body, tt.Body)
					}
					return
				}
				var problem struct{ Code string }
				if err := json.Unmarshal([]byte(answer.Body), &problem); err != nil || problem.Code != tt.Code {
					t.Errorf("%s = %s, %v, want the code %s", tt.Route, answer.Body, err, tt.Code)
				}
			})
		}
	}
}

type answer struct {
	StatusCode int
	Body       string
}

// invoke calls a function as the Lambda runtime does.
func invoke(t *testing.T, function any, event any) (a answer) {
	t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	out, err := lambda.NewHandler(function).Invoke(t.Context(), payload)
	if err == nil {
		err = json.Unmarshal(out, &a)
	}
	if err != nil {
		t.Fatalf("Invoke = %s, %v", out, err)
	}
	return a
}
