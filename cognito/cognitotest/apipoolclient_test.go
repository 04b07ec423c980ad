package cognitotest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

type apiClient struct {
	ClientId, ClientName, ClientSecret, PreventUserExistenceErrors, DefaultRedirectURI string
	AccessTokenValidity, IdTokenValidity, RefreshTokenValidity, AuthSessionValidity    int
	TokenValidityUnits                                                                 struct{ AccessToken, IdToken, RefreshToken string }
	ExplicitAuthFlows, CallbackURLs, AllowedOAuthFlows, AllowedOAuthScopes             []string
	SupportedIdentityProviders, ReadAttributes, WriteAttributes                        []string
	AllowedOAuthFlowsUserPoolClient, EnableTokenRevocation                             bool
	RefreshTokenRotation                                                               *struct {
		Feature                 string
		RetryGracePeriodSeconds int
	}
	CreationDate, LastModifiedDate seconds
}

func (a admin) newClient(in object) apiClient {
	a.t.Helper()
	var made struct{ UserPoolClient apiClient }
	a.must("CreateUserPoolClient", in, &made)
	return made.UserPoolClient
}

func webClient() object {
	return object{
		"ClientName": "web", "CallbackURLs": []string{callbackURL}, "AllowedOAuthFlowsUserPoolClient": true,
		"AllowedOAuthFlows": []string{"code"}, "AllowedOAuthScopes": []string{"openid", "email", "aws.cognito.signin.user.admin"},
		"SupportedIdentityProviders": []string{"COGNITO"},
	}
}

// OAuth settings of a client for which OAuth is off are kept, and have no effect.
func TestAdmin_ClientWithOAuthOff(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	in := webClient()
	in["AllowedOAuthFlowsUserPoolClient"] = false
	made := a.newClient(in)
	var described struct{ UserPoolClient apiClient }
	a.must("DescribeUserPoolClient", object{"ClientId": made.ClientId}, &described)
	for what, c := range map[string]apiClient{"CreateUserPoolClient": made, "DescribeUserPoolClient": described.UserPoolClient} {
		if c.AllowedOAuthFlowsUserPoolClient || !slices.Equal(c.AllowedOAuthFlows, []string{"code"}) || len(c.AllowedOAuthScopes) != 3 {
			t.Errorf("%s = %+v, want OAuth off, with the flow and the scopes that were given", what, c)
		}
	}
	for _, c := range pool.Clients() {
		if c.ID == made.ClientId && len(c.Flows)+len(c.Scopes) != 0 {
			t.Errorf("the client has the flows %q and scopes %q, want none", c.Flows, c.Scopes)
		}
	}
	a.must("DescribeUserPoolClient", object{"ClientId": pool.Clients()[0].ID}, &described) // made by NewPool
	if c := described.UserPoolClient; !c.AllowedOAuthFlowsUserPoolClient || len(c.AllowedOAuthFlows) == 0 {
		t.Errorf("DescribeUserPoolClient = %+v, want OAuth on", c)
	}
}

