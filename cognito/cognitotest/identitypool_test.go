package cognitotest_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

const (
	identityURL = "https://cognito-identity.eu-west-1.amazonaws.com/"
	providerKey = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Emulator1"
)

// callIdentity calls an operation of identity pools, as callAPI does one of
// user pools.
func callIdentity(t *testing.T, pool *cognitotest.Pool, op string, in, out any, header ...string) (failure string) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest("POST", identityURL, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "AWSCognitoIdentityService."+op)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := pool.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		var e struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&e); err != nil {
			t.Fatal(err)
		}
		return e.Type + ": " + e.Message
	}
	if out != nil {
		if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
			t.Fatal(err)
		}
	}
	return ""
}

type m = map[string]any

type gotCredentials struct {
	IdentityId  string
	Credentials struct {
		AccessKeyId, SecretKey, SessionToken string
		Expiration                           float64
	}
}

// identityPool is a pool with jane, who is in the group admins that has a
// role, and with joe.
func identityPool(t *testing.T, ip cognitotest.IdentityPool) *cognitotest.Pool {
	t.Helper()
	if ip.ID == "" {
		ip.ID = "eu-west-1:1234abcd-12ab-34cd-56ef-1234567890ab"
	}
	pool := cognitotest.NewPool(cognitotest.WithIdentityPool(ip))
	pool.AddGroup(cognitotest.Group{Name: "admins", RoleARN: adminRole, Precedence: 1})
	pool.AddGroup(cognitotest.Group{Name: "buyers", RoleARN: buyerRole, Precedence: 2})
	for _, u := range []cognitotest.User{
		{Username: "jane", Email: "jane@example.com", Groups: []string{"admins", "buyers"}, Attributes: map[string]string{"custom:team": "sales-north"}},
		{Username: "joe", Email: "joe@example.com"},
	} {
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

const (
	adminRole = "arn:aws:iam::123456789012:role/Admins"
	buyerRole = "arn:aws:iam::123456789012:role/Buyers"
	userRole  = "arn:aws:iam::123456789012:role/CognitoAuthenticated"
	guestRole = "arn:aws:iam::123456789012:role/CognitoGuest"
)

// getID returns the identity id of a user, or of a guest for "".
func getID(t *testing.T, pool *cognitotest.Pool, username string) string {
	t.Helper()
	var out struct{ IdentityId string }
	if failure := callIdentity(t, pool, "GetId", m{"IdentityPoolId": pool.Config().IdentityPoolID, "Logins": loginsOf(pool, username)}, &out); failure != "" {
		t.Fatalf("GetId(%s) = %s", username, failure)
	}
	return out.IdentityId
}

func loginsOf(pool *cognitotest.Pool, username string) map[string]string {
	if username == "" {
		return nil
	}
	return map[string]string{providerKey: string(pool.IDToken(username))}
}

func TestIdentityPool_Credentials(t *testing.T) {
	pool := identityPool(t, cognitotest.IdentityPool{Guests: true})
	tests := []struct{ name, user, role string }{
		{"user", "jane", userRole},
		{"guest", "", guestRole},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id := getID(t, pool, tt.user)
			var got gotCredentials
			if failure := callIdentity(t, pool, "GetCredentialsForIdentity", m{"IdentityId": id, "Logins": loginsOf(pool, tt.user)}, &got); failure != "" {
				t.Fatalf("GetCredentialsForIdentity = %s", failure)
			}
			if want := float64(pool.Now().Add(time.Hour).Unix()); got.Credentials.Expiration > want || got.Credentials.Expiration < want-5 {
				t.Errorf("Expiration = %v, want an hour from now, %v", got.Credentials.Expiration, want)
			}
			who, ok := pool.Credentials(got.Credentials.AccessKeyId)
			if !ok || who.RoleARN != tt.role || who.IdentityID != id || got.IdentityId != id ||
				who.SecretAccessKey != got.Credentials.SecretKey || who.SessionToken != got.Credentials.SessionToken {
				t.Errorf("Credentials = %+v, %v, want those of %s in %s", who, ok, id, tt.role)
			}
			pool.Advance(time.Hour)
			if _, ok := pool.Credentials(got.Credentials.AccessKeyId); ok {
				t.Error("the credentials are good after an hour, want them to have expired")
			}
		})
	}
}

