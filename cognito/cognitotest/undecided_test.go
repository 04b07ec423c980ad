package cognitotest_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// The tests of this file show branches that Cognito's documents leave open (the table in
// docs/emulator-unknowns.md). They show those that no other test of the package does.

// doc: a refreshed ID token: nonce, at_hash
func TestUndecidedRefreshedIDToken(t *testing.T) {
	v := newVisitor(t, newPool(t))
	tok := v.refresh(v.login().Refresh).tokens(t)
	sum := sha256.Sum256([]byte(tok.Access))
	claims := claimsOf(t, tok.ID)
	if want := base64.RawURLEncoding.EncodeToString(sum[:16]); claims["at_hash"] != want || claims["nonce"] != nil {
		t.Errorf("refreshed ID token: at_hash %v, nonce %v, want %v and none", claims["at_hash"], claims["nonce"], want)
	}
}

// doc: a failed redemption of a code
func TestUndecidedCodeSurvives(t *testing.T) {
	secret := appClient()
	secret.ID, secret.Secret = "client2", "s3cret"
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithClient(secret))
	v := newVisitor(t, p)
	code := v.signIn("client_id", "client2")
	if a := v.post("/oauth2/token", tokenForm(code)); a.body != invalidGrant {
		t.Errorf("token for another client = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
	if a := v.post("/oauth2/token", tokenForm(code, "client_id", "client2", "client_secret", "x")); !strings.Contains(a.body, "invalid_client") {
		t.Errorf("token with a wrong secret = %d %s, want invalid_client", a.StatusCode, a.body)
	}
	v.post("/oauth2/token", tokenForm(code, "client_id", "client2", "client_secret", "s3cret")).tokens(t)

	for name, pairs := range map[string][]string{"redirect_uri": {"redirect_uri", callbackURL + "2"}, "verifier": {"code_verifier", ""}} {
		code := v.signIn()
		v.post("/oauth2/token", tokenForm(code, pairs...))
		if a := v.post("/oauth2/token", tokenForm(code)); a.body != invalidGrant {
			t.Errorf("a code after a redemption with a wrong %s = %d %s, want it used up", name, a.StatusCode, a.body)
		}
	}
}

// doc: replay of a code
func TestUndecidedReplayRevokesNothing(t *testing.T) {
	v := newVisitor(t, newPool(t))
	code := v.signIn()
	tok := v.post("/oauth2/token", tokenForm(code)).tokens(t)
	if a := v.post("/oauth2/token", tokenForm(code)); a.body != invalidGrant {
		t.Errorf("replay = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
	if a := v.userInfo(tok.Access); a.StatusCode != 200 {
		t.Errorf("userInfo after a replay = %d, want 200", a.StatusCode)
	}
	v.refresh(tok.Refresh).tokens(t)
}

// doc: client_secret in the body of a revocation
// doc: revocation by another client
func TestUndecidedRevocation(t *testing.T) {
	secret := appClient()
	secret.Secret = "s3cret"
	p := newPool(t, cognitotest.WithClient(secret), cognitotest.WithClient(cognitotest.AppClient{ID: "client2"}))
	v := newVisitor(t, p)
	tok := p.Tokens("jane")
	use := func() answer {
		return v.post("/oauth2/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {"client1"}, "client_secret": {"s3cret"}, "refresh_token": {string(tok.Refresh)}})
	}
	if a := v.post("/oauth2/revoke", url.Values{"client_id": {"client2"}, "token": {string(tok.Refresh)}}); a.StatusCode != 200 || a.body != "" {
		t.Errorf("revoke by another client = %d %s, want 200 and nothing", a.StatusCode, a.body)
	}
	use().tokens(t)
	if a := v.post("/oauth2/revoke", url.Values{"client_id": {"client1"}, "client_secret": {"s3cret"}, "token": {string(tok.Refresh)}}); a.StatusCode != 200 {
		t.Errorf("revoke with the secret in the body = %d %s, want 200", a.StatusCode, a.body)
	}
	if a := use(); a.body != invalidGrant {
		t.Errorf("refresh after it = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
}

// doc: client_credentials: a scope not enabled
// doc: a grant that the client does not have
func TestUndecidedMachineRefusals(t *testing.T) {
	p := newMachinePool(t, cognitotest.WithClient(cognitotest.AppClient{
		ID: "counter", Secret: "s3cret", Flows: []string{cognitotest.FlowClientCredentials}, Scopes: []string{"stock/count"},
	}))
	v := newVisitor(t, p)
	basic := basicAuth("counter", "s3cret")
	if a := v.post("/oauth2/token", machineForm("scope", ordersAPI+"/read"), "Authorization", basic); a.StatusCode != 400 || a.body != `{"error":"invalid_scope"}` {
		t.Errorf("token for another client's scope = %d %s, want 400 invalid_scope", a.StatusCode, a.body)
	}
	code := url.Values{"grant_type": {"authorization_code"}, "code": {"x"}}
	if a := v.post("/oauth2/token", code, "Authorization", basic); a.StatusCode != 400 || a.body != `{"error":"unauthorized_client"}` {
		t.Errorf("a code from a machine = %d %s, want 400 unauthorized_client", a.StatusCode, a.body)
	}
	if a := v.post("/oauth2/token", code, "Authorization", basicAuth("counter", "x")); !strings.Contains(a.body, `"invalid_client"`) {
		t.Errorf("the same with a wrong secret = %d %s, want invalid_client: that comes first", a.StatusCode, a.body)
	}
}

// doc: a refusing PreTokenGeneration trigger
func TestUndecidedRefusingTriggerUsesTheCodeUp(t *testing.T) {
	refuse := true
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(trigger.Hooks{
		PreTokenGeneration: func(context.Context, *trigger.PreTokenGeneration) error {
			if refuse {
				return errTeam
			}
			return nil
		},
	}))
	v := newVisitor(t, p)
	code := v.signIn()
	a := v.post("/oauth2/token", tokenForm(code))
	if want := `{"error":"invalid_request","error_description":"PreTokenGeneration failed with error not in the team."}`; a.StatusCode != 400 || a.body != want {
		t.Errorf("token = %d %s, want 400 %s", a.StatusCode, a.body, want)
	}
	refuse = false
	if a := v.post("/oauth2/token", tokenForm(code)); a.body != invalidGrant {
		t.Errorf("the code again = %d %s, want invalid_grant", a.StatusCode, a.body)
	}
	v.login()
}

// doc: a refusing PostConfirmation trigger
func TestUndecidedRefusedConfirmationStays(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(trigger.Hooks{
		PostConfirmation: func(context.Context, *trigger.PostConfirmation) error { return errTeam },
	}))
	v := newVisitor(t, p)
	v.submit("/signup"+query(), "email", "new@example.com", "password", password)
	if got := statusOf(t, p, "new@example.com"); got != cognitotest.StatusUnconfirmed {
		t.Errorf("status after sign-up = %s, want UNCONFIRMED", got)
	}
	a := v.submit("/confirm"+query(), "code", p.LastCode("new@example.com"))
	if got := a.Header.Get("Location"); !strings.Contains(got, "PostConfirmation+failed") {
		t.Errorf("confirm = %d %q, want the trigger's refusal", a.StatusCode, got)
	}
	if got := statusOf(t, p, "new@example.com"); got != cognitotest.StatusConfirmed {
		t.Errorf("status after the refusal = %s, want CONFIRMED", got)
	}
}

// doc: pre authentication for an unknown user name
func TestUndecidedPreAuthenticationOfNobody(t *testing.T) {
	unknown := make(map[string]bool)
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithHooks(trigger.Hooks{
		PreAuthentication: func(_ context.Context, e *trigger.PreAuthentication) error {
			unknown[e.UserName] = e.UserNotFound
			return nil
		},
	}))
	v := newVisitor(t, p)
	v.submit("/login"+query(), "username", "nobody", "password", "x")
	v.submit("/login"+query(), "username", "jane", "password", "x")
	if known, ran := unknown["jane"]; !unknown["nobody"] || known || !ran {
		t.Errorf("the trigger was told userNotFound %v, want true for nobody and false for jane", unknown)
	}
}

// doc: GlobalSignOut and a code not yet redeemed
func TestUndecidedCodeOutlivesSignOut(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	v.login()
	code := codeIn(t, v.get("/oauth2/authorize"+query()))
	if err := p.SignOutUser("jane"); err != nil {
		t.Fatal(err)
	}
	tok := v.post("/oauth2/token", tokenForm(code)).tokens(t)
	if a := v.userInfo(tok.Access); a.StatusCode != 200 {
		t.Errorf("userInfo with a code of before the sign-out = %d, want 200", a.StatusCode)
	}
}

// doc: error for email, phone, profile without openid
func TestUndecidedScopesWithoutOpenID(t *testing.T) {
	v := newVisitor(t, newPool(t))
	for _, scope := range []string{"email", "phone", "profile", "email phone", "profile aws.cognito.signin.user.admin"} {
		a := v.get("/oauth2/authorize" + query("scope", scope))
		if got, want := a.Header.Get("Location"), callbackURL+"?error_description=invalid_scope&state=st-1&error=invalid_request"; got != want {
			t.Errorf("scope %q = %q, want %q", scope, got, want)
		}
	}
}

// doc: openid with the admin or custom scopes only
func TestUndecidedOpenIDWithCustomScopes(t *testing.T) {
	c := appClient()
	c.ID, c.Scopes = "client3", []string{"openid", "email", "stock/count"}
	v := newVisitor(t, newMachinePool(t, cognitotest.WithClient(c)))
	ask := func(scope string) []string {
		code := v.signIn("client_id", "client3", "scope", scope)
		return attributesIn(claimsOf(t, v.post("/oauth2/token", tokenForm(code, "client_id", "client3")).tokens(t).ID))
	}
	if got, want := ask("openid stock/count"), ask("openid"); !slices.Equal(got, want) || !slices.Contains(want, "custom:team") {
		t.Errorf("openid with a custom scope: %v, want %v as with openid alone", got, want)
	}
	if got := ask("openid email stock/count"); slices.Contains(got, "custom:team") {
		t.Errorf("openid, email and a custom scope: %v, want what email covers", got)
	}
}

// doc: state with \, ^ or a stray %
func TestUndecidedStateComesFirst(t *testing.T) {
	for _, state := range []string{`a\b`, "a^b", "100%"} {
		a := newVisitor(t, newPool(t)).get("/oauth2/authorize" + query("state", state, "client_id", "mallory", "redirect_uri", ""))
		if a.StatusCode != 400 || a.Header.Get("Location") != "" || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			t.Errorf("authorize of nobody with state %q = %d %q, want a 400 page", state, a.StatusCode, a.Header.Get("Location"))
		}
	}
}

// doc: the parameters max_age, claims, request, and unknown ones
func TestUndecidedParametersAreIgnored(t *testing.T) {
	v := newVisitor(t, newPool(t))
	v.login("request", "x", "request_uri", "https://evil.example", "display", "popup", "claims", "{", "max_age", "-1", "response_mode", "form_post", "foo", "bar")
}

// doc: /login while the page session lives
func TestUndecidedLoginPageDuringASession(t *testing.T) {
	v := newVisitor(t, newPool(t))
	v.signIn()
	codeIn(t, v.get("/oauth2/authorize"+query())) // it lives
	if a := v.get("/login" + query()); a.StatusCode != 200 || !strings.Contains(a.body, `name="password"`) {
		t.Errorf("GET /login = %d %q, want the form", a.StatusCode, a.Header.Get("Location"))
	}
}

// doc: body of a userInfo refusal
func TestUndecidedUserInfoRefusalBody(t *testing.T) {
	v := newVisitor(t, newPool(t))
	for token, want := range map[string][2]string{
		"":  {"invalid_request", "Bad OAuth2 request at UserInfo Endpoint"},
		"x": {"invalid_token", "Access token is expired, disabled, or deleted, or the user has globally signed out."},
	} {
		a := v.userInfo(token)
		var got map[string]string
		if err := json.Unmarshal([]byte(a.body), &got); err != nil {
			t.Fatal(err)
		}
		if len(got) != 2 || got["error"] != want[0] || got["error_description"] != want[1] {
			t.Errorf("userInfo(%q) = %s, want %q", token, a.body, want)
		}
	}
}

// doc: discovery and keys of an unknown pool
func TestUndecidedUnknownPool(t *testing.T) {
	v := newVisitor(t, newPool(t))
	for _, document := range []string{"openid-configuration", "jwks.json"} {
		a := v.get("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other/.well-known/" + document)
		if a.StatusCode != 400 || !strings.Contains(a.body, "does not exist") {
			t.Errorf("%s of an unknown pool = %d %s, want 400", document, a.StatusCode, a.body)
		}
	}
}

// doc: lang that is missing
func TestUndecidedAcceptLanguage(t *testing.T) {
	v := newVisitor(t, newPool(t))
	req, err := http.NewRequest(http.MethodGet, v.at("/login"+query()), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Language", "de")
	if a := v.do(req); !strings.Contains(a.body, `<html lang="en">`) {
		t.Errorf("the page for Accept-Language: de is in %q, want English", a.Header.Get("Content-Language"))
	}
}

// doc: wrong codes of a second factor
func TestUndecidedSecondFactorHasNoLimit(t *testing.T) {
	p := newMFAPool(t, allMFA("OPTIONAL"))
	for name, code := range map[string]func() string{
		"totp": func() string { return p.TOTP("totp") },
		"mail": func() string { return p.LastCode("mail@example.com") },
	} {
		v := newVisitor(t, p)
		v.passwordOf(name)
		for range 20 {
			v.submit("/mfa"+query(), "code", "x")
		}
		codeIn(t, v.submit("/mfa"+query(), "code", code()))
	}
}

// doc: user_name in a confirmation link
func TestUndecidedConfirmationLinkNamesTheSub(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithVerificationLinks())
	newVisitor(t, p).submit("/signup"+query(), "email", "new@example.com", "password", password)
	u, err := url.Parse(p.LastLink("new@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := u.Query().Get("user_name"), claimsOf(t, string(p.IDToken("new@example.com")))["sub"]; got != want {
		t.Errorf("user_name = %q, want the sub %v", got, want)
	}
}

// doc: an answer from a provider without a pending sign-in
func TestUndecidedUnawaitedAnswer(t *testing.T) {
	p := newFederatedPool(t)
	v := newVisitor(t, p)
	for name, a := range map[string]answer{
		"OAuth": v.get("/oauth2/idpresponse?code=x&state=x"),
		"SAML":  v.post("/saml2/idpresponse", url.Values{"SAMLResponse": {"x"}, "RelayState": {"x"}}),
	} {
		if got, want := a.Header.Get("Location"), p.URL()+"/error?error=invalid_request"; a.StatusCode != 302 || got != want {
			t.Errorf("%s: %d %q, want 302 %q", name, a.StatusCode, got, want)
		}
	}
}

// doc: a client with one external provider
func TestUndecidedOneProvider(t *testing.T) {
	c := appClient()
	c.ID, c.Providers = "social", []string{"Google"}
	v := newVisitor(t, newFederatedPool(t, cognitotest.WithClient(c)))
	a := v.follow(v.get("/oauth2/authorize" + query("client_id", "social")))
	if a.StatusCode != 200 || a.Request.URL.Path != "/login" || strings.Count(a.body, "data-provider=") != 1 {
		t.Errorf("authorize ends on %s with %d providers, want /login with its button", a.Request.URL.Path, strings.Count(a.body, "data-provider="))
	}
}

// doc: letter case of federated usernames
func TestUndecidedCaseOfFederatedNames(t *testing.T) {
	v := newVisitor(t, newFederatedPool(t))
	if got := claimsOf(t, v.federate("Corp", "AbC@Example.com").ID)["cognito:username"]; got != "Corp_AbC@Example.com" {
		t.Errorf("cognito:username = %v, want the id as the provider writes it", got)
	}
}

// doc: e-mail of a federated user
func TestUndecidedFederatedEmailSignsNobodyIn(t *testing.T) {
	p := newFederatedPool(t)
	newVisitor(t, p).federate("Google", "1122")
	if a := newVisitor(t, p).submit("/login"+query(), "username", "gina@example.com", "password", ""); a.says() != "Incorrect username or password." {
		t.Errorf("sign-in by the e-mail of a federated user = %d %q, want a refusal", a.StatusCode, a.says())
	}
}

// doc: identities of a linked local user
func TestUndecidedLinkedUser(t *testing.T) {
	p := newFederatedPool(t)
	if err := p.LinkUser("jane", "Google", "1122"); err != nil {
		t.Fatal(err)
	}
	claims := claimsOf(t, newVisitor(t, p).federate("Google", "1122").ID)
	identities, _ := claims["identities"].([]any)
	if len(identities) != 1 || identities[0].(map[string]any)["primary"] != "false" {
		t.Errorf("identities = %v, want one that is not primary", claims["identities"])
	}
	if groups, _ := claims["cognito:groups"].([]any); !slices.Equal(groups, []any{"admins"}) {
		t.Errorf("groups = %v, want jane's own alone", groups)
	}
	if claims["email"] != "gina@example.com" {
		t.Errorf("email = %v, want the provider's", claims["email"])
	}
}

// doc: identities in the ID token; at userInfo
func TestUndecidedWhereIdentitiesAre(t *testing.T) {
	for scope, want := range map[string]bool{"openid": true, "openid email": false, "openid profile": false} {
		v := newVisitor(t, newFederatedPool(t))
		tok := v.federate("Google", "1122", "scope", scope)
		if claimsOf(t, tok.ID)["identities"] == nil {
			t.Errorf("scope %q: the ID token has no identities", scope)
		}
		if got := strings.Contains(v.userInfo(tok.Access).body, `"identities"`); got != want {
			t.Errorf("scope %q: userInfo has identities = %v, want %v", scope, got, want)
		}
	}
}

// doc: a disabled federated user
func TestUndecidedDisabledFederatedUser(t *testing.T) {
	p := newFederatedPool(t)
	newVisitor(t, p).federate("Google", "1122")
	if err := p.DisableUser("Google_1122"); err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, p)
	u, err := url.Parse(v.answers(v.atProvider("Google"), "user", "1122", "action", "consent").Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if q := u.Query(); q.Get("error") != "invalid_request" || q.Get("error_description") != "User is disabled." {
		t.Errorf("Location = %s, want invalid_request, User is disabled.", u)
	}
}

// doc: triggers of a federated sign-in
func TestUndecidedTriggersOfFederation(t *testing.T) {
	var log hookLog
	p := newFederatedPool(t, cognitotest.WithHooks(log.hooks()))
	sources := func() (got []string) {
		newVisitor(t, p).federate("Google", "1122")
		for _, line := range log.lines {
			if source, _, _ := strings.Cut(line, " "); !strings.HasPrefix(source, "TokenGeneration") {
				got = append(got, source)
			}
		}
		log.lines = nil
		return got
	}
	if got, want := sources(), []string{"PreSignUp_ExternalProvider", "PostConfirmation_ConfirmSignUp", "PostAuthentication_Authentication"}; !slices.Equal(got, want) {
		t.Errorf("triggers of the first sign-in = %v, want %v", got, want)
	}
	if got, want := sources(), []string{"PostAuthentication_Authentication"}; !slices.Equal(got, want) {
		t.Errorf("triggers of the second sign-in = %v, want %v", got, want)
	}
}