// op: CreateUserPoolClient
// op: DescribeUserPoolClient
// op: ListUserPoolClients
// op: DeleteUserPoolClient
func TestAdmin_Clients(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	in := webClient()
	for name, value := range (object{
		"GenerateSecret": true, "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		"AccessTokenValidity": 10, "IdTokenValidity": 2, "RefreshTokenValidity": 7, "AuthSessionValidity": 5,
		"TokenValidityUnits":         object{"AccessToken": "minutes", "IdToken": "hours", "RefreshToken": "days"},
		"PreventUserExistenceErrors": "ENABLED", "ReadAttributes": []string{"email", "email_verified"},
		"RefreshTokenRotation": object{"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
	}) {
		in[name] = value
	}
	c := a.newClient(in)
	if len(c.ClientId) != 26 || len(c.ClientSecret) < 24 || c.ClientName != "web" {
		t.Errorf("CreateUserPoolClient = %+v, want an id of 26 and a secret", c)
	}
	if c.AccessTokenValidity != 10 || c.TokenValidityUnits.AccessToken != "minutes" || c.IdTokenValidity != 2 || c.RefreshTokenValidity != 7 || c.TokenValidityUnits.RefreshToken != "days" || c.AuthSessionValidity != 5 {
		t.Errorf("CreateUserPoolClient = %+v, want the lifetimes given", c)
	}
	if c.RefreshTokenRotation == nil || c.RefreshTokenRotation.RetryGracePeriodSeconds != 10 || c.PreventUserExistenceErrors != "ENABLED" || !c.EnableTokenRevocation {
		t.Errorf("CreateUserPoolClient = %+v, want rotation, hidden users and revocation", c)
	}
	plain := webClient()
	plain["EnableTokenRevocation"] = false
	a.newClient(plain)
	clients := pool.Clients()
	if web, plain := clients[1], clients[2]; web.RevealUserExistence || web.DisableRevocation || !plain.RevealUserExistence || !plain.DisableRevocation {
		t.Errorf("Clients() = %+v, want the first with hidden users and revocation, the second with neither", clients[1:])
	}
	var described struct{ UserPoolClient apiClient }
	a.must("DescribeUserPoolClient", object{"ClientId": c.ClientId}, &described)
	if described.UserPoolClient.ClientSecret != c.ClientSecret || described.UserPoolClient.CreationDate != c.CreationDate {
		t.Errorf("DescribeUserPoolClient = %+v, want %+v", described.UserPoolClient, c)
	}
	var list struct {
		UserPoolClients []struct{ ClientId, ClientName string }
		NextToken       string
	}
	a.must("ListUserPoolClients", object{"MaxResults": 1}, &list)
	if len(list.UserPoolClients) != 1 || list.NextToken == "" {
		t.Errorf("ListUserPoolClients = %+v, want one of two", list)
	}
	a.must("DeleteUserPoolClient", object{"ClientId": c.ClientId}, nil)
	a.refuse("DescribeUserPoolClient", object{"ClientId": c.ClientId}, "ResourceNotFoundException: User pool client "+c.ClientId+" does not exist.")
}

// Terraform plans a change of a client whose lifetimes come back in other units
// than it sent.
// op: CreateUserPoolClient
// op: UpdateUserPoolClient
func TestAdmin_ClientLifetimesInTheUnitsSent(t *testing.T) {
	a := newAdmin(t, newPool(t))
	check := func(c apiClient, access, id, refresh int, units struct{ AccessToken, IdToken, RefreshToken string }) {
		t.Helper()
		if c.AccessTokenValidity != access || c.IdTokenValidity != id || c.RefreshTokenValidity != refresh || c.TokenValidityUnits != units {
			t.Errorf("lifetimes = %d, %d, %d %+v, want %d, %d, %d %+v", c.AccessTokenValidity, c.IdTokenValidity, c.RefreshTokenValidity, c.TokenValidityUnits, access, id, refresh, units)
		}
	}
	in := webClient()
	in["AccessTokenValidity"], in["IdTokenValidity"], in["RefreshTokenValidity"] = 60, 86400, 720
	in["TokenValidityUnits"] = object{"AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "hours"}
	c := a.newClient(in)
	minutes := c.TokenValidityUnits
	minutes.AccessToken, minutes.IdToken, minutes.RefreshToken = "minutes", "seconds", "hours"
	check(c, 60, 86400, 720, minutes)

	in["ClientId"], in["AccessTokenValidity"], in["IdTokenValidity"], in["RefreshTokenValidity"] = c.ClientId, 1, 24, 86400
	in["TokenValidityUnits"] = object{"AccessToken": "days", "RefreshToken": "minutes"}
	var changed struct{ UserPoolClient apiClient }
	a.must("UpdateUserPoolClient", in, &changed)
	mixed := minutes
	mixed.AccessToken, mixed.IdToken, mixed.RefreshToken = "days", "hours", "minutes"
	check(changed.UserPoolClient, 1, 24, 86400, mixed)
}

// The code flow with a client of the API's.
// op: UpdateUserPoolClient
// doc: UpdateUserPoolClient: sign-ins that began before
func TestAdmin_ClientSignsIn(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	in := webClient()
	in["AccessTokenValidity"], in["TokenValidityUnits"] = 600, object{"AccessToken": "seconds"}
	c := a.newClient(in)
	v := newVisitor(t, pool)
	code := v.signIn("client_id", c.ClientId, "scope", "openid email")
	tok := v.post("/oauth2/token", tokenForm(code, "client_id", c.ClientId)).tokens(t)
	if claims := claimsOf(t, tok.Access); claims["client_id"] != c.ClientId || claims["exp"].(float64)-claims["iat"].(float64) != 600 {
		t.Errorf("access token = %v, want the client and 600 seconds", claims)
	}
	update := webClient()
	update["ClientId"] = c.ClientId
	update["AllowedOAuthScopes"] = []string{"openid"}
	a.must("UpdateUserPoolClient", update, nil)
	if page := newVisitor(t, pool).get("/oauth2/authorize" + query("client_id", c.ClientId, "scope", "openid email")); !strings.Contains(page.Header.Get("Location"), "error_description=invalid_scope") {
		t.Errorf("authorize after UpdateUserPoolClient leads to %q, want invalid_scope", page.Header.Get("Location"))
	}
	again := v.post("/oauth2/token", map[string][]string{"grant_type": {"refresh_token"}, "client_id": {c.ClientId}, "refresh_token": {tok.Refresh}}).tokens(t)
	if claims := claimsOf(t, again.Access); claims["exp"].(float64)-claims["iat"].(float64) != 600 {
		t.Errorf("refreshed access token = %v, want 600 seconds still", claims)
	}
	a.must("DeleteUserPoolClient", object{"ClientId": c.ClientId}, nil)
	if got := v.userInfo(again.Access).StatusCode; got != 401 {
		t.Errorf("userInfo after DeleteUserPoolClient = %d, want 401", got)
	}
}

func TestAdmin_ClientRefusals(t *testing.T) {
	a := newAdmin(t, newPool(t))
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"AllowedOAuthFlows", []string{"implicit"}, "AllowedOAuthFlows implicit without code is not supported by the emulator"},
		{"AllowedOAuthFlows", []string{}, "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."},
		{"AllowedOAuthScopes", []string{}, "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."},
		{"AccessTokenValidity", 25, "Invalid range for token validity: AccessTokenValidity must be between 5 minutes and 1 day."},
		{"RefreshTokenValidity", 3651, "Invalid range for token validity: RefreshTokenValidity must be between 1 hour and 3650 days."},
		{"SupportedIdentityProviders", []string{"Okta"}, `the pool has no identity provider "Okta"`},
		{"ExplicitAuthFlows", []string{"ALLOW_EVERYTHING"}, "1 validation error detected: Value '[ALLOW_EVERYTHING]' at 'explicitAuthFlows' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY, USER_PASSWORD_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_USER_PASSWORD_AUTH, ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_AUTH]]"},
	}
	for _, tt := range tests {
		in := webClient()
		in[tt.name] = tt.value
		a.refuse("CreateUserPoolClient", in, "InvalidParameterException: "+tt.want)
	}
}

