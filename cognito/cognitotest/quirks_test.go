package cognitotest_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"golang.org/x/oauth2"
)

// The tests of this file are named for the quirks of Cognito that trip
// libraries. The emulator has to reproduce them so that an app which works here
// works there. Those of external providers are in federation_test.go.

func TestQ2_StringBooleansAtUserInfo(t *testing.T) {
	v := newVisitor(t, newPool(t))
	tok := v.login("scope", "openid email phone")
	var info map[string]any
	if err := json.Unmarshal([]byte(v.userInfo(tok.Access).body), &info); err != nil {
		t.Fatal(err)
	}
	id := claimsOf(t, tok.ID)
	for name, want := range map[string]bool{"email_verified": true, "phone_number_verified": false} {
		text := map[bool]string{true: "true", false: "false"}[want]
		if info[name] != text || id[name] != want {
			t.Errorf("%s = %#v at userInfo, %#v in the ID token, want %q and %v", name, info[name], id[name], text, want)
		}
	}
}

func TestQ3_AccessTokensHaveNoAudience(t *testing.T) {
	v := newVisitor(t, newPool(t))
	claims := claimsOf(t, v.login().Access)
	if _, ok := claims["aud"]; ok || claims["client_id"] != "client1" {
		t.Errorf("access token = %v, want client_id and no aud", claims)
	}
	if got := claimsOf(t, v.login("resource", "https://api.example.com").Access)["aud"]; got != "https://api.example.com" {
		t.Errorf("aud of a bound token = %v, want the resource", got)
	}
}

// TestQ3_MachinesAreNotBound: resource binding is for users alone.
//
// doc: client_credentials: resource
func TestQ3_MachinesAreNotBound(t *testing.T) {
	v := newVisitor(t, newMachinePool(t))
	a := v.post("/oauth2/token", machineForm("resource", "https://api.example.com"), "Authorization", basicAuth("machine", machineSecret))
	if got := claimsOf(t, a.tokens(t).Access)["aud"]; got != nil {
		t.Errorf("aud of a machine's token = %v, want none", got)
	}
}

// TestQ4_OnlyTokenUseTellsThemApart: both are valid JWS of one issuer.
func TestQ4_OnlyTokenUseTellsThemApart(t *testing.T) {
	p := newPool(t)
	tok := newVisitor(t, p).login()
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(t.Context(), p.Client()), p.Issuer()+"/.well-known/jwks.json")
	verifier := oidc.NewVerifier(p.Issuer(), keys, &oidc.Config{SkipClientIDCheck: true, Now: p.Now})
	for use, token := range map[string]string{"id": tok.ID, "access": tok.Access} {
		if _, err := verifier.Verify(t.Context(), token); err != nil {
			t.Errorf("go-oidc refuses the %s token: %v", use, err)
		}
		if got := claimsOf(t, token)["token_use"]; got != use {
			t.Errorf("token_use = %v, want %v", got, use)
		}
	}
}

func TestQ5_DiscoveryDoesNotMentionPKCE(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	body := v.get(p.Issuer() + "/.well-known/openid-configuration").body
	for _, absent := range []string{"code_challenge_methods_supported", "grant_types_supported", "claims_supported", `"none"`} {
		if strings.Contains(body, absent) {
			t.Errorf("discovery has %s", absent)
		}
	}
	code := v.signIn() // with S256
	if a := v.post("/oauth2/token", tokenForm(code, "code_verifier", "")); a.body != invalidGrant {
		t.Errorf("token without the verifier = %s, want invalid_grant", a.body)
	}
	if a := v.get(p.URL() + "/.well-known/oauth-authorization-server"); a.StatusCode != 404 {
		t.Errorf("RFC 8414 document = %d, want 404", a.StatusCode)
	}
}

func TestQ6_EndSessionEndpointIsNotOpenIDs(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login()
	a := v.get("/logout?" + url.Values{"id_token_hint": {tok.ID}, "post_logout_redirect_uri": {signedOutURL}}.Encode())
	for a.StatusCode == 302 {
		a = v.get(a.Header.Get("Location"))
	}
	if a.StatusCode != 400 || !strings.Contains(a.body, "Missing required parameter client_id in request URL") {
		t.Errorf("RP-initiated logout ends with %d", a.StatusCode)
	}
	if got := v.get("/oauth2/authorize" + query("prompt", "none")).Header.Get("Location"); !strings.Contains(got, "login_required") {
		t.Errorf("prompt=none afterwards = %q, want login_required: the session is ended all the same", got)
	}
}

