package hostedui_test

import (
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/doctor"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

// TestClient_Check: it examines what the client itself asks of Cognito.
func TestClient_Check(t *testing.T) {
	const base = "https://app.example.com"
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		CallbackURLs: []string{base + "/sign-in/callback"},
		LogoutURLs:   []string{base + "/bye"},
		Scopes:       []string{"openid"},
	}))
	cfg := hostedui.Config{
		Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()},
		Prefix: "/sign-in/", SignedOutURL: base + "/bye", Scopes: []string{"openid"},
	}
	client, err := hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range client.Check(t.Context()) {
		if r.State != doctor.OK && r.ID != "clock" { // in memory, no answer has a Date
			t.Errorf("%s", r)
		}
	}

	cfg.Scopes = []string{"openid", "profile"}
	client, err = hostedui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	report := client.Check(t.Context())
	if report.State() != doctor.Fail || !strings.Contains(report.String(), "profile") {
		t.Errorf("with a scope that is not enabled, State = %s:\n%s", report.State(), report)
	}
}
