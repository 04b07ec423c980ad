package apigateway_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/apigateway"
)

// TestE1_RequestsPrintNoToken: an app that prints or logs the event of its
// authorizer does not log the caller's token.
func TestE1_RequestsPrintNoToken(t *testing.T) {
	const token = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
	list := map[string]string{"authorization": "Bearer " + token}
	rest := apigateway.Request{
		AuthorizationToken: token, Headers: list, MultiValueHeaders: map[string][]string{"Cookie": {token}},
		QueryStringParameters: list, Cookies: []string{token},
	}
	appSync := apigateway.AppSyncRequest{AuthorizationToken: token, RequestHeaders: list, RequestContext: apigateway.AppSyncContext{Variables: map[string]any{"a": token}}}
	for _, value := range []any{rest, &rest, appSync, &appSync, []any{rest, &appSync}} {
		var out strings.Builder
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, format+"\n", value)
		}
		if _, list := value.([]any); !list { // a JSON handler asks only whole values
			slog.New(slog.NewJSONHandler(&out, nil)).Info("request", "event", value)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("request", "event", value)
		if text := out.String(); strings.Contains(text, token) || strings.Contains(text, fmt.Sprintf("%x", token)) {
			t.Errorf("%T prints its token: %s", value, text)
		}
	}
}