func TestQ7_CustomDomainAloneIsAdvertised(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithCustomDomain("auth.example.com"))
	v := newVisitor(t, p)
	var doc map[string]any
	if err := json.Unmarshal([]byte(v.get(p.Issuer()+"/.well-known/openid-configuration").body), &doc); err != nil {
		t.Fatal(err)
	}
	for name, value := range doc {
		text, _ := value.(string)
		switch {
		case name == "issuer" || name == "jwks_uri":
			if !strings.HasPrefix(text, "https://cognito-idp.eu-west-1.amazonaws.com/") {
				t.Errorf("%s = %s, want the issuer's host", name, text)
			}
		case strings.HasSuffix(name, "_endpoint"):
			if !strings.HasPrefix(text, "https://auth.example.com/") {
				t.Errorf("%s = %s, want the custom domain", name, text)
			}
		}
	}
	if a := v.get("https://emulator.auth.eu-west-1.amazoncognito.com/login" + query()); a.StatusCode != 200 {
		t.Errorf("the prefix domain = %d, want 200 too", a.StatusCode)
	}
}

// TestQ8_TokensAndDiscoveryDisagree: go-oidc alone, which learns the issuer
// from the original host, refuses tokens of the updated kind.
func TestQ8_TokensAndDiscoveryDisagree(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithUpdatedIssuer())
	tok := newVisitor(t, p).login()
	ctx := oidc.ClientContext(t.Context(), p.Client())
	for issuer, ok := range map[string]bool{
		"https://cognito-idp.eu-west-1.amazonaws.com/" + p.ID():        false,
		"https://issuer-cognito-idp.eu-west-1.amazonaws.com/" + p.ID(): true,
	} {
		provider, err := oidc.NewProvider(ctx, issuer)
		if err != nil {
			t.Fatal(err)
		}
		_, err = provider.VerifierContext(ctx, &oidc.Config{ClientID: "client1", Now: p.Now}).Verify(ctx, tok.ID)
		if (err == nil) != ok {
			t.Errorf("go-oidc with %s = %v, want accepted %v", issuer, err, ok)
		}
	}
}

func TestQ9_StateIsDamaged(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	state := func(sent string) string {
		t.Helper()
		a := v.get("/oauth2/authorize" + query("prompt", "none", "state", sent))
		u, err := url.Parse(a.Header.Get("Location"))
		if err != nil || a.StatusCode != 302 {
			t.Fatalf("state %q = %d", sent, a.StatusCode)
		}
		return u.Query().Get("state")
	}
	if got := state("a+b/c=="); got != "a+b/c==" {
		t.Errorf("state = %q, want it back: the damage is a fault that a test asks for", got)
	}
	p.Fault(fault.Fault{Kind: fault.State})
	for sent, want := range map[string]string{
		"a+b/c==": "a b/c==", "a%2Bb%2Fc%3D": "a+b/c=", "AZaz09-_": "AZaz09-_", "a%2bb": "a+b", "a%20b": "a%20b",
	} {
		if got := state(sent); got != want {
			t.Errorf("state %q came back as %q, want %q", sent, got, want)
		}
	}
	if got := p.Events(cognitotest.Event{Fault: fault.State}); len(got) != 5 {
		t.Errorf("%d events name the fault, want 5", len(got))
	}
	code := v.submit("/login"+query("state", "a+b"), "username", "jane", "password", password)
	if u, _ := url.Parse(code.Header.Get("Location")); u.Query().Get("state") != "a b" {
		t.Errorf("state after the page = %s, want a space", u)
	}
	p.ClearFaults()
	for _, sent := range []string{`a\b`, "a^b", "a%zzb", "100%"} {
		if a := v.get("/oauth2/authorize" + query("state", sent)); a.StatusCode != 400 || a.Header.Get("Location") != "" {
			t.Errorf("state %q = %d, want 400 and no redirect", sent, a.StatusCode)
		}
	}
}

