package clientcredentials_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/clientcredentials"
)

// newClientToken returns ClientCredentials of a pool without a domain, whose API
// answers as answer does.
func newClientToken(t *testing.T, answer func(*http.Request) (*http.Response, error)) *clientcredentials.Source {
	t.Helper()
	tokens, err := clientcredentials.New(clientcredentials.Config{
		Pool: cognito.Config{
			UserPoolID: poolID, ClientID: "5batchclient", ClientSecret: "s3cr3t",
			HTTPClient: &http.Client{Transport: roundTrip(answer)}, Logger: discard,
		},
		Scopes:   []string{"orders/read", "orders/write"},
		Metadata: map[string]string{"job": "nightly"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// TestClientToken: a pool without a domain gives tokens by GetClientToken, which
// are kept and renewed as others are.
func TestClientToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		tokens := newClientToken(t, func(r *http.Request) (*http.Response, error) {
			asked++
			body, _ := io.ReadAll(r.Body)
			want := `{"ClientId":"5batchclient","Secret":"s3cr3t","Scopes":["orders/read","orders/write"],"ClientMetadata":{"job":"nightly"}}`
			if got := r.Method + " " + r.URL.String(); got != "POST https://cognito-idp.eu-west-1.amazonaws.com/" || string(body) != want {
				t.Errorf("the request is %s with\n%s, want\n%s", got, body, want)
			}
			if h := r.Header; h.Get("X-Amz-Target") != "AWSCognitoIdentityProviderService.GetClientToken" || h.Get("Content-Type") != "application/x-amz-json-1.1" || h.Get("Authorization") != "" {
				t.Errorf("the request has the header %v", h)
			}
			return answer(r, 200, "application/x-amz-json-1.1", strings.NewReader(fmt.Sprintf(`{"ClientAuthenticationResult":{"AccessToken":"token %d","ExpiresIn":3600,"TokenType":"Bearer"}}`, asked)))
		})
		for range 3 {
			token, err := tokens.Token()
			if err != nil || token.AccessToken != "token 1" || token.Type() != "Bearer" || time.Until(token.Expiry) != time.Hour {
				t.Fatalf("Token = %v, %v, want the first for an hour", token, err)
			}
		}
		time.Sleep(time.Hour)
		if token, err := tokens.Token(); err != nil || token.AccessToken != "token 2" || asked != 2 {
			t.Errorf("Token(an hour later) = %v, %v, after %d requests, want the second", token, err, asked)
		}
	})
}

func TestE2_ClientToken(t *testing.T) {
	const secret = "eyJsecret"
	tests := []struct {
		name, body string
		status     int
		code       cognito.OAuthCode
		text       string
	}{
		{"wrong secret", `{"__type":"NotAuthorizedException","message":"Unable to verify secret hash for client 5batchclient"}`, 400, cognito.CodeInvalidClient, "NotAuthorizedException: Unable to verify"},
		{"with a namespace", `{"__type":"com.amazonaws.cognito#ResourceNotFoundException","message":"User pool client does not exist."}`, 400, cognito.CodeInvalidClient, "ResourceNotFoundException: "},
		{"no such scope", `{"__type":"ScopeDoesNotExistException","message":"m"}`, 400, cognito.CodeInvalidScope, ""},
		{"another auth flow", `{"__type":"InvalidParameterException","message":"Auth flow not enabled"}`, 400, cognito.CodeInvalidRequest, "Auth flow not enabled"},
		{"throttled", `{"__type":"TooManyRequestsException","message":"Rate exceeded"}`, 400, cognito.CodeTemporarilyUnavailable, ""},
		{"internal error", `{"__type":"InternalErrorException","message":"m"}`, 500, cognito.CodeServerError, ""},
		{"an error page", `<html>` + secret, 503, cognito.CodeBadAnswer, "503"},
		{"no token", `{"ClientAuthenticationResult":{"ExpiresIn":3600,"TokenType":"Bearer","X":"` + secret + `"}}`, 200, cognito.CodeBadAnswer, "AccessToken"},
		{"cut", `{"ClientAuthenticationResult":{"AccessToken":"` + secret, 200, cognito.CodeBadAnswer, "AccessToken"},
		{"no life", `{"ClientAuthenticationResult":{"AccessToken":"` + secret + `","TokenType":"Bearer"}}`, 200, cognito.CodeBadAnswer, "expires_in"},
		{"another type", `{"ClientAuthenticationResult":{"AccessToken":"` + secret + `","ExpiresIn":3600,"TokenType":"DPoP"}}`, 200, cognito.CodeBadAnswer, "Bearer"},
		{"too long", `{"x":"` + strings.Repeat("x", 2<<20) + `"}`, 200, cognito.CodeBadAnswer, "1 MiB"},
		{"a redirect", ``, 307, cognito.CodeBadAnswer, "redirect"},
	}
	for _, tt := range tests {
		tokens := newClientToken(t, func(r *http.Request) (*http.Response, error) {
			return answer(r, tt.status, "application/x-amz-json-1.1", strings.NewReader(tt.body))
		})
		token, err := tokens.Token()
		var failed *cognito.OAuthError
		if token != nil || !errors.As(err, &failed) || failed.Op != "client_credentials" || failed.Code != tt.code || !strings.Contains(err.Error(), tt.text) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: Token = %v, %v, want code %s and %q", tt.name, token, err, tt.code, tt.text)
		}
	}
	down := newClientToken(t, unreachable)
	var failed *cognito.OAuthError
	if _, err := down.Token(); !errors.As(err, &failed) || failed.Code != cognito.CodeUnreachable {
		t.Errorf("Token(unreachable) = %v, want code unreachable", err)
	}
}

// answer is an HTTP answer to r.
func answer(r *http.Request, status int, contentType string, body io.Reader) (*http.Response, error) {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(body), Request: r, ContentLength: -1}, nil
}

func unreachable(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") }
