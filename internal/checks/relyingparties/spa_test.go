package relyingparties

import (
	"encoding/json"
	"net/http/httptest"
	"os/exec"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// TestOIDCClientTS runs an app in Chromium with oidc-client-ts, which reads
// discovery and keys from its page.
func TestOIDCClientTS(t *testing.T) { checkBrowserApp(t, "spa-oidc.mjs") }

// TestAmplifyHostedUI runs an app in Chromium with Amplify v6, which speaks
// https with the domain and sends X-Amz-User-Agent to the token endpoint.
func TestAmplifyHostedUI(t *testing.T) { checkBrowserApp(t, "spa-amplify.mjs") }

// checkBrowserApp signs jane in to an app that lives in the browser, over TLS:
// sign-in, refresh, sign-out, sign-in again.
func checkBrowserApp(t *testing.T, app string) {
	t.Helper()
	dir := npmFolder(t)
	chromium := findChromium(t)
	base := "http://" + freeAddress(t)
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{
		ID: clientID, CallbackURLs: []string{base + "/callback"}, LogoutURLs: []string{base + "/signed-out"},
		Scopes: []string{"openid", "email", "aws.cognito.signin.user.admin"},
	}))
	sub, err := pool.AddUser(cognitotest.User{Username: username, Password: password, Email: email, EmailVerified: true})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(pool)
	defer server.Close()
	pool.ServeAt(server.URL)
	out := runScript(t, dir, "spa.mjs", nil, []string{
		"COGNITO_ISSUER=" + pool.Issuer(),
		"COGNITO_DOMAIN=" + pool.URL(),
		"COGNITO_ENDPOINT=" + pool.URL(),
		"COGNITO_USER_POOL_ID=" + pool.ID(),
		"COGNITO_CLIENT_ID=" + clientID,
		"APP_URL=" + base,
		"USER_NAME=" + username,
		"USER_PASSWORD=" + password,
		"CHROMIUM=" + chromium,
	}, app)
	var got account
	if want := (account{Sub: sub, Email: email}); json.Unmarshal([]byte(out), &got) != nil || got != want {
		t.Fatalf("%s printed %q, want %+v", app, out, want)
	}
	checkPKCE(t, pool, true)
}

// findChromium ends the test where there is none.
func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "npm", "relying parties in a browser: there is no Chromium")
	return ""
}