func TestQ10_NoRefreshTokenFromARefresh(t *testing.T) {
	v := newVisitor(t, newPool(t))
	tok := v.login()
	if again := v.refresh(tok.Refresh).tokens(t); again.Refresh != "" {
		t.Error("a refresh without rotation gave a refresh token")
	}
	c := appClient()
	c.RefreshTokenRotation = true
	v = newVisitor(t, newPool(t, cognitotest.WithClient(c)))
	if again := v.refresh(v.login().Refresh).tokens(t); again.Refresh == "" {
		t.Error("a refresh with rotation gave no refresh token")
	}
}

func TestQ13_InvalidClientIs400(t *testing.T) {
	c := appClient()
	c.Secret = "s3cret"
	v := newVisitor(t, newPool(t, cognitotest.WithClient(c)))
	a := v.post("/oauth2/token", tokenForm("x"))
	if a.StatusCode != 400 || a.body != `{"error":"invalid_client","error_description":"invalid_client_secret"}` || a.Header.Get("WWW-Authenticate") != "" {
		t.Errorf("token without the secret = %d %s, want 400 invalid_client", a.StatusCode, a.body)
	}
	if a := v.post("/oauth2/revoke", url.Values{"client_id": {"client1"}, "token": {"x"}}); a.StatusCode != 401 {
		t.Errorf("revoke without the secret = %d, want 401", a.StatusCode)
	}
}

// TestQ14_ProbingTheAuthStyle: x/oauth2 left to find out by itself tries Basic
// first. A public client is refused that, and the code survives; a client
// with a secret in the right place needs one request.
//
// doc: a failed redemption of a code
func TestQ14_ProbingTheAuthStyle(t *testing.T) {
	for style, want := range map[oauth2.AuthStyle]int{oauth2.AuthStyleAutoDetect: 2, oauth2.AuthStyleInParams: 1} {
		p := newPool(t)
		v := newVisitor(t, p)
		config := oauth2.Config{ClientID: "client1", RedirectURL: callbackURL, Endpoint: oauth2.Endpoint{TokenURL: p.URL() + "/oauth2/token", AuthStyle: style}}
		_, err := config.Exchange(oidc.ClientContext(t.Context(), p.Client()), v.signIn(), oauth2.VerifierOption(verifier))
		if n := len(p.Events(cognitotest.Event{Op: "token"})); err != nil || n != want {
			t.Errorf("Exchange with style %d = %v after %d requests, want %d", style, err, n, want)
		}
	}
}

func TestQ15_NoBearerWordInWWWAuthenticate(t *testing.T) {
	v := newVisitor(t, newPool(t))
	for _, token := range []string{"", "x"} {
		a := v.userInfo(token)
		if got := a.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, `error="`) || strings.Contains(got, "Bearer") {
			t.Errorf("WWW-Authenticate = %q, want no scheme", got)
		}
	}
}

func TestQ16_SignOutIsInvisibleToVerification(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login()
	if err := p.SignOutUser("jane"); err != nil {
		t.Fatal(err)
	}
	verifier, err := cognito.NewVerifier(p.Config())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.VerifyAccess(t.Context(), cognito.AccessToken(tok.Access)); err != nil {
		t.Errorf("VerifyAccess(signed out) = %v, want nil", err)
	}
	if a := v.userInfo(tok.Access); a.StatusCode != 401 {
		t.Errorf("userInfo = %d, want 401", a.StatusCode)
	}
	p.Advance(time.Hour - time.Second)
	codeIn(t, v.get("/oauth2/authorize"+query())) // the cookie lives its hour
	p.Advance(time.Second)
	if got := v.get("/oauth2/authorize" + query()).Header.Get("Location"); !strings.Contains(got, "/login?") {
		t.Errorf("authorize after an hour = %q, want the sign-in page", got)
	}
}

func TestQ18_TriggerErrorsAreFreeText(t *testing.T) {
	a := refusingHook(t, `<b>no</b> & "never"`)
	u, _ := url.Parse(a.Header.Get("Location"))
	if q := u.Query(); q.Get("error") != "invalid_request" || q.Get("error_description") != `PostAuthentication failed with error <b>no</b> & "never".` {
		t.Errorf("redirect = %s, want the text as it is", u)
	}
}