// A user keeps one identity, and a guest who signs in keeps theirs unless the
// user had one.
//
// doc: identity pool: id of a guest who was merged
func TestIdentityPool_Identities(t *testing.T) {
	pool := identityPool(t, cognitotest.IdentityPool{Guests: true})
	jane := getID(t, pool, "jane")
	if again := getID(t, pool, "jane"); again != jane {
		t.Errorf("GetId(jane) = %s, and then %s, want one identity", jane, again)
	}
	if a, b := getID(t, pool, ""), getID(t, pool, ""); a == b {
		t.Errorf("two guests are both %s, want two identities", a)
	}
	credentials := func(id, user string) (got gotCredentials, failure string) {
		failure = callIdentity(t, pool, "GetCredentialsForIdentity", m{"IdentityId": id, "Logins": loginsOf(pool, user)}, &got)
		return got, failure
	}
	guest := getID(t, pool, "")
	if got, failure := credentials(guest, "joe"); got.IdentityId != guest {
		t.Errorf("a guest who signs in as joe is %s %s, want %s kept", got.IdentityId, failure, guest)
	}
	if joe := getID(t, pool, "joe"); joe != guest {
		t.Errorf("GetId(joe) = %s, want the guest's %s", joe, guest)
	}
	if _, failure := credentials(guest, ""); failure != "NotAuthorizedException: Access to Identity '"+guest+"' is forbidden." {
		t.Errorf("credentials of a signed-in identity without Logins = %q", failure)
	}
	if _, failure := credentials(guest, "jane"); !strings.HasPrefix(failure, "NotAuthorizedException: Logins don't match.") {
		t.Errorf("credentials of joe's identity for jane = %q", failure)
	}
	other := getID(t, pool, "")
	if got, failure := credentials(other, "jane"); got.IdentityId != jane {
		t.Errorf("a guest who signs in as jane is %s %s, want her identity %s", got.IdentityId, failure, jane)
	}
	if _, failure := credentials(other, ""); failure != "ResourceNotFoundException: Identity '"+other+"' not found." {
		t.Errorf("credentials of a merged identity = %q", failure)
	}
}

// doc: identity pool: a role that is denied
// doc: identity pool: a rule about a list
func TestIdentityPool_Roles(t *testing.T) {
	token := cognitotest.RoleMapping{Type: "Token"}
	strict := cognitotest.RoleMapping{Type: "Token", AmbiguousRoleResolution: "Deny"}
	rule := func(match, value string) cognitotest.RoleMapping {
		return cognitotest.RoleMapping{Type: "Rules", AmbiguousRoleResolution: "Deny", Rules: []cognitotest.RoleRule{
			{Claim: "custom:team", MatchType: match, Value: value, RoleARN: buyerRole},
		}}
	}
	const ambiguous = "NotAuthorizedException: Ambiguous role mapping rules; cannot determine which role to use."
	const notHers = "NotAuthorizedException: Invalid custom role ARN: it is not among the roles of the token."
	tests := []struct {
		name    string
		ip      cognitotest.IdentityPool
		user    string
		custom  string
		want    string // the role, or
		refused string
	}{
		{name: "preferred role of the token", ip: cognitotest.IdentityPool{RoleMapping: token}, user: "jane", want: adminRole},
		{name: "no role in the token", ip: cognitotest.IdentityPool{RoleMapping: token}, user: "joe", want: userRole},
		{name: "no role in the token, denied", ip: cognitotest.IdentityPool{RoleMapping: strict}, user: "joe", refused: ambiguous},
		{name: "role asked for", ip: cognitotest.IdentityPool{RoleMapping: token}, user: "jane", custom: buyerRole, want: buyerRole},
		{name: "role of somebody else", user: "joe", custom: adminRole, refused: notHers},
		{name: "role for a guest", ip: cognitotest.IdentityPool{Guests: true}, custom: adminRole, refused: notHers},
		{name: "Equals", ip: cognitotest.IdentityPool{RoleMapping: rule("Equals", "sales-north")}, user: "jane", want: buyerRole},
		{name: "Equals, other", ip: cognitotest.IdentityPool{RoleMapping: rule("Equals", "sales")}, user: "jane", refused: ambiguous},
		{name: "StartsWith", ip: cognitotest.IdentityPool{RoleMapping: rule("StartsWith", "sales")}, user: "jane", want: buyerRole},
		{name: "Contains", ip: cognitotest.IdentityPool{RoleMapping: rule("Contains", "north")}, user: "jane", want: buyerRole},
		{name: "list", ip: cognitotest.IdentityPool{RoleMapping: cognitotest.RoleMapping{Type: "Rules", Rules: []cognitotest.RoleRule{
			{Claim: "cognito:groups", MatchType: "Equals", Value: "admins,buyers", RoleARN: buyerRole},
		}}}, user: "jane", want: buyerRole},
		{name: "NotEqual", ip: cognitotest.IdentityPool{RoleMapping: rule("NotEqual", "sales")}, user: "jane", want: buyerRole},
		{name: "a rule about a claim that is missing", ip: cognitotest.IdentityPool{RoleMapping: rule("NotEqual", "x")}, user: "joe", refused: ambiguous},
		{name: "no role at all", ip: cognitotest.IdentityPool{AuthenticatedRole: "none"}, user: "joe",
			refused: "InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pool := identityPool(t, tt.ip)
			in := m{"IdentityId": getID(t, pool, tt.user), "Logins": loginsOf(pool, tt.user)}
			if tt.custom != "" {
				in["CustomRoleArn"] = tt.custom
			}
			var got gotCredentials
			failure := callIdentity(t, pool, "GetCredentialsForIdentity", in, &got)
			who, _ := pool.Credentials(got.Credentials.AccessKeyId)
			if failure != tt.refused || who.RoleARN != tt.want {
				t.Errorf("role = %q %s, want %q %s", who.RoleARN, failure, tt.want, tt.refused)
			}
		})
	}
}

