package migrate_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/examples/frameworks/migrate/auth0/after"
	auth0 "github.com/seed75762126/cognito-go/examples/frameworks/migrate/auth0/trigger"
)

// An auth0Tenant answers the two requests of the trigger, for one user.
type auth0Tenant struct{ verified string }

func (a auth0Tenant) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := http.StatusOK, ""
	switch {
	case r.URL.Path == "/oauth/token" && r.ParseForm() == nil && r.PostForm.Get("username") == "ada@example.com" && r.PostForm.Get("password") == password:
		body = `{"access_token":"opaque","token_type":"Bearer"}`
	case r.URL.Path == "/userinfo" && r.Header.Get("Authorization") == "Bearer opaque":
		body = `{"sub":"auth0|507f1f77","email":"ada@example.com","email_verified":` + a.verified + `}`
	default:
		status = http.StatusForbidden
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Header: http.Header{},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// TestMigrate_Auth0: a user of Auth0 signs in to the pool with the old
// password, and is known to the app by the old record. The user signs in again
// when Auth0 has gone.
func TestMigrate_Auth0(t *testing.T) {
	for _, verified := range []string{"true", "false"} {
		t.Run("verified="+verified, func(t *testing.T) {
			tenant := auth0.Auth0{URL: "https://tenant.eu.auth0.com", ClientID: "c", HTTPClient: &http.Client{Transport: auth0Tenant{verified}}}
			gone := false
			pool := newPool(t, cognitotest.AppClient{
				CallbackURLs: []string{base + "/auth/callback"}, LogoutURLs: []string{base + "/auth/signed-out"},
				WriteAttributes: []string{"email"}, // users cannot write custom:auth0_sub
			}, cognitotest.WithHooks(trigger.Hooks{UserMigration: func(ctx context.Context, e *trigger.UserMigration) error {
				if gone {
					return errors.New("no such tenant")
				}
				var event events.CognitoEventUserPoolsMigrateUser
				event.TriggerSource, event.UserName = string(e.TriggerSource), e.UserName
				event.CognitoEventUserPoolsMigrateUserRequest.Password = e.Password
				event, err := tenant.Handle(ctx, event)
				e.Attributes, e.FinalUserStatus = event.UserAttributes, event.FinalUserStatus
				return err
			}}))
			records := &after.Records{Names: map[string]string{"https://tenant.eu.auth0.com/ auth0|507f1f77": "Ada"}}
			app, err := after.New(config(pool), records, "https://tenant.eu.auth0.com/")
			if err != nil {
				t.Fatal(err)
			}
			if verified == "false" {
				if _, err := pool.SignIn(pool.Browser(app, base), base+"/account", "ada@example.com", password); err == nil {
					t.Error("a user with an address that is not verified was taken over")
				}
				return
			}
			for range 2 {
				res, err := pool.SignIn(pool.Browser(app, base), base+"/account", "ada@example.com", password)
				if err != nil {
					t.Fatal(err)
				}
				if body := read(t, res); body != "Hello Ada\n" {
					t.Fatalf("%s says %q", res.Request.URL, body)
				}
				gone = true
			}
			res, err := pool.SignIn(pool.Browser(app, base), base+"/account", "jane", password)
			if err == nil && strings.HasPrefix(read(t, res), "Hello") {
				t.Error("a user without a record of before signed in")
			}
		})
	}
}