func TestQ19_TokensExceedACookie(t *testing.T) {
	p := newPool(t)
	p.AddGroup(cognitotest.Group{Name: "admins", RoleARN: "arn:aws:iam::123456789012:role/admins"})
	tok := newVisitor(t, p).login("scope", "openid email phone profile")
	if n := len(tok.ID) + len(tok.Access) + len(tok.Refresh); n <= 4096 || n > 5200 {
		t.Errorf("the three tokens have %d characters, want more than a cookie's 4096 and at most 5200", n)
	}
}

func TestQ20_UsernameIsNotTheEmail(t *testing.T) {
	p := newPool(t)
	sub, err := p.AddUser(cognitotest.User{Email: "john@example.com", Attributes: map[string]string{"preferred_username": "johnny"}})
	if err != nil {
		t.Fatal(err)
	}
	id, access := claimsOf(t, string(p.IDToken("john@example.com"))), claimsOf(t, string(p.AccessToken("john@example.com")))
	if id["cognito:username"] != sub || access["username"] != sub || id["preferred_username"] != "johnny" || id["sub"] != sub {
		t.Errorf("cognito:username, username, preferred_username = %v, %v, %v, want the sub, the sub, johnny", id["cognito:username"], access["username"], id["preferred_username"])
	}
	if jane := claimsOf(t, string(p.IDToken("jane"))); jane["cognito:username"] != "jane" || jane["sub"] == "jane" {
		t.Errorf("cognito:username = %v, want jane, which is not the sub", jane["cognito:username"])
	}
}

func TestQ21_KidsAreStandardBase64(t *testing.T) {
	p := newPool(t)
	for _, kid := range keysOfPool(t, p) {
		if len(kid) != 44 || !strings.HasSuffix(kid, "=") || !strings.ContainsAny(kid, "+/") {
			t.Errorf("kid %q, want 44 characters with +, / and =", kid)
		}
	}
	tok := newVisitor(t, p).login()
	var id, access struct{ Kid string }
	if json.Unmarshal(partOf(t, tok.ID, 0), &id) != nil || json.Unmarshal(partOf(t, tok.Access, 0), &access) != nil || id.Kid == access.Kid {
		t.Error("both tokens name one key")
	}
}

func TestQ22_SlashesAreEscaped(t *testing.T) {
	tok := newVisitor(t, newPool(t)).login()
	for _, token := range []string{tok.ID, tok.Access} {
		if payload := string(partOf(t, token, 1)); !strings.Contains(payload, `\/`) || regexp.MustCompile(`[^\\]/`).MatchString(payload) {
			t.Errorf("payload = %s, want each slash escaped", payload)
		}
	}
}

// doc: the parameters max_age, claims, request, and unknown ones
func TestQ23_MaxAgeIsIgnored(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	v.signIn()
	p.Advance(30 * time.Minute)
	code := codeIn(t, v.get("/oauth2/authorize"+query("max_age", "1", "acr_values", "x", "claims", "{}", "id_token_hint", "x")))
	claims := claimsOf(t, v.post("/oauth2/token", tokenForm(code)).tokens(t).ID)
	if age := claims["iat"].(float64) - claims["auth_time"].(float64); age < 1700 {
		t.Errorf("auth_time is %v s old, want half an hour: nobody signed in again", age)
	}
}

func TestQ24_UserInfoNeedsOpenID(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	tok := v.login("scope", "aws.cognito.signin.user.admin") // as the API issues them
	if a := v.userInfo(tok.Access); a.StatusCode != 401 || tok.ID != "" {
		t.Errorf("userInfo without openid = %d, want 401 and no ID token", a.StatusCode)
	}
}

func TestQ26_CustomAttributesAreStrings(t *testing.T) {
	p := newPool(t)
	p.AddUser(cognitotest.User{Username: "john", Attributes: map[string]string{"custom:age": "42", "custom:member": "true", "updated_at": "1700000000"}})
	claims := claimsOf(t, string(p.IDToken("john")))
	if claims["custom:age"] != "42" || claims["custom:member"] != "true" || claims["updated_at"] != 1.7e9 {
		t.Errorf("custom:age, custom:member, updated_at = %#v, %#v, %#v, want strings and a number", claims["custom:age"], claims["custom:member"], claims["updated_at"])
	}
}