// The login token is verified for real.
func TestIdentityPool_RefusesLogins(t *testing.T) {
	other := cognitotest.NewPool(cognitotest.WithID("eu-west-1_Other1"))
	if _, err := other.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com"}); err != nil {
		t.Fatal(err)
	}
	set := func(claim string, value any) func(cognitotest.Claims) {
		return func(c cognitotest.Claims) { c[claim] = value }
	}
	const bad = "NotAuthorizedException: Invalid login token. "
	tests := []struct {
		name  string
		key   string
		token func(*cognitotest.Pool) string
		want  string
	}{
		{name: "other provider", key: "accounts.google.com", want: "NotAuthorizedException: Token is not from a supported provider of this identity pool."},
		{name: "access token", token: func(p *cognitotest.Pool) string { return string(p.AccessToken("jane")) },
			want: bad + "Missing a required claim: aud"},
		{name: "bad signature", token: func(p *cognitotest.Pool) string {
			token := string(p.IDToken("jane"))
			return token[:strings.LastIndex(token, ".")+1] + strings.Repeat("A", 342)
		}, want: bad + "Couldn't verify signed token."},
		{name: "token_use", token: func(p *cognitotest.Pool) string { return string(p.IDToken("jane", set("token_use", "access"))) },
			want: bad + "Not a valid OpenId Connect identity token."},
		{name: "no token", token: func(*cognitotest.Pool) string { return "a.b.c" }, want: bad + "Not a valid OpenId Connect identity token."},
		{name: "other pool", token: func(*cognitotest.Pool) string { return string(other.IDToken("jane")) }, want: bad + "Issuer doesn't match providerName"},
		{name: "other app client", token: func(p *cognitotest.Pool) string { return string(p.IDToken("jane", set("aud", "6mallory"))) },
			want: "NotAuthorizedException: Token is not from a supported provider of this identity pool."},
		{name: "expired", token: func(p *cognitotest.Pool) string { return string(p.IDToken("jane", set("exp", 1700000000))) },
			want: bad + "Token expired: 1700000000 >= "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pool := identityPool(t, cognitotest.IdentityPool{})
			key, token := providerKey, string(pool.IDToken("jane"))
			if tt.key != "" {
				key = tt.key
			}
			if tt.token != nil {
				token = tt.token(pool)
			}
			in := m{"IdentityPoolId": pool.Config().IdentityPoolID, "Logins": m{key: token}}
			if got := callIdentity(t, pool, "GetId", in, nil); !strings.HasPrefix(got, tt.want) || tt.want == "" {
				t.Errorf("GetId = %q, want %q", got, tt.want)
			}
		})
	}
}