// op: AddUserPoolClientSecret
// op: ListUserPoolClientSecrets
// op: DeleteUserPoolClientSecret
func TestAdmin_ClientSecrets(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	in := webClient()
	in["GenerateSecret"] = true
	c := a.newClient(in)
	of := object{"ClientId": c.ClientId}
	type descriptor struct{ ClientSecretId, ClientSecretValue string }
	var added struct{ ClientSecretDescriptor descriptor }
	a.must("AddUserPoolClientSecret", of, &added)
	if d := added.ClientSecretDescriptor; !strings.HasPrefix(d.ClientSecretId, c.ClientId+"--") || d.ClientSecretValue == "" || d.ClientSecretValue == c.ClientSecret {
		t.Errorf("AddUserPoolClientSecret = %+v, want an id and another secret", d)
	}
	list := func() []descriptor {
		var list struct{ ClientSecrets []descriptor }
		a.must("ListUserPoolClientSecrets", of, &list)
		return list.ClientSecrets
	}
	both := list()
	if len(both) != 2 || both[0].ClientSecretId == both[1].ClientSecretId || both[1].ClientSecretId != added.ClientSecretDescriptor.ClientSecretId || both[0].ClientSecretValue != "" {
		t.Errorf("ListUserPoolClientSecrets = %+v, want two ids without values", both)
	}
	if got := a.call("AddUserPoolClientSecret", of, nil); !strings.HasPrefix(got, "LimitExceededException: ") {
		t.Errorf("AddUserPoolClientSecret(third) = %q, want LimitExceededException", got)
	}
	a.must("DeleteUserPoolClientSecret", object{"ClientId": c.ClientId, "ClientSecretId": both[0].ClientSecretId}, nil)
	if got := pool.ClientSecrets(c.ClientId); len(got) != 1 || string(got[0]) != added.ClientSecretDescriptor.ClientSecretValue {
		t.Errorf("after DeleteUserPoolClientSecret: %d secrets, want the second alone", len(got))
	}
	if got := a.call("DeleteUserPoolClientSecret", object{"ClientId": c.ClientId, "ClientSecretId": both[1].ClientSecretId}, nil); !strings.HasPrefix(got, "InvalidParameterException: ") {
		t.Errorf("DeleteUserPoolClientSecret(last) = %q, want InvalidParameterException", got)
	}
}

