package main

import (
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
)

const (
	demoPassword = "Passw0rd!"
	demoNote     = "A demo, on a Cognito in this app's own process. Sign in as <b>jane@example.com</b> (group admins), <b>joe@example.com</b> or <b>kim@example.com</b> (temporary password) with <b>Passw0rd!</b>, or create an account. Codes appear in the terminal."
)

// demo starts a Cognito in this process and returns its settings, which have
// the form of those of a real pool. It writes the codes to the writer codes.
func demo(baseURL string, codes io.Writer) (settings, error) {
	pool, err := demoPool()
	if err != nil {
		return settings{}, err
	}
	fmt.Fprintln(codes, "No COGNITO_ settings in the environment: running on a Cognito in this process.")
	fmt.Fprintln(codes, "Sign in as jane@example.com (group admins), joe@example.com or kim@example.com (temporary password), password", demoPassword)
	if err := pool.Start("127.0.0.1:0"); err != nil {
		return settings{}, err
	}
	s := settings{pool: pool.Config(), baseURL: baseURL, keys: []session.Key{session.NewKey()}, emailCodes: true, passkeys: "localhost", note: demoNote}
	s.pool.HTTPClient = &http.Client{Transport: &codePrinter{pool: pool, out: codes}}
	return s, nil
}

// demoPool is a pool that shows all pages. Users may turn on a second factor,
// and sign in with a code by e-mail. Browsers are remembered when their users
// say so.
func demoPool() (*cognitotest.Pool, error) {
	pool := cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{
			ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		}),
		cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true, Email: true}),
		cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP", "WEB_AUTHN"),
		cognitotest.WithWebAuthn(cognitotest.WebAuthn{RelyingPartyID: "localhost", UserVerification: "required"}),
		cognitotest.WithDeviceTracking(cognitotest.DeviceTracking{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true}),
	)
	for _, u := range []cognitotest.User{
		{Email: "jane@example.com", Groups: []string{"admins"}, Attributes: map[string]string{"name": "Jane Doe"}},
		{Email: "joe@example.com"},
		{Email: "kim@example.com", Status: cognitotest.StatusForceChangePassword},
	} {
		u.Password, u.EmailVerified = demoPassword, true
		if _, err := pool.AddUser(u); err != nil {
			return nil, err
		}
	}
	return pool, nil
}

// A codePrinter makes calls to the demo pool. After each call it writes the
// codes that the pool would have sent.
type codePrinter struct {
	pool *cognitotest.Pool
	out  io.Writer

	mu      sync.Mutex // guards printed
	printed int
}

// RoundTrip implements [http.RoundTripper].
func (c *codePrinter) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	sent := c.pool.Outbox()
	for _, m := range sent[c.printed:] {
		fmt.Fprintf(c.out, "To %s: your code is %s\n", m.To, m.Code)
	}
	c.printed = len(sent)
	return resp, err
}