// Amplify names the pool of a socket by the token's iss without its scheme. It
// is the same login as by the name on AWS.
func TestIdentityPool_LoginsOfASocket(t *testing.T) {
	pool := identityPool(t, cognitotest.IdentityPool{})
	pool.ServeAt("http://127.0.0.1:9229")
	token := string(pool.IDToken("jane"))
	var ids []string
	for _, key := range []string{providerKey, "127.0.0.1:9229/" + pool.ID()} {
		var out struct{ IdentityId string }
		if got := callIdentity(t, pool, "GetId", m{"IdentityPoolId": pool.Config().IdentityPoolID, "Logins": m{key: token}}, &out); got != "" {
			t.Fatalf("GetId with the key %s = %s", key, got)
		}
		ids = append(ids, out.IdentityId)
	}
	if ids[0] != ids[1] {
		t.Errorf("the identities are %q, want one", ids)
	}
	if got := callIdentity(t, pool, "GetId", m{"IdentityPoolId": pool.Config().IdentityPoolID, "Logins": m{"127.0.0.1:9230/" + pool.ID(): token}}, nil); got == "" {
		t.Error("GetId with the key of another address = no error")
	}
}

func TestIdentityPool_Refuses(t *testing.T) {
	pool := identityPool(t, cognitotest.IdentityPool{})
	id := pool.Config().IdentityPoolID
	tests := []struct {
		name, op string
		in       m
		want     string
	}{
		{"guests off", "GetId", m{"IdentityPoolId": id}, "NotAuthorizedException: Unauthenticated access is not supported for this identity pool."},
		{"other pool", "GetId", m{"IdentityPoolId": "eu-west-1:0"}, "ResourceNotFoundException: IdentityPool 'eu-west-1:0' not found."},
		{"unknown identity", "GetCredentialsForIdentity", m{"IdentityId": "eu-west-1:0", "Logins": loginsOf(pool, "jane")}, "ResourceNotFoundException: Identity 'eu-west-1:0' not found."},
		{"no id", "GetId", m{}, "InvalidParameterException: 1 validation error detected: Value null at 'identityPoolId' failed to satisfy constraint: Member must not be null"},
		{"classic flow off", "GetOpenIdToken", m{"IdentityId": getID(t, pool, "jane"), "Logins": loginsOf(pool, "jane")}, "InvalidParameterException: Basic (classic) flow is not enabled, please use enhanced flow."},
		{"operation of user pools", "InitiateAuth", m{}, "UnknownOperationException: The emulator does not know the operation AWSCognitoIdentityService.InitiateAuth: docs/emulator-operations.md lists those it has"},
		{"developer identity without credentials", "GetOpenIdTokenForDeveloperIdentity", m{"IdentityPoolId": id}, "MissingAuthenticationTokenException: Missing Authentication Token"},
		{"no developer provider", "GetOpenIdTokenForDeveloperIdentity", m{"IdentityPoolId": id, "Logins": m{"login.example": "7"}, "signed": true}, "NotAuthorizedException: Token is not from a supported provider of this identity pool."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var header []string
			if tt.in["signed"] != nil {
				delete(tt.in, "signed")
				header = []string{"Authorization", "AWS4-HMAC-SHA256 Credential=x"}
			}
			if got := callIdentity(t, pool, tt.op, tt.in, nil, header...); got != tt.want {
				t.Errorf("%s = %q, want %q", tt.op, got, tt.want)
			}
		})
	}
}

// ServerSideTokenCheck sees what a signature cannot tell.
//
// doc: identity pool: a user who is no longer there
func TestIdentityPool_ServerSideTokenCheck(t *testing.T) {
	ends := map[string]func(*cognitotest.Pool) error{
		"disabled":   func(p *cognitotest.Pool) error { return p.DisableUser("jane") },
		"deleted":    func(p *cognitotest.Pool) error { return p.DeleteUser("jane") },
		"signed out": func(p *cognitotest.Pool) error { return p.SignOutUser("jane") },
	}
	for name, end := range ends {
		for _, checked := range []bool{true, false} {
			pool := identityPool(t, cognitotest.IdentityPool{ServerSideTokenCheck: checked})
			in := m{"IdentityPoolId": pool.Config().IdentityPoolID, "Logins": m{providerKey: string(pool.Tokens("jane").ID)}}
			if failure := callIdentity(t, pool, "GetId", in, nil); failure != "" {
				t.Fatalf("GetId = %s", failure)
			}
			if err := end(pool); err != nil {
				t.Fatal(err)
			}
			want := ""
			if checked {
				want = "NotAuthorizedException: Invalid login token. Token is revoked."
			}
			if got := callIdentity(t, pool, "GetId", in, nil); got != want {
				t.Errorf("%s, ServerSideTokenCheck %v: GetId = %q, want %q", name, checked, got, want)
			}
		}
	}
}

