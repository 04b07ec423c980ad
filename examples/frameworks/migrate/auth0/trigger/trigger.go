// Package trigger is the user-migration trigger of the user pool. Cognito calls
// it when a user who is not in the pool signs in.
package trigger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Auth0 is the tenant that users come from. Its application needs the grant
// "Password", and the tenant a default directory.
type Auth0 struct {
	URL, ClientID, ClientSecret string
	HTTPClient                  *http.Client
}

// Handle is the Lambda function: lambda.Start(tenant.Handle). The user's sub in
// Auth0 goes into an attribute, by which the app finds its record.
func (a Auth0) Handle(ctx context.Context, e events.CognitoEventUserPoolsMigrateUser) (events.CognitoEventUserPoolsMigrateUser, error) {
	if e.TriggerSource != "UserMigration_Authentication" {
		return e, errors.New("sign in once before you ask for a new password")
	}
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	form := url.Values{
		"grant_type": {"password"}, "scope": {"openid email"}, "client_id": {a.ClientID}, "client_secret": {a.ClientSecret},
		"username": {e.UserName}, "password": {e.CognitoEventUserPoolsMigrateUserRequest.Password},
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, a.URL+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return e, err
	}
	post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := a.ask(post, &tokens); err != nil {
		return e, err
	}
	var user struct {
		Sub           string `json:"sub"`
		Email         string `json:"email"`
		EmailVerified bool   `json:"email_verified"`
	}
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL+"/userinfo", nil)
	if err != nil {
		return e, err
	}
	get.Header.Set("Authorization", "Bearer "+tokens.AccessToken)
	if err := a.ask(get, &user); err != nil {
		return e, err
	}
	if user.Sub == "" || !user.EmailVerified {
		return e, errors.New("the address is not verified")
	}
	e.UserAttributes = map[string]string{"email": user.Email, "email_verified": "true", "custom:auth0_sub": user.Sub}
	e.FinalUserStatus = "CONFIRMED"
	e.MessageAction = "SUPPRESS"
	return e, nil
}

func (a Auth0) ask(r *http.Request, answer any) error {
	client := a.HTTPClient
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", r.URL.Path, res.Status)
	}
	return json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(answer)
}