// TestQ27_UnreadableAttribute: a scope whose attributes the client cannot
// read fails the exchange, though the sign-in went well.
//
// doc: a scope whose attributes cannot be read
func TestQ27_UnreadableAttribute(t *testing.T) {
	tests := []struct {
		read  []string
		scope string
		ok    bool
	}{
		{[]string{"email", "email_verified"}, "openid email", true},
		{[]string{"email"}, "openid email", false},
		{[]string{"email_verified"}, "openid email", false},
		{[]string{"email"}, "openid", true},
		{[]string{"phone_number"}, "openid phone", false},
		{[]string{"phone_number", "phone_number_verified"}, "openid phone", true},
		{[]string{}, "openid email", false},
		{[]string{}, "openid profile", true},
		{nil, "openid email phone", true},
	}
	for _, tt := range tests {
		c := appClient()
		c.ReadAttributes = tt.read
		p := newPool(t, cognitotest.WithClient(c))
		v := newVisitor(t, p)
		a := v.post("/oauth2/token", tokenForm(v.signIn("scope", tt.scope)))
		if ok := a.StatusCode == 200; ok != tt.ok || !ok && (a.StatusCode != 400 || a.body != invalidGrant) {
			t.Errorf("client reads %v, scope %q: token = %d %s, want ok %v", tt.read, tt.scope, a.StatusCode, a.body, tt.ok)
		}
	}
}

func TestQ28_PathsAreSpelledOneWay(t *testing.T) {
	v := newVisitor(t, newPool(t))
	for path, want := range map[string]int{
		"/oauth2/userInfo": 400, "/oauth2/userinfo": 404, "/oauth2/UserInfo": 404, "/oauth2/userInfo/": 404,
		"/confirmforgotPassword": 302, "/confirmForgotPassword": 404, "/Login": 404, "/oauth2//token": 404,
	} {
		if a := v.get(path + query()); a.StatusCode != want {
			t.Errorf("GET %s = %d, want %d", path, a.StatusCode, want)
		}
	}
}

// TestQ30_IssuerIsTheEmulatorsOwn: over a socket iss, discovery and keys are
// all at one address, so that go-oidc needs no exception.
func TestQ30_IssuerIsTheEmulatorsOwn(t *testing.T) {
	p := newPool(t)
	server := httptest.NewServer(p)
	defer server.Close()
	p.ServeAt(server.URL)
	provider, err := oidc.NewProvider(t.Context(), server.URL+"/"+p.ID())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Verifier(&oidc.Config{ClientID: "client1"}).Verify(t.Context(), string(p.IDToken("jane"))); err != nil {
		t.Errorf("go-oidc refuses the token: %v", err)
	}
	p.ServeAt("")
	if got := claimsOf(t, string(p.IDToken("jane")))["iss"]; got != "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator1" {
		t.Errorf("iss in memory = %v, want the one of AWS", got)
	}
}

func TestQ31_ScopesNotEnabledFailEverything(t *testing.T) {
	c := appClient()
	c.Scopes = []string{"openid", "email"}
	v := newVisitor(t, newPool(t, cognitotest.WithClient(c)))
	for _, scope := range []string{"openid offline_access", "openid profile", "openid phone email", "openid api/read", "email"} {
		a := v.get("/oauth2/authorize" + query("scope", scope))
		if got, want := a.Header.Get("Location"), callbackURL+"?error_description=invalid_scope&state=st-1&error=invalid_request"; a.StatusCode != 302 || got != want {
			t.Errorf("scope %q = %d %q, want 302 %q", scope, a.StatusCode, got, want)
		}
	}
}