// assume calls STS, and returns the access key id or the error's code.
func assume(t *testing.T, pool *cognitotest.Pool, form url.Values) (key, failure string) {
	t.Helper()
	resp, err := pool.Client().PostForm("https://sts.eu-west-1.amazonaws.com/", form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Key  string `xml:"AssumeRoleWithWebIdentityResult>Credentials>AccessKeyId"`
		Code string `xml:"Error>Code"`
	}
	if err := xml.Unmarshal(body, &out); err != nil {
		t.Fatalf("STS: %q: %v", body, err)
	}
	return out.Key, out.Code
}

func TestIdentityPool_BasicFlow(t *testing.T) {
	pool := identityPool(t, cognitotest.IdentityPool{Guests: true, ClassicFlow: true})
	openID := func(username string) string {
		var out struct{ Token string }
		in := m{"IdentityId": getID(t, pool, username), "Logins": loginsOf(pool, username)}
		if failure := callIdentity(t, pool, "GetOpenIdToken", in, &out); failure != "" {
			t.Fatalf("GetOpenIdToken = %s", failure)
		}
		return out.Token
	}
	form := func(edit ...string) url.Values {
		v := url.Values{
			"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"}, "RoleArn": {userRole},
			"RoleSessionName": {"app"}, "WebIdentityToken": {openID("jane")},
		}
		for i := 0; i < len(edit); i += 2 {
			v.Set(edit[i], edit[i+1])
		}
		return v
	}
	tests := []struct {
		name string
		form url.Values
		want string // code of the refusal
		role string
	}{
		{name: "user", form: form(), role: userRole},
		{name: "guest", form: form("WebIdentityToken", openID(""), "RoleArn", guestRole), role: guestRole},
		{name: "guest in the users' role", form: form("WebIdentityToken", openID("")), want: "AccessDenied"},
		{name: "other role", form: form("RoleArn", adminRole), want: "AccessDenied"},
		{name: "token of the user pool", form: form("WebIdentityToken", string(pool.IDToken("jane"))), want: "InvalidIdentityToken"},
		{name: "token of the user pool with the audience", form: form("WebIdentityToken",
			string(pool.IDToken("jane", func(c cognitotest.Claims) { c["aud"] = pool.Config().IdentityPoolID }))), want: "InvalidIdentityToken"},
		{name: "other action", form: form("Action", "AssumeRole"), want: "InvalidAction"},
		{name: "too short a life", form: form("DurationSeconds", "899"), want: "ValidationError"},
		{name: "no session name", form: form("RoleSessionName", ""), want: "ValidationError"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			key, failure := assume(t, pool, tt.form)
			who, _ := pool.Credentials(key)
			if failure != tt.want || who.RoleARN != tt.role {
				t.Errorf("AssumeRoleWithWebIdentity = %q in %q, want %q in %q", failure, who.RoleARN, tt.want, tt.role)
			}
		})
	}
	late := form()
	pool.Advance(10 * time.Minute)
	if _, failure := assume(t, pool, late); failure != "ExpiredTokenException" {
		t.Errorf("AssumeRoleWithWebIdentity after ten minutes = %q, want ExpiredTokenException", failure)
	}
	mapped := identityPool(t, cognitotest.IdentityPool{ClassicFlow: true, RoleMapping: cognitotest.RoleMapping{Type: "Token"}})
	got := callIdentity(t, mapped, "GetOpenIdToken", m{"IdentityId": getID(t, mapped, "jane"), "Logins": loginsOf(mapped, "jane")}, nil)
	if want := "InvalidParameterException: Basic (classic) flow is not supported with RoleMappings, please use enhanced flow."; got != want {
		t.Errorf("GetOpenIdToken with role mappings = %q, want %q", got, want)
	}
}

