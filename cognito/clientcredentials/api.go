package clientcredentials

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/redact"
)

// A clientTokenCall is GetClientToken of the user-pool API: the grant of a pool
// that has no domain. The call is not signed; the client's secret is in it.
type clientTokenCall struct {
	client   *http.Client
	url      string
	clientID string
	scopes   []string
	metadata map[string]string
}

// token asks once.
func (c *clientTokenCall) token(ctx context.Context, secret string) (*oauth2.Token, error) {
	body, err := json.Marshal(struct {
		ClientID string            `json:"ClientId"`
		Secret   string            `json:"Secret"`
		Scopes   []string          `json:"Scopes,omitempty"`
		Metadata map[string]string `json:"ClientMetadata,omitempty"`
	}{c.clientID, secret, c.scopes, c.metadata})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, clientTokenFailed(cognito.CodeUnreachable, 0, err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.GetClientToken")
	res, err := c.client.Do(req)
	if bad, ok := errors.AsType[*fetch.AnswerError](err); ok {
		return nil, clientTokenFailed(cognito.CodeBadAnswer, bad.Status, bad.Err)
	}
	if err != nil {
		return nil, clientTokenFailed(cognito.CodeUnreachable, 0, err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err = io.ReadAll(res.Body)
	switch {
	case errors.Is(err, fetch.ErrTooLarge):
		return nil, clientTokenFailed(cognito.CodeBadAnswer, res.StatusCode, err)
	case err != nil:
		return nil, clientTokenFailed(cognito.CodeUnreachable, res.StatusCode, err)
	case res.StatusCode != http.StatusOK:
		failed := apiFailure(res.StatusCode, body, secret)
		failed.Wait = fetch.RetryAfter(res.StatusCode, res.Header, time.Now())
		return nil, failed
	}
	return readClientToken(body)
}

func readClientToken(body []byte) (*oauth2.Token, error) {
	var answer struct {
		Result struct {
			AccessToken string
			ExpiresIn   float64
			TokenType   string
		} `json:"ClientAuthenticationResult"`
	}
	err := json.Unmarshal(body, &answer)
	result := answer.Result
	if err != nil || result.AccessToken == "" { // json's error may quote the answer
		return nil, clientTokenFailed(cognito.CodeBadAnswer, http.StatusOK, errors.New("the answer is not a JSON object with an AccessToken"))
	}
	token := &oauth2.Token{AccessToken: result.AccessToken, TokenType: result.TokenType}
	return token.WithExtra(map[string]any{"expires_in": result.ExpiresIn}), nil
}

// apiFailure reads an error of the user-pool API. Its name goes where the
// protocol has the error's description, and the nearest code of the protocol
// tells what to do. The description does not quote the secret.
func apiFailure(status int, body []byte, secret string) *cognito.OAuthError {
	var answer struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Type == "" {
		return clientTokenFailed(cognito.CodeBadAnswer, status, nil)
	}
	name := answer.Type[strings.LastIndex(answer.Type, "#")+1:]
	text := redact.Message(name+": "+answer.Message, secret)
	return &cognito.OAuthError{Op: op, Code: codeOf(name, status), Status: status, Description: fetch.Clean(text)}
}

func codeOf(name string, status int) cognito.OAuthCode {
	switch name {
	case "NotAuthorizedException", "ResourceNotFoundException":
		return cognito.CodeInvalidClient
	case "ScopeDoesNotExistException":
		return cognito.CodeInvalidScope
	case "UnauthorizedException", "UnsupportedOperationException":
		return cognito.CodeUnauthorizedClient
	case "TooManyRequestsException", "LimitExceededException":
		return cognito.CodeTemporarilyUnavailable
	}
	if status >= http.StatusInternalServerError {
		return cognito.CodeServerError
	}
	return cognito.CodeInvalidRequest
}

func clientTokenFailed(code cognito.OAuthCode, status int, err error) *cognito.OAuthError {
	return &cognito.OAuthError{Op: op, Code: code, Status: status, Err: err}
}