// What the API made and changed is in the snapshot, and counts over what the
// program says.
func TestAdmin_SnapshotKeepsChanges(t *testing.T) {
	server, a := newServerAdmin(t)
	a, made := a.newPool(object{"PoolName": "customers", "Policies": object{"PasswordPolicy": object{"MinimumLength": 33}}, "UserPoolTags": object{"a": "b"}, "Schema": []object{{"Name": "tenant"}}})
	a.must("CreateUserPoolDomain", object{"Domain": "customers"}, nil)
	a.must("CreateIdentityProvider", object{"ProviderName": "corp", "ProviderType": "OIDC", "ProviderDetails": oidcDetails("x")}, nil)
	in := webClient()
	in["GenerateSecret"] = true
	c := a.newClient(in)
	a.must("AddUserPoolClientSecret", object{"ClientId": c.ClientId}, nil)
	var secrets, secretsAgain struct {
		ClientSecrets []struct{ ClientSecretId string }
	}
	a.must("ListUserPoolClientSecrets", object{"ClientId": c.ClientId}, &secrets)

	restored := cognitotest.NewPool(cognitotest.WithID(made.Id))
	if err := restored.Restore(snapshotOf(t, server.Pool(made.Id))); err != nil {
		t.Fatal(err)
	}
	b := newAdmin(t, restored)
	got := b.describe()
	if got.Name != "customers" || got.Policies.PasswordPolicy.MinimumLength != 33 || got.UserPoolTags["a"] != "b" || got.Domain != "customers" || got.CreationDate != made.CreationDate {
		t.Errorf("DescribeUserPool after Restore = %+v, want all of before", got)
	}
	if clients := restored.Clients(); len(clients) != 1 || clients[0].ID != c.ClientId {
		t.Errorf("Clients() after Restore = %d, want the one of before", len(clients))
	}
	b.must("ListUserPoolClientSecrets", object{"ClientId": c.ClientId}, &secretsAgain)
	if len(secretsAgain.ClientSecrets) != 2 || secretsAgain.ClientSecrets[1] != secrets.ClientSecrets[1] {
		t.Errorf("ListUserPoolClientSecrets after Restore = %v, want %v", secretsAgain, secrets)
	}
	var client struct{ UserPoolClient apiClient }
	b.must("DescribeUserPoolClient", object{"ClientId": c.ClientId}, &client)
	if client.UserPoolClient.ClientName != "web" || client.UserPoolClient.CreationDate != c.CreationDate {
		t.Errorf("DescribeUserPoolClient after Restore = %+v, want name and date of before", client.UserPoolClient)
	}
	b.must("DescribeIdentityProvider", object{"ProviderName": "corp"}, nil)
	b.refuse("AdminCreateUser", object{"Username": "x", "UserAttributes": given("custom:shoe", "1")}, "InvalidParameterException: Attributes did not conform to the schema: custom:shoe: Attribute does not exist in the schema.")

	// A pool of the program's whose client was changed.
	first := newPool(t)
	f := newAdmin(t, first)
	update := webClient()
	update["ClientId"] = "client1"
	update["AccessTokenValidity"] = 2
	f.must("UpdateUserPoolClient", update, nil)
	again := newPool(t)
	if err := again.Restore(snapshotOf(t, first)); err != nil {
		t.Fatal(err)
	}
	if got := again.Clients()[0].AccessTokenValidity; got != 2*time.Hour {
		t.Errorf("AccessTokenValidity after Restore = %v, want two hours", got)
	}
}