func TestIdentityPool_DeveloperIdentity(t *testing.T) {
	pool := identityPool(t, cognitotest.IdentityPool{DeveloperProvider: "login.example"})
	signed := []string{"Authorization", "AWS4-HMAC-SHA256 Credential=x"}
	get := func(user string, extra m) (id, token, failure string) {
		in := m{"IdentityPoolId": pool.Config().IdentityPoolID, "Logins": m{"login.example": user}}
		for k, v := range extra {
			in[k] = v
		}
		var out struct{ IdentityId, Token string }
		failure = callIdentity(t, pool, "GetOpenIdTokenForDeveloperIdentity", in, &out, signed...)
		return out.IdentityId, out.Token, failure
	}
	id, token, failure := get("7", nil)
	if again, _, _ := get("7", nil); failure != "" || again != id {
		t.Fatalf("developer user 7 = %s, and then %s %s, want one identity", id, again, failure)
	}
	var got gotCredentials
	in := m{"IdentityId": id, "Logins": m{"cognito-identity.amazonaws.com": token}}
	if failure := callIdentity(t, pool, "GetCredentialsForIdentity", in, &got); failure != "" || got.IdentityId != id {
		t.Errorf("GetCredentialsForIdentity = %s %s, want %s", got.IdentityId, failure, id)
	}
	if _, _, failure := get("8", m{"IdentityId": id}); !strings.HasPrefix(failure, "NotAuthorizedException: Logins don't match.") {
		t.Errorf("user 8 with the identity of 7 = %q", failure)
	}
	if _, _, failure := get("7", m{"TokenDuration": 86401}); !strings.HasPrefix(failure, "InvalidParameterException: 1 validation error detected: Value '86401' at 'tokenDuration'") {
		t.Errorf("TokenDuration of more than a day = %q", failure)
	}
	other := identityPool(t, cognitotest.IdentityPool{ID: "eu-west-1:2", DeveloperProvider: "login.example"}) // with the same keys
	const foreign = "NotAuthorizedException: Invalid login token. Can't pass in a Cognito token."
	if got := callIdentity(t, other, "GetId", m{"IdentityPoolId": "eu-west-1:2", "Logins": in["Logins"]}, nil); got != foreign {
		t.Errorf("GetId with a token of another identity pool = %q, want %q", got, foreign)
	}
	pool.Advance(15 * time.Minute)
	if failure := callIdentity(t, pool, "GetCredentialsForIdentity", in, nil); failure == "" {
		t.Error("a developer token is good after 15 minutes, want it to have expired")
	}
}

// An identity outlives the process, so that a folder named after it is found
// again.
func TestIdentityPool_Snapshot(t *testing.T) {
	pool := identityPool(t, cognitotest.IdentityPool{})
	id := getID(t, pool, "jane")
	data, err := pool.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	restored := cognitotest.NewPool(cognitotest.WithIdentityPool(cognitotest.IdentityPool{ID: pool.Config().IdentityPoolID}))
	if err := restored.Restore(data); err != nil {
		t.Fatal(err)
	}
	if got := getID(t, restored, "jane"); got != id {
		t.Errorf("GetId(jane) after Restore = %s, want %s", got, id)
	}
}

// Over a socket the identity pools of a Server are told apart by what a
// request names.
func TestIdentityPool_Server(t *testing.T) {
	first := identityPool(t, cognitotest.IdentityPool{})
	second := cognitotest.NewPool(cognitotest.WithID("eu-west-1_Second1"),
		cognitotest.WithIdentityPool(cognitotest.IdentityPool{ID: "eu-west-1:2", Guests: true, ClassicFlow: true}))
	server := cognitotest.NewServer(first, second)
	client := server.Client()
	call := func(op string, in m, out any) {
		t.Helper()
		body, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest("POST", identityURL, strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-amz-json-1.1")
		req.Header.Set("X-Amz-Target", "AWSCognitoIdentityService."+op)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s = %s", op, resp.Status)
		}
		if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
			t.Fatal(err)
		}
	}
	var id struct{ IdentityId string }
	call("GetId", m{"IdentityPoolId": "eu-west-1:2"}, &id)
	var token struct{ Token string }
	call("GetOpenIdToken", m{"IdentityId": id.IdentityId}, &token)
	resp, err := client.PostForm("https://sts.eu-west-1.amazonaws.com/", url.Values{
		"Action": {"AssumeRoleWithWebIdentity"}, "RoleArn": {guestRole}, "RoleSessionName": {"app"}, "WebIdentityToken": {token.Token},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("AssumeRoleWithWebIdentity = %s, want 200", resp.Status)
	}
}