// TestCORS: three endpoints may be called by pages of any origin, whatever
// they answer, and no other endpoint may.
//
// doc: CORS preflight
func TestCORS(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	ask := func(method, target string, header ...string) answer {
		t.Helper()
		req, err := http.NewRequest(method, v.at(target), strings.NewReader("x=1"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "https://spa.example.com")
		for i := 0; i+1 < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		return v.do(req)
	}
	for _, path := range []string{"/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo"} {
		a := ask(http.MethodOptions, path, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type,x-amz-user-agent")
		allowed := strings.ToLower(a.Header.Get("Access-Control-Allow-Headers"))
		for _, name := range []string{"authorization", "content-type", "x-amz-user-agent"} {
			if !slices.Contains(strings.Split(allowed, ", "), name) {
				t.Errorf("OPTIONS %s allows the headers %q, want %s among them", path, allowed, name)
			}
		}
		if a.StatusCode != 204 || a.body != "" || a.Header.Get("Access-Control-Allow-Origin") != "*" ||
			!strings.Contains(a.Header.Get("Access-Control-Allow-Methods"), "POST") {
			t.Errorf("OPTIONS %s = %d %v", path, a.StatusCode, a.Header)
		}
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
			if a := ask(method, path); a.StatusCode < 400 || a.Header.Get("Access-Control-Allow-Origin") != "*" || a.Header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s %s = %d, Access-Control-Allow-Origin %q, want a refusal any page can read", method, path, a.StatusCode, a.Header.Get("Access-Control-Allow-Origin"))
			}
		}
	}
	if a := v.post("/oauth2/revoke", url.Values{"token": {"x"}, "client_id": {"client1"}}); a.Header.Get("Access-Control-Allow-Origin") != "*" || a.Header.Get("Content-Length") != "0" {
		t.Errorf("revoke = %v", a.Header)
	}
	// Pages read discovery and keys themselves (oidc-client-ts with authority).
	for _, target := range []string{p.Issuer() + "/.well-known/openid-configuration", p.Issuer() + "/.well-known/jwks.json"} {
		preflight := ask(http.MethodOptions, target, "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "cache-control")
		if preflight.StatusCode != 204 || preflight.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(preflight.Header.Get("Access-Control-Allow-Headers"), "Cache-Control") {
			t.Errorf("OPTIONS %s = %d %v, want leave for any page", target, preflight.StatusCode, preflight.Header)
		}
		if a := ask(http.MethodGet, target); a.StatusCode != 200 || a.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("GET %s = %d, Access-Control-Allow-Origin %q, want *", target, a.StatusCode, a.Header.Get("Access-Control-Allow-Origin"))
		}
		if a := ask(http.MethodGet, strings.Replace(target, p.ID(), "eu-west-1_Unknown00", 1)); a.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("an unknown pool's answer %d cannot be read by a page", a.StatusCode)
		}
	}
	for _, target := range []string{"/login" + query(), "/oauth2/authorize" + query(), "/logout", "/error"} {
		for _, method := range []string{http.MethodGet, http.MethodOptions} {
			if a := ask(method, target); a.Header.Get("Access-Control-Allow-Origin") != "" || method == http.MethodOptions && a.StatusCode != 405 {
				t.Errorf("%s %s = %d, Access-Control-Allow-Origin %q, want none", method, target, a.StatusCode, a.Header.Get("Access-Control-Allow-Origin"))
			}
		}
	}
}

// TestBodyLimits: what is too large is refused before it is parsed.
//
// doc: a body that is not a form; one above 64 KiB
func TestBodyLimits(t *testing.T) {
	v := newVisitor(t, newPool(t))
	pad := func(form url.Values, size int) url.Values {
		form.Set("pad", "")
		form.Set("pad", strings.Repeat("x", size-len(form.Encode())))
		return form
	}
	for _, path := range []string{"/oauth2/token", "/oauth2/revoke", "/login" + query()} {
		a := v.post(path, pad(url.Values{"client_id": {"client1"}}, 64<<10+1))
		if a.StatusCode != 413 {
			t.Errorf("64 KiB and a byte to %s = %d, want 413", path, a.StatusCode)
		}
	}
	a := v.post("/oauth2/token", pad(tokenForm(v.signIn()), 64<<10))
	a.tokens(t) // just fits
	huge := "Bearer " + base64.RawURLEncoding.EncodeToString(make([]byte, 1<<20))
	req, _ := http.NewRequest(http.MethodGet, v.at("/oauth2/userInfo"), nil)
	req.Header.Set("Authorization", huge)
	if a := v.do(req); a.StatusCode != 401 {
		t.Errorf("a token of a MiB = %d, want 401", a.StatusCode)
	}
}