// A set-up that AWS refuses too does not become a pool.
func TestIdentityPool_Mistakes(t *testing.T) {
	rule := cognitotest.RoleRule{Claim: "custom:team", MatchType: "Equals", Value: "a", RoleARN: adminRole}
	tests := []struct {
		name string
		ip   cognitotest.IdentityPool
	}{
		{"id of another region", cognitotest.IdentityPool{ID: "us-east-1:1"}},
		{"no id", cognitotest.IdentityPool{ID: "pool"}},
		{"type of mapping", cognitotest.IdentityPool{RoleMapping: cognitotest.RoleMapping{Type: "Groups"}}},
		{"resolution", cognitotest.IdentityPool{RoleMapping: cognitotest.RoleMapping{Type: "Token", AmbiguousRoleResolution: "Guess"}}},
		{"no rules", cognitotest.IdentityPool{RoleMapping: cognitotest.RoleMapping{Type: "Rules"}}},
		{"rules that nobody reads", cognitotest.IdentityPool{RoleMapping: cognitotest.RoleMapping{Type: "Token", Rules: []cognitotest.RoleRule{rule}}}},
		{"26 rules", cognitotest.IdentityPool{RoleMapping: cognitotest.RoleMapping{Type: "Rules", Rules: slices.Repeat([]cognitotest.RoleRule{rule}, 26)}}},
		{"match", cognitotest.IdentityPool{RoleMapping: cognitotest.RoleMapping{Type: "Rules", Rules: []cognitotest.RoleRule{{Claim: "a", MatchType: "Like", RoleARN: adminRole}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Errorf("NewPool with %+v did not panic", tt.ip)
				}
			}()
			cognitotest.NewPool(cognitotest.WithIdentityPool(tt.ip))
		})
	}
}

// The name in Logins is the original one, whichever the issuer is.
//
// doc: identity pool: updated issuer, name in Logins
func TestIdentityPool_UpdatedIssuer(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithUpdatedIssuer(), cognitotest.WithIdentityPool(cognitotest.IdentityPool{}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		providerKey:             "",
		"issuer-" + providerKey: "NotAuthorizedException: Token is not from a supported provider of this identity pool.",
	} {
		in := m{"IdentityPoolId": pool.Config().IdentityPoolID, "Logins": m{key: string(pool.IDToken("jane"))}}
		if got := callIdentity(t, pool, "GetId", in, nil); got != want {
			t.Errorf("GetId(%s) = %q, want %q", key, got, want)
		}
	}
}

// doc: identity pool: two logins at one provider
func TestIdentityPool_TwoLogins(t *testing.T) {
	pool := identityPool(t, cognitotest.IdentityPool{DeveloperProvider: "login.example"})
	signed := []string{"Authorization", "AWS4-HMAC-SHA256 Credential=x"}
	link := func(developer, user string) string {
		var out struct{ IdentityId, Token string }
		in := m{"IdentityPoolId": pool.Config().IdentityPoolID, "Logins": m{"login.example": developer}}
		if failure := callIdentity(t, pool, "GetOpenIdTokenForDeveloperIdentity", in, &out, signed...); failure != "" {
			t.Fatal(failure)
		}
		logins := m{"cognito-identity.amazonaws.com": out.Token}
		for key, token := range loginsOf(pool, user) {
			logins[key] = token
		}
		return callIdentity(t, pool, "GetCredentialsForIdentity", m{"IdentityId": out.IdentityId, "Logins": logins}, nil)
	}
	if got := link("7", "jane"); got != "" {
		t.Errorf("linking jane to developer user 7 = %q", got)
	}
	if got, want := link("7", "joe"), "ResourceConflictException: The identity has another login of this provider."; got != want {
		t.Errorf("linking joe to it as well = %q, want %q", got, want)
	}
}
